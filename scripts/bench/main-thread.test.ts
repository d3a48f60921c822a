import { expect, test } from "vitest";
import { readStart, readTrace, type TraceEvent } from "./main-thread.ts";

const thread = (pid: number, name: string): TraceEvent => ({
  name: "thread_name",
  ph: "M",
  pid,
  tid: 1,
  ts: 0,
  args: { name },
});
const task = (ts: number, dur: number, pid = 7): TraceEvent => ({
  name: "RunTask",
  ph: "X",
  pid,
  tid: 1,
  ts,
  dur,
  tdur: dur / 2,
});
const frame = (ts: number): TraceEvent => ({ name: "AnimationFrame::Render", ph: "b", pid: 7, tid: 1, ts });

test("a task counts for the frame that it makes or follows, in ms", () => {
  const { wall, processor, layouts } = readTrace([
    thread(7, "CrRendererMain"),
    // Makes the first frame, then a message before the second.
    task(1000, 4000),
    frame(1100),
    { ...task(1500, 300), name: "Layout" },
    task(9000, 2000),
    task(17_000, 6000),
    frame(17_050),
  ]);
  expect(wall).toEqual({ frames: [6, 6], longestTask: 6 });
  expect(processor).toEqual({ frames: [3, 3], longestTask: 3 });
  expect(layouts).toBe(1);
});

test("a frame begins when it is made, not when the one before asks for it", () => {
  const wanted = (ts: number): TraceEvent => ({ ...frame(ts), name: "AnimationFrame" });
  const { wall } = readTrace([
    thread(7, "CrRendererMain"),
    task(1000, 4000),
    frame(1100),
    // The task that makes the first frame isn't over.
    wanted(4900),
    task(17_000, 6000),
    frame(17_050),
  ]);
  expect(wall.frames).toEqual([4, 6]);
});

test("workers are told apart from the page", () => {
  const worker = { ...thread(7, "DedicatedWorker thread"), tid: 2 };
  const { processor, workers } = readTrace([
    thread(7, "CrRendererMain"),
    worker,
    frame(0),
    task(0, 3000),
    { ...task(0, 9000), tid: 2 },
  ]);
  expect([processor.longestTask, workers]).toEqual([1.5, 4.5]);
});

test("other threads and other processes don't count", () => {
  const events = [thread(7, "CrRendererMain"), thread(8, "CrBrowserMain"), thread(9, "CrRendererMain")];
  const { wall } = readTrace([...events, frame(0), task(0, 3000), task(0, 90_000, 8), task(0, 1000, 9)]);
  expect(wall).toEqual({ frames: [3], longestTask: 3 });
});

test("a start counts from the navigation of the page that set the mark", () => {
  const at = (ts: number, name: string, pid = 7): TraceEvent => ({ name, ph: "I", pid, tid: 1, ts });
  const start = readStart(
    [
      // Before the navigation, and of another page: neither counts.
      task(1000, 4000),
      task(20_000, 90_000, 8),
      task(10_000, 40_000),
      at(60_000, "firstContentfulPaint"),
      task(70_000, 20_000),
      { ...at(110_000, "usable"), args: { data: { startTime: 100 } } },
      task(120_000, 10_000),
      task(2_009_000, 2000),
      task(2_010_000, 99_000),
    ],
    "usable",
  );
  expect(start).toEqual({ untilMark: 30, firstTwoSeconds: 36, longestTask: 20, longestTaskSincePaint: 10 });
});

test("a page without the mark has not started", () => {
  expect(() => readStart([thread(7, "CrRendererMain"), task(0, 1000)], "usable")).toThrow("never set the mark usable");
});
