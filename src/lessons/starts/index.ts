/** Machines that lessons start from, by name: those of the menu, and more that only lessons use. */
import type { Scenario } from "../../protocol/scenario.ts";
import { findScenario } from "../../protocol/scenarios/index.ts";
import { hotAddedOffline } from "./hot-added-offline.ts";

const STARTS: readonly Scenario[] = [hotAddedOffline];

export const findStart = (name: string): Scenario | undefined =>
  STARTS.find((start) => start.name === name) ?? findScenario(name);
