/**
 * /proc/sys/vm and /proc/sys/kernel beside what ../proc-files.ts has: defaults of the recorded kernels. They take what
 * the kernel would take (kernel/sysctl.c), and have no part in the simulation.
 */
import type { KernelVersion } from "../../hardware/description.ts";
import { flushingOf, type Limit } from "../../holders/disk.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { tell } from "./kmsg.ts";
import { sysctlInteger, sysctlNumbers } from "../numbers.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { integer, long, negativeLongs } from "../sysctls.ts";
import { DONE, type Directory, type Entry, type File, directory, failed, readable, writable } from "../tree.ts";

const INT_MAX = 0x7fff_ffff;
/** Jiffies in a second: what is kept in them is given in seconds. */
const HZ = 250;

/** A number between bounds. */
function number(first: number, least = -INT_MAX - 1, most = INT_MAX): File {
  let value = first;
  return integer(
    () => value,
    (given) => {
      value = given;
    },
    least,
    most,
  );
}

/** An unsigned long. */
function unsigned(kernel: Kernel, first: bigint | number): File {
  let value = first;
  return long(
    () => value,
    (given) => {
      value = given;
    },
    0n,
    negativeLongs(kernel),
  );
}

/** Any int, of which only counts whether it is 0 (proc_dobool); before 6.3 any number that fits an unsigned long. */
function flag(kernel: Kernel): File {
  let on = 0;
  const isInt = (value: bigint) => value >= -INT_MAX - 1 && value <= INT_MAX;
  const fits = since(kernel.profile.version, 6, 3) ? isInt : () => true;
  return writable(
    () => `${on}\n`,
    (text) => {
      const { values, failed: wrong } = sysctlNumbers(text, 1, fits);
      if (wrong) return failed("EINVAL");
      on = values[0] === 0n ? 0 : 1;
      return DONE;
    },
    0o644,
    0,
  );
}

/** Kept in ticks; since 7.3 it means nothing any more, which the log says of each write (mm/page-writeback.c, laptop_mode_handler). */
function laptopMode(kernel: Kernel, least: number, most: number): File {
  let seconds = 0;
  return writable(
    () => `${seconds}\n`,
    (text, by) => {
      const { values, failed: wrong, rest } = sysctlNumbers(text, 1, (value) => value >= least && value <= most);
      if (wrong) return failed("EINVAL");
      seconds = Number(values[0]);
      if (since(kernel.profile.version, 7, 3))
        for (let times = rest === "" ? 1 : 2; times > 0; times--)
          tell(kernel, 4, `${by?.comm ?? "bash"}: vm.laptop_mode is deprecated. Ignoring setting.`);
      return DONE;
    },
    0o644,
    0,
  );
}

/** Several ints (proc_dointvec): those before one that is no number are set all the same. */
function numbers(first: readonly number[]): File {
  const held = [...first];
  return writable(
    () => `${held.join("\t")}\n`,
    (text) => {
      const { values, failed: wrong } = sysctlNumbers(
        text,
        held.length,
        (value) => value >= -INT_MAX - 1 && value <= INT_MAX,
      );
      for (const [i, value] of values.entries()) held[i] = Number(value);
      return wrong ? failed("EINVAL") : DONE;
    },
    0o644,
    0,
  );
}

/** Text up to the end of its line (proc_dostring). */
function word(first: string): File {
  let value = first;
  return writable(
    () => `${value}\n`,
    (text) => {
      value = /^[^\n\0]*/.exec(text)?.[0] ?? "";
      return DONE;
    },
    0o644,
    0,
  );
}
const fixed = (value: string | number): File => readable(() => `${value}\n`, 0o444, 0);
const each = (values: Readonly<Record<string, number>>, least = -INT_MAX - 1, most = INT_MAX): Record<string, Entry> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value, least, most)]));

/** A limit that is given as a share or as an amount: setting one unsets the other (mm/page-writeback.c, mm/util.c). */
function shareOrAmount(
  kernel: Kernel,
  [share, amount]: readonly [string, string],
  limit: Limit,
  most: number,
  least: readonly [share: number, amount: bigint],
): Record<string, Entry> {
  return {
    [share]: integer(
      () => limit.share,
      (value) => {
        if (value !== limit.share) limit.bytes = 0n;
        limit.share = value;
      },
      least[0],
      most,
    ),
    [amount]: long(
      () => limit.bytes,
      (value) => {
        if (value !== limit.bytes) limit.share = 0;
        limit.bytes = value;
      },
      least[1],
      negativeLongs(kernel),
    ),
  };
}

/** There is one order left, and it has many names (mm/page_alloc.c, __parse_numa_zonelist_order). */
const zonelistOrder = (kernel: Kernel): File =>
  writable(
    () => "Node\n",
    (text) => {
      if (/^[dDnN]/.test(text)) return DONE;
      const [given = ""] = text.split("\0");
      // A line end in the middle of a record begins another line.
      for (const line of `Ignoring unsupported numa_zonelist_order value:  ${given}`.split("\n")) tell(kernel, 4, line);
      return failed("EINVAL");
    },
    0o644,
    0,
  );

/** Counting each node's hits and misses can be switched off (mm/vmstat.c, sysctl_vm_numa_stat_handler). */
function numaStat(kernel: Kernel): File {
  let on = 1;
  return integer(
    () => on,
    (value) => {
      if (value !== on)
        tell(kernel, 6, value === 1 ? "enable numa statistics" : "disable numa statistics, and clear numa counters");
      on = value;
    },
    0,
    1,
  );
}

/** 0, or at least eight (MIN_PERCPU_PAGELIST_HIGH_FRACTION). */
function highFraction(): File {
  let value = 0;
  return writable(
    () => `${value}\n`,
    (text) => {
      const given = sysctlInteger(text, 0);
      if (given === null || (given > 0 && given < 8)) return failed("EINVAL");
      value = given;
      return DONE;
    },
    0o644,
    0,
  );
}

/** What is done where memory ran out (mm/oom_kill.c). */
const oomFile = (kernel: Kernel, what: keyof Kernel["oom"], least?: number, most?: number): File =>
  integer(
    () => kernel.oom[what],
    (given) => {
      kernel.oom[what] = given;
    },
    least,
    most,
  );

/** When dirty pages are written. */
const centisecs = (kernel: Kernel, which: "expireCentisecs" | "writebackCentisecs"): File =>
  integer(
    () => flushingOf(kernel)[which],
    (value) => {
      const other = value !== flushingOf(kernel)[which];
      flushingOf(kernel)[which] = value;
      if (other && value > 0 && which === "writebackCentisecs") kernel.disk?.writeback.intervalSet();
    },
    which === "expireCentisecs" ? 0 : undefined,
  );

/** Bytes of two pages: less is no limit of dirty memory. */
const TWO_PAGES = 2n * 4096n;

export function vmSysctls(kernel: Kernel): Directory {
  const recent = kernel.profile.zoneinfo === "6.10";
  const late = since(kernel.profile.version, 6, 18);
  return directory(
    {
      ...each(
        {
          compact_unevictable_allowed: 1,
          ...(kernel.profile.handlesMemoryFailure ? { memory_failure_early_kill: 0, memory_failure_recovery: 1 } : {}),
          unprivileged_userfaultfd: since(kernel.profile.version, 5, 11) ? 0 : 1,
        },
        0,
        1,
      ),
      ...each({ compaction_proactiveness: 20, min_slab_ratio: 5, min_unmapped_ratio: 1 }, 0, 100),
      ...each({ overcommit_memory: 0 }, 0, 2),
      panic_on_oom: oomFile(kernel, "panic", 0, 2),
      ...each(
        {
          dirtytime_expire_seconds: 43_200,
          legacy_va_layout: 0,
          max_map_count: 65_530,
          page_lock_unfairness: 5,
          vfs_cache_pressure: 100,
          watermark_boost_factor: 15_000,
          zone_reclaim_mode: 0,
        },
        0,
      ),
      ...each({
        ...(since(kernel.profile.version, 5, 13) ? {} : { block_dump: 0 }),
        hugetlb_shm_group: 0,
      }),
      dirty_expire_centisecs: centisecs(kernel, "expireCentisecs"),
      dirty_writeback_centisecs: centisecs(kernel, "writebackCentisecs"),
      oom_dump_tasks: oomFile(kernel, "dumpTasks"),
      oom_kill_allocating_task: oomFile(kernel, "killAsker"),
      laptop_mode: laptopMode(kernel, -INT_MAX - 1, Math.floor(INT_MAX / HZ)),
      stat_interval: number(1, -INT_MAX - 1, Math.floor(INT_MAX / HZ)),
      ...shareOrAmount(
        kernel,
        ["dirty_background_ratio", "dirty_background_bytes"],
        flushingOf(kernel).background,
        100,
        [0, 1n],
      ),
      ...shareOrAmount(kernel, ["dirty_ratio", "dirty_bytes"], flushingOf(kernel).most, 100, [0, TWO_PAGES]),
      ...shareOrAmount(kernel, ["overcommit_ratio", "overcommit_kbytes"], { share: 50, bytes: 0n }, INT_MAX, [
        -INT_MAX - 1,
        0n,
      ]),
      admin_reserve_kbytes: unsigned(kernel, 8192),
      extfrag_threshold: number(500, 0, 1000),
      ...(since(kernel.profile.version, 5, 19) ? { hugetlb_optimize_vmemmap: flag(kernel) } : {}),
      mmap_min_addr: unsigned(kernel, 65_536),
      mmap_rnd_bits: { ...number(28, 28, 32), mode: 0o600 },
      mmap_rnd_compat_bits: { ...number(8, 8, 16), mode: 0o600 },
      numa_stat: numaStat(kernel),
      numa_zonelist_order: zonelistOrder(kernel),
      "page-cluster": number(3, 0, recent ? 31 : INT_MAX),
      // Another name until 5.13.
      [kernel.profile.version === "5.10" ? "percpu_pagelist_fraction" : "percpu_pagelist_high_fraction"]:
        highFraction(),
      stat_refresh: writable(
        () => "",
        () => DONE,
        0o600,
        0,
      ),
      swappiness: integer(
        () => kernel.swap.swappiness,
        (given) => {
          kernel.swap.swappiness = given;
        },
        0,
        200,
      ),
      user_reserve_kbytes: unsigned(kernel, 60_570),
      ...(recent ? { enable_soft_offline: number(1, 0, 1), memfd_noexec: number(0, 0, 2) } : {}),
      ...(late ? { defrag_mode: number(0, 0, 1), vfs_cache_pressure_denom: number(100, 100) } : {}),
      ...(since(kernel.profile.version, 7, 3) ? { panic_on_unrecoverable_memory_failure: number(0, 0, 1) } : {}),
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
  const recorded = BUILDS[version];
  return recorded ?? { release: `${version}.0-playground`, version: "#1 SMP", compiler: "gcc" };
}

const BUILDS: Readonly<Partial<Record<KernelVersion, ReturnType<typeof release>>>> = {
  "5.10": {
    release: "5.10.0-46-cloud-amd64",
    version: "#1 SMP Debian 5.10.262-1 (2026-07-31)",
    compiler: "gcc-10 (Debian 10.2.1-6) 10.2.1 20210110",
  },
  "6.1": {
    release: "6.1.0-56-cloud-amd64",
    version: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)",
    compiler: "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0",
  },
  "6.12": {
    release: "6.12.117+deb12-cloud-amd64",
    version: "#1 SMP PREEMPT_DYNAMIC Debian 6.12.117-1~deb12u1 (2026-11-14)",
    compiler: "x86_64-linux-gnu-gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0",
  },
  "6.18": {
    release: "6.18.15+deb13-cloud-amd64",
    version: "#1 SMP PREEMPT_DYNAMIC Debian 6.18.15-1~bpo13+1 (2026-03-12)",
    compiler: "x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0",
  },
  "7.3": {
    release: "7.3.4+deb13-cloud-amd64",
    version: "#1 SMP PREEMPT_DYNAMIC Debian 7.3.4-1~bpo13+1 (2026-11-15)",
    compiler: "x86_64-linux-gnu-gcc-14 (Debian 14.2.0-19) 14.2.0",
  },
};

export function kernelSysctls(kernel: Kernel): Directory {
  const { release: name, version } = release(kernel);
  return directory(
    {
      ...each(
        {
          dmesg_restrict: 1,
          modules_disabled: 0,
          soft_watchdog: 1,
          watchdog: 1,
        },
        0,
        1,
      ),
      ...each({ kptr_restrict: 0 }, 0, 2),
      ...each({ hung_task_timeout_secs: 120, msgmax: 8192, oops_limit: 10_000 }, 0),
      ...each({
        core_uses_pid: 0,
        ftrace_enabled: 1,
        nmi_watchdog: 0,
        panic: -1,
        panic_on_oops: 0,
        perf_event_paranoid: 3,
        randomize_va_space: 2,
        sched_rt_runtime_us: 950_000,
        sysrq: 438,
        tainted: 0,
        unprivileged_userns_clone: 1,
      }),
      kexec_load_disabled: number(0, 1, 1),
      // Since 5.13 in debugfs.
      ...(since(kernel.profile.version, 5, 13)
        ? {}
        : each(
            {
              numa_balancing_scan_delay_ms: 1000,
              numa_balancing_scan_period_max_ms: 60_000,
              numa_balancing_scan_period_min_ms: 1000,
              numa_balancing_scan_size_mb: 256,
            },
            0,
          )),
      ...(since(kernel.profile.version, 6, 1) ? each({ numa_balancing_promote_rate_limit_MBps: 65_536 }, 0) : {}),
      numa_balancing: number(kernel.nodes.filter((node) => node.online).length > 1 ? 1 : 0, 0, 4),
      pid_max: number(32_768, 301, 4_194_304),
      sched_rt_period_us: number(1_000_000, 1),
      sysctl_writes_strict: number(1, -1, 1),
      "threads-max": number(15_252, 1),
      watchdog_thresh: number(10, 0, 60),
      arch: fixed("x86_64"),
      core_pattern: word("core"),
      domainname: word("(none)"),
      hostname: word(kernel.id),
      modprobe: word("/sbin/modprobe"),
      ngroups_max: fixed(65_536),
      ns_last_pid: readable(() => `${kernel.nextPid - 1}\n`, 0o666, 0),
      osrelease: fixed(name),
      ostype: fixed("Linux"),
      printk: numbers([1, 4, 1, 7]),
      sem: numbers([32_000, 1_024_000_000, 500, 32_000]),
      version: fixed(version),
    },
    0o555,
  );
}
