/**
 * What the pictures are drawn from: the partition's nodes and blocks as records tell them, and what the worker told of
 * blocks and pageblocks in more detail. A block whose pages are all of one kind needs no more detail.
 */
import type { RecordTables } from "../../client/playground.ts";
import { type Details, MIXED, SHARE } from "../../engine/inspect/scale/layout.ts";
import { PAGEBLOCK_PAGES, PAGEBLOCKS_PER_SECTION, PAGES_PER_SECTION, PAGE_SIZE } from "../../engine/units.ts";
import type { BlockRecord, NodeRecord } from "../../protocol/records.ts";
import type { Path } from "./world.ts";

export interface Memory {
  readonly partition: string;
  readonly nodes: readonly { readonly record: NodeRecord; readonly blocks: readonly BlockRecord[] }[];
  readonly pagesOfBlock: number;
}

/** Nodes of a partition that have memory, with their blocks in the order of addresses. */
export function memoryOf(records: RecordTables, partition: string): Memory | null {
  const record = records.partition[partition];
  if (!record) return null;
  const nodes = record.nodes.flatMap((key) => {
    const node = records.node[key];
    // A block that two nodes share stands in the first.
    const blocks = (node?.blocks ?? []).flatMap((block) => {
      const found = records.block[block];
      return found && found.nodes[0] === node?.id ? [found] : [];
    });
    return node && blocks.length > 0 ? [{ record: node, blocks }] : [];
  });
  return nodes.length === 0 ? null : { partition, nodes, pagesOfBlock: record.blockBytes / PAGE_SIZE };
}

export const blockAt = (memory: Memory, path: Path): BlockRecord | undefined => memory.nodes[path[0]]?.blocks[path[1]];

/** The first page of the mark of a path. */
export function frameOf(memory: Memory, path: Path): number | null {
  const block = blockAt(memory, path);
  return block ? block.startPfn + path[2] * PAGEBLOCK_PAGES + path[3] : null;
}

/** The path that ends in a page. */
export function pathTo(memory: Memory, frame: number): Path | null {
  for (const [node, { blocks }] of memory.nodes.entries())
    for (const [at, { startPfn, pages }] of blocks.entries())
      if (frame >= startPfn && frame < startPfn + pages)
        return [node, at, Math.floor((frame - startPfn) / PAGEBLOCK_PAGES), (frame - startPfn) % PAGEBLOCK_PAGES];
  return null;
}

const uniform = new WeakMap<BlockRecord, number | null>();

/** The kind of all pages of a block, none pinned; `null` where they differ. */
export function uniformKind(block: BlockRecord): number | null {
  let kind = uniform.get(block);
  if (kind === undefined) {
    const only = block.kinds.indexOf(block.pages);
    kind = only >= 0 && block.pinned === 0 ? only : null;
    uniform.set(block, kind);
  }
  return kind;
}

/** Most sections that are remembered though nobody looks at them. */
const MOST_SECTIONS = 4096;
const EACH = PAGEBLOCKS_PER_SECTION * SHARE.columns;

/** What the worker has told so far, by place; what it tells again takes the place of what was there. */
export class Known {
  readonly #sections = new Map<
    number,
    { readonly kind: number; readonly found: number; readonly shares: Uint16Array | null }
  >();
  readonly #pages = new Map<number, Uint8Array>();

  take(details: Details): void {
    if (this.#sections.size > MOST_SECTIONS) this.#sections.clear();
    this.#pages.clear();
    let mixed = 0;
    for (const [at, section] of details.sections.entries()) {
      const kind = details.kinds[at] as number;
      const shares = kind === MIXED ? details.shares.subarray(mixed * EACH, ++mixed * EACH) : null;
      this.#sections.set(section, { kind, found: details.found[at] as number, shares });
    }
    for (const [at, first] of details.frames.entries())
      this.#pages.set(first, details.pages.subarray(at * PAGEBLOCK_PAGES, (at + 1) * PAGEBLOCK_PAGES));
  }

  clear(): void {
    this.#sections.clear();
    this.#pages.clear();
  }

  /** The row of shares of the pageblock that begins at a page, or the kind of all its pages; `undefined` while not known. */
  pageblock(
    first: number,
  ): { readonly row: Uint16Array } | { readonly kind: number; readonly found: number } | undefined {
    const section = this.#sections.get(Math.floor(first / PAGES_PER_SECTION));
    if (!section) return undefined;
    if (!section.shares) return { kind: section.kind, found: section.found };
    const nth = (first % PAGES_PER_SECTION) / PAGEBLOCK_PAGES;
    return { row: section.shares.subarray(nth * SHARE.columns, (nth + 1) * SHARE.columns) };
  }

  pages(first: number): Uint8Array | undefined {
    return this.#pages.get(first);
  }
}
