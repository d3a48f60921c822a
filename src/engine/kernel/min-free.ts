/**
 * vm.min_free_kbytes and what follows from it: who sets it, who may override whom, and the marks of all zones
 * (mm/page_alloc.c, calculate_min_free_kbytes and the sysctls' handlers; mm/khugepaged.c, set_recommended_min_free_kbytes).
 *
 * A value that an administrator wrote holds exactly. What the kernel computes after every online and offline replaces it
 * only when it is more; huge pages' thread raises whatever is less than it would like.
 */
import { since } from "./profiles/versions.ts";
import { computedMinFreeKb, recommendedMinFreeKb, setMarks, setReserves } from "../memory/watermarks.ts";
import type { NumaNode } from "../memory/node.ts";
import type { Kernel } from "./kernel.ts";

/** Nobody has written to min_free_kbytes. */
export const NOT_SET = -1;

const onlineNodes = (kernel: Kernel): readonly NumaNode[] => kernel.nodes.filter((node) => node.online);

/** setup_per_zone_wmarks: min, low and high of every zone by what is set now. */
function setZoneMarks(kernel: Kernel): void {
  const { boundsMovableMin, scalesWatermarks } = kernel.profile;
  setMarks(
    onlineNodes(kernel).flatMap((node) => [...node.zones]),
    kernel.minFreeKb,
    {
      boundsMovable: boundsMovableMin,
      scaleFactor: scalesWatermarks ? kernel.parameters.watermarkScaleFactor : null,
    },
  );
}

/** calculate_min_free_kbytes: by the size of memory, unless the administrator asked for as much or more. */
function computeMinFree(kernel: Kernel): void {
  const { prefersUserMinFree, mostMinFreeKb } = kernel.profile;
  const computed = computedMinFreeKb(kernel.cpuNode);
  const user = prefersUserMinFree ? kernel.parameters.userMinFreeKb : NOT_SET;
  if (computed > user) kernel.minFreeKb = Math.min(Math.max(computed, 128), mostMinFreeKb);
  else
    kernel.log("warn", `min_free_kbytes is not updated to ${computed} because user defined value ${user} is preferred`);
}

/** What khugepaged asks for so that huge pages can be had: more than there is, never less. */
function raiseForHugePages(kernel: Kernel): void {
  const wanted = recommendedMinFreeKb(onlineNodes(kernel), kernel.cpuNode);
  if (wanted > kernel.minFreeKb) {
    if (kernel.parameters.userMinFreeKb >= 0 && kernel.profile.prefersUserMinFree)
      kernel.log(
        "info",
        `khugepaged: raising min_free_kbytes from ${kernel.minFreeKb} to ${wanted} to help transparent hugepage allocations`,
      );
    kernel.minFreeKb = wanted;
  }
  setZoneMarks(kernel);
}

/** init_per_zone_wmark_min: after boot, and after every online and offline. */
export function recomputeMinFree(kernel: Kernel): void {
  computeMinFree(kernel);
  setZoneMarks(kernel);
  setReserves(onlineNodes(kernel), kernel.parameters.lowmemReserveRatio);
  if (wantsHugePages(kernel)) raiseForHugePages(kernel);
}

/** A write to vm.min_free_kbytes, in KiB: it holds as it is, at once. */
export function setMinFree(kernel: Kernel, kib: number): void {
  kernel.parameters.userMinFreeKb = kib;
  kernel.minFreeKb = kib;
  setZoneMarks(kernel);
}

/** A write to vm.watermark_scale_factor, in 1/10,000 of a zone. */
export function setScaleFactor(kernel: Kernel, factor: number): void {
  kernel.parameters.watermarkScaleFactor = factor;
  setZoneMarks(kernel);
}

/** A write to vm.lowmem_reserve_ratio: the first entries; less than 1 is none. Whatever was written, the handler succeeds. */
export function setReserveRatio(kernel: Kernel, first: readonly number[]): void {
  const ratios = kernel.parameters.lowmemReserveRatio;
  for (const [i, before] of ratios.entries()) ratios[i] = Math.max(0, first[i] ?? before);
  setReserves(onlineNodes(kernel), ratios);
}

/** khugepaged runs while anybody may have huge pages of 2 MiB (hugepage_pmd_enabled). */
function wantsHugePages({ parameters }: Kernel): boolean {
  const { pmdHugePages, transparentHugePages } = parameters;
  return (pmdHugePages === "inherit" ? transparentHugePages : pmdHugePages) !== "never";
}

/** Somebody wrote who gets transparent huge pages: khugepaged starts or stops (start_stop_khugepaged). */
export function hugePagesSet(kernel: Kernel): void {
  if (wantsHugePages(kernel)) raiseForHugePages(kernel);
  // Until 5.13 what had been raised stayed (mm: khugepaged: recalculate min_free_kbytes after stopping khugepaged).
  else if (since(kernel.profile.version, 5, 13) || kernel.profile.whatIf) {
    computeMinFree(kernel);
    setZoneMarks(kernel);
  }
}
