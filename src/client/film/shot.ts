/** One instant of the seen past: what changed on the page since the shot before it. */
import type { LogEntry, PlaceInTime } from "../../protocol/messages.ts";
import type { RecordKind, Records } from "../../protocol/records.ts";
import type { PlaygroundState, RecordTables, Selection } from "../playground.ts";
import { type MapChange, type Maps, mergeChanges, weighChange } from "./map-track.ts";
import { weigh } from "./weigh.ts";

/** A record as it is from here on; `null`: it is gone. */
export interface RecordChange {
  readonly kind: RecordKind;
  readonly key: string;
  readonly record: Records[RecordKind] | null;
  /** Bytes. */
  readonly weight: number;
}

/** A log that only grows, until the page shows another one. */
export interface LogRun {
  readonly entries: LogEntry[];
  /** Entries that came before the first of them and are forgotten. */
  before: number;
}

/** All that is there at a shot, so that finding the ones after it need not begin at the first. */
export interface Whole {
  readonly records: RecordTables;
  readonly maps: Maps;
  readonly weight: number;
}

export interface Shot {
  /** The same for as long as it is kept; those taken later have higher ones. */
  readonly id: number;
  /** Where the machine was: enough for the worker to go there. */
  readonly place: PlaceInTime;
  readonly idle: boolean;
  readonly changes: readonly RecordChange[];
  /** Maps that were there before are not, until they come again. */
  readonly cleared: boolean;
  readonly maps: readonly MapChange[];
  /** The block whose page map is shown. */
  readonly pagesOf: string | null;
  readonly log: LogRun;
  /** Entries of the log that had come, from its first ever. */
  readonly logged: number;
  readonly looked: PlaygroundState["looked"];
  readonly calls: PlaygroundState["calls"];
  readonly selection: Selection;
  /** Not to be thinned out: for good, or for as long as refusals alone leave room for what is not one. */
  keep: "bookmark" | "refusal" | null;
  whole: Whole | null;
  /** Bytes, without `whole`. */
  readonly weight: number;
}

const SHOT_WEIGHT = 240;
const CHANGE_WEIGHT = 72;

export const recordChange = (kind: RecordKind, key: string, record: RecordChange["record"]): RecordChange => ({
  kind,
  key,
  record,
  weight: CHANGE_WEIGHT + weigh(record),
});

export function weighShot(changes: readonly RecordChange[], maps: readonly MapChange[], looked: number): number {
  let sum = SHOT_WEIGHT + looked;
  for (const { weight } of changes) sum += weight;
  for (const change of maps) sum += weighChange(change);
  return sum;
}

/** The second of two shots that follow each other, with what the first told. */
export function mergeShots(first: Shot, then: Shot): Shot {
  const changes = new Map<string, RecordChange>();
  for (const change of first.changes) changes.set(`${change.kind} ${change.key}`, change);
  for (const change of then.changes) changes.set(`${change.kind} ${change.key}`, change);
  const merged = first.changes.length === 0 ? then.changes : [...changes.values()];
  const cleared = first.cleared || then.cleared;
  const maps = then.cleared ? then.maps : mergeChanges(first.maps, then.maps);
  const looked = then.weight - weighShot(then.changes, then.maps, 0);
  return { ...then, changes: merged, cleared, maps, weight: weighShot(merged, maps, looked) };
}
