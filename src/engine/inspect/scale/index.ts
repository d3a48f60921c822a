/** All of a kernel's memory at once: shares of what is on screen, and a search over all pages. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { SimNs } from "../../units.ts";
import type { QueryProblem } from "./query.ts";
import { type Hit, Search, type Slice } from "./search.ts";
import type { Details } from "./layout.ts";
import { sameDetails, Shares } from "./shares.ts";

export type { QueryProblem } from "./query.ts";
export type { Hit } from "./search.ts";
export { type Details, MIXED, PAGE_BIT, SHARE } from "./layout.ts";

export interface SearchProgress extends Slice {
  /** Why nothing is searched for. */
  readonly problem: QueryProblem | null;
  readonly done: boolean;
  /** Pages found so far. */
  readonly total: number;
  /** Simulated time at which the search began. */
  readonly at: number;
}

/** Sees one kernel at a time; another one's is seen anew. */
export class Scale {
  #shares: { readonly kernel: Kernel; readonly shares: Shares } | null = null;
  #search: Search | null = null;
  /** Whose hits are shown: of a search that is done again, the one before until it is done. */
  #shown: Search | null = null;
  #told: Details | null = null;

  /** What was asked for, when it is not what was told last; `fresh`: for somebody who has seen nothing of it. */
  details(kernel: Kernel, blocks: readonly number[], pageblocks: readonly number[], fresh: boolean): Details | null {
    if (this.#shares?.kernel !== kernel) this.#shares = { kernel, shares: new Shares(kernel) };
    const search = this.#shown?.kernel === kernel ? this.#shown : null;
    const details = this.#shares.shares.details(blocks, pageblocks, search);
    if (!fresh && this.#told && sameDetails(details, this.#told)) return null;
    // What is transferred is gone from here.
    this.#told = copyOf(details);
    return details;
  }

  /** Begins a search, or goes on with it. An empty text ends it. */
  search(kernel: Kernel, now: SimNs, text: string, begin: boolean, budget?: { expired(): boolean }): SearchProgress {
    const running = this.#search;
    let search = running;
    if (begin || running?.kernel !== kernel || running.text !== text) {
      const begun = Search.of(kernel, now, text);
      if ("why" in begun) {
        this.#search = this.#shown = null;
        return {
          problem: begun,
          done: true,
          total: 0,
          at: now,
          blocks: new Int32Array(0),
          counts: new Float64Array(0),
        };
      }
      search = this.#search = begun;
    }
    if (!search) throw new Error("a search that was not begun can't go on");
    search.run(budget);
    if (search.done || this.#shown?.text !== text || this.#shown.kernel !== kernel) this.#shown = search;
    return { problem: null, done: search.done, total: search.total, at: search.at, ...search.take() };
  }

  /** The hit after or before a page; `null` while nothing is searched for. */
  hit(kernel: Kernel, from: number, step: 1 | -1): Hit | null {
    return this.#shown?.kernel === kernel ? this.#shown.hit(from, step) : null;
  }
}

function copyOf({ sections, kinds, found, shares, frames, pages }: Details): Details {
  return {
    sections: sections.slice(),
    kinds: kinds.slice(),
    found: found.slice(),
    shares: shares.slice(),
    frames: frames.slice(),
    pages: pages.slice(),
  };
}
