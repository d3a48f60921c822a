/** Every script in ./fixtures, whose answers real tools gave (scripts/record-bash.mjs), answered the same here. */
import { describe, expect, test } from "vitest";
import { ShellBench } from "../testing/shell-bench.ts";
import awk from "./fixtures/awk.json";
import column from "./fixtures/column.json";
import compare from "./fixtures/compare.json";
import details from "./fixtures/details.json";
import files from "./fixtures/files.json";
import sed from "./fixtures/sed.json";
import tools from "./fixtures/tools.json";
import timeout from "./fixtures/timeout.json";
import text from "./fixtures/text.json";

describe.each(Object.entries({ text, sed, awk, files, compare, column, tools, timeout, details }))(
  "%s",
  (_, scripts) => {
    test.each(scripts.map((script, number) => ({ number, ...script, line: script.script.split("\n").at(-1) })))(
      "$number: $line",
      ({ script, stdout, stderr, status }) => {
        const run = new ShellBench().recorded(script);
        // Messages are those of the C locale, with plain quotes.
        const plain = (text: string): string =>
          text.replace(/[‘’]/g, "'").replace(/(line \d+:) +\d+ (?=[A-Z]\w+ +)/g, "$1 PID ");
        expect({ ...run, stdout: plain(run.stdout), stderr: plain(run.stderr) }).toEqual({
          stdout: plain(stdout),
          stderr: plain(stderr),
          status,
        });
      },
    );
  },
);
