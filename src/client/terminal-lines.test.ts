import { beforeEach, expect, test } from "vitest";
import type { ToTerminal } from "../protocol/messages.ts";
import { checkMessage } from "../protocol/validate.ts";
import { type TerminalEnds, TerminalLines } from "./terminal-lines.ts";

let sent: ToTerminal[];
let heard: string[];
let lines: TerminalLines;
const draw: (() => void)[] = [];
const ends: TerminalEnds = {
  output: (text, drawn) => {
    heard.push(text);
    draw.push(drawn);
  },
  busy: (busy) => heard.push(`busy ${busy}`),
  ended: (status, trouble) => heard.push(`ended ${status} ${trouble?.why ?? null}`),
};

beforeEach(() => {
  sent = [];
  heard = [];
  draw.length = 0;
  lines = new TerminalLines((message) => sent.push(message));
});

test("what a terminal says passes the worker's border", () => {
  const line = lines.open("A", { columns: 80, rows: 24 }, ends);
  line.input("ls\r");
  line.resize({ columns: 40, rows: 10 });
  line.drop("run.sh", "echo");
  lines.receive({ type: "terminal-output", terminal: 1, text: "abc" });
  draw[0]?.();
  line.close();
  expect(sent.map(({ type }) => type)).toEqual([
    "terminal-open",
    "terminal-input",
    "terminal-resize",
    "terminal-drop",
    "terminal-ack",
    "terminal-close",
  ]);
  for (const message of sent) expect(checkMessage(message)).toEqual({ ok: true, value: message });
});

test("a paste that is longer than a message may be goes in pieces that pass, and no character is torn", () => {
  const line = lines.open("A", { columns: 80, rows: 24 }, ends);
  // The border falls into the middle of the last of these, but for the letter before them.
  const pasted = `a${"\u{1f4be}".repeat(600_000)}\r`;
  line.input(pasted);
  const pieces = sent.flatMap((message) => (message.type === "terminal-input" ? [message.text] : []));
  expect(pieces).toHaveLength(2);
  expect(pieces.join("") === pasted).toBe(true);
  expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
  for (const message of sent) expect(checkMessage(message).ok).toBe(true);
});

test("what is out of bounds does not pass", () => {
  const open = { type: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 };
  for (const wrong of [
    { ...open, columns: 0 },
    { ...open, rows: 1e9 },
    { ...open, terminal: -1 },
    { type: "terminal-input", terminal: 1, text: 5 },
    { type: "terminal-drop", terminal: 1, name: "x".repeat(300), text: "" },
  ])
    expect(checkMessage(wrong)).toMatchObject({ ok: false });
});

test("output is acknowledged when it is drawn, not before", () => {
  lines.open("A", { columns: 80, rows: 24 }, ends);
  lines.receive({ type: "terminal-output", terminal: 1, text: "hello" });
  expect(sent).toHaveLength(1);
  draw[0]?.();
  expect(sent.at(-1)).toEqual({ type: "terminal-ack", terminal: 1, characters: 5 });
});

test("a line that was closed, or has ended, neither hears nor says anything", () => {
  const line = lines.open("A", { columns: 80, rows: 24 }, ends);
  const other = lines.open("A", { columns: 80, rows: 24 }, ends);
  line.close();
  lines.receive({ type: "terminal-output", terminal: 1, text: "late" });
  lines.receive({ type: "terminal-busy", terminal: 2, busy: true, sleep: null });
  lines.receive({ type: "terminal-end", terminal: 2, status: 3, trouble: null });
  const before = sent.length;
  line.input("x");
  other.input("x");
  lines.receive({ type: "terminal-busy", terminal: 2, busy: false, sleep: null });
  expect(heard).toEqual(["busy true", "ended 3 null"]);
  expect(sent).toHaveLength(before);
});

test("when the simulator is gone every line hears why", () => {
  lines.open("A", { columns: 80, rows: 24 }, ends);
  lines.open("B", { columns: 80, rows: 24 }, ends);
  lines.abandon({ why: "other-scenario" });
  lines.abandon({ why: "closed" });
  expect(heard).toEqual(["ended 0 other-scenario", "ended 0 other-scenario"]);
});
