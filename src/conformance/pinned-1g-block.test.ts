/** Blocks of 1 GiB, full of pinned pages: more of them than a call takes arguments. The offline goes on until the signal. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { shell } from "./shell.ts";

const FOLDER = "src/conformance/scripts";

test.each(["6.1", "6.12"])(
  "an offline that a gibibyte of pinned pages holds up ends by its signal (%s)",
  async (kernel) => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdin.end();
    const args = ["--machine", `${FOLDER}/pinned-1g-block.json`, "--kernel", kernel, `${FOLDER}/pinned-1g-block.sh`];
    const status = await shell(args, { stdin, stdout, stderr });
    expect(String(stderr.read() ?? "")).toBe("");
    const lines = String(stdout.read() ?? "")
      .trimEnd()
      .split("\n");
    expect(lines.slice(-4)).toEqual(["memory67: 124", "memory68: 124", "memory69: 124", "memory70: 0"]);
    expect(status).toBe(0);
  },
  60_000,
);
