/** The machine from its description alone: nothing of a recording's first figures is handed to it. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { conformance } from "./conformance.ts";

const traces = "public/traces";

function run(...args: string[]): { readonly exit: number; readonly lines: readonly string[] } {
  let text = "";
  const exit = conformance(args, { out: (more) => (text += more), err: () => undefined });
  return { exit, lines: text.split("\n").filter((line) => line !== "") };
}

test("machines of every kernel and of odd boot options agree without calibration", { timeout: 120_000 }, () => {
  const files = [
    `${traces}/linux-5.10/movablecore-uneven.json`,
    `${traces}/linux-6.1/kernelcore-four-nodes.json`,
    `${traces}/linux-7.3/movable-node.json`,
    `${traces}/designed/linux-5.10/memmap-exact.json`,
    `${traces}/designed/linux-6.1/memmap-limit.json`,
    `${traces}/designed/linux-6.12/memmap-kinds.json`,
    `${traces}/designed/linux-7.3/memmap-reserved.json`,
    `${traces}/designed/linux-7.3/core-mirror.json`,
  ];
  const { exit, lines } = run("--uncalibrated", ...files);
  expect(lines.filter((line) => line.startsWith("differs:"))).toEqual([]);
  expect(exit).toBe(0);
  expect(lines.at(-2)).toMatch(/^not calibrated: managed within 2 pages a zone, free within 2048 pages a zone, /);
});

test("what a recorded kernel kept at boot and the simulated one does not is told by field", () => {
  const trace = JSON.parse(readFileSync(`${traces}/linux-7.3/notifier-error.json`, "utf8"));
  // As if 16 MiB more had been set aside: calibration takes it for the size of the kernel.
  for (const { zones } of [trace.boot, ...trace.steps.map(({ after }: { after: unknown }) => after)])
    for (const zone of zones)
      if (zone.node === 0 && zone.zone === "DMA32") {
        zone.managed -= 4096;
        zone.free -= 4096;
      }
  const file = join(mkdtempSync(join(tmpdir(), "uncalibrated-")), "trace.json");
  writeFileSync(file, JSON.stringify(trace));
  expect(run(file).lines.filter((line) => line.includes("· boot ·"))).toEqual([]);
  const { exit, lines } = run("--uncalibrated", file);
  expect(exit).toBe(1);
  const steps = trace.steps.length + 1;
  expect(lines[0]).toMatch(/ · boot · managed: real \[0,"DMA32",238772\] · simulated \[0,"DMA32",242868\]$/);
  expect(lines).toContain(`differs: managed: ${steps} steps`);
  expect(lines.some((line) => line.startsWith("beyond its tolerance: free: "))).toBe(true);
});
