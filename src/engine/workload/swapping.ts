/** Beginning and ending to use a device for swap (mm/swapfile.c, swapon, swapoff, try_to_unuse). */
import type { ErrnoName } from "../chronicle/outcome.ts";
import { Slices } from "../chronicle/slices.ts";
import { call, spend, type Steps } from "../chronicle/task.ts";
import { HOLE, type Mapping } from "../holders/mappings.ts";
import type { MemoryCgroup } from "../holders/memory-cgroup.ts";
import type { Process } from "../holders/process.ts";
import type { SwapArea } from "../holders/swap.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { since } from "../kernel/profiles/versions.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { PAGE_SIZE } from "../units.ts";
import { outOfMemory } from "./out-of-memory.ts";
import { endProcess, mapHeld, startProcess } from "./processes.ts";

/** A process, as far as it is known. */
type Writer = { readonly pid: number };

/** Name of the device behind a path. */
const deviceName = (path: string): string => path.replace(/^\/+dev\/+/, "");

/** swapon(2) of a block device. `priority` is `null` unless one was asked for. Returns the errno or null. */
export function swapOn(kernel: Kernel, path: string, priority: number | null): ErrnoName | null {
  const device = kernel.devices.get(deviceName(path));
  if (!device) return "EINVAL";
  if (device.heldBy !== null) return "EBUSY";
  if (device.pages < 2 || device.signature !== "swap") {
    kernel.log("warn", "Unable to find swap-space signature");
    return "EINVAL";
  }
  const area = kernel.swap.add(device, path, priority);
  if (!area) return "EPERM";
  device.heldBy = "swap";
  const size = (area.pages * PAGE_SIZE) / 1024;
  kernel.log(
    "info",
    `Adding ${size}k swap on ${path}.  Priority:${area.priority} extents:1 across:${size}k ${flags(kernel)}`,
  );
  kernel.keepBalanced();
  return null;
}

/** SS: no seeks. FS: pages could go to frontswap, which the recorded 5.10 was built with. */
function flags(kernel: Kernel): string {
  return since(kernel.profile.version, 6, 1) ? "SS" : "SSFS";
}

/** Whether a path leads to a device; to what else it may lead nobody here asks. */
export const isThere = (kernel: Kernel, path: string): boolean =>
  !path.startsWith("/dev/") || kernel.devices.get(deviceName(path)) !== undefined;

/** The area that swapoff(2) is asked to leave; `null` when there is none (-EINVAL). */
export function areaToLeave(kernel: Kernel, path: string): SwapArea | null {
  return kernel.swap.areas.find((area) => area.path === path && !area.leaving) ?? null;
}

/**
 * swapoff(2): brings everything back that is in an area, mapping by mapping. Where there is no memory for it, who asked is the
 * first to be killed (ENOMEM), and the area goes on.
 */
export function* swapOff(
  kernel: Kernel,
  area: SwapArea,
  by: Writer | null,
  isInterrupted: () => boolean,
): Steps<ErrnoName | null> {
  // Where processes of shells are not kept, it is one for as long as it works.
  const known = kernel.processes.get(by?.pid ?? -1);
  const asker = known ?? startProcess(kernel, "swapoff", "command");
  if (!asker) return "ENOMEM";
  area.leaving = true;
  asker.goesFirst = true;
  const errno = yield* call("try_to_unuse", bringAllBack(kernel, area, asker, isInterrupted));
  asker.goesFirst = false;
  if (!known && asker.alive) endProcess(kernel, asker);
  area.leaving = false;
  if (errno !== null) return errno;
  kernel.swap.remove(area);
  area.device.heldBy = null;
  kernel.keepBalanced();
  return null;
}

/** try_to_unuse. */
function* bringAllBack(
  kernel: Kernel,
  area: SwapArea,
  asker: Process,
  isInterrupted: () => boolean,
): Steps<ErrnoName | null> {
  const slices = new Slices(kernel.slicePages, Cost.scanPage);
  for (const mapping of [...kernel.mappings]) {
    for (let offset = 0; mapping.swapped > 0 && offset < mapping.length; offset++) {
      const entry = mapping.at(offset);
      const isIn = entry < HOLE && kernel.swap.areaOf(entry) === area;
      if (slices.full(isIn ? Cost.fault / Cost.scanPage : 1)) {
        yield spend(slices.cost, "handle_mm_fault");
        if (isInterrupted()) return "EINTR";
      }
      // What was there may have gone, or come back, meanwhile.
      while (isIn && mapping.at(offset) === entry && !bringBack(kernel, mapping, offset))
        if (!(yield* outOfMemory(kernel, asker, { mask: null }, "swap-in", fullAt(kernel, mapping, offset))))
          return "ENOMEM";
    }
  }
  return area.used > 0 ? yield* bringAllBack(kernel, area, asker, isInterrupted) : null;
}

/** The group that has no room for what comes back to it. */
const fullAt = ({ mappings }: Kernel, mapping: Mapping, offset: number): MemoryCgroup | null =>
  mappings.cgroups?.at(mapping, offset)?.fullFor(1) ?? null;

/** Brings one page back, from where its process's policy says; a page of files is mapped when somebody touches it. */
function bringBack(kernel: Kernel, mapping: Mapping, offset: number): boolean {
  const area = mapping.areas[0];
  const policy = area?.process.policy ?? { node: kernel.cpuNode.id, mask: null };
  const { cgroups } = kernel.mappings;
  const group = cgroups?.at(mapping, offset);
  if (group && cgroups?.admit(group, 1) === false) return false;
  if (kernel.mappings.fill(mapping, offset, GFP_HIGHUSER_MOVABLE, policy, PageFlag.Dirty) < 0) return false;
  if (group) cgroups?.charge(mapping, offset, 1, group);
  return mapping.kind !== PageKind.Anon || !area || mapHeld(kernel, area, offset);
}
