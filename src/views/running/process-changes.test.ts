import fc from "fast-check";
import { expect, test } from "vitest";
import { running } from "../../engine/inspect/index.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";
import { compareProcesses, differs, totalOf } from "./process-changes.ts";

const sumOn = (processes: ReturnType<typeof running>, node: number) =>
  processes.reduce((sum, one) => sum + (one.byNode.find(([on]) => on === node)?.[1] ?? 0), 0);

test("changes by node are what the node has more or less of, whatever came, moved and ended", () => {
  const load = fc.record({
    do: fc.constant("load" as const),
    mib: fc.integer({ min: 1, max: 12 }),
    node: fc.constantFrom(0, 1),
  });
  const end = fc.record({ do: fc.constant("kill" as const), nth: fc.nat(8) });
  fc.assert(
    fc.property(fc.array(fc.oneof(load, end), { maxLength: 5 }), (deeds) => {
      const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
      const kernel = engine.kernel("A");
      engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 8, node: 1, policy: "bind" } });
      engine.settle();
      const then = running(kernel);
      for (const deed of deeds) {
        if (deed.do === "load") {
          const { mib, node } = deed;
          engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib, node, policy: "preferred" } });
        } else {
          const pids = [...kernel.processes.keys()];
          engine.submit({ do: "kill", partition: "A", pid: pids[deed.nth % pids.length] ?? 1 });
        }
        engine.settle();
      }
      const now = running(kernel);
      const all = compareProcesses(then, now);
      const total = totalOf(all);
      for (const node of [0, 1])
        expect(total.byNode.find(([on]) => on === node)?.[1] ?? 0).toBe(sumOn(now, node) - sumOn(then, node));
      expect(total.came - total.gone).toBe(now.length - then.length);
      expect(all.filter(({ fate }) => fate !== "gone").map(({ process }) => process)).toEqual(now);
      expect(compareProcesses(now, now).some(differs)).toBe(false);
    }),
    { numRuns: 25 },
  );
});
