/** /proc/PID/status, stat and statm (fs/proc/array.c). */
import { formatList } from "../../kernel/boot-layout/ranges.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { since } from "../../kernel/profiles/versions.ts";
import type { Holding } from "../../memory/holding.ts";
import { PageKind } from "../../memory/kinds.ts";
import { allCpus } from "../../workload/affinity.ts";
import { allowed } from "./machine-files.ts";
import type { Listed } from "./process-list.ts";
import { resident, swappedIn } from "./process-maps.ts";

/** CONFIG_NODES_SHIFT of the recorded kernels is 10. */
const MAX_NUMNODES = 1024;
const WORD = 32;

/** As `%*pb` prints a bitmap: hexadecimal words of 32 bits, highest first, the first as wide as its bits. */
function bitmap(set: readonly number[], bits: number): string {
  const words: string[] = [];
  for (let from = 0; from < Math.max(1, bits); from += WORD) {
    const digits = Math.ceil(Math.min(WORD, Math.max(1, bits) - from) / 4);
    const value = set.reduce((sum, bit) => (bit >= from && bit < from + WORD ? sum + 2 ** (bit - from) : sum), 0);
    words.unshift(value.toString(16).padStart(digits, "0"));
  }
  return words.join(",");
}

/** Whether what is registered counts for who registered it (pinned_vm). On 7.3 a ring's buffers do not, of who may lock memory (CAP_IPC_LOCK) as all here may. */
const countsAsPinned = ({ profile }: Kernel, what: Holding): boolean =>
  what === "registered-buffers" || (what === "io_uring-buffers" && !since(profile.version, 7, 3));

interface Sizes {
  readonly size: number;
  readonly anon: number;
  readonly file: number;
  readonly shmem: number;
  readonly swapped: number;
  /** By rings and devices that its buffers are registered with (pinned_vm). */
  readonly pinned: number;
  readonly locked: number;
  readonly hugetlb: number;
  readonly tables: number;
}

/** In kB. */
function sizes(kernel: Kernel, { process }: Listed): Sizes {
  const sum = { size: 0, anon: 0, file: 0, shmem: 0, swapped: 0, pinned: 0, locked: 0, hugetlb: 0 };
  for (const area of process?.areas ?? []) {
    const kb = resident(process as NonNullable<typeof process>, area).pages * 4;
    const { kind, order } = area.mapping;
    sum.size += area.pages * 2 ** order * 4;
    if (kind === PageKind.Hugetlb) sum.hugetlb += kb;
    else if (kind === PageKind.Shmem) sum.shmem += kb;
    else if (kind === PageKind.Anon) sum.anon += kb;
    else sum.file += kb;
    if (countsAsPinned(kernel, area.mapping.what)) sum.pinned += kb;
    // VFIO counts what it pins as locked (drivers/vfio/vfio_iommu_type1.c, vfio_lock_acct).
    if (area.locked || area.mapping.what === "guest-memory") sum.locked += kb;
    if (kind !== PageKind.Shmem) sum.swapped += swappedIn(area) * 4;
  }
  return { ...sum, tables: (process?.tables.tables ?? 0) * 4 };
}

export function status(kernel: Kernel, listed: Listed): string {
  const { pid, parent, comm, kernelThread } = listed;
  const of = sizes(kernel, listed);
  const kb = (name: string, value: number) => `${name}:\t${String(value).padStart(8)} kB\n`;
  const rss = of.anon + of.file + of.shmem;
  const { cpus, nodes } = allowed(kernel, listed.process);
  const recent = kernel.profile.zoneinfo === "6.10";
  const memory = kernelThread
    ? ""
    : [
        kb("VmPeak", of.size),
        kb("VmSize", of.size),
        kb("VmLck", of.locked),
        kb("VmPin", of.pinned),
        kb("VmHWM", rss),
        kb("VmRSS", rss),
        kb("RssAnon", of.anon),
        kb("RssFile", of.file),
        kb("RssShmem", of.shmem),
        kb("VmData", of.size),
        kb("VmStk", 132),
        kb("VmExe", 0),
        kb("VmLib", 0),
        kb("VmPTE", of.tables),
        kb("VmSwap", of.swapped),
        kb("HugetlbPages", of.hugetlb),
        `CoreDumping:\t0\nTHP_enabled:\t${kernel.parameters.transparentHugePages === "never" ? 0 : 1}\n`,
        recent ? "untag_mask:\t0xffffffffffffffff\n" : "",
      ].join("");
  const ids = ["NStgid", "NSpid", "NSpgid", "NSsid"].map((name) => `${name}:\t${pid}\n`).join("");
  const masks = ["SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "CapInh"]
    .map((name) => `${name}:\t${"0".repeat(16)}\n`)
    .join("");
  const capabilities = ["CapPrm", "CapEff", "CapBnd"].map((name) => `${name}:\t000001ffffffffff\n`).join("");
  return (
    `Name:\t${comm}\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t${pid}\nNgid:\t0\nPid:\t${pid}\nPPid:\t${parent}\nTracerPid:\t0\n` +
    `Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nFDSize:\t64\nGroups:\t \n${ids}${recent ? `Kthread:\t${Number(kernelThread)}\n` : ""}${memory}` +
    `Threads:\t1\nSigQ:\t0/7626\n${masks}${capabilities}CapAmb:\t${"0".repeat(16)}\nNoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n` +
    `Speculation_Store_Bypass:\tnot vulnerable\nSpeculationIndirectBranch:\talways enabled\nCpus_allowed:\t${bitmap(cpus, allCpus(kernel).length)}\nCpus_allowed_list:\t${formatList(cpus)}\n` +
    `Mems_allowed:\t${bitmap(nodes, MAX_NUMNODES)}\nMems_allowed_list:\t${formatList(nodes)}\n` +
    "voluntary_ctxt_switches:\t1\nnonvoluntary_ctxt_switches:\t1\n"
  );
}

/** 52 fields; times are 0, for no CPU time is accounted to simulated processes. */
export function stat(kernel: Kernel, listed: Listed): string {
  const { pid, parent, comm } = listed;
  const of = sizes(kernel, listed);
  const group = listed.kernelThread ? 0 : pid;
  const rss = (of.anon + of.file + of.shmem) / 4;
  const fields = [
    pid,
    `(${comm})`,
    "S",
    parent,
    group,
    group,
    0,
    -1,
    listed.kernelThread ? 2129984 : 4194560,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    20,
    0,
    1,
    0,
    0,
    of.size * 1024,
    rss,
  ];
  const rest = [
    "18446744073709551615",
    ...new Array<number>(13).fill(0),
    17,
    listed.process?.node ?? 0,
    ...new Array<number>(12).fill(0),
  ];
  return `${[...fields, ...rest].slice(0, 52).join(" ")}\n`;
}

export function statm(kernel: Kernel, listed: Listed): string {
  const of = sizes(kernel, listed);
  const pages = (kb: number) => Math.floor(kb / 4);
  return `${pages(of.size)} ${pages(of.anon + of.file + of.shmem)} ${pages(of.file + of.shmem)} 0 0 ${pages(of.size)} 0\n`;
}
