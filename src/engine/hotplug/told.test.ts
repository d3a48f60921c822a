/**
 * What an operation tells of itself (its checks, what changed, what firmware and the log hear), and how long it takes: the sum
 * of what its steps cost, worked out here by hand.
 */
import { describe, expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { Trial, twoNodeBox } from "../experiments/trial.ts";
import { audit } from "../kernel/audit.ts";
import { Cost } from "../kernel/costs.ts";
import { PAGEBLOCK_PAGES, PAGES_PER_SECTION } from "../units.ts";

const BLOCK = PAGES_PER_SECTION;
const BLOCK_BYTES = BLOCK * 4096;
/** Where DIMM d1 comes to lie. */
const START = 5 * 2 ** 30;
const FIRST = START / BLOCK_BYTES;

function machine(kernel: KernelVersion = "6.1", words = "memhp_default_state=offline") {
  const trial = new Trial(twoNodeBox(kernel, words));
  const reader = trial.engine.transactions.reader();
  const changes = () => reader.read().flatMap((transaction) => transaction.changes);
  /** Changes of these sorts since the last time, as short text. */
  const told = () =>
    changes().flatMap((change): string[] => {
      if (change.c === "block") return [`memory${change.block} ${change.state} ${change.zone}`];
      if (change.c === "zone")
        return [`${change.node}${change.zone} ${change.spanned}/${change.present}/${change.managed}`];
      if (change.c === "node")
        return [`node${change.node} ${change.online ? "online" : "offline"} ${change.hasMemory}`];
      if (change.c === "log") return [change.line];
      if (change.c === "acpi") {
        const { event } = change;
        return [event.event === "DEVICE_DELETED" ? `deleted ${event.device}` : `ost ${event.source} ${event.status}`];
      }
      return [];
    });
  const last = (kind: string) =>
    [...trial.engine.attempts.values()].map((log) => log.value()).findLast((each) => each.kind === kind);
  const checks = (kind: string) =>
    last(kind)?.checks.map(({ rule, verdict, where, data }) => [rule, verdict, where, data]);
  const took = (kind: string) => {
    const { startedAt = 0, endedAt = 0 } = last(kind) ?? {};
    return (endedAt ?? 0) - startedAt;
  };
  return { trial, kernel: trial.kernel, told, checks, took, last };
}

describe("a DIMM of two blocks", () => {
  test("is added: its range, its memory map, its blocks", () => {
    const { trial, told, checks, took } = machine();
    trial.insert("d1", "A/1/0");
    expect(checks("add")).toEqual([
      ["range-free", "pass", "register_memory_resource", { start: START, size: 2 * BLOCK_BYTES }],
      [
        "range-aligned",
        "pass",
        "check_hotplug_memory_range",
        { start: START, size: 2 * BLOCK_BYTES, block: BLOCK_BYTES },
      ],
      ["vmemmap", "pass", "sparse_add_section", { sections: 2, pages: 1024, self: 0 }],
    ]);
    expect(told()).toEqual([`memory${FIRST} offline null`, `memory${FIRST + 1} offline null`, "ost 1 0"]);
    expect(took("add")).toBe(Cost.acpi + 2 * Cost.mapDirect + 2 * Cost.mapSection + Cost.call);
  });

  test("is online at once where that is the kernel's default, block by block", () => {
    const { trial, told, took, last } = machine("6.1", "memhp_default_state=online_kernel");
    trial.insert("d1", "A/1/0");
    expect(told().filter((line) => line.startsWith("memory"))).toEqual([
      `memory${FIRST} offline null`,
      `memory${FIRST + 1} offline null`,
      `memory${FIRST} online Normal`,
      `memory${FIRST + 1} online Normal`,
    ]);
    const online = BLOCK * Cost.initPage + 4 * Cost.call + Cost.rebuild;
    expect(took("online")).toBe(online);
    expect(took("add")).toBe(Cost.acpi + 2 * Cost.mapDirect + 2 * Cost.mapSection + Cost.call + 2 * online);
    expect(last("online")?.parent).toBe(last("add")?.id);
  });

  test("leaves by firmware's request: offline, removed, switched off", () => {
    const { trial, told, checks, took } = machine();
    trial.insert("d1", "A/1/0");
    told();
    expect(trial.eject("d1")).toBeNull();
    expect(checks("eject")).toEqual([
      ["all-blocks-offline", "pass", "try_remove_memory", { blocks: 2 }],
      ["powered-off", "pass", "acpi_evaluate_ej0", { slot: 2 }],
    ]);
    expect(told()).toEqual([
      "ost 3 132",
      `memory${FIRST} removed null`,
      `memory${FIRST + 1} removed null`,
      "deleted d1",
      "ost 3 0",
    ]);
    expect(took("eject")).toBe(2 * Cost.acpi + 2 * Cost.mapSection + 2 * Cost.mapDirect);
    expect(trial.kernel.blocks.has(FIRST)).toBe(false);
    expect(audit(trial.kernel)).toEqual([]);
  });
});

describe("a block", () => {
  test("comes online in the zone that is asked for, the first of its node there: zonelists are built anew", () => {
    const { trial, told, checks, took } = machine();
    const [low] = trial.insert("d1", "A/1/0");
    if (!low) throw new Error("no block");
    told();
    expect(trial.state(low, "online_movable")).toBeNull();
    expect(checks("online")).toEqual([
      [
        "online-zone",
        "pass",
        "zone_for_pfn_range",
        { zone: "Movable", node: 1, word: "online_movable", because: "word" },
      ],
      ["notifiers", "pass", "memory_notify", {}],
    ]);
    const lines = told();
    expect(lines.slice(0, 2)).toEqual(["Fallback order for Node 0: 0 1 ", "Fallback order for Node 1: 1 0 "]);
    expect(lines.slice(-2)).toEqual([`1Movable ${BLOCK}/${BLOCK}/${BLOCK}`, `memory${FIRST} online Movable`]);
    expect(took("online")).toBe(BLOCK * Cost.initPage + 4 * Cost.call + Cost.rebuild);
  });

  test("goes offline: what that takes is what its pages cost, and those that had to move", () => {
    const { trial, kernel, told, checks, took, last } = machine();
    const [low] = trial.insert("d1", "A/1/0");
    if (!low) throw new Error("no block");
    trial.state(low, "online_movable");
    trial.load({ kind: "anon", mib: 8, node: 1, policy: "bind" });
    told();
    expect(trial.state(low, "offline")).toBeNull();
    const moved = 8 * 256;
    expect(checks("offline")).toEqual([
      ["one-zone", "pass", "memory_block_offline", { zone: "Movable", node: 1, pages: BLOCK }],
      ["no-holes", "pass", "offline_pages", {}],
      ["isolate", "pass", "start_isolate_page_range", { pageblocks: 64 }],
      ["notifiers", "pass", "memory_notify", {}],
      ["migrate", "pass", "migrate_pages", { moved }],
    ]);
    expect(last("offline")).toMatchObject({ passes: 1, pagesMoved: moved, pagesFailed: 0 });
    const copy = Math.round((Cost.copyPage * kernel.distance(1, 0)) / 10);
    const scan = BLOCK * Cost.scanPage;
    expect(took("offline")).toBe(
      Cost.call + // memory_block_offline
        Cost.drain +
        64 * Cost.isolatePageblock +
        4 * Cost.call + // the notifiers
        Cost.call + // a scan that finds its first page at once
        (moved * Cost.isolatePage + scan) +
        moved * (Cost.unmapPage + copy + Cost.remapPage) +
        scan +
        Cost.call + // dissolve_free_huge_pages
        BLOCK * Cost.initPage +
        Cost.rebuild,
    );
    const lines = told();
    expect(lines[0]).toBe(`memory${FIRST} going-offline Movable`);
    expect(lines.slice(-2)).toEqual(["1Movable 0/0/0", `memory${FIRST} offline null`]);
    expect(lines).toContain("Fallback order for Node 0: 0 1 ");
    expect(audit(kernel)).toEqual([]);
  });

  test.each<KernelVersion>(["3.14", "6.1", "7.3"])("%s: that a driver wants to keep stays, as it was", (version) => {
    const { trial, kernel, told, checks, last } = machine(version, "movable_node memhp_default_state=offline");
    const blocks = trial.insert("d1", "A/1/0");
    const block = blocks.at(-1);
    if (!block) throw new Error("no block");
    trial.state(block, "online_movable");
    const zone = block.zone;
    const before = [zone?.free, zone?.present, ...(zone?.chunks ?? [])];
    kernel.injected.set("MEM_GOING_OFFLINE", -12);
    told();
    expect(trial.state(block, "offline")).toBe("ENOMEM");
    expect(checks("offline")?.at(-1)).toEqual(["notifiers", "fail", "memory_notify", { errno: "ENOMEM" }]);
    const heard = told();
    expect(heard[0]).toBe(`memory${block.number} going-offline Movable`);
    expect(heard.at(-1)).toBe(`memory${block.number} online Movable`);
    expect(heard).toContain("Injecting error (-12) to MEM_GOING_OFFLINE");
    expect(last("offline")?.log).toEqual(["offlining failed due to notifier failure"]);
    expect([zone?.free, zone?.present, ...(zone?.chunks ?? [])]).toEqual(before);
    expect([block.state, block.zone]).toEqual(["online", zone]);
    expect(audit(kernel)).toEqual([]);
  });

  test("whose coming a driver refuses is offline again, and its zone spans it no more", () => {
    const { trial, kernel, checks, last } = machine();
    const [low] = trial.insert("d1", "A/1/0");
    if (!low) throw new Error("no block");
    kernel.injected.set("MEM_GOING_ONLINE", -16);
    expect(trial.state(low, "online_movable")).toBe("EBUSY");
    expect(checks("online")?.at(-1)).toEqual(["notifiers", "fail", "memory_notify", { errno: "EBUSY" }]);
    expect(last("online")?.errno).toBe("EBUSY");
    expect(kernel.nodes[1]?.zones.map(({ spanned }) => spanned).at(3)).toBe(0);
    expect([low.state, low.zone]).toEqual(["offline", null]);
    expect(audit(kernel)).toEqual([]);
  });

  test("with kernel memory in it is refused when its pageblock is isolated: which page, and how many more", () => {
    const { trial, kernel, told, checks, last } = machine("6.1", "memhp_default_state=online_kernel");
    trial.insert("d1", "A/1/0");
    trial.load({ kind: "slab", mib: 300, node: 1, policy: "bind" });
    const block = trial.blocksOf("d1").find(({ startPfn }) => kernel.pages.indexOf(startPfn) >= 0);
    if (!block) throw new Error("no slab there");
    told();
    expect(trial.state(block, "offline")).toBe("EBUSY");
    const [rule, verdict, where, data] = checks("offline")?.at(-1) ?? [];
    expect([rule, verdict, where]).toEqual(["isolate", "fail", "start_isolate_page_range"]);
    expect(data).toMatchObject({ pageblocks: BLOCK / PAGEBLOCK_PAGES });
    const { culprit } = last("offline") ?? {};
    const staying = [8, 7].reduce((sum, kind) => sum + kernel.pages.countIn(block.startPfn / BLOCK, kind), 0);
    expect(culprit?.others).toBe(staying - 1);
    expect(culprit?.block).toBe(block.number);
    const log = last("offline")?.log ?? [];
    expect(log.at(-1)).toBe("offlining failed due to failure to isolate range");
    expect(log.some((line) => line.includes("unmovable page"))).toBe(true);
    expect(block.state).toBe("online");
  });

  test("of boot memory that several zones share has no one zone to leave", () => {
    const { trial, kernel, checks } = machine();
    const shared = [...kernel.blocks.values()].find(({ zone, early }) => zone === null && early);
    if (!shared) throw new Error("no block is shared");
    expect(trial.state(shared, "offline")).toBe("EINVAL");
    expect(checks("offline")).toEqual([
      ["one-zone", "fail", "memory_block_offline", { zones: expect.stringMatching(/^DMA, DMA32/) }],
    ]);
    expect(shared.state).toBe("online");
  });
});

describe("an eject that is refused", () => {
  /** Both blocks online, the second with kernel memory. */
  function refused(version: KernelVersion) {
    const made = machine(version);
    const [low, high] = made.trial.insert("d1", "A/1/0");
    if (!low || !high) throw new Error("no blocks");
    made.trial.state(low, "online_kernel");
    made.trial.state(high, "online_kernel");
    const { kernel, told } = made;
    const { zone } = high;
    if (!zone) throw new Error("no zone");
    kernel.buddy.touch(zone, high.startPfn / BLOCK);
    const page = kernel.pages.indexOf(high.startPfn);
    kernel.buddy.takeChunk(zone, page);
    kernel.pages.setKind(page, 1024, 15, 0);
    told();
    return { ...made, low, high, errno: made.trial.eject("d1") };
  }

  test("tries all blocks, then once more; those that went offline come back", () => {
    const { errno, low, high, told, checks, last } = refused("6.1");
    expect(errno).toBe("EBUSY");
    const heard = told();
    expect(heard.filter((line) => line.startsWith("memory") && !line.includes("mem 0x"))).toEqual([
      `memory${low.number} going-offline Normal`,
      `memory${low.number} offline null`,
      `memory${high.number} going-offline Normal`,
      `memory${high.number} online Normal`,
      `memory${high.number} going-offline Normal`,
      `memory${high.number} online Normal`,
      `memory memory${high.number}: Offline failed.`,
      `memory${low.number} online Normal`,
    ]);
    expect(heard.filter((line) => line.startsWith("ost"))).toEqual(["ost 3 132", "ost 3 130"]);
    expect(checks("eject")?.find(([rule]) => rule === "all-blocks-offline")).toEqual([
      "all-blocks-offline",
      "fail",
      "acpi_scan_try_to_offline",
      { block: high.number },
    ]);
    expect(last("eject")?.steps.map(({ state, tries }) => [state, tries])).toEqual([
      ["rolled-back", 1],
      ["stayed", 2],
    ]);
  });

  test("before 3.11 leaves them offline, and says which memory is in use", () => {
    const { errno, low, high, told } = refused("3.9");
    expect(errno).toBe("EBUSY");
    expect([low.state, high.state]).toEqual(["offline", "online"]);
    const first = (high.startPfn * 4096).toString(16).padStart(8, "0");
    const last = ((high.startPfn + BLOCK) * 4096 - 1).toString(16).padStart(8, "0");
    expect(told()).toContain(`removing memory fails, because memory [0x${first}-0x${last}] is onlined`);
  });

  test("and another operation waits until it is over", () => {
    const { trial, kernel, told } = machine();
    const [low] = trial.insert("d1", "A/1/0");
    if (!low) throw new Error("no block");
    trial.state(low, "online_movable");
    told();
    trial.engine.submit({ do: "press", dimm: "d1" });
    trial.engine.runFor(Cost.acpi + 10_000);
    expect(kernel.hotplugLock).not.toBeNull();
    // The eject has the lock; the writer sleeps, and finds no block when it wakes.
    expect(trial.state(low, "offline")).toBe("ENODEV");
    expect(kernel.hotplugLock).toBeNull();
    expect(trial.kernel.blocks.has(low.number)).toBe(false);
  });
});

test("where memory can't be removed at all, or ejects are switched off, firmware hears that it is not supported", () => {
  const old = machine("3.8");
  old.trial.insert("d1", "A/1/0");
  old.told();
  expect(old.trial.eject("d1")).toBe("EPERM");
  expect(old.told().filter((line) => line.startsWith("ost"))).toEqual(["ost 3 128"]);
  expect(old.checks("eject")).toEqual([["removal-supported", "fail", "arch_remove_memory", { kernel: "3.8" }]]);
  const off = machine();
  off.trial.insert("d1", "A/1/0");
  off.told();
  off.kernel.parameters.acpiHotplugEnabled = false;
  expect(off.trial.eject("d1")).toBe("EPERM");
  expect(off.told()).toEqual(["acpi PNP0C80:02: Eject disabled", "ost 3 128"]);
  expect(off.kernel.blocks.has(FIRST)).toBe(true);
});

test("before 4.13 a block that is not at the edge can't change sides: which function says so, and of which zone", () => {
  const { trial, kernel, checks } = machine("3.14", "movable_node memhp_default_state=offline");
  const [low, high] = trial.insert("d1", "A/1/0");
  if (!low || !high) throw new Error("no blocks");
  expect(low.fixedZone?.name).toBe("Normal");
  expect(trial.state(low, "online_movable")).toBe("EPERM");
  expect(checks("online")).toEqual([
    ["online-zone", "fail", "move_pfn_range_right", { zone: "Normal", word: "online_movable" }],
  ]);
  expect(trial.state(high, "online_movable")).toBeNull();
  expect(trial.state(high, "offline")).toBeNull();
  expect(trial.state(low, "online_kernel")).toBeNull();
  expect(high.fixedZone?.name).toBe("Movable");
  expect(audit(kernel)).toEqual([]);
});

test("each block's device takes a page of the kernel's, near the CPUs", () => {
  const { trial, kernel } = machine();
  const { count } = kernel.metadata;
  trial.insert("d1", "A/1/0");
  expect(kernel.metadata.count - count).toBe(2);
  for (const page of kernel.metadata.chunks.subarray(count, count + 2))
    expect(kernel.zoneOfIndex(page).node).toBe(kernel.cpuNode.id);
});
