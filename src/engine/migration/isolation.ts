/**
 * Isolation of a range: its pageblocks become Isolate, so that nothing is allocated there and freed pages stay
 * (mm/page_isolation.c, start_isolate_page_range, set_migratetype_isolate, has_unmovable_pages).
 */
import { Cost } from "../kernel/costs.ts";
import type { Isolated, Kernel } from "../kernel/kernel.ts";
import { MigrateType, PageKind } from "../memory/kinds.ts";
import { NOT_HEAD, SectionState } from "../memory/page-array.ts";
import type { Zone } from "../memory/zone.ts";
import {
  MAX_ORDER,
  PAGEBLOCK_ORDER,
  PAGEBLOCK_PAGES,
  PAGES_PER_MAX_ORDER,
  PAGES_PER_SECTION,
  SECTION_SHIFT,
  sectionOf,
} from "../units.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import { giganticAcrossEnd } from "../holders/gigantic-pool.ts";
import { GIGANTIC_ACROSS, type LeavePurpose, type Obstacle, obstacleIn } from "./leave.ts";

export type IsolationResult =
  | { readonly ok: true }
  /** `done` pageblocks had been isolated before the obstacle was met. */
  | { readonly ok: false; readonly obstacle: Obstacle; readonly done: number };

/** In which order pageblocks are isolated: upwards, since 6.0 after the two at the ends. */
export function isolationOrder(count: number, endsFirst: boolean): number[] {
  const upwards = Array.from({ length: count }, (_, i) => i);
  return endsFirst && count > 1 ? [0, count - 1, ...upwards.slice(1, -1)] : upwards;
}

/** A range of whole pageblocks that is being emptied: sections that nobody had touched are kept aside whole. */
export class IsolatedRange implements Isolated {
  readonly kernel: Kernel;
  readonly zone: Zone;
  readonly startPfn: number;
  readonly pages: number;
  private readonly purpose: LeavePurpose;
  /** Untouched sections taken out of the free lists. */
  private readonly aside = new Set<number>();

  constructor(kernel: Kernel, zone: Zone, startPfn: number, pages: number, purpose: LeavePurpose = "offline") {
    this.kernel = kernel;
    this.zone = zone;
    this.startPfn = startPfn;
    this.pages = pages;
    this.purpose = purpose;
  }

  get keptAside(): number {
    return this.aside.size;
  }

  holdsAside(section: number): boolean {
    return this.aside.has(section);
  }

  /** Gives a section that is kept aside whole its entries, isolated as the rest of the range: a page of it is about to differ. */
  unpack(section: number): void {
    if (!this.aside.delete(section)) return;
    this.kernel.buddy.giveSection(this.zone, section);
    this.kernel.buddy.touch(this.zone, section);
    for (let frame = section * PAGES_PER_SECTION; frame < (section + 1) * PAGES_PER_SECTION; frame += PAGEBLOCK_PAGES)
      this.isolateOne(frame);
  }

  /** Isolates all pageblocks: the first, the last, then the others upwards; undoes all at the first that cannot be. */
  *isolate(): Steps<IsolationResult> {
    const across =
      this.kernel.profile.giganticAcross === "refuses"
        ? giganticAcrossEnd(this.kernel.gigantic, this.startPfn, this.pages)
        : undefined;
    if (across !== undefined) return { ok: false, obstacle: { pfn: across, why: GIGANTIC_ACROSS }, done: 0 };
    this.kernel.isolated.add(this);
    const count = this.pages / PAGEBLOCK_PAGES;
    const order = isolationOrder(count, this.kernel.profile.isolatesEndsFirst);
    const done: number[] = [];
    let cost = 0;
    for (const number of order) {
      const frame = this.startPfn + number * PAGEBLOCK_PAGES;
      const obstacle = this.isolateOne(frame);
      if (obstacle !== undefined) {
        for (const undone of done) this.releaseOne(this.startPfn + undone * PAGEBLOCK_PAGES);
        this.releaseAside();
        this.kernel.isolated.delete(this);
        return { ok: false, obstacle, done: done.length };
      }
      done.push(number);
      cost += Cost.isolatePageblock;
      if (done.length % 16 === 0) {
        yield spend(cost, "set_migratetype_isolate");
        cost = 0;
      }
    }
    if (cost > 0) yield spend(cost, "set_migratetype_isolate");
    return { ok: true };
  }

  /** undo_isolate_page_range: everything becomes Movable, whatever it was before. */
  release(): void {
    for (let frame = this.startPfn; frame < this.startPfn + this.pages; frame += PAGEBLOCK_PAGES)
      this.releaseOne(frame);
    this.releaseAside();
    this.kernel.isolated.delete(this);
  }

  /** True when every page is free, or out of use for good (test_pages_isolated). */
  get empty(): boolean {
    for (let section = sectionOf(this.startPfn); section < sectionOf(this.startPfn + this.pages); section++) {
      const { pages } = this.kernel;
      const gone =
        pages.countIn(section, PageKind.Free) +
        pages.countIn(section, PageKind.Poisoned) +
        pages.countIn(section, PageKind.SelfMemmap) +
        pages.countIn(section, PageKind.Offline);
      if (gone !== PAGES_PER_SECTION || this.hasBalloon(section)) return false;
    }
    return true;
  }

  /** Whether offline pages of a section belong to a balloon: those are still in use, unlike what a driver keeps back. */
  private hasBalloon(section: number): boolean {
    const { pages } = this.kernel;
    const slot = pages.slotOf[section] as number;
    if (slot < 0 || pages.countIn(section, PageKind.Offline) === 0) return false;
    for (let page = slot << SECTION_SHIFT; page < (slot + 1) << SECTION_SHIFT; page++) {
      if (pages.kind[page] === PageKind.Offline && (pages.a[page] as number) >= 0) return true;
    }
    return false;
  }

  /** __offline_isolated_pages: the free pages leave the lists, the sections go offline. */
  takeOffline(): void {
    const { pages, buddy } = this.kernel;
    for (let section = sectionOf(this.startPfn); section < sectionOf(this.startPfn + this.pages); section++) {
      const slot = pages.slotOf[section] as number;
      if (slot >= 0) {
        const first = slot << SECTION_SHIFT;
        for (let page = first; page < first + PAGES_PER_SECTION; ) {
          const order = pages.order[page] as number;
          if (pages.kind[page] === PageKind.Free && order !== NOT_HEAD) {
            buddy.takeChunk(this.zone, page);
            page += 1 << order;
          } else page++;
        }
      }
      pages.makeUniform(section, PageKind.None);
      pages.state[section] = SectionState.Offline;
      pages.zoneOfSection[section] = -1;
    }
    // The pages' descriptions are made anew when they come online again.
    for (const frame of this.kernel.brokenInUse)
      if (frame >= this.startPfn && frame < this.startPfn + this.pages) this.kernel.brokenInUse.delete(frame);
    this.aside.clear();
    this.kernel.isolated.delete(this);
  }

  /** True when every page of the range is in the allocator's hands, so that all of it can be allocated at once. */
  get allFree(): boolean {
    const { pages } = this.kernel;
    for (let frame = this.startPfn; frame < this.startPfn + this.pages; frame++) {
      if (frame % PAGES_PER_SECTION === 0 && this.aside.has(sectionOf(frame))) frame += PAGES_PER_SECTION - 1;
      else if (pages.kindAt(frame) !== PageKind.Free) return false;
    }
    return true;
  }

  /** isolate_freepages_range and undo_isolate_page_range: all pages, which are free, get a use; the pageblocks become Movable. */
  takeFor(kind: PageKind): void {
    const { pages, buddy } = this.kernel;
    for (const section of this.aside) pages.makeUniform(section, kind);
    for (let frame = this.startPfn; frame < this.startPfn + this.pages; frame += PAGEBLOCK_PAGES) {
      if (this.aside.has(sectionOf(frame))) continue;
      const index = pages.indexOf(frame);
      for (let page = index; page < index + PAGEBLOCK_PAGES; page++) {
        if (pages.order[page] !== NOT_HEAD && pages.kind[page] === PageKind.Free) buddy.takeChunk(this.zone, page);
      }
    }
    for (let frame = this.startPfn; frame < this.startPfn + this.pages; frame += PAGEBLOCK_PAGES) {
      if (this.aside.has(sectionOf(frame))) continue;
      const index = pages.indexOf(frame);
      pages.setKind(index, PAGEBLOCK_PAGES, kind, 0);
      pages.order.fill(NOT_HEAD, index, index + PAGEBLOCK_PAGES);
      pages.a.fill(-1, index, index + PAGEBLOCK_PAGES);
      pages.b.fill(-1, index, index + PAGEBLOCK_PAGES);
      pages.born.fill(this.kernel.allocator.stamp, index, index + PAGEBLOCK_PAGES);
      pages.setPageblockType(index, MigrateType.Movable);
    }
    this.aside.clear();
    this.kernel.isolated.delete(this);
  }

  /** Isolates one pageblock; returns the obstacle, or undefined. */
  private isolateOne(frame: number): Obstacle | undefined {
    const { pages, buddy } = this.kernel;
    const section = sectionOf(frame);
    if (this.aside.has(section)) return undefined;
    const obstacle = obstacleIn(this.kernel, this.zone, frame, this.purpose);
    if (obstacle) return obstacle;
    if ((pages.slotOf[section] as number) < 0) {
      if (pages.uniformKind[section] !== PageKind.Free) return undefined;
      if (this.holdsWhole(section)) {
        buddy.takeSection(this.zone, section);
        this.aside.add(section);
        return undefined;
      }
      buddy.touch(this.zone, section);
    }
    const index = pages.indexOf(frame);
    this.cutAtBorders(frame, index);
    const moved = buddy.moveFreePages(this.zone, index, MigrateType.Isolate);
    pages.setPageblockType(index, MigrateType.Isolate);
    this.zone.countFree(-moved);
    return undefined;
  }

  private holdsWhole(section: number): boolean {
    const first = section * PAGES_PER_SECTION;
    return first >= this.startPfn && first + PAGES_PER_SECTION <= this.startPfn + this.pages;
  }

  /** isolate_single_pageblock: a free chunk that reaches over a border of the range is cut there. */
  private cutAtBorders(frame: number, index: number): void {
    const upperHalf = (index & (PAGES_PER_MAX_ORDER - 1)) !== 0;
    if (upperHalf && frame === this.startPfn) this.kernel.buddy.cutChunk(this.zone, index - PAGEBLOCK_PAGES);
    if (!upperHalf && frame + PAGEBLOCK_PAGES === this.startPfn + this.pages)
      this.kernel.buddy.cutChunk(this.zone, index);
  }

  /** unset_migratetype_isolate. */
  private releaseOne(frame: number): void {
    const { pages, buddy } = this.kernel;
    const section = sectionOf(frame);
    if (this.aside.has(section) || (pages.slotOf[section] as number) < 0) return;
    const index = pages.indexOf(frame);
    const block = index >> PAGEBLOCK_ORDER;
    if (pages.pageblockType[block] !== MigrateType.Isolate) return;
    const order = pages.order[index] as number;
    const mergeable = pages.kind[index] === PageKind.Free && order >= PAGEBLOCK_ORDER && order < MAX_ORDER;
    if (mergeable && pages.pageblockType[(index ^ (1 << order)) >> PAGEBLOCK_ORDER] !== MigrateType.Isolate) {
      // The other half may be free and of a mergeable type by now: freeing again joins them.
      buddy.takeChunk(this.zone, index);
      pages.setPageblockType(index, MigrateType.Movable);
      buddy.give(this.zone, index, order, true);
    } else {
      this.zone.countFree(buddy.moveFreePages(this.zone, index, MigrateType.Movable));
      pages.setPageblockType(index, MigrateType.Movable);
    }
  }

  private releaseAside(): void {
    for (const section of [...this.aside].sort((x, y) => x - y)) this.kernel.buddy.giveSection(this.zone, section);
    this.aside.clear();
  }
}
