/** Recordings of an emulator that is none: what is asked of it, what is waited for, what becomes of its answers. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { LabScenario } from "../protocol/trace.ts";
import { MachineLost, MachineRefused } from "./emulator/emulated-machine.ts";
import { KeptBoots } from "./emulator/kept-boots.ts";
import { machineArguments } from "./emulator/qemu-arguments.ts";
import { recordTrace } from "./recording.ts";

const EMULATOR = join(import.meta.dirname, "testing/fake-emulator.mjs");
const files = { qemu: EMULATOR, kernel: "/dev/null", initramfs: "/dev/null", accelerator: "tcg" } as const;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "recording-test-"));
  vi.stubEnv("TMPDIR", folder);
});
const log = () => join(folder, "log");
beforeEach(() => {
  vi.stubEnv("FAKE_EMULATOR_LOG", log());
  rmSync(log(), { force: true });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
const asked = () => readFileSync(log(), "utf8").trim().split("\n");

const scenario = (steps: LabScenario["steps"], mem = "1G"): LabScenario => ({
  ...{ name: "test", about: "", kernel: "6.1", cmdline: "", setup: ["true"], coldplug: [], virtio_mem: [] },
  machine: { nodes: [{ mem, cpus: "0-1" }, { mem: "0M" }], slots: 8, maxmem: "16G" },
  steps,
});

describe("a recording", () => {
  test("has the answers of shell and monitor, and waits for what a step starts", async () => {
    const trace = await recordTrace(
      scenario([
        { sh: "false" },
        { sh: "echo 'it'", timeout: 3 },
        { hotadd: { id: "d0", node: 1, size: "256M" } },
        { hotadd: { id: "d1", node: 2, size: "256M" } },
        { load: { kind: "anon", mib: 8, node: 0 } },
        { hotremove: "d0" },
        { hotremove: "nope" },
        { hotadd: { id: "stays", node: 1, size: "256M" } },
        { hotremove: "stays" },
      ]),
      { files },
    );
    expect(trace).toMatchObject({ name: "test", kernel: "6.1.0-fake", bootlog: ["Zone ranges:"] });
    expect(trace.boot.blocks).toEqual([[0, "online", "", [0], 0, 0]]);
    const told = trace.steps.map(({ exit, stdout, stderr, error, devices, events }) => ({
      ...{ exit, stdout, stderr, error, devices: devices.map(({ id }) => id) },
      events: events.map(({ event, data }) => (data?.info as { status?: number } | undefined)?.status ?? event),
    }));
    const shell = (exit: number, stdout: string, stderr: string) => ({ exit, stdout, stderr, error: undefined });
    const monitor = (error: string | null) => ({ exit: undefined, stdout: undefined, stderr: undefined, error });
    expect(told).toEqual([
      { ...shell(1, "", "sh: no\n"), devices: [], events: [] },
      { ...shell(0, "timeout 3 sh -c 'echo '\\''it'\\'''\n", ""), devices: [], events: [] },
      { ...monitor(null), devices: ["d0"], events: [0] },
      { ...monitor("no such node"), devices: ["d0"], events: [] },
      { ...shell(0, "ok pid=7\n", ""), devices: ["d0"], events: [] },
      { ...monitor(null), devices: [], events: [132, "DEVICE_DELETED", 0] },
      { ...monitor("Device 'nope' not found"), devices: [], events: [] },
      { ...monitor(null), devices: ["stays"], events: [0] },
      { ...monitor(null), devices: ["stays"], events: [132, 130] },
    ]);
    expect(trace.steps[2]?.devices).toEqual([{ id: "d0", addr: 2 ** 32, size: 2 ** 28, node: 1, slot: 0 }]);
    // Memory that no device uses any more is given back; that of one that stayed is not.
    expect(asked().filter((line) => line.startsWith("object-del"))).toEqual(["object-del mem-d1", "object-del mem-d0"]);
  });

  test("waits for a device whose driver is slow to begin or at work, but not for one that stays as it is", async () => {
    const sizes = async (size: string, unmovedMs: number) =>
      (await recordTrace(scenario([{ resize: { id: "v0", size } }]), { files, unmovedMs })).steps[0]?.devices.map(
        (one) => one.size,
      );
    expect(await sizes("128M", 5_000)).toEqual([128 * 2 ** 20]);
    expect(await sizes("130M", 400)).toEqual([64 * 2 ** 20]);
    expect(await sizes("134M", 400)).toEqual([]);
  }, 60_000);

  test("a kernel that stops is said to have stopped, and nothing stays behind", async () => {
    const lost = recordTrace(scenario([{ sh: "crash" }]), { files });
    await expect(lost).rejects.toThrow(MachineLost);
    await expect(lost).rejects.toThrow(/^the kernel stopped/);
    expect(readdirSync(folder).filter((name) => name !== "log")).toEqual([]);
  });

  test("a machine that can't be made is refused in the emulator's words", async () => {
    const refused = recordTrace(scenario([], "16G"), { files });
    await expect(refused).rejects.toThrow(MachineRefused);
    await expect(refused).rejects.toThrow(/^too much for me$/);
    expect(readdirSync(folder).filter((name) => name !== "log")).toEqual([]);
  });
});

test("a machine as arguments of the emulator", () => {
  const args = machineArguments({
    ...scenario([]),
    machine: {
      nodes: [{ mem: "1G", cpus: "0" }, { mem: "0M", cpus: "1" }, { mem: "512M" }],
      slots: 4,
      maxmem: "8G",
      distance: [[0, 1, 30]],
    },
    coldplug: [{ id: "c0", size: "256M", node: 2 }],
    virtio_mem: [{ id: "v0", size: "1G", node: 0, requested: "128M" }],
  });
  expect(args).toEqual([
    ...["-m", "1536M,slots=4,maxmem=8G", "-smp", "2"],
    ...["-object", "memory-backend-ram,id=m0,size=1073741824,reserve=off", "-numa", "node,nodeid=0,cpus=0,memdev=m0"],
    ...["-numa", "node,nodeid=1,cpus=1"],
    ...["-object", "memory-backend-ram,id=m2,size=536870912,reserve=off", "-numa", "node,nodeid=2,memdev=m2"],
    ...["-numa", "dist,src=0,dst=1,val=30"],
    ...["-object", "memory-backend-ram,id=mem-c0,size=268435456,reserve=off"],
    ...["-device", "pc-dimm,id=c0,memdev=mem-c0,node=2"],
    ...["-object", "memory-backend-ram,id=mem-v0,size=1073741824,reserve=off"],
    ...["-device", "virtio-mem-pci,id=v0,memdev=mem-v0,node=0,requested-size=134217728,block-size=2M"],
  ]);
});

describe("a boot that is kept", () => {
  const boots = () => join(folder, "boots");
  const steps = [{ sh: "false" }] satisfies LabScenario["steps"];
  const play = async (kept: KeptBoots, slots = 8) => {
    rmSync(log(), { force: true });
    const made = scenario(steps);
    const trace = await recordTrace({ ...made, machine: { ...made.machine, slots } }, { files, kept });
    return { trace, moved: asked().includes("migrate ") };
  };
  beforeEach(() => rmSync(boots(), { recursive: true, force: true }));

  test("is gone on with by the next recording of the same machine, which answers the same", async () => {
    const kept = new KeptBoots(boots());
    const first = await play(kept);
    const [file = ""] = readdirSync(boots());
    const second = await play(kept);
    expect(first.moved).toBe(true);
    expect(asked()).toEqual(expect.arrayContaining(["query-status ", "cont "]));
    expect(second).toEqual({ trace: first.trace, moved: false });
    expect((await play(kept, 4)).moved).toBe(true);
    expect(readdirSync(boots())).toHaveLength(2);
    expect(file).toMatch(/^[0-9a-f]{24}\.boot$/);
  });

  test("makes room for another, and is booted again when it can't be read", async () => {
    const one = new KeptBoots(boots(), 1);
    await play(one);
    await play(one, 4);
    const [file = "", ...others] = readdirSync(boots());
    expect(others).toEqual([]);
    writeFileSync(join(boots(), file), "half a mach");
    expect((await play(one, 4)).moved).toBe(true);
    expect(readFileSync(join(boots(), file), "utf8")).toBe("a machine");
  });
});
