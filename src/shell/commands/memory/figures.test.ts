/** What the real free, numastat and numactl say of simulated machines (scripts/record-figures.mjs), and ours. */
import { describe, expect, test } from "vitest";
import { startScript } from "../../host.ts";
import { exitStatus } from "../../process/process.ts";
import { Userland } from "../../process/userland.ts";
import { FIGURE_STATES, figures } from "./figure-calls.ts";
import recorded from "./fixtures/figures.json";
import { machineIn } from "./lsmem-states.ts";

describe.each(FIGURE_STATES)("%s", (state) => {
  test.each(recorded.filter((each) => each.state === state))("$line", ({ line, stdout, stderr, status }) => {
    const engine = machineIn(state);
    // The figures of the moment that was recorded: our own process takes memory, too.
    const then = new Map(figures(engine));
    const userland = new Userland(engine, "A", { memory: "passing" });
    const { files } = userland;
    const read = files.read.bind(files);
    files.read = (path) => {
      const text = then.get(path);
      return text === undefined ? read(path) : { text };
    };
    const said = { stdout: "", stderr: "" };
    const process = startScript(userland, {
      name: "bash",
      fromArgument: true,
      text: line,
      out: (text) => {
        said.stdout += text;
      },
      err: (text) => {
        said.stderr += text;
      },
    });
    engine.runUntil(engine.now + 10e9, { expired: () => !process.alive });
    expect({ ...said, status: process.ending && exitStatus(process.ending) }).toEqual({ stdout, stderr, status });
  });
});
