import { describe, expect, test } from "vitest";
import type { KernelVersion, PartitionDescription } from "../hardware/description.ts";
import { seqnum } from "../sysfs/more/uevent-file.ts";
import { bytes } from "../units.ts";
import "./udev.ts";
import { Engine } from "./engine.ts";
import { replay } from "./replay.ts";
import { stateHash } from "./state-hash.ts";

const RULE = 'SUBSYSTEM=="memory", ACTION=="add", ATTR{state}="online_movable"\n';

const MIB = 1024 * 1024;
const node = (mib: number, cpus = "") => ({ onboard: bytes(mib * MIB), cpus, slots: [] });

/** An emulated machine whose third node is empty. */
const pc = (kernel: KernelVersion, cmdline: string, udevRules?: string): PartitionDescription => ({
  id: "A",
  name: "A",
  nodes: [node(512, "0-1"), node(512), node(0)],
  sharedSlots: 8,
  maxMemory: bytes(16 * 1024 * MIB),
  kernel,
  cmdline,
  ...(udevRules === undefined ? {} : { udevRules }),
});

function machine(cmdline: string, udevRules = RULE, kernel: KernelVersion = "6.12") {
  const scenario = { seed: 1, box: { partitions: [pc(kernel, cmdline, udevRules)], shelf: [] } };
  const engine = new Engine(scenario);
  const reader = engine.transactions.reader("now");
  const kernelOf = engine.kernel("A");
  const insert = () => {
    engine.submit({ do: "hotadd", partition: "A", id: "d0", node: 2, size: bytes(256 * MIB) });
    engine.runFor(1e9);
    return [...kernelOf.blocks.values()].filter(({ dimm }) => dimm === "d0");
  };
  const told = (from: number) =>
    kernelOf.uevents.after(from).map(({ event, by }) => `${by} ${event.action} ${event.devpath.replace(/.*\//, "")}`);
  const journal = () =>
    reader.read().flatMap(({ changes }) => changes.flatMap((one) => (one.c === "journal" ? [one.line] : [])));
  return { engine, scenario, kernel: kernelOf, insert, told, journal };
}

describe("udev", () => {
  test("what the kernel leaves offline a rule brings online, and the block remembers who it was", () => {
    const { insert, journal } = machine("memhp_default_state=offline");
    const blocks = insert();
    expect(blocks.length).toBeGreaterThan(1);
    for (const { zone, onliner } of blocks)
      expect([zone?.name, onliner?.by, onliner?.by === "writer" && onliner.comm, onliner?.late]).toEqual([
        "Movable",
        "writer",
        "(udev-worker)",
        undefined,
      ]);
    expect(journal().filter((line) => line.includes("Failed"))).toEqual([]);
  });

  test("auto_online_blocks comes first, in its own zone; the rule's write is refused and said", () => {
    const { insert, journal } = machine("memhp_default_state=online_kernel");
    const blocks = insert();
    for (const { zone, onliner } of blocks)
      expect([zone?.name, onliner]).toEqual(["Normal", { by: "auto-online", late: "online_movable" }]);
    const failed = journal().filter((line) => line.includes("Failed"));
    expect(failed).toHaveLength(blocks.length);
    expect(failed[0]).toMatch(
      /^\(udev-worker\)\[\d+\]: memory\d+: \/etc\/udev\/rules\.d\/40-memory\.rules:1 Failed to write ATTR\{\/sys\/devices\/system\/memory\/memory\d+\/state\}, ignoring: Invalid argument$/,
    );
  });

  test("a write that was refused is fine with udev when the file says what it wrote", () => {
    const { insert, journal } = machine("memhp_default_state=online_movable", RULE.replace("_movable", ""));
    expect(insert().map(({ zone }) => zone?.name)).toContain("Movable");
    expect(journal().filter((line) => line.includes("Failed"))).toEqual([]);
  });

  test("events of a device are dealt with one after the other, and udev tells each after the kernel", () => {
    const { kernel, insert, told } = machine("memhp_default_state=offline");
    const before = kernel.uevents.told;
    const [block] = insert();
    const name = `memory${block?.number}`;
    expect(told(before).filter((line) => line.endsWith(` ${name}`))).toEqual([
      `kernel add ${name}`,
      `kernel online ${name}`,
      `udev add ${name}`,
      `udev online ${name}`,
    ]);
  });

  test("a refused offline tells nothing", () => {
    const { engine, kernel, told } = machine("memhp_default_state=online_movable", "");
    const before = kernel.uevents.told;
    engine.submit({ do: "write", partition: "A", path: "/sys/devices/system/memory/memory0/state", text: "offline" });
    engine.runFor(1e9);
    expect(told(before)).toEqual([]);
    expect(kernel.blocks.get(0)?.onliner).toEqual({ by: "boot" });
  });

  test("the rules at boot bring online what is offline there; a replay does the same", () => {
    const { engine, scenario, insert } = machine("memhp_default_state=offline");
    insert();
    const again = new Engine(scenario);
    replay(again, engine.journal);
    again.runUntil(engine.now);
    expect(stateHash(again)).toBe(stateHash(engine));
  });
});

describe("order of uevents", () => {
  // Heard on 5.10, 6.1, 6.12 (blocks first) and 6.18, 7.3 (the node first); the container's since the bus is scanned again (6.12).
  test.each([
    ["5.10", ["add memory32", "add memory33", "add node2"]],
    ["6.1", ["add memory32", "add memory33", "add node2"]],
    ["6.12", ["add memory32", "add memory33", "add node2", "online PNP0A06:04"]],
    ["6.18", ["add node2", "add memory32", "add memory33", "online PNP0A06:04"]],
    ["7.3", ["add node2", "add memory32", "add memory33", "online PNP0A06:04"]],
  ] as const)("of a new node on %s", (kernel, expected) => {
    const engine = new Engine({ seed: 1, box: { partitions: [pc(kernel, "memhp_default_state=offline")], shelf: [] } });
    const { uevents } = engine.kernel("A");
    const boot = { "5.10": 509, "6.1": 578, "6.12": 706, "6.18": 710, "7.3": 729 }[kernel];
    expect(seqnum(kernel, uevents.sent)).toBe(boot);
    engine.submit({ do: "hotadd", partition: "A", id: "d0", node: 2, size: bytes(256 * MIB) });
    engine.runFor(1e9);
    expect(uevents.after(0).map(({ event }) => `${event.action} ${event.devpath.replace(/.*\//, "")}`)).toEqual(
      expected,
    );
  });

  test("who waits until a machine is at rest waits for udev, too", () => {
    const { engine, kernel } = machine("memhp_default_state=offline");
    engine.submit({ do: "hotadd", partition: "A", id: "d0", node: 2, size: bytes(256 * MIB) });
    engine.settle();
    const states = [...kernel.blocks.values()].filter(({ dimm }) => dimm === "d0").map(({ state }) => state);
    expect(states).toEqual(["online", "online"]);
  });

  test("rules that cause events for ever don't keep a machine from being there", () => {
    const rules =
      'SUBSYSTEM=="memory", ACTION=="offline", ATTR{online}="1"\nSUBSYSTEM=="memory", ACTION!="offline", ATTR{online}="0"\n';
    const engine = new Engine({ seed: 1, box: { partitions: [pc("6.12", "movablecore=512M", rules)], shelf: [] } });
    const { uevents } = engine.kernel("A");
    expect(engine.now).toBeLessThan(2e9);
    expect(uevents.sent).toBeGreaterThan(50);
    const { sent } = uevents;
    engine.runFor(1e9);
    expect(uevents.sent).toBeGreaterThan(sent + 50);
  });
});
