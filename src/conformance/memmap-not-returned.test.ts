/** A DIMM whose memory map a small machine has no room for: the add fails, and what it took is not given back. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { shell } from "./shell.ts";

const FOLDER = "src/conformance/scripts";

async function played(kernel: string) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const machine = `${FOLDER}/memmap-not-returned.json`;
  const status = await shell(["--machine", machine, "--kernel", kernel, `${FOLDER}/memmap-not-returned.sh`], {
    stdin,
    stdout,
    stderr,
  });
  const text = (stream: PassThrough) => String(stream.read() ?? "").trimEnd();
  return { status, lines: text(stdout).split("\n"), errors: text(stderr) };
}
const free = (line: string): number => Number(line.split(/ +/)[3]);

test("on 6.1 an add that fails for want of memory starves the machine", async () => {
  const {
    lines: [before = "", after = "", ...log],
  } = await played("6.1");
  // Recorded: from 127,712 to 3,148 kB.
  expect(free(before)).toBeGreaterThan(120_000);
  expect(free(after)).toBeGreaterThan(2_000);
  expect(free(after)).toBeLessThan(4_200);
  expect(log.map((line) => line.replace(/^\[ *[\d.]+\] /, ""))).toEqual([
    "---[ end trace 0000000000000000 ]---",
    "acpi PNP0C80:00: add_memory failed",
    "acpi PNP0C80:00: acpi_memory_enable_device() error",
  ]);
}, 60_000);

test.each(["5.10", "6.12", "7.3"])(
  "on %s the next that needs memory finds none, and the kernel stops",
  async (kernel) => {
    const { status, lines, errors } = await played(kernel);
    expect(lines).toHaveLength(1);
    expect(errors).toBe("Kernel panic - not syncing: System is deadlocked on memory");
    expect(status).not.toBe(0);
  },
  60_000,
);

test("a kernel without memory for its first process stops, and that is said", async () => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end("echo never");
  const machine = join(mkdtempSync(join(tmpdir(), "playground-")), "machine.json");
  const nodes = [{ mem: "1G", cpus: "0-1" }];
  writeFileSync(
    machine,
    JSON.stringify({
      name: "none",
      setup: [],
      steps: [],
      machine: { nodes, slots: 8, maxmem: "16G" },
      cmdline: "memmap=exactmap",
    }),
  );
  const status = await shell(["--machine", machine], { stdin, stdout, stderr });
  rmSync(dirname(machine), { recursive: true });
  expect(String(stderr.read())).toBe("Kernel panic - not syncing: System is deadlocked on memory\n");
  expect([status, stdout.read()]).toEqual([137, null]);
});
