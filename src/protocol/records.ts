/**
 * What the page knows of the box: small records by key, replaced whole when they change. A frame carries the
 * records that changed since the last one. No record is about a single page.
 */
import type { Occasion } from "../engine/chronicle/occasion.ts";
import type { PageOwner } from "../engine/memory/holding.ts";
import type { Attempt } from "../engine/chronicle/outcome.ts";
import type { DimmHealth, KernelVersion } from "../engine/hardware/description.ts";
import type { PageKind } from "../engine/memory/kinds.ts";
import type { Onliner } from "../engine/memory/memory-block.ts";
import type { ZoneFigures } from "../engine/memory/zone.ts";

/** Every key is globally unique: `A` partition, `A/1` node, `A/1/2` slot, `A/1/Movable` zone, `A:34` block, `d3` DIMM. */
export interface Records {
  partition: PartitionRecord;
  node: NodeRecord;
  slot: SlotRecord;
  dimm: DimmRecord;
  block: BlockRecord;
  zone: ZoneRecord;
  process: ProcessRecord;
  attempt: Attempt & { readonly key: string };
}
export type RecordKind = keyof Records;
/** `[kind, key, record]`; `null` when the thing is gone. */
export type Patch = { [K in RecordKind]: readonly [K, string, Records[K] | null] }[RecordKind];

export interface PartitionRecord {
  readonly key: string;
  readonly name: string;
  readonly kernel: KernelVersion;
  readonly cmdline: string;
  /** Words of it that Linux knows and the simulation does not act on. */
  readonly notSimulated: readonly string[];
  /** Bytes of a memory block. */
  readonly blockBytes: number;
  readonly nodes: readonly string[];
  /** Keys of processes, oldest first. */
  readonly processes: readonly string[];
  readonly autoOnline: string;
  readonly onlinePolicy: string;
  /** Its kernel has panicked: when (simulated ns), and with which words. Nothing in it changes any more. */
  readonly stopped?: { readonly at: number; readonly words: string };
}

export interface NodeRecord {
  readonly key: string;
  readonly partition: string;
  readonly id: number;
  readonly cpus: string;
  readonly online: boolean;
  readonly hasMemory: boolean;
  readonly slots: readonly string[];
  /** Keys of this node's memory blocks, by number. */
  readonly blocks: readonly string[];
  readonly zones: readonly string[];
  /** Bytes managed and free (MemTotal, MemFree of the node). */
  readonly totalBytes: number;
  readonly freeBytes: number;
  /** Bytes soldered on. */
  readonly onboardBytes: number;
  readonly distances: readonly (readonly [string, number])[];
}

export interface SlotRecord {
  readonly key: string;
  readonly node: string | null;
  readonly partition: string;
  readonly index: number;
  /** The memory device that it is to ACPI, as /sys/bus/acpi/devices names it; empty before the box is there. */
  readonly device: string;
  readonly dimm: string | null;
}

/** LED of a slot as on real machines. */
export type Led = "off" | "on" | "blinking" | "fault";

export interface DimmRecord {
  readonly key: string;
  readonly bytes: number;
  readonly health: DimmHealth;
  readonly slot: string | null;
  /**
   * `shelf`: not powered; `inserting`: firmware and kernel are adding it; `in-use`: its blocks exist;
   * `inert`: in a slot but the kernel could not add it; `ejecting`: being emptied.
   */
  readonly phase: "shelf" | "inserting" | "in-use" | "inert" | "ejecting";
  readonly led: Led;
  /** Where it will go when its eject succeeds. */
  readonly destination: string | null;
  /** Keys of its memory blocks. */
  readonly blocks: readonly string[];
  /** The running attempt on it (key of `attempt`), or the last one. */
  readonly attempt: string | null;
  /** Pages of its online blocks that hold something now, and that held something when the running eject began. */
  readonly usedPages: number;
  readonly usedPagesAtStart: number;
}

export interface BlockRecord {
  readonly key: string;
  readonly partition: string;
  /** N of memoryN. */
  readonly number: number;
  readonly nodes: readonly number[];
  readonly state: "online" | "offline" | "going-offline";
  /** Zone of an online block; `null` when offline or when it spans several. */
  readonly zone: string | null;
  /** Words of valid_zones. */
  readonly validZones: readonly string[];
  readonly dimm: string | null;
  readonly startPfn: number;
  readonly pages: number;
  /** Pages by PageKind (index). Sums to `pages`. */
  readonly kinds: readonly number[];
  readonly pinned: number;
  /** Kinds of which no page can leave it, by the engine's verdict: a bit for each PageKind. */
  readonly staying: number;
  /** Who brought it online; `null` while it is offline. */
  readonly onliner: Onliner | null;
  /** Running or last attempt on it. */
  readonly attempt: string | null;
}

export interface ZoneRecord extends ZoneFigures {
  readonly key: string;
  readonly partition: string;
  /** Free chunks by order 0..10, all migrate types. */
  readonly freeByOrder: readonly number[];
  /** Free pages by migrate type. */
  readonly freeByType: readonly number[];
}

export interface ProcessRecord {
  readonly key: string;
  readonly partition: string;
  readonly pid: number;
  readonly comm: string;
  readonly load: string;
  readonly pages: number;
  /** Pages on each node: `[node, pages]`. */
  readonly byNode: readonly (readonly [number, number])[];
  /** Share of its pages on a node farther than its CPU's own, and what that costs: mean SLIT distance / 10. */
  readonly meanDistance: number;
}

/** Everything about one page, asked for on hover or by keyboard. */
export interface PageInfo {
  readonly partition: string;
  readonly pfn: number;
  readonly block: number;
  readonly kind: PageKind;
  readonly flags: number;
  readonly order: number;
  readonly owner: PageOwner;
  readonly pid: number | null;
  /** Virtual addresses that map it: `[pid, address]`, at most four. */
  readonly mappedAt: readonly (readonly [number, string])[];
  readonly allocatedAt: number | null;
  /** `null`: it is free, or there is none. */
  readonly allocatedWhy: Occasion | null;
  readonly pageblock: number;
  readonly pageblockType: string;
  readonly zone: string | null;
  readonly node: number;
  /** What offlining its block would do with it. */
  readonly fate: "nothing" | "freed" | "moves" | "goes-along" | "stays" | "blocks";
}
