/** The auto-movable policy: what it counts as memory of boot, and what others are owed of it. */
import { describe, expect, test } from "vitest";
import { ZoneType } from "../memory/kinds.ts";
import type { MemoryGroup } from "../memory/memory-block.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { smallBox } from "../testing/small-box.ts";
import type { Command } from "../time/commands.ts";
import { Engine } from "../time/engine.ts";
import { foreseeOffline } from "./foresight.ts";
import { validZones, zoneForBlock } from "./zone-choice.ts";

const POLICY = "memory_hotplug.online_policy=auto-movable memory_hotplug.auto_movable_numa_aware=0";
const write = (block: number, text: string): Command => ({
  do: "write",
  partition: "A",
  path: `/sys/devices/system/memory/memory${block}/state`,
  text,
});

test("memory of boot that went offline allows for no Movable memory any more", () => {
  const engine = new Engine({ seed: 1, box: smallBox(POLICY) });
  const kernel = engine.kernel("A");
  const block = [...kernel.blocks.values()].find(
    (one) => one.early && one.dimm !== null && foreseeOffline(kernel, one).outlook === "leaves",
  );
  if (!block?.zone) throw new Error("no block of boot can leave");
  const { zone } = block;
  const early = zone.presentEarly;
  engine.submit(write(block.number, "offline"));
  engine.settle();
  expect(block.state).toBe("offline");
  expect(early - zone.presentEarly).toBe(block.pages);
});

test("where other devices' Movable memory needs all kernel memory of boot, a device's own kernel memory makes up for none of it", () => {
  const engine = new Engine({ seed: 1, box: smallBox(`${POLICY} memhp_default_state=offline`) });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const found = [...kernel.blocks.values()].find(({ dimm }) => dimm === "d4");
  if (!found) throw new Error("d4 has no block");
  const { pages } = found;
  const device = (parts: Partial<MemoryGroup>): MemoryGroup => ({
    node: 0,
    unitPages: pages,
    maxPages: 64 * pages,
    kernelPages: 0,
    movablePages: 0,
    ...parts,
  });
  const block = { ...found, group: device({ node: 2, kernelPages: 2 * pages }) };
  const chosen = () => {
    const choice = zoneForBlock(kernel, block, "online");
    return "zone" in choice ? choice.zone.name : choice.errno;
  };
  expect(chosen()).toBe("Movable");
  const early = kernel.zones.reduce((sum, zone) => sum + zone.presentEarly, 0);
  kernel.dynamicGroups.push(device({ movablePages: Math.ceil(early * 3.01) + pages }));
  expect(chosen()).toBe("Normal");
});

/** DIMM d4 on node 2, all of it offline; its first block, of which group and place can be changed. */
function added(words: string, version: Parameters<typeof boxWith>[0] = "6.1") {
  const engine = new Engine({ seed: 1, box: boxWith(version, `${words} memhp_default_state=offline`) });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const blocks = [...kernel.blocks.values()].filter(({ dimm }) => dimm === "d4");
  const [block] = blocks;
  if (!block) throw new Error("d4 has no block");
  const chosen = (word: "online" | "online_kernel" | "online_movable" = "online", of = block) => {
    const choice = zoneForBlock(kernel, of, word);
    return "zone" in choice ? [choice.zone.node, choice.zone.name, choice.because] : [choice.errno];
  };
  const state = (at: number, text: string) => {
    engine.submit(write(blocks[at]?.number ?? -1, text));
    engine.settle();
  };
  return { engine, kernel, blocks, block, chosen, state };
}

describe("contig-zones", () => {
  test("a word decides; else the zone that it lies in alone; else the command line", () => {
    for (const [words, because, name] of [
      ["", "default", "Normal"],
      ["movable_node", "movable-node", "Movable"],
    ] as const) {
      const { blocks, block, chosen, state } = added(words);
      expect(chosen("online_kernel")).toEqual([2, "Normal", "word"]);
      expect(chosen("online_movable")).toEqual([2, "Movable", "word"]);
      expect(chosen()).toEqual([2, name, because]);
      // Between two blocks of a zone.
      state(1, "online_movable");
      state(3, "online_movable");
      expect(chosen("online", blocks[2])).toEqual([2, "Movable", "in-movable"]);
      expect(chosen("online", block)).toEqual([2, name, because]);
      state(1, "offline");
      state(3, "offline");
      state(1, "online_kernel");
      state(3, "online_kernel");
      expect(chosen("online", blocks[2])).toEqual([2, "Normal", "in-kernel"]);
    }
  });

  test("valid_zones names the one of plain online first, then what words ask for; of an online block where it is", () => {
    const { kernel, block, blocks, state } = added("");
    expect(validZones(kernel, block)).toEqual(["Normal", "Movable"]);
    state(1, "online_movable");
    state(3, "online_movable");
    expect(validZones(kernel, blocks[2] as typeof block)).toEqual(["Movable", "Normal"]);
    expect(validZones(kernel, blocks[1] as typeof block)).toEqual(["Movable"]);
    expect(validZones(kernel, { ...block, state: "going-offline" })).toEqual(["Normal", "Movable"]);
    expect(validZones(kernel, { ...block, state: "online", zone: null })).toEqual(["none"]);
  });

  test("low memory has zones of its own", () => {
    const { kernel, block, chosen } = added("");
    const low = kernel.nodes[0]?.zones[ZoneType.DMA32];
    if (!low) throw new Error("no DMA32");
    const inside = { ...block, nodes: [0], startPfn: (low.startPfn + 32768) as typeof block.startPfn };
    expect(chosen("online_kernel", inside)).toEqual([0, "DMA32", "word"]);
  });
});

describe("auto-movable", () => {
  const early = (kernel: ReturnType<typeof added>["kernel"]) =>
    kernel.zones.reduce((sum, zone) => sum + (zone.type < ZoneType.Movable ? zone.presentEarly - zone.cma : 0), 0);
  const ratioFor = (kernel: ReturnType<typeof added>["kernel"], pages: number) => (100 * pages) / early(kernel);

  test("as much Movable as the ratio allows, for a DIMM as a whole", () => {
    const { kernel, blocks, block, chosen, state } = added(POLICY);
    const all = 4 * block.pages;
    const exact = ratioFor(kernel, all);
    kernel.parameters.autoMovableRatio = Math.ceil(exact);
    expect(chosen()).toEqual([2, "Movable", "ratio-allows"]);
    kernel.parameters.autoMovableRatio = Math.ceil(exact) - 1;
    expect(chosen()).toEqual([2, "Normal", "ratio-forbids"]);
    kernel.parameters.autoMovableRatio = 0;
    expect(chosen()).toEqual([2, "Normal", "ratio-forbids"]);
    // What of it is Movable already counts once.
    kernel.parameters.autoMovableRatio = Math.ceil(exact);
    state(3, "online_movable");
    expect(chosen("online", blocks[2])).toEqual([2, "Movable", "ratio-allows"]);
    kernel.parameters.autoMovableRatio = Math.ceil(exact) - 1;
    expect(chosen("online", blocks[2])).toEqual([2, "Normal", "ratio-forbids"]);
    state(2, "online_kernel");
    kernel.parameters.autoMovableRatio = 10_000;
    expect(chosen()).toEqual([2, "Normal", "device-is-kernel"]);
  });

  test("on the node alone, too, where that is asked for", () => {
    const { kernel, chosen } = added("memory_hotplug.online_policy=auto-movable");
    kernel.parameters.autoMovableRatio = 10_000;
    // Node 2 has no memory of boot.
    expect(kernel.parameters.autoMovableNumaAware).toBe(true);
    expect(chosen()).toEqual([2, "Normal", "node-ratio-forbids"]);
    kernel.parameters.autoMovableNumaAware = false;
    expect(chosen()).toEqual([2, "Movable", "ratio-allows"]);
  });

  test("contiguous areas are for movable pages: they count as such, and not as memory of boot", () => {
    const plain = added(POLICY, "what-if");
    const { kernel, block, chosen } = added(`${POLICY} cma=64M`, "what-if");
    const cma = kernel.zones.reduce((sum, zone) => sum + zone.cma, 0);
    expect(cma).toBe(64 * 256);
    const present = (of: typeof kernel) => of.zones.reduce((sum, zone) => sum + zone.presentEarly, 0);
    expect(present(kernel)).toBe(present(plain.kernel));
    const exact = ratioFor(kernel, 4 * block.pages + cma);
    kernel.parameters.autoMovableRatio = Math.ceil(exact);
    expect(chosen()).toEqual([2, "Movable", "ratio-allows"]);
    kernel.parameters.autoMovableRatio = Math.ceil(exact) - 1;
    expect(chosen()).toEqual([2, "Normal", "ratio-forbids"]);
  });

  test("a device that grows decides by its unit: what of that is online, and of which kind", () => {
    const { kernel, blocks, block, chosen, state } = added(POLICY);
    kernel.parameters.autoMovableRatio = 10_000;
    const group: MemoryGroup = { node: 2, unitPages: 2 * block.pages, maxPages: 99, kernelPages: 0, movablePages: 0 };
    const of = (at: number, more: Partial<MemoryGroup> = {}) => ({
      ...(blocks[at] as typeof block),
      group: { ...group, ...more },
    });
    const unit = Math.floor(block.startPfn / (2 * block.pages)) * 2 * block.pages;
    // Blocks of one unit by their places in the DIMM.
    const [first, second] = unit === block.startPfn ? [0, 1] : [1, 2];
    expect(chosen("online", of(first))).toEqual([2, "Movable", "ratio-allows"]);
    state(second, "online_kernel");
    expect(chosen("online", of(first))).toEqual([2, "Normal", "device-is-kernel"]);
    // The other unit of the same device, and a unit of one block, are not concerned.
    expect(chosen("online", of(unit === block.startPfn ? 2 : 3))).toEqual([2, "Movable", "ratio-allows"]);
    expect(chosen("online", of(first, { unitPages: block.pages }))).toEqual([2, "Movable", "ratio-allows"]);
    // What the unit has as Movable needs no room again.
    state(second, "offline");
    state(second, "online_movable");
    kernel.parameters.autoMovableRatio = Math.ceil(ratioFor(kernel, 2 * block.pages));
    expect(chosen("online", of(first))).toEqual([2, "Movable", "ratio-allows"]);
    kernel.parameters.autoMovableRatio--;
    expect(chosen("online", of(first))).toEqual([2, "Normal", "ratio-forbids"]);
  });

  test("a device's own kernel memory allows for more of its own; that of others is theirs", () => {
    const { kernel, block, chosen } = added(POLICY);
    const own: MemoryGroup = {
      node: 2,
      unitPages: block.pages,
      maxPages: 99,
      kernelPages: 0,
      movablePages: 0,
    };
    const at = (kernelPages: number) => chosen("online", { ...block, group: { ...own, kernelPages } })[1];
    // Movable memory that takes all that boot's memory allows for.
    const other: MemoryGroup = { node: 1, unitPages: block.pages, maxPages: 99, kernelPages: 0, movablePages: 0 };
    kernel.dynamicGroups.push(other);
    kernel.parameters.autoMovableRatio = 100;
    const movable = kernel.zones.find(({ type }) => type === ZoneType.Movable);
    const others = (pages: number, kernelPages = 0) => {
      movable?.countPresent(pages - other.movablePages);
      Object.assign(other, { movablePages: pages, kernelPages });
    };
    const all = early(kernel);
    others(all - block.pages);
    expect(at(0)).toBe("Movable");
    others(all - block.pages + 1);
    expect([at(0), at(1)]).toEqual(["Normal", "Movable"]);
    // Kernel memory of the other device pays for its own.
    others(all - block.pages + 1, 1);
    expect(at(0)).toBe("Movable");
    // All that boot has is owed: own kernel memory makes up for none of it.
    others(all);
    expect(at(10 * block.pages)).toBe("Normal");
    // More kernel memory than it needs is of no use to others.
    others(block.pages, 99 * block.pages);
    expect(at(0)).toBe("Movable");
    kernel.parameters.autoMovableRatio = Math.ceil(ratioFor(kernel, block.pages)) - 1;
    expect(at(0)).toBe("Normal");
  });
});
