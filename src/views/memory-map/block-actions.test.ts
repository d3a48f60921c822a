import { describe, expect, test } from "vitest";
import { sampleRecords } from "../../client/sample-records.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import {
  actionChoices,
  actionOfKey,
  BLOCK_ACTIONS,
  commandOf,
  movablePages,
  shellLineOf,
  unmovablePages,
} from "./block-actions.ts";

const { block: blocks } = sampleRecords();
const get = (key: string): BlockRecord => {
  const record = blocks[key];
  if (!record) throw new Error(`no sample block ${key}`);
  return record;
};
const movable = get("A:42");
const offline = get("A:49");
const kernel = get("A:37");
const obstacles = (block: BlockRecord, running = false) =>
  Object.fromEntries(actionChoices(block, running).map((choice) => [choice.action, choice.obstacle]));
const outlook = (block: BlockRecord, action: (typeof BLOCK_ACTIONS)[number]) =>
  actionChoices(block, false).find((choice) => choice.action === action)?.outlook;

describe("what stands in the way", () => {
  test("an online block can only go offline, an offline one only online", () => {
    expect(obstacles(movable)).toEqual({
      offline: null,
      online: "already-online",
      online_kernel: "already-online",
      online_movable: "already-online",
    });
    expect(obstacles(offline)).toEqual({
      offline: "already-offline",
      online: null,
      online_kernel: null,
      online_movable: null,
    });
  });

  test("nothing else starts while an attempt runs", () => {
    for (const obstacle of Object.values(obstacles(offline, true))) expect(obstacle).toBe("busy");
    for (const obstacle of Object.values(obstacles(get("A:48")))) expect(obstacle).toBe("busy");
  });
});

describe("what can be said beforehand", () => {
  test("zones come from valid_zones: the default first, then by kind", () => {
    expect(outlook(offline, "online")).toEqual({ is: "goes-to", zone: "Normal" });
    expect(outlook(offline, "online_kernel")).toEqual({ is: "goes-to", zone: "Normal" });
    expect(outlook(offline, "online_movable")).toEqual({ is: "goes-to", zone: "Movable" });
    expect(outlook({ ...offline, validZones: ["none"] }, "online_movable")).toEqual({ is: "no-zone" });
  });

  test("kernel memory is counted as what will not move", () => {
    expect(unmovablePages(kernel)).toBeGreaterThan(0);
    expect(outlook(kernel, "offline")).toEqual({ is: "unmovable", pages: unmovablePages(kernel) });
    expect(unmovablePages(movable)).toBe(0);
  });

  test("a movable block is emptied; pins and several zones are said", () => {
    expect(outlook(movable, "offline")).toEqual({ is: "empties", pages: movablePages(movable) });
    expect(outlook(get("A:41"), "offline")).toEqual({ is: "pinned", pages: 12 });
    expect(outlook({ ...movable, zone: null }, "offline")).toEqual({ is: "several-zones" });
  });

  test("every page of a block is free, movable, unmovable or unused", () => {
    for (const block of Object.values(blocks))
      expect(unmovablePages(block) + movablePages(block) + (block.kinds[0] ?? 0) + (block.kinds[1] ?? 0)).toBe(
        block.pages,
      );
  });
});

describe("the same thing three ways", () => {
  test.each(BLOCK_ACTIONS)("%s is a write to the state file", (action) => {
    expect(commandOf(movable, action)).toEqual({
      do: "write",
      partition: "A",
      path: "/sys/devices/system/memory/memory42/state",
      text: action,
    });
    expect(shellLineOf(movable, action)).toBe(`echo ${action} > /sys/devices/system/memory/memory42/state`);
  });

  test("keys lead to actions, upper case too", () => {
    expect(["o", "n", "K", "m", "x"].map(actionOfKey)).toEqual([
      "offline",
      "online",
      "online_kernel",
      "online_movable",
      undefined,
    ]);
  });
});
