import { describe, expect, test } from "vitest";
import { sampleRecords } from "../../client/sample-records.ts";
import { type Foresight, NOTHING_FORESEEN } from "../../protocol/messages.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { actionChoices, actionOfKey, BLOCK_ACTIONS, commandOf, shellLineOf } from "./block-actions.ts";
import { memoryMapStrings } from "./strings.ts";

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
  Object.fromEntries(actionChoices(block, running, null).map((choice) => [choice.action, choice.obstacle]));
const outlook = (block: BlockRecord, action: (typeof BLOCK_ACTIONS)[number]) =>
  actionChoices(block, false, null).find((choice) => choice.action === action)?.outlook;

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
    expect(outlook(offline, "online")).toEqual({ is: "goes-to", zone: "Movable" });
    expect(outlook(offline, "online_kernel")).toEqual({ is: "goes-to", zone: "Normal" });
    expect(outlook(offline, "online_movable")).toEqual({ is: "goes-to", zone: "Movable" });
    expect(outlook({ ...offline, validZones: ["none"] }, "online_movable")).toEqual({ is: "no-zone" });
  });

  test.each<[string, Partial<Foresight>]>([
    ["nothing in it moves: at once", { outlook: "leaves" }],
    ["1,200 pages move elsewhere first", { outlook: "leaves", pagesToMove: 1200 }],
    ["kernel memory: expect EBUSY", { outlook: "refused", code: "kernel-memory", errno: "EBUSY" }],
    ["a block lies in several zones: expect EINVAL", { outlook: "refused", code: "spans-zones", errno: "EINVAL" }],
    ["a part of the kernel objects: expect ENOMEM", { outlook: "refused", code: "veto", errno: "ENOMEM" }],
    ["pinned pages: tried again until somebody gives up", { outlook: "goes-on", code: "pinned" }],
    [
      "may not end well: there is hardly room for its pages elsewhere",
      { outlook: "may-leave", code: "memory-tight", pagesToMove: 9 },
    ],
  ])("taking it offline is what the engine foresees: %s", (words, parts) => {
    const foresight: Foresight = { ...NOTHING_FORESEEN, ...parts };
    const told = actionChoices(movable, false, foresight).find((choice) => choice.action === "offline")?.outlook;
    expect(told && memoryMapStrings.outlook(told)).toBe(words);
  });

  test("until the engine has answered nothing is claimed", () => {
    expect(outlook(kernel, "offline")).toEqual({ is: "foreseen", foresight: null });
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
