/** The short form of soak.bench.ts: not bytes but things are counted, so that it says the same everywhere. */
import { expect, test } from "vitest";
import { beginSoak } from "./soak.ts";

/** Objects, and entries of collections and buffers, that can be reached from something. */
function thingsIn(root: unknown): number {
  const seen = new Set<object>();
  const waiting: unknown[] = [root];
  let count = 0;
  // Its size is its own, and tested beside it; it is still filling.
  const bounded = new Set(["TransactionRing"]);
  const add = (held: Iterable<unknown>): void => {
    for (const one of held) {
      count++;
      if (typeof one === "object" && one !== null) waiting.push(one);
    }
  };
  while (waiting.length > 0) {
    const value = waiting.pop() as object;
    if (seen.has(value)) continue;
    seen.add(value);
    if (bounded.has(value.constructor?.name)) continue;
    if (ArrayBuffer.isView(value)) count += value.byteLength;
    else if (value instanceof Map) {
      add(value.keys());
      add(value.values());
    } else if (value instanceof Set) add(value);
    else add(Object.values(value));
  }
  return count;
}

test("what has happened is not kept, neither by the simulator nor by the page", { timeout: 120_000 }, async () => {
  const soak = await beginSoak("busy-server", true);
  const things = () => [thingsIn(soak.engine), thingsIn(soak.playground?.store.getState().records)] as const;
  const until = async (attempts: number): Promise<void> => {
    while (soak.attempts < attempts) await soak.run(0.1);
  };
  // What is bounded is full by then: 1024 attempts, and the rings of the log.
  await until(1100);
  const [engine, page] = things();
  await until(1600);
  const [engineAfter, pageAfter] = things();
  // Five hundred attempts of some forty things each would be more.
  expect(engineAfter - engine).toBeLessThan(15_000);
  expect(pageAfter - page).toBeLessThan(15_000);
  soak.close();
});
