/** The auto-movable policy: what it counts as memory of boot, and what others are owed of it. */
import { expect, test } from "vitest";
import type { MemoryGroup } from "../memory/memory-block.ts";
import { smallBox } from "../testing/small-box.ts";
import type { Command } from "../time/commands.ts";
import { Engine } from "../time/engine.ts";
import { foreseeOffline } from "./foresight.ts";
import { zoneForBlock } from "./zone-choice.ts";

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
