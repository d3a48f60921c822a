/** A session that goes to another instant: what the page hears, and its terminals in the machine that it finds there. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { journalEntries } from "../engine/time/journal.ts";
import type { Answer, Frame, FromWorker, ToWorker } from "../protocol/messages.ts";
import { EngineHost } from "./engine-host.ts";
import { Session } from "./session.ts";
import { scenarioOf } from "./testing/random-session.ts";

let time: number;
/** How much of it passes whenever somebody looks at the clock. */
let tick: number;
let turn: (() => void) | null;
let sent: FromWorker[];
/** Messages that the page has dealt with. */
let heard: number;
let session: Session;

const tell = (message: ToWorker): void => session.receive(message);
const frames = (): Frame[] => sent.filter((message) => message.type === "frame");
const answers = (): Answer[] => sent.flatMap((message) => (message.type === "answer" ? [message.answer] : []));
const shownIn = (terminal: number): string =>
  sent
    .map((message) => (message.type === "terminal-output" && message.terminal === terminal ? message.text : ""))
    .join("");

/** Turns of the worker, with a page that shows at once whatever comes. */
async function live(turns: number): Promise<void> {
  for (let i = 0; i < turns; i++) {
    time += 4;
    turn?.();
    for (; heard < sent.length; heard++) {
      const message = sent[heard] as FromWorker;
      if (message.type === "fault") throw new Error(JSON.stringify(message.trouble));
      if (message.type === "frame") tell({ type: "ack", frame: message.frame, buffers: [] });
      if (message.type === "terminal-output")
        tell({ type: "terminal-ack", terminal: message.terminal, characters: message.text.length });
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
}
async function opened(terminal: number): Promise<void> {
  tell({ type: "terminal-open", terminal, partition: "A", columns: 80, rows: 24 });
  // Its code comes in its own time.
  await vi.waitFor(async () => {
    await live(2);
    expect(shownIn(terminal)).toMatch(/[#$] $/);
  }, 20_000);
}
async function typed(terminal: number, text: string): Promise<string> {
  const before = shownIn(terminal).length;
  tell({ type: "terminal-input", terminal, text });
  await live(20);
  return shownIn(terminal).slice(before);
}
const load = (id: number): void =>
  tell({ type: "command", id, command: { do: "load", partition: "A", load: { kind: "anon", mib: 2 + id } } });

beforeEach(async () => {
  time = 0;
  tick = 0;
  turn = null;
  sent = [];
  heard = 0;
  session = new Session({
    build: (given) => new EngineHost(given),
    send: (message) => sent.push(message),
    clock: () => {
      time += tick;
      return time;
    },
    later: (callback) => {
      turn = callback;
    },
  });
  tell({ type: "start", run: 1, scenario: scenarioOf(3) });
  await live(4);
});
afterEach(() => {
  turn = null;
});

test("the page is told all anew, what can be undone, and where it is", async () => {
  load(1);
  await live(4);
  expect(frames().findLast(({ offers }) => offers)?.offers).toEqual({
    undo: { is: "start", comm: "anon" },
    redo: null,
    back: null,
  });
  const at = frames().at(-1)?.now ?? 0;
  tell({ type: "undo", id: 2 });
  await live(3);
  const travelled = answers().at(-1);
  expect(travelled).toMatchObject({ to: "travel", went: "before", what: { is: "start", comm: "anon" } });
  expect(travelled?.to === "travel" ? travelled.at : at).toBeLessThan(at);
  const anew = frames().findLast((frame) => frame.anew);
  expect(anew?.offers).toEqual({ undo: null, redo: { is: "start", comm: "anon" }, back: null });
  expect(anew?.patches.filter(([kind]) => kind === "partition")).toHaveLength(2);
  expect(anew?.log[0]?.seq).toBe(0);
});

test("a step leads an operation to its next kernel function, and time stands before and after", async () => {
  // Its code comes in its own time.
  await import("./step.ts");
  tell({ type: "watch", watch: { block: null, node: null, look: null, calls: true } });
  tell({ type: "command", id: 1, command: { do: "press", dimm: "d1" } });
  tell({ type: "speed", speed: 0 });
  const seen: (string | undefined)[] = [];
  const at: number[] = [];
  for (let id = 2; id < 12; id++) {
    tell({ type: "step", id });
    await live(3);
    expect(answers().at(-1)).toEqual({ to: "step", stepped: true });
    seen.push(frames().at(-1)?.calls?.at(-1)?.stack.join());
    at.push(frames().at(-1)?.now ?? 0);
  }
  expect(seen[0]).toBe("acpi_hotplug_schedule");
  for (let i = 1; i < seen.length; i++) expect(seen[i]).not.toBe(seen[i - 1]);
  expect(at).toEqual(at.toSorted((one, other) => one - other));
  await live(20);
  expect(frames().at(-1)?.now).toBe(at.at(-1));
});

test("of a way that takes long it is told how much is behind, and nothing else until the machine is there", async () => {
  load(1);
  await live(20);
  const place = frames()[0]?.place;
  if (!place) throw new Error("no frame came");
  const before = frames().length;
  // Each turn has time for one step.
  tick = 10;
  tell({ type: "goto", id: 2, place });
  for (let i = 0; i < 3000 && answers().at(-1)?.to !== "travel"; i++) await live(1);
  expect(answers().at(-1)).toMatchObject({ to: "travel", went: "before" });
  const onTheWay = frames()
    .slice(before)
    .filter(({ underway }) => underway !== undefined);
  expect(onTheWay.length).toBeGreaterThan(3);
  const shares = onTheWay.map(({ underway = -1 }) => underway);
  expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  expect(shares[0]).toBeGreaterThanOrEqual(0);
  expect(shares.at(-1)).toBeLessThanOrEqual(1);
  expect(new Set(shares).size).toBeGreaterThan(2);
  for (const { patches, log, anew } of onTheWay) expect([patches, log, anew]).toEqual([[], [], null]);
  tick = 0;
  await live(3);
  expect(frames().at(-1)).not.toHaveProperty("underway");
});

test("what is asked on the way is asked of the machine that is found there", async () => {
  load(1);
  await live(4);
  tell({ type: "undo", id: 2 });
  load(3);
  expect(answers().filter(({ to }) => to === "command")).toHaveLength(1);
  await live(3);
  expect(answers().map(({ to }) => to)).toEqual(["command", "travel", "command"]);
  expect(frames().findLast(({ offers }) => offers)?.offers).toMatchObject({
    undo: { is: "start", comm: "anon" },
    redo: null,
  });
});

test("terminals that the page has are open in the machine that is found, and no others", async () => {
  await opened(1);
  load(1);
  await live(4);
  await opened(2);
  expect(await typed(2, "echo one\r")).toContain("one\r\n");
  tell({ type: "terminal-close", terminal: 1 });
  tell({ type: "terminal-resize", terminal: 2, columns: 60, rows: 20 });
  tell({ type: "undo", id: 2 });
  await live(20);
  expect(shownIn(2)).toContain("and so is this shell");
  // Terminal 2 was not open then, and is; terminal 1 was, and is not.
  tell({ type: "past", id: 3 });
  const past = answers().at(-1);
  const causes = past?.to === "past" && past.past ? [...journalEntries(past.past.journal)] : [];
  const settled = causes
    .map(({ command }) => command)
    .filter(({ do: what }) => /terminal-(open|close|resize)/.test(what));
  expect(settled.slice(1)).toEqual([
    { do: "terminal-close", terminal: 1 },
    { do: "terminal-open", terminal: 2, partition: "A", columns: 60, rows: 20 },
  ]);
  expect(await typed(2, "echo two\r")).toContain("two\r\n");
});
