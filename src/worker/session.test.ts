import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Frame, FromWorker, ToWorker } from "../protocol/messages.ts";
import { FakeEngine, fakeOffline, fakeScenario, OPERATION } from "./fake-engine.ts";
import { Session } from "./session.ts";

let engine: FakeEngine;
let sent: FromWorker[];
let time: number;
let waiting: (() => void) | null;
/** Real milliseconds after which the session wants to be called back. */
let pause: number;
let session: Session;

beforeEach(() => {
  sent = [];
  time = 0;
  waiting = null;
  session = new Session({
    build: () => {
      engine = new FakeEngine();
      return engine;
    },
    send: (message) => sent.push(message),
    clock: () => time,
    later: (callback, milliseconds) => {
      waiting = callback;
      pause = milliseconds;
    },
  });
});

const tell = (message: ToWorker) => session.receive(message);
/** Lets real milliseconds pass, turn by turn. */
function pass(milliseconds: number, step = 4) {
  for (const end = time + milliseconds; time < end; ) {
    time += step;
    waiting?.();
  }
}
const frames = () => sent.filter((message): message is Frame => message.type === "frame");
const last = () => frames().at(-1);
const ack = (buffers: ArrayBuffer[] = []) => tell({ type: "ack", frame: last()?.frame ?? 0, buffers });

test("the setup is over before anything is told", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario({ setup: [fakeOffline, fakeOffline] }) });
  expect(sent.map((message) => message.type)).toEqual(["ready", "frame"]);
  expect(engine.now).toBe(2 * OPERATION);
  expect(engine.submitted.map(({ origin }) => origin)).toEqual(["setup", "setup"]);
  expect(last()?.log.map(({ line, level }) => [level, line])).toEqual([
    ["command", `echo offline > ${fakeOffline.do === "write" && fakeOffline.path}`],
    ["info", "done"],
    ["command", `echo offline > ${fakeOffline.do === "write" && fakeOffline.path}`],
    ["info", "done"],
  ]);
});

test("between turns is a pause, but none while the machine is behind", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  pass(40);
  expect(pause).toBeGreaterThan(0);
  const run = engine.runUntil.bind(engine);
  // A machine that needs more time than a turn may take.
  engine.runUntil = (until, budget) => {
    while (!budget?.expired()) time++;
    run(until);
  };
  pass(4);
  expect(pause).toBe(0);
  engine.runUntil = run;
  pass(4);
  expect(pause).toBeGreaterThan(0);
});

test("where operations are is told with each frame while it is watched", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  const look = (calls: boolean) => {
    tell({ type: "watch", watch: { block: null, node: null, look: null, calls } });
    ack();
    pass(4);
    return last()?.calls;
  };
  expect(last()?.calls).toBeUndefined();
  expect(look(true)).toEqual([]);
  expect(look(false)).toBeUndefined();
});

test("simulated time follows real time times speed", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  tell({ type: "speed", speed: 0.25 });
  pass(40);
  expect(engine.now).toBe(10e6);
  tell({ type: "speed", speed: 0 });
  pass(40);
  expect(engine.now).toBe(10e6);
});

test("a sleep of an hour is not caught up with", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  ack();
  pass(3_600_000, 3_600_000);
  expect(engine.now).toBe(100e6);
});

test("one frame is in flight; what happens meanwhile goes into the next", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  pass(20);
  tell({ type: "command", id: 1, command: fakeOffline });
  pass(100);
  expect(frames()).toHaveLength(1);
  ack();
  pass(4);
  expect(frames()).toHaveLength(2);
  expect(last()?.patches.filter(([kind]) => kind === "block")).toHaveLength(1);
  expect(last()?.log.map(({ level }) => level)).toEqual(["command", "info"]);
});

test("a page that shows nothing stops the clock, and starts it again", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  pass(5000);
  expect(engine.now).toBeLessThan(1.1e9);
  const stopped = engine.now;
  ack();
  pass(40);
  expect(engine.now).toBe(stopped + 40e6);
});

test("a command is answered at once, and a frame follows its answer", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  ack();
  tell({ type: "command", id: 7, command: { do: "press", dimm: "d1" } });
  expect(sent.at(-1)).toEqual({
    type: "answer",
    id: 7,
    answer: { to: "command", errno: "EINVAL", rejection: { why: "in-no-slot", dimm: "d1" }, op: null },
  });
  pass(4);
  expect(frames()).toHaveLength(2);
  expect(last()?.log.map(({ line, occasion, rejected }) => rejected ?? occasion ?? line)).toEqual([
    { is: "press", dimm: "d1" },
    { errno: "EINVAL", rejection: { why: "in-no-slot", dimm: "d1" } },
  ]);
});

test("lines are numbered without a gap", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario({ setup: [fakeOffline, fakeOffline] }) });
  expect(last()?.log.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
});

test("the script's commands come at their times, counted from the end of the setup", () => {
  const script = [
    { at: 30e6, command: fakeOffline },
    { at: 5e6, command: fakeOffline },
  ];
  tell({ type: "start", run: 1, scenario: fakeScenario({ setup: [fakeOffline], script }) });
  pass(60);
  expect(engine.submitted.slice(1)).toEqual([
    { command: fakeOffline, origin: "script", at: OPERATION + 5e6 },
    { command: fakeOffline, origin: "script", at: OPERATION + 30e6 },
  ]);
});

test("what is watched is mapped once, and again when it changed", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  ack();
  tell({ type: "watch", watch: { block: "A:0", node: "A/0", look: null } });
  pass(4);
  expect(last()?.pages?.map.byteLength).toBe(32768);
  expect(last()?.pageblocks.map(({ block, map }) => [block, map.byteLength])).toEqual([
    ["A:0", 64],
    ["A:1", 64],
  ]);
  ack();
  pass(200);
  expect(last()?.pages).toBeNull();
  expect(last()?.pageblocks).toEqual([]);
  ack();
  tell({ type: "command", id: 1, command: fakeOffline });
  pass(8);
  ack();
  pass(8);
  expect(last()?.pages && new Uint8Array(last()!.pages!.map)[5]).toBe(1);
  expect(last()?.pageblocks.map(({ block }) => block)).toEqual(["A:0"]);
});

test("a buffer that comes back is filled again", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  ack();
  tell({ type: "watch", watch: { block: "A:0", node: null, look: null } });
  pass(4);
  const buffer = last()!.pages!.map;
  ack([buffer]);
  tell({ type: "watch", watch: { block: "A:1", node: null, look: null } });
  pass(4);
  expect(last()?.pages).toEqual({ block: "A:1", map: buffer });
});

test("when only time passes, that is told ten times a second, and not at all when it stands still", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  for (let i = 0; i < 250; i++) {
    ack();
    pass(4);
  }
  expect(frames().length).toBeGreaterThan(8);
  expect(frames().length).toBeLessThan(13);
  tell({ type: "speed", speed: 0 });
  const before = frames().length;
  for (let i = 0; i < 250; i++) {
    ack();
    pass(4);
  }
  expect(frames()).toHaveLength(before);
});

test("while something runs, records are told a few times a second and maps whenever they changed", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  ack();
  tell({ type: "watch", watch: { block: "A:0", node: "A/0", look: null } });
  pass(4);
  ack();
  let asked = 0;
  Object.defineProperty(engine, "idle", { value: false });
  engine.drainChangedBlocks = () => ["A:0"];
  engine.drainPatches = () => {
    asked++;
    return [];
  };
  const before = frames().length;
  for (let i = 0; i < 250; i++) {
    ack();
    pass(4);
  }
  expect(frames().length - before).toBeGreaterThan(200);
  expect(last()?.pages).not.toBeNull();
  expect(asked).toBeGreaterThan(5);
  expect(asked).toBeLessThan(10);

  // What someone asked for does not wait its turn.
  asked = 0;
  tell({ type: "command", id: 9, command: fakeOffline });
  ack();
  pass(4);
  expect(asked).toBe(1);
});

test.each([
  ["nonsense", "expected a message"],
  [{ type: "command", id: 1, command: { do: "explode" } }, "command.do: expected one of"],
  [{ type: "start", run: 1, scenario: { version: 2 } }, "scenario: version: expected version 1"],
  [{ type: "speed", speed: Number.NaN }, "speed"],
  [{ type: "command", id: 1, command: { do: "press" } }, "command.dimm: missing"],
])("a message that cannot be is a fault, and says which: %j", (message, part) => {
  session.receive(message);
  const trouble = { why: "not-understood", said: expect.stringContaining(part) };
  expect(sent).toEqual([{ type: "fault", run: null, trouble, log: [] }]);
});

test("a question before there is a machine is a fault", () => {
  tell({ type: "audit", id: 1 });
  expect(sent).toEqual([{ type: "fault", run: null, trouble: { why: "nothing-loaded" }, log: [] }]);
});

test("after a fault of the machine nothing runs on, and a new start works", () => {
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  engine.throwNext = new Error("free list of order 3 is broken");
  tell({ type: "command", id: 1, command: fakeOffline });
  expect(sent.at(-1)).toEqual({
    type: "fault",
    run: 1,
    trouble: { why: "stopped", said: "free list of order 3 is broken" },
    // What had been commanded last is not lost with the machine.
    log: [expect.objectContaining({ level: "command", line: expect.stringContaining("echo offline") })],
  });
  const before = sent.length;
  pass(100);
  expect(sent).toHaveLength(before);
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  expect(sent.slice(before).map((message) => message.type)).toEqual(["ready", "frame"]);
});

describe("terminals", () => {
  const open = async () => {
    tell({ type: "start", run: 1, scenario: fakeScenario() });
    tell({ type: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
    tell({ type: "terminal-input", terminal: 1, text: "early" });
    await vi.waitFor(() => expect(engine.typed).toHaveLength(2));
    return engine.sink!;
  };
  const ofTerminal = () => sent.filter(({ type }) => type.startsWith("terminal-"));

  test("one opens, with what was typed meanwhile, and writes between two turns", async () => {
    const sink = await open();
    expect(ofTerminal()).toEqual([{ type: "terminal-output", terminal: 1, text: "early" }]);
    for (let line = 0; line < 100; line++) sink.output(1, "y\r\n");
    expect(ofTerminal()).toHaveLength(1);
    pass(4);
    expect(ofTerminal().at(-1)).toEqual({ type: "terminal-output", terminal: 1, text: "y\r\n".repeat(100) });
  });

  test("what is done at them reaches the machine with its place in time, and does not stand in the log", async () => {
    await open();
    expect(engine.typed.map((command) => command.do)).toEqual(["terminal-open", "terminal-input"]);
    ack();
    pass(4);
    expect(last()?.log).toEqual([]);
  });

  test("a page that is slow to draw slows time, and changes nothing else", async () => {
    const sink = await open();
    ack();
    pass(40);
    const before = engine.now;
    sink.output(1, "x".repeat(300 * 1024));
    const turns = vi.spyOn(engine, "runUntil");
    pass(40);
    // The fake machine looks at its budget between operations only; the real one between steps.
    expect(turns.mock.lastCall?.[1]?.expired()).toBe(true);
    tell({ type: "terminal-input", terminal: 1, text: "\x03" });
    pass(4);
    expect(turns.mock.lastCall?.[1]?.expired()).toBe(false);
    expect(engine.now).toBeGreaterThan(before);
  });

  test("a scenario that begins again ends them, and says why", async () => {
    await open();
    tell({ type: "start", run: 1, scenario: fakeScenario() });
    expect(ofTerminal().at(-1)).toMatchObject({ type: "terminal-end", trouble: { why: "other-scenario" } });
  });

  test("while time stands still a shell gets its turns, and no time", async () => {
    tell({ type: "start", run: 1, scenario: fakeScenario() });
    tell({ type: "speed", speed: 0 });
    pass(40);
    const { now } = engine;
    let turns = 0;
    const runUntil = engine.runUntil.bind(engine);
    engine.runUntil = (t, budget) => {
      turns++;
      runUntil(t, budget);
    };
    pass(40);
    expect(turns).toBe(0);
    tell({ type: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
    await vi.waitFor(() => expect(engine.typed).toHaveLength(1));
    pass(40);
    expect(turns).toBeGreaterThan(0);
    expect(engine.now).toBe(now);
  });
});

test("what a kernel supports is answered by nothing where the code for it can't be had, and the machine goes on", async () => {
  vi.doMock("../engine/experiments/support-report.ts", () => {
    throw new Error("no network");
  });
  tell({ type: "start", run: 1, scenario: fakeScenario() });
  tell({ type: "support", id: 5, kernel: "3.9", ability: "add" });
  const answer = { type: "answer", id: 5, answer: { to: "support", finding: null } };
  await vi.waitFor(() => expect(sent.filter(({ type }) => type === "answer")).toEqual([answer]));
  expect(sent.filter(({ type }) => type === "fault")).toEqual([]);
  vi.doUnmock("../engine/experiments/support-report.ts");
});
