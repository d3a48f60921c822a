/** What views compare with an instant is the machine as it was at that instant. */
import { expect, test } from "vitest";
import { kernelTables, running, zoneLists } from "../engine/inspect/index.ts";
import { smallBox } from "../engine/testing/small-box.ts";
import { simNs } from "../engine/units.ts";
import { EngineHost } from "./engine-host.ts";
import { Projector } from "./projector.ts";

test("a snapshot within an operation holds records, tables, zones, processes and page maps of that instant", async () => {
  const host = new EngineHost({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  const { engine } = host;
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 40, node: 1, policy: "bind" } });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/1/1" } });
  engine.settle();
  engine.submit({ do: "move", dimm: "d4", to: { shelf: true } });
  engine.runUntil(simNs(engine.now + 400_000));
  expect(engine.idle).toBe(false);
  const kernel = engine.kernel("A");
  const [full] = [...kernel.blocks.values()].filter(({ early }) => !early);
  const chosen = `A:${full?.number}`;
  const snapshot = await host.snapshot(chosen);
  expect(snapshot.at).toBe(engine.now);
  expect(snapshot.patches).toEqual(new Projector(engine).patches());
  const [partition] = snapshot.partitions;
  expect(partition).toEqual({
    partition: "A",
    tables: kernelTables(kernel),
    zones: [0, 1].flatMap((node) => zoneLists(kernel, node)),
    processes: running(kernel),
  });
  const pages = new Map(snapshot.pages);
  expect([...pages.keys()][0]).toBe(chosen);
  expect([...pages.keys()].sort()).toEqual([...kernel.blocks.keys()].map((number) => `A:${number}`).sort());
  let apart = 0;
  for (const [key, kept] of pages) {
    const map = new Uint8Array(kernel.blockPages);
    host.pageMap(key, map);
    if (kept instanceof Uint8Array) apart++;
    expect(kept instanceof Uint8Array ? kept : new Uint8Array(map.length).fill(kept), key).toEqual(map);
  }
  expect(apart).toBeGreaterThan(0);
  // It is of its instant, whatever comes after.
  const before = structuredClone(snapshot);
  engine.settle();
  expect(snapshot).toEqual(before);
});
