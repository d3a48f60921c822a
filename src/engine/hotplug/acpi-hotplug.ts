/**
 * What the kernel does when firmware says that a DIMM came or should go (drivers/acpi/scan.c, acpi_device_hotplug,
 * acpi_scan_hot_remove; drivers/acpi/acpi_memhotplug.c). Runs in a kernel worker: no signal reaches it.
 */
import {
  ejectBegunEvents,
  ejectedEvents,
  ejectRefusedEvents,
  insertionEvents,
  ost,
  OstSource,
  OstStatus,
} from "../hardware/acpi.ts";
import type { AddressRange } from "../hardware/memory-map.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { call, spend, type Steps, type Task } from "../chronicle/task.ts";
import type { AcpiEvent } from "../hardware/acpi.ts";
import { PAGE_SIZE } from "../units.ts";
import { addMemory } from "./add.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import { lockHotplug, unlockHotplug } from "./lock.ts";
import type { MemoryBlock, MemoryGroup } from "../memory/memory-block.ts";
import { deviceOffline } from "./offline.ts";
import { deviceOnline } from "./online.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { blocksIn, removeMemory } from "./remove.ts";
import { warn } from "./warn.ts";

/** A DIMM as its ACPI memory device (PNP0C80) describes it. */
export interface MemoryDevice {
  readonly dimm: string;
  /** Number of the slot; instance of the device. */
  readonly slot: number;
  /** `PNP0C80:00`. */
  readonly name: string;
  readonly node: number;
  readonly ranges: readonly AddressRange[];
}

/**
 * The driver attaches to a DIMM that a scan of the bus has found (acpi_memory_device_add). Returns the errno of the last range
 * when none could be added.
 */
export function* attachDevice(
  kernel: Kernel,
  device: MemoryDevice,
  task: Task,
  attempt: AttemptLog,
): Steps<ErrnoName | null> {
  yield spend(Cost.acpi, "acpi_hotplug_schedule");
  // The device is there, but nothing attaches to it.
  if (!kernel.parameters.acpiMemoryHotplug) return null;
  return yield* hotplugWork(kernel, task, attaching(kernel, device, task, attempt));
}

/** The worker that firmware's notifications are dealt with in (drivers/acpi/osl.c, acpi_hotplug_work_fn): under the lock. */
function* hotplugWork<T>(kernel: Kernel, task: Task, work: Steps<T>): Steps<T> {
  yield* call("acpi_hotplug_work_fn", call("acpi_device_hotplug", lockHotplug(kernel, task, "lock_device_hotplug")));
  const event = call("acpi_generic_hotplug_event", work);
  return yield* call("acpi_hotplug_work_fn", call("acpi_device_hotplug", event));
}

function* attaching(kernel: Kernel, device: MemoryDevice, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
  const size = device.ranges.reduce((sum, range) => sum + range.end - range.start, 0);
  const { node, dimm } = device;
  const group: MemoryGroup = { node, maxPages: size / PAGE_SIZE, kernelPages: 0, movablePages: 0 };
  let failure: ErrnoName | null = null;
  let enabled = 0;
  for (const range of device.ranges) {
    const { start, end } = range;
    const adding = addMemory(kernel, { node, start, size: end - start, dimm, group }, task, attempt);
    const added = call("acpi_memory_device_add", call("__add_memory", call("add_memory_resource", adding)));
    const errno = yield* call("acpi_scan_device_check", call("acpi_bus_scan", added));
    if (errno === null || errno === "EEXIST") enabled++;
    else {
      failure = errno;
      warn(kernel, attempt, `acpi ${device.name}: add_memory failed`);
    }
  }
  if (enabled === 0) warn(kernel, attempt, `acpi ${device.name}: acpi_memory_enable_device() error`);
  else kernel.logQuietly("configured", `acpi ${device.name}: Memory device configured by ACPI`);
  unlockHotplug(kernel, task);
  return enabled > 0 ? null : failure;
}

/** The end of Notify(device, 1): firmware hears of success whatever became of the memory. */
export function reportInsertion(kernel: Kernel, device: MemoryDevice): void {
  if (kernel.parameters.acpi) tell(kernel, insertionEvents(device.slot, device.dimm));
}

/**
 * Notify(device, 3): somebody wants the DIMM back. All its blocks go offline in two passes, then the memory is
 * removed and the slot powered off. When a block refuses, those that went offline come back online.
 */
export function* ejectRequest(
  kernel: Kernel,
  device: MemoryDevice,
  task: Task,
  attempt: AttemptLog,
  source: OstSource = OstSource.EjectRequest,
): Steps<ErrnoName | null> {
  if (!kernel.parameters.acpi) return "ENODEV";
  if (!kernel.parameters.acpiHotplugEnabled) {
    kernel.log("info", `acpi ${device.name}: Eject disabled`);
    tell(kernel, [ost(source, OstStatus.NotSupported, device.slot, device.dimm)]);
    return "EPERM";
  }
  if (!kernel.profile.removesMemory) {
    refuseRemoval(kernel, device, attempt);
    return "EPERM";
  }
  tell(kernel, ejectBegunEvents(device.slot, device.dimm));
  yield spend(Cost.acpi, "acpi_hotplug_schedule");
  const removing = call("acpi_scan_hot_remove", hotRemove(kernel, device, task, attempt, source));
  return yield* hotplugWork(kernel, task, removing);
}

/** acpi_scan_hot_remove, with the answer to firmware. */
function* hotRemove(
  kernel: Kernel,
  device: MemoryDevice,
  task: Task,
  attempt: AttemptLog,
  source: OstSource,
): Steps<ErrnoName | null> {
  const blocks = device.ranges.flatMap((range) => blocksIn(kernel, range.start, range.end - range.start));
  const refused = yield* offlineAll(kernel, blocks, task, attempt);
  if (refused !== null) {
    unlockHotplug(kernel, task);
    tell(kernel, ejectRefusedEvents(device.slot, device.dimm, source));
    return refused;
  }
  for (const range of kernel.parameters.acpiMemoryHotplug ? device.ranges : []) {
    const removing = call("try_remove_memory", removeMemory(kernel, range.start, range.end - range.start, attempt));
    const trimmed = call("acpi_memory_device_remove", call("__remove_memory", removing));
    // Never refused: all its blocks are offline, and who would bring one back waits for the lock.
    yield* call("acpi_bus_trim", trimmed);
  }
  yield spend(Cost.acpi, "acpi_evaluate_ej0");
  attempt.check("powered-off", "pass", "acpi_evaluate_ej0", { slot: device.slot });
  unlockHotplug(kernel, task);
  tell(kernel, ejectedEvents(device.slot, device.dimm, source));
  return null;
}

/**
 * Before 3.9 nothing takes down the direct mapping and the memory map of memory that goes: an eject request is answered
 * with "not supported", and nothing changes.
 */
export function refuseRemoval(kernel: Kernel, device: MemoryDevice, attempt: AttemptLog): void {
  attempt.check("removal-supported", "fail", "arch_remove_memory", { kernel: kernel.profile.version });
  tell(kernel, [ost(OstSource.EjectRequest, OstStatus.NotSupported, device.slot, device.dimm)]);
}

/** acpi_scan_try_to_offline. Returns EBUSY, since 3.11 after undoing what it did, or null. */
function* offlineAll(
  kernel: Kernel,
  blocks: readonly MemoryBlock[],
  task: Task,
  attempt: AttemptLog,
): Steps<ErrnoName | null> {
  const done: MemoryBlock[] = [];
  let failed: MemoryBlock | undefined;
  for (let pass = 0; pass < 2; pass++) {
    failed = undefined;
    for (const block of blocks) {
      if (block.state === "offline") continue;
      const errno = yield* call("acpi_bus_offline", deviceOffline(kernel, block, task, attempt));
      if (errno === null) done.push(block);
      else {
        failed ??= block;
        if (pass === 1) break;
      }
    }
    if (!failed) return null;
  }
  const { number, startPfn, pages } = failed as MemoryBlock;
  const { undoesEject } = kernel.profile;
  if (undoesEject) warn(kernel, attempt, `memory memory${number}: Offline failed.`);
  else {
    const hex = (address: number): string => `0x${address.toString(16).padStart(8, "0")}`;
    const range = `${hex(startPfn * PAGE_SIZE)}-${hex((startPfn + pages) * PAGE_SIZE - 1)}`;
    warn(kernel, attempt, `removing memory fails, because memory [${range}] is onlined`);
  }
  attempt.check("all-blocks-offline", "fail", "acpi_scan_try_to_offline", { block: number });
  if (undoesEject)
    for (const block of done)
      yield* call(
        "acpi_bus_online",
        deviceOnline(kernel, block, { type: null, onliner: { by: "undone-eject" } }, task, attempt),
      );
  return "EBUSY";
}

function tell(kernel: Kernel, events: readonly AcpiEvent[]): void {
  for (const event of events) kernel.recorder.emit({ c: "acpi", partition: kernel.id, event });
}
