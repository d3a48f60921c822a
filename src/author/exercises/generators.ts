/** All generators, by the name that a link gives them. */
import type { GeneratorName } from "../../lessons/predict/format.ts";
import type { Generator } from "./draft.ts";
import { freeFalls } from "./free-falls.ts";
import { leaveOrder } from "./leave-order.ts";
import { memmapHost } from "./memmap-host.ts";
import { movableStart } from "./movable-start.ts";
import { oneDifferent } from "./one-different.ts";
import { validZones } from "./valid-zones.ts";
import { whatAnswer } from "./what-answer.ts";
import { whereLands } from "./where-lands.ts";
import { whichStays } from "./which-stays.ts";
import { whichZone } from "./which-zone.ts";

export const GENERATOR_OF: Readonly<Record<GeneratorName, Generator>> = {
  "what-answer": whatAnswer,
  "which-stays": whichStays,
  "which-zone": whichZone,
  "valid-zones": validZones,
  "where-lands": whereLands,
  "movable-start": movableStart,
  "free-falls": freeFalls,
  "memmap-host": memmapHost,
  "leave-order": leaveOrder,
  "one-different": oneDifferent,
};
