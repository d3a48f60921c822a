/** Simulators that are used again: nobody hears what was meant for another, and one that is stuck is not given out. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ChannelEnds } from "../client/worker-channel.ts";
import { type FromWorker, PROTOCOL_VERSION, type ToWorker } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { StandBy } from "./stand-by.ts";

class FakeWorker {
  readonly heard: ToWorker[] = [];
  stuck = false;
  ended = false;
  readonly ends: ChannelEnds;

  constructor(ends: ChannelEnds) {
    this.ends = ends;
  }

  send(message: ToWorker): void {
    this.heard.push(message);
    if (message.type === "ping" && !this.stuck) this.ends.receive({ type: "pong", ping: message.ping });
  }

  close(): void {
    this.ended = true;
  }

  get types(): string[] {
    return this.heard.map(({ type }) => type);
  }
}

let made: FakeWorker[];
let simulators: StandBy;
beforeEach(() => {
  vi.useFakeTimers();
  made = [];
  simulators = new StandBy((ends) => {
    const worker = new FakeWorker(ends);
    made.push(worker);
    return worker;
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Somebody who uses a simulator. */
function user() {
  const heard: FromWorker[] = [];
  const failed: string[] = [];
  const channel = simulators.open({ receive: (message) => heard.push(message), fail: (why) => failed.push(why) });
  return { heard, failed, channel };
}
const start = (run: number): ToWorker => ({ type: "start", run, scenario: {} as Scenario });
const ready = (run: number): FromWorker => ({ type: "ready", version: PROTOCOL_VERSION, run, scenario: "one" });
const late: FromWorker = { type: "answer", id: 1, answer: { to: "audit", problems: ["late"] } };

test("once all is to be fetched, two more stand by, and all fetch what they need later", () => {
  user();
  expect(made).toHaveLength(1);
  simulators.prepare();
  simulators.prepare();
  expect(made.map(({ types }) => types)).toEqual([["fetch-ahead"], ["fetch-ahead"], ["fetch-ahead"]]);
  user();
  user();
  expect(made).toHaveLength(3);
});

test("one that was given back is used again: its starts go on, and who uses it counts from 1", () => {
  const first = user();
  const [worker] = made as [FakeWorker];
  first.channel.send(start(1));
  worker.ends.receive(ready(1));
  first.channel.send(start(2));
  worker.ends.receive(ready(2));
  expect(first.heard).toEqual([ready(1), ready(2)]);
  first.channel.close();
  expect(worker.types.slice(-2)).toEqual(["speed", "ping"]);

  const second = user();
  expect(made).toHaveLength(1);
  second.channel.send(start(1));
  expect(worker.heard.at(-1)).toMatchObject({ type: "start", run: 3 });
  // What was meant for the first is heard by nobody.
  worker.ends.receive(late);
  worker.ends.receive(ready(2));
  worker.ends.receive({ type: "fault", run: 2, trouble: { why: "silent", seconds: 1 }, log: [] });
  expect(second.heard).toEqual([]);
  worker.ends.receive(ready(3));
  worker.ends.receive(late);
  expect(second.heard).toEqual([ready(1), late]);
  expect(first.heard).toHaveLength(2);
});

test("one that is stuck is ended, and one that breaks is not used again", () => {
  const first = user();
  const [worker] = made as [FakeWorker];
  worker.stuck = true;
  first.channel.close();
  user();
  expect(made).toHaveLength(2);
  expect(worker.ended).toBe(false);
  vi.advanceTimersByTime(5000);
  expect(worker.ended).toBe(true);

  simulators.prepare();
  for (const spare of made.slice(2)) spare.ends.fail("no network");
  const third = user();
  expect(made).toHaveLength(5);
  made[4]?.ends.fail("no network");
  expect(third.failed).toEqual(["no network"]);
  third.channel.close();
  user();
  expect(made).toHaveLength(6);
});

test("of those that are given back two are kept", () => {
  const all = [user(), user(), user(), user()];
  for (const { channel } of all) channel.close();
  expect(made.map(({ ended }) => ended)).toEqual([false, false, true, true]);
});
