/** Drivers of block devices that are modules (drivers/block/brd.c, zram/zram_drv.c): what loading and unloading them does. */
import { RamDisk, ZramDisk } from "../holders/block-devices.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { since } from "../kernel/profiles/versions.ts";
import { PAGE_SIZE } from "../units.ts";

export const SECTORS_IN_PAGE = PAGE_SIZE / 512;

/** Devices of brd, and KiB of each, unless its parameters say otherwise (CONFIG_BLK_DEV_RAM_COUNT, _SIZE). */
const RAM_DISKS = 16;
const RAM_DISK_KIB = 16_384;
const MOST_DEVICES = 256;

/** `name=value` words of a module's parameters; a number, or what is usual. */
function parameter(text: string, name: string, usual: number): number {
  const given = new RegExp(`(?:^|\\s)${name}=(\\d+)`).exec(text)?.[1];
  return given === undefined ? usual : Number(given);
}

/** What a module that drives block devices does when it is loaded. Others do nothing. */
export function blockDriverLoaded(kernel: Kernel, module: string, parameters: string): void {
  if (module === "brd") {
    const pages = Math.floor((parameter(parameters, "rd_size", RAM_DISK_KIB) * 1024) / PAGE_SIZE);
    const count = Math.min(MOST_DEVICES, parameter(parameters, "rd_nr", RAM_DISKS));
    for (let i = 0; i < count; i++) kernel.devices.add(new RamDisk(kernel, `ram${i}`, pages));
    kernel.log("info", "brd: module loaded");
  }
  if (module === "zram") {
    const count = Math.min(MOST_DEVICES, parameter(parameters, "num_devices", 1));
    for (let i = 0; i < count; i++) {
      kernel.devices.add(new ZramDisk(kernel, `zram${i}`));
      kernel.log("info", `zram: Added device: zram${i}`);
    }
  }
}

/** Whether somebody has a device of this module open. */
export const blockDriverInUse = (kernel: Kernel, module: string): boolean =>
  [...kernel.devices].some(({ driver, heldBy }) => driver === module && heldBy !== null);

/** Its devices are gone, and the memory that they held. */
/** A device got another size (block/genhd.c, set_capacity_and_notify): told in bytes until 5.10, then in sectors. */
export function tellCapacity(kernel: Kernel, name: string, from: number, to: number): void {
  const unit = since(kernel.profile.version, 6, 1) ? SECTORS_IN_PAGE : PAGE_SIZE;
  kernel.log("info", `${name}: detected capacity change from ${from * unit} to ${to * unit}`);
}

export function blockDriverUnloaded(kernel: Kernel, module: string): void {
  if (module === "zram")
    for (const { driver, name, pages } of kernel.devices) {
      if (driver !== module) continue;
      // 5.10 tells it where somebody has the device open, which nobody has now.
      if (pages > 0 && since(kernel.profile.version, 6, 1)) tellCapacity(kernel, name, pages, 0);
      kernel.log("info", `zram: Removed device: ${name}`);
    }
  if (module === "zram" || module === "brd") kernel.devices.removeAll(module);
  if (module === "brd") kernel.log("info", "brd: module unloaded");
}
