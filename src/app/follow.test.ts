import { beforeEach, expect, test } from "vitest";
import { createFakePlayground, type FakePlayground } from "../client/sample-world.ts";
import { sampleAttempts } from "../client/sample-records.ts";
import type { Attempt } from "../engine/chronicle/outcome.ts";
import { followAttempts } from "./follow.ts";

let playground: FakePlayground;
beforeEach(() => {
  playground = createFakePlayground();
  playground.select({ block: "A:32" });
  followAttempts(playground);
});

const tell = (id: number, parts: Partial<Attempt>) =>
  playground.setRecord("attempt", String(id), {
    ...sampleAttempts.offlining,
    id,
    key: String(id),
    parent: null,
    ...parts,
  });
/** It is told in one display frame, and gone along with in the next. */
const begin = (id: number, parts: Partial<Attempt>) => {
  tell(id, parts);
  playground.frame();
};
const block = () => playground.store.getState().selection.block;

test("the map goes along with an eject, block by block, and to the node of each", () => {
  begin(110, { kind: "eject", target: "d3" });
  expect(block()).toBe("A:32");
  begin(111, { target: "memory40", parent: 110 });
  expect(playground.store.getState().selection).toMatchObject({ block: "A:40", node: "A/1" });
  begin(112, { target: "memory41", parent: 110 });
  expect(block()).toBe("A:41");
});

test("who chooses another block is left alone until the next attempt", () => {
  begin(110, { kind: "eject", target: "d3" });
  begin(111, { target: "memory40", parent: 110 });
  playground.select({ block: "A:33" });
  begin(112, { target: "memory41", parent: 110 });
  expect(block()).toBe("A:33");
  begin(113, { target: "memory34" });
  expect(block()).toBe("A:34");
});

test("attempts of somebody else's errand are not followed, nor is a block that goes online", () => {
  begin(111, { target: "memory40", parent: sampleAttempts.ejecting.id });
  begin(112, { target: "memory41", kind: "online" });
  expect(block()).toBe("A:32");
});

test("it returns to the block that refused", () => {
  begin(110, { kind: "eject", target: "d3" });
  begin(111, { target: "memory40", parent: 110 });
  begin(112, { target: "memory41", parent: 110 });
  begin(111, { target: "memory40", parent: 110, result: "failed", culprit: sampleAttempts.refused.culprit });
  expect(block()).toBe("A:40");
});

test("what a setup did is not followed", () => {
  playground.store.setState({ status: "starting" });
  begin(110, { target: "memory40" });
  expect(block()).toBe("A:32");
});

test("the frame that tells of a block renders no other one: it is gone along with in the next", () => {
  const asked = playground.framesAskedFor;
  tell(110, { target: "memory40" });
  expect(playground.framesAskedFor).toBeGreaterThan(asked);
  expect(block()).toBe("A:32");
  playground.frame();
  expect(block()).toBe("A:40");
});

test("who chooses a block in between keeps it", () => {
  tell(110, { target: "memory40" });
  playground.select({ block: "A:33" });
  playground.frame();
  expect(block()).toBe("A:33");
});
