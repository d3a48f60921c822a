/**
 * Back to the culprit, over every recorded trace in which an offline is refused: the page named is the one that was in the
 * way, and it came to be what it is when it is said to. What names no page says what was against it.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hearNames, type Named, objectionsTo } from "../engine/testing/refusals.ts";
import type { Attempt } from "../engine/chronicle/outcome.ts";
import { Player, stepsOf } from "../playback/play.ts";
import { readTrace, type Trace } from "../protocol/trace.ts";
import { findFiles } from "./input.ts";

/** CULPRITS=all plays the traces, too, whose recording tells of no refusal. */
const ALL = process.env.CULPRITS === "all";

const open = (file: string): Trace => {
  const read = readTrace(readFileSync(file, "utf8"), file);
  if (!read.ok) throw new Error(read.problem);
  return read.value;
};

/** The recorded kernel refused to take a block offline. */
const refuses = ({ steps }: Trace): boolean =>
  steps.some(
    ({ do: what, exit, dmesg }) =>
      dmesg.some((line) => /page dumped because|failed ret:|failed due to/.test(line)) ||
      ("sh" in what && what.sh.includes("offline") && exit !== undefined && exit !== 0),
  );

interface Refused {
  readonly attempt: Attempt;
  readonly step: number;
}

/** All traces take long enough for somebody else to want the processors. */
function playerOf(trace: Trace): Player {
  const player = new Player(trace);
  player.machine.clock = () => process.cpuUsage().user / 1000;
  player.machine.beginStep(0);
  return player;
}

function played(trace: Trace): { readonly refused: readonly Refused[]; readonly named: readonly Named[] } {
  const player = playerOf(trace);
  const { named, stop } = hearNames(player.machine.engine);
  const refused: Refused[] = [];
  let step = 0;
  player.machine.onTransactions = (read) => {
    for (const { changes } of read)
      for (const change of changes)
        if (change.c === "attempt" && change.attempt.kind === "offline" && change.attempt.result === "failed")
          refused.push({ attempt: change.attempt, step });
  };
  try {
    player.setup();
    for (const todo of stepsOf(trace)) {
      step++;
      player.step(todo);
    }
  } finally {
    stop();
  }
  return { refused, named };
}

/** By another machine, watched step by step. */
function objections(trace: Trace, named: readonly Named[], last: number): string[] {
  const player = playerOf(trace);
  return objectionsTo(named, player.machine.engine, () => {
    player.setup();
    for (const todo of stepsOf(trace).slice(0, last)) player.step(todo);
  });
}

test("every recorded refusal: who is to blame, and since when", { timeout: ALL ? 5_400_000 : 300_000 }, () => {
  const counts = { traces: 0, refused: 0, named: 0, later: 0, unnamed: 0 };
  for (const file of findFiles(["public/traces"])) {
    const trace = open(file);
    const expected = refuses(trace);
    if (!expected && !ALL) continue;
    const { refused, named } = played(trace);
    // Scripts that go on after a refusal are not known by their end; what names a page they do tell of.
    if (!expected) expect(named, `${file}: a page is named that the recording does not tell of`).toEqual([]);
    if (refused.length === 0) continue;
    counts.traces++;
    for (const { attempt } of refused) {
      counts.refused++;
      const last = named.findLast((one) => one.attempt === attempt.id);
      expect(last?.culprit ?? null, file).toEqual(attempt.culprit);
      if (!attempt.culprit) {
        counts.unnamed++;
        const against = attempt.checks.filter(({ verdict }) => verdict === "fail").map(({ rule }) => rule);
        expect(["one-zone", "no-holes", "notifiers", "signal"], file).toContain(against.at(-1));
        continue;
      }
      counts.named++;
      if (attempt.culprit.transaction !== 0) counts.later++;
      // What the log dumps is that page; of pages that fail to move it dumps ten in five seconds.
      if (attempt.culprit.reason === "unmovable page" && attempt.log.some((line) => line.startsWith("page:")))
        expect(
          attempt.log.some((line) => line.includes(`pfn:0x${attempt.culprit?.pfn.toString(16)}`)),
          file,
        ).toBe(true);
    }
    for (const { culprit, objection } of named) expect(objection, `${file}: 0x${culprit.pfn.toString(16)}`).toBeNull();
    // An offline that goes on without end names a page, too, and is not refused.
    const ended = named.filter(({ attempt }) => refused.some((one) => one.attempt.id === attempt));
    expect(objections(trace, ended, Math.max(...refused.map(({ step }) => step))), file).toEqual([]);
  }
  if (process.env.CULPRITS) console.log(JSON.stringify(counts));
  expect(counts.traces).toBeGreaterThan(60);
  expect(counts.later).toBeGreaterThan(90);
});
