/** What the command line and run-time files set. */
import type { WhatIf } from "./boot-layout/cmdline.ts";

export type OnlineType = "offline" | "online" | "online_kernel" | "online_movable";

export interface KernelParameters {
  /** auto_online_blocks. */
  autoOnline: OnlineType;
  onlinePolicy: "contig-zones" | "auto-movable";
  autoMovableRatio: number;
  autoMovableNumaAware: boolean;
  readonly memmapOnMemory: "N" | "Y" | "force";
  /** `movable_node` decides the zone of memory that lies in none (4.13 on). */
  readonly movableNode: boolean;
  /** `movablecore=acpi` of the 2013 proposal: hot-added memory that the SRAT marks hot-pluggable becomes Movable. */
  readonly movablecoreAcpi: boolean;
  /** `vm.hotadd_memory_treat_as_movable` of the 2013 proposal: all hot-added memory becomes Movable. */
  treatHotaddAsMovable: boolean;
  readonly whatIf: WhatIf;
  /** The quiet lines of memory hot-plug reach the log (dynamic debug). */
  dynamicDebug: boolean;
  minFreeKb: number;
  watermarkScaleFactor: number;
  readonly transparentHugePages: boolean;
  /** The driver of ACPI memory devices takes part in hot-plug (not with `acpi_no_memhotplug`). */
  readonly acpiMemoryHotplug: boolean;
  /** ACPI eject requests are honoured (/sys/firmware/acpi/hotplug/memory/enabled). */
  acpiHotplugEnabled: boolean;
}
