/**
 * Kernel samepage merging (mm/ksm.c): pages of processes that asked for it and that hold the same bytes become one page, which all
 * of them map. Here are the merged pages, who shares each, and what ksmd knows of pages that it has looked at.
 *
 * What is in pages is not simulated: areas that are merged hold, at the same offset, the same. A merged page is known by that offset;
 * its sharers are found as those of every page are, by its mapping and the areas that show it.
 */
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { type PageTableStore, Pte } from "../memory/page-tables.ts";
import { AT_ONCE, finish, type Slices } from "../chronicle/slices.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import type { Allocator } from "../memory/allocator.ts";
import { type Area, entryOf, HOLE, Mappings, type Mapping } from "./mappings.ts";
import type { Merging, Process } from "./process.ts";

/** Merged pages, at most one of each content. Which node they lie on counts where nodes are kept apart (merge_across_nodes 0). */
interface Layer {
  readonly mapping: Mapping;
  /** Node, or -1 for any. */
  readonly node: number;
}

/** What ksmd knows of a page of an area's own: nothing, what it came to when last looked at, or that it waits for another like it. */
const Known = { Nothing: 0, Checksum: 1, Unstable: 2 } as const;

/** An area whose pages may be merged (MADV_MERGEABLE), as ksmd sees it. */
interface Scanned {
  readonly area: Area;
  /** `Known`, by offset. */
  readonly known: Uint8Array;
  /** The same area as the mappings of merged pages have it. */
  readonly shown: Area[];
}

export type KsmRun = "stop" | "merge" | "unmerge";

/** Figures that /sys/kernel/mm/ksm tells, in pages. */
export interface KsmCounts {
  /** Merged pages. */
  readonly shared: number;
  /** Sharers beyond the first of each: pages that are saved. */
  readonly sharing: number;
  /** Looked at twice, and no other is like it. */
  readonly unshared: number;
  /** Pages that ksmd keeps a record of. */
  readonly items: number;
  /** Looked at once since they changed. */
  readonly volatile: number;
  /** Contents of which there are several merged pages, for one would have had too many sharers; and those pages. */
  readonly chains: number;
  readonly dups: number;
}

const HELD = PageFlag.Pinned | PageFlag.Isolated;

/** What the merged pages need of the kernel that they are in. */
interface Host {
  readonly allocator: Allocator;
  readonly mappings: Mappings;
  readonly tables: PageTableStore;
  /** Node of a page. */
  nodeOf(page: number): number;
  /** There is something to look at. */
  wake(): void;
}

export class Ksm implements Merging {
  run: KsmRun = "stop";
  pagesToScan = 100;
  sleepMs = 20;
  /** max_page_sharing. */
  mostSharers = 256;
  acrossNodes = true;
  /** Passes over all areas, and pages looked at. */
  passes = 0;
  looked = 0;
  /** Sharers that were given a page of their own again (cow_ksm). */
  broken = 0;
  /** A task goes over the areas. */
  awake = false;
  /** Since when there has been nothing left to merge, ns, and what a pass takes from then on, in ns and pages; `null` while there may be. */
  resting: { readonly since: number; readonly passNs: number; readonly pages: number } | null = null;
  private readonly scanned: Scanned[] = [];
  private readonly layers: Layer[] = [];
  private readonly host: Host;
  /** Where ksmd is: an area, and an offset in it. */
  private cursor = { area: 0, offset: 0 };
  /** Pages of this pass that no other was like yet, by content and node. */
  private readonly unstable = new Map<number, Scanned>();
  /** Something came of the present pass. */
  private progress = false;
  private readonly counted = { checksums: 0, unstable: 0 };

  constructor(host: Host) {
    this.host = host;
  }

  get hasAreas(): boolean {
    return this.scanned.length > 0;
  }

  /** Lets ksmd merge the pages of an area (madvise, MADV_MERGEABLE). */
  add(area: Area): void {
    this.scanned.push({ area, known: new Uint8Array(area.pages), shown: [] });
    this.host.wake();
  }

  /** Merged pages are there: settings that they hang on can't be changed (EBUSY). */
  get isInUse(): boolean {
    return this.layers.some(({ mapping }) => mapping.resident > 0);
  }

  get counts(): KsmCounts {
    const { checksums, unstable } = this.counted;
    const merged = this.scanned.reduce((sum, { area }) => sum + (area.merged?.count ?? 0), 0);
    let [shared, chains, dups] = [0, 0, 0];
    const of = new Map<number, number>();
    for (const { mapping, node } of this.layers) {
      shared += mapping.resident;
      if (this.layers.length > 1)
        for (let offset = 0; offset < mapping.length; offset++) {
          const key = keyOf(offset, node);
          if (mapping.at(offset) >= 0) of.set(key, (of.get(key) ?? 0) + 1);
        }
    }
    for (const many of of.values())
      if (many > 1) {
        chains++;
        dups += many;
      }
    const items = merged + checksums + unstable;
    return { items, shared, sharing: merged - shared, unshared: unstable, volatile: checksums, chains, dups };
  }

  /** Looks at so many pages, or to the end of a pass (ksm_do_scan). */
  scan(pages: number): {
    readonly looked: number;
    readonly merged: number;
    readonly ended: "pass" | "idle pass" | null;
  } {
    let [looked, merged] = [0, 0];
    while (looked < pages) {
      const one = this.scanned[this.cursor.area];
      if (!one) return { looked, merged, ended: this.endPass() };
      if (this.cursor.offset >= one.area.pages) {
        this.cursor = { area: this.cursor.area + 1, offset: 0 };
        continue;
      }
      const offset = this.cursor.offset++;
      if (!this.isThere(one, offset)) continue;
      looked++;
      this.looked++;
      merged += this.lookAt(one, offset);
    }
    return { looked, merged, ended: null };
  }

  /** The next pass begins with no page that waits. What the last pass left for another like it still counts (pages_unshared). */
  private endPass(): "pass" | "idle pass" {
    const idle = !this.progress;
    this.cursor = { area: 0, offset: 0 };
    this.unstable.clear();
    this.progress = false;
    this.passes++;
    return idle ? "idle pass" : "pass";
  }

  private isThere({ area }: Scanned, offset: number): boolean {
    // A process that ends gives its pages back one after the other.
    if (!area.process.alive) return false;
    return (area.merged?.into[offset] as number) !== HOLE || area.mapping.at(offset) >= 0;
  }

  /** cmp_and_merge_page. Returns how many pages became part of another. */
  private lookAt(one: Scanned, offset: number): number {
    const { area, known } = one;
    const into = area.merged?.into[offset] as number;
    if (into !== HOLE) {
      this.follow(into, offset);
      return 0;
    }
    // Being moved, held by somebody, or part of a huge page: left for another pass.
    if (!this.mayMerge(one, offset)) return 0;
    const node = this.acrossNodes ? -1 : this.host.nodeOf(area.mapping.at(offset));
    const stable = this.layers.find((layer) => layer.node === node && this.takesMore(layer, offset));
    if (stable) {
      this.join(one, offset, stable);
      return 1;
    }
    if (known[offset] === Known.Nothing) {
      this.know(one, offset, Known.Checksum);
      this.progress = true;
      return 0;
    }
    const key = keyOf(offset, node);
    const other = this.unstable.get(key);
    if (!other || !this.mayMerge(other, offset)) {
      this.unstable.set(key, one);
      this.know(one, offset, Known.Unstable);
      return 0;
    }
    // The page that was found last stays, and the one that waited becomes part of it.
    this.unstable.delete(key);
    const layer = this.layerFor(offset, node);
    this.found(one, offset, layer);
    this.join(other, offset, layer);
    return 1;
  }

  private mayMerge({ area }: Scanned, offset: number): boolean {
    const page = area.mapping.at(offset);
    const { pages } = this.host.allocator;
    return (
      area.process.alive &&
      page >= 0 &&
      pages.kind[page] === PageKind.Anon &&
      ((pages.flags[page] as number) & HELD) === 0
    );
  }

  /** There is a merged page of this content that may have one more sharer, and nobody moves it. */
  private takesMore({ mapping }: Layer, offset: number): boolean {
    const page = mapping.at(offset);
    if (page < 0) return false;
    const { pages } = this.host.allocator;
    if ((pages.flags[page] as number) & HELD) return false;
    return Mappings.mapCount(this.host.mappings, pages, page) < this.mostSharers;
  }

  /** A layer of a node without a page of this content yet. */
  private layerFor(offset: number, node: number): Layer {
    let layer = this.layers.find((one) => one.node === node && one.mapping.at(offset) < 0);
    if (!layer) {
      layer = { mapping: this.host.mappings.add("merged-pages", PageKind.Ksm, offset + 1), node };
      this.layers.push(layer);
    }
    layer.mapping.reach(offset + 1);
    return layer;
  }

  /** A page of an area's own becomes a merged page, and the area its first sharer. */
  private found(one: Scanned, offset: number, { mapping }: Layer): void {
    const { area } = one;
    const { pages } = this.host.allocator;
    const page = area.mapping.at(offset);
    const entry = entryOf(area, offset);
    area.mapping.empty(offset, 1, 1);
    pages.setKind(page, 1, PageKind.Ksm, pages.flags[page] as number);
    pages.a[page] = mapping.id;
    pages.b[page] = offset;
    mapping.bring(offset, page, 1);
    this.host.mappings.cgroups?.carry(area.mapping, mapping, offset);
    this.share(one, offset, mapping, entry);
  }

  /** An area's page is freed, and the area shows the merged page instead (replace_page). */
  private join(one: Scanned, offset: number, { mapping }: Layer): void {
    const { area } = one;
    const page = area.mapping.at(offset);
    const entry = entryOf(area, offset);
    area.mapping.empty(offset, 1, 1);
    this.host.mappings.cgroups?.uncharge(area.mapping, offset);
    this.host.mappings.release(page, 0);
    this.host.tables.follow(entry, mapping.at(offset));
    this.share(one, offset, mapping, entry);
  }

  /** From now on an area shows a merged page, which nobody writes to. */
  private share(one: Scanned, offset: number, mapping: Mapping, entry: number): void {
    const { area, shown } = one;
    const { merged } = area;
    if (!merged) throw new Error("an area that is not to be merged");
    if (!shown.some((each) => each.mapping === mapping)) {
      const also: Area = { ...area, mapping };
      shown.push(also);
      mapping.areas.push(also);
    }
    const { bits } = this.host.tables;
    bits[entry] = (bits[entry] as number) & ~(Pte.Writable | Pte.Dirty);
    this.know(one, offset, Known.Nothing);
    merged.into[offset] = mapping.id;
    merged.count++;
    this.progress = true;
  }

  /** A merged page that was moved to another node belongs among those of that node, where they are kept apart. */
  private follow(id: number, offset: number): void {
    const at = this.layers.findIndex(({ mapping }) => mapping.id === id);
    const from = this.layers[at];
    if (!from || from.node < 0) return;
    const page = from.mapping.at(offset);
    const node = this.host.nodeOf(page);
    const { pages } = this.host.allocator;
    if (node === from.node || (pages.flags[page] as number) & HELD) return;
    const to = this.layerFor(offset, node).mapping;
    for (const one of this.scanned) {
      const { merged } = one.area;
      if (merged?.into[offset] !== id) continue;
      const also = one.shown.find((each) => each.mapping === to) ?? { ...one.area, mapping: to };
      if (!one.shown.includes(also)) {
        one.shown.push(also);
        to.areas.push(also);
      }
      merged.into[offset] = to.id;
    }
    from.mapping.empty(offset, 1, 1);
    pages.a[page] = to.id;
    to.bring(offset, page, 1);
    this.host.mappings.cgroups?.carry(from.mapping, to, offset);
    this.progress = true;
  }

  private know({ known }: Scanned, offset: number, what: number): void {
    const before = known[offset];
    if (before === Known.Checksum) this.counted.checksums--;
    else if (before === Known.Unstable) this.counted.unstable--;
    if (what === Known.Checksum) this.counted.checksums++;
    else if (what === Known.Unstable) this.counted.unstable++;
    known[offset] = what;
  }

  /** Areas with merged pages, and the offsets of those. */
  *sharers(): Generator<readonly [Area, number], void> {
    for (const { area } of [...this.scanned])
      for (let offset = 0; offset < area.pages; offset++)
        if (area.merged && (area.merged.into[offset] as number) !== HOLE) yield [area, offset];
  }

  /** An area lets go of a merged page: its entry is empty; the page goes with its last sharer. */
  detach(area: Area, offset: number): void {
    const { merged } = area;
    const id = merged?.into[offset] ?? HOLE;
    const mapping = id === HOLE ? undefined : this.host.mappings.get(id);
    if (!merged || !mapping) return;
    const page = mapping.at(offset);
    if (Mappings.mapCount(this.host.mappings, this.host.allocator.pages, page) === 1)
      this.host.mappings.drop(mapping, offset);
    else {
      const also = mapping.areas.find(({ merged: theirs }) => theirs === merged);
      const entry = also ? entryOf(also, offset) : -1;
      if (entry >= 0) this.host.tables.clear(entry);
      merged.into[offset] = HOLE;
      merged.count--;
    }
  }

  /** Nothing is known of any page any more, and no area has a merged one (remove_all_stable_nodes). */
  forget(): void {
    for (const one of this.scanned) {
      for (let offset = 0; offset < one.known.length; offset++) this.know(one, offset, Known.Nothing);
      for (const also of one.shown) also.mapping.areas.splice(also.mapping.areas.indexOf(also), 1);
      one.shown.length = 0;
    }
    for (const { mapping } of this.layers) finish(this.host.mappings.removing(mapping, AT_ONCE));
    this.layers.length = 0;
    this.unstable.clear();
    this.cursor = { area: 0, offset: 0 };
  }

  /** A process ends: it shares nothing any more (ksm_exit). */
  *leaving(process: Process, slices: Slices): Steps<void> {
    for (const one of this.scanned.filter(({ area }) => area.process === process)) {
      for (let offset = 0; offset < one.area.pages; offset++) {
        this.know(one, offset, Known.Nothing);
        if (one.area.merged?.into[offset] === HOLE) continue;
        this.detach(one.area, offset);
        if (slices.full(1)) yield spend(slices.cost, "unmap_vmas");
      }
      for (const also of one.shown) also.mapping.areas.splice(also.mapping.areas.indexOf(also), 1);
      for (const [key, waits] of this.unstable) if (waits === one) this.unstable.delete(key);
      const at = this.scanned.indexOf(one);
      this.scanned.splice(at, 1);
      if (at < this.cursor.area) this.cursor = { area: this.cursor.area - 1, offset: this.cursor.offset };
      else if (at === this.cursor.area) this.cursor = { area: at, offset: 0 };
    }
  }
}

/** Content and node as one number. */
const keyOf = (offset: number, node: number): number => offset * 1024 + node + 1;
