import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Frame, FromWorker, ToWorker } from "../protocol/messages.ts";
import type { Command } from "../engine/time/commands.ts";
import { PageKind } from "../engine/memory/kinds.ts";
import { EngineHost } from "./engine-host.ts";
import { Session } from "./session.ts";
import { offline, OFFLINE_NS, online, smallScenario, stateFile } from "./testing/small-machine.ts";

/** The machine that runs, or was built last. */
let engine: EngineHost;
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
    build: (scenario) => {
      engine = new EngineHost(scenario);
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
/** The states of blocks that the last frame tells of. */
const blocks = () =>
  Object.fromEntries(
    last()?.patches.flatMap(([kind, key, record]) => (kind === "block" ? [[key, record?.state]] : [])) ?? [],
  );
const ack = (buffers: ArrayBuffer[] = []) => tell({ type: "ack", frame: last()?.frame ?? 0, buffers });

test("the setup is over before anything is told", () => {
  tell({ type: "start", run: 1, scenario: smallScenario({ setup: [offline(1), offline(2)] }) });
  expect(sent.map((message) => message.type)).toEqual(["ready", "frame"]);
  expect(engine.now).toBe(2 * OFFLINE_NS);
  expect(engine.journal.slice(0).map(({ origin, at }) => [origin, at])).toEqual([
    ["setup", 0],
    ["setup", OFFLINE_NS],
  ]);
  expect(blocks()).toEqual({ "A:0": "online", "A:1": "offline", "A:2": "offline", "A:3": "online" });
  // What the kernel said at boot comes first.
  expect(last()?.log.at(0)).toMatchObject({ level: "info", at: 0 });
  expect(last()?.log.slice(-2)).toMatchObject([
    { level: "command", line: `echo offline > ${stateFile(1)}`, at: 0 },
    { level: "command", line: `echo offline > ${stateFile(2)}`, at: OFFLINE_NS },
  ]);
});

test("between turns is a pause, but none while the machine is behind", () => {
  tell({ type: "start", run: 1, scenario: smallScenario() });
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
  tell({ type: "start", run: 1, scenario: smallScenario() });
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
  tell({ type: "start", run: 1, scenario: smallScenario() });
  tell({ type: "speed", speed: 0.25 });
  pass(40);
  expect(engine.now).toBe(10e6);
  tell({ type: "speed", speed: 0 });
  pass(40);
  expect(engine.now).toBe(10e6);
});

test("a sleep of an hour is not caught up with", () => {
  tell({ type: "start", run: 1, scenario: smallScenario() });
  ack();
  pass(3_600_000, 3_600_000);
  expect(engine.now).toBe(100e6);
});

test("one frame is in flight; what happens meanwhile goes into the next", () => {
  tell({ type: "start", run: 1, scenario: smallScenario() });
  pass(20);
  tell({ type: "command", id: 1, command: offline(1) });
  pass(100);
  expect(frames()).toHaveLength(1);
  ack();
  pass(4);
  expect(frames()).toHaveLength(2);
  expect(blocks()).toMatchObject({ "A:1": "offline" });
  expect(last()?.patches.filter(([kind, key]) => kind === "block" && key === "A:1")).toHaveLength(1);
  expect(last()?.log.map(({ level }) => level)).toEqual(["command"]);
});

test("a page that shows nothing stops the clock, and starts it again", () => {
  tell({ type: "start", run: 1, scenario: smallScenario() });
  pass(5000);
  expect(engine.now).toBeLessThan(1.1e9);
  const stopped = engine.now;
  ack();
  pass(40);
  expect(engine.now).toBe(stopped + 40e6);
});

test("a command is answered at once, and a frame follows its answer", () => {
  tell({ type: "start", run: 1, scenario: smallScenario() });
  ack();
  tell({ type: "command", id: 7, command: { do: "press", dimm: "d1" } });
  expect(sent.at(-1)).toEqual({
    type: "answer",
    id: 7,
    answer: { to: "command", errno: "ENODEV", rejection: { why: "in-no-slot", dimm: "d1" }, op: null },
  });
  pass(4);
  expect(frames()).toHaveLength(2);
  expect(last()?.log.map(({ line, occasion, rejected }) => rejected ?? occasion ?? line)).toEqual([
    { is: "press", dimm: "d1" },
    { errno: "ENODEV", rejection: { why: "in-no-slot", dimm: "d1" } },
  ]);
});

test("lines are numbered without a gap", () => {
  tell({ type: "start", run: 1, scenario: smallScenario({ setup: [offline(2)] }) });
  const told = last()?.log ?? [];
  expect(told.length).toBeGreaterThan(2);
  expect(told.map(({ seq }) => seq)).toEqual(told.map((_, index) => index));
  ack();
  tell({ type: "command", id: 1, command: offline(1) });
  pass(8);
  expect(last()?.log.map(({ seq }) => seq)).toEqual([told.length]);
});

test("the script's commands come at their times, counted from the end of the setup", () => {
  const script = [
    { at: 30e6, command: offline(1) },
    { at: 5e6, command: online(2) },
  ];
  tell({ type: "start", run: 1, scenario: smallScenario({ setup: [offline(2)], script }) });
  pass(60);
  expect(engine.journal.slice(1)).toMatchObject([
    { command: online(2), origin: "script", at: OFFLINE_NS + 5e6 },
    { command: offline(1), origin: "script", at: OFFLINE_NS + 30e6 },
  ]);
});

const kindsIn = (map: ArrayBuffer | undefined) => [...new Set(new Uint8Array(map ?? new ArrayBuffer(0)))];

test("what is watched is mapped once, and again when it changed", () => {
  tell({ type: "start", run: 1, scenario: smallScenario() });
  ack();
  tell({ type: "watch", watch: { block: "A:1", node: "A/0", look: null } });
  pass(4);
  expect(last()?.pages?.map.byteLength).toBe(32768);
  expect(kindsIn(last()?.pages?.map)).toEqual([PageKind.Free]);
  expect(last()?.pageblocks.map(({ block, map }) => [block, map.byteLength])).toEqual([
    ["A:0", 64],
    ["A:1", 64],
    ["A:2", 64],
    ["A:3", 64],
  ]);
  ack();
  pass(200);
  expect(last()?.pages).toBeNull();
  expect(last()?.pageblocks).toEqual([]);
  ack();
  tell({ type: "command", id: 1, command: offline(1) });
  pass(8);
  ack();
  pass(8);
  expect(kindsIn(last()?.pages?.map)).toEqual([PageKind.None]);
  // Nothing happened in A:2.
  expect(last()?.pageblocks.map(({ block }) => block)).toEqual(["A:0", "A:1", "A:3"]);
});

test("a buffer that comes back is filled again", () => {
  tell({ type: "start", run: 1, scenario: smallScenario() });
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
  tell({ type: "start", run: 1, scenario: smallScenario() });
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
  const load = { kind: "anon", mib: 220 } as const;
  tell({ type: "start", run: 1, scenario: smallScenario({ setup: [{ do: "load", partition: "A", load }] }) });
  tell({ type: "watch", watch: { block: "A:1", node: "A/0", look: null } });
  // Emptying the block takes more than a second, and pages leave it in most turns.
  tell({ type: "speed", speed: 1 / 160 });
  tell({ type: "command", id: 8, command: offline(1) });
  ack();
  pass(4);
  ack();
  const asked = vi.spyOn(engine, "drainPatches");
  const before = frames().length;
  for (let i = 0; i < 250; i++) {
    ack();
    pass(4);
  }
  expect(engine.idle).toBe(false);
  expect(frames().length - before).toBeGreaterThan(150);
  expect(last()?.pages).not.toBeNull();
  expect(asked.mock.calls.length).toBeGreaterThan(5);
  expect(asked.mock.calls.length).toBeLessThan(10);

  // What someone asked for does not wait its turn.
  asked.mockClear();
  tell({ type: "command", id: 9, command: offline(2) });
  ack();
  pass(4);
  expect(asked).toHaveBeenCalledOnce();
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

describe("while no operation runs", () => {
  const busy: Command = { do: "load", partition: "A", load: { kind: "server", mib: 64, churnMibPerSecond: 200 } };

  /** In how many frames of a second records were told. */
  function told(): number {
    let count = 0;
    for (let at = 0; at < 1000; at += 16) {
      const before = frames().length;
      pass(16, 16);
      if (frames().length === before) continue;
      expect(last()?.idle).toBe(true);
      if (last()?.patches.length) count++;
      ack();
    }
    return count;
  }

  test("counters that processes move are told a few times a second, too", () => {
    tell({ type: "start", run: 1, scenario: smallScenario({ setup: [busy] }) });
    tell({ type: "speed", speed: 1 });
    ack();
    const count = told();
    expect(count).toBeGreaterThan(4);
    expect(count).toBeLessThanOrEqual(10);
  });

  test("who looks at something waits for no such turn", () => {
    tell({ type: "start", run: 1, scenario: smallScenario({ setup: [busy] }) });
    tell({ type: "speed", speed: 1 });
    tell({ type: "watch", watch: { block: null, node: null, look: { of: "running", partition: "A" } } });
    ack();
    expect(told()).toBeGreaterThan(40);
  });
});

test("a question before there is a machine is a fault", () => {
  tell({ type: "audit", id: 1 });
  expect(sent).toEqual([{ type: "fault", run: null, trouble: { why: "nothing-loaded" }, log: [] }]);
});

test("after a fault of the machine nothing runs on, and a new start works", () => {
  tell({ type: "start", run: 1, scenario: smallScenario() });
  vi.spyOn(engine, "submit").mockImplementationOnce(() => {
    throw new Error("free list of order 3 is broken");
  });
  tell({ type: "command", id: 1, command: offline(1) });
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
  tell({ type: "start", run: 1, scenario: smallScenario() });
  expect(sent.slice(before).map((message) => message.type)).toEqual(["ready", "frame"]);
});

describe("terminals", () => {
  const ofTerminal = () => sent.filter(({ type }) => type.startsWith("terminal-"));
  const outputs = () => sent.filter((message) => message.type === "terminal-output").map(({ text }) => text);
  const type = (text: string) => tell({ type: "terminal-input", terminal: 1, text });
  /** One opens; its code comes in its own time. */
  const open = async (...typed: string[]) => {
    tell({ type: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
    for (const text of typed) type(text);
    await vi.waitFor(() => expect(engine.journal.length).toBe(1 + typed.length), 20_000);
  };
  // However long the shells' code takes to come for the first time.
  beforeAll(() => import("../shell/shell-terminals.ts"), 60_000);
  beforeEach(() => tell({ type: "start", run: 1, scenario: smallScenario() }));

  test("one opens, with what was typed meanwhile, and writes between two turns", async () => {
    await open("seq 5");
    pass(40);
    expect(outputs().join("")).toMatch(/[#$] seq 5$/);
    const before = outputs().length;
    type("00\r");
    pass(4);
    const lines = Array.from({ length: 500 }, (_, index) => `${index + 1}\r\n`).join("");
    // What is typed is echoed at once.
    expect(outputs().slice(before)).toEqual([expect.stringMatching(/^00\r\n/), expect.stringContaining(lines)]);
  });

  test("what is done at them reaches the machine with its place in time, and does not stand in the log", async () => {
    ack();
    await open("ls");
    expect(engine.journal.slice(0).map(({ command }) => command.do)).toEqual(["terminal-open", "terminal-input"]);
    pass(4);
    expect(last()?.log).toEqual([]);
  });

  test("a page that is slow to draw slows time, and changes nothing else", async () => {
    await open("yes\r");
    const live = () => {
      ack();
      pass(40);
      return engine.now;
    };
    let before = -1;
    for (let i = 0; i < 100 && engine.now !== before; i++) {
      before = engine.now;
      live();
    }
    expect(live()).toBe(before);
    type("\x03");
    expect(live()).toBeGreaterThan(before + 10e6);
  });

  test("a scenario that begins again ends them, and says why", async () => {
    await open();
    tell({ type: "start", run: 1, scenario: smallScenario() });
    expect(ofTerminal().at(-1)).toMatchObject({ type: "terminal-end", trouble: { why: "other-scenario" } });
  });

  test("while time stands still a shell gets its turns, and no time", async () => {
    tell({ type: "speed", speed: 0 });
    pass(40);
    const { now } = engine;
    const turns = vi.spyOn(engine, "runUntil");
    pass(40);
    expect(turns).not.toHaveBeenCalled();
    await open();
    pass(40);
    expect(outputs().join("")).toMatch(/[#$] $/);
    expect(engine.now).toBe(now);
  });
});

test("what a kernel supports is answered by nothing where the code for it can't be had, and the machine goes on", async () => {
  vi.doMock("../engine/experiments/support-report.ts", () => {
    throw new Error("no network");
  });
  tell({ type: "start", run: 1, scenario: smallScenario() });
  tell({ type: "support", id: 5, kernel: "3.9", ability: "add" });
  const answer = { type: "answer", id: 5, answer: { to: "support", finding: null } };
  await vi.waitFor(() => expect(sent.filter(({ type }) => type === "answer")).toEqual([answer]));
  expect(sent.filter(({ type }) => type === "fault")).toEqual([]);
  vi.doUnmock("../engine/experiments/support-report.ts");
});
