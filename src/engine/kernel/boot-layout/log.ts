/** Boot messages about memory, in the kernel's words and order. */
import type { PartitionDescription } from "../../hardware/description.ts";
import type { FirmwareMap } from "../../hardware/memory-map.ts";
import type { BootMemory } from "./node-memory.ts";
import type { BootLayout } from "./index.ts";

const mem = (start: number, end: number, digits: number): string =>
  `[mem 0x${start.toString(16).padStart(digits, "0")}-0x${(end - 1).toString(16).padStart(digits, "0")}]`;

/** The log lines of boot, without time stamps. */
export function bootLog(
  _partition: PartitionDescription,
  map: FirmwareMap,
  _memory: BootMemory,
  layout: Omit<BootLayout, "logLines">,
  _unmirrored: boolean,
): string[] {
  const lines = map.e820.map((entry) => `BIOS-e820: ${mem(entry.start, entry.end, 16)} ${entry.type}`);
  for (const entry of layout.srat.memory) {
    lines.push(
      `ACPI: SRAT: Node ${entry.node} PXM ${entry.pxm} ${mem(entry.start, entry.end, 8)}${entry.hotpluggable ? " hotplug" : ""}`,
    );
  }
  lines.push("Movable zone start for each node");
  for (const [node, start] of layout.movableStart)
    lines.push(`  Node ${node}: 0x${(start * 4096).toString(16).padStart(16, "0")}`);
  return lines;
}
