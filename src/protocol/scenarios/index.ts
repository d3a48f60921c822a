/** The scenarios that come with the playground, in the order of the menu. The first one is shown at the start. */
import type { Scenario } from "../scenario.ts";
import { busyServer } from "./busy-server.ts";
import { deviceBusy } from "./device-busy.ts";
import { fourNodes } from "./four-nodes.ts";
import { sixteenNodes } from "./sixteen-nodes.ts";

export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [busyServer, deviceBusy, fourNodes, sixteenNodes];

export const findScenario = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);
