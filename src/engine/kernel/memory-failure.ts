/**
 * Memory errors (mm/memory-failure.c): a page is taken out of use for good. Hard: as after a machine check, what was in
 * it is lost. Soft: its contents move elsewhere first.
 */
import type { ErrnoName } from "../hotplug/outcome.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { isMovableKind, PageFlag, PageKind } from "../memory/kinds.ts";
import { NOT_HEAD, SectionState } from "../memory/page-array.ts";
import { isolatePage, migratePages, putBack } from "../migration/migrate.ts";
import type { Steps } from "../time/task.ts";
import { MAX_ORDER, sectionOf } from "../units.ts";
import { HUGE_PAGES } from "../workload/huge-pool.ts";
import type { Kernel } from "./kernel.ts";

/** hard_offline_page. Returns the errno of the write, or null. */
export function hardOffline(kernel: Kernel, frame: number): ErrnoName | null {
  if (!isOnline(kernel, frame)) {
    kernel.log("warn", `Memory failure: 0x${frame.toString(16)}: memory outside kernel control`);
    return "ENXIO";
  }
  const index = touch(kernel, frame);
  const { pages } = kernel;
  const kind = pages.kind[index] as number;
  if (kind === PageKind.Poisoned) {
    kernel.log("warn", `Memory failure: 0x${frame.toString(16)}: already hardware poisoned`);
    return "EHWPOISON";
  }
  if (kind === PageKind.Free) {
    poisonFree(kernel, index);
    tell(kernel, frame, "free buddy page", "Recovered");
    return null;
  }
  if (kind === PageKind.Hugetlb && (pages.a[index] as number) < 0) {
    kernel.hugePages.dissolveOne(index & ~(HUGE_PAGES - 1));
    poisonFree(kernel, index);
    tell(kernel, frame, "free huge page", "Recovered");
    return null;
  }
  if (kind === PageKind.Anon || kind === PageKind.PageCache || kind === PageKind.Shmem) {
    if ((pages.flags[index] as number) & (PageFlag.Isolated | PageFlag.Pinned)) {
      tell(kernel, frame, "dirty LRU page", "Failed");
      return "EBUSY";
    }
    const dirty = (pages.flags[index] as number) & PageFlag.Dirty || kind === PageKind.Anon ? "dirty" : "clean";
    const place = (pages.flags[index] as number) & PageFlag.Mlocked ? "mlocked LRU page" : "LRU page";
    discard(kernel, index);
    tell(kernel, frame, `${dirty} ${place}`, "Recovered");
    return null;
  }
  const what =
    kind === PageKind.Slab || kind === PageKind.SlabReclaimable
      ? "kernel slab page"
      : isMovableKind(kind)
        ? "huge page"
        : "reserved kernel page";
  tell(kernel, frame, what, "Ignored");
  return "EBUSY";
}

/** soft_offline_page: contents of a page in use move elsewhere; clean page cache without a user is dropped. */
export function* softOffline(kernel: Kernel, frame: number): Steps<ErrnoName | null> {
  if (sectionOf(frame) >= kernel.pages.sections || kernel.pages.state[sectionOf(frame)] === SectionState.Absent)
    return "ENXIO";
  if (!isOnline(kernel, frame)) return "EIO";
  const index = touch(kernel, frame);
  const { pages } = kernel;
  const kind = pages.kind[index] as number;
  if (kind === PageKind.Poisoned) return null;
  if (kind === PageKind.Free) {
    poisonFree(kernel, index);
    return null;
  }
  const single = kind === PageKind.Anon || kind === PageKind.PageCache || kind === PageKind.Shmem;
  if (!single || (pages.flags[index] as number) & PageFlag.Isolated) return "EBUSY";
  const mapping = kernel.mappings.get(pages.a[index] as number);
  if (
    kind === PageKind.PageCache &&
    mapping?.areas.length === 0 &&
    !((pages.flags[index] as number) & PageFlag.Dirty)
  ) {
    discard(kernel, index);
    kernel.log("info", `soft_offline: 0x${frame.toString(16)}: invalidated`);
    return null;
  }
  isolatePage(kernel, index);
  const zone = kernel.zoneOfIndex(index);
  const report = yield* migratePages(
    kernel,
    [index],
    { node: zone.node, mask: null, gfp: GFP_HIGHUSER_MOVABLE },
    () => {},
  );
  if (report.left.length > 0) {
    putBack(kernel, report.left);
    kernel.log("info", `soft offline: 0x${frame.toString(16)}: page migration failed ${report.result}`);
    return "EBUSY";
  }
  if (pages.kind[index] !== PageKind.Free) return "EBUSY";
  poisonFree(kernel, index);
  return null;
}

function isOnline(kernel: Kernel, frame: number): boolean {
  return (
    Number.isSafeInteger(frame) &&
    frame >= 0 &&
    sectionOf(frame) < kernel.pages.sections &&
    kernel.pages.state[sectionOf(frame)] === SectionState.Online &&
    kernel.pages.kindAt(frame) !== PageKind.None
  );
}

/** Index of a page of an online section, which gets entries of its own if it has none. */
function touch(kernel: Kernel, frame: number): number {
  for (const range of kernel.isolated) range.unpack(sectionOf(frame));
  kernel.buddy.touch(kernel.zoneAt(frame), sectionOf(frame));
  return kernel.pages.indexOf(frame);
}

/** take_page_off_buddy: the chunk around a free page is cut up and all but that page go back. */
function poisonFree(kernel: Kernel, index: number): void {
  const { pages, buddy } = kernel;
  const zone = kernel.zoneOfIndex(index);
  let head = index;
  for (let order = 0; order <= MAX_ORDER; order++) {
    head = index & ~((1 << order) - 1);
    if (pages.kind[head] === PageKind.Free && pages.order[head] === order) break;
  }
  let order = pages.order[head] as number;
  buddy.takeChunk(zone, head);
  // Nothing merges across the page while its parts go back, because it is not free any more.
  const whole = 1 << order;
  pages.setKind(head, whole, PageKind.Free, 0);
  let low = head;
  const parts: [number, number][] = [];
  while (order > 0) {
    order--;
    const upper = low + (1 << order);
    if (index >= upper) {
      parts.push([low, order]);
      low = upper;
    } else parts.push([upper, order]);
  }
  markPoisoned(kernel, index);
  for (const [part, size] of parts) buddy.give(zone, part, size, false);
}

function markPoisoned(kernel: Kernel, index: number): void {
  const { pages } = kernel;
  pages.setKind(index, 1, PageKind.Poisoned, PageFlag.Poisoned);
  pages.order[index] = NOT_HEAD;
  pages.born[index] = kernel.allocator.stamp;
  const block = kernel.blocks.get(kernel.blockNumberOf(pages.pfnOf(index)));
  if (block) block.poisoned++;
}

/** Unmaps a user's page everywhere and takes it out of use: whoever touches it next finds nothing there. */
function discard(kernel: Kernel, index: number): void {
  const { pages } = kernel;
  const mapping = kernel.mappings.get(pages.a[index] as number);
  if (mapping) kernel.mappings.drop(mapping, pages.b[index] as number);
  if (pages.kind[index] === PageKind.Free) poisonFree(kernel, index);
}

function tell(kernel: Kernel, frame: number, what: string, result: string): void {
  kernel.log("warn", `Memory failure: 0x${frame.toString(16)}: recovery action for ${what}: ${result}`);
}

/** Pages out of use, in KiB as HardwareCorrupted shows them: those of offline blocks still count. */
export function poisonedPages(kernel: Kernel): number {
  let sum = 0;
  for (const block of kernel.blocks.values()) sum += block.poisoned;
  return sum;
}
