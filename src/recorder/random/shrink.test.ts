import { describe, expect, test } from "vitest";
import type { LabScenario } from "../../protocol/trace.ts";
import { randomScenario } from "./random-scenario.ts";
import { shrink, simplerThan } from "./shrink.ts";

const lines = (scenario: LabScenario) => scenario.steps.flatMap((step) => ("sh" in step ? [step.sh] : []));
const size = ({ steps, machine, cmdline, coldplug, setup }: LabScenario) =>
  steps.length * 1000 + Number(machine.maxmem !== "16G") + JSON.stringify([machine, cmdline, coldplug, setup]).length;

describe("shrinking", () => {
  test("leaves the steps that are needed, in their order", async () => {
    const scenario: LabScenario = {
      ...randomScenario(5, "6.1"),
      steps: Array.from({ length: 20 }, (_, i) => ({ sh: `echo ${i}` })),
    };
    const shows = async (tried: LabScenario) =>
      ["echo 3", "echo 11", "echo 19"].every((line) => lines(tried).includes(line)) ? "shown" : null;
    const { scenario: shrunk, found } = await shrink(scenario, "first", 200, shows);
    expect(lines(shrunk)).toEqual(["echo 3", "echo 11", "echo 19"]);
    expect(shrunk).toMatchObject({ cmdline: "", coldplug: [], setup: [] });
    expect(shrunk.machine.distance).toBeUndefined();
    expect(found).toBe("shown");
  });

  test("keeps what it can't do without, and stops after its tries", async () => {
    const scenario = randomScenario(7, "6.1");
    let tried = 0;
    const never = async () => {
      tried++;
      return null;
    };
    const result = await shrink(scenario, "as it was", 9, never);
    expect(result).toEqual({ scenario, found: "as it was", tried: 9 });
    expect(tried).toBe(9);
  });

  test("every candidate is simpler, so it ends", () => {
    for (let seed = 0; seed < 60; seed++) {
      const scenario = randomScenario(seed, "6.1");
      for (const simpler of simplerThan(scenario)) {
        expect(size(simpler)).toBeLessThan(size(scenario));
        expect(simpler.steps.at(-1)).toEqual(scenario.steps.at(-1));
      }
    }
  });
});
