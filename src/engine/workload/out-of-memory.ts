/**
 * Memory ran out: who is killed, and what the log says of it (mm/oom_kill.c, out_of_memory, oom_badness, dump_header;
 * mm/show_mem.c). Whoever holds most goes, wherever its pages lie: an allocation that is bound to one node has somebody
 * killed whose memory is on another. Where nobody is left to kill, the kernel stops. Where it is a group that may have no more,
 * it is one of its processes that goes (mm/memcontrol.c, mem_cgroup_out_of_memory), and the kernel goes on whatever happens.
 */
import { call, type Steps } from "../chronicle/task.ts";
import type { MemoryCgroup } from "../holders/memory-cgroup.ts";
import type { Cpuset, Policy, Process } from "../holders/process.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { since } from "../kernel/profiles/versions.ts";
import { PAGE_SIZE } from "../units.ts";
import { panic } from "../kernel/panic.ts";
import { finish } from "../chronicle/slices.ts";
import { type Asked, type Constraint, type Request, reportHeader, reportKill, reportVictim } from "./oom-report.ts";
import { endProcess, exiting, startProcess } from "./processes.ts";

/** The first process, which is never killed and begins shells anew. */
const INIT = "init";

/**
 * Kills the process that holds most, or the one that asks where vm.oom_kill_allocating_task says so, and waits until it is
 * gone. True when who asked may try again; false when it is the one to go itself. `null` asks for the first process, or for the
 * kernel. Stops the kernel where nobody can be killed, or where vm.panic_on_oom says so: 1 where no memory policy and no cpuset
 * kept the asker from memory that is there, 2 always. `full` is the group that may have no more, where one is to blame.
 */
export function* outOfMemory(
  kernel: Kernel,
  process: Process | null,
  { mask }: Pick<Policy, "mask">,
  asked: Asked,
  full: MemoryCgroup | null = process?.memoryCgroup?.fullFor(1) ?? null,
): Steps<boolean> {
  const cpuset = process?.cpuset ?? null;
  if (process && !process.alive) return false;
  full?.tell("oom");
  const constraint = full ? "MEMCG" : constraintOf(kernel, mask, cpuset);
  const request: Request = { asker: process?.comm ?? INIT, mask: full ? null : mask, asked, cpuset, constraint, full };
  reportHeader(kernel, request);
  if (kernel.oom.panic === 2 || (kernel.oom.panic === 1 && constraint === "NONE")) {
    const how = kernel.oom.panic === 2 ? "compulsory" : "system-wide";
    panic(kernel, `Out of memory: ${how} panic_on_oom is enabled`);
  }
  const asker = kernel.oom.killAsker !== 0 && process && !full ? process : undefined;
  const victim = asker ?? mostOf(kernel, cpuset, full);
  if (!victim) {
    kernel.log("warn", "Out of memory and no killable processes...");
    if (full) return false;
    panic(kernel, "System is deadlocked on memory");
  }
  reportVictim(kernel, victim, request, asker ? " (oom_kill_allocating_task)" : "");
  const others = goAlong(kernel, victim, full);
  const all = [victim, ...others.processes];
  for (const one of all) count(kernel, one);
  if (others.group) {
    others.group.tell("oomGroupKill");
    kernel.log("warn", `Tasks in ${others.group.path} are going to be killed due to memory.oom.group set`);
    for (const one of others.processes) reportKill(kernel, one, "Memory cgroup out of memory");
  }
  for (const one of all) {
    // A load that is to go itself is ended by whoever runs it.
    if (!one.alive || (one === process && one.load !== "command")) continue;
    yield* call("do_exit", exiting(kernel, one, kernel.freeing()));
    kernel.watchers.killed?.(one.pid);
  }
  if (victim.load === "command" && !mostOf(kernel)) beginAnew(kernel);
  return process === null || (!all.includes(process) && process.alive);
}

function count(kernel: Kernel, { memoryCgroup }: Process): void {
  kernel.vmstat.oomKill++;
  memoryCgroup?.tell("oomKill");
}

/** Who is killed along with a process: all of the topmost group that wants it so, of those that are no larger than the full one (mem_cgroup_get_oom_group). */
function goAlong(
  kernel: Kernel,
  victim: Process,
  full: MemoryCgroup | null,
): { readonly group: MemoryCgroup | null; readonly processes: readonly Process[] } {
  let top: MemoryCgroup | null = null;
  for (const each of victim.memoryCgroup?.upwards() ?? []) {
    if (each.killsAll) top = each;
    if (each === full) break;
  }
  const group = top;
  const processes = group
    ? [...kernel.processes.values()].filter((one) => one !== victim && one.alive && one.memoryCgroup?.isWithin(group))
    : [];
  return { group, processes };
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

/** oom_badness: resident pages, those in swap, and page tables. Of equals the last. Who has no node with the asker's cpuset in common, or is in no full group, is left out. */
function mostOf(kernel: Kernel, asker: Cpuset | null = null, full: MemoryCgroup | null = null): Process | undefined {
  let most: Process | undefined;
  for (const one of kernel.processes.values()) {
    if (full && !one.memoryCgroup?.isWithin(full)) continue;
    const apart =
      !full && asker && one.cpuset && !one.cpuset.effectiveMems.some((id) => asker.effectiveMems.includes(id));
    if (one.alive && !apart && (!most || points(one) >= points(most))) most = one;
  }
  return most;
}
const points = (process: Process): number =>
  process.goesFirst ? Number.POSITIVE_INFINITY : process.resident + process.swapped + process.tables.tables;

/** What kept the asker from memory that others may have (constrained_alloc): a policy counts if a node with memory is not in it. */
function constraintOf(kernel: Kernel, mask: Policy["mask"], cpuset: Cpuset | null): Constraint {
  if (mask === null || kernel.memoryNodes.every((id) => mask.has(id))) return "NONE";
  return mask === cpuset?.cut(null) ? "CPUSET" : "MEMORY_POLICY";
}
