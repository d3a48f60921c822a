/** A scenario from a seed: the same seed gives the same scenario, whatever the simulator does with it. */
import type { LabScenario } from "../../protocol/trace.ts";
import { Chance } from "./chance.ts";
import { randomMachine } from "./random-machine.ts";
import { RandomSteps } from "./random-steps.ts";

/** Length of a random sequence; injecting needs its modules first. */
const SHORTEST = 8;
const LONGEST = 20;

export function randomScenario(seed: number, kernel: string): LabScenario {
  const chance = new Chance(seed);
  const machine = randomMachine(chance);
  const steps = new RandomSteps(chance, machine, chance.percent(12));
  return {
    name: `random-${seed}`,
    about: `Random machine and steps, seed ${seed}.`,
    kernel,
    ...machine,
    virtio_mem: [],
    steps: steps.list(chance.whole(SHORTEST, LONGEST)),
  };
}
