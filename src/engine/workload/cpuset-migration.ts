/** Pages of a process follow its cpuset (kernel/cgroup/cpuset.c, cpuset_migrate_mm; mm/mempolicy.c, do_migrate_pages). */
import { call, spend, type Steps } from "../chronicle/task.ts";
import { Slices } from "../chronicle/slices.ts";
import type { Process } from "../holders/process.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { isOnList, isolatePage, migratePages, putBack } from "../migration/migrate.ts";

/**
 * From where to where pages move when the nodes change (node_remap): the n-th of the old nodes becomes the n-th of the new, counted round. Where
 * their numbers differ, a node that stays allowed keeps its pages.
 */
export function moves(
  from: readonly number[],
  to: readonly number[],
): { readonly source: number; readonly target: number }[] {
  if (to.length === 0) return [];
  return from.flatMap((source, at) => {
    const target = to[at % to.length] as number;
    return source === target || (from.length !== to.length && to.includes(source)) ? [] : [{ source, target }];
  });
}

/** Moves what processes have on nodes that they may no longer use. What can't move, or finds no room, stays. */
export function* followCpuset(
  kernel: Kernel,
  processes: readonly Process[],
  from: readonly number[],
  to: readonly number[],
): Steps<void> {
  for (const process of processes)
    for (const { source, target } of moves(from, to))
      yield* call("do_migrate_pages", moving(kernel, process, source, target));
}

function* moving(kernel: Kernel, process: Process, source: number, target: number): Steps<void> {
  const slices = new Slices(kernel.slicePages, Cost.scanPage);
  const list: number[] = [];
  for (const { mapping } of process.areas) {
    if (!process.alive) break;
    for (const page of mapping.present()) {
      const leaves = kernel.zoneOfIndex(page).node === source && isOnList(kernel, page);
      if (leaves) {
        isolatePage(kernel, page);
        list.push(page);
      }
      if (slices.full(leaves ? 1 : 1 / 8)) yield spend(slices.cost, "do_migrate_pages");
    }
  }
  const where = { node: target, mask: new Set([target]), gfp: GFP_HIGHUSER_MOVABLE };
  const report = yield* call(
    "migrate_pages",
    migratePages(kernel, list, where, () => {}),
  );
  putBack(kernel, report.left);
}
