/** What `crashkernel=` set aside is made less: the kernel's books hold, and blocks that had it can leave. What it looks like is recorded. */
import { expect, test } from "vitest";
import "./boot-layout/crash-kernel.ts";
import { Engine } from "../time/engine.ts";
import { bytes, GIB, MIB } from "../units.ts";
import { audit } from "./audit.ts";
import { crashKernelSize, shrinkCrashKernel } from "./crash-kernel-size.ts";

function booted(cmdline: string, gib = 4, kernel: "6.1" | "6.12" = "6.12") {
  const nodes = [{ onboard: bytes(gib * GIB), cpus: "0-1", slots: [] }];
  const partition = { id: "A", name: "a", nodes, sharedSlots: 8, maxMemory: bytes(64 * GIB), kernel, cmdline };
  const engine = new Engine({ seed: 1, box: { partitions: [partition], shelf: [] } });
  return { engine, kernel: engine.kernel("A") };
}

test("by any number of pages, and no block is kept from leaving by what is gone", () => {
  const { engine, kernel } = booted("crashkernel=256M");
  const managed = () => kernel.zones.reduce((sum, zone) => sum + zone.managed, 0);
  const whole = managed();
  const offline = (block: number) => {
    const path = `/sys/devices/system/memory/memory${block}/state`;
    const { op } = engine.submit({ do: "write", partition: "A", path, text: "offline" });
    engine.settle();
    return op === null ? null : engine.operation(op)?.errno;
  };
  // It lies at 2800 MiB, in memory21, 22 and 23.
  expect([offline(22), shrinkCrashKernel(kernel, 300 * MIB), shrinkCrashKernel(kernel, 256 * MIB)]).toEqual([
    "EBUSY",
    "EINVAL",
    null,
  ]);
  expect(shrinkCrashKernel(kernel, 5 * MIB + 1)).toBeNull();
  expect(crashKernelSize(kernel)).toBe(5 * MIB + 4096);
  expect(managed() - whole).toBe((251 * MIB) / 4096 - 1);
  expect(audit(kernel)).toEqual([]);
  expect([offline(22), offline(21)]).toEqual([null, "EBUSY"]);
  expect(shrinkCrashKernel(kernel, 0)).toBeNull();
  expect(kernel.resources.devices.filter(({ name }) => name === "Crash kernel")).toEqual([]);
  expect(audit(kernel)).toEqual([]);
});

test("what lies low for devices goes last, and only where it is counted", () => {
  const cmdline = "crashkernel=256M,high crashkernel=64M,low";
  for (const [kernel, counted, left, lasts] of [
    ["6.1", 256, 0, 64],
    ["6.12", 320, 32, 32],
  ] as const) {
    const { kernel: one } = booted(cmdline, 8, kernel);
    expect(crashKernelSize(one)).toBe(counted * MIB);
    expect(shrinkCrashKernel(one, left * MIB)).toBeNull();
    expect(crashKernelSize(one)).toBe(left * MIB);
    const kept = one.resources.devices.filter(({ name }) => name === "Crash kernel");
    expect(kept.map(({ start, end }) => (end + 1 - start) / MIB)).toEqual([lasts]);
    expect(audit(one)).toEqual([]);
  }
});
