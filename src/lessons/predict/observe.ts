/**
 * What is read off a machine to answer an exercise: by the workshop from its copies, and by the page from the machine that
 * it shows. Pure; one reading for both.
 */
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import type { RecordTables } from "../../client/playground.ts";

export type Observation =
  /** What the last write returned: `0`, an errno, or `goes on`. */
  | { readonly see: "answer"; readonly block: string }
  /** Zone of a block (key). */
  | { readonly see: "zone"; readonly block: string }
  /** Its `valid_zones`. */
  | { readonly see: "valid"; readonly block: string }
  /** Which of these blocks was refused, where each was to go offline, one after the other. */
  | { readonly see: "refused"; readonly blocks: readonly string[] }
  /** That a block went offline: its name. */
  | { readonly see: "left"; readonly block: string }
  /** Where ZONE_MOVABLE of a node (key) starts, in MiB from address 0. */
  | { readonly see: "movable-start"; readonly node: string }
  /** How much more, or less, memory is free than before, in MiB. */
  | { readonly see: "free" }
  /** Who holds the memory map that has come: a DIMM, or the on-board memory of a node. */
  | { readonly see: "memmap-host" }
  /** The zone (key) that lost most free pages. */
  | { readonly see: "landed" }
  /** Which of these kinds of page (indices of PageKind) has left a block first. */
  | { readonly see: "left-first"; readonly block: string; readonly kinds: readonly number[] };

export interface World {
  /** Before the moves, and after them. */
  readonly before: RecordTables;
  readonly records: RecordTables;
  /** What the moves came to, in their order; what goes on has come to nothing yet. */
  readonly outcomes: readonly (ErrnoName | null)[];
}

/** A write that has not returned. */
export const GOES_ON = "goes on";
/** There is no such thing. */
export const NONE = "none";
/** It has not decided itself. */
export const NOT_YET = "not yet";

const MIB = 2 ** 20;
const PAGES_OF_MIB = 256;

export function observe(observation: Observation, { before, records, outcomes }: World): string {
  switch (observation.see) {
    case "answer": {
      const errno = outcomes.at(-1) ?? null;
      if (errno !== null) return errno;
      const attempt = records.attempt[records.block[observation.block]?.attempt ?? ""];
      return attempt?.result === "running" ? GOES_ON : "0";
    }
    case "zone": {
      const block = records.block[observation.block];
      return block ? (block.zone ?? block.state) : NONE;
    }
    case "valid":
      return records.block[observation.block]?.validZones.join(" ") ?? NONE;
    case "refused": {
      const refused = observation.blocks.filter((_, i) => outcomes[i] != null);
      return refused.length === 0 ? NONE : refused.map((key) => nameOf(records, key)).join(" ");
    }
    case "left": {
      const there = records.block[observation.block]?.state !== "offline";
      return there ? NOT_YET : nameOf(records, observation.block);
    }
    case "movable-start": {
      const zone = records.zone[`${observation.node}/Movable`];
      return zone && zone.spanned > 0 ? String(zone.startPfn / PAGES_OF_MIB) : NONE;
    }
    case "free":
      return String(Math.round((freeIn(records) - freeIn(before)) / MIB));
    case "memmap-host":
      return hostOf(before, records);
    case "landed": {
      const lost = Object.values(records.zone)
        .map(({ key, free }) => ({ key, pages: (before.zone[key]?.free ?? 0) - free }))
        .sort((a, b) => b.pages - a.pages)[0];
      return lost && lost.pages > 0 ? lost.key : NONE;
    }
    case "left-first": {
      const there = (tables: RecordTables, kind: number): number => tables.block[observation.block]?.kinds[kind] ?? 0;
      const gone = observation.kinds.filter((kind) => there(before, kind) > 0 && there(records, kind) === 0);
      return gone.length === 1 ? String(gone[0]) : NOT_YET;
    }
  }
}

const nameOf = ({ block }: RecordTables, key: string): string => `memory${block[key]?.number ?? key}`;

const freeIn = ({ node }: RecordTables): number =>
  Object.values(node).reduce((sum, { freeBytes }) => sum + freeBytes, 0);

/** Where memory maps have come, since boot or at all: on a DIMM, or on-board memory of a node. */
function hostOf(before: RecordTables, after: RecordTables): string {
  const added = Object.values(after.attempt).find(({ key, kind }) => kind === "add" && !before.attempt[key]);
  // A block that holds its own map is offline yet, and tells nothing of what is in it.
  if (added?.checks.some(({ rule, data }) => rule === "vmemmap" && data.self === 1)) return added.target;
  const grown = new Map<string, number>();
  for (const block of Object.values(after.block)) {
    const maps = mapsIn(block) - mapsIn(before.block[block.key]);
    const on = block.dimm ?? `node${block.nodes[0] ?? 0}`;
    if (maps > 0) grown.set(on, (grown.get(on) ?? 0) + maps);
  }
  const [first] = [...grown].sort((a, b) => b[1] - a[1]);
  return first?.[0] ?? NONE;
}

const mapsIn = (block: BlockRecord | undefined): number =>
  (block?.kinds[PageKind.Vmemmap] ?? 0) + (block?.kinds[PageKind.SelfMemmap] ?? 0);
