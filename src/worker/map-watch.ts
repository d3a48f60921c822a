/**
 * Which page maps the page wants, which of them are stale, and the buffers they travel in. The buffer of a page
 * map is transferred, comes back with the acknowledgement, and is filled again.
 */
import { PAGEBLOCK_PAGES } from "../engine/units.ts";
import type { Frame, Watch } from "../protocol/messages.ts";
import type { Patch } from "../protocol/records.ts";
import type { EnginePort } from "./engine-port.ts";

/** Buffers of one length that are kept for later; more than this are left to the garbage collector. */
const MOST_SPARE = 4;

export class MapWatch {
  #watch: Watch = { block: null, node: null, look: null };
  /** What the records say, as far as maps need it: pages of each block, blocks of each node. */
  #pagesOf = new Map<string, number>();
  #blocksOf = new Map<string, readonly string[]>();
  /** Blocks whose page map, or whose pageblock map, the page has not seen as it is now. */
  #stalePages = new Set<string>();
  #stalePageblocks = new Set<string>();
  #spare = new Map<number, ArrayBuffer[]>();

  /** Another machine: forget all that was known of the last one, but not what the page looks at. */
  reset(): void {
    this.#pagesOf.clear();
    this.#blocksOf.clear();
    this.#stalePages.clear();
    this.#stalePageblocks.clear();
    this.look(this.#watch);
  }

  look(watch: Watch): void {
    this.#watch = watch;
    if (watch.block !== null) this.#stalePages.add(watch.block);
    for (const block of watch.fine ?? []) this.#stalePages.add(block);
    for (const block of this.#mosaics()) this.#stalePageblocks.add(block);
  }

  get looksAt(): Watch["look"] {
    return this.#watch.look;
  }

  /** Takes up what a frame's worth of patches and changes means for the maps. */
  note(patches: readonly Patch[], changedBlocks: readonly string[]): void {
    for (const [kind, key, record] of patches) {
      if (kind === "block") {
        const seen = key === this.#watch.block || this.#watch.fine?.includes(key);
        if (seen && !this.#pagesOf.has(key)) this.#stalePages.add(key);
        if (record) this.#pagesOf.set(key, record.pages);
        else this.#pagesOf.delete(key);
      } else if (kind === "node") {
        const known = new Set(this.#blocksOf.get(key));
        if (record) this.#blocksOf.set(key, record.blocks);
        else this.#blocksOf.delete(key);
        if (key === this.#watch.node)
          for (const block of record?.blocks ?? []) if (!known.has(block)) this.#stalePageblocks.add(block);
      }
    }
    for (const block of changedBlocks) {
      this.#stalePages.add(block);
      this.#stalePageblocks.add(block);
    }
  }

  /** Maps of what is watched and stale, and the buffer to transfer with them. */
  collect(engine: EnginePort): Pick<Frame, "pages" | "pageblocks"> & {
    readonly fine: NonNullable<Frame["fine"]>;
    readonly transfer: ArrayBuffer[];
  } {
    const { block } = this.#watch;
    const count = block === null ? undefined : this.#pagesOf.get(block);
    let pages: Frame["pages"] = null;
    if (block !== null && count !== undefined && this.#stalePages.has(block)) {
      pages = { block, map: this.#spare.get(count)?.pop() ?? new ArrayBuffer(count) };
      engine.pageMap(block, new Uint8Array(pages.map));
    }

    // So small that they are copied rather than transferred: handing over a buffer costs more than its 64 bytes.
    const pageblocks: { readonly block: string; readonly map: ArrayBuffer }[] = [];
    for (const key of this.#mosaics()) {
      const length = (this.#pagesOf.get(key) ?? 0) / PAGEBLOCK_PAGES;
      if (length === 0 || !this.#stalePageblocks.has(key)) continue;
      const map = new ArrayBuffer(length);
      engine.pageblockMap(key, new Uint8Array(map));
      pageblocks.push({ block: key, map });
    }

    const fine: { readonly block: string; readonly map: ArrayBuffer }[] = [];
    for (const key of this.#watch.fine ?? []) {
      const length = this.#pagesOf.get(key);
      if (length === undefined || !this.#stalePages.has(key)) continue;
      const map = new ArrayBuffer(length);
      engine.pageMap(key, new Uint8Array(map));
      fine.push({ block: key, map });
    }

    // What is not watched is not kept: it counts as stale when it is looked at again.
    this.#stalePages.clear();
    this.#stalePageblocks.clear();
    const transfer = fine.map(({ map }) => map);
    if (pages) transfer.push(pages.map);
    return { pages, pageblocks, fine, transfer };
  }

  /** Blocks that are seen pageblock by pageblock. */
  #mosaics(): ReadonlySet<string> {
    const { node, beside = [] } = this.#watch;
    return new Set([...((node !== null && this.#blocksOf.get(node)) || []), ...beside]);
  }

  recycle(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      const spare = this.#spare.get(buffer.byteLength) ?? [];
      if (spare.length < MOST_SPARE && buffer.byteLength > 0) spare.push(buffer);
      this.#spare.set(buffer.byteLength, spare);
    }
  }
}
