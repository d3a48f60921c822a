/** The page maps that the page has: the watched block page by page, and every block seen so far by pageblock. */
import type { Frame } from "../protocol/messages.ts";

export class PageMaps {
  #pages: { readonly block: string; readonly bytes: Uint8Array<ArrayBuffer> } | null = null;
  readonly #pageblocks = new Map<string, Uint8Array>();
  readonly #fine = new Map<string, Uint8Array>();

  /** Takes up the maps of a frame; returns the buffers that are free to be filled again. */
  take(frame: Frame): ArrayBuffer[] {
    const free: ArrayBuffer[] = [];
    if (frame.pages) {
      if (this.#pages) free.push(this.#pages.bytes.buffer);
      this.#pages = { block: frame.pages.block, bytes: new Uint8Array(frame.pages.map) };
    }
    // Taken up in an array of the block's own, so that views may hold on to it.
    for (const { block, map } of frame.pageblocks) {
      const known = this.#pageblocks.get(block);
      if (known?.length === map.byteLength) known.set(new Uint8Array(map));
      else this.#pageblocks.set(block, new Uint8Array(map));
    }
    for (const { block, map } of frame.fine ?? []) this.#fine.set(block, new Uint8Array(map));
    for (const [kind, key, record] of frame.patches) if (kind === "block" && record === null) this.#forget(key);
    return free;
  }

  get pages(): { readonly block: string; readonly bytes: Uint8Array } | null {
    return this.#pages;
  }

  pageblocks(block: string): Uint8Array | undefined {
    return this.#pageblocks.get(block);
  }

  /** Page map of a block that is seen page by page besides the watched one. */
  fine(block: string): Uint8Array | undefined {
    return this.#fine.get(block);
  }

  clear(): void {
    this.#pages = null;
    this.#fine.clear();
    this.#pageblocks.clear();
  }

  #forget(block: string): void {
    this.#pageblocks.delete(block);
    this.#fine.delete(block);
    if (this.#pages?.block === block) this.#pages = null;
  }
}
