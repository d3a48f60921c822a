/** `crashkernel=` as recorded kernels took it, on a machine of one node with 4 GiB; and what its forms ask for. */
import { describe, expect, test } from "vitest";
import type { KernelVersion } from "../../hardware/description.ts";
import { bytes, GIB, MIB, PAGE_SIZE } from "../../units.ts";
import "./crash-kernel.ts";
import { layoutBoot } from "./index.ts";
import { pagesWithin } from "./ranges.ts";

const boot = (cmdline: string, kernel: KernelVersion, gib = 4) =>
  layoutBoot({
    id: "A",
    name: "crash",
    nodes: [{ onboard: bytes(gib * GIB), cpus: "0-1", slots: [] }],
    sharedSlots: 0,
    maxMemory: bytes(16 * GIB),
    kernel,
    cmdline,
  });
const managedKb = ({ nodes }: ReturnType<typeof boot>): number =>
  nodes.reduce((sum, { zones, reserved }) => {
    const held = zones.map(({ startPfn, spanned }) => pagesWithin(reserved, startPfn, startPfn + spanned));
    return sum + zones.reduce((pages, { present }, i) => pages + present - (held[i] ?? 0), 0);
  }, 0) *
  (PAGE_SIZE / 1024);

test.each([
  ["5.10", 3_765_556, "Reserving 256MB of memory at 2800MB for crashkernel (System RAM: 4095MB)"],
  ["6.1", 3_759_892, "Reserving 256MB of memory at 2800MB for crashkernel (System RAM: 4095MB)"],
  ["6.12", 3_754_612, "crashkernel reserved: 0x00000000af000000 - 0x00000000bf000000 (256 MB)"],
  ["7.3", 3_748_640, "crashkernel reserved: 0x00000000af000000 - 0x00000000bf000000 (256 MB)"],
] as const)("on %s 256 MiB lie at 2800 MiB, and MemTotal is %i kB, as recorded", (kernel, memTotal, line) => {
  const layout = boot("crashkernel=256M memhp_default_state=offline", kernel);
  expect(layout.crash).toMatchObject({ ranges: [{ start: 0xaf000000, end: 0xbf000000 }], size: 256 * MIB });
  expect(layout.logLines).toContain(line);
  expect(managedKb(layout)).toBe(memTotal);
  expect(layout.notSimulated).toEqual([]);
});

describe("forms", () => {
  test.each([
    ["1G-3G:64M,3G-:192M", 192, 0xb3000000],
    ["1G-2G:64M", 0, null],
    ["64M@512M", 64, 512 * MIB],
    ["5G", 0, null],
    ["foo", 0, null],
    ["0", 0, null],
  ] as const)("crashkernel=%s", (words, mib, start) => {
    const { ranges, size } = boot(`crashkernel=${words}`, "6.12").crash;
    expect(size).toBe(mib * MIB);
    expect(ranges[0]?.start ?? null).toBe(start);
  });

  test("6.1 says of them what it was recorded to say", () => {
    const crashLines = (words: string) => boot(words, "6.1").logLines.filter((line) => /crashkernel/.test(line));
    expect(crashLines("crashkernel=300M,high")).toEqual([
      "Reserving 256MB of low memory at 2800MB for crashkernel (low RAM limit: 4095MB)",
      "Reserving 300MB of memory at 4816MB for crashkernel (System RAM: 4095MB)",
    ]);
    expect(crashLines("crashkernel=5G")).toEqual(["crashkernel reservation failed - No suitable area found."]);
    expect(crashLines("crashkernel=foo")).toEqual(["crashkernel: memory value expected"]);
    expect(crashLines("crashkernel=1G-2G:64M")).toEqual(["crashkernel size resulted in zero bytes"]);
  });

  test("high: above 4 GiB where there is RAM, with a little below for devices", () => {
    const { ranges, size } = boot("crashkernel=300M,high crashkernel=64M,low", "6.12").crash;
    expect(size).toBe(300 * MIB);
    expect(ranges.map(({ start, end }) => [start < 4 * GIB, end - start])).toEqual([
      [true, 64 * MIB],
      [false, 300 * MIB],
    ]);
  });
});
