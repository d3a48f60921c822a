/**
 * ksmd and what a write to /sys/kernel/mm/ksm/run asks for (mm/ksm.c): merging pages at the pace that is set, and taking merged
 * pages apart again. Which pages are merged: ../holders/ksm.ts.
 */
import type { ErrnoName } from "../chronicle/outcome.ts";
import { call, spend, type Steps } from "../chronicle/task.ts";
import { Slices } from "../chronicle/slices.ts";
import { type Area, HOLE } from "../holders/mappings.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { PageFlag } from "../memory/kinds.ts";
import { Ksm, type KsmRun } from "../holders/ksm.ts";
import { outOfMemory } from "./out-of-memory.ts";
import { endProcess, startProcess, whileHeld } from "./processes.ts";
import { Pte } from "../memory/page-tables.ts";

const NS_PER_MS = 1e6;
/** How long who waits for an offline sleeps before it looks again. */
const LOOK_AGAIN_NS = 1e6;

/** Merging of a kernel, which begins to keep what it needs when somebody asks for it: before, ksmd does not run. */
export function ksmOf(kernel: Kernel): Ksm {
  if (kernel.ksm instanceof Ksm) return kernel.ksm;
  const ksm = newKsm(kernel);
  kernel.ksm = ksm;
  for (const { areas } of kernel.processes.values()) for (const area of areas) if (area.merged) ksm.add(area);
  return ksm;
}

/** One that nothing was told of yet: it answers as a kernel does in which nobody has asked for merging. */
export function newKsm(kernel: Kernel): Ksm {
  const { allocator, mappings, tables } = kernel;
  const nodeOf = (page: number): number => kernel.zoneOfIndex(page).node;
  return new Ksm({ allocator, mappings, tables, nodeOf, wake: () => wakeKsmd(kernel) });
}

/** A block is on its way offline: ksmd does nothing, and who would write to its settings waits (wait_while_offlining). */
export function waitsForOffline({ blocks }: Kernel): boolean {
  for (const { state } of blocks.values()) if (state === "going-offline") return true;
  return false;
}

/** Full passes, and pages looked at, those of a ksmd that has nothing left to merge among them: it goes on looking. */
export function passes({ ksm, now }: Kernel): { readonly full: number; readonly pages: number } {
  if (!(ksm instanceof Ksm)) return { full: 0, pages: 0 };
  const { resting } = ksm;
  const since = resting === null ? 0 : Math.floor((now - resting.since) / resting.passNs);
  return { full: ksm.passes + since, pages: ksm.looked + since * (resting?.pages ?? 0) };
}

/** ksmd rests no more: what it has done meanwhile is counted. */
function endRest(kernel: Kernel): void {
  const ksm = ksmOf(kernel);
  const { full, pages } = passes(kernel);
  ksm.passes = full;
  ksm.looked = pages;
  ksm.resting = null;
}

/** There may be something to merge: ksmd gets to work, if it is to run at all. */
export function wakeKsmd(kernel: Kernel): void {
  const ksm = ksmOf(kernel);
  endRest(kernel);
  if (ksm.awake || ksm.run !== "merge" || !ksm.hasAreas) return;
  ksm.awake = true;
  kernel.spawn({ is: "start", comm: "ksmd" }, ksmd(kernel));
}

/** Scans a batch, sleeps, and scans the next, until a whole pass changed nothing: from then on passes are only counted. */
function* ksmd(kernel: Kernel): Steps<void> {
  const ksm = ksmOf(kernel);
  let [passNs, pages] = [0, 0];
  while (ksm.run === "merge" && ksm.hasAreas) {
    if (waitsForOffline(kernel)) {
      yield spend(LOOK_AGAIN_NS, "ksm_do_scan");
      continue;
    }
    const { looked, merged, ended } = ksm.scan(ksm.pagesToScan);
    const ns = looked * Cost.scanPage + merged * Cost.copyPage + Math.max(1, ksm.sleepMs) * NS_PER_MS;
    passNs += ns;
    pages += looked;
    if (merged > 0) kernel.revision++;
    if (ended === "idle pass") {
      ksm.resting = { since: kernel.now, passNs, pages };
      break;
    }
    if (ended !== null) [passNs, pages] = [0, 0];
    yield spend(ns, "ksm_do_scan");
  }
  ksm.awake = false;
}

/**
 * A write to `run`: 1 lets ksmd work, 0 stops it, and 2 also gives every sharer a page of its own again. Where there is no memory for that,
 * who asked is the first to be killed, and merging stops (ENOMEM).
 */
export function* setRun(
  kernel: Kernel,
  run: KsmRun,
  by: { readonly pid: number } | null,
  isInterrupted: () => boolean,
): Steps<ErrnoName | null> {
  const ksm = ksmOf(kernel);
  while (waitsForOffline(kernel)) {
    yield spend(LOOK_AGAIN_NS, "run_store");
    if (isInterrupted()) return "EINTR";
  }
  if (run === ksm.run) return null;
  endRest(kernel);
  ksm.run = run;
  if (run === "unmerge") {
    const errno = yield* call("run_store", takeApart(kernel, by, isInterrupted));
    if (errno !== null) ksm.run = "stop";
    return errno;
  }
  wakeKsmd(kernel);
  return null;
}

/** unmerge_and_remove_all_rmap_items. */
function* takeApart(
  kernel: Kernel,
  by: { readonly pid: number } | null,
  isInterrupted: () => boolean,
): Steps<ErrnoName | null> {
  const ksm = ksmOf(kernel);
  const known = kernel.processes.get(by?.pid ?? -1);
  const asker = known ?? startProcess(kernel, "sh", "command");
  if (!asker) return "ENOMEM";
  asker.goesFirst = true;
  const slices = new Slices(kernel.slicePages, Cost.fault);
  let errno: ErrnoName | null = null;
  for (const [area, offset] of ksm.sharers()) {
    while (errno === null && isMerged(area, offset) && !breakApart(kernel, area, offset)) {
      const policy = { mask: area.process.policy?.mask ?? null };
      const full = area.process.memoryCgroup?.fullFor(1) ?? null;
      if (!(yield* outOfMemory(kernel, asker, policy, "user", full))) errno = "ENOMEM";
    }
    if (errno !== null) break;
    if (!slices.full(1)) continue;
    yield spend(slices.cost, "unmerge_ksm_pages", "handle_mm_fault");
    if (isInterrupted()) {
      errno = "EINTR";
      break;
    }
  }
  asker.goesFirst = false;
  if (!known && asker.alive) endProcess(kernel, asker);
  if (errno === null) {
    ksm.forget();
    ksm.passes = 0;
  }
  return errno;
}

const isMerged = ({ merged, process }: Area, offset: number): boolean =>
  process.alive && merged !== null && (merged.into[offset] as number) !== HOLE;

/** break_ksm: a page of the process's own, from where its policy says, takes the place of the merged one. False on -ENOMEM. */
function breakApart(kernel: Kernel, area: Area, offset: number): boolean {
  const { process, mapping } = area;
  const policy = process.policy ?? { node: process.node, mask: null };
  const group = process.memoryCgroup;
  const { cgroups } = kernel.mappings;
  if (group && cgroups?.admit(group, 1) === false) return false;
  // The merged page stays mapped until the copy is made.
  const page = kernel.allocator.alloc(
    GFP_HIGHUSER_MOVABLE,
    0,
    policy.node,
    policy.mask,
    mapping.kind,
    PageFlag.Dirty,
    mapping.id,
    offset,
  );
  if (page < 0) return false;
  const ksm = ksmOf(kernel);
  ksm.detach(area, offset);
  mapping.bring(offset, page, 1);
  if (group) cgroups?.charge(mapping, offset, 1, group);
  const bits = Pte.Present | Pte.Writable | Pte.Dirty | Pte.Young;
  const enter = () => process.tables.map(area.start + offset, page, bits, process.near, null);
  if (!whileHeld(kernel, page, enter)) throw new Error("the table of a mapped page has gone");
  ksm.broken++;
  return true;
}
