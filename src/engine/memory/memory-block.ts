/** A memory block: the unit of online and offline, memoryN in sysfs (drivers/base/memory.c, struct memory_block). */
import type { Pfn } from "../units.ts";
import type { Zone } from "./zone.ts";

/**
 * Who brought a block online: boot, the kernel as it was added (auto_online_blocks) or as an eject was undone, a driver that
 * added it for itself, a person's careful removal that was undone, or a process that wrote to a file of the block (`null` where
 * nobody says which).
 */
export type Onliner = (
  | { readonly by: "boot" | "auto-online" | "undone-eject" | "driver" | "undone-removal" }
  | { readonly by: "writer"; readonly comm: string | null; readonly pid: number | null }
) & {
  /** What a rule of udev wrote to `state` when it was online already, if that was another word. */
  readonly late?: string;
};
/** What workers of udev are called. */
export const UDEV_WORKER = "(udev-worker)";

export interface MemoryBlock {
  readonly number: number;
  readonly startPfn: Pfn;
  readonly pages: number;
  state: "online" | "offline" | "going-offline";
  /** Nodes that it has pages of; several only for boot blocks. */
  nodes: readonly number[];
  /** The one zone of an online block; `null` when offline, or when boot memory of several zones or nodes shares it. */
  zone: Zone | null;
  /**
   * What `state` was told while the block was online already, which the kernel keeps (mem->online_type): the next online that
   * names no type takes it.
   */
  keptType: "online" | "online_kernel" | "online_movable" | null;
  /** Zone that it lies in even while offline, where zones are fixed as memory is added (before 4.13); else `null`. */
  fixedZone: Zone | null;
  /** DIMM that it belongs to. */
  readonly dimm: string | null;
  /** First pages that hold the block's own memory map (memmap_on_memory). */
  readonly selfMemmapPages: number;
  readonly group: MemoryGroup | null;
  /** Present at boot: its memory map is boot memory. */
  readonly early: boolean;
  /** Who brought it online, `null` while it is offline. */
  onliner: Onliner | null;
  /** Id of the running or last attempt on it. */
  attempt: number | null;
  /** Pages taken out of use after memory errors; remembered while the block is offline. */
  poisoned: number;
  /** Goes up with every change to the above; whoever reads it compares it with the one that they saw. */
  revision: number;
}

/** Memory of one DIMM, or of one device that grows and shrinks, which the auto-movable policy keeps together (include/linux/memory_hotplug.h). */
export interface MemoryGroup {
  readonly node: number;
  /** Of a device that grows and shrinks (a dynamic group): pages that it adds and removes at a time. */
  readonly unitPages?: number;
  readonly maxPages: number;
  kernelPages: number;
  movablePages: number;
}
