/** The sums of one attempt to empty a block, kept while it goes on. */
import type { AttemptLog } from "../chronicle/attempt.ts";
import { targetOf } from "../hotplug/move-off.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { ownerOf } from "../migration/describe.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { ZoneType } from "../memory/kinds.ts";
import type { NumaNode } from "../memory/node.ts";
import type { Zone } from "../memory/zone.ts";
import type { KernelFunction } from "../chronicle/functions.ts";
import type { WatchedRange } from "../chronicle/migration-watch.ts";
import { PASSES } from "../migration/migrate.ts";
import { isHuge } from "../migration/moving.ts";
import { PAGEBLOCK_PAGES, pfn, type SimNs, simNs } from "../units.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";
import { type ByNode, meanDistance, pagesByNode } from "./distances.ts";
import { type Cells, cellsOf, isInUse, pagesInUse, slotOf } from "./migration-source.ts";
import {
  CELL_WORDS,
  type Destination,
  type Flow,
  type MigrationState,
  NO_PASS,
  OTHER_SLOT,
  type Paid,
  type Reason,
  SLOTS,
} from "./migration-state.ts";
import { Rate } from "./rate.ts";

/** Zones told as places where pages may go. */
const DESTINATIONS = 8;
/** Processes told of, those that the attempt concerned most. */
const PROCESSES = 8;
/** Rounds that may go wrong before 4.15 (offline-rounds.ts). */
const OLD_ROUND_LIMIT = 5;

interface Before {
  readonly pid: number;
  readonly comm: string;
  readonly node: number;
  readonly pages: ByNode;
}

type Counted = { -readonly [K in keyof Flow]: Flow[K] };

export class MigrationTrace {
  readonly attempt: AttemptLog;
  readonly node: number;
  function: KernelFunction = "start_isolate_page_range";
  private readonly kernel: Kernel;
  private readonly zone: Zone;
  private readonly start: number;
  private readonly pages: number;
  private readonly from: SimNs;
  private readonly late: boolean;
  private readonly inUse: number;
  private copied = 0;
  private readonly flow = new Map<string, Counted>();
  /** Where the last page went. */
  private last: Counted | null = null;
  private lastZone: Zone | null = null;
  /** Pages (pfn) that were tried and stay. */
  private readonly stayed = new Map<number, "EAGAIN" | "ENOMEM">();
  private run: { pages: number; moved: number; stayed: number }[] = [];
  private list: readonly number[] | null = null;
  private inPass = false;
  private batch: [number, number] | null = null;
  private batchAt = -1;
  private readonly rate: Rate;
  private readonly before: readonly Before[];
  private readonly cellsBefore: Uint32Array<ArrayBuffer>;
  /** Pages of 4 KiB of a cell. */
  private readonly cellPages: number;
  private readonly targets: Zone[] = [];
  /** Pages moved by cell, slot, target and pass, as `shareKey` packs them. */
  private readonly shares = new Map<number, number>();

  constructor(kernel: Kernel, attempt: AttemptLog, range: WatchedRange, late: boolean) {
    this.kernel = kernel;
    this.attempt = attempt;
    this.late = late;
    this.zone = range.zone;
    this.node = range.zone.node;
    this.start = kernel.blockNumberOf(range.startPfn) * kernel.blockPages;
    this.pages = kernel.blockPages;
    this.from = simNs(kernel.now);
    this.rate = new Rate(kernel.now, SLOTS);
    const there = pagesInUse(kernel, this.start, this.pages);
    this.inUse = there + (late ? attempt.pagesMoved : 0);
    if (late) {
      this.copied = attempt.pagesMoved;
      for (const [node, zone, pages] of attempt.value().movedTo)
        this.flow.set(`before ${node} ${zone}`, { kind: null, node, zone, pages });
    }
    const { words, perCell } = cellsOf(kernel, this.start, this.pages);
    this.cellPages = perCell * PAGEBLOCK_PAGES;
    this.cellsBefore = Uint32Array.from({ length: words.length / CELL_WORDS }, (_, cell) =>
      words.subarray(cell * CELL_WORDS, cell * CELL_WORDS + SLOTS).reduce((sum, pages) => sum + pages, 0),
    );
    this.before = [...kernel.processes.values()].map((process) => ({
      pid: process.pid,
      comm: process.comm,
      node: process.node,
      pages: pagesByNode(kernel, process),
    }));
  }

  /** Whether the page at an index lies in the block. */
  holds(page: number): boolean {
    return this.placeOf(page) >= 0;
  }

  isolates(list: readonly number[]): void {
    this.list = list;
    this.function = "isolate_lru_page";
  }

  passes(list: readonly number[], pass: number, pending: readonly number[]): void {
    // Others migrate pages, too: a soft offline, a long-term pin.
    if (list !== this.list) return;
    if (pass === 0) this.run = [];
    this.inPass = true;
    let pages = 0;
    for (const page of pending) pages += isHuge(this.kernel, page) ? HUGE_PAGES : 1;
    this.run.push({ pages, moved: 0, stayed: 0 });
    this.batch = null;
  }

  /** All passes are over. */
  putsBack(): void {
    this.inPass = false;
    this.batch = null;
  }

  /** Work has come to a page. */
  reaches(page: number): void {
    const place = this.placeOf(page);
    if (place < 0) return;
    const pageblock = Math.floor(place / PAGEBLOCK_PAGES);
    const { now } = this.kernel;
    const { batch } = this;
    if (this.batchAt !== now || batch === null) this.batch = [pageblock, pageblock];
    else if (pageblock < batch[0]) batch[0] = pageblock;
    else if (pageblock > batch[1]) batch[1] = pageblock;
    this.batchAt = now;
  }

  moves(page: number, copy: number, order: number): void {
    const place = this.placeOf(page);
    if (place < 0) return;
    const { kernel } = this;
    const pages = 1 << order;
    const kind = kernel.pages.kind[copy] as number;
    const zone = kernel.zoneOfIndex(copy);
    this.flowTo(kind, zone).pages += pages;
    this.copied += pages;
    this.share(place, slotOf(kind), zone, pages);
    this.rate.add(kernel.now, slotOf(kind), pages);
    this.leaves(page, pages);
  }

  /** Pages of a kind that went to a zone; mostly it is where the page before went. */
  private flowTo(kind: number, zone: Zone): Counted {
    const { last } = this;
    if (last?.kind === kind && this.lastZone === zone) return last;
    const key = `${kind} ${zone.index}`;
    let flow = this.flow.get(key);
    if (!flow) {
      flow = { kind, node: zone.node, zone: zone.name, pages: 0 };
      this.flow.set(key, flow);
    }
    this.last = flow;
    this.lastZone = zone;
    return flow;
  }

  frees(page: number, order: number): void {
    if (this.holds(page)) this.leaves(page, 1 << order);
  }

  stays(page: number, errno: "EAGAIN" | "ENOMEM"): void {
    if (!this.holds(page)) return;
    this.reaches(page);
    this.stayed.set(this.kernel.pages.pfnOf(page), errno);
    const pass = this.inPass ? this.run.at(-1) : undefined;
    if (pass) pass.stayed += isHuge(this.kernel, page) ? HUGE_PAGES : 1;
  }

  /** As it stands now. */
  state(): MigrationState {
    const { kernel, attempt } = this;
    const there = pagesInUse(kernel, this.start, this.pages);
    const cells = cellsOf(kernel, this.start, this.pages);
    const { again, reasons, stays } = this.reasons(cells);
    return {
      attempt: attempt.id,
      whole: attempt.whole?.id ?? null,
      block: kernel.blockNumberOf(this.start),
      node: this.node,
      zone: this.zone.name,
      startPfn: pfn(this.start),
      pages: this.pages,
      from: this.from,
      late: this.late,
      endedAt: null,
      errno: null,
      inUse: this.inUse,
      moved: this.inUse - there,
      ended: this.inUse - there - this.copied,
      left: there - again,
      again,
      round: attempt.passCount,
      roundLimit: kernel.profile.offlineGivesUp === "on a signal" ? null : OLD_ROUND_LIMIT,
      function: this.function,
      batch: this.batch && [...this.batch],
      perCell: cells.perCell,
      cells: cells.words,
      before: this.cellsBefore,
      flow: [...this.flow.values()].map((one) => ({ ...one })),
      targets: this.targets.map(({ node, name }) => ({ node, zone: name })),
      shares: Uint32Array.from([...this.shares].flatMap(([key, pages]) => [...shareOf(key), pages])),
      destinations: this.destinations(),
      reasons,
      stays,
      passes: this.run.map((pass) => ({ ...pass })),
      passLimit: PASSES,
      rate: this.rate.series(kernel.now),
      paid: this.paid(),
    };
  }

  /** As it was when it ended, which is now. */
  end(errno: ErrnoName | null): MigrationState {
    this.batch = null;
    return { ...this.state(), endedAt: simNs(this.kernel.now), errno };
  }

  /** Place in the block, in pages, or -1. */
  private placeOf(page: number): number {
    const place = this.kernel.pages.pfnOf(page) - this.start;
    return place >= 0 && place < this.pages ? place : -1;
  }

  private leaves(page: number, pages: number): void {
    if (this.stayed.size > 0) this.stayed.delete(this.kernel.pages.pfnOf(page));
    const pass = this.inPass ? this.run.at(-1) : undefined;
    if (pass) pass.moved += pages;
  }

  /** @param place of the page in the block. */
  private share(place: number, slot: number, zone: Zone, pages: number): void {
    let target = this.targets.indexOf(zone);
    if (target < 0) target = this.targets.push(zone) - 1;
    const pass = this.inPass ? this.run.length - 1 : NO_PASS;
    const key = shareKey(Math.floor(place / this.cellPages), slot, target, pass);
    this.shares.set(key, (this.shares.get(key) ?? 0) + pages);
  }

  private reasons({ stuck, firstStuck, stuckIn }: Cells): {
    readonly again: number;
    readonly reasons: Reason[];
    readonly stays: Uint32Array<ArrayBuffer>;
  } {
    const { kernel } = this;
    const byCell = new Map<number, number>();
    for (const [cell, pages] of stuckIn.entries())
      if (pages > 0) byCell.set(shareKey(cell, OTHER_SLOT, BUSY, 0), pages);
    const counts = { EAGAIN: 0, ENOMEM: 0, EBUSY: stuck };
    const first = { EAGAIN: -1, ENOMEM: -1, EBUSY: firstStuck };
    for (const [frame, errno] of this.stayed) {
      const index = kernel.pages.indexOf(frame);
      // Freed by its user since it was tried.
      if (index < 0 || !isInUse(kernel, index)) continue;
      const pages = isHuge(kernel, index) ? HUGE_PAGES : 1;
      counts[errno] += pages;
      const cell = Math.floor((frame - this.start) / this.cellPages);
      const key = shareKey(cell, slotOf(kernel.pages.kind[index] as number), REASONS.indexOf(errno), 0);
      byCell.set(key, (byCell.get(key) ?? 0) + pages);
      if (first[errno] < 0 || frame < first[errno]) first[errno] = frame;
    }
    const reasons = REASONS.map((errno): Reason => {
      const frame = first[errno];
      const at = frame < 0 ? null : { pfn: pfn(frame), owner: ownerOf(kernel, frame).owner };
      return { errno, pages: counts[errno], first: at };
    });
    const stays = Uint32Array.from([...byCell].flatMap(([key, pages]) => [...shareOf(key).slice(0, 3), pages]));
    return { again: counts.EAGAIN + counts.ENOMEM, reasons, stays };
  }

  private destinations(): Destination[] {
    const { kernel, zone } = this;
    const { node, mask, gfp } = targetOf(kernel, zone);
    const highest = gfp?.highest ?? (zone.type === ZoneType.Movable ? ZoneType.Movable : ZoneType.Normal);
    return (kernel.nodes[node] as NumaNode).zonelist
      .filter((one) => one.populated && one.type <= highest && (mask === null || mask.has(one.node)))
      .slice(0, DESTINATIONS)
      .map((one) => ({
        node: one.node,
        zone: one.name,
        distance: kernel.distance(zone.node, one.node),
        free: one.free,
        low: one.low,
        managed: one.managed,
      }));
  }

  /** Those whose pages changed their nodes first. */
  private paid(): Paid[] {
    const { kernel } = this;
    const all = this.before.map(({ pid, comm, node, pages }) => {
      const process = kernel.processes.get(pid);
      const now = process ? pagesByNode(kernel, process) : null;
      const before = this.late ? null : pages;
      const paid: Paid = {
        pid,
        comm,
        node,
        before,
        now,
        distanceBefore: before && meanDistance(kernel, node, before),
        distanceNow: now && meanDistance(kernel, process?.node ?? node, now),
      };
      return { paid, weight: differing(pages, now ?? []) * 1e9 + total(pages) };
    });
    return all
      .filter(({ paid, weight }) => weight > 0 && total(paid.before ?? paid.now ?? []) > 0)
      .sort((x, y) => y.weight - x.weight || x.paid.pid - y.paid.pid)
      .slice(0, PROCESSES)
      .map(({ paid }) => paid);
  }
}

/** In the order in which they are told. */
const REASONS = ["EAGAIN", "ENOMEM", "EBUSY"] as const;
const BUSY = REASONS.indexOf("EBUSY");

/** Cells are at most 128, slots 6, passes 10; zones as many as a machine has. */
const shareKey = (cell: number, slot: number, target: number, pass: number): number =>
  (((target << 7) | cell) << 7) | (slot << 4) | pass;
const shareOf = (key: number): readonly [cell: number, slot: number, target: number, pass: number] => [
  (key >> 7) & 127,
  (key >> 4) & 7,
  key >> 14,
  key & 15,
];

const total = (pages: ByNode): number => pages.reduce((sum, [, many]) => sum + many, 0);

/** Pages that are on another node than before. */
function differing(before: ByNode, now: ByNode): number {
  const of = (pages: ByNode, node: number) => pages.find(([id]) => id === node)?.[1] ?? 0;
  return now.reduce((sum, [node, many]) => sum + Math.max(0, many - of(before, node)), 0);
}
