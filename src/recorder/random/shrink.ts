/** Finds the shortest scenario that still shows something: simpler ones are tried until none does, or the tries are used up. */
import type { LabScenario } from "../../protocol/trace.ts";

export interface Shrunk<T> {
  readonly scenario: LabScenario;
  readonly found: T;
  readonly tried: number;
}

/**
 * `shows` tries a scenario; what it returns is kept with the scenario when it is not null. First steps go, the last one
 * excepted, in pieces that become smaller: where one is needed, those beside it are tried on. Then what the machine
 * could do without.
 */
export async function shrink<T>(
  scenario: LabScenario,
  found: T,
  tries: number,
  shows: (simpler: LabScenario) => Promise<T | null>,
): Promise<Shrunk<T>> {
  let best = { scenario, found };
  let tried = 0;
  const attempt = async (simpler: LabScenario): Promise<void> => {
    if (tried >= tries) return;
    tried++;
    const shown = await shows(simpler);
    if (shown !== null) best = { scenario: simpler, found: shown };
  };
  for (const size of pieces(scenario.steps.length - 1))
    for (let end = best.scenario.steps.length - 1; end > 0; end -= size)
      await attempt(withoutSteps(best.scenario, Math.max(0, end - size), end));
  for (const part of parts(scenario)) {
    const simpler = part(best.scenario);
    if (simpler) await attempt(simpler);
  }
  return { ...best, tried };
}

/** Sizes of pieces: half, a quarter, and so on down to one. */
export function pieces(length: number): number[] {
  const sizes: number[] = [];
  for (let size = Math.ceil(length / 2); size > 1; size = Math.ceil(size / 2)) sizes.push(size);
  return length > 0 ? [...sizes, 1] : [];
}

export const withoutSteps = (scenario: LabScenario, from: number, end: number): LabScenario => ({
  ...scenario,
  steps: scenario.steps.filter((_, i) => i < from || i >= end),
});

/** A scenario without one part of its machine; undefined when it needs it, or hasn't got it. */
type Part = (scenario: LabScenario) => LabScenario | undefined;

/** Each part that the scenario could do without. */
export function parts({ cmdline, coldplug, setup, machine }: LabScenario): readonly Part[] {
  return [
    ...words(cmdline).map(
      (option): Part =>
        (scenario) =>
          withoutOption(scenario, option),
    ),
    ...coldplug.map(
      ({ id }): Part =>
        (scenario) =>
          withoutDimm(scenario, id),
    ),
    ...setup.map(
      (line): Part =>
        (scenario) =>
          withoutLine(scenario, line),
    ),
    ...(machine.distance ? [withoutDistance] : []),
    ...(machine.hotpluggable ? [withoutMarks] : []),
    ...machine.nodes.slice(1).map((): Part => withoutLastNode),
    ...(machine.maxmem === "16G" ? [] : [withUsualLimit]),
  ];
}

const words = (text: string): string[] => text.split(" ").filter(Boolean);

const withoutOption = (scenario: LabScenario, option: string): LabScenario => ({
  ...scenario,
  cmdline: words(scenario.cmdline)
    .filter((other) => other !== option)
    .join(" "),
});

const withoutDimm = (scenario: LabScenario, id: string): LabScenario => ({
  ...scenario,
  coldplug: scenario.coldplug.filter((dimm) => dimm.id !== id),
});

const withoutLine = (scenario: LabScenario, line: string): LabScenario => ({
  ...scenario,
  setup: scenario.setup.filter((other) => other !== line),
});

function withoutDistance(scenario: LabScenario): LabScenario {
  const { distance: _, ...machine } = scenario.machine;
  return { ...scenario, machine };
}

function withoutMarks(scenario: LabScenario): LabScenario {
  const { hotpluggable: _, ...machine } = scenario.machine;
  return { ...scenario, machine };
}

const withUsualLimit = (scenario: LabScenario): LabScenario => ({
  ...scenario,
  machine: { ...scenario.machine, maxmem: "16G" },
});

function withoutLastNode(scenario: LabScenario): LabScenario | undefined {
  const { machine, coldplug, virtio_mem: virtioMem, steps } = scenario;
  const last = machine.nodes.length - 1;
  const used =
    machine.nodes[last]?.cpus !== undefined ||
    machine.distance?.some(([from, to]) => from === last || to === last) ||
    machine.hotpluggable?.includes(last) ||
    [...coldplug, ...virtioMem].some(({ node }) => node === last) ||
    steps.some((step) => ("hotadd" in step && step.hotadd.node >= last) || ("load" in step && step.load.node >= last));
  return used ? undefined : { ...scenario, machine: { ...machine, nodes: machine.nodes.slice(0, last) } };
}
