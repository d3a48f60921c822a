/** Worked runs on the simulator's own machine: what each line answered, and that what was done to the reader's machine is not in them. */
import { expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { applyPatches, NO_RECORDS } from "../client/apply-frame.ts";
import type { Rehearsal } from "../client/playground.ts";
import type { Prediction } from "../lessons/format.ts";
import { openLesson, type Opened } from "../lessons/open.ts";
import { hasWatch, work } from "../lessons/worked.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { Play } from "../worker/play.ts";
import { rehearse } from "../worker/rehearsal.ts";

const turns = {
  build: (given: ConstructorParameters<typeof EngineHost>[0]) => new EngineHost(given),
  clock: () => performance.now(),
  later: (callback: () => void) => void setImmediate(callback),
};

async function stageOf(
  id: string,
): Promise<Opened & { readonly stage: Parameters<typeof work>[0]; asked: Prediction }> {
  const opened = await openLesson(readFileSync(`public/lessons/${id}.json`, "utf8"), id);
  if (!opened.ok) throw new Error(opened.problem);
  const { lesson, scenario } = opened.value;
  const play = new Play(turns.build, scenario);
  play.setUp();
  const playground = {
    rehearse: async (
      ...[partition, moves, other]: Parameters<Parameters<typeof work>[0]["playground"]["rehearse"]>
    ) => {
      const told = await rehearse(turns, play, { partition, moves, scenario: other ?? null });
      const begin = applyPatches(NO_RECORDS, told.begin);
      let records = begin;
      const made = told.moves.map(({ patches, acts, text }) => {
        records = applyPatches(records, patches);
        return { records, acts, text };
      });
      return { at: told.at, begin, moves: made } satisfies Rehearsal;
    },
  };
  const [asked] = lesson.predict;
  if (!asked) throw new Error("asks nothing");
  const stage = { playground, scenario, partition: lesson.partition, records: NO_RECORDS };
  return { ...opened.value, stage, asked };
}

test("it stops before the question, and goes on to its end; each line is told with what it printed", async () => {
  const { stage, asked } = await stageOf("one-word");
  expect(hasWatch(asked)).toBe(true);
  const watched = await work(stage, asked, "question");
  expect(watched?.copies.map(({ lines }) => lines.map(({ printed, waits }) => [printed, waits]))).toEqual([
    [
      ["Normal Movable", false],
      ["", false],
      ["", false],
    ],
  ]);
  const seen = await work(stage, asked, "end", watched?.copies);
  expect(seen?.copies[0]?.lines).toHaveLength(asked.commands.length);
  expect(seen?.truth).toEqual([0]);
  const [before = "", after = ""] = seen?.copies[0]?.pictures ?? [];
  expect(before).not.toBe("");
  // Online for a minute and offline again: it looks as it did.
  expect(after.replace(/[a-z]/gi, "")).toBe(before.replace(/[a-z]/gi, ""));
}, 120_000);

test("copies stand beside each other, each booted in its own way; those that were seen are not run again", async () => {
  const { stage, asked } = await stageOf("to-do-list");
  const watched = await work(stage, asked, "question");
  expect(watched?.copies).toHaveLength(2);
  const [zone, map] = watched?.copies ?? [];
  expect(zone?.lines.map(({ outcomes }) => outcomes.map(({ kind, errno }) => [kind, errno]))).toEqual([
    [["add", null]],
    [],
  ]);
  expect(zone?.lines[1]?.printed).toBe("Movable");
  expect(map?.boot?.cmdline).toContain("memmap_on_memory=1");
  let runs = 0;
  const counted = {
    ...stage,
    playground: {
      rehearse: (...asked: Parameters<typeof stage.playground.rehearse>) => {
        runs++;
        return stage.playground.rehearse(...asked);
      },
    },
  };
  const seen = await work(counted, asked, "end", watched?.copies);
  expect(runs).toBe(1);
  expect(seen?.copies.map(({ name }) => name)).toEqual(["zone", "map", "vmalloc"]);
  expect(seen?.copies[2]?.lines[0]?.printed).toContain("Device or resource busy");
  expect(seen?.truth).toEqual([1]);
}, 120_000);

test("a DIMM that is carried is told with what became of it; without a copy there is no answer", async () => {
  const { stage, asked } = await stageOf("the-road-not-taken");
  const seen = await work(stage, asked, "end");
  const [refused, left] = seen?.copies[0]?.lines ?? [];
  expect(refused?.outcomes[0]).toMatchObject({ kind: "eject", errno: "EBUSY" });
  expect(refused?.outcomes[0]?.culprit).toContain("find");
  expect(left?.outcomes[0]).toMatchObject({ kind: "eject", errno: null });
  expect(left?.outcomes[0]?.moved).toBeGreaterThan(0);
  expect(await work({ ...stage, playground: { rehearse: async () => null } }, asked, "end")).toBeNull();
}, 120_000);
