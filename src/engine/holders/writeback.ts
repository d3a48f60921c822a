/**
 * Dirty pages of files on their way to the disk (mm/page-writeback.c, fs/fs-writeback.c). A flusher wakes every
 * dirty_writeback_centisecs as long as anything is dirty, and writes what has been so for dirty_expire_centisecs; everything, where
 * more is dirty than the background limit leaves the disk. Of that limit a disk has its share of all that was written lately, which is
 * nothing before its first write: so its first dirty pages wait for one round only (asked on 7.3 and 6.12).
 *
 * A page under writeback is neither moved nor freed: whoever would waits (folio_wait_writeback).
 */
import { lineOccasion } from "../chronicle/occasion.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import type { Zone } from "../memory/zone.ts";
import { PAGE_SIZE } from "../units.ts";
import type { DiskFile, DiskKernel, DiskPort, Flushing, Limit } from "./disk.ts";
import type { Mapping } from "./mappings.ts";

/** Pages of one request: 4 MiB, as max_sectors_kb of the recorded disk says. */
const REQUEST_PAGES = 1024;
/**
 * Pages of a file that the flusher writes before it looks at the next (writeback_chunk_size): what the disk is believed to write in half
 * a second, 50 MiB before anybody has measured it, and a request more. Recorded: 53,248 kB under writeback at once.
 */
const CHUNK_PAGES = 13_312;
const NS_PER_CENTISECOND = 1e7;
const FLUSHER = lineOccasion("kworker/u4:flush-254:0");

/** Pages of a file that are written in one go, by their offsets. */
interface Request {
  readonly file: DiskFile;
  readonly mapping: Mapping;
  readonly offsets: readonly number[];
  /** When they lie on the disk, simulated ns. */
  readonly doneAt: number;
}

/** Pages that wait to be written, that are being written, how many became dirty and were written until now, and went to the disk (of all nodes). */
export interface WritebackFigures {
  readonly dirty: number;
  readonly writing: number;
  readonly dirtied: number;
  readonly written: number;
  readonly sent: number;
}

export class Writeback {
  private readonly kernel: DiskKernel;
  private readonly port: DiskPort;
  private readonly flushing: Flushing;
  /** On their way, the first to be done first. */
  private requests: Request[] = [];
  /** Those with pages in memory. */
  private readonly files = new Set<DiskFile>();
  /** By node. */
  private readonly dirtiedOn: number[] = [];
  private readonly writtenOn: number[] = [];
  private dirtyPages = 0;
  private flyingPages = 0;
  private sent = 0;
  /** Something was written before: the disk has a share of the limits. */
  private known = false;
  /** The flusher is awake, or will be. */
  private flusherLives = false;
  private writing = false;

  constructor(kernel: DiskKernel, port: DiskPort, flushing: Flushing) {
    this.kernel = kernel;
    this.port = port;
    this.flushing = flushing;
  }

  /** A file has pages in memory from now on. */
  knows(file: DiskFile): void {
    this.files.add(file);
  }

  /** Nothing is on its way to the disk. */
  get idle(): boolean {
    return this.requests.length === 0;
  }

  /** How many of some pages are on their way to the disk, where any is. */
  under(pages: readonly number[]): { readonly writing: number } | undefined {
    const writing = pages.filter((page) => this.isUnder(page)).length;
    return writing > 0 ? { writing } : undefined;
  }

  /**
   * Waits until none of some pages is on its way to the disk: who moves them hears no signal meanwhile (migrate_folio_unmap,
   * MIGRATE_SYNC).
   */
  *ended(pages: readonly number[]): Steps<void> {
    for (const page of pages)
      while (this.isUnder(page)) yield spend(Math.max(1, this.doneAt(page) - this.kernel.now), "folio_wait_writeback");
  }

  private isUnder(page: number): boolean {
    return ((this.kernel.pages.flags[page] as number) & PageFlag.Writeback) !== 0;
  }

  /** When a page that is being written lies on the disk, simulated ns; now, when it is not. */
  private doneAt(page: number): number {
    const { a, b } = this.kernel.pages;
    const offset = b[page] as number;
    const request = this.requests.find(
      ({ mapping, offsets }) =>
        mapping.id === a[page] && (offsets[0] as number) <= offset && offset <= (offsets.at(-1) as number),
    );
    return request?.doneAt ?? this.kernel.now;
  }

  /** A page of a file has got what the disk has not. */
  dirtied(file: DiskFile, offset: number, page: number): void {
    if (file.dirty.has(offset)) return;
    if (file.dirty.size === 0) file.dirtiedAt = this.kernel.now;
    file.dirty.add(offset);
    this.dirtyPages++;
    const { node } = this.kernel.zoneOfIndex(page);
    this.dirtiedOn[node] = (this.dirtiedOn[node] ?? 0) + 1;
    this.wakeLater();
  }

  /**
   * After a write: begins to write where more is dirty than the background limit. Returns the operation that ends when who wrote may go
   * on; `null` when that is now.
   */
  balance(): number | null {
    const { background, most } = this.flushing;
    const limit = this.pagesOf(background);
    if (this.dirtyPages > limit) this.writeAll();
    const free = (limit + this.pagesOf(most)) / 2;
    if (this.dirtyPages + this.flyingPages <= free) return null;
    return this.kernel.start(lineOccasion("balance_dirty_pages"), () => this.throttled(free));
  }

  private *throttled(most: number): Steps<null> {
    while (this.dirtyPages + this.flyingPages > most)
      yield spend(Math.max(1, (this.requests[0]?.doneAt ?? 0) - this.kernel.now), "balance_dirty_pages");
    return null;
  }

  /** A limit in pages: its bytes, or its share of what is free or cached (global_dirtyable_memory). */
  private pagesOf({ share, bytes }: Limit): number {
    if (bytes > 0n) return Number(bytes) / PAGE_SIZE;
    let pages = this.kernel.zones.reduce((sum, zone) => sum + zone.free, 0);
    for (const file of this.files) pages += file.mapping?.resident ?? 0;
    return (pages * share) / 100;
  }

  /** Somebody set how often the flusher wakes: it writes all that there is (wakeup_flusher_threads). */
  intervalSet(): void {
    if (this.dirtyPages > 0) this.writeAll();
    this.wakeLater();
  }

  /** Writes all files out from now on, unless the flusher is at it. */
  private writeAll(): void {
    if (this.writing) return;
    this.port.run(
      FLUSHER,
      this.writingOut(() => true),
    );
  }

  private wakeLater(): void {
    if (this.flusherLives || this.dirtyPages === 0 || this.flushing.writebackCentisecs === 0) return;
    this.flusherLives = true;
    this.port.run(FLUSHER, this.flusher());
  }

  /** wb_workfn (its steps have no stack that anybody sees), again and again as long as something is dirty. */
  private *flusher(): Steps<void> {
    const { flushing } = this;
    while (this.dirtyPages > 0 && flushing.writebackCentisecs > 0) {
      yield spend(flushing.writebackCentisecs * NS_PER_CENTISECOND, "folio_wait_writeback");
      if (this.writing) continue;
      const limit = this.known ? this.pagesOf(flushing.background) : 0;
      const before = this.kernel.now - flushing.expireCentisecs * NS_PER_CENTISECOND;
      const all = this.dirtyPages > limit;
      yield* this.writingOut(({ dirtiedAt }) => all || dirtiedAt <= before);
    }
    this.flusherLives = false;
  }

  /** Writes files out, a chunk of each in turn. */
  private *writingOut(isDue: (file: DiskFile) => boolean): Steps<void> {
    this.writing = true;
    const due = [...this.files].filter((file) => file.dirty.size > 0 && isDue(file));
    for (let file = due.shift(); file; file = due.shift()) {
      const last = this.submit(file, CHUNK_PAGES);
      yield* this.done(last);
      if (last && file.dirty.size > 0) due.push(file);
    }
    this.writing = false;
  }

  /** All that is dirty of a file is on its way from now on. */
  submitAll(file: DiskFile): void {
    this.submit(file, Number.POSITIVE_INFINITY);
  }

  /** Sends so many dirty pages of a file to the disk; returns the last request, if any. */
  private submit(file: DiskFile, most: number): Request | undefined {
    const { kernel, port } = this;
    const { mapping } = file;
    if (!mapping || file.dirty.size === 0) return undefined;
    const offsets = [...file.dirty].sort((x, y) => x - y).slice(0, most);
    const begins = this.requests.length === 0;
    let free = Math.max(kernel.now, this.requests.at(-1)?.doneAt ?? 0);
    let last: Request | undefined;
    for (let at = 0; at < offsets.length; at += REQUEST_PAGES) {
      const piece = offsets.slice(at, at + REQUEST_PAGES);
      for (const offset of piece) {
        file.dirty.delete(offset);
        const page = mapping.at(offset);
        if (page >= 0) kernel.pages.setFlags(page, PageFlag.Writeback, PageFlag.Dirty);
      }
      free += piece.length * port.nsPerPage;
      last = { file, mapping, offsets: piece, doneAt: free };
      this.requests.push(last);
    }
    file.dirtiedAt = kernel.now;
    this.dirtyPages -= offsets.length;
    this.flyingPages += offsets.length;
    this.sent += offsets.length;
    this.known = true;
    if (begins) port.run(FLUSHER, this.serving());
    return last;
  }

  /** The disk, as long as it has something to do (folio_end_writeback). */
  private *serving(): Steps<void> {
    for (let request = this.requests[0]; request; request = this.requests[0]) {
      yield spend(request.doneAt - this.kernel.now, "folio_wait_writeback");
      const { pages } = this.kernel;
      for (const offset of request.offsets) {
        const page = request.mapping.at(offset);
        // It may have broken meanwhile.
        if (page < 0 || ((pages.flags[page] as number) & PageFlag.Writeback) === 0) continue;
        pages.setFlags(page, 0, PageFlag.Writeback);
        const { node } = this.kernel.zoneOfIndex(page);
        this.writtenOn[node] = (this.writtenOn[node] ?? 0) + 1;
      }
      this.flyingPages -= request.offsets.length;
      this.requests.shift();
    }
  }

  /** Waits until all of a file that is on its way now lies on the disk; of all files where none is named. */
  *waiting(mapping: Mapping | null): Steps<ErrnoName | null> {
    const last = this.requests.findLast((request) => mapping === null || request.mapping === mapping);
    yield* this.done(last);
    return null;
  }

  /** Waits until a request, if there is one, lies on the disk, and with it all before it. */
  private *done(request: Request | undefined): Steps<void> {
    while (request && this.requests.includes(request))
      yield spend(Math.max(1, request.doneAt - this.kernel.now), "folio_wait_writeback");
  }

  /** The file has no pages any more: what of it is not on its way yet is never written. */
  cancel(file: DiskFile, mapping: Mapping | null): void {
    for (const offset of file.dirty) {
      const page = mapping?.at(offset) ?? -1;
      if (page >= 0) this.kernel.pages.setFlags(page, 0, PageFlag.Dirty);
    }
    this.dirtyPages -= file.dirty.size;
    file.dirty.clear();
    this.files.delete(file);
  }

  /** Of a node, a zone, or all memory. */
  figures(where: number | Zone | null): WritebackFigures {
    const isIn = (page: number): boolean => {
      if (where === null) return true;
      const zone = this.kernel.zoneOfIndex(page);
      return typeof where === "number" ? zone.node === where : zone === where;
    };
    const count = (mapping: Mapping | null, offsets: Iterable<number>): number => {
      let pages = 0;
      for (const offset of offsets) {
        const page = mapping?.at(offset) ?? -1;
        if (page >= 0 && isIn(page)) pages++;
      }
      return pages;
    };
    const sum = (by: readonly number[]): number =>
      typeof where === "number" ? (by[where] ?? 0) : by.reduce((total, pages) => total + (pages ?? 0), 0);
    let [dirty, writing] = [0, 0];
    for (const file of this.files) dirty += count(file.mapping, file.dirty);
    for (const { mapping, offsets } of this.requests) writing += count(mapping, offsets);
    return { dirty, writing, dirtied: sum(this.dirtiedOn), written: sum(this.writtenOn), sent: this.sent };
  }

  /** What does not agree, for the audit: flags of pages and what is known of them. */
  *disagreements(): Generator<string> {
    const { pages } = this.kernel;
    const flying = new Map<Mapping, Set<number>>();
    let [flyingPages, dirtyPages] = [0, 0];
    for (const { mapping, offsets } of this.requests) {
      const known = flying.get(mapping) ?? new Set();
      for (const offset of offsets) known.add(offset);
      flying.set(mapping, known);
      flyingPages += offsets.length;
    }
    for (const mapping of this.kernel.mappings) {
      if (mapping.kind !== PageKind.PageCache) continue;
      const own = [...this.files].find((file) => file.mapping === mapping)?.dirty ?? new Set<number>();
      for (let offset = 0; offset < mapping.length; offset++) {
        const page = mapping.at(offset);
        if (page < 0) continue;
        const flags = pages.flags[page] as number;
        if (((flags & PageFlag.Dirty) !== 0) !== own.has(offset)) yield `${mapping.what} page ${offset}: dirty or not?`;
        // One that broke on its way is another page now.
        if ((flags & PageFlag.Writeback) !== 0 && !flying.get(mapping)?.has(offset))
          yield `${mapping.what} page ${offset}: on its way to the disk or not?`;
      }
    }
    for (const file of this.files) dirtyPages += file.dirty.size;
    if (dirtyPages !== this.dirtyPages) yield `${this.dirtyPages} dirty pages are counted, ${dirtyPages} are known`;
    if (flyingPages !== this.flyingPages)
      yield `${this.flyingPages} pages on their way are counted, ${flyingPages} known`;
  }
}
