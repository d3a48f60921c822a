/** Where memory is set aside for a kernel that is started after a panic. Its size, and making it less: ./crash-kernel-size.ts. */
import { PAGE_SIZE } from "../units.ts";
import type { Kernel } from "./kernel.ts";

export const CRASH_KERNEL = "Crash kernel";

/** Whether so many page frames from `frame` on are set aside for the kernel that is started after a panic, all of them. */
export const isForCrashKernel = ({ resources }: Kernel, frame: number, frames = 1): boolean =>
  resources.devices.some(
    ({ name, start, end }) =>
      name === CRASH_KERNEL && start <= frame * PAGE_SIZE && (frame + frames) * PAGE_SIZE <= end + 1,
  );
