/**
 * What is read off a machine to answer an exercise: by the workshop from its copies, and by the page from the machine that
 * it shows. Pure; one reading for both.
 */
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import type { RecordTables } from "../../client/playground.ts";

export type Observation =
  /** What the last write returned: `0`, an errno, or `goes on`. */
  | { readonly see: "answer"; readonly block: string }
  /** Zone of a block (key). */
  | { readonly see: "zone"; readonly block: string };

export interface World {
  readonly records: RecordTables;
  /** What the moves came to, in their order; what goes on has come to nothing yet. */
  readonly outcomes: readonly (ErrnoName | null)[];
}

/** A write that has not returned. */
export const GOES_ON = "goes on";

export function observe(observation: Observation, { records, outcomes }: World): string {
  switch (observation.see) {
    case "answer": {
      const errno = outcomes.at(-1) ?? null;
      if (errno !== null) return errno;
      const attempt = records.attempt[records.block[observation.block]?.attempt ?? ""];
      return attempt?.result === "running" ? GOES_ON : "0";
    }
    case "zone": {
      const block = records.block[observation.block];
      return block ? (block.zone ?? block.state) : "gone";
    }
  }
}
