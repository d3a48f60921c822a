/**
 * /proc/sys/vm and /proc/sys/kernel beside what ../proc-files.ts has: defaults of the recorded kernels. They take what
 * the kernel would take (kernel/sysctl.c), and have no part in the simulation.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { parseSysctl } from "../module-files.ts";
import { DONE, type Directory, type Entry, type File, directory, failed, readable, writable } from "../tree.ts";

const INT_MAX = 0x7fff_ffff;

/** A number between bounds. */
function number(first: number, least = 0, most = INT_MAX): File {
  let value = first;
  return writable(
    () => `${value}\n`,
    (text) => {
      const given = parseSysctl(text);
      if (given === undefined || given < least || given > most) return failed("EINVAL");
      value = given;
      return DONE;
    },
    0o644,
    0,
  );
}

function word(first: string): File {
  let value = first;
  return writable(
    () => `${value}\n`,
    (text) => {
      value = text.split("\n")[0] ?? "";
      return DONE;
    },
    0o644,
    0,
  );
}
const fixed = (value: string | number): File => readable(() => `${value}\n`, 0o444, 0);
const each = (values: Readonly<Record<string, number>>, least = 0, most = INT_MAX): Record<string, Entry> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value, least, most)]));

export function vmSysctls(kernel: Kernel): Directory {
  const recent = kernel.profile.zoneinfo === "6.10";
  return directory(
    {
      ...each(
        {
          compact_unevictable_allowed: 1,
          hugetlb_optimize_vmemmap: 0,
          ...(kernel.profile.handlesMemoryFailure ? { memory_failure_early_kill: 0, memory_failure_recovery: 1 } : {}),
          numa_stat: 1,
          unprivileged_userfaultfd: 0,
        },
        0,
        1,
      ),
      ...each(
        {
          compaction_proactiveness: 20,
          dirty_background_ratio: 10,
          dirty_ratio: 20,
          min_slab_ratio: 5,
          min_unmapped_ratio: 1,
        },
        0,
        100,
      ),
      ...each({ overcommit_memory: 0, panic_on_oom: 0 }, 0, 2),
      ...each({
        admin_reserve_kbytes: 8192,
        dirty_background_bytes: 0,
        dirty_bytes: 0,
        dirty_expire_centisecs: 3000,
        dirty_writeback_centisecs: 500,
        dirtytime_expire_seconds: 43_200,
        extfrag_threshold: 500,
        hugetlb_shm_group: 0,
        laptop_mode: 0,
        legacy_va_layout: 0,
        max_map_count: 65_530,
        mmap_min_addr: 65_536,
        oom_dump_tasks: 1,
        oom_kill_allocating_task: 0,
        overcommit_kbytes: 0,
        overcommit_ratio: 50,
        "page-cluster": 3,
        page_lock_unfairness: 5,
        percpu_pagelist_high_fraction: 0,
        stat_interval: 1,
        user_reserve_kbytes: 60_570,
        vfs_cache_pressure: 100,
        watermark_boost_factor: 15_000,
        zone_reclaim_mode: 0,
      }),
      mmap_rnd_bits: number(28, 28, 32),
      mmap_rnd_compat_bits: number(8, 8, 16),
      nr_hugepages_mempolicy: readable(() => `${kernel.hugePages.most}\n`, 0o644, 0),
      numa_zonelist_order: word("Node"),
      stat_refresh: readable(() => "", 0o600, 0),
      swappiness: number(60, 0, 200),
      ...(recent ? { enable_soft_offline: number(1, 0, 1), memfd_noexec: number(0, 0, 2) } : {}),
    },
    0o555,
  );
}

/** Release and build of the recorded kernels; older profiles carry their version's name. */
export function release(kernel: Kernel): {
  readonly release: string;
  readonly version: string;
  readonly compiler: string;
} {
  const { version } = kernel.profile;
  if (version === "6.1")
    return {
      release: "6.1.0-56-cloud-amd64",
      version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)",
      compiler: "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0",
    };
  if (version === "6.12")
    return {
      release: "6.12.117+deb12-cloud-amd64",
      version: "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1~deb12u1 (2026-11-14)",
      compiler: "x86_64-linux-gnu-gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0",
    };
  return { release: `${version}.0-playground`, version: "#1 SMP", compiler: "gcc" };
}

export function kernelSysctls(kernel: Kernel): Directory {
  const { release: name, version } = release(kernel);
  return directory(
    {
      ...each(
        {
          dmesg_restrict: 1,
          ftrace_enabled: 1,
          kexec_load_disabled: 0,
          modules_disabled: 0,
          nmi_watchdog: 0,
          randomize_va_space: 2,
          soft_watchdog: 1,
          unprivileged_userns_clone: 1,
          watchdog: 1,
        },
        0,
        2,
      ),
      ...each({
        core_uses_pid: 0,
        hung_task_timeout_secs: 120,
        kptr_restrict: 0,
        numa_balancing: kernel.nodes.filter((node) => node.online).length > 1 ? 1 : 0,
        oops_limit: 10_000,
        panic_on_oops: 0,
        perf_event_paranoid: 3,
        pid_max: 32_768,
        sched_rt_period_us: 1_000_000,
        sched_rt_runtime_us: 950_000,
        sysctl_writes_strict: 1,
        sysrq: 438,
        tainted: 0,
        "threads-max": 15_252,
        watchdog_thresh: 10,
      }),
      arch: fixed("x86_64"),
      core_pattern: word("core"),
      domainname: word("(none)"),
      hostname: word(kernel.id),
      modprobe: word("/sbin/modprobe"),
      msgmax: number(8192),
      ngroups_max: fixed(65_536),
      ns_last_pid: readable(() => `${kernel.nextPid - 1}\n`, 0o666, 0),
      osrelease: fixed(name),
      ostype: fixed("Linux"),
      panic: number(-1, -1),
      printk: word("1\t4\t1\t7"),
      sem: word("32000\t1024000000\t500\t32000"),
      version: fixed(version),
    },
    0o555,
  );
}
