import { expect, test } from "vitest";
import { readTrace, type TraceEvent } from "./main-thread.ts";

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
const frame = (ts: number): TraceEvent => ({ name: "AnimationFrame", ph: "b", pid: 7, tid: 1, ts });

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

test("other threads and other processes don't count", () => {
  const events = [thread(7, "CrRendererMain"), thread(8, "CrBrowserMain"), thread(9, "CrRendererMain")];
  const { wall } = readTrace([...events, frame(0), task(0, 3000), task(0, 90_000, 8), task(0, 1000, 9)]);
  expect(wall).toEqual({ frames: [3], longestTask: 3 });
});
