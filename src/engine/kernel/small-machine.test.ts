/** A machine of less than 512 MiB has no transparent huge pages, and keeps no memory free for them: as recorded kernels answered. */
import { expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { Engine } from "../time/engine.ts";
import { bytes, GIB, MIB } from "../units.ts";

function booted(kernel: KernelVersion, mib: number, cmdline = "") {
  const nodes = [{ onboard: bytes(mib * MIB), cpus: "0-1", slots: [] }];
  const partition = { id: "A", name: "a", nodes, sharedSlots: 8, maxMemory: bytes(64 * GIB), kernel, cmdline };
  return new Engine({ seed: 1, box: { partitions: [partition], shelf: [] } }).kernel("A");
}

test.each([
  ["5.10", 256, 1560, "never"],
  ["5.10", 512, 2561, "never"],
  ["5.10", 640, 26_688, "always"],
  ["6.1", 256, 1524, "never"],
  ["6.1", 512, 2538, "never"],
  ["6.1", 640, 26_336, "always"],
  ["7.3", 256, 1469, "never"],
  ["7.3", 512, 2506, "never"],
  // What boot itself took is not there yet when that is decided.
  ["7.3", 640, 2886, "never"],
] as const)("%s with %i MiB keeps %i kB free", (kernel, mib, kept, who) => {
  const { minFreeKb, parameters } = booted(kernel, mib);
  // Printed at boot is what was computed before the last boot memory was freed.
  expect(Math.abs(minFreeKb - kept)).toBeLessThanOrEqual(kept / 20);
  expect(parameters.transparentHugePages).toBe(who);
});

test("the command line changes nothing about it", () => {
  expect(booted("6.1", 256, "transparent_hugepage=always").parameters.transparentHugePages).toBe("never");
});
