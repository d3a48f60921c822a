/** What a recording needs of this machine, found once: the emulator, the kernel, the file system to boot with. */
import type { MachineFiles } from "./emulator/emulated-machine.ts";
import { initramfs } from "./guest/initramfs.ts";
import { findKernel } from "./host/kernels.ts";
import { QEMU, requireProgram } from "./host/programs.ts";
import { BadInput } from "../conformance/input.ts";

/** Throws `Missing` with what to install when something isn't there. */
export function machineFiles(wanted: string, accelerator = "tcg"): MachineFiles {
  if (accelerator !== "tcg" && accelerator !== "kvm")
    throw new BadInput(`--accel: expected tcg or kvm, got ${JSON.stringify(accelerator)}`);
  const qemu = requireProgram(QEMU);
  const kernel = findKernel(wanted);
  return { qemu, kernel: kernel.image, modules: kernel.modules, initramfs: initramfs(kernel), accelerator };
}
