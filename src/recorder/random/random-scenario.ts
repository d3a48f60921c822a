/** A scenario from a seed: the same seed gives the same scenario, whatever the simulator does with it. */
import type { LabScenario } from "../../protocol/trace.ts";
import { Chance } from "./chance.ts";
import { flavouredScenario } from "./flavours.ts";

export function randomScenario(seed: number, kernel: string): LabScenario {
  return { name: `random-${seed}`, kernel, virtio_mem: [], ...flavouredScenario(seed, kernel, new Chance(seed)) };
}
