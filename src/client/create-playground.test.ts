import { beforeEach, expect, test } from "vitest";
import type { FromWorker, ToWorker } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { FakeEngine, fakeOffline, fakeScenario, OPERATION } from "../worker/fake-engine.ts";
import { Session } from "../worker/session.ts";
import { createPlayground } from "./create-playground.ts";
import { FrameScheduler } from "./frame-scheduler.ts";
import type { FrameInfo, Playground } from "./playground.ts";
import type { ChannelEnds } from "./worker-channel.ts";

/** A playground over a session in this thread, in a world whose time the test moves. */
let engine: FakeEngine;
let playground: Playground;
let ends: ChannelEnds;
let opened: number;
let time: number;
let turns: (() => void)[];
let displays: ((now: number) => void)[];
let inbox: FromWorker[];
let told: ToWorker[];

const scenarios: Readonly<Record<string, Scenario>> = {
  plain: fakeScenario({ name: "plain" }),
  focused: fakeScenario({ name: "focused", focus: { node: "A/0", block: "A:1", speed: 0.5 } }),
};

beforeEach(() => {
  opened = 0;
  time = 0;
  turns = [];
  displays = [];
  inbox = [];
  told = [];
  playground = createPlayground("plain", {
    scenarios: (name) => scenarios[name],
    scheduler: new FrameScheduler({ request: (callback) => displays.push(callback), mark: () => {} }),
    open: (channelEnds) => {
      opened++;
      ends = channelEnds;
      const session = new Session({
        build: () => {
          engine = new FakeEngine();
          return engine;
        },
        send: (message, transfer) => inbox.push(structuredClone(message, { transfer })),
        clock: () => time,
        later: (callback) => turns.push(callback),
      });
      return {
        send: (message, transfer = []) => {
          told.push(message);
          session.receive(structuredClone(message, { transfer }));
        },
        close: () => turns.splice(0),
      };
    },
  });
});

const state = () => playground.store.getState();
/** One display frame of 16 ms: turns of the simulator, messages, and what the page shows then. */
function frame() {
  for (let i = 0; i < 4; i++) {
    time += 4;
    for (const turn of turns.splice(0)) turn();
  }
  for (const message of inbox.splice(0)) ends.receive(message);
  for (const callback of displays.splice(0)) callback(time);
}
const run = (frames: number) => {
  for (let i = 0; i < frames; i++) frame();
};

test("after the first frame the records are there", () => {
  expect(state().status).toBe("starting");
  run(2);
  expect(state()).toMatchObject({ status: "running", scenario: "plain", fault: null });
  expect(Object.keys(state().records.block)).toEqual(["A:0", "A:1"]);
});

test("what did not change keeps its identity", async () => {
  run(2);
  const before = state().records;
  const answer = playground.send(fakeOffline);
  run(3);
  expect(await answer).toEqual({ to: "command", errno: null, message: null, op: 1 });
  const after = state().records;
  expect(after.block["A:0"]?.state).toBe("offline");
  expect(after.block["A:1"]).toBe(before.block["A:1"]);
  expect(after.node).toBe(before.node);
  expect(state().log.map(({ level }) => level)).toEqual(["command", "info"]);
});

test("listeners are called after the store holds the frame", () => {
  const seen: (FrameInfo & { readonly state: string | undefined })[] = [];
  playground.onFrame((info) => seen.push({ ...info, state: state().records.block["A:0"]?.state }));
  playground.select({ node: "A/0", block: "A:0" });
  run(3);
  expect(seen.at(0)?.elapsed).toBe(0);
  expect(seen.some((info) => info.pagesChanged && info.changedBlocks.length === 2)).toBe(true);
  expect(playground.pageMap()).toMatchObject({ block: "A:0", bytes: { length: 32768 } });
  void playground.send(fakeOffline);
  run(3);
  expect(seen.find((info) => info.changedBlocks.includes("A:0") && info.state === "offline")).toBeDefined();
  expect(playground.pageMap()?.bytes[9]).toBe(1);
  expect(playground.pageblockMap("A:0")?.[9]).toBe(1);
  expect(playground.pageblockMap("A:1")?.[9]).toBe(0);
});

test("a choice is drawn in the next display frame, even when nothing else happens", () => {
  run(2);
  playground.setSpeed(0);
  run(2);
  let shown = 0;
  playground.onFrame(() => shown++);
  run(2);
  expect(shown).toBe(0);
  playground.select({ pfn: 12 });
  run(1);
  expect(shown).toBeGreaterThan(0);
});

test("idle waits for the answer, the frame after it, and the drawing", async () => {
  run(2);
  playground.setSpeed(1 / 16);
  let idle = false;
  void playground.send(fakeOffline);
  void playground.whenIdle().then(() => {
    idle = true;
  });
  await Promise.resolve();
  expect(idle).toBe(false);
  run(2);
  await Promise.resolve();
  expect(idle).toBe(true);
  expect(engine.submitted).toHaveLength(1);
  expect(engine.now).toBeLessThan(OPERATION + 100e6);
});

test("a frame that was on its way before the answer does not stand for what the answer is about", async () => {
  run(2);
  // A frame leaves the simulator, and only then does it hear of the command: both arrive in one display frame.
  playground.select({ node: "A/0", block: "A:0" });
  for (const turn of turns.splice(0)) turn();
  expect(inbox.map(({ type }) => type)).toEqual(["frame"]);
  void playground.send(fakeOffline);
  expect(inbox.map(({ type }) => type)).toEqual(["frame", "answer"]);
  let idle = false;
  void playground.whenIdle().then(() => {
    idle = state().records.block["A:0"]?.state === "offline";
  });
  for (const message of inbox.splice(0)) ends.receive(message);
  for (const callback of displays.splice(0)) callback(time);
  await Promise.resolve();
  expect(playground.store.getState().records.block["A:0"]?.state).toBe("online");
  expect(displays).not.toEqual([]);
  run(3);
  await Promise.resolve();
  expect(idle).toBe(true);
});

test("while time stands still, waiting for what runs would never end: that counts as idle", async () => {
  run(2);
  playground.setSpeed(0);
  void playground.send(fakeOffline);
  let idle = false;
  void playground.whenIdle().then(() => {
    idle = true;
  });
  run(3);
  await Promise.resolve();
  expect(idle).toBe(true);
  expect(state()).toMatchObject({ idle: false, speed: 0 });
});

test("a scenario brings its focus and its speed", () => {
  playground.load("focused");
  run(3);
  expect(state()).toMatchObject({ scenario: "focused", speed: 0.5, selection: { node: "A/0", block: "A:1" } });
  expect(playground.pageMap()?.block).toBe("A:1");
});

test("the box before stays until the new one is there", () => {
  run(2);
  const before = state().records;
  playground.load("focused");
  expect(state()).toMatchObject({ status: "starting", scenario: "focused", records: before });
  run(3);
  expect(state().status).toBe("running");
  expect(state().records.node).not.toBe(before.node);
});

test("frames of the scenario before are not shown", () => {
  run(2);
  void playground.send(fakeOffline);
  for (let i = 0; i < 4; i++) {
    time += 4;
    for (const turn of turns.splice(0)) turn();
  }
  playground.load("plain");
  run(3);
  expect(state().records.block["A:0"]?.state).toBe("online");
  expect(state().log).toEqual([]);
});

test("a selection follows what exists", () => {
  run(2);
  playground.select({ block: "A:1" });
  expect(state().selection).toMatchObject({ node: "A/0", block: "A:1" });
  playground.select({ pfn: 40000 });
  playground.select({ block: "A:0" });
  expect(state().selection.pfn).toBeNull();
});

test("a fault answers every open question, and loading again brings a new simulator", async () => {
  run(2);
  engine.throwNext = new Error("free list of order 3 is broken");
  const answer = playground.send(fakeOffline);
  run(1);
  expect(state()).toMatchObject({ status: "fault", fault: "The simulation stopped: free list of order 3 is broken." });
  expect((await answer).errno).toBe("ENODEV");
  expect((await playground.send(fakeOffline)).message).toContain("order 3");
  expect(await playground.inspect("A", 1)).toBeNull();
  playground.load("plain");
  run(3);
  expect(opened).toBe(2);
  expect(state().status).toBe("running");
});

test("the buffer of a page map comes back to the simulator", () => {
  playground.select({ node: "A/0", block: "A:0" });
  run(2);
  playground.select({ block: "A:1" });
  run(2);
  const returned = told.flatMap((message) => (message.type === "ack" ? message.buffers : []));
  // Transferred: on this side it is empty now.
  expect(returned).toHaveLength(1);
  expect(returned.every((buffer) => buffer.byteLength === 0)).toBe(true);
});
