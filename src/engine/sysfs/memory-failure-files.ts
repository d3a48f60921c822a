/** soft_offline_page and hard_offline_page of /sys/devices/system/memory (drivers/base/memory.c). */
import { hardOffline, softOffline } from "../kernel/memory-failure.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PAGE_SIZE } from "../units.ts";
import { type Directory, directory, failed, writeOnly } from "./tree.ts";

/** Page frame of a physical address as kstrtoull reads it: decimal, octal with 0, hexadecimal with 0x; up to 64 bits. */
function frameOf(text: string): number | undefined {
  const match = /^\s*(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)\n?$/.exec(text);
  if (!match) return undefined;
  const digits = match[1] as string;
  const address = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  return address < 2n ** 64n ? Number(address / BigInt(PAGE_SIZE)) : undefined;
}

export function memoryFailureFiles(kernel: Kernel): Directory {
  if (!kernel.profile.handlesMemoryFailure) return directory({});
  return directory({
    hard_offline_page: writeOnly((text) => {
      const frame = frameOf(text);
      return frame === undefined ? failed("EINVAL") : { errno: hardOffline(kernel, frame), op: null };
    }),
    soft_offline_page: writeOnly((text) => {
      const frame = frameOf(text);
      if (frame === undefined) return failed("EINVAL");
      const op = kernel.start(`echo ${text.trim()} > soft_offline_page`, () => softOffline(kernel, frame));
      return { errno: null, op };
    }),
  });
}
