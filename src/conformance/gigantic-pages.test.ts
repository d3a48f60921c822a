/** Pages of 1 GiB, from the description of a machine alone: where boot puts them, and what a block does that is part of one. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { shell } from "./shell.ts";

const FILE = "src/conformance/scripts/gigantic-pages";

async function answers(kernel: string): Promise<string[]> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  await shell(["--machine", `${FILE}.json`, "--kernel", kernel, `${FILE}.sh`], { stdin, stdout, stderr });
  return String(stdout.read() ?? "")
    .trim()
    .split(/\s+/);
}

// Two, one a node; of three asked for on node 1 it gets two. memory56 is the first block of one, memory63 the last. Recorded.
test.each([
  ["5.10", ["0", "0", "1"], [3_977, 759_140, 245_588, 1_032_041]],
  ["6.1", ["1", "0", "1"], [3_840, 757_817, 245_591, 1_031_945]],
  ["7.3", ["0", "0", "1"], [3_840, 755_009, 245_587, 1_031_945]],
])(
  "on %s blocks of a page of 1 GiB leave, or stay, as recorded",
  async (kernel, left, managed) => {
    const words = (await answers(kernel)).filter((word) => word !== "managed");
    expect(words.slice(0, 4).map(Number)).toEqual(managed);
    expect(words.slice(4)).toEqual(["2", "1", "1", "2", ...left]);
  },
  60_000,
);
