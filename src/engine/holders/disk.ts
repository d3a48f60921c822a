/**
 * A disk with a file system, and what of its files is in memory (mm/filemap.c). What is written is dirty until it lies on the disk
 * (./writeback.ts); what was read is clean, and reclaim takes it without asking anybody. A file's pages stay when who wrote it ends.
 */
import type { Occasion } from "../chronicle/occasion.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { begin, type Slices } from "../chronicle/slices.ts";
import { call, type Steps, type Task } from "../chronicle/task.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import type { PageArray } from "../memory/page-array.ts";
import type { Zone } from "../memory/zone.ts";
import { PAGE_SIZE } from "../units.ts";
import { HOLE, type Mapping, type Mappings } from "./mappings.ts";
import type { Process } from "./process.ts";
import type { LetGo } from "./tmpfs.ts";
import { Writeback } from "./writeback.ts";

/** What of a kernel a disk needs. */
export interface DiskKernel {
  readonly now: number;
  readonly pages: PageArray;
  readonly zones: readonly Zone[];
  readonly mappings: Mappings;
  /** Where the kernel's own work runs. */
  readonly cpuNode: { readonly id: number };
  readonly processes: ReadonlyMap<number, Process>;
  zoneOfIndex(page: number): Zone;
  /** How many pages are freed in one go. */
  freeing(): Slices;
  /** Begins an operation that somebody waits for, and returns its number. */
  start(occasion: Occasion, steps: (task: Task) => Steps<ErrnoName | null>): number;
}

/** /proc/sys/vm/dirty_*: when the flusher writes. */
export interface Flushing {
  /** It wakes so often, hundredths of a second; never by itself at 0. */
  writebackCentisecs: number;
  /** What has been dirty for so long is written when it wakes. */
  expireCentisecs: number;
  /** Shares of the memory that may be dirty (per cent), or bytes where these are not 0: above the first all is written. */
  background: Limit;
  /** Above the middle of both, who writes waits. */
  most: Limit;
}
export interface Limit {
  share: number;
  bytes: bigint;
}

const set = new WeakMap<object, Flushing>();

/** The same of a kernel: as it boots, until somebody sets them. */
export function flushingOf(kernel: object): Flushing {
  const known = set.get(kernel);
  if (known) return known;
  const flushing: Flushing = {
    writebackCentisecs: 500,
    expireCentisecs: 3000,
    background: { share: 10, bytes: 0n },
    most: { share: 20, bytes: 0n },
  };
  set.set(kernel, flushing);
  return flushing;
}

/** The hardware, and how work of the kernel's threads goes on that nobody waits for. */
export interface DiskPort {
  readonly pages: number;
  /** Simulated ns in which it takes a page. */
  readonly nsPerPage: number;
  run(occasion: Occasion, steps: Steps<void>): void;
}

/** What is done to files, by their numbers: whoever names a number first makes the file. */
export type DiskRequest =
  | { readonly do: "sync" }
  | {
      readonly do: "file";
      readonly file: number;
      /** As the file system knows it. */
      readonly path: string;
      readonly call: "write" | "read" | "empty";
      /** Offsets in bytes. What is emptied has none left. */
      readonly from: number;
      readonly to: number;
      /** Who does it: pages come from its node, and from nodes that its group may use. */
      readonly pid?: number;
    };

/** `rejection`: none, for it is the disk that says so. */
export interface DiskAnswer {
  readonly errno: "ENOSPC" | "ENOMEM" | "ENODEV" | null;
  readonly rejection: null;
  readonly op: number | null;
}

export class Disk {
  readonly kernel: DiskKernel;
  readonly writeback: Writeback;
  private readonly size: number;
  private readonly files = new Map<number, DiskFile>();
  private used = 0;
  /** Pages that were read from it. */
  readPages = 0;

  constructor(kernel: DiskKernel, port: DiskPort) {
    this.kernel = kernel;
    this.size = port.pages;
    this.writeback = new Writeback(kernel, port, flushingOf(kernel));
  }

  get(file: number): DiskFile | undefined {
    return this.files.get(file);
  }

  /** Does what is asked for. `op` ends when whoever asked may go on. */
  carryOut(request: DiskRequest): { readonly errno: "ENOSPC" | "ENOMEM" | null; readonly op: number | null } {
    if (request.do === "sync") return { errno: null, op: this.sync() };
    const file = this.files.get(request.file) ?? new DiskFile(this, request.file, request.path);
    this.files.set(request.file, file);
    switch (request.call) {
      case "write":
        return file.write(request.from, request.to, this.kernel.processes.get(request.pid ?? -1));
      case "read":
        file.read(request.from, request.to, this.kernel.processes.get(request.pid ?? -1));
        return { errno: null, op: null };
      case "empty":
        return { errno: null, op: file.empty().op };
    }
  }

  /** Pages that files have on the disk, whether in memory or not: more (or fewer). False when there is no room. */
  claim(pages: number): boolean {
    if (this.used + pages > this.size) return false;
    this.used += pages;
    return true;
  }

  /** Writes all that is dirty and waits until it lies on the disk (sync(2)). `null` when there is nothing to wait for. */
  private sync(): number | null {
    const { writeback } = this;
    for (const file of this.files.values()) writeback.submitAll(file);
    return writeback.idle ? null : this.kernel.start({ is: "line", line: "sync" }, () => writeback.waiting(null));
  }
}

export class DiskFile {
  readonly number: number;
  readonly name: string;
  /** Offsets (pages) that must be written, in the order in which they became so. */
  readonly dirty = new Set<number>();
  /** When the first of them became dirty, simulated ns (inode->dirtied_when). */
  dirtiedAt = 0;
  /** Pages that it has on the disk, or will have once all is written. */
  pages = 0;
  private readonly disk: Disk;
  private held: Mapping | null = null;

  constructor(disk: Disk, number: number, name: string) {
    this.disk = disk;
    this.number = number;
    this.name = name;
  }

  /** What of it is in memory. */
  get mapping(): Mapping | null {
    return this.held;
  }

  /**
   * Writes the bytes from one offset up to another: what of it is not in memory comes there, and is dirty. It is as long as that got
   * (`pages`) where it could not go on (ENOSPC, ENOMEM). `op` ends when who writes may go on (balance_dirty_pages).
   */
  write(
    from: number,
    to: number,
    by?: Process,
  ): { readonly errno: "ENOSPC" | "ENOMEM" | null; readonly op: number | null } {
    const { kernel, writeback } = this.disk;
    const end = Math.ceil(to / PAGE_SIZE);
    for (let offset = Math.floor(from / PAGE_SIZE); offset < end; offset++) {
      const more = Math.max(0, offset + 1 - this.pages);
      if (!this.disk.claim(more)) return { errno: "ENOSPC", op: writeback.balance() };
      const page = this.bring(offset, by);
      if (page < 0) {
        this.disk.claim(-more);
        return { errno: "ENOMEM", op: writeback.balance() };
      }
      this.pages += more;
      kernel.pages.setFlags(page, PageFlag.Dirty, 0);
      writeback.dirtied(this, offset, page);
    }
    return { errno: null, op: writeback.balance() };
  }

  /** Brings what is read into memory, as far as there is room for it. */
  read(from: number, to: number, by?: Process): void {
    const end = Math.min(this.pages, Math.ceil(to / PAGE_SIZE));
    for (let offset = Math.floor(from / PAGE_SIZE); offset < end; offset++) {
      if (this.held && this.held.at(offset) !== HOLE) continue;
      if (this.bring(offset, by) < 0) return;
      this.disk.readPages++;
    }
  }

  /** The page at an offset, which is clean if it was not there before; -1 when there is no memory for it. */
  private bring(offset: number, by?: Process): number {
    const { kernel, writeback } = this.disk;
    if (!this.held) {
      this.held = kernel.mappings.add(`file:${this.name}`, PageKind.PageCache, 1);
      writeback.knows(this);
    }
    this.held.reach(offset + 1);
    const there = this.held.at(offset);
    if (there !== HOLE) return there;
    const nodes = { node: by?.node ?? kernel.cpuNode.id, mask: by?.cpuset?.cut(null) ?? null };
    return kernel.mappings.fill(this.held, offset, GFP_HIGHUSER_MOVABLE, nodes, 0);
  }

  /**
   * Has no pages any more, neither in memory nor on the disk (truncate_inode_pages): what was dirty is never written, and what is being
   * written is waited for.
   */
  empty(): LetGo {
    const { mapping, pages, disk } = this;
    this.pages = 0;
    this.held = null;
    disk.claim(-pages);
    disk.writeback.cancel(this, mapping);
    if (!mapping) return { pages: 0, op: null };
    return {
      pages,
      op: begin((what, steps) => disk.kernel.start(what, steps), { is: "file-goes" }, this.freeing(mapping)),
    };
  }

  private *freeing(mapping: Mapping): Steps<void> {
    const { kernel, writeback } = this.disk;
    yield* call("folio_wait_writeback", writeback.waiting(mapping));
    yield* kernel.mappings.removing(mapping, kernel.freeing());
  }
}
