/** How what is told of a large memory lies in its arrays: for who fills them, and who draws from them. */
import { PAGE_KINDS } from "../../memory/kinds.ts";

/** Of a pageblock: pages by PageKind, then how many are pinned (which count in their kind, too), and how many found. */
export const SHARE = { pinned: PAGE_KINDS, found: PAGE_KINDS + 1, columns: PAGE_KINDS + 2 } as const;
/** In place of a kind, of a section that has entries: its shares are told. */
export const MIXED = 255;
/** A byte of a page: kind, and these. */
export const PAGE_BIT = { isolated: 32, pinned: 64, found: 128, kind: 31 } as const;

export interface Details {
  /** Sections of the blocks that were asked for, by number. */
  readonly sections: Int32Array<ArrayBuffer>;
  /** Kind of all pages of each, or MIXED. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  /** Pages found in each. */
  readonly found: Int32Array<ArrayBuffer>;
  /** For each MIXED section in turn, 64 pageblocks of `SHARE.columns` numbers. */
  readonly shares: Uint16Array<ArrayBuffer>;
  /** First pfn of each pageblock that was asked for, and its 512 pages as bytes (`PAGE_BIT`). */
  readonly frames: Float64Array<ArrayBuffer>;
  readonly pages: Uint8Array<ArrayBuffer>;
}
