/** /sys/kernel/debug/extfrag: how fragmented free memory is (mm/vmstat.c, unusable_free_index and __fragmentation_index). */
import type { Kernel } from "../../kernel/kernel.ts";
import type { Zone } from "../../memory/zone.ts";
import { MAX_ORDER } from "../../units.ts";
import { type Directory, directory, readable } from "../tree.ts";

const ORDERS = Array.from({ length: MAX_ORDER + 1 }, (_, order) => order);
/** Thousandths as the files print them. */
const thousandths = (value: number): string =>
  `${Math.trunc(value / 1000)}.${String(Math.abs(value % 1000)).padStart(3, "0")}`;

/** Share of free memory that is of no use for an allocation of this order, in thousandths. */
function unusable(zone: Zone, order: number): number {
  if (zone.free === 0) return 1000;
  let suitable = 0;
  for (let at = order; at <= MAX_ORDER; at++) suitable += zone.chunksOfOrder(at) * 2 ** (at - order);
  return Math.floor(((zone.free - suitable * 2 ** order) * 1000) / zone.free);
}

/** Is an allocation that fails for want of memory (towards 0) or for fragmentation (towards 1)? -1 where it succeeds. */
function fragmentation(zone: Zone, order: number): number {
  let free = 0;
  let blocks = 0;
  for (const at of ORDERS) {
    blocks += zone.chunksOfOrder(at);
    free += zone.chunksOfOrder(at) * 2 ** at;
    if (at >= order && zone.chunksOfOrder(at) > 0) return -1000;
  }
  return blocks === 0 ? 0 : 1000 - Math.floor((1000 + Math.floor((free * 1000) / 2 ** order)) / blocks);
}

export function extfrag(kernel: Kernel): Directory {
  const lines = (value: (zone: Zone, order: number) => string) => () =>
    kernel.nodes
      .filter((node) => node.online)
      .flatMap((node) => node.zones.filter((zone) => zone.populated))
      .map(
        (zone) =>
          `Node ${zone.node}, zone ${zone.name.padStart(8)} ${ORDERS.map((order) => `${value(zone, order)} `).join("")}\n`,
      )
      .join("");
  return directory({
    extfrag_index: readable(
      lines((zone, order) =>
        fragmentation(zone, order) === -1000 ? "-1.000" : thousandths(fragmentation(zone, order)),
      ),
      0o444,
      0,
    ),
    unusable_index: readable(
      lines((zone, order) => thousandths(unusable(zone, order))),
      0o444,
      0,
    ),
  });
}
