/** What a word can be completed to, and how a list of that is shown. */
import { largest } from "../../engine/lists.ts";

export interface Candidate {
  /** What stands in the word's place. */
  readonly text: string;
  /** What follows when it is the only one: a blank, or the slash of a folder. */
  readonly after: string;
  /** How it is listed. */
  readonly shown: string;
}

export interface Completion {
  /** Where the word that is completed begins. */
  readonly from: number;
  readonly candidates: readonly Candidate[];
}

/** What stands in the place of the word that was given: the only candidate, or what all begin with; `null` when that is no more. */
export function completed(candidates: readonly Candidate[], given: string): string | null {
  const [only, second] = candidates;
  if (only === undefined) return null;
  if (second === undefined) return only.text + only.after;
  const text = commonPrefix(candidates.map((candidate) => candidate.text));
  return text.length > given.length ? text : null;
}

function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? "";
  for (const text of texts) {
    let length = 0;
    while (length < prefix.length && prefix[length] === text[length]) length++;
    prefix = prefix.slice(0, length);
  }
  return prefix;
}

/** Names in columns, down and then across. */
export function listing(names: readonly string[], columns: number): string {
  const width =
    largest(
      names.map((name) => name.length),
      0,
    ) + 2;
  const across = Math.max(1, Math.floor(columns / width));
  const rows = Math.ceil(names.length / across);
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = "";
    for (let column = 0; column < across; column++) line += (names[column * rows + row] ?? "").padEnd(width);
    lines.push(`${line.trimEnd()}\n`);
  }
  return lines.join("");
}
