/** A lesson is written piece by piece, and each piece is a file that can be read; what was done becomes its start and its solution. */
import { expect, test } from "vitest";
import type { Command } from "../../engine/time/commands.ts";
import { busyServer } from "../../protocol/scenarios/busy-server.ts";
import { sampleRecords } from "../../client/sample-records.ts";
import { openLesson } from "../open.ts";
import {
  changedItem,
  EMPTY,
  fieldOf,
  freshKey,
  languagesOf,
  moveOf,
  parse,
  startFrom,
  wishesOf,
  withGoal,
  withItem,
  withLanguage,
  withoutItem,
  withWord,
  wordOf,
  write,
} from "./draft.ts";

const write_ = (block: number, text: string, partition = "A"): Command => ({
  do: "write",
  partition,
  path: `/sys/devices/system/memory/memory${block}/state`,
  text: `${text}\n`,
});
const NOTHING = { node: null, block: null, dimm: null, attempt: null, pfn: null };

test("from nothing to a lesson that can be opened", async () => {
  expect(await openLesson(write(EMPTY), "x")).toMatchObject({
    ok: false,
    problem: "x: goal: expected at least one goal, got a list of 0",
  });
  const wish = wishesOf({ selection: { ...NOTHING, dimm: "d3" }, records: sampleRecords() }).find(
    ({ id }) => id === "d3-shelf",
  );
  if (!wish) throw new Error("d3 is not there");
  const goal = withGoal(EMPTY, "en", wish, "d3 is on the shelf");
  expect(withGoal(goal, "en", wish, "d3 is on the shelf")).toEqual(goal);
  expect(await openLesson(write(goal), "x")).toMatchObject({
    problem: "x: solutions: expected at least one solution, got a list of 0",
  });
  const solved = withItem(goal, "solutions", {
    name: "1",
    commands: [{ do: "move", dimm: "d3", to: { shelf: true } }],
  });
  expect(await openLesson(write(solved), "x")).toMatchObject({ ok: true, value: { lesson: { id: "my-lesson" } } });
  // Another language has to have every word.
  const two = withLanguage(solved, "ja");
  expect(languagesOf(two)).toEqual(["en", "ja"]);
  const missing = await openLesson(write(two), "x");
  expect(missing).toMatchObject({ ok: false, problem: expect.stringMatching(/^x: text\.ja\.[\w-]+: missing/) });
  expect(fieldOf("text.ja.title: missing")).toBe("text");
  expect(fieldOf("solutions[0]: does not reach the goal")).toBe("solutions");
});

test("items are added, changed and taken away; keys are fresh", () => {
  const key = freshKey(EMPTY, "step");
  expect(key).toBe("step-2");
  const more = withWord(withItem(EMPTY, "steps", { say: key }), "en", key, "Then this.");
  expect(wordOf(more, "en", key)).toBe("Then this.");
  expect(changedItem(more, "steps", 1, { try: ["lsmem"] }).steps).toEqual([
    { say: "step-1" },
    { say: key, try: ["lsmem"] },
  ]);
  expect(withoutItem(more, "steps", 0).steps).toEqual([{ say: key }]);
  expect(parse(write(more))).toEqual(more);
  expect(parse("[1]")).toBeNull();
  expect(parse("{")).toBeNull();
});

test("what was done becomes lines where a shell has them, and a start", () => {
  expect(moveOf(write_(44, "offline"))).toBe("echo offline > memory44/state");
  expect(moveOf(write_(44, "offline", "B"))).toEqual({ ...write_(44, "offline", "B") });
  expect(moveOf({ do: "fork", partition: "A", comm: "ls" })).toBeNull();
  const moved: Command = { do: "move", dimm: "d3", to: { shelf: true } };
  expect(moveOf(moved)).toEqual(moved);
  const at = { step: 1, at: 0 as never };
  const { start, typed } = startFrom(busyServer, [
    { ...at, origin: "setup", command: busyServer.setup[0] as Command },
    { ...at, origin: null, command: moved },
    { ...at, origin: null, command: { terminal: 1, do: "terminal-input", text: "ls\r" } },
  ]);
  expect(typed).toBe(true);
  expect(start.setup).toEqual([...busyServer.setup, moved]);
});
