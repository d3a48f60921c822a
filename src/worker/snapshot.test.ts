/** What views compare with an instant is the machine as it was at that instant. */
import { expect, test } from "vitest";
import { kernelTables, processTables, running, zoneLists } from "../engine/inspect/index.ts";
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
  expect(snapshot.partitions).toEqual(
    [...engine.kernels].map(([partition, its]) => ({
      partition,
      tables: kernelTables(its),
      zones: its.nodes.flatMap((_, node) => zoneLists(its, node)),
      processes: running(its),
      leaves: [...its.processes.keys()].map((pid) => [pid, processTables(its, pid)?.leaves]),
    })),
  );
  const pages = new Map(snapshot.pages);
  expect([...pages.keys()][0]).toBe(chosen);
  const all = [...engine.kernels].flatMap(([partition, { blocks }]) =>
    [...blocks.keys()].map((number) => `${partition}:${number}`),
  );
  expect([...pages.keys()].sort()).toEqual(all.sort());
  let apart = 0;
  for (const [key, kept] of pages) {
    const map = new Uint8Array(kernel.blockPages);
    host.pageMap(key, map);
    if (kept instanceof Uint8Array) apart++;
    const told = kept instanceof Uint8Array ? kept : new Uint8Array(map.length).fill(kept);
    expect(told.join() === map.join(), key).toBe(true);
  }
  expect(apart).toBeGreaterThan(0);
  // It is of its instant, whatever comes after.
  const asText = () => JSON.stringify(snapshot, (_, value) => (value instanceof Uint8Array ? value.join() : value));
  const before = asText();
  engine.settle();
  expect(asText() === before).toBe(true);
});
