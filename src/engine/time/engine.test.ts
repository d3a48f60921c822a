import { BOOT } from "../chronicle/occasion.ts";
import { expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { spend } from "../chronicle/task.ts";
import type { Command } from "./commands.ts";
import { Engine } from "./engine.ts";

test("operations and attempts that ended are forgotten, the oldest first; what runs, with its parts, is not", () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  const block = [...engine.kernel("A").blocks.values()].find(({ dimm }) => dimm === "d2");
  const state = (text: string): Command => ({
    do: "write",
    partition: "A",
    path: `/sys/devices/system/memory/memory${block?.number}/state`,
    text,
  });
  // An operation that goes on all the while, with an attempt that has a part that ended.
  let stop = false;
  const long = engine.start("A", BOOT, true, function* (task) {
    const whole = task.attempt("eject", "A", "d1", null);
    task.attempt("offline", "A", "memory1", whole).end(null, engine.now);
    while (!stop) yield spend(1e6, "ep_poll");
    whole.end(null, engine.now);
    return null;
  });
  engine.runFor(1);
  const early = [...engine.attempts.keys()];
  let newest = 0;
  let first = 0;
  for (let round = 0; round < 1500; round++) {
    const { op, errno } = engine.submit(state(round % 2 === 0 ? "offline" : "online_movable"));
    if (errno !== null || op === null) throw new Error(`refused: ${errno}`);
    engine.runOperation(op, engine.now + 10e9);
    expect(engine.operation(op)).toMatchObject({ done: true, errno: null });
    first ||= op;
    newest = op;
  }
  expect(engine.attempts.size).toBeLessThanOrEqual(1024);
  expect(engine.operation(first)).toBeUndefined();
  expect(engine.signal(first)).toBe("ENOENT");
  expect(engine.operation(newest)?.done).toBe(true);
  for (const id of early.slice(-2)) expect(engine.attempts.has(id)).toBe(true);
  expect(engine.operation(long)?.done).toBe(false);
  expect(engine.signal(early.at(-1) ?? -1)).toBeNull();
  stop = true;
});

test("no signal reaches what firmware asked for: it runs in a kernel worker", () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  const { op } = engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  if (op === null) throw new Error("nothing began");
  engine.runFor(1);
  expect(engine.submit({ do: "signal", op })).toMatchObject({ errno: "EPERM" });
  engine.settle();
  expect(engine.operation(op)).toMatchObject({ done: true, errno: null, signalled: false });
  expect([...engine.kernel("A").blocks.values()].filter(({ dimm }) => dimm === "d4")).toHaveLength(4);
});
