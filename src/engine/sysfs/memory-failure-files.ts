/** soft_offline_page and hard_offline_page of /sys/devices/system/memory (drivers/base/memory.c). */
import { hardOffline, softOffline } from "../kernel/memory-failure.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PAGE_SIZE } from "../units.ts";
import { type Directory, directory, failed, writeOnly } from "./tree.ts";

/** A physical address as kstrtoull reads it: decimal, octal with 0, hexadecimal with 0x. */
function address(text: string): number | undefined {
  const match = /^\s*(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)\n?$/.exec(text);
  if (!match) return undefined;
  const digits = match[1] as string;
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function memoryFailureFiles(kernel: Kernel): Directory {
  if (!kernel.profile.handlesMemoryFailure) return directory({});
  return directory({
    hard_offline_page: writeOnly((text) => {
      const at = address(text);
      if (at === undefined) return failed("EINVAL");
      return { errno: hardOffline(kernel, Math.floor(at / PAGE_SIZE)), op: null };
    }),
    soft_offline_page: writeOnly((text) => {
      const at = address(text);
      if (at === undefined) return failed("EINVAL");
      return {
        errno: null,
        op: kernel.start(`echo ${text.trim()} > soft_offline_page`, () =>
          softOffline(kernel, Math.floor(at / PAGE_SIZE)),
        ),
      };
    }),
  });
}
