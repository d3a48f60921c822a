/** What is looked at is told again whenever it is another. */
import { expect, test } from "vitest";
import { smallBox } from "../engine/testing/small-box.ts";
import { Engine } from "../engine/time/engine.ts";
import { simNs } from "../engine/units.ts";
import type { Looked } from "../protocol/messages.ts";
import { Looker } from "./looker.ts";

test("a DIMM that has left its slot is in no look, however often somebody looked while it went", () => {
  const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  const looker = new Looker(engine);
  const dimms = (looked: Looked | null) => (looked?.of === "kernel" ? looked.pins.map(({ dimm }) => dimm) : null);
  let told = dimms(looker.take({ of: "kernel", partition: "A" }));
  const look = () => {
    told = dimms(looker.take({ of: "kernel", partition: "A" })) ?? told;
  };
  const without = told;
  for (const to of [{ slot: "A/1/1" }, { shelf: true as const }]) {
    engine.submit({ do: "move", dimm: "d4", to });
    for (let step = 0; !engine.idle && step < 20_000; step++) {
      engine.runUntil(simNs(engine.now + 50_000));
      look();
    }
    expect(told).toEqual("slot" in to ? expect.arrayContaining(["d4"]) : without);
  }
});
