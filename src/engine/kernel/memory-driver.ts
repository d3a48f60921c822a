/**
 * A driver that owns memory blocks and is asked when they change state: a memory notifier together with the online-page
 * callback (include/linux/memory.h, struct notifier_block; mm/memory_hotplug.c, set_online_page_callback). virtio-mem is
 * one: it adds blocks of which the hypervisor has given only a part.
 */
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import type { Steps } from "../chronicle/task.ts";

export type MemoryChange = "MEM_ONLINE" | "MEM_OFFLINE" | "MEM_CANCEL_ONLINE" | "MEM_CANCEL_OFFLINE";

export interface MemoryDriver {
  owns(block: MemoryBlock): boolean;
  /** Before a block changes state; may wait, and may refuse with an errno. What it began ends with `changed`. */
  going(event: "MEM_GOING_ONLINE" | "MEM_GOING_OFFLINE", block: MemoryBlock): Steps<ErrnoName | null>;
  changed(event: MemoryChange, block: MemoryBlock): void;
  /** Whether the hypervisor has given the pageblock at this pfn; the allocator does not get others when their block comes online. */
  isPlugged(frame: number): boolean;
}
