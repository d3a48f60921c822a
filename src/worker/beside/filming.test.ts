/** Nothing else of this file may bring udev's code: what films a machine has it by itself. */
import { expect, test } from "vitest";
import { simNs } from "../../engine/units.ts";
import { scenarioOf } from "../testing/random-session.ts";
import { film } from "./filming.ts";

test("a machine with rules of udev is filmed", async () => {
  const scenario = scenarioOf(1);
  const udevRules = 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online"';
  const partitions = scenario.box.partitions.map((partition) => ({ ...partition, udevRules }));
  const future = { scenario: { ...scenario, box: { ...scenario.box, partitions } }, causes: [], exact: false };
  const shots = [];
  for await (const shot of film({ ...future, until: simNs(20e6) }, 0)) shots.push(shot);
  expect(shots.length).toBeGreaterThan(0);
});
