/** `diff -y`: both sides next to each other, and between them what they are to each other. */
import type { Side } from "./diff-formats.ts";
import type { Change } from "./edit-script.ts";

export interface SidesOptions {
  /** Columns in all. */
  readonly width: number;
  /** Of common lines only the left one. */
  readonly leftColumn: boolean;
  /** No common lines. */
  readonly suppressCommon: boolean;
}

const TAB = 8;
const GUTTER = 3;

/** Blanks from one column to another: tabs as far as they go. */
function filled(from: number, to: number): string {
  let text = "";
  let at = from;
  for (let next = at + TAB - (at % TAB); next <= to; next += TAB) {
    text += "\t";
    at = next;
  }
  return text + " ".repeat(Math.max(0, to - at));
}

/** As much of a line as a half has room for, and its width. Tabs are blanks up to the next stop. */
function half(line: string, room: number): { readonly text: string; readonly width: number } {
  let text = "";
  let width = 0;
  for (const character of line) {
    const next = character === "\t" ? width + TAB - (width % TAB) : width + 1;
    if (next > room) break;
    text += character;
    width = next;
  }
  return { text, width };
}

export function* sides(
  first: Side,
  second: Side,
  changes: readonly Change[],
  { width, leftColumn, suppressCommon }: SidesOptions,
): Generator<string> {
  const offset = Math.floor((width + TAB + GUTTER) / (2 * TAB)) * TAB;
  const room = Math.max(0, Math.min(offset - GUTTER, width - offset));
  const right = room > 0 ? offset : width;
  const middle = Math.floor((room + right - 1) / 2);
  const row = (left: string | undefined, mark: string, other: string | undefined): string => {
    let { text, width: at } = half(left ?? "", room);
    if (mark !== " ") {
      text += filled(at, middle) + mark;
      at = middle + 1;
    }
    if (other !== undefined && other !== "") text += filled(at, right) + half(other, room).text;
    return `${text}\n`;
  };
  const common = function* (from: number, to: number, otherFrom: number): Generator<string> {
    if (suppressCommon) return;
    for (let i = from; i < to; i++) {
      const other = second.lines[otherFrom + i - from];
      yield leftColumn ? row(first.lines[i], "(", undefined) : row(first.lines[i], " ", other);
    }
  };
  let [at, otherAt] = [0, 0];
  for (const { from, to, otherFrom, otherTo } of changes) {
    yield* common(at, from, otherAt);
    const both = Math.min(to - from, otherTo - otherFrom);
    for (let i = 0; i < both; i++) yield row(first.lines[from + i], "|", second.lines[otherFrom + i]);
    for (let i = from + both; i < to; i++) yield row(first.lines[i], "<", undefined);
    for (let i = otherFrom + both; i < otherTo; i++) yield row(undefined, ">", second.lines[i]);
    [at, otherAt] = [to, otherTo];
  }
  yield* common(at, first.lines.length, otherAt);
}
