/** /sys/kernel/kexec_*: no kernel is ever loaded here; how much `crashkernel=` set aside (kernel/ksysfs.c). */
import type { Kernel } from "../../kernel/kernel.ts";
import { type Entry, readable } from "../tree.ts";

export const crashKernelFiles = ({ resources }: Kernel): Record<string, Entry> => ({
  kexec_loaded: readable(() => "0\n"),
  kexec_crash_loaded: readable(() => "0\n"),
  kexec_crash_size: readable(() => `${resources.crashKernel}\n`),
});
