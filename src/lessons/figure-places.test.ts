// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { createFakePlayground } from "../client/sample-world.ts";
import { placesOf } from "./figure-places.ts";
import type { Figure, Lesson } from "./format.ts";

const { records } = createFakePlayground().store.getState();
const places = (figure: Partial<Figure>) => {
  const whole: Figure = { how: "count", over: "blocks", where: {}, is: {}, of: null, ...figure };
  // As they are read by a browser: what was escaped is what it was.
  return placesOf("n", { figures: { n: whole } } as unknown as Lesson, records).map((one) => one.replaceAll("\\", ""));
};

test("a figure of nodes leads to nodes of the box, one of zones to the nodes that they lie in, each once", () => {
  expect(places({ over: "nodes", where: { partition: "A" } })).toEqual(['[data-node="A/0"]', '[data-node="A/1"]']);
  // Two zones of one node are one place.
  expect(places({ over: "zones", where: { node: "A/0" } })).toEqual(['[data-node="A/0"]']);
});

test("a figure of DIMMs leads to modules, one of blocks to tiles, and what has no place to none", () => {
  expect(places({ over: "dimms", where: { dimm: "d3" } })).toEqual(['[data-item="dimm:d3"]']);
  expect(places({ where: { dimm: "d1" } })).toHaveLength(records.dimm.d1?.blocks.length ?? -1);
  expect(places({ over: "processes" })).toEqual([]);
});
