/**
 * What was set aside for a kernel to be started after a panic gets smaller (kernel/kexec_core.c, crash_shrink_memory;
 * since 6.8 kernel/crash_core.c): the end of it is freed page by page, and is System RAM again.
 */
import { CRASH_KERNEL } from "./crash-kernel.ts";
import type { Kernel } from "./kernel.ts";
import { since } from "./profiles/versions.ts";
import type { DeviceRegion } from "./resources.ts";
import { PAGE_SIZE, PAGES_PER_SECTION, sectionOf } from "../units.ts";

const sizeOf = ({ start, end }: DeviceRegion): number => end + 1 - start;

/** The range for the kernel, and that for devices which reach no further than 4 GiB, as far as they are there. */
function rangesOf({ resources }: Kernel): {
  readonly main: DeviceRegion | undefined;
  readonly low: DeviceRegion | undefined;
} {
  const find = (isLow: boolean) =>
    resources.devices.find(({ name, start }) => name === CRASH_KERNEL && (start === resources.crashLow) === isLow);
  return { main: find(false), low: find(true) };
}

/** Bytes set aside, as /sys/kernel/kexec_crash_size tells: what lies low for devices is counted since 6.5. */
export function crashKernelSize(kernel: Kernel): number {
  const { main, low } = rangesOf(kernel);
  return (main ? sizeOf(main) : 0) + (low && countsLow(kernel) ? sizeOf(low) : 0);
}

const countsLow = ({ profile }: Kernel): boolean => since(profile.version, 6, 5);

/** Leaves so many bytes, in whole pages. EINVAL when that is more than there is. */
export function shrinkCrashKernel(kernel: Kernel, bytes: number): "EINVAL" | null {
  const size = Math.ceil(bytes / PAGE_SIZE) * PAGE_SIZE;
  const before = crashKernelSize(kernel);
  if (size >= before) return size === before ? null : "EINVAL";
  const { main, low } = rangesOf(kernel);
  const lowSize = low && countsLow(kernel) ? sizeOf(low) : 0;
  if (main) shrink(kernel, main, Math.max(0, size - lowSize));
  if (low && lowSize > size) shrink(kernel, low, size);
  return null;
}

function shrink(kernel: Kernel, range: DeviceRegion, size: number): void {
  const { devices, ram } = kernel.resources;
  const from = range.start + size;
  if (from > range.end) return;
  const at = devices.indexOf(range);
  if (size > 0) devices[at] = { ...range, end: from - 1 };
  else devices.splice(at, 1);
  // It lies inside the entry of the memory that it was taken from.
  ram.push({ start: from, end: range.end, name: "System RAM", device: null });
  ram.sort((a, b) => a.start - b.start || b.end - a.end);
  const end = (range.end + 1) / PAGE_SIZE;
  for (let frame = from / PAGE_SIZE; frame < end; ) {
    const section = sectionOf(frame);
    const upTo = Math.min(end, (section + 1) * PAGES_PER_SECTION);
    const zone = kernel.zoneAt(frame);
    if (zone) {
      kernel.buddy.touch(zone, section);
      kernel.buddy.giveRun(zone, kernel.pages.indexOf(frame), upTo - frame);
      zone.countManaged(upTo - frame);
    }
    frame = upTo;
  }
  kernel.revision++;
}
