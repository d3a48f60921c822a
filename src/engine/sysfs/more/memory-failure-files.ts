/** soft_offline_page and hard_offline_page of /sys/devices/system/memory (drivers/base/memory.c). */
import { lineOccasion } from "../../chronicle/occasion.ts";
import { hardOffline, softOffline } from "../../migration/memory-failure.ts";
import { call } from "../../chronicle/task.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { PAGE_SIZE } from "../../units.ts";
import { unsignedNumber } from "../numbers.ts";
import { type Entry, failed, writeOnly } from "../tree.ts";

/** Page frame of a physical address. Whatever is wrong with the number is EINVAL. */
function frameOf(text: string): number | undefined {
  const address = unsignedNumber(text, 0);
  return typeof address === "string" ? undefined : Number(address / BigInt(PAGE_SIZE));
}

export function memoryFailureFiles(kernel: Kernel): Record<string, Entry> {
  if (!kernel.profile.handlesMemoryFailure) return {};
  return {
    hard_offline_page: writeOnly((text) => {
      const frame = frameOf(text);
      return frame === undefined ? failed("EINVAL") : { errno: hardOffline(kernel, frame), op: null };
    }),
    soft_offline_page: writeOnly((text) => {
      const frame = frameOf(text);
      if (frame === undefined) return failed("EINVAL");
      const op = kernel.start(lineOccasion(`echo ${text.trim()} > soft_offline_page`), () =>
        call("soft_offline_page_store", call("soft_offline_page", softOffline(kernel, frame))),
      );
      return { errno: null, op };
    }),
  };
}
