/** The real lsmem's answers about simulated machines (scripts/record-lsmem.mjs), and ours. */
import { describe, expect, test } from "vitest";
import type { Engine } from "../../../engine/time/engine.ts";
import { ShellBench } from "../../testing/shell-bench.ts";
import recorded from "./fixtures/lsmem.json";
import { machineIn, STATES } from "./lsmem-states.ts";

function run(engine: Engine, args: readonly string[]) {
  const bench = new ShellBench({ memory: "passing" }, engine);
  const { stdout, stderr, status } = bench.run(`lsmem ${args.map((arg) => `'${arg}'`).join(" ")}`, {}, 1);
  return { stdout, stderr, status };
}

test("at least ten machines and states", () => expect(STATES.length).toBeGreaterThanOrEqual(10));

describe.each(STATES)("%s", (state) => {
  const engine = machineIn(state);
  const cases = recorded.filter((each) => each.state === state).map((each) => ({ ...each, line: each.args.join(" ") }));
  test.each(cases)("lsmem $line", ({ args, stdout, stderr, status }) => {
    expect(run(engine, args)).toEqual({ stdout, stderr, status });
  });
});
