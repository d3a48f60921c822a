/** The scenarios that come with the playground, in the order of the menu. The first one is shown at the start. */
import type { Scenario } from "../scenario.ts";
import { busyServer } from "./busy-server.ts";
import { deviceBusy } from "./device-busy.ts";

export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [busyServer, deviceBusy];

export const findScenario = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);
