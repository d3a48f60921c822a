/** How the seen past is thinned out, part by part: no display frame waits for all of it. */
import type { LogEntry } from "../../protocol/messages.ts";
import { LONGEST_LOG } from "../apply-frame.ts";
import { type LogRun, mergedShots, type Shot } from "./shot.ts";
import { weigh } from "./weigh.ts";

/** Shots from one that has everything to the next. */
export const STRIDE = 512;
const LINE_WEIGHT = 8;

export interface Thinned {
  readonly kept: Shot[];
  /** Those of them that need not have everything any more: others that have are near. */
  readonly less: readonly Shot[];
  /** Shots since the last that has everything. */
  readonly sinceWhole: number;
}

/**
 * Leaves of shots that are `age` shots old one in `age * coarse`, and of those `needed` (by id), kept for good, first and
 * last all. Nothing is changed in what it is given.
 */
export function* thinned(
  shots: readonly Shot[],
  coarse: number,
  needed: ReadonlySet<number>,
): Generator<void, Thinned> {
  const kept: Shot[] = [];
  const less: Shot[] = [];
  /** Those whose changes are passed on. */
  let passed: Shot[] = [];
  let gap = 0;
  let whole = 0;
  const { length } = shots;
  for (let index = 0; index < length; index++) {
    const next = shots[index] as Shot;
    if (index % 256 === 255) yield;
    const stays = index === 0 || index === length - 1 || next.keep !== null || needed.has(next.id);
    if (!stays && ++gap < (length - index) * coarse) {
      passed.push(next);
      continue;
    }
    const shot = passed.length > 0 ? yield* mergedShots(passed, next) : next;
    if (passed.length > 0) passed = [];
    gap = 0;
    if (shot.whole) {
      if (kept.length > 0 && kept.length - whole < STRIDE / 2) less.push(shot);
      else whole = kept.length;
    }
    kept.push(shot);
  }
  return { kept, less, sinceWhole: Math.min(STRIDE, kept.length - 1 - whole) };
}

/** Lets go of the lines of logs that no shot shows, and weighs the others, in bytes. */
export function* trimmed(shots: readonly Shot[], present: LogRun): Generator<void, number> {
  const needed = new Map<LogRun, number>([[present, present.before + present.entries.length]]);
  for (const [index, { log, logged }] of shots.entries()) {
    const known = needed.get(log);
    if (known === undefined || logged < known) needed.set(log, logged);
    if (index % 2048 === 2047) yield;
  }
  const logs = [...needed].map(([log, first]) => {
    const gone = Math.max(0, first - LONGEST_LOG - log.before);
    log.entries.splice(0, gone);
    log.before += gone;
    return [log, log.entries.length] as const;
  });
  yield;
  let weight = 0;
  const weighed = new Set<LogEntry>();
  for (const [{ entries }, length] of logs)
    for (let i = 0; i < length; i++) {
      const entry = entries[i] as LogEntry;
      weight += weighLine(entry, weighed.has(entry));
      weighed.add(entry);
      if (i % 1024 === 1023) yield;
    }
  return weight;
}

/** A line never changes, and is weighed whenever the film is thinned out. */
const LINES = new WeakMap<LogEntry, number>();

/** Bytes that an entry of a log takes; `again`: it is in another log, too. */
export function weighLine(entry: LogEntry, again: boolean): number {
  if (again) return LINE_WEIGHT;
  const known = LINES.get(entry) ?? weigh(entry);
  LINES.set(entry, known);
  return LINE_WEIGHT + known;
}
