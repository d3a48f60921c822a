/** A disk for a recorded machine: an image with ext4 on it, behind virtio-blk, that writes no faster than it is described to. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesOf } from "../../playback/machine.ts";
import type { LabScenario } from "../../protocol/trace.ts";
import { cpio } from "../guest/cpio.ts";
import { type KernelModule, unpackModules } from "../guest/modules.ts";
import { MAKE_EXT4, requireProgram } from "../host/programs.ts";

/** In the order in which they need each other; what a kernel has built in is not there as a file. */
const DRIVERS = ["virtio", "virtio_ring", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_blk"];
const PADDED = 512;

type Disk = NonNullable<LabScenario["machine"]["disk"]>;

/** Arguments of the emulator for a disk, whose image is made in a folder. */
export function diskArguments({ size, writes }: Disk, folder: string): string[] {
  const image = join(folder, "disk");
  writeFileSync(image, "");
  spawnSync(requireProgram(MAKE_EXT4), ["-q", "-F", image, `${bytesOf(size) / 1024}k`]);
  return [
    ...["-drive", `file=${image},if=none,id=disk,format=raw,cache=unsafe,throttling.bps-write=${bytesOf(writes)}`],
    ...["-device", "virtio-blk-pci,drive=disk"],
  ];
}

/** What brings its drivers along, behind the initial ram disk. */
export function driverArchive(modules: string | null): Buffer {
  const drivers = unpackModules(modules, DRIVERS);
  const archive = cpio(
    drivers.map(({ name, content }: KernelModule) => ({ path: `mods/${name}.ko`, is: "file", content })),
  );
  return Buffer.concat([archive, Buffer.alloc((PADDED - (archive.length % PADDED)) % PADDED)]);
}

/** Lines that mount it. */
export const MOUNTING = [
  `for m in ${DRIVERS.join(" ")}; do if [ -e /mods/$m.ko ]; then insmod /mods/$m.ko; fi; done`,
  "mkdir -p /mnt; mount -t ext4 /dev/vda /mnt",
];
