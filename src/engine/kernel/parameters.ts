/** What the command line and run-time files set. */
import type { WhatIf } from "./boot-layout/cmdline.ts";

export type OnlineType = "offline" | "online" | "online_kernel" | "online_movable";

/** Who gets transparent huge pages. */
export type HugePageUse = "always" | "madvise" | "never";

/** A place in the kernel that tells a line only where dynamic debug asks for it. */
export type QuietPlace = "register" | "online" | "offlined" | "refused" | "configured";

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
  /** Lines of memory hot-plug that dynamic debug asks for (`dyndbg=`, the control file). */
  readonly toldQuietly: Set<QuietPlace>;
  /** vm.min_free_kbytes as an administrator wrote it, or NOT_SET (./min-free.ts). */
  userMinFreeKb: number;
  watermarkScaleFactor: number;
  /** vm.movable_gigantic_pages: any whole number; pages of 1 GiB may be had from Movable unless it is 0. */
  movableGiganticPages: number;
  /** vm.lowmem_reserve_ratio for DMA, DMA32, Normal, Movable, Device. */
  readonly lowmemReserveRatio: number[];
  /** /sys/kernel/mm/transparent_hugepage/enabled. */
  transparentHugePages: HugePageUse;
  /** The same for pages of 2 MiB alone, hugepages-2048kB/enabled (6.8): mostly as the former says. */
  pmdHugePages: HugePageUse | "inherit";
  /** What firmware says is heard (not with `acpi=off`). */
  readonly acpi: boolean;
  /** The driver of ACPI memory devices takes part in hot-plug (not with `acpi_no_memhotplug`). */
  readonly acpiMemoryHotplug: boolean;
  /** While the kernel boots, memory that ends beyond is not added (max_mem_size, 5.1); `null` once it runs, or without `mem=`. */
  bootAddsUntil: number | null;
  /** ACPI eject requests are honoured (/sys/firmware/acpi/hotplug/memory/enabled). */
  acpiHotplugEnabled: boolean;
}
