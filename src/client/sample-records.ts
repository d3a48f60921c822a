/**
 * Test support: a box in the middle of a story, so that views can be developed and tested without a worker. What is here was
 * taken from the real engine through its host and projector (src/worker/testing/sample-box.ts, scripts/record-samples.mjs):
 * one block was taken offline, one refused, and DIMM d4 is half way out of its slot.
 */
import type { Attempt } from "../engine/chronicle/outcome.ts";
import { PAGES_PER_SECTION } from "../engine/units.ts";
import type { LogEntry } from "../protocol/messages.ts";
import type { PageInfo } from "../protocol/records.ts";
import type { RecordTables } from "./playground.ts";
import recorded from "./sample.json" with { type: "json" };

/** A box at one instant. */
export interface Sample {
  /** Simulated ns. */
  readonly now: number;
  readonly records: RecordTables;
  readonly log: readonly LogEntry[];
  /** Page maps of all blocks: lengths of equal bytes that follow one another, `[byte, how many, byte, how many, …]`. */
  readonly pages: Readonly<Record<string, readonly number[]>>;
  /** The first page of each such run in some blocks, as it was inspected. */
  readonly inspected: readonly PageInfo[];
}

export const sample = recorded as unknown as Sample;

/** The records of the box, freshly made. */
export const sampleRecords = (): RecordTables => structuredClone(sample.records);

export const sampleLog = (): readonly LogEntry[] => structuredClone(sample.log);

/** A block's page map; `undefined` where there is no such block. */
export function samplePages(block: string): Uint8Array | undefined {
  const runs = sample.pages[block];
  if (!runs) return undefined;
  const bytes = new Uint8Array(PAGES_PER_SECTION);
  let at = 0;
  for (let i = 0; i < runs.length; i += 2) {
    const end = at + (runs[i + 1] as number);
    bytes.fill(runs[i] as number, at, end);
    at = end;
  }
  return bytes;
}

function attemptAt(target: string): Attempt {
  const found = Object.values(sample.records.attempt).find(
    (attempt) => attempt.target === target && attempt.kind !== "add" && attempt.kind !== "online",
  );
  if (!found) throw new Error(`the sample has no attempt at ${target}`);
  const { key: _, ...attempt } = found;
  return attempt;
}

/** The attempts of the story: an offline that went well and one that was refused, an eject that runs, and its offline. */
export const sampleAttempts = {
  offlined: attemptAt("memory49"),
  refused: attemptAt("memory37"),
  ejecting: attemptAt("d4"),
  offlining: attemptAt("memory48"),
};

/** The keys of their records. */
export const OFFLINED = String(sampleAttempts.offlined.id);
export const REFUSED = String(sampleAttempts.refused.id);
export const EJECTING = String(sampleAttempts.ejecting.id);
export const OFFLINING = String(sampleAttempts.offlining.id);
