/**
 * What differs in all of memory from another moment: blocks by their records, pageblocks and pages as far as their maps were
 * kept. Pure.
 */
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { MAP_KIND_MASK } from "../../protocol/messages.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import type { Earlier } from "../changes/earlier.ts";
import { changeOf, isUsed } from "../changes/page-changes.ts";
import { kindGroup } from "../kinds.ts";
import { type Memory, memoryOf } from "./memory.ts";

/** What is told of a pageblock now: a row of shares, or the kind of all its pages. */
type Told = { readonly row: ArrayLike<number> } | { readonly kind: number };

/**
 * Pages that came to be used, left, or are used for something else: of equal pages that changed places with each other nothing
 * is seen in sums.
 */
function differing(was: (kind: number) => number, is: (kind: number) => number): number {
  let [came, gone] = [0, 0];
  for (let kind = 0; kind < PAGE_KINDS; kind++) {
    if (!isUsed(kind)) continue;
    const by = is(kind) - was(kind);
    if (by > 0) came += by;
    else gone -= by;
  }
  return Math.max(came, gone);
}

export class MemoryChanges {
  readonly #earlier: Earlier;
  readonly #partition: string;
  readonly #blocks = new WeakMap<BlockRecord, { readonly pages: number; readonly differs: boolean }>();
  /** Pages by kind of the pageblocks of a block at that moment. */
  readonly #counts = new Map<number, Uint16Array>();

  constructor(earlier: Earlier, partition: string) {
    this.#earlier = earlier;
    this.#partition = partition;
  }

  /** At least so many pages of a block differ; `differs`: they do, or its state or zone does, or it is new. */
  block(block: BlockRecord): { readonly pages: number; readonly differs: boolean } {
    let found = this.#blocks.get(block);
    if (!found) {
      const was = this.#earlier.records.block[block.key];
      const pages = differing(
        (kind) => was?.kinds[kind] ?? 0,
        (kind) => block.kinds[kind] ?? 0,
      );
      const differs = pages > 0 || !was || was.state !== block.state || was.zone !== block.zone;
      found = { pages, differs };
      this.#blocks.set(block, found);
    }
    return found;
  }

  /** At least so many pages of a pageblock, the nth of its block, differ; `null`: its map was not kept. */
  pageblock(block: BlockRecord, nth: number, told: Told): number | null {
    const kept = this.#kept(block);
    if (kept === null) return null;
    const counts = typeof kept === "number" ? null : this.#countsOf(block.number, kept);
    return differing(
      (kind) => (counts ? (counts[nth * PAGE_KINDS + kind] as number) : kind === kept ? PAGEBLOCK_PAGES : 0),
      (kind) => ("row" in told ? (told.row[kind] as number) : kind === told.kind ? PAGEBLOCK_PAGES : 0),
    );
  }

  /** Whether a page, the nth of its block, differs; `byte` is as it is told now. `null`: its map was not kept. */
  page(block: BlockRecord, nth: number, byte: number): boolean | null {
    const kept = this.#kept(block);
    if (kept === null) return null;
    return changeOf(typeof kept === "number" ? kept : (kept[nth] as number), byte) !== "same";
  }

  /** All of a partition's memory: blocks that came, went and differ, and pages by what they are used for. */
  summary(memory: Memory): MemorySummary {
    const before = memoryOf(this.#earlier.records, this.#partition);
    const now = memory.nodes.flatMap(({ blocks }) => blocks);
    const then = before?.nodes.flatMap(({ blocks }) => blocks) ?? [];
    const keys = new Set(now.map(({ key }) => key));
    const earlier = new Set(then.map(({ key }) => key));
    const groups = new Map<string, number>();
    const add = (blocks: readonly BlockRecord[], sign: 1 | -1): void => {
      for (const { kinds } of blocks)
        for (const [kind, pages] of kinds.entries()) {
          if (pages === 0) continue;
          const { id } = kindGroup(kind);
          groups.set(id, (groups.get(id) ?? 0) + sign * pages);
        }
    };
    add(now, 1);
    add(then, -1);
    return {
      came: now.filter(({ key }) => !earlier.has(key)).length,
      gone: then.filter(({ key }) => !keys.has(key)).length,
      differ: now.filter((block) => earlier.has(block.key) && this.block(block).differs).length,
      groups: [...groups].filter(([, by]) => by !== 0).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)),
    };
  }

  #kept({ key }: BlockRecord): Uint8Array | number | null {
    const kept = this.#earlier.pages.get(key);
    // A block that was not there had no pages.
    return kept ?? (this.#earlier.records.block[key] ? null : PageKind.None);
  }

  #countsOf(number: number, map: Uint8Array): Uint16Array {
    let counts = this.#counts.get(number);
    if (!counts) {
      counts = new Uint16Array((map.length / PAGEBLOCK_PAGES) * PAGE_KINDS);
      for (let page = 0; page < map.length; page++) {
        const at = Math.floor(page / PAGEBLOCK_PAGES) * PAGE_KINDS + ((map[page] as number) & MAP_KIND_MASK);
        counts[at] = (counts[at] as number) + 1;
      }
      this.#counts.set(number, counts);
    }
    return counts;
  }
}

export interface MemorySummary {
  readonly came: number;
  readonly gone: number;
  readonly differ: number;
  /** Pages more or less, by group of kinds (id), the largest change first. */
  readonly groups: readonly (readonly [group: string, pages: number])[];
}
