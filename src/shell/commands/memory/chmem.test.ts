/** The real chmem's answers about simulated machines (scripts/record-chmem.mjs), what it wrote, and ours. */
import { describe, expect, test } from "vitest";
import { startScript } from "../../host.ts";
import { exitStatus } from "../../process/process.ts";
import { Userland } from "../../process/userland.ts";
import { CHANGED_STATES } from "./chmem-calls.ts";
import recorded from "./fixtures/chmem.json";
import { machineIn } from "./lsmem-states.ts";
import { MEMORY } from "./memory-blocks.ts";

function run(state: string, args: readonly string[]) {
  const engine = machineIn(state);
  const before = engine.journal.length;
  let [stdout, stderr] = ["", ""];
  const process = startScript(new Userland(engine, "A", { memory: "passing" }), {
    name: "bash",
    fromArgument: true,
    text: `chmem ${args.map((arg) => `'${arg}'`).join(" ")}`,
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
  });
  engine.runUntil(engine.now + 60e9, { expired: () => !process.alive });
  const words = new Map<string, string>();
  for (const { command } of engine.journal.slice(before)) {
    const block = command.do === "write" ? /memory(\d+)\/state$/.exec(command.path)?.[1] : undefined;
    if (block !== undefined && command.do === "write") words.set(block, command.text.trim());
  }
  const obeyed = [...words].filter(([block, word]) => {
    const read = engine.files("A").read(`${MEMORY}/memory${block}/state`);
    return "text" in read && word.startsWith(read.text.trim());
  });
  return {
    stdout,
    stderr,
    status: process.ending && exitStatus(process.ending),
    written: obeyed.map((each) => each.join(" ")).sort(),
  };
}

describe.each(CHANGED_STATES)("%s", (state) => {
  const cases = recorded.filter((each) => each.state === state).map((each) => ({ ...each, line: each.args.join(" ") }));
  test.each(cases)("chmem $line", ({ args, stdout, stderr, status, written }) => {
    expect(run(state, args)).toEqual({ stdout, stderr, status, written: [...written].sort() });
  });
});
