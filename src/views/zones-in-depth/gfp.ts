/** Each asker in the kernel's word. */
import type { Asker } from "../../engine/inspect/index.ts";

export const GFP: Readonly<Record<Asker, string>> = {
  kernel: "GFP_KERNEL",
  cache: "GFP_KERNEL | __GFP_RECLAIMABLE",
  atomic: "GFP_ATOMIC",
  user: "GFP_HIGHUSER",
  movable: "GFP_HIGHUSER_MOVABLE",
  huge: "GFP_TRANSHUGE_LIGHT",
};
