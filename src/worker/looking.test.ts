/** Whoever looks leaves the machine as it is: two that did the same have the same state, whatever was shown of either. */
import { expect, test, vi } from "vitest";
import { smallBox } from "../engine/testing/small-box.ts";
import type { Command } from "../engine/time/commands.ts";
import { stateHash } from "../engine/time/state-hash.ts";
import { simNs } from "../engine/units.ts";
import type { Look } from "../protocol/messages.ts";
import { EngineHost } from "./engine-host.ts";

const partition = "A";
const DEEDS: readonly Command[] = [
  { do: "load", partition, load: { kind: "anon", mib: 40 } },
  { do: "load", partition, load: { kind: "pin", mib: 1 } },
  { do: "move", dimm: "d4", to: { slot: "A/1/1" } },
  { do: "move", dimm: "d3", to: { shelf: true } },
];

test("every kind of look, question and map, before, within and after what is done", async () => {
  const host = new EngineHost({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  const { engine } = host;
  const kernel = engine.kernel(partition);
  const nothing = async (what: string, look: () => unknown) => {
    const before = stateHash(engine);
    await look();
    expect(stateHash(engine), what).toBe(before);
  };
  const lookAround = async () => {
    const pids = [...kernel.processes.keys()];
    const blocks = [...kernel.blocks.keys()];
    const looks: Look[] = [
      { of: "kernel", partition },
      { of: "running", partition },
      { of: "migration", partition, attempt: null, follow: null, next: 0 },
      { of: "scale", partition, blocks: blocks.slice(0, 2), pageblocks: [0] },
      ...pids.map((pid): Look => ({ of: "process", partition, pid, table: null })),
      { of: "zones", partition, node: 0, ask: { asker: "kernel", order: 0, node: 0, policy: "default" } },
    ];
    for (const look of looks)
      await nothing(`look at ${look.of}`, () => {
        host.look(look, true);
        // The code of a look comes with the first of its kind.
        return vi.dynamicImportSettled().then(() => host.look(look, true));
      });
    await nothing("foresight", () => host.foresee("d3", { shelf: true }));
    await nothing("page", () => host.inspect(partition, kernel.blocks.get(blocks.at(-1) ?? 0)?.startPfn ?? 0));
    const [block = 0] = blocks;
    await nothing("map", () => host.pageMap(`${partition}:${block}`, new Uint8Array(kernel.blockPages)));
    await nothing("snapshot", () => host.snapshot(`${partition}:${block}`));
    await nothing("call stacks", () => engine.callStacks());
  };
  await lookAround();
  for (const deed of DEEDS) {
    engine.submit(deed);
    engine.runUntil(simNs(engine.now + 300_000));
    await lookAround();
    engine.runUntil(simNs(engine.now + 1e9));
    await lookAround();
  }
});
