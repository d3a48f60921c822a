/**
 * Hot remove: making the kernel forget memory whose blocks are all offline (mm/memory_hotplug.c,
 * try_remove_memory and try_offline_node; arch/x86/mm/init_64.c, arch_remove_memory).
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { NumaNode } from "../memory/node.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import { PAGE_SIZE, PAGES_PER_SECTION, sectionOf } from "../units.ts";
import { dropSection } from "./add.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { shrinkZone } from "./spans.ts";

/** Removes `[start, start + size)`. The caller holds the hotplug lock. Returns the errno or null. */
export function* removeMemory(
  kernel: Kernel,
  start: number,
  size: number,
  attempt: AttemptLog,
): Steps<ErrnoName | null> {
  const blocks = blocksIn(kernel, start, size);
  const online = blocks.find((block) => block.state !== "offline");
  if (online) {
    const address = (at: number): string => `0x${at.toString(16).padStart(16, "0")}`;
    kernel.log(
      "warn",
      `removing memory fails, because memory [${address(start)}-${address(start + size - 1)}] is onlined`,
    );
    attempt.check("all-blocks-offline", "fail", "try_remove_memory", { block: online.number });
    return "EBUSY";
  }
  attempt.check("all-blocks-offline", "pass", "try_remove_memory", { blocks: blocks.length });
  kernel.resources.removeFirmware(start, start + size - 1);
  const nodes = new Set(blocks.flatMap((block) => [...block.nodes]));
  for (const block of blocks) {
    kernel.blocks.delete(block.number);
    kernel.revision++;
    kernel.tellDevice("remove", "memory", block.number);
    kernel.recorder.emit({ c: "block", partition: kernel.id, block: block.number, state: "removed", zone: null });
  }
  for (let section = sectionOf(start / PAGE_SIZE); section < sectionOf((start + size) / PAGE_SIZE); section++) {
    dropSection(kernel, section);
    yield spend(Cost.mapSection, "arch_remove_memory", "__remove_pages", "sparse_remove_section");
  }
  for (const block of blocks) if (block.fixedZone) shrinkZone(kernel, block.fixedZone, block.startPfn, block.pages);
  kernel.directMap.unmap(start, start + size, kernel.cpuNode.id);
  const unmapping = (size / PAGE_SIZE / PAGES_PER_SECTION) * Cost.mapDirect;
  yield spend(unmapping, "arch_remove_memory", "kernel_physical_mapping_remove");
  kernel.resources.release(start, size);
  for (const id of nodes) tryOfflineNode(kernel, kernel.nodes[id] as NumaNode);
  return null;
}

/** A node without blocks and CPUs goes offline; its sysfs folder vanishes. */
function tryOfflineNode(kernel: Kernel, node: NumaNode): void {
  if (node.spanned > 0 || node.hasCpu) return;
  for (const block of kernel.blocks.values()) if (block.nodes.includes(node.id)) return;
  node.online = false;
  node.daemons = false;
  kernel.allocator.onlineNodes--;
  kernel.revision++;
  kernel.tellDevice("remove", "node", node.id);
  kernel.recorder.emit({ c: "node", partition: kernel.id, node: node.id, online: false, hasMemory: false });
}

export function blocksIn(kernel: Kernel, start: number, size: number): MemoryBlock[] {
  const found: MemoryBlock[] = [];
  const first = Math.floor(start / PAGE_SIZE / kernel.blockPages);
  const last = Math.ceil((start + size) / PAGE_SIZE / kernel.blockPages);
  for (let number = first; number < last; number++) {
    const block = kernel.blocks.get(number);
    if (block) found.push(block);
  }
  return found;
}
