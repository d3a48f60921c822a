/** What is looked at is told again whenever it is another. */
import { expect, test } from "vitest";
import "../engine/time/restart.ts";
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

test("who looks at migrations sees those of the kernel that a restart brought", () => {
  const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  const looker = new Looker(engine);
  const look = { of: "migration", partition: "A", attempt: null, follow: null, next: 0 } as const;
  looker.take(look);
  engine.submit({ do: "reboot", partition: "A" });
  for (const command of [
    { do: "move", dimm: "d4", to: { slot: "A/1/1" } },
    { do: "load", partition: "A", load: { kind: "anon", mib: 64, node: 1 } },
  ] as const) {
    engine.submit(command);
    engine.settle();
  }
  const watched = (): number | null => {
    const looked = looker.take(look);
    return looked?.of === "migration" ? (looked.state?.block ?? null) : null;
  };
  expect(watched()).toBeNull();
  const block = [...engine.kernel("A").blocks.values()].find(({ dimm }) => dimm === "d4");
  const path = `/sys/devices/system/memory/memory${block?.number}/state`;
  engine.submit({ do: "write", partition: "A", path, text: "offline" });
  let seen = watched();
  for (let step = 0; !engine.idle && step < 20_000; step++) {
    engine.runUntil(simNs(engine.now + 50_000));
    seen = watched() ?? seen;
  }
  expect(seen).toBe(block?.number);
});
