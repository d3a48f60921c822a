/** What stands behind the cursor, to be typed with Tab. */
import { expect, test } from "vitest";
import { ghostOf, promptOf } from "./ghost.ts";

const FOLDER = "/sys/devices/system/memory";
const OFFER = { partition: "A", folder: FOLDER, lines: ["cat memory56/state", "echo online > memory56/state"] };
const NOTHING: ReadonlySet<string> = new Set();
const there = (typed: string) => ({ folder: FOLDER, typed });

test("a prompt, and what was typed behind it; output is none", () => {
  expect(promptOf("root@A:~# ")).toEqual({ folder: "~", typed: "" });
  expect(promptOf(`root@A:${FOLDER}# echo a@b:c# d`)).toEqual(there("echo a@b:c# d"));
  for (const line of ["", "> ", "root@A:~#", "0.000000 A # start postgres", "Normal Movable"])
    expect(promptOf(line)).toBeNull();
});

test("the way to the directory, then line after line; of what is begun the rest, of something else nothing", () => {
  expect(ghostOf({ folder: "~", typed: "" }, OFFER, NOTHING)).toBe(`cd ${FOLDER}`);
  expect(ghostOf({ folder: "~", typed: "cd /sys" }, OFFER, NOTHING)).toBe("/devices/system/memory");
  expect(ghostOf(there(""), OFFER, NOTHING)).toBe("cat memory56/state");
  expect(ghostOf(there("cat m"), OFFER, NOTHING)).toBe("emory56/state");
  expect(ghostOf(there("ec"), OFFER, NOTHING)).toBe("ho online > memory56/state");
  expect(ghostOf(there("lsmem"), OFFER, NOTHING)).toBeNull();
  expect(ghostOf(there("cat memory56/state"), OFFER, NOTHING)).toBeNull();
  const run = new Set(["cat memory56/state"]);
  expect(ghostOf(there(""), OFFER, run)).toBe("echo online > memory56/state");
  expect(ghostOf(there(""), OFFER, new Set(OFFER.lines))).toBeNull();
  // Whoever has nothing left to type there is led nowhere.
  expect(ghostOf({ folder: "~", typed: "" }, OFFER, new Set(OFFER.lines))).toBeNull();
});
