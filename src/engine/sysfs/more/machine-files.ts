/** /proc about the machine as a whole: version, time, processors, file systems (fs/proc/). */
import { swaps } from "./block-files.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { cpusFor } from "../../workload/affinity.ts";
import type { Process } from "../../holders/process.ts";
import { parseCpus } from "../cpus.ts";
import { type Entry, type File, link, readable } from "../tree.ts";
import { BOOT_TIME, ticks } from "./clock.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { processesOf } from "./process-list.ts";
import { release } from "./sysctls.ts";

const file = (read: () => string, mode = 0o444): File => readable(read, mode, 0);
const seconds = (ns: number): string => (Math.floor(ns / 1e7) / 100).toFixed(2);

const FILE_SYSTEMS = [
  "sysfs",
  "tmpfs",
  "proc",
  "cgroup",
  "cgroup2",
  "cpuset",
  "devtmpfs",
  "debugfs",
  "tracefs",
  "securityfs",
  "sockfs",
  "bpf",
  "pipefs",
  "ramfs",
  "hugetlbfs",
  "devpts",
  "mqueue",
  "pstore",
];

/**
 * What is mounted. A tmpfs may fill half of memory, and says how much that was when it was mounted where it is half of it no
 * more (mm/shmem.c, shmem_show_options); the first two were there before boot's last memory was.
 */
export function mounts(kernel: Kernel, hasDisk: boolean): string[] {
  const inodes = since(kernel.profile.version, 6, 1) ? ",inode64" : "";
  const size = (pages: number): string => `,size=${pages * 4}k,nr_inodes=${pages}`;
  const half = Math.floor(kernel.bootPages / 2);
  const now = Math.floor(kernel.zones.reduce((sum, zone) => sum + zone.managed, 0) / 2);
  return [
    `rootfs / rootfs rw${size(half)}${inodes} 0 0`,
    "none /proc proc rw,relatime 0 0",
    "none /sys sysfs rw,relatime 0 0",
    `none /dev devtmpfs rw,relatime${size(half)},mode=755${inodes} 0 0`,
    "none /sys/kernel/debug debugfs rw,relatime 0 0",
    `none /tmp tmpfs rw,relatime${now === half ? "" : size(half)}${inodes} 0 0`,
    ...(hasDisk ? ["/dev/vda /mnt ext4 rw,relatime 0 0"] : []),
  ];
}

export function proc(kernel: Kernel): Record<string, Entry> {
  // The kernel hides what it does without.
  const five = kernel.levels === 5;
  const cpus = kernel.nodes.flatMap((node, socket) =>
    parseCpus(node.cpus).map((cpu, core, all) => ({ cpu, core, socket, siblings: all.length, five })),
  );
  const { release: name, version, compiler } = release(kernel);
  return {
    cpuinfo: file(() => cpus.map(cpuInfo).join("")),
    filesystems: file(() => `${FILE_SYSTEMS.map((each) => `nodev\t${each}\n`).join("")}\text4\n`),
    loadavg: file(() => `0.00 0.00 0.00 1/${processesOf(kernel).length} ${kernel.nextPid - 1}\n`),
    mounts: link("self/mounts"),
    stat: file(() =>
      stat(
        kernel,
        cpus.map(({ cpu }) => cpu),
      ),
    ),
    swaps: swaps(kernel),
    uptime: file(() => `${seconds(kernel.upTime)} ${seconds(kernel.upTime * cpus.length)}\n`),
    version: file(
      () =>
        `Linux version ${name} (debian-kernel@lists.debian.org) (${compiler}, GNU ld (GNU Binutils for Debian) 2.40) ${version}\n`,
    ),
  };
}

/** No CPU time is accounted: CPUs are idle all the time. */
function stat(kernel: Kernel, cpus: readonly number[]): string {
  const idle = ticks(kernel.upTime);
  const line = (name: string, value: number) => `${name} 0 0 0 ${value} 0 0 0 0 0 0\n`;
  return (
    line("cpu ", idle * cpus.length) +
    cpus.map((cpu) => line(`cpu${cpu}`, idle)).join("") +
    `intr 0\nctxt 0\nbtime ${BOOT_TIME + Math.floor(kernel.startedAt / 1e9)}\nprocesses ${kernel.nextPid - 1}\nprocs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n`
  );
}

function cpuInfo({
  cpu,
  core,
  socket,
  siblings,
  five,
}: {
  readonly cpu: number;
  readonly core: number;
  readonly socket: number;
  readonly siblings: number;
  /** Page tables have five levels (LA57). */
  readonly five: boolean;
}): string {
  const lines: [string, string | number][] = [
    ["processor\t", cpu],
    ["vendor_id\t", "AuthenticAMD"],
    ["cpu family\t", 15],
    ["model\t\t", 107],
    ["model name\t", "QEMU TCG CPU version 2.5+"],
    ["stepping\t", 1],
    ["cpu MHz\t\t", "2594.357"],
    ["cache size\t", "512 KB"],
    ["physical id\t", socket],
    ["siblings\t", siblings],
    ["core id\t\t", core],
    ["cpu cores\t", siblings],
    ["apicid\t\t", cpu],
    [
      "flags\t\t",
      `fpu de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush acpi mmx fxsr sse sse2 ss ht syscall nx pdpe1gb rdtscp lm nopl cpuid hypervisor${five ? " la57" : ""}`,
    ],
    ["clflush size\t", 64],
    ["cache_alignment\t", 64],
    ["address sizes\t", five ? "52 bits physical, 57 bits virtual" : "46 bits physical, 48 bits virtual"],
  ];
  return `${lines.map(([label, value]) => `${label}: ${value}\n`).join("")}power management:\n\n`;
}

/** CPUs and nodes that a process may use, ascending. */
export const allowed = (
  kernel: Kernel,
  process: Process | null,
): { readonly cpus: readonly number[]; readonly nodes: readonly number[] } => ({
  cpus: cpusFor(kernel, process),
  nodes: process?.cpuset?.effectiveMems ?? kernel.nodes.filter((node) => node.hasMemory).map(({ id }) => id),
});
