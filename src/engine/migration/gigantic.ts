/**
 * Pages of 1 GiB: made of ranges that can be emptied, dissolved when a block of theirs goes offline, demoted to pages of
 * 2 MiB (mm/hugetlb.c, alloc_gigantic_folio, dissolve_free_hugetlb_folio, demote_pool_huge_page; mm/page_alloc.c,
 * alloc_contig_pages).
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind, ZoneType } from "../memory/kinds.ts";
import { SectionState } from "../memory/page-array.ts";
import type { Zone } from "../memory/zone.ts";
import { call, spend, type Steps } from "../chronicle/task.ts";
import { GIGANTIC_PAGES } from "../holders/gigantic-pool.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";
import { PAGES_PER_SECTION, sectionOf } from "../units.ts";
import { giveContiguous, takeContiguous } from "./contiguous.ts";

/**
 * Makes the pool as large as asked, as far as memory allows (set_max_huge_pages): over all nodes in turn, or on one node.
 * Never fails; what could not be had is seen by reading back.
 */
export function* resizeGigantic(kernel: Kernel, count: number, node: number | null): Steps<void> {
  const pool = kernel.gigantic;
  while (pool.resizes) yield spend(Cost.call, "set_max_huge_pages");
  pool.resizes = true;
  const nodes = node === null ? kernel.nodes.filter((one) => one.hasMemory).map((one) => one.id) : [node];
  const whole = node === null ? count : count + pool.pages - (pool.total[node] as number);
  while (pool.pages < whole) {
    let got = false;
    for (const id of inTurn(nodes, pool.turn.grow)) {
      pool.turn.grow = after(nodes, id);
      const made = yield* makeOne(kernel, id);
      if (made === null) continue;
      pool.keep(id, made);
      got = true;
      break;
    }
    if (!got) break;
  }
  // What is in use, or promised, stays.
  while (pool.pages > whole && pool.freePages > pool.reserved) {
    const id = inTurn(nodes, pool.turn.shrink).find((one) => pool.freeOn(one) > 0);
    if (id === undefined) break;
    pool.turn.shrink = after(nodes, id);
    giveBack(kernel, pool.take(id) as number);
    yield spend(Cost.mapSection, "set_max_huge_pages");
  }
  pool.most = pool.pages;
  pool.resizes = false;
}

/** The nodes from the one whose turn it is, once round. */
function inTurn(nodes: readonly number[], turn: number): number[] {
  const at = nodes.findIndex((id) => id >= turn);
  return at < 0 ? [...nodes] : [...nodes.slice(at), ...nodes.slice(0, at)];
}
const after = (nodes: readonly number[], id: number): number =>
  nodes.find((other) => other > id) ?? (nodes[0] as number);

/** The lowest range of a node that can be had as a whole, zone by zone from the highest that may serve. Its pfn, or null. */
function* makeOne(kernel: Kernel, node: number): Steps<number | null> {
  const highest = kernel.parameters.movableGiganticPages !== 0 ? ZoneType.Movable : ZoneType.Normal;
  for (const movesHuge of kernel.profile.contiguousMovesHuge ? [false, true] : [false])
    for (const zone of kernel.nodes[node]?.zones.toReversed() ?? []) {
      if (zone.type > highest || !zone.populated) continue;
      const first = Math.ceil(zone.startPfn / GIGANTIC_PAGES) * GIGANTIC_PAGES;
      for (let start = first; start + GIGANTIC_PAGES <= zone.end; start += GIGANTIC_PAGES) {
        yield spend(Cost.call, "set_max_huge_pages");
        if (!isCandidate(kernel, zone, start, movesHuge)) continue;
        const replace = (): boolean => kernel.hugePages.replaceFree(start, GIGANTIC_PAGES);
        const taking = takeContiguous(
          kernel,
          { zone, startPfn: start, pages: GIGANTIC_PAGES, kind: PageKind.Hugetlb },
          undefined,
          replace,
        );
        if ((yield* call("alloc_contig_range", taking)) === null) return start;
      }
    }
  return null;
}

/** What no range may have that is wanted whole. */
const STAYS = [PageKind.Reserved, PageKind.KernelImage, PageKind.BootMemmap, PageKind.None];

/** pfn_range_valid_contig: all of it online, in the zone, not reserved and no huge page; before 5.13 nothing in use. */
function isCandidate(kernel: Kernel, zone: Zone, start: number, movesHuge: boolean): boolean {
  const { pages, profile } = kernel;
  if (kernel.gigantic.within(start, GIGANTIC_PAGES).length > 0) return false;
  for (let section = sectionOf(start); section < sectionOf(start + GIGANTIC_PAGES); section++) {
    if (pages.state[section] !== SectionState.Online) return false;
    const frame = section * PAGES_PER_SECTION;
    if (kernel.zoneAt(frame) !== zone || kernel.zoneAt(frame + PAGES_PER_SECTION - 1) !== zone) return false;
    if (!profile.contiguousMovesUsed && pages.countIn(section, PageKind.Free) < PAGES_PER_SECTION) return false;
    if (!movesHuge && pages.countIn(section, PageKind.Hugetlb) > 0) return false;
    if (STAYS.some((kind) => pages.countIn(section, kind) > 0)) return false;
  }
  return true;
}

function giveBack(kernel: Kernel, startPfn: number): void {
  for (let frame = startPfn; frame < startPfn + GIGANTIC_PAGES; frame += PAGES_PER_SECTION)
    giveContiguous(kernel, kernel.zoneAt(frame) as Zone, frame, PAGES_PER_SECTION, false);
}

/** dissolve_free_hugetlb_folios: pages of 1 GiB that reach into a range leave the pool for good, all of them. */
export function dissolveGigantic(kernel: Kernel, startPfn: number, pages: number): void {
  const pool = kernel.gigantic;
  for (const one of pool.within(startPfn, pages)) {
    if (!one.free) continue;
    pool.remove(one.node, one.startPfn);
    pool.most--;
    giveBack(kernel, one.startPfn);
  }
}

/** A write to `demote`: pages of 1 GiB become pages of 2 MiB of the other pool, where they lie. `node` null is any. */
export function* demoteGigantic(kernel: Kernel, count: number, node: number | null): Steps<void> {
  const pool = kernel.gigantic;
  const nodes = node === null ? kernel.nodes.map(({ id }) => id) : [node];
  for (let left = count; left > 0; left--) {
    const id = inTurn(nodes, pool.turn.shrink).find((one) => pool.freeOn(one) > 0);
    if (id === undefined) return;
    if (node === null) pool.turn.shrink = after(nodes, id);
    const start = pool.take(id) as number;
    pool.most--;
    for (let frame = start; frame < start + GIGANTIC_PAGES; frame += HUGE_PAGES)
      kernel.hugePages.adopt(kernel.pages.indexOf(frame), id);
    yield spend(Cost.mapSection, "set_max_huge_pages");
  }
}
