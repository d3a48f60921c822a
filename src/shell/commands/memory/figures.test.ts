/** What the real free, numastat and numactl say of simulated machines (scripts/record-figures.mjs), and ours. */
import { describe, expect, test } from "vitest";
import { ShellBench } from "../../testing/shell-bench.ts";
import { FIGURE_STATES, figures } from "./figure-calls.ts";
import recorded from "./fixtures/figures.json";
import { machineIn } from "./lsmem-states.ts";

describe.each(FIGURE_STATES)("%s", (state) => {
  test.each(recorded.filter((each) => each.state === state))("$line", ({ line, stdout, stderr, status }) => {
    const engine = machineIn(state);
    // The figures of the moment that was recorded: our own process takes memory, too.
    const then = new Map(figures(engine));
    const bench = new ShellBench({ memory: "passing" }, engine);
    const { files } = bench.userland;
    const read = files.read.bind(files);
    files.read = (path) => {
      const text = then.get(path);
      return text === undefined ? read(path) : { text };
    };
    const said = bench.run(line, {}, 10);
    expect({ stdout: said.stdout, stderr: said.stderr, status: said.status }).toEqual({ stdout, stderr, status });
  });
});
