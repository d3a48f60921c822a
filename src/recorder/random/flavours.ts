/**
 * What random scenarios dwell on: each thousand of seeds has a flavour. Seeds below 1,000 mix everything; the others
 * look harder at one part.
 */
import type { LabScenario } from "../../protocol/trace.ts";
import type { Chance } from "./chance.ts";
import {
  bootMachine,
  filledMachine,
  movableBootMachine,
  nearMachine,
  oddMachine,
  policyMachine,
  rareMachine,
  virtioMachine,
} from "./flavoured-machines.ts";
import { overlappingMachine, overlappingSteps } from "./overlapping.ts";
import { type RandomMachine, randomMachine } from "./random-machine.ts";
import { type Liking, RandomSteps } from "./random-steps.ts";

interface Flavour {
  readonly about: string;
  readonly machine: (chance: Chance) => RandomMachine;
  /** Fewest and most steps. */
  readonly length: readonly [number, number];
  readonly liking: Liking;
  /** Instead of random steps one after the other. */
  readonly steps?: (chance: Chance) => LabScenario["steps"];
}

const PER_FLAVOUR = 1000;
/** Debian's cloud kernel of this version is built without CONFIG_MEMORY_FAILURE: it knows no broken pages. */
const WITHOUT_MEMORY_FAILURE = "6.1";

const FLAVOURS: readonly Flavour[] = [
  { about: "Random machine and steps", machine: randomMachine, length: [8, 20], liking: {} },
  { about: "Random boot options and many sizes of nodes", machine: bootMachine, length: [1, 3], liking: {} },
  {
    about: "Boot memory in ZONE_MOVABLE, taken offline and put online",
    machine: movableBootMachine,
    length: [8, 16],
    liking: { bootBlocks: true },
  },
  {
    about: "Loads that fill nodes with and without room elsewhere",
    machine: filledMachine,
    length: [10, 18],
    liking: { loads: 4 },
  },
  {
    about: "DIMMs near the CPUs, online as Movable",
    machine: nearMachine,
    length: [8, 18],
    liking: { near: true, loads: 2 },
  },
  {
    about: "Policies that choose a zone, changed as memory comes and goes",
    machine: policyMachine,
    length: [10, 20],
    liking: { policies: true },
  },
  {
    about: "Rare boot options, and what ACPI is asked from the kernel's side",
    machine: rareMachine,
    length: [6, 14],
    liking: { firmware: true },
  },
  {
    about: "Odd machines: up to seven nodes, CPUs anywhere, DIMMs at addresses of their own",
    machine: oddMachine,
    length: [6, 14],
    liking: { addresses: true },
  },
  {
    about: "Lines of shell about many blocks, tools, and other files",
    machine: filledMachine,
    length: [8, 16],
    liking: { shell: true },
  },
  {
    about: "Huge pages in pools and without, and pages that break",
    machine: filledMachine,
    length: [10, 18],
    liking: { huge: true },
  },
  {
    about: "Devices whose memory grows and shrinks",
    machine: virtioMachine,
    length: [6, 12],
    liking: { resizes: true },
  },
  {
    about: "Things that happen at once",
    machine: overlappingMachine,
    length: [1, 1],
    liking: {},
    steps: overlappingSteps,
  },
];

export function flavouredScenario(
  seed: number,
  kernel: string,
  chance: Chance,
): Pick<LabScenario, "about" | "steps"> & RandomMachine {
  const flavour = FLAVOURS[Math.floor(seed / PER_FLAVOUR) % FLAVOURS.length] as Flavour;
  const machine = flavour.machine(chance);
  const about = `${flavour.about}, seed ${seed}.`;
  if (flavour.steps) return { about, ...machine, steps: flavour.steps(chance) };
  const steps = new RandomSteps(chance, machine, chance.percent(12), {
    ...flavour.liking,
    breaks: kernel !== WITHOUT_MEMORY_FAILURE,
  });
  return {
    about,
    ...machine,
    steps: steps.list(chance.whole(flavour.length[0], flavour.length[1])),
  };
}
