/** What differs in a node's zones from another moment. Pure. */
import type { ZoneLists } from "../../engine/inspect/index.ts";
import { changedSince } from "./pageblock-cells.ts";

/** A zone as it was, to compare it with what it is: one that was not there had nothing. */
export const beforeOf = (zone: ZoneLists, then: readonly ZoneLists[]): ZoneLists =>
  then.find((one) => one.zone === zone.zone) ?? {
    ...zone,
    ...{ spanned: 0, present: 0, managed: 0, free: 0, min: 0, low: 0, high: 0 },
    protection: zone.protection.map(() => 0),
    types: zone.types.map((type) => ({ ...type, chunks: type.chunks.map(() => 0), pageblocks: 0 })),
    runs: [],
  };

export interface ZoneChanges {
  /** Names of zones of the node that had no memory then, or have none now. */
  readonly came: readonly string[];
  readonly gone: readonly string[];
  /** Of the zone that is shown: pages more or less, and pageblocks of another migrate type or none before. */
  readonly free: number;
  readonly managed: number;
  readonly pageblocks: number;
}

export function zoneChanges(
  zone: ZoneLists | undefined,
  then: readonly ZoneLists[],
  now: readonly ZoneLists[],
): ZoneChanges {
  const names = (zones: readonly ZoneLists[]) => zones.map((one) => one.zone);
  const before = zone && beforeOf(zone, then);
  return {
    came: names(now).filter((name) => !names(then).includes(name)),
    gone: names(then).filter((name) => !names(now).includes(name)),
    free: (zone?.free ?? 0) - (before?.free ?? 0),
    managed: (zone?.managed ?? 0) - (before?.managed ?? 0),
    pageblocks: changedSince(before?.runs ?? [], zone?.runs ?? []).reduce((sum, one) => sum + one.pageblocks, 0),
  };
}
