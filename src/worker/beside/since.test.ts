/** When a refusal became impossible to avoid, and what would have prevented it: found by trying, so held by what tries bring. */
import { expect, test } from "vitest";
import type { Command } from "../../engine/time/commands.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import { simNs } from "../../engine/units.ts";
import type { Found, SinceJob, Tried, Prevention } from "../../protocol/beside.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import { deviceBusy } from "../../protocol/scenarios/device-busy.ts";
import { EngineHost } from "../engine-host.ts";
import { Play } from "../play.ts";
import { scenarioOf } from "../testing/random-session.ts";
import { begin } from "./bench.ts";

/** A session in which the last thing that is done is refused, and the question about it. */
function refused(scenario: Scenario, commands: readonly [number, Command][]): SinceJob {
  const play = new Play((given) => new EngineHost(given), scenario);
  play.setUp();
  for (const [after, command] of commands) {
    play.engine.runUntil(simNs(play.engine.now + after));
    expect(play.submit(command).errno).toBeNull();
  }
  play.engine.settle();
  const attempts = play.engine
    .drainPatches()
    .flatMap(([kind, , record]) => (kind === "attempt" && record ? [record] : []));
  const attempt = attempts.filter(({ parent, result }) => parent === null && result === "failed").at(-1);
  const part = attempts.find(({ id, parent, culprit }) => culprit && (parent === attempt?.id || id === attempt?.id));
  if (!attempt || !part?.culprit) throw new Error("nothing was refused");
  const { kind, target, startedAt, partition } = attempt;
  return {
    type: "since",
    scenario,
    resume: { causes: play.engine.journal.slice(0), instant: play.engine.instant, terminals: [] },
    refusal: { kind, target, startedAt, partition, block: part.culprit.block, until: part.startedAt },
  };
}

const said = (what: Prevention["what"]): string =>
  what.is === "start" ? `start ${what.comm}` : what.is === "line" ? what.line : what.is;

async function answered(
  job: SinceJob,
): Promise<{ found: Found; prevented: (readonly [string, string, Tried | null])[] }> {
  let found: Found | null = null;
  const prevented: (readonly [string, string, Tried | null])[] = [];
  for await (const told of begin(job)) {
    if (told.type === "since") ({ found } = told);
    if (told.type === "prevention") prevented.push([told.prevention.by, said(told.prevention.what), told.came]);
  }
  if (!found) throw new Error("no answer");
  return { found, prevented };
}

test("the pull of d3 became impossible when find took its first dentries there; without it, or Movable, d3 leaves", async () => {
  const job = refused(deviceBusy, [[10e6, { do: "move", dimm: "d3", to: { shelf: true } }]]);
  const { found, prevented } = await answered(job);
  expect(found).toMatchObject({ before: "can", earlier: [], justBefore: { result: "ok" }, at: { errno: "EBUSY" } });
  expect(found.at?.culprit?.owner.by?.comm).toBe("find");
  // In the step in which that page came there.
  const { culprit } = found.at as Tried;
  expect(Math.abs((culprit?.allocatedAt ?? 0) - (found.since?.instant.at ?? 0))).toBeLessThanOrEqual(1e6);
  const outcomes = prevented.map(([by, what, came]) => [by, what, came?.errno ?? came?.result]);
  expect(outcomes).toEqual([
    ["without", "start find", "ok"],
    // Its own pages are elsewhere then, and there was room for the dentries where they are no hindrance.
    ["without", "start postgres", "ok"],
    ["booted", "memhp_default_state=online_movable", "EBUSY"],
    ["booted", "movable_node", "ok"],
  ]);
}, 120_000);

test("what was there since boot has no before", async () => {
  const scenario = { ...scenarioOf(1), box: smallBox("memhp_default_state=online_kernel"), setup: [], script: [] };
  const { found, prevented } = await answered(refused(scenario, [[1e6, { do: "press", dimm: "d2" }]]));
  expect(found).toMatchObject({ since: null, before: "boot", at: { errno: "EBUSY" }, justBefore: null });
  expect(prevented.filter(([, what]) => what === "movable_node")).toMatchObject([
    ["booted", "movable_node", { result: "ok" }],
  ]);
}, 60_000);
