/** Finds the shortest scenario that still shows something: simpler ones are tried until none does, or the tries are used up. */
import { bytesOf } from "../../conformance/machine.ts";
import type { LabScenario } from "../../protocol/trace.ts";

/**
 * `shows` tries a scenario; what it returns is kept with the scenario when it is not null. Every candidate is simpler
 * than the one before, so this ends.
 */
export async function shrink<T>(
  scenario: LabScenario,
  found: T,
  tries: number,
  shows: (simpler: LabScenario) => Promise<T | null>,
): Promise<{ readonly scenario: LabScenario; readonly found: T; readonly tried: number }> {
  let best = { scenario, found };
  let tried = 0;
  let again = true;
  while (again && tried < tries) {
    again = false;
    for (const simpler of simplerThan(best.scenario)) {
      if (tried >= tries) break;
      tried++;
      const shown = await shows(simpler);
      if (shown === null) continue;
      best = { scenario: simpler, found: shown };
      again = true;
      break;
    }
  }
  return { ...best, tried };
}

/** What the scenario could do without, the greatest savings first. */
export function* simplerThan(scenario: LabScenario): Generator<LabScenario> {
  const { steps, machine, setup, coldplug } = scenario;
  // The last step is where it shows; of the others, halves, quarters and so on go, down to single ones.
  for (let size = Math.ceil((steps.length - 1) / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let end = steps.length - 1; end > 0; end -= size)
      yield { ...scenario, steps: steps.filter((_, i) => i < end - size || i >= end) };
  const options = scenario.cmdline.split(" ").filter(Boolean);
  for (const option of options) yield { ...scenario, cmdline: options.filter((other) => other !== option).join(" ") };
  for (const device of coldplug) yield { ...scenario, coldplug: coldplug.filter((other) => other !== device) };
  const { distance, hotpluggable, ...plain } = machine;
  if (distance) yield { ...scenario, machine: { ...plain, ...(hotpluggable ? { hotpluggable } : {}) } };
  if (hotpluggable) yield { ...scenario, machine: { ...plain, ...(distance ? { distance } : {}) } };
  if (machine.nodes.length > 1 && !usesLastNode(scenario))
    yield { ...scenario, machine: { ...machine, nodes: machine.nodes.slice(0, -1) } };
  if (setup.length > 0) yield { ...scenario, setup: setup.slice(1) };
  if (machine.maxmem !== "16G" && machine.nodes.reduce((sum, { mem }) => sum + bytesOf(mem), 0) <= bytesOf("16G"))
    yield { ...scenario, machine: { ...machine, maxmem: "16G" } };
}

function usesLastNode({ machine, coldplug, virtio_mem: virtioMem, steps }: LabScenario): boolean {
  const last = machine.nodes.length - 1;
  return (
    machine.nodes[last]?.cpus !== undefined ||
    (machine.distance ?? []).some(([from, to]) => from === last || to === last) ||
    (machine.hotpluggable ?? []).includes(last) ||
    [...coldplug, ...virtioMem].some(({ node }) => node === last) ||
    steps.some((step) => ("hotadd" in step && step.hotadd.node >= last) || ("load" in step && step.load.node >= last))
  );
}
