/** One instant of the seen past: what changed on the page since the shot before it. */
import type { LogEntry, PlaceInTime } from "../../protocol/messages.ts";
import type { Patch, RecordKind, Records } from "../../protocol/records.ts";
import { LONGEST_LOG } from "../apply-frame.ts";
import type { PlaygroundState, RecordTables, Selection } from "../playground.ts";
import { type MapChange, MapMerger, type Maps, weighChange } from "./map-track.ts";
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

/** Where a shot's records and maps are, in between. */
export interface Cursor {
  index: number;
  records: RecordTables;
  maps: Maps;
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

/** `weight`: bytes of the record. */
export const recordChange = (
  kind: RecordKind,
  key: string,
  record: RecordChange["record"],
  weight = weigh(record),
): RecordChange => ({ kind, key, record, weight: CHANGE_WEIGHT + weight });

export function weighShot(changes: readonly RecordChange[], maps: readonly MapChange[], looked: number): number {
  let sum = SHOT_WEIGHT + looked;
  for (const { weight } of changes) sum += weight;
  for (const change of maps) sum += weighChange(change);
  return sum;
}

/** Bytes of a shot, with all that is there where it has that. */
export const weightOf = (shot: Shot): number => shot.weight + (shot.whole?.weight ?? 0);

export const asPatch = ({ kind, key, record }: RecordChange): Patch => [kind, key, record] as Patch;

/** Whether a machine had done something at a place that it had not at the other. */
export const isAfter = (one: PlaceInTime, other: PlaceInTime): boolean =>
  one.entries > other.entries || one.instant.step > other.instant.step || one.instant.at > other.instant.at;

/** The last of shots that follow each other, with what all of them told; in as many parts as it is asked for. */
export function* mergedShots(run: readonly Shot[], last: Shot): Generator<void, Shot> {
  const tables = new Map<RecordKind, Map<string, RecordChange>>();
  const maps = new MapMerger();
  let cleared = false;
  for (let i = 0; i <= run.length; i++) {
    const shot = run[i] ?? last;
    for (const change of shot.changes) {
      let table = tables.get(change.kind);
      if (!table) {
        table = new Map();
        tables.set(change.kind, table);
      }
      table.set(change.key, change);
    }
    if (shot.cleared) {
      cleared = true;
      maps.clear();
    }
    maps.add(shot.maps);
    if (i % 16 === 15) yield;
  }
  const changes: RecordChange[] = [];
  for (const table of tables.values()) for (const change of table.values()) changes.push(change);
  const merged = maps.changes();
  const looked = last.weight - weighShot(last.changes, last.maps, 0);
  return { ...last, changes, cleared, maps: merged, weight: weighShot(changes, merged, looked) };
}

/** What views hold of the machine. */
export interface Shown {
  readonly now: number;
  readonly idle: boolean;
  readonly records: RecordTables;
  readonly log: readonly LogEntry[];
  readonly looked: PlaygroundState["looked"];
  readonly calls: PlaygroundState["calls"];
  readonly selection: Selection;
}

/** Shots that an undo or a way back left. */
export interface Future {
  /** The shot that they follow. */
  readonly after: number;
  readonly shots: readonly Shot[];
  /** `null` where the film had not begun. */
  readonly last: Shown | null;
  /** What the last of them tells; `null` when there was no room for them. */
  readonly end: Whole | null;
}

export function shownIn({ place, idle, log, logged, looked, calls, selection }: Shot, records: RecordTables): Shown {
  const end = logged - log.before;
  return {
    now: place.instant.at,
    idle,
    records,
    log: log.entries.slice(Math.max(0, end - LONGEST_LOG), end),
    looked,
    calls,
    selection,
  };
}
