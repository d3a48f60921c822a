/**
 * Plays a scenario without a browser: a scenario file, a scenario that comes with the playground (by its name), or
 * one in the form of the traces. Prints the transactions, one JSON value a line, or a summary.
 */
import { holdingText } from "../engine/memory/holding.ts";
import type { Attempt } from "../engine/chronicle/outcome.ts";
import { Engine } from "../engine/time/engine.ts";
import type { Change, Transaction } from "../engine/chronicle/transactions.ts";
import { formatBytes, PAGE_SIZE } from "../engine/units.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { LabScenario, Trace } from "../protocol/trace.ts";
import { BadInput } from "./input.ts";
import { Player, UnknownKernel, stepsOf } from "../playback/play.ts";
import type { ExitCode, Output } from "./run.ts";
import { notSimulated } from "./not-simulated.ts";
import { OutOfTime } from "../playback/simulated-machine.ts";
import { findSource } from "./source.ts";

const USAGE = "usage: npm run simulate -- SCENARIO.json|NAME [--json]";
/** Simulated time that operations get to end after the last command. */
const SETTLE_NS = 120e9;
const REAL_LIMIT_MS = 120_000;
const SLICE_NS = 250e6;

export function simulation(args: readonly string[], { out, err }: Output): ExitCode {
  const unknown = args.find((arg) => arg.startsWith("-") && arg !== "--json");
  if (unknown !== undefined) throw new BadInput(`unknown option ${unknown}; ${USAGE}`);
  const names = args.filter((arg) => !arg.startsWith("-"));
  const [name] = names;
  if (name === undefined || names.length > 1) throw new BadInput(USAGE);
  const json = args.includes("--json");
  const summary = new Summary();
  const told = (transactions: readonly Transaction[]): void => {
    for (const transaction of transactions) {
      summary.add(transaction);
      out(json ? `${JSON.stringify(transaction)}\n` : lines(transaction));
    }
  };
  const source = findSource(name);
  const built = (engine: Engine): void => {
    const idle = notSimulated(engine);
    if (idle !== null) err(idle);
  };
  if (source.is === "scenario") playScenario(source.scenario, told, built);
  else playSteps(name, source.scenario, told, json ? () => {} : out, built);
  if (!json) out(summary.text());
  return 0;
}

/** Throws once two minutes of real time are over, in building as in playing. */
function realTimeLimit(): () => void {
  const end = Date.now() + REAL_LIMIT_MS;
  return () => {
    if (Date.now() > end) throw new OutOfTime("the scenario takes more than two minutes to simulate");
  };
}

/** Setup first, each command to its end; then the script at its times. What is refused is part of the story. */
function playScenario(
  { seed, box, setup, script }: Scenario,
  told: (transactions: readonly Transaction[]) => void,
  built: (engine: Engine) => void,
): void {
  const inTime = realTimeLimit();
  const engine = new Engine({ seed, box }, undefined, inTime);
  built(engine);
  const reader = engine.transactions.reader("first");
  const advance = (until: number, stop: () => boolean): void => {
    while (engine.now < until && !stop()) {
      inTime();
      engine.runUntil(Math.min(until, engine.now + SLICE_NS), { expired: stop });
      told(reader.read());
    }
  };
  for (const command of setup) {
    engine.submit(command);
    advance(engine.now + SETTLE_NS, () => engine.idle);
  }
  const begin = engine.now;
  for (const { at, command } of script.toSorted((a, b) => a.at - b.at)) {
    advance(begin + at, () => false);
    engine.submit(command);
  }
  advance(engine.now + SETTLE_NS, () => engine.idle);
  told(reader.read());
}

function playSteps(
  file: string,
  scenario: LabScenario | Trace,
  told: (transactions: readonly Transaction[]) => void,
  say: (text: string) => void,
  built: (engine: Engine) => void,
): void {
  let player: Player;
  try {
    player = new Player(scenario, realTimeLimit());
  } catch (error) {
    if (error instanceof UnknownKernel) throw new BadInput(`${file}: ${error.message}`);
    throw error;
  }
  built(player.machine.engine);
  player.machine.onTransactions = told;
  player.setup();
  for (const [i, step] of stepsOf(scenario).entries()) {
    say(`step ${i + 1}: ${JSON.stringify(step)}\n`);
    const { error, stdout, stderr } = player.step(step);
    for (const text of [stdout, stderr, error ? `${error}\n` : ""]) if (text) say(text);
  }
}

const SECONDS = 1e9;
const clock = (at: number): string => `[${(at / SECONDS).toFixed(6).padStart(12)}]`;

/** What a reader wants to see of a transaction: log lines, device events, and how attempts ended. */
function lines(transaction: Transaction): string {
  return transaction.changes
    .flatMap((change) => inWords(change) ?? [])
    .map((words) => `${clock(transaction.at)} ${words}\n`)
    .join("");
}

function inWords(change: Change): string | undefined {
  if (change.c === "log") return change.line;
  if (change.c === "acpi")
    return change.event.event === "DEVICE_DELETED"
      ? `${change.event.device} is gone`
      : `_OST(${change.event.source}, ${change.event.status}) for slot ${change.event.slot}`;
  return change.c === "attempt" && change.attempt.result !== "running" ? outcome(change.attempt) : undefined;
}

function outcome({ kind, target, result, errno, pagesMoved, culprit }: Attempt): string {
  const moved = pagesMoved === 0 ? "" : `, ${pagesMoved} pages moved`;
  const blame =
    culprit === null
      ? ""
      : `: pfn 0x${culprit.pfn.toString(16)} is ${holdingText(culprit.owner.what)} (${culprit.reason})`;
  return `${kind} ${target}: ${result === "ok" ? "ok" : `failed, ${errno}`}${moved}${blame}`;
}

class Summary {
  private transactions = 0;
  private readonly attempts = new Map<string, { ok: number; failed: number }>();
  private moved = 0;
  private end = 0;

  add({ at, changes }: Transaction): void {
    this.transactions++;
    this.end = at;
    for (const change of changes) {
      if (change.c === "migrated") this.moved += change.pagesMoved;
      if (change.c !== "attempt" || change.attempt.result === "running") continue;
      const count = this.attempts.get(change.attempt.kind) ?? { ok: 0, failed: 0 };
      if (change.attempt.result === "ok") count.ok++;
      else count.failed++;
      this.attempts.set(change.attempt.kind, count);
    }
  }

  text(): string {
    const attempts = [...this.attempts].map(([kind, { ok, failed }]) => `${kind} ${ok} of ${ok + failed}`).join(", ");
    const moved = this.moved === 0 ? "" : `, ${this.moved} pages (${formatBytes(this.moved * PAGE_SIZE)}) moved`;
    return `simulated ${(this.end / SECONDS).toFixed(3)} s in ${this.transactions} transactions${moved}${attempts ? `; succeeded: ${attempts}` : ""}\n`;
  }
}
