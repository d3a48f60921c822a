/** How `diff` shows changes: the normal form, and with context (unified, or as of old). */
import type { Change } from "./edit-script.ts";

/** One side of a comparison. */
export interface Side {
  /** As the header of a form with context names it: a path and a time, or a label. */
  readonly title: string;
  readonly lines: readonly string[];
  /** The last line ends with a newline, as it should. */
  readonly terminated: boolean;
}

const NO_NEWLINE = "\n\\ No newline at end of file\n";

/** Lines of a side, each behind a mark. */
function* marked({ lines, terminated }: Side, from: number, to: number, mark: string): Generator<string> {
  for (let i = from; i < to; i++)
    yield `${mark}${lines[i]}${i === lines.length - 1 && !terminated ? NO_NEWLINE : "\n"}`;
}

/** `4`, or `4,6`: the first and the last line; of none, the one before. */
const range = (from: number, to: number): string => (to - from > 1 ? `${from + 1},${to}` : `${to}`);

export function* normal(first: Side, second: Side, changes: readonly Change[]): Generator<string> {
  for (const { from, to, otherFrom, otherTo } of changes) {
    const letter = from === to ? "a" : otherFrom === otherTo ? "d" : "c";
    yield `${range(from, to)}${letter}${range(otherFrom, otherTo)}\n`;
    yield* marked(first, from, to, "< ");
    if (letter === "c") yield "---\n";
    yield* marked(second, otherFrom, otherTo, "> ");
  }
}

interface Hunk extends Change {
  readonly changes: readonly Change[];
}

/** Changes with the lines around them; those whose surroundings meet are one hunk. */
function hunks(changes: readonly Change[], context: number, first: Side, second: Side): Hunk[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last && change.from - last.to <= 2 * context) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups.map((group) => {
    const [begin, end] = [group[0] as Change, group.at(-1) as Change];
    const before = Math.min(context, begin.from, begin.otherFrom);
    return {
      changes: group,
      from: begin.from - before,
      to: Math.min(end.to + context, first.lines.length),
      otherFrom: begin.otherFrom - before,
      otherTo: Math.min(end.otherTo + context, second.lines.length),
    };
  });
}

export function* unified(first: Side, second: Side, changes: readonly Change[], context: number): Generator<string> {
  const counted = (from: number, to: number): string =>
    to - from === 1 ? `${to}` : `${from === to ? from : from + 1},${to - from}`;
  yield `--- ${first.title}\n+++ ${second.title}\n`;
  for (const hunk of hunks(changes, context, first, second)) {
    yield `@@ -${counted(hunk.from, hunk.to)} +${counted(hunk.otherFrom, hunk.otherTo)} @@\n`;
    let at = hunk.from;
    for (const { from, to, otherFrom, otherTo } of hunk.changes) {
      yield* marked(first, at, from, " ");
      yield* marked(first, from, to, "-");
      yield* marked(second, otherFrom, otherTo, "+");
      at = to;
    }
    yield* marked(first, at, hunk.to, " ");
  }
}

export function* contextual(first: Side, second: Side, changes: readonly Change[], context: number): Generator<string> {
  yield `*** ${first.title}\n--- ${second.title}\n`;
  for (const hunk of hunks(changes, context, first, second)) {
    const ours = hunk.changes.map(({ from, to, otherFrom, otherTo }) => ({ from, to, alone: otherFrom === otherTo }));
    const theirs = hunk.changes.map(({ from, to, otherFrom, otherTo }) => ({
      from: otherFrom,
      to: otherTo,
      alone: from === to,
    }));
    yield `***************\n*** ${range(hunk.from, hunk.to)} ****\n`;
    yield* half(first, hunk.from, hunk.to, ours, "- ");
    yield `--- ${range(hunk.otherFrom, hunk.otherTo)} ----\n`;
    yield* half(second, hunk.otherFrom, hunk.otherTo, theirs, "+ ");
  }
}

/** One side of a hunk; nothing where nothing of it changes. */
function* half(
  side: Side,
  from: number,
  to: number,
  changes: readonly { readonly from: number; readonly to: number; readonly alone: boolean }[],
  alone: string,
): Generator<string> {
  if (changes.every((change) => change.from === change.to)) return;
  let at = from;
  for (const change of changes) {
    yield* marked(side, at, change.from, "  ");
    yield* marked(side, change.from, change.to, change.alone ? alone : "! ");
    at = change.to;
  }
  yield* marked(side, at, to, "  ");
}
