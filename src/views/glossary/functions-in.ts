/** Names of kernel functions in a line of text, as the kernel that wrote it has them. */
import { calledIn, KERNEL_FUNCTIONS, type KernelFunction } from "../../engine/chronicle/functions.ts";

export interface Named {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
  readonly name: KernelFunction;
}

/** A name of one word alone is an ordinary word, as `panic` is. */
const WORD = /\b[a-z_][a-z0-9]*_[a-z0-9_]+\b/g;
/** Nobody reads further. */
const LONGEST = 4000;
const byVersion = new Map<string, ReadonlyMap<string, KernelFunction>>();

export function functionsIn(line: string, version: string): readonly Named[] {
  const found: Named[] = [];
  for (const { 0: word, index } of line.slice(0, LONGEST).matchAll(WORD)) {
    const name = namesOf(version).get(word);
    if (name) found.push({ start: index, end: index + word.length, name });
  }
  return found;
}

/** Where two have one name the first is meant. */
function namesOf(version: string): ReadonlyMap<string, KernelFunction> {
  let names = byVersion.get(version);
  if (!names) {
    names = new Map([...KERNEL_FUNCTIONS].reverse().map((name) => [calledIn(version, name), name]));
    byVersion.set(version, names);
  }
  return names;
}
