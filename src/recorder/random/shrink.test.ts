import { describe, expect, test } from "vitest";
import type { LabScenario } from "../../protocol/trace.ts";
import { randomScenario } from "./random-scenario.ts";
import { parts, pieces, shrink } from "./shrink.ts";

const lines = (scenario: LabScenario) => scenario.steps.flatMap((step) => ("sh" in step ? [step.sh] : []));
const twenty = Array.from({ length: 20 }, (_, i) => ({ sh: `echo ${i}` }));

describe("shrinking", () => {
  test("leaves the steps that are needed, in their order, on the plainest machine", async () => {
    for (const seed of [5, 1003, 2004, 5001, 6002]) {
      const scenario: LabScenario = { ...randomScenario(seed, "6.1"), steps: twenty };
      const shows = async (tried: LabScenario) =>
        ["echo 3", "echo 11", "echo 19"].every((line) => lines(tried).includes(line)) ? "shown" : null;
      const { scenario: shrunk, found, tried } = await shrink(scenario, "first", 200, shows);
      expect(lines(shrunk)).toEqual(["echo 3", "echo 11", "echo 19"]);
      expect(shrunk).toMatchObject({ cmdline: "", coldplug: [], setup: [] });
      expect(shrunk.machine).toMatchObject({ maxmem: "16G" });
      expect([shrunk.machine.distance, shrunk.machine.hotpluggable]).toEqual([undefined, undefined]);
      expect(found).toBe("shown");
      expect(tried).toBeLessThan(60);
    }
  });

  test("keeps options, DIMMs and nodes that it can't do without", async () => {
    const scenario: LabScenario = {
      ...randomScenario(7, "6.1"),
      cmdline: "movable_node needed_option another",
      coldplug: [
        { id: "c0", size: "1G", node: 0 },
        { id: "c1", size: "1G", node: 1 },
      ],
      machine: { nodes: [{ mem: "1G" }, { mem: "1G" }, { mem: "1G" }], slots: 8, maxmem: "16G" },
    };
    const shows = async ({ cmdline, coldplug }: LabScenario) =>
      cmdline.includes("needed_option") && coldplug.some(({ id }) => id === "c1") ? true : null;
    const { scenario: shrunk } = await shrink(scenario, true, 200, shows);
    expect(shrunk.cmdline).toBe("needed_option");
    expect(shrunk.coldplug).toEqual([{ id: "c1", size: "1G", node: 1 }]);
    expect(shrunk.machine.nodes).toHaveLength(2);
    expect(shrunk.steps).toHaveLength(1);
  });

  test("stops after its tries, with what it was given", async () => {
    const scenario = randomScenario(8, "6.1");
    let asked = 0;
    const never = async () => {
      asked++;
      return null;
    };
    expect(await shrink(scenario, "as it was", 9, never)).toEqual({ scenario, found: "as it was", tried: 9 });
    expect(asked).toBe(9);
    expect(await shrink(scenario, "as it was", 0, never)).toMatchObject({ scenario, tried: 0 });
  });

  test("pieces come down to one; no part makes a scenario larger", () => {
    expect([0, 1, 2, 9].map(pieces)).toEqual([[], [1], [1], [5, 3, 2, 1]]);
    for (let seed = 0; seed < 7000; seed += 97) {
      const scenario = randomScenario(seed, "6.1");
      const size = JSON.stringify(scenario).length;
      for (const part of parts(scenario)) expect(JSON.stringify(part(scenario) ?? "").length).toBeLessThanOrEqual(size);
    }
  });
});
