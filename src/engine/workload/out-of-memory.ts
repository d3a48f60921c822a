/**
 * Memory ran out: who is killed, and what the log says of it (mm/oom_kill.c, out_of_memory, oom_badness, dump_header;
 * mm/show_mem.c). Whoever holds most goes, wherever its pages lie: an allocation that is bound to one node has somebody
 * killed whose memory is on another. Where nobody is left to kill, the kernel stops.
 */
import { call, type Steps } from "../chronicle/task.ts";
import type { Cpuset, Policy, Process } from "../holders/process.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { since } from "../kernel/profiles/versions.ts";
import { formatList } from "../kernel/boot-layout/ranges.ts";
import { PAGE_SIZE } from "../units.ts";
import { PageKind, ZoneType } from "../memory/kinds.ts";
import { panic } from "../kernel/panic.ts";
import { kb, tellMemory } from "../kernel/show-memory.ts";
import { finish } from "../chronicle/slices.ts";
import { endProcess, exiting, startProcess } from "./processes.ts";

/** What was asked for: of a user's page fault, for a page that comes back from swap, for a pipe's buffer, for a page that is to be pinned, for a new process, or for the kernel otherwise. */
export type Asked = "user" | "swap-in" | "pipe" | "pin" | "fork" | "kernel";

/** Pages of a process that it brought with its binary. */
const BINARY_PAGES = 249;

/** The first process, which is never killed and begins shells anew. */
const INIT = "init";

/**
 * Kills the process that holds most, or the one that asks where vm.oom_kill_allocating_task says so, and waits until it is
 * gone. True when who asked may try again; false when it is the one to go itself. `null` asks for the first process, or for the
 * kernel. Stops the kernel where nobody can be killed, or where vm.panic_on_oom says so: 1 where no memory policy and no cpuset
 * kept the asker from memory that is there, 2 always.
 */
export function* outOfMemory(
  kernel: Kernel,
  process: Process | null,
  { mask }: Pick<Policy, "mask">,
  asked: Asked,
): Steps<boolean> {
  const cpuset = process?.cpuset ?? null;
  if (process && !process.alive) return false;
  const constraint = constraintOf(kernel, mask, cpuset);
  const request: Request = { asker: process?.comm ?? INIT, mask, asked, cpuset, constraint };
  reportHeader(kernel, request);
  if (kernel.oom.panic === 2 || (kernel.oom.panic === 1 && constraint === "NONE")) {
    const how = kernel.oom.panic === 2 ? "compulsory" : "system-wide";
    panic(kernel, `Out of memory: ${how} panic_on_oom is enabled`);
  }
  const asker = kernel.oom.killAsker !== 0 && process ? process : undefined;
  const victim = asker ?? mostOf(kernel, cpuset);
  if (!victim) {
    kernel.log("warn", "Out of memory and no killable processes...");
    panic(kernel, "System is deadlocked on memory");
  }
  reportVictim(kernel, victim, request, asker ? " (oom_kill_allocating_task)" : "");
  kernel.vmstat.oomKill++;
  // A load that is to go itself is ended by whoever runs it.
  if (victim === process && victim.load !== "command") return false;
  yield* call("do_exit", exiting(kernel, victim, kernel.freeing()));
  kernel.watchers.killed?.(victim.pid);
  if (victim.load === "command" && !mostOf(kernel)) beginAnew(kernel);
  return process === null || (process !== victim && process.alive);
}

/** The last shell is gone: the first process begins another one, as soon as anybody wants it, and needs memory for that. */
function beginAnew(kernel: Kernel): void {
  const shell = startProcess(kernel, INIT, "command");
  if (shell) endProcess(kernel, shell);
  else finish(outOfMemory(kernel, null, { mask: null }, "fork"));
}

/** `startProcess`; where there is no memory for it somebody is killed, as often as that helps. */
export function forkOrKill(
  kernel: Kernel,
  comm: string,
  load: string,
  parent?: number,
  cpus?: ReadonlySet<number> | null,
): Process | undefined {
  const pid = kernel.nextPid;
  for (;;) {
    const process = startProcess(kernel, comm, load, parent, cpus);
    if (process) return process;
    kernel.nextPid = pid;
    const asker = kernel.processes.get(parent ?? -1) ?? null;
    if (parent !== undefined && !asker) return undefined;
    if (!finish(outOfMemory(kernel, asker, { mask: null }, "fork"))) return undefined;
  }
}

/**
 * Whether a process is refused a mapping that is larger than all memory (mm/util.c, __vm_enough_memory, with vm.overcommit_memory 0).
 * The log says so since 6.1.
 */
export function refusesMapping(kernel: Kernel, comm: string, bytes: number): boolean {
  const managed = kernel.zones.reduce((sum, zone) => sum + zone.managed, 0);
  if (bytes <= managed * PAGE_SIZE) return false;
  const { version } = kernel.profile;
  const what = since(version, 6, 6) ? `bytes: ${bytes} not enough memory` : "no enough memory";
  const pid = kernel.nextPid++;
  if (since(version, 6, 1))
    kernel.log("warn", `__vm_enough_memory: pid: ${pid}, comm: ${comm}, ${what} for the allocation`);
  return true;
}

/** oom_badness: resident pages, those in swap, and page tables. Of equals the last. Who has no node with the asker's cpuset in common is left out. */
function mostOf(kernel: Kernel, asker: Cpuset | null = null): Process | undefined {
  let most: Process | undefined;
  for (const one of kernel.processes.values()) {
    const apart = asker && one.cpuset && !one.cpuset.effectiveMems.some((id) => asker.effectiveMems.includes(id));
    if (one.alive && !apart && (!most || points(one) >= points(most))) most = one;
  }
  return most;
}
const points = (process: Process): number =>
  process.goesFirst ? Number.POSITIVE_INFINITY : process.resident + process.swapped + process.tables.tables;

type Constraint = "NONE" | "CPUSET" | "MEMORY_POLICY";

interface Request {
  readonly asker: string;
  readonly mask: Policy["mask"];
  readonly asked: Asked;
  readonly cpuset: Cpuset | null;
  readonly constraint: Constraint;
}

/** What kept the asker from memory that others may have (constrained_alloc): a policy counts if a node with memory is not in it. */
function constraintOf(kernel: Kernel, mask: Policy["mask"], cpuset: Cpuset | null): Constraint {
  if (mask === null || kernel.memoryNodes.every((id) => mask.has(id))) return "NONE";
  return mask === cpuset?.cut(null) ? "CPUSET" : "MEMORY_POLICY";
}

function reportHeader(kernel: Kernel, { asker, mask, asked }: Request): void {
  const say = (line: string): void => kernel.log("warn", line);
  say(`${asker} invoked oom-killer: gfp_mask=${gfp(kernel, asked)}, order=0, oom_score_adj=0`);
  tellMemory(kernel, mask, asked === "user" || asked === "swap-in" ? ZoneType.Movable : ZoneType.Normal);
  if (kernel.oom.dumpTasks === 0) return;
  say("Tasks state (memory values in pages):");
  const parts = since(kernel.profile.version, 6, 8);
  say(
    `[  pid  ]   uid  tgid total_vm      rss ${parts ? "rss_anon rss_file rss_shmem " : ""}pgtables_bytes swapents oom_score_adj name`,
  );
  for (const one of kernel.processes.values()) {
    const { total, anon, shared } = sizes(one);
    const own = parts ? ` ${pad(anon, 8)} ${pad(0, 8)} ${pad(shared, 9)}` : "";
    say(
      `[${pad(one.pid, 7)}] ${pad(0, 5)} ${pad(one.pid, 5)} ${pad(total, 8)} ${pad(anon + shared, 8)}${own} ${pad(one.tables.tables * PAGE_SIZE, 8)} ${pad(one.swapped, 8)} ${pad(0, 13)} ${one.comm}`,
    );
  }
}

function reportVictim(kernel: Kernel, victim: Process, { mask, cpuset, constraint }: Request, why: string): void {
  const allowed = cpuset?.effectiveMems ?? kernel.memoryNodes;
  const nodes = mask === null || mask === cpuset?.cut(null) ? "(null)" : formatList([...mask]);
  const bound = `${constraint},nodemask=${nodes}`;
  kernel.log(
    "warn",
    `oom-kill:constraint=CONSTRAINT_${bound},cpuset=${cpuset?.name ?? "/"},mems_allowed=${formatList(allowed)},global_oom,task_memcg=/,task=${victim.comm},pid=${victim.pid},uid=0`,
  );
  const { total, anon, shared } = sizes(victim);
  kernel.log(
    "warn",
    `Out of memory${why}: Killed process ${victim.pid} (${victim.comm}) total-vm:${kb(total)}kB, anon-rss:${kb(anon)}kB, file-rss:0kB, shmem-rss:${kb(shared)}kB, UID:0 pgtables:${kb(victim.tables.tables)}kB oom_score_adj:0`,
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
