/** A second machine, one option different: the first one's answer is known. What does the second do? */
import type { Draft, Generator, Variant } from "./draft.ts";
import { freeFalls } from "./free-falls.ts";
import { memmapHost } from "./memmap-host.ts";
import { movableStart } from "./movable-start.ts";
import { validZones } from "./valid-zones.ts";
import { whichZone } from "./which-zone.ts";

const INNER: readonly Generator[] = [whichZone, freeFalls, memmapHost, validZones, movableStart];
/** What a second machine can have, or lack, and stay the same machine otherwise. */
const OPTIONS: ReadonlySet<string> = new Set(["with", "without", "options", "state"]);

export const oneDifferent: Generator = (level, dice) => {
  const first: Draft = dice.pick(level === 1 ? INNER.slice(0, 2) : INNER)(level, dice);
  const second = dice.pick(first.variants.filter(({ from }) => OPTIONS.has(from.code)));
  const as = ({ scenario, moves, observation }: Variant | Draft) => ({ scenario, moves, observation });
  return {
    ...as(second),
    ask: { ...first.ask, data: { ...first.ask.data, ...second.from.data, different: second.from.code } },
    first: as(first),
    variants: [
      { ...as(first), from: { code: "first", data: {} } },
      ...first.variants.filter((variant) => variant !== second),
    ],
    hides: first.hides,
  };
};
