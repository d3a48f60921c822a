/** An attempt tells of each of its memory blocks once: tried, rolled back, and stayed are three things. */
import { expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";

/** Partition B with DIMM d4, of four blocks, whose last block the kernel uses. */
function begin() {
  const box = smallBox();
  const partitions = box.partitions.map((one) => ({ ...one, cmdline: "memhp_default_state=offline" }));
  const engine = new Engine({ seed: 1, box: { ...box, partitions } });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "B/0/0" } });
  engine.settle();
  const kernel = engine.kernel("B");
  const numbers = [...kernel.blocks.values()].filter(({ dimm }) => dimm === "d4").map(({ number }) => number);
  const state = (number: number | undefined, text: string): void => {
    engine.submit({ do: "write", partition: "B", path: `/sys/devices/system/memory/memory${number}/state`, text });
    engine.settle();
  };
  state(numbers.at(-1), "online_kernel");
  engine.submit({ do: "load", partition: "B", load: { kind: "slab", mib: 300, node: 0 } });
  engine.settle();
  for (const number of numbers.slice(0, -1)) state(number, "online_movable");
  return { engine, numbers };
}

const attemptOn = (engine: Engine, kind: string) =>
  [...engine.attempts.values()].map((log) => log.value()).findLast((attempt) => attempt.kind === kind);
const told = (engine: Engine, kind: string) =>
  attemptOn(engine, kind)?.steps.map(({ target, state, tries }) => [target, state, tries]);

test("blocks that went offline and came back are told apart from the one that stayed", () => {
  const { engine, numbers } = begin();
  engine.submit({ do: "move", dimm: "d4", to: { shelf: true } });
  engine.settle();
  const [a, b, c, last] = numbers.map((number) => `memory${number}`);
  expect(attemptOn(engine, "eject")?.errno).toBe("EBUSY");
  expect(told(engine, "eject")).toEqual([
    [a, "rolled-back", 1],
    [b, "rolled-back", 1],
    [c, "rolled-back", 1],
    [last, "stayed", 1],
  ]);
});

test("firmware's request tries a block twice, and tells of it once", () => {
  const { engine, numbers } = begin();
  engine.submit({ do: "press", dimm: "d4" });
  engine.settle();
  const steps = attemptOn(engine, "eject")?.steps ?? [];
  expect(steps.map(({ target }) => target)).toEqual(numbers.map((number) => `memory${number}`));
  expect(steps.at(-1)).toMatchObject({ state: "stayed", tries: 2 });
  for (const step of steps) expect(engine.attempts.has(step.attempt)).toBe(true);
});

test("blocks that leave are offline, those that arrive online", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const arrived = (state: string, tries: number) =>
    Array.from({ length: 4 }, () => [expect.stringMatching(/^memory\d+$/), state, tries]);
  engine.submit({ do: "move", dimm: "d4", to: { slot: "B/0/0" } });
  engine.settle();
  expect(told(engine, "add")).toEqual(arrived("online", 0));
  engine.submit({ do: "move", dimm: "d4", to: { shelf: true } });
  engine.settle();
  expect(told(engine, "eject")).toEqual(arrived("offline", 1));
});
