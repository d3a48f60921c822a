/** Machines that lessons start from, by name: those of the menu, and more that only lessons use. */
import type { Scenario } from "../../protocol/scenario.ts";
import { findScenario } from "../../protocol/scenarios/index.ts";
import { CASES } from "./cases.ts";
import { farMemory } from "./far-memory.ts";
import { hotAddedOffline } from "./hot-added-offline.ts";
import { nodeToGive } from "./node-to-give.ts";
import { onePage } from "./one-page.ts";
import { spareOnShelf } from "./spare-on-shelf.ts";
import { spread } from "./spread.ts";
import { toDo } from "./to-do.ts";
import { twoKernels } from "./two-kernels.ts";

export const STARTS: readonly Scenario[] = [
  farMemory,
  hotAddedOffline,
  nodeToGive,
  onePage,
  spareOnShelf,
  spread,
  toDo,
  twoKernels,
  ...CASES,
];

export const findStart = (name: string): Scenario | undefined =>
  STARTS.find((start) => start.name === name) ?? findScenario(name);
