/**
 * Fits the computed reservations to what a real kernel managed. The computed ones are exact for the kernels that
 * were recorded; another build differs by some pages, which are added or taken away where they do least harm.
 */
import type { ZoneCalibration } from "../../hardware/description.ts";
import { PageKind, ZONE_NAMES } from "../../memory/kinds.ts";
import { type PfnRange, pagesWithin, pfnRange, rangePages, subtract } from "./ranges.ts";
import type { ReservedRange } from "./reserved.ts";
import type { BootZone } from "./zones.ts";

/** A node as it is computed to be. */
interface Computed {
  readonly id: number;
  readonly ranges: readonly PfnRange[];
  readonly zones: readonly BootZone[];
  readonly reserved: readonly ReservedRange[];
}

const UNACCOUNTED = { kind: PageKind.Reserved, what: "kernel allocations at boot" } as const;

/**
 * Reservations of a node such that each zone that is calibrated manages what it should: missing ones are put below the
 * others at the top of the zone, surplus ones given back from the top down, memory maps last. DIMMs that were there at
 * boot count in the reading, but are added later here: whole blocks of theirs, `blockManaged` pages each, are left out
 * (null without such DIMMs).
 */
export function calibrate(
  { id: node, ranges, zones, reserved }: Computed,
  calibration: readonly ZoneCalibration[],
  blockManaged: number | null,
): readonly ReservedRange[] {
  let result = reserved;
  for (const wanted of calibration) {
    const zone = zones.find((candidate) => ZONE_NAMES[candidate.type] === wanted.zone);
    if (wanted.node !== node || !zone) continue;
    const start = zone.startPfn;
    const end = zone.startPfn + zone.spanned;
    const more = wanted.managed - (zone.present - pagesWithin(result, start, end));
    const surplus = blockManaged === null ? more : more - Math.max(0, Math.round(more / blockManaged)) * blockManaged;
    if (surplus > 0) result = giveBack(result, start, end, surplus);
    if (surplus < 0) result = takeMore(ranges, result, start, end, -surplus);
  }
  return result;
}

function giveBack(
  reserved: readonly ReservedRange[],
  start: number,
  end: number,
  pages: number,
): readonly ReservedRange[] {
  const isMemmap = (range: ReservedRange) => Number(range.kind === PageKind.BootMemmap);
  const order = reserved
    .filter((range) => range.start >= start && range.end <= end)
    .sort((a, b) => isMemmap(a) - isMemmap(b) || b.start - a.start);
  const given = new Map<ReservedRange, number>();
  let left = pages;
  for (const range of order) {
    const give = Math.min(left, rangePages(range));
    given.set(range, give);
    left -= give;
  }
  return reserved
    .map((range) => ({ ...range, ...pfnRange(range.start, range.end - (given.get(range) ?? 0)) }))
    .filter((range) => rangePages(range) > 0);
}

function takeMore(
  ranges: readonly PfnRange[],
  reserved: readonly ReservedRange[],
  start: number,
  end: number,
  pages: number,
): readonly ReservedRange[] {
  const within = ranges
    .map((range) => pfnRange(Math.max(range.start, start), Math.max(start, Math.min(range.end, end))))
    .filter((range) => range.start < range.end);
  const free = subtract(within, reserved);
  const added: ReservedRange[] = [];
  let left = pages;
  for (const range of free.reverse()) {
    const take = Math.min(left, rangePages(range));
    if (take > 0) added.push({ ...pfnRange(range.end - take, range.end), ...UNACCOUNTED });
    left -= take;
  }
  return [...reserved, ...added].sort((a, b) => a.start - b.start);
}
