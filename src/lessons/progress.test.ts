import { expect, test } from "vitest";
import type { Deed } from "./items.ts";
import { merge, readProgress, wayOf, writeProgress } from "./progress.ts";

let id = 0;
const did = (command: Deed["command"]): Deed => ({ id: id++, at: 0, command, errno: null });
const write = (path: string, text: string) => did({ do: "write", partition: "A", path, text });
const move = (dimm: string) => did({ do: "move", dimm, to: { shelf: true } });
const STATE = "/sys/devices/system/memory/memory56/state";

test("a way is what kinds of things were done, however often, in which order, to which block", () => {
  const byHand = [write(STATE, "online_movable"), write(STATE.replace("56", "57"), "online_movable")];
  expect(wayOf(byHand)).toBe("write state");
  expect(wayOf([...byHand, move("d6")])).toBe(wayOf([move("d6"), ...byHand]));
  expect(wayOf([move("d6")])).not.toBe(wayOf(byHand));
  expect(wayOf([write("/sys/bus/acpi/devices/PNP0C80:05/eject", "1")])).not.toBe(wayOf(byHand));
});

test("ways add up over times and files, each once", () => {
  const reached = (...ways: string[]) => ({ one: { at: 5, way: "", hints: 1, commands: 4, ways } });
  const twice = merge(merge(reached("move"), reached("write state")), reached("move"));
  expect(twice.one?.ways).toEqual(["move", "write state"]);
  expect(readProgress(writeProgress(twice), "file")).toEqual({ ok: true, value: twice });
});

test("a file from before ways were counted is read, and says of none", () => {
  const old = JSON.stringify({ version: 1, lessons: { one: { at: 5, way: "", hints: 1, commands: 4 } } });
  expect(readProgress(old, "old.json")).toMatchObject({ ok: true, value: { one: { commands: 4, ways: [] } } });
});
