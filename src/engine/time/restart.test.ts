/**
 * A partition that restarts, against what real kernels answered (6.12 and 7.3, Debian, QEMU: `-m 2G` on two nodes, a DIMM at power-on,
 * three hot-added, one of them taken out again, then `reboot -f`), and what the simulation promises about it.
 */
import "./restart.ts";
import "./udev.ts";
import { expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import type { BoxDescription } from "../hardware/description.ts";
import { smallBox } from "../testing/small-box.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { bytes, GIB, MIB } from "../units.ts";
import { Engine } from "./engine.ts";
import { replay } from "./replay.ts";
import { stateHash } from "./state-hash.ts";

const pc = (kernel: "6.12" | "7.3"): BoxDescription => ({
  partitions: [
    {
      id: "A",
      name: "pc",
      nodes: [
        { onboard: bytes(GIB), cpus: "0-1", slots: [] },
        { onboard: bytes(GIB), cpus: "", slots: [] },
      ],
      sharedSlots: 8,
      maxMemory: bytes(16 * GIB),
      coldplug: [{ id: "c0", size: bytes(256 * MIB), node: 1 }],
      kernel,
      cmdline: "",
    },
  ],
  shelf: [],
});

const read = (engine: Engine, path: string): string => {
  const tree = engine.files("A");
  addFiles(tree);
  const found = tree.read(path);
  return "text" in found ? found.text : found.errno;
};
const write = (engine: Engine, path: string, text: string): void => {
  addFiles(engine.files("A"));
  const { errno } = engine.submit({ do: "write", partition: "A", path, text });
  expect(errno).toBeNull();
  engine.settle();
};

/** As it was asked: settings changed, and a gap where d1 was. */
function used(kernel: "6.12" | "7.3"): Engine {
  const engine = new Engine({ seed: 1, box: pc(kernel) });
  for (const [id, node, mib] of [
    ["d0", 0, 512],
    ["d1", 1, 256],
    ["d2", 1, 512],
  ] as const) {
    engine.submit({ do: "hotadd", partition: "A", id, node, size: bytes(mib * MIB) });
    engine.settle();
  }
  write(engine, "/sys/devices/system/memory/memory36/state", "offline");
  write(engine, "/proc/sys/vm/swappiness", "10");
  write(engine, "/proc/sys/vm/min_free_kbytes", "20000");
  write(engine, "/sys/devices/system/memory/auto_online_blocks", "online_movable");
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 100, node: 1 } });
  engine.settle();
  engine.submit({ do: "hotremove", partition: "A", id: "d1" });
  engine.settle();
  return engine;
}

test.each(["6.12", "7.3"] as const)("%s finds the DIMMs where they were, and nothing else", (kernel) => {
  const engine = used(kernel);
  const before = engine.now;
  expect(engine.submit({ do: "reboot", partition: "A" }).errno).toBeNull();
  expect(engine.now).toBe(before);
  const { blocks, zones, processes } = engine.kernel("A");
  const plugged = [...blocks.values()].filter(({ number }) => number >= 32);
  expect(plugged.map(({ number }) => number)).toEqual([32, 33, 34, 35, 36, 37, 40, 41, 42, 43]);
  expect(plugged.map(({ state, zone }) => [state, zone?.name])).toEqual(Array(10).fill(["online", "Normal"]));
  const ram = read(engine, "/proc/iomem")
    .split("\n")
    .filter((line) => /^\d.*System RAM/.test(line));
  expect(ram).toEqual([
    "00001000-0009fbff : System RAM",
    "00100000-7ffdffff : System RAM",
    "100000000-10fffffff : System RAM",
    "110000000-12fffffff : System RAM",
    "140000000-15fffffff : System RAM",
  ]);
  const figures = zones
    .filter(({ populated }) => populated)
    .map((zone) => [zone.node, zone.name, zone.startPfn, zone.spanned, zone.present]);
  expect(figures).toEqual([
    [0, "DMA", 1, 4095, 3998],
    [0, "DMA32", 4096, 258048, 258048],
    [0, "Normal", 1114112, 131072, 131072],
    [1, "DMA32", 262144, 262112, 262112],
    [1, "Normal", 1048576, 393216, 196608],
  ]);
  expect(read(engine, "/sys/devices/system/memory/auto_online_blocks")).toBe("online\n");
  expect(read(engine, "/proc/sys/vm/swappiness")).toBe("60\n");
  expect(read(engine, "/proc/sys/vm/min_free_kbytes")).not.toBe("20000\n");
  expect(processes.size).toBe(0);
  expect(read(engine, "/proc/uptime").split(" ")[0]).toBe("0.00");
  expect(read(engine, "/dev/kmsg")).toMatch(/^\d+,0,0,-;/);
  expect(audit(engine.kernel("A"))).toEqual([]);
  engine.submit({ do: "hotremove", partition: "A", id: "d2" });
  engine.settle();
  expect(engine.chassis.dimms.has("d2")).toBe(false);
  expect(audit(engine.kernel("A"))).toEqual([]);
});

test("a journal with a restart comes to the same machine", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 40 } });
  engine.runFor(1e6);
  // In the middle of it.
  engine.submit({ do: "reboot", partition: "A" });
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 20 } });
  engine.settle();
  const again = new Engine({ seed: 1, box: smallBox() });
  replay(again, engine.journal, engine.instant);
  expect(stateHash(again)).toBe(stateHash(engine));
  expect(engine.kernel("A").processes.size).toBe(1);
});

test("another command line holds from the restart on, for the memory that firmware tells of", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  engine.submit({ do: "reboot", partition: "A", cmdline: "kernelcore=300M" });
  expect(read(engine, "/proc/cmdline")).toContain("kernelcore=300M");
  expect(engine.kernel("A").nodes[1]?.zones.some(({ name, populated }) => name === "Movable" && populated)).toBe(true);
  // The other partition did not notice.
  expect(engine.kernel("B").startedAt).toBe(0);
});

test("DIMMs in slots of a node are boot memory after a restart, and what was on its way stays where it is", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const onShelf = [...engine.chassis.dimms.values()].find(({ slot }) => slot === null);
  const id = onShelf?.id as string;
  engine.submit({ do: "move", dimm: id, to: { slot: "A/2/0" } });
  engine.settle();
  const hotAdded = [...engine.kernel("A").blocks.values()].filter(({ dimm }) => dimm === id);
  expect(hotAdded.every(({ early }) => early)).toBe(false);
  engine.submit({ do: "move", dimm: "d2", to: { shelf: true } });
  engine.submit({ do: "reboot", partition: "A" });
  engine.settle();
  const found = [...engine.kernel("A").blocks.values()].filter(({ dimm }) => dimm === id);
  expect(found.length).toBe(hotAdded.length);
  expect(found.every(({ early, state }) => early && state === "online")).toBe(true);
  expect(engine.chassis.dimms.get("d2")).toMatchObject({ slot: "A/1/0", phase: "in-use", destination: null });
  expect(audit(engine.kernel("A"))).toEqual([]);
});

test("a kernel that has panicked starts anew", () => {
  const engine = used("6.12");
  const kernel = engine.kernel("A");
  kernel.stopped = { at: engine.now, words: "System is deadlocked on memory" };
  expect(engine.submit({ do: "killall", partition: "A" }).errno).toBe("EIO");
  expect(engine.submit({ do: "reboot", partition: "A" }).errno).toBeNull();
  expect(engine.kernel("A").stopped).toBeNull();
  expect(engine.submit({ do: "killall", partition: "A" }).errno).toBeNull();
});

test("udev's rules, on disk, hold for the kernel that comes after", () => {
  const [partition] = pc("7.3").partitions as [BoxDescription["partitions"][number]];
  const udevRules = 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online_movable"\n';
  const cmdline = "memhp_default_state=offline";
  const engine = new Engine({ seed: 1, box: { partitions: [{ ...partition, cmdline, udevRules }], shelf: [] } });
  expect(engine.submit({ do: "reboot", partition: "A" }).errno).toBeNull();
  engine.runFor(1e9);
  engine.submit({ do: "hotadd", partition: "A", id: "d0", node: 1, size: bytes(256 * MIB) });
  engine.runFor(1e9);
  const blocks = [...engine.kernel("A").blocks.values()].filter(({ dimm }) => dimm === "d0");
  expect(blocks.map(({ state, zone }) => [state, zone?.name])).toEqual([
    ["online", "Movable"],
    ["online", "Movable"],
  ]);
});

test("what a restart cuts short says that, and not that the kernel panicked", () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "load", partition: "A", load: { kind: "pin", mib: 4, node: 1, policy: "bind", comm: "vhost" } });
  engine.settle();
  engine.submit({ do: "move", dimm: "d2", to: { shelf: true } });
  const runs = () => [...engine.attempts.values()].some(({ running }) => running);
  for (let i = 0; i < 1000 && !runs(); i++) engine.runFor(1e5);
  expect(runs()).toBe(true);
  engine.submit({ do: "reboot", partition: "A" });
  engine.settle();
  const checks = [...engine.attempts.values()].flatMap((attempt) => attempt.value().checks);
  expect(checks.filter(({ rule }) => rule === "kernel-runs")).not.toEqual([]);
  for (const { rule, where, data } of checks)
    if (rule === "kernel-runs") expect({ where, data }).toEqual({ where: "kernel_restart", data: { restarted: 1 } });
});
