/** The report on memory that stands in the log when an allocation failed (mm/show_mem.c, show_mem). */
import { ZONE_TYPES, type ZoneType } from "../memory/kinds.ts";
import type { NodeMask } from "../memory/allocator.ts";
import { MAX_ORDER } from "../units.ts";
import type { Kernel } from "./kernel.ts";
import { since } from "./profiles/versions.ts";

export const kb = (pages: number): number => pages * 4;

/**
 * What memory looks like, by nodes that a request may use, and since 6.1 only the zones that it may (show_mem; recorded on 5.10
 * with ZONE_MOVABLE, on 6.1 and later without).
 */
export function tellMemory(kernel: Kernel, mask: NodeMask, highest: ZoneType): void {
  const all = !since(kernel.profile.version, 6, 1);
  const say = (line: string): void => kernel.log("warn", line);
  say("Mem-Info:");
  for (const node of kernel.nodes)
    if (node.hasMemory && (mask === null || mask.has(node.id)))
      for (const zone of node.zones)
        if (zone.populated && (all || zone.type <= highest)) {
          const name = `Node ${node.id} ${zone.name}`;
          const boost = since(kernel.profile.version, 5, 12) ? ` boost:${kb(zone.boost)}kB` : "";
          say(
            `${name} free:${kb(zone.free)}kB${boost} min:${kb(zone.min + zone.boost)}kB low:${kb(zone.low + zone.boost)}kB high:${kb(zone.high + zone.boost)}kB present:${kb(zone.present)}kB managed:${kb(zone.managed)}kB`,
          );
          say(`lowmem_reserve[]: ${[...zone.protection].slice(0, ZONE_TYPES).join(" ")}`);
          const chunks = Array.from({ length: MAX_ORDER + 1 }, (_, order) => zone.chunksOfOrder(order));
          say(`${name}: ${chunks.map((n, order) => `${n}*${4 << order}kB`).join(" ")} = ${kb(zone.free)}kB`);
        }
}
