import { BOOT } from "./occasion.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { simNs } from "../units.ts";
import { TransactionRing } from "./transaction-ring.ts";
import type { Change } from "./transactions.ts";

const change: Change = { c: "dimm", id: "d1", place: "shelf", phase: "shelf" };
const add = (ring: TransactionRing, changes = 1): void =>
  ring.add({ id: ring.next, at: simNs(0), origin: "", occasion: BOOT, changes: Array(changes).fill(change) });

test("readers keep their own places: what one reads, the others read, too", () => {
  const ring = new TransactionRing();
  add(ring);
  const [early, late] = [ring.reader(), ring.reader()];
  add(ring);
  expect(early.read().map(({ id }) => id)).toEqual([2]);
  add(ring);
  expect(early.read().map(({ id }) => id)).toEqual([3]);
  expect(late.read().map(({ id }) => id)).toEqual([2, 3]);
  expect(late.read()).toEqual([]);
  expect(ring.reader("first").read()).toHaveLength(3);
});

test("whoever comes too late is told how much is gone; what is kept is bounded", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ changes: fc.integer({ min: 1, max: 9 }), reads: fc.boolean() }), { maxLength: 300 }),
      (steps) => {
        const ring = new TransactionRing(20);
        const reader = ring.reader();
        let read = 0;
        for (const { changes, reads } of steps) {
          add(ring, changes);
          const { transactions } = ring.since(1);
          const held = transactions.reduce((sum, transaction) => sum + transaction.changes.length, 0);
          expect(held).toBeLessThanOrEqual(40);
          expect(transactions.at(-1)?.id).toBe(ring.next - 1);
          if (!reads) continue;
          const now = reader.read();
          for (const [i, { id }] of now.entries()) expect(id).toBe(read + reader.missed + i + 1);
          read += now.length;
        }
        read += reader.read().length;
        expect(read + reader.missed).toBe(steps.length);
      },
    ),
    { seed: 2013 },
  );
});
