import type { Kernel } from "./kernel.ts";

/** Broken pages, as HardwareCorrupted counts them: those of offline blocks too, and those that the kernel has to go on using. */
export function poisonedPages(kernel: Kernel): number {
  let sum = 0;
  for (const block of kernel.blocks.values()) sum += block.poisoned;
  return sum;
}
