/**
 * What the log says of memory that ran out, of all of it or of what a group may have (mm/oom_kill.c, dump_header, dump_tasks,
 * dump_oom_victim; mm/memcontrol.c, mem_cgroup_print_oom_meminfo).
 */
import type { MemoryCgroup } from "../holders/memory-cgroup.ts";
import type { Cpuset, Policy, Process } from "../holders/process.ts";
import { formatList } from "../kernel/boot-layout/ranges.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { since } from "../kernel/profiles/versions.ts";
import { kb, tellMemory } from "../kernel/show-memory.ts";
import { PageKind, ZoneType } from "../memory/kinds.ts";
import { PAGE_SIZE } from "../units.ts";

/** What was asked for: of a user's page fault, for a page that comes back from swap, for a pipe's buffer, for a page that is to be pinned, for a new process, or for the kernel otherwise. */
export type Asked = "user" | "swap-in" | "pipe" | "pin" | "fork" | "kernel";

/** Pages of a process that it brought with its binary. */
const BINARY_PAGES = 249;

/** What kept the asker from memory that others may have. */
export type Constraint = "NONE" | "CPUSET" | "MEMORY_POLICY" | "MEMCG";

export interface Request {
  readonly asker: string;
  readonly mask: Policy["mask"];
  readonly asked: Asked;
  readonly cpuset: Cpuset | null;
  readonly constraint: Constraint;
  /** The group that may have no more; `null`: there is no memory. */
  readonly full: MemoryCgroup | null;
}

export function reportHeader(kernel: Kernel, { asker, mask, asked, full }: Request): void {
  const say = (line: string): void => kernel.log("warn", line);
  say(`${asker} invoked oom-killer: gfp_mask=${gfp(kernel, full ? "kernel" : asked)}, order=0, oom_score_adj=0`);
  if (full) full.figures.forEach(say);
  else tellMemory(kernel, mask, asked === "user" || asked === "swap-in" ? ZoneType.Movable : ZoneType.Normal);
  if (kernel.oom.dumpTasks === 0) return;
  say("Tasks state (memory values in pages):");
  const parts = since(kernel.profile.version, 6, 8);
  say(
    `[  pid  ]   uid  tgid total_vm      rss ${parts ? "rss_anon rss_file rss_shmem " : ""}pgtables_bytes swapents oom_score_adj name`,
  );
  for (const one of kernel.processes.values()) {
    if (full && !one.memoryCgroup?.isWithin(full)) continue;
    const { total, anon, shared } = sizes(one);
    const own = parts ? ` ${pad(anon, 8)} ${pad(0, 8)} ${pad(shared, 9)}` : "";
    say(
      `[${pad(one.pid, 7)}] ${pad(0, 5)} ${pad(one.pid, 5)} ${pad(total, 8)} ${pad(anon + shared, 8)}${own} ${pad(one.tables.tables * PAGE_SIZE, 8)} ${pad(one.swapped, 8)} ${pad(0, 13)} ${one.comm}`,
    );
  }
}

export function reportVictim(
  kernel: Kernel,
  victim: Process,
  { mask, cpuset, constraint, full }: Request,
  why: string,
): void {
  const allowed = cpuset?.effectiveMems ?? kernel.memoryNodes;
  const nodes = mask === null || mask === cpuset?.cut(null) ? "(null)" : formatList([...mask]);
  const bound = `${constraint},nodemask=${nodes}`;
  const domain = full ? `oom_memcg=${full.path}` : "global_oom";
  kernel.log(
    "warn",
    `oom-kill:constraint=CONSTRAINT_${bound},cpuset=${cpuset?.name ?? "/"},mems_allowed=${formatList(allowed)},${domain},task_memcg=${victim.memoryCgroup?.path ?? "/"},task=${victim.comm},pid=${victim.pid},uid=0`,
  );
  reportKill(kernel, victim, `${full ? "Memory cgroup out of memory" : "Out of memory"}${why}`);
}

export function reportKill(kernel: Kernel, victim: Process, what: string): void {
  const { total, anon, shared } = sizes(victim);
  kernel.log(
    "warn",
    `${what}: Killed process ${victim.pid} (${victim.comm}) total-vm:${kb(total)}kB, anon-rss:${kb(anon)}kB, file-rss:0kB, shmem-rss:${kb(shared)}kB, UID:0 pgtables:${kb(victim.tables.tables)}kB oom_score_adj:0`,
  );
}

const pad = (value: number, width: number): string => String(value).padStart(width);

function sizes(process: Process): { readonly total: number; readonly anon: number; readonly shared: number } {
  let [total, anon, shared] = [BINARY_PAGES, process.merged, 0];
  for (const { kind, resident, length, order } of process.mappings) {
    total += length << order;
    if (kind === PageKind.Shmem) shared += resident;
    else anon += resident;
  }
  return { total, anon, shared };
}

/** Flags of the request, in the order in which each kernel names them. */
function gfp(kernel: Kernel, asked: Asked): string {
  const { version } = kernel.profile;
  if (asked === "swap-in")
    return since(version, 6, 1) ? "0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP)" : "0x100cca(GFP_HIGHUSER_MOVABLE)";
  if (asked === "kernel") return "0xcc0(GFP_KERNEL)";
  if (asked === "pin") return "0x142cc2(GFP_HIGHUSER|__GFP_NOWARN|__GFP_COMP)";
  if (asked === "pipe") return "0x500cc2(GFP_HIGHUSER|__GFP_ACCOUNT)";
  if (asked === "fork") {
    if (since(version, 6, 18)) return "0x440dc0(GFP_KERNEL_ACCOUNT|__GFP_ZERO|__GFP_COMP)";
    return since(version, 6, 1)
      ? "0x400dc0(GFP_KERNEL_ACCOUNT|__GFP_ZERO)"
      : "0x2dc2(GFP_KERNEL|__GFP_HIGHMEM|__GFP_NOWARN|__GFP_ZERO)";
  }
  if (since(version, 6, 18)) return "0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO|__GFP_COMP)";
  return since(version, 6, 1)
    ? "0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO)"
    : "0x100dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO)";
}
