/** The real lsmem's answers about simulated machines (scripts/record-lsmem.mjs), and ours. */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../../engine/time/engine.ts";
import { startScript } from "../../host.ts";
import { Userland } from "../../process/userland.ts";
import { exitStatus } from "../../process/process.ts";
import recorded from "./fixtures/lsmem.json";
import { machineIn, STATES } from "./lsmem-states.ts";

function run(engine: Engine, args: readonly string[]) {
  let [stdout, stderr] = ["", ""];
  const process = startScript(new Userland(engine, "A", { memory: "passing" }), {
    name: "bash",
    fromArgument: true,
    text: `lsmem ${args.map((arg) => `'${arg}'`).join(" ")}`,
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
  });
  engine.runUntil(engine.now + 1e9, { expired: () => !process.alive });
  return { stdout, stderr, status: process.ending && exitStatus(process.ending) };
}

test("at least ten machines and states", () => expect(STATES.length).toBeGreaterThanOrEqual(10));

describe.each(STATES)("%s", (state) => {
  const engine = machineIn(state);
  const cases = recorded.filter((each) => each.state === state).map((each) => ({ ...each, line: each.args.join(" ") }));
  test.each(cases)("lsmem $line", ({ args, stdout, stderr, status }) => {
    expect(run(engine, args)).toEqual({ stdout, stderr, status });
  });
});
