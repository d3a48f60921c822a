/** A machine with virtio devices and memory for a crash kernel starts when their code has come; nothing else of this file may bring it. */
import { expect, test } from "vitest";
import { lacksCrashKernel } from "../engine/kernel/boot-layout/crash-port.ts";
import { CRASH_KERNEL } from "../engine/kernel/crash-kernel.ts";
import { lacksVirtio } from "../engine/time/virtio-port.ts";
import { bytes, GIB } from "../engine/units.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { realSession } from "./testing/real-session.ts";

const MODULES = ["virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_mem"];

const scenario: Scenario = {
  version: 1,
  name: "guest",
  title: "Guest",
  about: "",
  seed: 1,
  box: {
    partitions: [
      {
        id: "A",
        name: "Guest",
        nodes: [{ onboard: bytes(GIB), cpus: "0-1", slots: [] }],
        maxMemory: bytes(8 * GIB),
        kernel: "6.1",
        cmdline: "memhp_default_state=online_movable crashkernel=64M",
        virtioMem: [{ id: "vm0", node: 0, size: bytes(GIB), requested: bytes(GIB) }],
      },
    ],
    shelf: [],
  },
  setup: MODULES.map((module) => ({ do: "write", partition: "A", path: `/mods/${module}.ko`, text: "insmod" })),
  script: [],
};

test("and its setup finds them there", async () => {
  expect([lacksVirtio(scenario.box.partitions), lacksCrashKernel(scenario.box.partitions)]).toEqual([true, true]);
  const { session, sent, hosts } = realSession((callback) => void setTimeout(callback));
  session.receive({ type: "start", run: 1, scenario });
  expect(hosts).toEqual([]);
  await expect.poll(() => sent.filter(({ type }) => type === "ready").length, { timeout: 30_000 }).toBe(1);
  expect(sent.filter(({ type }) => type === "fault")).toEqual([]);
  const [device] = hosts[0]?.engine.virtio("A").memory ?? [];
  expect(device?.size).toBe(device?.regionSize);
  const held = hosts[0]?.engine.kernel("A").resources.devices.filter(({ name }) => name === CRASH_KERNEL);
  expect(held).toHaveLength(1);
});
