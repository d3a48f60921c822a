/**
 * What the files under /sys and /proc need besides the kernel's state: what takes simulated time, and the firmware
 * around the kernel. The engine gives it (src/engine/time/engine.ts).
 */
import type { AcpiMemoryDevice } from "../hardware/acpi.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { OnlineType } from "../kernel/parameters.ts";
import type { VirtioMemParameters } from "../virtio/mem-driver.ts";
import type { FileErrno } from "./errno.ts";
import type { Writer } from "./tree.ts";
import type { LoadedModules } from "./module-files.ts";

export interface FileActions {
  /**
   * Begins what a write to `state` or `online` of a block asks for, and gives the id of the operation, whose errno is
   * the write's. A block that is in that state already is EINVAL through `state` and success through `online`.
   */
  setBlock(block: MemoryBlock, word: OnlineType, through: "state" | "online", writer?: Writer): number;
  /** Begins an eject of what is in a slot (acpi_device_hotplug with an OSPM eject); it goes on by itself. */
  eject(device: AcpiMemoryDevice): FileErrno | null;
  /** A module was loaded with these parameters (`force_bbm=1`). */
  moduleLoaded(name: string, parameters: string): void;
  /** Parameters of the virtio_mem module; `null` while it is not loaded. */
  virtioMem(): VirtioMemParameters | null;
  /** The partition's memory devices, in slot order, with the DIMM that is in the slot. */
  memoryDevices(): readonly { readonly device: AcpiMemoryDevice; readonly dimm: string | null }[];
}

/** Everything that files can be about. */
export interface FileSource {
  readonly kernel: Kernel;
  readonly actions: FileActions;
  readonly modules: LoadedModules;
}
