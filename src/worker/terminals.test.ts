import { beforeEach, expect, test } from "vitest";
import { type FromTerminal, TERMINAL_WINDOW, type ToTerminal } from "../protocol/messages.ts";
import { FakeEngine, type FakeShell } from "./fake-engine.ts";
import { Terminals } from "./terminals.ts";

let engine: FakeEngine;
let terminals: Terminals;
let sent: FromTerminal[];

beforeEach(() => {
  engine = new FakeEngine();
  sent = [];
  terminals = new Terminals(
    (message) => sent.push(message),
    (partition, options) => engine.openShell(partition, options),
  );
});

const tell = (message: ToTerminal) => terminals.receive(message);
const settled = () => new Promise((resolve) => setTimeout(resolve));
async function open(terminal = 1, partition = "A"): Promise<FakeShell> {
  tell({ type: "terminal-open", terminal, partition, columns: 80, rows: 24 });
  await settled();
  return engine.shells.at(-1)!;
}
const output = (terminal = 1) =>
  sent.flatMap((message) => (message.type === "terminal-output" && message.terminal === terminal ? message.text : []));
const ack = (characters: number) => tell({ type: "terminal-ack", terminal: 1, characters });

test("what is typed before the shell is there reaches it, in order", async () => {
  tell({ type: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
  tell({ type: "terminal-input", terminal: 1, text: "ls" });
  tell({ type: "terminal-resize", terminal: 1, columns: 40, rows: 10 });
  await settled();
  const [shell] = engine.shells;
  expect(shell?.options).toMatchObject({ columns: 80, rows: 24, acknowledges: true });
  expect(shell?.calls).toEqual([
    ["input", "ls"],
    ["resize", 40, 10],
  ]);
  expect(output()).toEqual(["ls"]);
});

test("many small writes become few messages", async () => {
  const shell = await open();
  for (let line = 0; line < 1000; line++) shell.options.onOutput("y\r\n");
  expect(output()).toEqual([]);
  terminals.flush();
  expect(output()).toEqual(["y\r\n".repeat(1000)]);
});

test("no more is on its way than the window, and none of it is lost", async () => {
  const shell = await open();
  const flood = Array.from({ length: 20_000 }, (_, line) => `line ${line}\r\n`).join("");
  shell.options.onOutput(flood);
  terminals.flush();
  terminals.flush();
  let drawn = 0;
  while (drawn < flood.length) {
    const there = output().join("").length;
    expect(there - drawn).toBeGreaterThan(0);
    expect(there - drawn).toBeLessThanOrEqual(TERMINAL_WINDOW);
    ack(Math.min(there - drawn, 1000));
    drawn += Math.min(there - drawn, 1000);
  }
  expect(output().join("")).toBe(flood);
  expect(shell.acknowledged).toBe(flood.length);
});

test("an acknowledgement of what was never sent counts for nothing", async () => {
  const shell = await open();
  shell.options.onOutput("abc");
  terminals.flush();
  ack(1e9);
  expect(shell.acknowledged).toBe(3);
});

test("Ctrl-C in a flood throws away what waits, and the shell may write again", async () => {
  const shell = await open();
  shell.options.onOutput("x".repeat(100_000));
  terminals.flush();
  const onTheWay = output().join("").length;
  tell({ type: "terminal-input", terminal: 1, text: "\x03" });
  expect(shell.calls.at(-1)).toEqual(["input", "\x03"]);
  expect(shell.acknowledged).toBe(100_000 - onTheWay);
  for (let i = 0; i < 4; i++) ack(TERMINAL_WINDOW);
  expect(shell.acknowledged).toBe(100_000 + 1);
  expect(output().join("").slice(onTheWay)).toBe("\x18\x1b[m\x03");
});

test("Ctrl-C after a few lines leaves them", async () => {
  const shell = await open();
  shell.options.onOutput("a few lines\r\n");
  tell({ type: "terminal-input", terminal: 1, text: "\x03" });
  expect(output().join("")).toBe("a few lines\r\n\x03");
});

test("it tells when a command begins and ends, once", async () => {
  const shell = await open();
  shell.busy = true;
  terminals.flush();
  terminals.flush();
  shell.busy = false;
  terminals.flush();
  expect(sent).toEqual([
    { type: "terminal-busy", terminal: 1, busy: true },
    { type: "terminal-busy", terminal: 1, busy: false },
  ]);
});

test("an announcement goes to the partition's terminal that was used last", async () => {
  const first = await open(1);
  const second = await open(2);
  terminals.announce("A", ["one"]);
  tell({ type: "terminal-input", terminal: 1, text: "x" });
  terminals.announce("A", ["two"]);
  terminals.announce("B", ["three"]);
  const announced = ({ calls }: FakeShell) => calls.filter(([name]) => name === "announce").map(([, line]) => line);
  expect(announced(first)).toEqual(["\x1b[90mtwo\x1b[39m"]);
  expect(announced(second)).toEqual(["\x1b[90mone\x1b[39m"]);
});

test("a dropped script lands in the home folder, and that is said", async () => {
  const shell = await open();
  tell({ type: "terminal-drop", terminal: 1, name: "run.sh", text: "echo hi" });
  expect(shell.calls).toEqual([
    ["drop", "run.sh", "echo hi"],
    ["announce", "# /root/run.sh is here: bash /root/run.sh"],
  ]);
});

test("a shell that ends says its status, after its last words", async () => {
  const shell = await open();
  shell.options.onOutput("logout\r\n");
  tell({ type: "terminal-input", terminal: 1, text: "\x04" });
  expect(sent.map(({ type }) => type)).toEqual(["terminal-output", "terminal-end"]);
  expect(sent.at(-1)).toEqual({ type: "terminal-end", terminal: 1, status: 3, reason: null });
});

test("a partition that is not there is an end with a reason", async () => {
  await open(1, "Z");
  expect(sent).toEqual([
    { type: "terminal-end", terminal: 1, status: 1, reason: "No shell could be started: there is no partition Z." },
  ]);
});

test("closed or stopped, a terminal is silent, even if its shell was still on its way", async () => {
  const shell = await open(1);
  tell({ type: "terminal-close", terminal: 1 });
  shell.options.onOutput("late");
  tell({ type: "terminal-open", terminal: 2, partition: "A", columns: 80, rows: 24 });
  terminals.stop("The scenario began again.");
  await settled();
  expect(engine.shells.at(-1)?.calls).toEqual([["close"]]);
  terminals.flush();
  expect(shell.calls).toEqual([["close"]]);
  expect(sent).toEqual([{ type: "terminal-end", terminal: 2, status: 0, reason: "The scenario began again." }]);
});
