/**
 * What a kernel version can do and how it differs, as switches. One code base serves all versions; a new profile is
 * a new row here. Figures of costs are in simulated nanoseconds (costs.ts).
 */
import type { KernelVersion } from "../hardware/description.ts";

export interface Profile {
  readonly version: KernelVersion;
  /** The node masks are cleared before zonelists are rebuilt (6.11), and a node without memory is left out of its own list. */
  readonly skipsMemorylessSelf: boolean;
  /** Movable left out of the watermark sum (6.7). */
  readonly boundsMovableMin: boolean;
  /** Failing pages are listed from the last to the first (batched migration of 6.3 and later). */
  readonly listsFailuresBackwards: boolean;
  /** `page dumped because` blocks: 6.12 prints no pointer and names page types. */
  readonly dumpFormat: "6.1" | "6.12";
  /** memmap_on_memory serves DIMMs of several blocks (6.8). */
  readonly memmapOnMemoryAnySize: boolean;
  /** Onlining a block with poisoned pages is refused with EHWPOISON (6.2). */
  readonly refusesPoisonedBlocks: boolean;
  /** auto_online_blocks starts as `online` (as distributions build it since 6.12), else as `offline`. */
  readonly onlinesByDefault: boolean;
}

const PROFILES: Readonly<Record<KernelVersion, Profile>> = {
  "6.1": {
    version: "6.1",
    skipsMemorylessSelf: false,
    boundsMovableMin: false,
    listsFailuresBackwards: false,
    dumpFormat: "6.1",
    memmapOnMemoryAnySize: false,
    refusesPoisonedBlocks: false,
    onlinesByDefault: false,
  },
  "6.12": {
    version: "6.12",
    skipsMemorylessSelf: true,
    boundsMovableMin: true,
    listsFailuresBackwards: true,
    dumpFormat: "6.12",
    memmapOnMemoryAnySize: true,
    refusesPoisonedBlocks: true,
    onlinesByDefault: true,
  },
};

export const profileOf = (version: KernelVersion): Profile => PROFILES[version];
