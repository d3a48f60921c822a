/** How hard the next exercise of a generator is: up a level after three right in a row, down one after two wrong. Pure. */
import { LEVELS } from "./format.ts";

export interface Rung {
  readonly level: number;
  /** Right in a row at this level; wrong ones in a row count below 0. */
  readonly row: number;
  readonly asked: number;
  readonly right: number;
  /** The highest level at which one was right; 0: none yet. */
  readonly best: number;
}

export const FIRST_RUNG: Rung = { level: 1, row: 0, asked: 0, right: 0, best: 0 };
const UP = 3;
const DOWN = -2;

/** After an answer to an exercise of a level: one of another level than the reader's own is counted, and moves nothing. */
export function climb(rung: Rung, level: number, right: boolean): Rung {
  const counted = {
    ...rung,
    asked: rung.asked + 1,
    right: rung.right + (right ? 1 : 0),
    best: right ? Math.max(rung.best, level) : rung.best,
  };
  if (level !== rung.level) return counted;
  const row = right ? Math.max(0, rung.row) + 1 : Math.min(0, rung.row) - 1;
  if (row >= UP && level < LEVELS) return { ...counted, level: level + 1, row: 0 };
  if (row <= DOWN && level > 1) return { ...counted, level: level - 1, row: 0 };
  return { ...counted, row: Math.max(DOWN, Math.min(UP, row)) };
}

/** Of two, what was got further in. */
export const further = (one: Rung, other: Rung): Rung => ({
  level: Math.max(one.level, other.level),
  row: one.level >= other.level ? one.row : other.row,
  asked: Math.max(one.asked, other.asked),
  right: Math.max(one.right, other.right),
  best: Math.max(one.best, other.best),
});
