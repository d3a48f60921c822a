/** /sys/kernel/kexec_*: no kernel is ever loaded here; how much `crashkernel=` set aside, which can be made less (kernel/ksysfs.c). */
import { crashKernelSize, shrinkCrashKernel } from "../../kernel/crash-kernel-size.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { unsignedNumber } from "../numbers.ts";
import { DONE, type Entry, failed, readable, writable } from "../tree.ts";

export const crashKernelFiles = (kernel: Kernel): Record<string, Entry> => ({
  kexec_loaded: readable(() => "0\n"),
  kexec_crash_loaded: readable(() => "0\n"),
  kexec_crash_size: writable(
    () => `${crashKernelSize(kernel)}\n`,
    (text) => {
      const bytes = unsignedNumber(text, 0);
      // A number that is no number has no errno of its own here (kexec_crash_size_store).
      if (typeof bytes === "string") return failed("EINVAL");
      const errno = shrinkCrashKernel(kernel, Number(bytes));
      return errno === null ? DONE : failed(errno);
    },
  ),
});
