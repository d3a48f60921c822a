/** All that was said of a talk so far, as far as it holds together: who may go on with it, and what the next entry must be. */
import { type Deed, type Entry, type Line, MOST_ENTRIES, NOTHING, readEntry, type TalkPlace } from "./entries.ts";
import { hashOfText } from "../engine/hash.ts";

export interface Head {
  /** -1 before the first entry. */
  readonly seq: number;
  readonly hash: string;
}

/**
 * `taken`: it is the next one. `known`: it was there already. `ahead`: some before it are missing. All others are refused:
 * `unreadable`; by somebody who doesn't drive (`stranger`); not what comes after what was said (`other`); or about a place
 * that the talk hasn't (`nowhere`).
 */
export type Verdict =
  | { readonly is: "taken"; readonly entry: Entry }
  | { readonly is: "known" | "ahead" | "unreadable" | "stranger" | "other" | "nowhere" };

/** Clicks of each scene. */
export type Shape = readonly number[];

export class Ledger {
  readonly #shape: Shape;
  #head: Head = { seq: -1, hash: NOTHING };
  #driver: string | null = null;
  #ended = false;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  get head(): Head {
    return this.#head;
  }

  /** `null` before the first entry. */
  get driver(): string | null {
    return this.#driver;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Takes the next entry, if this is it; nothing else changes anything. Never throws. */
  take({ from, text }: Line): Verdict {
    const entry = readEntry(text);
    if (!entry) return { is: "unreadable" };
    const { seq, hash } = this.#head;
    if (entry.seq < seq) return { is: "known" };
    if (entry.seq === seq) return { is: hashOfText(text) === hash ? "known" : "other" };
    const begins = entry.do.is === "begin";
    // A stranger's number is no reason to ask what is missing.
    if (this.#driver !== null && from !== this.#driver && entry.seq === seq + 1) return { is: "stranger" };
    if (entry.seq > seq + 1) return { is: "ahead" };
    if (entry.prev !== hash || begins !== (seq === -1) || this.#ended) return { is: "other" };
    if (entry.do.is === "begin" && entry.do.driver !== from) return { is: "stranger" };
    if ("place" in entry.do && !this.#has(entry.do.place)) return { is: "nowhere" };
    this.#head = { seq: entry.seq, hash: hashOfText(text) };
    this.#follow(entry.do);
    return { is: "taken", entry };
  }

  #follow(deed: Deed): void {
    if (deed.is === "begin") this.#driver = deed.driver;
    else if (deed.is === "hand") this.#driver = deed.to;
    // A talk that is as long as one may be is over.
    this.#ended ||= deed.is === "end" || this.#head.seq >= MOST_ENTRIES;
  }

  #has({ scene, cue }: TalkPlace): boolean {
    const cues = this.#shape[scene];
    return cues !== undefined && cue <= cues;
  }
}
