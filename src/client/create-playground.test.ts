import { beforeEach, describe, expect, test } from "vitest";
import type { FromWorker, ToWorker } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { FakeEngine, fakeOffline, fakeScenario, OPERATION } from "../worker/fake-engine.ts";
import { Session } from "../worker/session.ts";
import { createPlayground } from "./create-playground.ts";
import { BEAT } from "./heartbeat.ts";
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
let deferred: (() => void)[];
let beats: (() => void)[];
let hidden: boolean;

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
  deferred = [];
  beats = [];
  hidden = false;
  playground = createPlayground("plain", {
    scenarios: (name) => scenarios[name],
    scheduler: new FrameScheduler({ request: (callback) => displays.push(callback), mark: () => {} }),
    defer: (callback) => deferred.push(callback),
    heartbeat: {
      now: () => time,
      hidden: () => hidden,
      every: (_milliseconds, callback) => {
        beats.push(callback);
        return () => {};
      },
    },
    open: (channelEnds) => {
      opened++;
      ends = channelEnds;
      let mine: (() => void)[] = [];
      const session = new Session({
        build: () => {
          const built = new FakeEngine();
          // Those that are built at other times follow the one that runs.
          if (told.at(-1)?.type === "start") engine = built;
          return built;
        },
        send: (message, transfer) => inbox.push(structuredClone(message, { transfer })),
        clock: () => time,
        later: (callback) => {
          mine.push(callback);
          turns.push(callback);
        },
      });
      return {
        send: (message, transfer = []) => {
          told.push(message);
          session.receive(structuredClone(message, { transfer }));
        },
        close: () => {
          turns = turns.filter((turn) => !mine.includes(turn));
          mine = [];
        },
      };
    },
  });
});

const state = () => playground.store.getState();
/** One display frame of 16 ms: turns of the simulator, messages, and what the page shows then. */
function frame() {
  for (const callback of deferred.splice(0)) callback();
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
  expect(await answer).toEqual({ to: "command", errno: null, rejection: null, op: 1 });
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

describe("a frame of the scenario before is not shown while the next one is built", () => {
  test.each(["before it is chosen", "after it is chosen", "after the simulator was told"])(
    "when it arrives %s",
    (when) => {
      run(3);
      for (const message of inbox.splice(0)) ends.receive(message);
      const before = state();
      const acks = () => told.filter(({ type }) => type === "ack").length;
      const acknowledged = acks();
      void playground.send(fakeOffline);
      time += 20;
      for (const turn of turns.splice(0)) turn();
      const late = inbox.splice(0);
      expect(late.filter(({ type }) => type === "frame")).toHaveLength(1);
      const arrive = () => {
        for (const message of late) ends.receive(message);
      };
      if (when.startsWith("before")) arrive();
      playground.load("focused");
      if (when === "after the simulator was told") for (const callback of deferred.splice(0)) callback();
      if (when.startsWith("after")) arrive();
      for (const callback of displays.splice(0)) callback(time);
      expect(state().records).toBe(before.records);
      expect(state().now).toBe(before.now);
      expect(state().log).toEqual(before.log);
      expect(acks()).toBe(acknowledged);
      run(3);
      expect(state()).toMatchObject({ status: "running", scenario: "focused", selection: { block: "A:1" } });
    },
  );
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
  expect(state()).toMatchObject({ status: "fault", fault: { why: "stopped", said: "free list of order 3 is broken" } });
  expect((await answer).errno).toBe("ENODEV");
  expect((await playground.send(fakeOffline)).rejection).toMatchObject({
    trouble: { said: expect.stringContaining("order 3") },
  });
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

test("a fault stands when a frame came right before it", () => {
  run(2);
  void playground.send(fakeOffline);
  // The operation ends and a frame tells of it; the fault follows it into the same display frame.
  for (let i = 0; i < 4; i++) {
    time += 4;
    for (const turn of turns.splice(0)) turn();
  }
  engine.throwNext = new Error("a zone went negative");
  void playground.send({ do: "press", dimm: "d1" });
  expect(inbox.map(({ type }) => type)).toEqual(["answer", "frame", "fault"]);
  for (const message of inbox.splice(0)) ends.receive(message);
  run(3);
  expect(state()).toMatchObject({ status: "fault", fault: { why: "stopped", said: "a zone went negative" } });
  // What that frame told is not lost, nor what the simulator wrote after it.
  expect(state().log.map(({ line, occasion }) => occasion ?? line)).toEqual([
    expect.stringContaining("echo offline"),
    "done",
    { is: "press", dimm: "d1" },
  ]);
  run(5);
  expect(state().status).toBe("fault");
});

test("the first reason stands, whatever follows from it", () => {
  run(2);
  ends.receive({ type: "fault", run: 1, trouble: { why: "stopped", said: "First" }, log: [] });
  ends.receive({ type: "fault", run: 1, trouble: { why: "stopped", said: "Second" }, log: [] });
  ends.fail("third");
  expect(state().fault).toEqual({ why: "stopped", said: "First" });
});

test("a fault of a scenario that was left is none of the one that came", () => {
  run(2);
  playground.load("focused");
  ends.receive({ type: "fault", run: 1, trouble: { why: "stopped", said: "of the first" }, log: [] });
  run(3);
  expect(state()).toMatchObject({ status: "running", scenario: "focused", fault: null });
});

test("a start that breaks is a fault; the next one gets a new simulator", () => {
  run(2);
  playground.load("focused");
  for (const callback of deferred.splice(0)) callback();
  inbox.splice(0);
  ends.receive({ type: "fault", run: 2, trouble: { why: "stopped", said: "no such machine" }, log: [] });
  run(2);
  expect(state()).toMatchObject({ status: "fault", fault: { why: "stopped", said: "no such machine" } });
  playground.load("plain");
  run(3);
  expect(opened).toBe(2);
  expect(state()).toMatchObject({ status: "running", scenario: "plain" });
});

test("of 200 starts in a row only the last is built", () => {
  run(2);
  const before = told.filter(({ type }) => type === "start").length;
  for (let i = 0; i < 200; i++) playground.load(i % 2 ? "focused" : "plain");
  run(3);
  expect(told.filter(({ type }) => type === "start")).toHaveLength(before + 1);
  expect(state()).toMatchObject({ status: "running", scenario: "focused" });
});

test("what starts are asked for while one is built waits, and only the last is built; commands follow their own start", () => {
  run(2);
  playground.load("focused");
  for (const callback of deferred.splice(0)) callback();
  playground.load("focused");
  playground.load("plain");
  void playground.send(fakeOffline);
  const starts = () => told.filter(({ type }) => type === "start").length;
  expect(starts()).toBe(2);
  expect(told.at(-1)?.type).not.toBe("command");
  run(4);
  expect(starts()).toBe(3);
  expect(told.findIndex(({ type }) => type === "command")).toBeGreaterThan(
    told.findLastIndex(({ type }) => type === "start"),
  );
  expect(state().scenario).toBe("plain");
  expect(engine.submitted).toHaveLength(1);
});

test("what cannot be sent is answered, too; and after the end everything is", async () => {
  run(2);
  const impossible = { do: "press", dimm: () => "d1" } as unknown as Parameters<Playground["send"]>[0];
  expect((await playground.send(impossible)).errno).toBe("ENODEV");
  const open = playground.send(fakeOffline);
  playground.dispose();
  expect((await open).errno).toMatch(/ENODEV/);
  expect((await playground.send(fakeOffline)).rejection).toEqual({
    why: "no-simulator",
    trouble: { why: "closed" },
  });
  expect(await playground.audit()).toEqual(["closed"]);
});

test("a listener that throws keeps no frame from the others, nor from the next", () => {
  const reported: unknown[] = [];
  const before = globalThis.reportError;
  globalThis.reportError = (error) => reported.push(error);
  let heard = 0;
  playground.onFrame(() => {
    throw new Error("no canvas");
  });
  playground.onFrame(() => {
    heard++;
  });
  run(12);
  globalThis.reportError = before;
  expect(reported.length).toBeGreaterThan(1);
  expect(heard).toBeGreaterThan(1);
  expect(told.filter(({ type }) => type === "ack").length).toBeGreaterThan(1);
});

describe("a simulator that does not answer", () => {
  /** Beats at their times, with nothing heard from the simulator in between. */
  const stuck = (count: number, step = BEAT) => {
    for (let i = 0; i < count; i++) {
      time += step;
      for (const beat of beats) beat();
      inbox.splice(0);
    }
  };

  test("is noticed within two seconds; what was asked is answered; it is replaced by a new start", async () => {
    run(2);
    const answer = playground.send(fakeOffline);
    inbox.splice(0);
    stuck(Math.floor(2000 / BEAT));
    expect(state()).toMatchObject({ status: "running", silence: { why: "silent", seconds: 1 } });
    expect((await answer).rejection).toMatchObject({ trouble: { why: "unanswered", since: { why: "silent" } } });
    expect((await playground.send(fakeOffline)).errno).toBe("ENODEV");
    // Another one was on its way; what is started is neither.
    expect(opened).toBe(2);
    playground.load("plain");
    run(3);
    expect(opened).toBe(3);
    expect(state()).toMatchObject({ status: "running", silence: null, replaced: null });
  });

  /** Another simulator comes to where it can take over, and a few frames are shown. */
  const rescued = async () => {
    // However long its code takes to come for the first time.
    await import("../worker/resume.ts");
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setTimeout(resolve));
      run(1);
    }
  };

  test("is replaced by another one that makes the same machine, with all that was shown and nothing that was not", async () => {
    run(2);
    playground.select({ block: "A:1" });
    playground.setSpeed(0.5);
    void playground.send(fakeOffline);
    run(3);
    const before = state();
    // Carried out, and never shown.
    const lost = playground.send(fakeOffline);
    turns.splice(0);
    stuck(4);
    expect((await lost).errno).toBe("ENODEV");
    expect(state().silence).not.toBeNull();
    playground.setSpeed(0);
    // The simulator that hangs hears nothing of that; the next one is told.
    await rescued();
    expect(opened).toBe(2);
    expect(state()).toMatchObject({ status: "running", silence: null, speed: 0, selection: { block: "A:1" } });
    expect(state().replaced).toBe(before.now);
    expect(state().now).toBe(before.now);
    expect(state().records).toEqual(before.records);
    expect(state().log).toEqual(before.log);
    expect((await Promise.race([playground.past(), rescued()])) ?? null).not.toBeNull();
    playground.setSpeed(1);
    run(30);
    expect(state().now).toBeGreaterThan(before.now);
  });

  test("is not replaced for ever: the one that hangs at the same place again is left to a person", async () => {
    run(3);
    stuck(4);
    await rescued();
    expect(state()).toMatchObject({ silence: null, replaced: expect.any(Number) });
    turns.splice(0);
    stuck(5);
    expect(state().silence).not.toBeNull();
    await rescued();
    expect(opened).toBe(2);
    expect(state().silence).not.toBeNull();
  });

  test("and one that ends altogether is replaced as well", async () => {
    run(3);
    const { now } = state();
    ends.fail("out of memory");
    expect(state()).toMatchObject({ status: "running", silence: { why: "cannot-run", said: "out of memory" } });
    await rescued();
    expect(opened).toBe(2);
    expect(state()).toMatchObject({ silence: null, replaced: now });
  });

  test("loses nothing when it was only held, as by a debugger", () => {
    run(2);
    playground.select({ block: "A:1" });
    const first = ends;
    stuck(10);
    expect(state().silence).not.toBeNull();
    first.receive({ type: "pong", ping: 1 });
    expect(state()).toMatchObject({ silence: null, replaced: null });
    ends = first;
    run(3);
    // The other one, that was on its way, has gone.
    expect(opened).toBe(2);
    expect(state()).toMatchObject({ status: "running", selection: { block: "A:1" } });
  });

  test("is not suspected while the page is hidden, or was asleep itself", () => {
    run(2);
    hidden = true;
    stuck(20);
    hidden = false;
    stuck(20, 5000);
    expect(state().silence).toBeNull();
  });

  test("may take long to build a machine, and longer to arrive", () => {
    stuck(500);
    expect(state().silence).toBeNull();
    run(2);
    playground.load("focused");
    for (const callback of deferred.splice(0)) callback();
    stuck(40);
    expect(state()).toMatchObject({ status: "starting", silence: null });
    stuck(40);
    expect(state().silence?.why).toBe("silent");
  });
});
