import { expect, test } from "vitest";
import { MAP_KIND_MASK } from "../protocol/messages.ts";
import { createFakePlayground } from "./sample-world.ts";

test("the sample box agrees with itself", () => {
  const { records } = createFakePlayground().store.getState();
  for (const block of Object.values(records.block)) expect(block.kinds.reduce((a, b) => a + b)).toBe(block.pages);
  for (const zone of Object.values(records.zone)) expect(zone.present, zone.key).toBeGreaterThan(zone.free);
  for (const node of Object.values(records.node)) {
    for (const key of node.blocks) expect(records.block[key]).toBeDefined();
    for (const key of node.slots) expect(records.slot[key]).toBeDefined();
    for (const key of node.zones) expect(records.zone[key]).toBeDefined();
  }
  for (const dimm of Object.values(records.dimm)) if (dimm.slot) expect(records.slot[dimm.slot]?.dimm).toBe(dimm.key);
});

test("page maps hold what the block's record says", () => {
  const playground = createFakePlayground();
  playground.select({ block: "A:41" });
  const { bytes } = playground.pageMap() ?? { bytes: new Uint8Array() };
  const kinds = playground.store.getState().records.block["A:41"]?.kinds ?? [];
  for (const [kind, count] of kinds.entries())
    expect(bytes.filter((byte) => (byte & MAP_KIND_MASK) === kind)).toHaveLength(count);
});

test("changing a record keeps the identity of the others and shows a frame", () => {
  const playground = createFakePlayground();
  const before = playground.store.getState().records;
  let frames = 0;
  playground.onFrame(() => frames++);
  playground.setRecord("dimm", "d6", null);
  const after = playground.store.getState().records;
  expect(frames).toBe(1);
  expect(after.dimm.d6).toBeUndefined();
  expect(after.dimm.d1).toBe(before.dimm.d1);
  expect(after.block).toBe(before.block);
});
