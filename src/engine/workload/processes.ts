/** Starting and ending processes: their own few pages, and the return of all that they hold. */
import type { Holding } from "../memory/holding.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { GFP_HIGHUSER_MOVABLE, GFP_KERNEL, type Gfp } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { PageTables } from "../memory/page-tables.ts";
import { AT_ONCE, finish, type Slices } from "../chronicle/slices.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import { nodeFor } from "./affinity.ts";
import { type Mapping, Mappings } from "../holders/mappings.ts";
import type { Owner } from "../holders/owners.ts";
import type { Lifetime } from "../memory/kinds.ts";
import { type Policy, Process } from "../holders/process.ts";

/** What every process takes: kernel stack, descriptors, its binary's data and stack. */
const STACK_PAGES = 4;
const SLAB_PAGES = 3;
const USER_PAGES = 24;

/** Starts a process on these CPUs (`null`: all), where its parent may run when none are given, or returns `undefined` (-ENOMEM). */
export function startProcess(
  kernel: Kernel,
  comm: string,
  load: string,
  parent?: number,
  given?: ReadonlySet<number> | null,
): Process | undefined {
  const forked = kernel.processes.get(parent ?? -1);
  const cpus = given === undefined ? (forked?.cpus ?? null) : given;
  const node = nodeFor(kernel, cpus);
  const pid = kernel.nextPid++;
  const tableOwner = kernel.owners.add("page-tables", PageKind.PageTable, GFP_KERNEL, { pid, comm });
  const tables = PageTables.create(kernel.tables, kernel.allocator, tableOwner.id, { node, mask: null }, kernel.levels);
  if (!tables) {
    kernel.owners.remove(tableOwner);
    return undefined;
  }
  const process = new Process({ pid, comm, load, node }, kernel.tables, tables);
  process.cpus = cpus;
  process.asked = given === undefined ? (forked?.asked ?? null) : given;
  process.owners.push(tableOwner);
  kernel.processes.set(pid, process);
  kernel.cgroups?.forked(parent, process);
  const stack = ownedBy(kernel, process, "kernel-stack", PageKind.KernelStack);
  const slab = ownedBy(kernel, process, "slab:task_struct", PageKind.Slab);
  const held =
    kernel.owners.takePages(stack, STACK_PAGES, process.near, null) +
    kernel.owners.takePages(slab, SLAB_PAGES, process.near, null);
  const image = kernel.mappings.add(`image:${comm}`, PageKind.Anon, USER_PAGES);
  process.mappings.push(image);
  const area = process.attach(image, 0, USER_PAGES);
  const policy: Policy = { mode: "default", node, mask: process.cpuset?.cut(null) ?? null };
  const fault: Fault = { gfp: GFP_HIGHUSER_MOVABLE, policy, flags: 0 };
  for (let offset = 0; offset < USER_PAGES; offset++) {
    if (held < STACK_PAGES + SLAB_PAGES || !faultIn(kernel, area, offset, fault)) {
      endProcess(kernel, process);
      return undefined;
    }
  }
  kernel.revision++;
  kernel.recorder.emit({ c: "process", partition: kernel.id, pid, comm, pages: process.resident, alive: true });
  return process;
}

/** Kernel memory that is taken on behalf of a process, and goes when it ends unless it is a cache's. */
export function ownedBy(
  kernel: Kernel,
  process: Process,
  what: Holding,
  kind: PageKind,
  { gfp = GFP_KERNEL, lifetime = "process" }: { readonly gfp?: Gfp; readonly lifetime?: Lifetime } = {},
): Owner {
  const owner = kernel.owners.add(what, kind, gfp, { pid: process.pid, comm: process.comm, lifetime });
  process.owners.push(owner);
  return owner;
}

/** How a page is brought in, and with which flags. */
export interface Fault {
  readonly gfp: Gfp;
  /** The area's (mbind): page tables are the process's own business and come from near its CPU. */
  readonly policy: Policy;
  readonly flags: number;
}

/** A page fault: brings in the page at an offset of the area's mapping unless it is there, and maps it. False on -ENOMEM. */
export function faultIn(
  kernel: Kernel,
  area: Process["areas"][number],
  offset: number,
  { gfp, policy, flags }: Fault,
): boolean {
  const { mapping, process } = area;
  if (mapping.at(offset) < 0 && !fillCharged(kernel, process, mapping, offset, { gfp, policy, flags })) return false;
  if (kernel.swap.active ? mapHeld(kernel, area, offset) : Mappings.map(area, offset, process.near, null)) return true;
  kernel.mappings.drop(mapping, offset);
  return false;
}

/**
 * Brings in the page at an offset, charged to the group of the process that asks, or of what comes back from swap to the one that
 * it was charged to there. False where there is no memory for it, or the group may have no more.
 */
export function fillCharged(
  kernel: Kernel,
  process: Process,
  mapping: Mapping,
  offset: number,
  { gfp, policy, flags }: Fault,
): boolean {
  const { mappings } = kernel;
  const { cgroups } = mappings;
  const group = cgroups?.at(mapping, offset) ?? process.memoryCgroup;
  if (group && cgroups?.admit(group, 1) === false) return false;
  if (mappings.fill(mapping, offset, gfp, policy, flags) < 0) return false;
  if (group) cgroups?.charge(mapping, offset, 1, group);
  return true;
}

/** Maps the page at an offset. False when there is no memory for a page table, for which the page itself is not reclaimed. */
export function mapHeld(kernel: Kernel, area: Process["areas"][number], offset: number): boolean {
  const page = area.mapping.at(offset);
  const map = () => Mappings.map(area, offset, area.process.near, null);
  const held =
    kernel.pages.kind[page] === PageKind.AnonHuge || ((kernel.pages.flags[page] as number) & PageFlag.Isolated) !== 0;
  return held ? map() : whileHeld(kernel, page, map);
}

/** Does something with a page that is on no list yet: meanwhile it is not reclaimed. */
export function whileHeld<T>({ pages }: Kernel, page: number, act: () => T): T {
  pages.setFlags(page, PageFlag.Isolated, 0);
  const result = act();
  pages.setFlags(page, 0, PageFlag.Isolated);
  return result;
}

/** Ends a process at once: one that holds little. */
export function endProcess(kernel: Kernel, process: Process): void {
  finish(exiting(kernel, process, AT_ONCE));
}

/**
 * exit_mmap and what follows, in slices: areas, private memory, kernel memory and page tables go back. The kernel's caches
 * stay. The process runs no more from the first step on, and is there until the last.
 */
export function* exiting(kernel: Kernel, process: Process, slices: Slices): Steps<void> {
  process.alive = false;
  if (kernel.ksm) yield* kernel.ksm.leaving(process, slices);
  for (const mapping of process.mappings) yield* kernel.mappings.removing(mapping, slices);
  for (const area of process.areas) {
    const at = area.mapping.areas.indexOf(area);
    if (at >= 0) area.mapping.areas.splice(at, 1);
  }
  process.areas.length = 0;
  const gone = process.owners.filter(({ lifetime, count }) => lifetime !== "cache" || count === 0);
  for (const owner of gone) {
    kernel.slabs.leave(owner);
    yield* kernel.owners.giving(owner, slices);
  }
  for (const work of process.tables.dismantle()) if (slices.full(work)) yield spend(slices.cost, "free_pgtables");
  // Only now: pages of tables are on no owner's list, and name theirs until the tree gives them back.
  for (const owner of gone) kernel.owners.remove(owner);
  kernel.processes.delete(process.pid);
  kernel.cgroups?.left(process.pid);
  kernel.revision++;
  kernel.recorder.emit({
    c: "process",
    partition: kernel.id,
    pid: process.pid,
    comm: process.comm,
    pages: 0,
    alive: false,
  });
}

/** Pages of slab that each new process leaves behind in the kernel's caches, and when the caches stop growing. */
const LEFT_BEHIND = 3;
const MOST_LEFT_BEHIND = 1_500;

/** A short-lived process comes and goes, as when a shell runs a command: its memory returns, the kernel's caches keep a little. */
export function forkActivity(kernel: Kernel): void {
  const process = startProcess(kernel, "sh", "command");
  if (kernel.dentries.count < MOST_LEFT_BEHIND) {
    kernel.owners.takePages(kernel.dentries, LEFT_BEHIND - 1, kernel.cpuNode.id, null);
    kernel.owners.take(kernel.metadata, 0, kernel.cpuNode.id, null);
  }
  if (process) endProcess(kernel, process);
}
