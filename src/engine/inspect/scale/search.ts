/**
 * A search over all pages of a kernel, in slices: it goes through memory in the order of addresses, keeps a count for each
 * section (and pageblock, where these differ), and can be asked for the hits one after another. Read only.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { PageKind } from "../../memory/kinds.ts";
import {
  PAGEBLOCK_PAGES,
  PAGEBLOCKS_PER_SECTION,
  PAGES_PER_SECTION,
  SECTION_SHIFT,
  sectionOf,
  type SimNs,
} from "../../units.ts";
import { type Matcher, matcherOf } from "./matcher.ts";
import type { QueryProblem } from "./query.ts";

/** Sections without entries that are gone through between two looks at the budget. */
const STRIDE = 2048;

/** A run of pages that were found, each beside the next. */
export interface Hit {
  readonly pfn: number;
  readonly pages: number;
}

/** What a slice brought: blocks that it got to, with all that is found in them by now. */
export interface Slice {
  readonly blocks: Int32Array<ArrayBuffer>;
  readonly counts: Float64Array<ArrayBuffer>;
}

export class Search {
  readonly text: string;
  readonly kernel: Kernel;
  /** Simulated time at which it began: ages count from it. */
  readonly at: SimNs;
  /** Pages found so far. */
  total = 0;
  readonly #matcher: Matcher;
  /** Pages found in each section. */
  readonly #found: Int32Array;
  /** The same by pageblock, of sections whose pages have entries. */
  readonly #byPageblock = new Map<number, Uint16Array>();
  #next = 0;
  #told = 0;

  private constructor(kernel: Kernel, at: SimNs, text: string, matcher: Matcher) {
    this.kernel = kernel;
    this.at = at;
    this.text = text;
    this.#matcher = matcher;
    this.#found = new Int32Array(kernel.pages.sections);
  }

  /** Begins a search; the problem where the query can't be answered. */
  static of(kernel: Kernel, at: SimNs, text: string): Search | QueryProblem {
    const matcher = matcherOf(kernel, at, text);
    return "why" in matcher ? matcher : new Search(kernel, at, text, matcher);
  }

  get done(): boolean {
    return this.#next === this.kernel.pages.sections;
  }

  /** Goes on until all pages have been looked at, or the budget has expired. */
  run(budget?: { expired(): boolean }): void {
    const { slotOf } = this.kernel.pages;
    for (let since = 0; !this.done; since++) {
      const section = this.#next++;
      const count = this.#count(section);
      this.#found[section] = count;
      this.total += count;
      if (((slotOf[section] as number) >= 0 || since % STRIDE === STRIDE - 1) && budget?.expired()) return;
    }
  }

  /** What was found since the last call, by memory block; blocks without a hit are left out. */
  take(): Slice {
    const per = this.kernel.blockPages / PAGES_PER_SECTION;
    const blocks: number[] = [];
    const counts: number[] = [];
    for (let block = Math.floor(this.#told / per); block * per < this.#next; block++) {
      let sum = 0;
      for (let section = block * per; section < (block + 1) * per; section++) sum += this.#found[section] ?? 0;
      if (sum === 0) continue;
      blocks.push(block);
      counts.push(sum);
    }
    // A block that is not done is told of again.
    this.#told = this.#next;
    return { blocks: Int32Array.from(blocks), counts: Float64Array.from(counts) };
  }

  foundIn(section: number): number {
    return this.#found[section] ?? 0;
  }

  /** Pages found in a pageblock (the nth of a section), when the search came by. */
  foundInPageblock(section: number, nth: number): number {
    const counts = this.#byPageblock.get(section);
    if (counts) return counts[nth] as number;
    const count = this.foundIn(section);
    if (count === PAGES_PER_SECTION) return PAGEBLOCK_PAGES;
    const { frame } = this.#matcher;
    return count > 0 && frame !== null && Math.floor((frame % PAGES_PER_SECTION) / PAGEBLOCK_PAGES) === nth ? count : 0;
  }

  /** Whether a page is found, as it is now. */
  has(frame: number): boolean {
    const section = sectionOf(frame);
    const whole = this.#matcher.section(section);
    if (whole === "none") return false;
    const index = this.kernel.pages.indexOf(frame);
    if (index >= 0) return this.#matcher.page(index);
    const asked = this.#matcher.frame;
    return (
      (asked === null || asked === frame) && this.#matcher.uniform(section, this.kernel.pages.uniformKind[section] ?? 0)
    );
  }

  /** The hit after (or before) a page in the order of addresses, and round the end; `null` when nothing was found. */
  hit(from: number, step: 1 | -1): Hit | null {
    const last = this.kernel.pages.sections * PAGES_PER_SECTION - 1;
    const start = Math.min(Math.max(from, -1), last + 1);
    const inside = start >= 0 && start <= last && this.has(start);
    let first: number | null;
    if (step > 0) {
      const free = inside ? this.#scan(start, 1, false) : start + 1;
      first = (free === null ? null : this.#scan(free, 1, true)) ?? this.#scan(0, 1, true);
    } else {
      const free = inside ? this.#scan(start, -1, false) : start - 1;
      const end = (free === null ? null : this.#scan(free, -1, true)) ?? this.#scan(last, -1, true);
      first = end === null ? null : (this.#scan(end, -1, false) ?? -1) + 1;
    }
    if (first === null) return null;
    return { pfn: first, pages: (this.#scan(first, 1, false) ?? last + 1) - first };
  }

  /** The next page from `from` on (itself included) that is found, or is not; `null` beyond the end of memory. */
  #scan(from: number, step: 1 | -1, wanted: boolean): number | null {
    const last = this.kernel.pages.sections * PAGES_PER_SECTION - 1;
    for (let frame = from; frame >= 0 && frame <= last; frame += step) {
      const section = sectionOf(frame);
      const count = this.#found[section] as number;
      if (count === (wanted ? 0 : PAGES_PER_SECTION))
        frame = step > 0 ? (section + 1) * PAGES_PER_SECTION - 1 : section * PAGES_PER_SECTION;
      else if (this.has(frame) === wanted) return frame;
    }
    return null;
  }

  #count(section: number): number {
    const { pages } = this.kernel;
    const whole = this.#matcher.section(section);
    if (whole === "none") return 0;
    const slot = pages.slotOf[section] as number;
    if (slot < 0) {
      if (!this.#matcher.uniform(section, pages.uniformKind[section] as number)) return 0;
      return this.#matcher.frame === null ? PAGES_PER_SECTION : 1;
    }
    if (whole === "all" && pages.countIn(section, PageKind.None) === 0) return PAGES_PER_SECTION;
    const counts = new Uint16Array(PAGEBLOCKS_PER_SECTION);
    let sum = 0;
    const first = slot << SECTION_SHIFT;
    for (let nth = 0; nth < PAGEBLOCKS_PER_SECTION; nth++) {
      const start = first + nth * PAGEBLOCK_PAGES;
      let count = 0;
      for (let index = start; index < start + PAGEBLOCK_PAGES; index++) if (this.#matcher.page(index)) count++;
      counts[nth] = count;
      sum += count;
    }
    if (sum > 0 && sum < PAGES_PER_SECTION) this.#byPageblock.set(section, counts);
    return sum;
  }
}
