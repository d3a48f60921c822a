/**
 * Options that Linux knows by themselves, without a module's name and a dot: those of the recorded kernels, read from their
 * images (the tables of __setup, early_param and core_param). A name that ends in `=` wants a value. Without what the build left out, as CMA.
 */
const COMMON = `
TOMOYO_loader= TOMOYO_trigger= acpi acpi_apic_instance acpi_backlight= acpi_enforce_resources=
acpi_force_32bit_fadt_addr acpi_force_table_verification acpi_irq_balance acpi_irq_isa= acpi_irq_nobalance
acpi_irq_pci= acpi_mask_gpe= acpi_no_auto_serialize acpi_no_memhotplug acpi_no_static_ssdt acpi_no_watchdog
acpi_os_name= acpi_osi= acpi_pm_good acpi_rev_override acpi_rsdp acpi_sci acpi_skip_timer_override acpi_sleep=
acpi_use_timer_override acpica_no_return_repair add_efi_memmap align_va_addr= alloc_snapshot amd_pstate apic
apic_extnmi apicpmtimer apparmor= audit= audit_backlog_limit= bert_disable bgrt_disable boot_delay bootconfig
ca_keys= cgroup_debug cgroup_disable= cgroup_no_v1= checkreqprot= clearcpuid= clock= clocksource= coherent_pool
console= console_msg_format= consoleblank coredump_filter= cpu_init_udelay crash_kexec_post_notifiers
crashkernel debug debug-alternative debug_boot_weak_hash debugfs debugpat default_hugepagesz=
deferred_probe_timeout= delayacct dhash_entries= disable_mtrr_cleanup disable_mtrr_trim disable_timer_pin_1
disableapic driver_async_probe= dump_apple_properties dyndbg= early_ioremap_debug earlycon earlyprintk efi
efi_no_storage_paranoia efivar_ssdt= elevator= elfcorehdr enable_mtrr_cleanup enforcing= erst_disable evm=
fb_tunnels= fbcon= fips= ftrace= ftrace_boot_snapshot ftrace_dump_on_oops ftrace_filter= ftrace_graph_filter=
ftrace_graph_max_depth= ftrace_graph_notrace= ftrace_notrace= fw_devlink gather_data_sampling gbpages gpt
hardened_usercopy= hardlockup_all_cpu_backtrace hashdist= hest_disable hibernate= highres= hostname hpet=
hpet_mmap= hugepages= hugepagesz= hugetlb_free_vmemmap hung_task_panic hv_nopvspin idle ignore_loglevel
ignore_rlimit_data ihash_entries= ima_appraise ima_appraise_tcb ima_canonical_fmt ima_hash= ima_policy= ima_tcb
ima_template= ima_template_fmt= indirect_target_selection init= init_on_alloc init_on_free init_pkru=
initcall_blacklist= initcall_debug initramfs_async= initramfs_options= initrd initrdmem int_pln_enable
integrity_audit= intel_iommu= intel_pstate intremap io_delay iomem= iommu ipcmni_extend irqaffinity= irqfixup
irqpoll isolcpus= keep_bootcon kernelcore kprobe_event= l1d_flush l1tf lapic lapic_timer_c2_ok load_ramdisk=
lockdown log_buf_len loglevel lpj= lsm= maxcpus mds mem mem_sleep_default= memblock memhp_default_state= memmap
mhash_entries= mitigations mmio_stale_data module_blacklist movable_node movablecore mphash_entries=
mtrr_chunk_size mtrr_gran_size mtrr_spare_reg_nr nmi_watchdog= no-kvmapf no-kvmclock no-kvmclock-vsyscall
no-scroll no-steal-acc no-vmw-sched-clock no_console_suspend no_file_caps no_hash_pointers no_ipi_broadcast=
no_timer_check noapic noapictimer noautogroup noefi noexec32= nofsgsbase nogbpages nohibernate nohpet
nohugeiomap nohugevmalloc nohz= nohz_full= noinitrd nointremap noinvpcid noirqdebug nolapic nolapic_timer
nomodule nonmi_ipi nopat nopcid nopku nopv nopvspin norandmaps noreplace-smp noresume nosgx nosmp nosmt
nosoftlockup nospectre_v1 notsc nowatchdog nox2apic nr_cpus ntp_tick_adj= numa numa_balancing=
numa_zonelist_order oops panic panic_on_taint panic_on_warn panic_print pause_on_oops pci pcie_aspm= pcie_pme=
pcie_port_pm= pcie_ports= percpu_alloc pmtmr= pnp_reserve_dma= pnp_reserve_io= pnp_reserve_irq= pnp_reserve_mem=
pnpacpi= possible_cpus preempt= print-fatal-signals= profile= psi= quiet randomize_kstack_offset ras
rcu_nocb_poll rcu_nocbs rdinit= rdrand rdt reboot= reg_file_data_sampling relax_domain_level=
resched_latency_warn_ms= reserve= reset_devices resume= resume_offset= resumedelay= resumewait retain_initrd
retbleed ring3mwait=disable ro rodata root= rootdelay= rootflags= rootfstype= rootwait rw
sched_thermal_decay_shift= sched_verbose schedstats= security= sev= show_lapic= skew_tick slab_merge
slab_nomerge slub_debug slub_max_order= slub_merge slub_min_objects= slub_min_order= slub_nomerge
softlockup_all_cpu_backtrace softlockup_panic= spec_rstack_overflow spectre_bhi srbds stack_depot_disable
stack_guard_gap= stacktrace strict_sas_size swapaccount= swiotlb sysrq_always_enabled tcpmhash_entries=
thash_entries= threadirqs tp_printk tp_printk_stop_on_boot trace_buf_size= trace_clock= trace_event=
trace_options= traceoff_on_warning tracing_thresh= transparent_hugepage= tsa tsc= tsc_early_khz tsx_async_abort
uhash_entries= unknown_nmi_panic userpte vdso32= vdso= video= vmscape vsyscall watchdog_thresh= x2apic_phys
xen_emul_unplug xen_legacy_crash xen_msr_safe xen_no_vector_callback xen_nopv xen_scrub_pages xen_timer_slop
`;
const ONLY_6_1 = `
cpu0_hotplug disable_cpu_apicid mtrr_cleanup_debug xen_nopvspin
`;
const ONLY_6_12 = `
accept_memory amd_prefcore bdev_allow_write_mounted= cgroup_favordynmods= debug-callthunks ia32_emulation ibt=
mce mtrr nomce nomodeset nopti pti reserve_mem= rootwait= slab_debug slab_max_order= slab_min_objects=
slab_min_order= thp_anon= thread_backlog_napi trace_instance= trace_trigger= unwind_debug xen_mc_debug
`;

const names = (text: string): string[] => text.trim().split(/\s+/);
/** Dashes and underscores are the same in names. */
const plain = (name: string): string => name.replaceAll("-", "_");

/** Whether a kernel of this generation knows an option of this name, with a value or without one. */
export function knowsOption(recent: boolean, name: string, hasValue: boolean): boolean {
  const wanted = plain(name);
  return [COMMON, recent ? ONLY_6_12 : ONLY_6_1].some((list) =>
    names(list).some((each) => plain(each) === wanted || (hasValue && plain(each) === `${wanted}=`)),
  );
}
