/** Every script in ./fixtures, whose answers a real bash gave (scripts/record-bash.mjs), answered the same here. */
import { describe, expect, test } from "vitest";
import completion from "./fixtures/completion.json";
import control from "./fixtures/control.json";
import data from "./fixtures/data.json";
import plumbing from "./fixtures/plumbing.json";
import syntax from "./fixtures/syntax.json";
import words from "./fixtures/words.json";
import { ShellBench } from "./testing/shell-bench.ts";

const recorded = { words, control, data, plumbing, syntax, completion };

describe.each(Object.entries(recorded))("%s", (_, scripts) => {
  test.each(scripts.map((script, number) => ({ number, ...script })))(
    "$number: $script",
    ({ script, stdout, stderr, status }) => {
      expect(new ShellBench().recorded(script)).toEqual({ stdout, stderr, status });
    },
  );
});
