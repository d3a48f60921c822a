/**
 * A shell on a simulated machine, without a browser: runs a script or a line and ends as that ends; at a terminal,
 * without a script, it is a shell to type at.
 */
import { existsSync } from "node:fs";
import { Engine } from "../engine/time/engine.ts";
import { KERNEL_VERSIONS, type KernelVersion } from "../engine/hardware/description.ts";
import { findScenario, SCENARIOS } from "../protocol/scenarios/index.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { readScenario } from "../protocol/validate-scenario.ts";
import { type ScriptStart, startScript } from "../shell/host.ts";
import { exitStatus } from "../shell/process/process.ts";
import { Signal } from "../shell/process/signals.ts";
import { Userland } from "../shell/process/userland.ts";
import { ShellSession } from "../shell/session.ts";
import { BadInput, readText } from "./input.ts";

const USAGE =
  "usage: npm run shell -- [--machine SCENARIO.json|NAME] [--kernel VERSION] [--partition ID] [-c LINE | SCRIPT.sh] [ARGUMENTS]";
/** Simulated time between two looks at the world outside. */
const SLICE_NS = 20e6;
const SETTLE_NS = 120e9;
/** Characters printed and not yet taken by whoever reads: the machine waits above this. */
const MOST_PENDING = 1 << 20;

interface Request {
  readonly scenario: Scenario;
  readonly partition: string;
  readonly script: Pick<ScriptStart, "text" | "name" | "positional" | "fromArgument"> | null;
}

export async function shell(args: readonly string[]): Promise<number> {
  let request: Request;
  try {
    request = await requestOf(args);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    process.stderr.write(`${error.message.replace(/\p{Cc}+/gu, " ")}\n`);
    return 2;
  }
  const { scenario, partition, script } = request;
  const engine = new Engine({ seed: scenario.seed, box: scenario.box });
  for (const command of scenario.setup) {
    engine.submit(command);
    engine.settle(SETTLE_NS);
  }
  const userland = new Userland(engine, partition);
  return script ? runScript(engine, userland, script) : atTerminal(engine, userland);
}

async function requestOf(args: readonly string[]): Promise<Request> {
  let machine = SCENARIOS[0].name;
  let kernel: KernelVersion | null = null;
  let partition: string | null = null;
  let line: string | null = null;
  let at = 0;
  const value = (option: string): string => {
    const given = args[++at];
    if (given === undefined) throw new BadInput(`${option} lacks its value; ${USAGE}`);
    return given;
  };
  for (; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--machine") machine = value(arg);
    else if (arg === "--partition") partition = value(arg);
    else if (arg === "--kernel") {
      const version = value(arg);
      kernel = KERNEL_VERSIONS.find((known) => known === version) ?? null;
      if (kernel === null)
        throw new BadInput(`--kernel: expected one of ${KERNEL_VERSIONS.join(", ")}, got ${version}`);
    } else if (arg === "-c") {
      line = value(arg);
      at++;
      break;
    } else if (arg === "--") {
      at++;
      break;
    } else if (arg.startsWith("-")) throw new BadInput(`unknown option ${arg}; ${USAGE}`);
    else break;
  }
  const given = scenarioOf(machine);
  const chosen = partition ?? given.box.partitions[0]?.id ?? "";
  if (!given.box.partitions.some(({ id }) => id === chosen))
    throw new BadInput(
      `${machine}: no partition ${chosen} (there are ${given.box.partitions.map(({ id }) => id).join(", ")})`,
    );
  const scenario: Scenario =
    kernel === null
      ? given
      : {
          ...given,
          box: { ...given.box, partitions: given.box.partitions.map((described) => ({ ...described, kernel })) },
        };
  const rest = args.slice(at);
  if (line !== null) {
    const [name = "bash", ...positional] = rest;
    return { scenario, partition: chosen, script: { text: line, name, positional, fromArgument: true } };
  }
  const [path, ...positional] = rest;
  if (path !== undefined)
    return { scenario, partition: chosen, script: { text: readText(path), name: path, positional } };
  if (process.stdin.isTTY) return { scenario, partition: chosen, script: null };
  return { scenario, partition: chosen, script: { text: await standardInput(), name: "bash" } };
}

/** A file if it looks like one, else a scenario that comes with the playground. */
function scenarioOf(name: string): Scenario {
  const known = findScenario(name);
  if (known) return known;
  if (/^[\w-]+$/.test(name) && !existsSync(name))
    throw new BadInput(
      `${name}: no scenario of that name (there are ${SCENARIOS.map((scenario) => scenario.name).join(", ")}), and not the path of a .json file`,
    );
  const read = readScenario(readText(name), name);
  if (!read.ok) throw new BadInput(read.problem);
  return read.value;
}

async function standardInput(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) text += String(chunk);
  return text;
}

/** Lets what is outside happen: signals, output being taken. */
async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  while (process.stdout.writableLength > MOST_PENDING)
    await new Promise((resolve) => process.stdout.once("drain", resolve));
}

/** Simulated time goes as fast as it can; Ctrl-C is the script's. */
async function runScript(engine: Engine, userland: Userland, script: NonNullable<Request["script"]>): Promise<number> {
  const running = startScript(userland, {
    ...script,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
  process.stdout.on("error", () => userland.kill(running, Signal.PIPE));
  process.on("SIGINT", () => userland.killGroup(running.group, Signal.INT));
  process.on("SIGTERM", () => userland.killGroup(running.group, Signal.TERM));
  while (running.alive) {
    const end = Date.now() + 50;
    while (running.alive && Date.now() < end && process.stdout.writableLength < MOST_PENDING)
      engine.runUntil(engine.now + SLICE_NS, { expired: () => !running.alive || Date.now() >= end });
    await breathe();
  }
  process.removeAllListeners("SIGINT");
  return running.ending ? exitStatus(running.ending) : 0;
}

/** Simulated time follows real time. */
async function atTerminal(engine: Engine, userland: Userland): Promise<number> {
  const { stdin, stdout } = process;
  let status: number | null = null;
  const session = new ShellSession(userland, {
    columns: stdout.columns,
    rows: stdout.rows,
    onOutput: (text) => stdout.write(text),
    onExit: (ended) => {
      status = ended;
    },
  });
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stdin.on("data", (text) => session.input(String(text)));
  stdin.on("end", () => session.close());
  stdout.on("resize", () => session.resize(stdout.columns, stdout.rows));
  let last = performance.now();
  while (status === null) {
    const now = performance.now();
    const end = now + 10;
    engine.runUntil(engine.now + (now - last) * 1e6, { expired: () => performance.now() > end });
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  stdin.setRawMode(false);
  stdin.pause();
  return status;
}
