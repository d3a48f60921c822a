/** What frames bring, what answers wait for, and that a fault answers everybody. */
import { afterEach, expect, test, vi } from "vitest";
import { PageKind } from "../engine/memory/kinds.ts";
import { offline, OFFLINE_NS } from "../worker/testing/small-machine.ts";
import type { FrameInfo } from "./playground.ts";
import type { Playground } from "./playground.ts";
import {
  engine,
  playground,
  ends,
  opened,
  time,
  turns,
  displays,
  inbox,
  told,
  state,
  run,
  pass,
} from "./testing/hand-moved-page.ts";

afterEach(() => vi.restoreAllMocks());

/** What is done next to the machine breaks it. */
function breakNext(said: string): void {
  vi.spyOn(engine, "submit").mockImplementationOnce(() => {
    throw new Error(said);
  });
}

test("after the first frame the records are there", () => {
  expect(state().status).toBe("starting");
  run(2);
  expect(state()).toMatchObject({ status: "running", scenario: "plain", fault: null });
  expect(Object.keys(state().records.block)).toEqual(["A:0", "A:1", "A:2", "A:3"]);
});

test("what did not change keeps its identity", async () => {
  run(2);
  const { records: before, log } = state();
  const answer = playground.send(offline(1));
  run(3);
  expect(await answer).toEqual({ to: "command", errno: null, rejection: null, op: 1 });
  const after = state().records;
  expect(after.block["A:1"]?.state).toBe("offline");
  expect(after.block["A:2"]).toBe(before.block["A:2"]);
  expect(after.node).not.toBe(before.node);
  expect(after.dimm).toBe(before.dimm);
  expect(state().log.slice(0, log.length)).toEqual(log);
  expect(state().log.slice(log.length)).toMatchObject([{ level: "command" }]);
});

test("tables are copied as a frame comes, once, and not in the display frame that shows it", () => {
  run(4);
  const { records } = state();
  const copies: string[] = [];
  let phase = "message";
  const ownKeys = (table: object) => {
    copies.push(phase);
    return Reflect.ownKeys(table);
  };
  playground.store.setState({
    records: { ...records, block: new Proxy<typeof records.block>(records.block, { ownKeys }) },
  });
  void playground.send(offline(1));
  for (let tries = 0; copies.length === 0; tries++) {
    if (tries > 100) throw new Error("no block changes");
    phase = "display";
    for (const show of displays.splice(0)) show(time);
    phase = "message";
    for (const turn of turns.splice(0)) turn();
    for (const message of inbox.splice(0)) ends.receive(message);
  }
  phase = "display";
  const { block } = state().records;
  for (const show of displays.splice(0)) show(time);
  expect(state().records.block === block).toBe(false);
  expect(copies).toEqual(["message"]);
});

test("listeners are called after the store holds the frame", () => {
  const seen: (FrameInfo & { readonly state: string | undefined })[] = [];
  playground.onFrame((info) => seen.push({ ...info, state: state().records.block["A:1"]?.state }));
  playground.select({ node: "A/0", block: "A:1" });
  run(3);
  expect(seen.at(0)?.elapsed).toBe(0);
  expect(seen.some((info) => info.pagesChanged && info.changedBlocks.length === 4)).toBe(true);
  expect(playground.pageMap()).toMatchObject({ block: "A:1", bytes: { length: 32768, 9: PageKind.Free } });
  expect(playground.pageblockMap("A:1")?.[9]).toBe(PageKind.Free);
  void playground.send(offline(1));
  run(3);
  expect(seen.find((info) => info.changedBlocks.includes("A:1") && info.state === "offline")).toBeDefined();
  expect(playground.pageMap()?.bytes[9]).toBe(PageKind.None);
  expect(playground.pageblockMap("A:1")?.[9]).toBe(PageKind.None);
  expect(playground.pageblockMap("A:2")?.[9]).toBe(PageKind.Free);
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

test("idle waits for the answer, the frame after it, the end of what runs, and the drawing", async () => {
  run(2);
  // A display frame is 250 µs of the machine's time.
  playground.setSpeed(1 / 64);
  let idle = false;
  void playground.send(offline(1));
  void playground.whenIdle().then(() => {
    idle = true;
  });
  await Promise.resolve();
  expect(idle).toBe(false);
  const { now } = engine;
  const running = () => Object.values(state().records.attempt).some(({ result }) => result === "running");
  run(2);
  await Promise.resolve();
  expect(running()).toBe(true);
  expect(idle).toBe(false);
  run(2);
  await Promise.resolve();
  expect(running()).toBe(false);
  expect(idle).toBe(true);
  expect(engine.now).toBeLessThan(now + OFFLINE_NS + 500e3);
});

test("a frame that was on its way before the answer does not stand for what the answer is about", async () => {
  run(2);
  // A frame leaves the simulator, and only then does it hear of the command: both arrive in one display frame.
  playground.select({ node: "A/0", block: "A:1" });
  for (const turn of turns.splice(0)) turn();
  expect(inbox.map(({ type }) => type)).toEqual(["frame"]);
  void playground.send(offline(1));
  expect(inbox.map(({ type }) => type)).toEqual(["frame", "answer"]);
  let idle = false;
  void playground.whenIdle().then(() => {
    idle = state().records.block["A:1"]?.state === "offline";
  });
  for (const message of inbox.splice(0)) ends.receive(message);
  for (const callback of displays.splice(0)) callback(time);
  await Promise.resolve();
  expect(state().records.block["A:1"]?.state).toBe("online");
  expect(displays).not.toEqual([]);
  run(3);
  await Promise.resolve();
  expect(idle).toBe(true);
});

test("while time stands still, waiting for what runs would never end: that counts as idle", async () => {
  run(2);
  playground.setSpeed(0);
  void playground.send(offline(1));
  let idle = false;
  void playground.whenIdle().then(() => {
    idle = true;
  });
  run(3);
  await Promise.resolve();
  expect(idle).toBe(true);
  expect(state()).toMatchObject({ idle: false, speed: 0 });
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
  breakNext("free list of order 3 is broken");
  const answer = playground.send(offline(1));
  run(1);
  expect(state()).toMatchObject({ status: "fault", fault: { why: "stopped", said: "free list of order 3 is broken" } });
  expect((await answer).errno).toBe("ENODEV");
  expect((await playground.send(offline(1))).rejection).toMatchObject({
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
  const { log } = state();
  void playground.send(offline(1));
  // The operation ends and a frame tells of it; the fault follows it into the same display frame.
  for (let i = 0; i < 4; i++) {
    pass(4);
    for (const turn of turns.splice(0)) turn();
  }
  breakNext("a zone went negative");
  void playground.send({ do: "press", dimm: "d1" });
  expect(inbox.map(({ type }) => type)).toEqual(["answer", "frame", "fault"]);
  for (const message of inbox.splice(0)) ends.receive(message);
  run(3);
  expect(state()).toMatchObject({ status: "fault", fault: { why: "stopped", said: "a zone went negative" } });
  // What that frame told is not lost, nor what the simulator wrote after it.
  expect(state().records.block["A:1"]?.state).toBe("offline");
  expect(
    state()
      .log.slice(log.length)
      .map(({ line, occasion }) => occasion ?? line),
  ).toEqual([expect.stringContaining("echo offline"), { is: "press", dimm: "d1" }]);
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

test("what cannot be sent is answered, too; and after the end everything is", async () => {
  run(2);
  const impossible = { do: "press", dimm: () => "d1" } as unknown as Parameters<Playground["send"]>[0];
  expect((await playground.send(impossible)).errno).toBe("ENODEV");
  const open = playground.send(offline(1));
  playground.dispose();
  expect((await open).errno).toMatch(/ENODEV/);
  expect((await playground.send(offline(1))).rejection).toEqual({
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
