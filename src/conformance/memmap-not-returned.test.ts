/** A DIMM whose memory map a small machine has no room for: the add fails, and what it took is not given back. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { shell } from "./shell.ts";

const FOLDER = "src/conformance/scripts";

test("on 6.1 an add that fails for want of memory starves the machine", async () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const args = [
    "--machine",
    `${FOLDER}/memmap-not-returned.json`,
    "--kernel",
    "6.1",
    `${FOLDER}/memmap-not-returned.sh`,
  ];
  await shell(args, { stdin, stdout, stderr });
  const [before = "", after = "", ...log] = String(stdout.read() ?? "")
    .trimEnd()
    .split("\n");
  const free = (line: string): number => Number(line.split(/ +/)[3]);
  // Recorded: from 127,712 to 3,148 kB.
  expect(free(before)).toBeGreaterThan(110_000);
  expect(free(after)).toBeLessThan(12_000);
  expect(log.map((line) => line.replace(/^\[ *[\d.]+\] /, ""))).toEqual([
    "vmemmap alloc failure: order:9",
    "acpi PNP0C80:00: add_memory failed",
    "acpi PNP0C80:00: acpi_memory_enable_device() error",
  ]);
}, 60_000);
