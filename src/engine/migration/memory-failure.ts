/**
 * Memory errors (mm/memory-failure.c): a page is taken out of use for good. Hard: as after a machine check, what was in
 * it is lost. Soft: its contents move elsewhere first.
 */
import { since } from "../kernel/profiles/versions.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { isMovableKind, PageFlag, PageKind } from "../memory/kinds.ts";
import { NOT_HEAD, SectionState } from "../memory/page-array.ts";
import { isolatePage, migratePages, putBack, splitTransparent } from "./migrate.ts";
import { call, type Steps } from "../chronicle/task.ts";
import { MAX_ORDER, sectionOf } from "../units.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { pageFlags } from "../kernel/page-dump.ts";

/** How the kernel got on with a broken page, as nodeN/memory_failure counts it (include/linux/mmzone.h, memory_failure_stats). */
export type FailureResult = "ignored" | "failed" | "delayed" | "recovered";

/** hard_offline_page. Returns the errno of the write, or null. */
export function hardOffline(kernel: Kernel, frame: number): ErrnoName | null {
  if (!isOnline(kernel, frame)) {
    if (isLatest(kernel) && hasNoStructPage(kernel, frame)) {
      kernel.log("warn", `Memory failure: 0x${frame.toString(16)}: recovery action for non struct page pfn: Ignored`);
      return "EBUSY";
    }
    kernel.log("warn", `Memory failure: 0x${frame.toString(16)}: memory outside kernel control`);
    return "ENXIO";
  }
  if (isBroken(kernel, frame)) {
    const told = kernel.profile.countsMemoryFailures
      ? "recovery action for already poisoned page: Failed"
      : "already hardware poisoned";
    kernel.log("warn", `Memory failure: 0x${frame.toString(16)}: ${told}`);
    return "EHWPOISON";
  }
  const index = touch(kernel, frame);
  const { pages } = kernel;
  const kind = index < 0 ? PageKind.None : (pages.kind[index] as number);
  switch (kind) {
    case PageKind.Free:
      poisonFree(kernel, index);
      tell(kernel, frame, "free buddy page", "recovered");
      return null;
    case PageKind.Hugetlb:
      return hardOfflineHuge(kernel, frame, index);
    case PageKind.AnonHuge:
    case PageKind.Anon:
    case PageKind.Ksm:
    case PageKind.PageCache:
    case PageKind.Shmem: {
      if ((pages.flags[headOf(kernel, index)] as number) & (PageFlag.Isolated | PageFlag.Pinned)) {
        tell(kernel, frame, "dirty LRU page", "failed");
        return "EBUSY";
      }
      if (kind === PageKind.AnonHuge) splitTransparent(kernel, headOf(kernel, index));
      const dirty = (pages.flags[index] as number) & PageFlag.Dirty || kind !== PageKind.PageCache ? "dirty" : "clean";
      const place = (pages.flags[index] as number) & PageFlag.Mlocked ? "mlocked LRU page" : "LRU page";
      discard(kernel, index);
      tell(kernel, frame, `${dirty} ${place}`, "recovered");
      return null;
    }
    default:
      // The kernel's own data: it goes on using the page, and hopes. Reserved pages, and holes, are taken for that too.
      kernel.brokenInUse.add(frame);
      count(kernel, frame);
      sayUnhandlable(kernel, frame);
      tell(kernel, frame, unhandled(kernel, kind), "ignored");
      return "EBUSY";
  }
}

const hasNoStructPage = ({ pages }: Kernel, frame: number): boolean =>
  sectionOf(frame) >= pages.sections || pages.state[sectionOf(frame)] === SectionState.Absent;
const isLatest = (kernel: Kernel): boolean => since(kernel.profile.version, 7, 3);

/** What a page is called that nothing can be done about. */
function unhandled(kernel: Kernel, kind: number): string {
  if (!kernel.profile.countsMemoryFailures) return "unknown page";
  const reserved = RESERVED.includes(kind);
  return reserved && isLatest(kernel) ? "reserved kernel page" : "get hwpoison page";
}
const RESERVED: readonly number[] = [PageKind.None, PageKind.Reserved, PageKind.KernelImage, PageKind.BootMemmap];

/** try_memory_failure_hugetlb: whoever uses the huge page loses it, and all of it but the broken part is free again. */
function hardOfflineHuge(kernel: Kernel, frame: number, index: number): ErrnoName | null {
  const { pages, hugePages } = kernel;
  const head = headOf(kernel, index);
  const mapping = kernel.mappings.get(pages.a[head] as number);
  const busy = (pages.flags[head] as number) & (PageFlag.Isolated | PageFlag.Pinned);
  // A page of 1 GiB is neither taken from its process nor cut here.
  const gigantic = kernel.gigantic.at(frame) !== undefined;
  if (busy || gigantic || (!mapping && !hugePages.mayDissolve)) {
    tell(kernel, frame, "huge page", "failed");
    return "EBUSY";
  }
  const what = mapping ? "huge page" : "free huge page";
  if (mapping) kernel.mappings.drop(mapping, pages.b[head] as number);
  breakOutOfPool(kernel, index);
  tell(kernel, frame, what, "recovered");
  return null;
}

/** soft_offline_page: contents of a page in use move elsewhere; clean page cache without a user is dropped. */
export function* softOffline(kernel: Kernel, frame: number): Steps<ErrnoName | null> {
  if (hasNoStructPage(kernel, frame)) return "ENXIO";
  if (!isOnline(kernel, frame)) return "EIO";
  if (isBroken(kernel, frame)) {
    kernel.log("info", `Soft offline: 0x${frame.toString(16)}: page already poisoned`);
    return null;
  }
  const index = touch(kernel, frame);
  const { pages } = kernel;
  const kind = index < 0 ? PageKind.None : (pages.kind[index] as number);
  if (kind === PageKind.Free) {
    poisonFree(kernel, index);
    return null;
  }
  if (!isMovableKind(kind)) {
    sayUnhandlable(kernel, frame);
    return isLatest(kernel) ? "ENOTRECOVERABLE" : "EIO";
  }
  const head = headOf(kernel, index);
  if ((pages.flags[head] as number) & PageFlag.Isolated) return "EBUSY";
  if (kind === PageKind.Hugetlb && (pages.a[head] as number) < 0) {
    if (!kernel.hugePages.mayDissolve) return "EBUSY";
    breakOutOfPool(kernel, index);
    return null;
  }
  if (kind === PageKind.AnonHuge) splitTransparent(kernel, head);
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
  return yield* moveAway(kernel, frame, index);
}

/** soft_offline_in_use_page: huge pages of the pool move as a whole. */
function* moveAway(kernel: Kernel, frame: number, index: number): Steps<ErrnoName | null> {
  const { pages } = kernel;
  const page = pages.kind[index] === PageKind.Hugetlb ? headOf(kernel, index) : index;
  isolatePage(kernel, page);
  const zone = kernel.zoneOfIndex(page);
  const target = { node: zone.node, mask: null, gfp: GFP_HIGHUSER_MOVABLE };
  const report = yield* call(
    "migrate_pages",
    migratePages(kernel, [page], target, () => {}),
  );
  if (report.left.length > 0) {
    // The page waits to be put on its list while its flags are told.
    kernel.log("info", softFailure(kernel, frame, report.result));
    putBack(kernel, report.left);
    return "EBUSY";
  }
  breakOutOfPool(kernel, index);
  return pages.kind[index] === PageKind.Poisoned ? null : "EBUSY";
}

/** What is said of a page that could not be moved; newer kernels add its flags. */
function softFailure(kernel: Kernel, frame: number, result: number): string {
  const told = `0x${frame.toString(16)}: page migration failed ${result}`;
  if (!kernel.profile.countsMemoryFailures) return `soft offline: ${told}`;
  const { word, names } = pageFlags(kernel, frame);
  return `Soft offline: ${told}, type 0x${word.toString(16)}(${names})`;
}

/** A page that nobody uses any more: where it belongs to a free huge page of the pool, that is dissolved first. */
function breakOutOfPool(kernel: Kernel, index: number): void {
  const { pages, hugePages } = kernel;
  const head = headOf(kernel, index);
  if (pages.kind[index] === PageKind.Hugetlb && hugePages.isFree(head) && hugePages.mayDissolve)
    hugePages.dissolveOne(head);
  if (pages.kind[index] === PageKind.Free) poisonFree(kernel, index);
}

/** First page of the huge page that a page is part of; single pages are their own. */
function headOf({ pages, gigantic }: Kernel, index: number): number {
  const head = gigantic.usedAt(pages.pfnOf(index));
  if (head >= 0) return head;
  const kind = pages.kind[index] as number;
  return kind === PageKind.AnonHuge || kind === PageKind.Hugetlb ? index & ~(HUGE_PAGES - 1) : index;
}

/** pfn_to_online_page: holes of an online section have a struct page too. */
function isOnline(kernel: Kernel, frame: number): boolean {
  return (
    Number.isSafeInteger(frame) &&
    frame >= 0 &&
    sectionOf(frame) < kernel.pages.sections &&
    kernel.pages.state[sectionOf(frame)] === SectionState.Online
  );
}

const isBroken = (kernel: Kernel, frame: number): boolean =>
  kernel.brokenInUse.has(frame) || kernel.pages.kindAt(frame) === PageKind.Poisoned;

/** Index of a page of an online section, which gets entries of its own if it has none. -1 in a hole without any. */
function touch(kernel: Kernel, frame: number): number {
  if (kernel.pages.kindAt(frame) === PageKind.None) return -1;
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
  count(kernel, pages.pfnOf(index));
}

/** num_poisoned_pages_inc. */
function count(kernel: Kernel, frame: number): void {
  const block = kernel.blocks.get(kernel.blockNumberOf(frame));
  if (block) block.poisoned++;
}

/** Unmaps a user's page everywhere and takes it out of use: whoever touches it next finds nothing there. */
function discard(kernel: Kernel, index: number): void {
  const { pages } = kernel;
  const mapping = kernel.mappings.get(pages.a[index] as number);
  if (mapping) kernel.mappings.drop(mapping, pages.b[index] as number);
  if (pages.kind[index] === PageKind.Free) poisonFree(kernel, index);
}

const sayUnhandlable = (kernel: Kernel, frame: number): void =>
  kernel.log("warn", `Memory failure: 0x${frame.toString(16)}: unhandlable page.`);

/** action_result. */
function tell(kernel: Kernel, frame: number, what: string, result: FailureResult): void {
  const word = `${result.charAt(0).toUpperCase()}${result.slice(1)}`;
  kernel.log("warn", `Memory failure: 0x${frame.toString(16)}: recovery action for ${what}: ${word}`);
  const node = kernel.nodes[kernel.blocks.get(kernel.blockNumberOf(frame))?.nodes[0] ?? -1];
  if (node) node.memoryFailures[result]++;
}
