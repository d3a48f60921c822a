/**
 * A shell on a simulated machine, without a browser: runs a script or a line and ends as that ends; at a terminal,
 * without a script, it is a shell to type at.
 */
import type { Readable, Writable } from "node:stream";
import { Engine } from "../engine/time/engine.ts";
import { KernelPanic } from "../engine/kernel/panic.ts";
import { startScript } from "../shell/host.ts";
import { exitStatus } from "../shell/process/process.ts";
import { Signal } from "../shell/process/signals.ts";
import { Userland } from "../shell/process/userland.ts";
import { TerminalShell } from "../shell/terminal-shell.ts";
import { BadInput } from "./input.ts";
import { notSimulated } from "./not-simulated.ts";
import { OutsideInput } from "./outside-input.ts";
import { type MachineRequest, type Script, shellRequest } from "./shell-request.ts";

/** Simulated time between two looks at the world outside. */
const SLICE_NS = 20e6;
const SETTLE_NS = 120e9;
/** Real time between two looks, ms. */
const TURN_MS = 50;
/**
 * Real time (ms) that a script waits for its input before simulated time goes on: what is there already costs none, so
 * that the same input gives the same run.
 */
const PATIENCE_MS = 100;
/** Characters printed and not yet taken by whoever reads: the machine waits above this. */
const MOST_PENDING = 1 << 20;
const CANNOT_EXECUTE = 126;

/** Where it reads and writes. */
export interface Streams {
  readonly stdin: Readable & Partial<Pick<NodeJS.ReadStream, "isTTY" | "setRawMode">>;
  readonly stdout: Writable & Partial<Pick<NodeJS.WriteStream, "columns" | "rows">>;
  readonly stderr: Writable;
}

/** Gives the exit status: the script's own, that of a killed one where its kernel stopped, or 2 with one line on standard error for what cannot be used. */
export async function shell(args: readonly string[], streams: Streams): Promise<number> {
  const { stdin, stderr } = streams;
  let userland: Userland;
  let script: Script | null;
  try {
    const request = shellRequest(args);
    script = request.script ?? (stdin.isTTY ? null : { text: await all(stdin), name: "bash" });
    userland = machineOf(request.machine);
    const idle = notSimulated(userland.engine, [userland.partition]);
    if (idle !== null) stderr.write(idle);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    stderr.write(`${error.message.replace(/\p{Cc}+/gu, " ")}\n`);
    return 2;
  }
  try {
    return await runOn(userland, script, streams);
  } catch (error) {
    // With too little memory for the first process.
    if (!(error instanceof KernelPanic)) throw error;
    stderr.write(`${error.message}\n`);
    return exitStatus({ status: 0, signal: Signal.KILL });
  }
}

async function runOn(userland: Userland, script: Script | null, streams: Streams): Promise<number> {
  if (script === null) return await atTerminal(userland, streams);
  if (isBinary(script.text)) {
    streams.stderr.write(`${script.name}: ${script.name}: cannot execute binary file\n`);
    return CANNOT_EXECUTE;
  }
  return runScript(userland, script, streams);
}

function machineOf({ seed, box, partition, setup }: MachineRequest): Userland {
  const engine = new Engine({ seed, box });
  let userland = new Userland(engine, partition);
  for (const step of setup) {
    if (typeof step === "string") {
      const line = startScript(userland, { text: step, name: "setup", folder: "/", out: () => {}, err: () => {} });
      engine.runUntil(engine.now + SETTLE_NS, { expired: () => !line.alive });
    } else engine.submit(step);
    engine.settle(SETTLE_NS);
    // It may have been restarted: nothing of what ran there is left.
    if (userland.gone) userland = new Userland(engine, partition);
  }
  return userland;
}

async function all(stdin: Readable): Promise<string> {
  let text = "";
  stdin.setEncoding("utf8");
  for await (const chunk of stdin) text += String(chunk);
  return text;
}

/** As bash decides it: a zero byte in the first line. */
const isBinary = (text: string): boolean => text.slice(0, 80).split("\n", 1)[0]?.includes("\0") ?? false;

/** Simulated time goes as fast as it can; Ctrl-C is the script's. */
async function runScript(userland: Userland, script: Script, { stdin, stdout, stderr }: Streams): Promise<number> {
  const { engine } = userland;
  const input = new OutsideInput(stdin);
  const running = startScript(userland, {
    ...script,
    input,
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
  });
  const signals = { SIGINT: Signal.INT, SIGTERM: Signal.TERM, SIGHUP: Signal.HUP } as const;
  const passOn = (name: NodeJS.Signals): void => {
    userland.killGroup(running.group, signals[name as keyof typeof signals]);
  };
  for (const name of Object.keys(signals)) process.on(name, passOn);
  // Whoever read has gone: what happens next is as if the script had written to a pipe that nobody reads.
  let unread = false;
  const gone = (): void => {
    unread = true;
    userland.killGroup(running.group, Signal.PIPE);
  };
  stdout.on("error", gone);
  stderr.on("error", gone);
  while (running.alive) {
    const end = Date.now() + TURN_MS;
    const busy = (): boolean => stdout.writableLength >= MOST_PENDING && !unread;
    while (running.alive && !input.wanted && !busy() && Date.now() < end) {
      engine.runUntil(engine.now + SLICE_NS, { expired: () => !running.alive || input.wanted || Date.now() >= end });
    }
    await new Promise((resolve) => setImmediate(resolve));
    if (busy()) await drained(stdout);
    if (!running.alive || !input.wanted) continue;
    await input.more(PATIENCE_MS);
    if (input.wanted) engine.runUntil(engine.now + PATIENCE_MS * 1e6, { expired: () => !running.alive });
  }
  for (const name of Object.keys(signals)) process.off(name, passOn);
  input.close();
  const { stopped } = engine.kernel(userland.partition);
  if (stopped) stderr.write(`Kernel panic - not syncing: ${stopped.words}\n`);
  else if (userland.gone) stderr.write("reboot: Restarting system\n");
  return running.ending ? exitStatus(running.ending) : 0;
}

/** Room again, nobody there any more, or a look at what else there is. */
const drained = (stream: Writable): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(go, TURN_MS);
    function go(): void {
      clearTimeout(timer);
      stream.off("drain", go);
      resolve();
    }
    stream.once("drain", go);
  });

/** Simulated time follows real time. */
async function atTerminal(userland: Userland, { stdin, stdout }: Streams): Promise<number> {
  const { engine } = userland;
  let status: number | null = null;
  const shell = new TerminalShell(userland, {
    columns: stdout.columns ?? 80,
    rows: stdout.rows ?? 24,
    onOutput: (text) => stdout.write(text),
    onExit: (ended) => {
      status = ended;
    },
  });
  stdin.setRawMode?.(true);
  stdin.setEncoding("utf8");
  stdin.on("data", (text) => shell.input(String(text)));
  stdin.on("end", () => shell.close());
  stdout.on("resize", () => shell.resize(stdout.columns ?? 80, stdout.rows ?? 24));
  let last = performance.now();
  while (status === null) {
    const now = performance.now();
    const end = now + 10;
    engine.runUntil(engine.now + (now - last) * 1e6, { expired: () => performance.now() > end });
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  stdin.setRawMode?.(false);
  stdin.pause();
  return status;
}
