/** What is wrong with a text that is no script. */

export type Trouble =
  /** A token that can't stand where it does. */
  | { readonly kind: "token"; readonly token: string; readonly pos: number; readonly within: Within }
  /** Something was opened at `pos` and never closed. `atEnd`: bash names the last line, not that where it began. */
  | {
      readonly kind: "open";
      readonly closer: string;
      readonly pos: number;
      readonly atEnd: boolean;
      readonly within: Within;
    }
  /** The text ends too early. */
  | { readonly kind: "end" }
  /** What bash has words of its own for, and no status: conditional commands, `for ((`. */
  | {
      readonly kind: "words";
      readonly lines: readonly string[];
      readonly pos: number;
      readonly failed: boolean;
      /** More text could mend it. */
      readonly unfinished: boolean;
    };

/** What the trouble is in, where that decides about the status. */
export type Within = "command" | "substitution" | "array";

/** A text is too deep to be judged here; the parser refuses it in its own words. */
export class TooDeep extends Error {}

/** Leaves the reading of a text. */
export class Troubled extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble) {
    super(trouble.kind);
    this.trouble = trouble;
  }
}
