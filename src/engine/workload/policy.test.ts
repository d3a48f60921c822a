import { expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import type { LoadKind } from "./load-description.ts";

/** Node 2 has a DIMM in ZONE_MOVABLE, and nothing else. */
function machine(): Engine {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  expect(engine.kernel("A").nodes[2]).toMatchObject({ hasMemory: true, hasNormalMemory: false });
  return engine;
}

/** Pages that a load of 20 MiB, bound to node 2, takes from each node. */
function taken(kind: LoadKind): number[] {
  const engine = machine();
  const kernel = engine.kernel("A");
  const before = kernel.nodes.map(({ free }) => free);
  const { op } = engine.submit({
    do: "load",
    partition: "A",
    load: { kind, mib: 20, count: 200, node: 2, policy: "bind" },
  });
  engine.settle();
  expect(op).not.toBeNull();
  expect(
    [...kernel.processes.values()].some(({ load }) => load === kind),
    `${kind} holds what it wants`,
  ).toBe(true);
  return kernel.nodes.map(({ free }, node) => (before[node] as number) - free);
}

// Linux 6.1, node 1 with 512 MiB of ZONE_MOVABLE: `mem pipes 200 1 bind` says ok, and node 0 has 11.5 MiB less.
test.each(["pipes", "slab", "vmalloc"] as const)(
  "%s bound to a node of ZONE_MOVABLE alone comes from near the CPU",
  (kind) => {
    const [near, , movable] = taken(kind);
    expect(near).toBeGreaterThan(2000);
    expect(movable).toBeLessThan(10);
  },
);

test("users' pages are bound to it all the same", () => {
  const [near, , movable] = taken("anon");
  expect(movable).toBe(20 * 256);
  expect(near).toBeLessThan(200);
});
