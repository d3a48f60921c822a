/** The real chmem's answers about simulated machines (scripts/record-chmem.mjs), what it wrote, and ours. */
import { describe, expect, test } from "vitest";
import { ShellBench } from "../../testing/shell-bench.ts";
import { CHANGED_STATES } from "./chmem-calls.ts";
import recorded from "./fixtures/chmem.json";
import { machineIn } from "./lsmem-states.ts";
import { MEMORY } from "./memory-blocks.ts";

function run(state: string, args: readonly string[]) {
  const engine = machineIn(state);
  const reader = engine.transactions.reader();
  const bench = new ShellBench({ memory: "passing" }, engine);
  const { stdout, stderr, status } = bench.run(`chmem ${args.map((arg) => `'${arg}'`).join(" ")}`);
  const words = new Map<string, string>();
  for (const change of reader.read().flatMap(({ changes }) => changes)) {
    const block = change.c === "file" ? /memory(\d+)\/state$/.exec(change.path)?.[1] : undefined;
    if (block !== undefined && change.c === "file") words.set(block, change.text.trim());
  }
  const obeyed = [...words].filter(([block, word]) => {
    const read = engine.files("A").read(`${MEMORY}/memory${block}/state`);
    return "text" in read && word.startsWith(read.text.trim());
  });
  return {
    stdout,
    stderr,
    status,
    written: obeyed.map((each) => each.join(" ")).sort(),
  };
}

describe.each(CHANGED_STATES)("%s", (state) => {
  const cases = recorded.filter((each) => each.state === state).map((each) => ({ ...each, line: each.args.join(" ") }));
  test.each(cases)("chmem $line", ({ args, stdout, stderr, status, written }) => {
    expect(run(state, args)).toEqual({ stdout, stderr, status, written: [...written].sort() });
  });
});
