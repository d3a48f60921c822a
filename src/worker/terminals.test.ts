import { beforeEach, expect, test } from "vitest";
import type { Cause } from "../engine/time/commands.ts";
import { type ForegroundSleep, type FromTerminal, TERMINAL_WINDOW, type ToTerminal } from "../protocol/messages.ts";
import { type TerminalMachine, Terminals } from "./terminals.ts";

/** The far end of the terminals' line, without shells: it echoes what is typed, and ends at Ctrl-D. */
class EchoMachine implements TerminalMachine {
  readonly typed: Cause[] = [];
  foreground = false;
  sleeper: ForegroundSleep | null = null;

  submit(command: Cause): ReturnType<TerminalMachine["submit"]> {
    this.typed.push(command);
    if (command.do === "terminal-open" && command.partition !== "A") return { errno: "ENODEV" };
    if (command.do === "terminal-input" && command.text === "\x04") terminals.ended(command.terminal, 3);
    else if (command.do === "terminal-input") terminals.output(command.terminal, command.text);
    return { errno: null };
  }

  busy(): boolean {
    return this.foreground;
  }

  sleep(): ForegroundSleep | null {
    return this.sleeper;
  }
}

let machine: EchoMachine;
let terminals: Terminals;
let sent: FromTerminal[];

beforeEach(() => {
  machine = new EchoMachine();
  sent = [];
  terminals = new Terminals((message) => sent.push(message), machine);
});

const tell = (message: ToTerminal) => terminals.receive(message);
const open = (terminal = 1, partition = "A") =>
  tell({ type: "terminal-open", terminal, partition, columns: 80, rows: 24 });
const output = (terminal = 1) =>
  sent.flatMap((message) => (message.type === "terminal-output" && message.terminal === terminal ? message.text : []));
const ack = (characters: number) => tell({ type: "terminal-ack", terminal: 1, characters });

test("what a person does at a terminal is a command of the machine; what the page has drawn is not", () => {
  open();
  tell({ type: "terminal-input", terminal: 1, text: "ls" });
  tell({ type: "terminal-resize", terminal: 1, columns: 40, rows: 10 });
  tell({ type: "terminal-drop", terminal: 1, name: "run.sh", text: "echo hi" });
  ack(2);
  tell({ type: "terminal-close", terminal: 1 });
  expect(machine.typed).toEqual([
    { do: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 },
    { do: "terminal-input", terminal: 1, text: "ls" },
    { do: "terminal-resize", terminal: 1, columns: 40, rows: 10 },
    { do: "terminal-drop", terminal: 1, name: "run.sh", text: "echo hi" },
    { do: "terminal-close", terminal: 1 },
  ]);
  expect(output()).toEqual(["ls"]);
});

test("many small writes become few messages", () => {
  open();
  for (let line = 0; line < 1000; line++) terminals.output(1, "y\r\n");
  expect(output()).toEqual([]);
  terminals.flush();
  expect(output()).toEqual(["y\r\n".repeat(1000)]);
});

test("no more is on its way than the window, and none of it is lost", () => {
  open();
  const flood = Array.from({ length: 20_000 }, (_, line) => `line ${line}\r\n`).join("");
  terminals.output(1, flood);
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
});

test("an acknowledgement of what was never sent counts for nothing", () => {
  open();
  terminals.output(1, "abc");
  terminals.flush();
  ack(1e9);
  terminals.output(1, "x".repeat(100_000));
  terminals.flush();
  expect(output().join("").length).toBe(3 + TERMINAL_WINDOW);
});

test("with more waiting than the page can draw soon it is full, until the page has caught up", () => {
  open();
  terminals.output(1, "x".repeat(300 * 1024));
  expect(terminals.full).toBe(true);
  for (let drawn = 0; drawn < 64 * 1024; drawn += TERMINAL_WINDOW) {
    terminals.flush();
    ack(TERMINAL_WINDOW);
  }
  expect(terminals.full).toBe(false);
});

test("Ctrl-C in a flood throws away what waits", () => {
  open();
  terminals.output(1, "x".repeat(400_000));
  terminals.flush();
  const onTheWay = output().join("").length;
  tell({ type: "terminal-input", terminal: 1, text: "\x03" });
  expect(machine.typed.at(-1)).toMatchObject({ do: "terminal-input", text: "\x03" });
  expect(terminals.full).toBe(false);
  for (let i = 0; i < 4; i++) ack(TERMINAL_WINDOW);
  expect(output().join("").slice(onTheWay)).toBe("\x18\x1b[m\x03");
});

test("Ctrl-C after a few lines leaves them", () => {
  open();
  terminals.output(1, "a few lines\r\n");
  tell({ type: "terminal-input", terminal: 1, text: "\x03" });
  expect(output().join("")).toBe("a few lines\r\n\x03");
});

test("it tells when a command begins and ends, once", () => {
  open();
  machine.foreground = true;
  terminals.flush();
  terminals.flush();
  machine.foreground = false;
  terminals.flush();
  expect(sent).toEqual([
    { type: "terminal-busy", terminal: 1, busy: true, sleep: null },
    { type: "terminal-busy", terminal: 1, busy: false, sleep: null },
  ]);
});

test("it tells what sleeps in the foreground, once for each", () => {
  open();
  machine.foreground = true;
  for (const until of [5e9, 5e9, 9e9]) {
    machine.sleeper = { command: "sleep 2", from: until - 2e9, until };
    terminals.flush();
  }
  machine.sleeper = null;
  terminals.flush();
  expect(sent.map((message) => message.type === "terminal-busy" && message.sleep?.until)).toEqual([
    5e9,
    9e9,
    undefined,
  ]);
});

test("a shell that ends says its status, after its last words", () => {
  open();
  terminals.output(1, "logout\r\n");
  tell({ type: "terminal-input", terminal: 1, text: "\x04" });
  expect(sent.map(({ type }) => type)).toEqual(["terminal-output", "terminal-end"]);
  expect(sent.at(-1)).toEqual({ type: "terminal-end", terminal: 1, status: 3, trouble: null });
});

test("a partition that is not there is an end with a reason", () => {
  open(1, "Z");
  expect(sent).toEqual([
    { type: "terminal-end", terminal: 1, status: 1, trouble: { why: "shell-refused", errno: "ENODEV" } },
  ]);
});

test("closed or stopped, a terminal is silent", () => {
  open(1);
  tell({ type: "terminal-close", terminal: 1 });
  terminals.output(1, "late");
  open(2);
  terminals.stop({ why: "other-scenario" });
  terminals.output(2, "late");
  terminals.flush();
  expect(sent).toEqual([{ type: "terminal-end", terminal: 2, status: 0, trouble: { why: "other-scenario" } }]);
});
