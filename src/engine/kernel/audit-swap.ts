/** What is in swap: each slot in use is one mapping's, and counters agree. A part of the audit. */
import { HOLE } from "../holders/mappings.ts";
import { ZramDisk } from "../holders/block-devices.ts";
import { PAGE_SIZE } from "../units.ts";
import type { Kernel } from "./kernel.ts";

export function auditSwap(kernel: Kernel, say: (text: string) => void): void {
  const { swap, mappings, devices } = kernel;
  const named = new Set<number>();
  for (const mapping of mappings) {
    let swapped = 0;
    for (let offset = 0; offset < mapping.length; offset++) {
      const entry = mapping.at(offset);
      if (entry >= HOLE) continue;
      swapped++;
      const area = swap.areaOf(entry);
      if (!area) say(`${mapping.what} has page ${offset} in an area that does not exist`);
      else if (area.slots[swap.slotOf(entry)] !== 1) say(`${mapping.what} has page ${offset} in a slot that is free`);
      if (named.has(entry)) say(`swap entry ${entry} is in two places`);
      named.add(entry);
    }
    if (swapped !== mapping.swapped) say(`${mapping.what} counts ${mapping.swapped} pages in swap, has ${swapped}`);
  }
  let used = 0;
  for (const area of swap.areas) {
    const taken = area.slots.reduce((sum, slot) => sum + slot, 0);
    if (taken !== area.used) say(`${area.path} counts ${area.used} slots in use, has ${taken}`);
    if (area.device.heldBy !== "swap") say(`${area.path} is swapped on and not held`);
    used += taken;
  }
  if (used !== named.size) say(`${used} slots of swap are in use, ${named.size} are named`);
  if (swap.active !== (kernel.allocator.kswapd !== null)) say("kswapd and swap do not agree");
  for (const device of devices) {
    if (!(device instanceof ZramDisk)) continue;
    const { compressed, used: bytes } = device.figures;
    if (bytes !== Math.ceil(compressed / PAGE_SIZE) * PAGE_SIZE)
      say(`${device.name} keeps ${compressed} bytes in ${bytes}`);
  }
}
