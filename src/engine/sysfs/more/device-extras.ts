/** What devices and buses have beside their own files: probing, power management, crash_hotplug. */
import type { Kernel } from "../../kernel/kernel.ts";
import { DONE, type Directory, type Entry, type File, directory, readable, writable, writeOnly } from "../tree.ts";

/** A device without runtime power management (drivers/base/power/sysfs.c). */
const power = (): Directory =>
  directory({
    autosuspend_delay_ms: {
      ...writable(
        () => "",
        () => ({ errno: "EIO", op: null }),
      ),
      read: () => ({ errno: "EIO" }),
    } satisfies File,
    control: writable(
      () => "auto\n",
      () => DONE,
    ),
    runtime_active_time: readable(() => "0\n"),
    runtime_status: readable(() => "unsupported\n"),
    runtime_suspended_time: readable(() => "0\n"),
  });

const bus = (): Directory =>
  directory({
    drivers: directory({}),
    drivers_autoprobe: writable(
      () => "1\n",
      () => DONE,
    ),
    drivers_probe: writeOnly(() => DONE),
    uevent: writeOnly(() => DONE),
  });

export function deviceExtras(kernel: Kernel): Record<string, Entry> {
  const crash = kernel.profile.zoneinfo === "6.10" ? { crash_hotplug: readable(() => "0\n") } : {};
  return {
    bus: directory({ acpi: bus(), cpu: bus(), memory: bus(), node: bus() }),
    devices: directory({
      system: directory({ memory: directory({ ...crash, power: power() }), node: directory({ power: power() }) }),
    }),
  };
}
