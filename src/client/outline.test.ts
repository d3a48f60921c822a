import { expect, test } from "vitest";
import { bytes, GIB, MIB } from "../engine/units.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { SCENARIOS } from "../protocol/scenarios/index.ts";
import { readFloor } from "../views/box/floor.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { applyPatches, NO_RECORDS } from "./apply-frame.ts";
import { outlineOf } from "./outline.ts";

/** The records of a scenario's first frame. */
function firstRecords(scenario: Pick<Scenario, "seed" | "box" | "setup">) {
  const engine = new EngineHost(scenario);
  for (const command of scenario.setup) {
    engine.submit(command, "setup");
    engine.settle();
  }
  return applyPatches(NO_RECORDS, engine.drainPatches());
}

const byKey = (one: { readonly key: string }, other: { readonly key: string }) => (one.key < other.key ? -1 : 1);

/** All of a box that decides where things are drawn, and how large. */
function drawn({ partition, node, slot, dimm }: ReturnType<typeof outlineOf>) {
  return {
    floor: readFloor({ partition, node, slot, dimm }),
    partitions: Object.values(partition).map(({ key, name, kernel, cmdline }) => ({ key, name, kernel, cmdline })),
    nodes: Object.values(node).map(({ key, cpus, online, hasMemory, slots, onboardBytes, distances }) => {
      return { key, cpus, online, hasMemory, slots, onboardBytes, distances };
    }),
    dimms: Object.values(dimm)
      .toSorted(byKey)
      .map(({ key, bytes: size, health, slot: place, phase, led }) => {
        return { key, size, health, place, phase, led };
      }),
  };
}

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  "%s is outlined as its machines turn out to be",
  (_, scenario) => expect(drawn(outlineOf(scenario))).toEqual(drawn(firstRecords(scenario))),
);

test("DIMMs that the setup carries about, and slots without a node, are where the machine has them", () => {
  const [standard] = SCENARIOS;
  const [first, ...others] = standard.box.partitions;
  if (!first) throw new Error("The box is empty.");
  const scenario = {
    seed: 1,
    box: {
      partitions: [
        first,
        ...others,
        {
          id: "Q",
          name: "Emulated",
          nodes: [{ onboard: bytes(GIB), cpus: "0-1", slots: [] }],
          sharedSlots: 2,
          maxMemory: bytes(4 * GIB),
          kernel: "6.1" as const,
          cmdline: "",
          coldplug: [{ id: "cold", size: bytes(512 * MIB), node: 0 }],
        },
      ],
      shelf: standard.box.shelf,
    },
    setup: [
      { do: "move", dimm: "d6", to: { slot: "A/0/2" } },
      { do: "move", dimm: "d4", to: { shelf: true } },
    ] as Scenario["setup"],
  };
  const outline = drawn(outlineOf(scenario));
  expect(outline.floor.slotByKey.get("A/0/2")?.dimm).toBe("d6");
  expect(outline.floor.slotByKey.get("Q/0")?.dimm).toBe("cold");
  expect(outline.floor.shelf).toContain("d4");
  expect(outline).toEqual(drawn(firstRecords(scenario)));
});
