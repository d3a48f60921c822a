/** What devices and buses have beside their own files: probing, power management, crash_hotplug. */
import type { Kernel } from "../../kernel/kernel.ts";
import { sameWord } from "../memory-files.ts";
import {
  DONE,
  type Directory,
  type Entry,
  type File,
  directory,
  failed,
  readable,
  writable,
  writeOnly,
} from "../tree.ts";
import { memoryFailureFiles } from "./memory-failure-files.ts";
import { ueventFile } from "../uevent-file.ts";

/** `auto` or `on`: nothing comes of it. */
function control(): File {
  let chosen = "auto";
  return writable(
    () => `${chosen}\n`,
    (text) => {
      const word = ["auto", "on"].find((each) => sameWord(text, each));
      if (word === undefined) return failed("EINVAL");
      chosen = word;
      return DONE;
    },
  );
}

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
    control: control(),
    runtime_active_time: readable(() => "0\n"),
    runtime_status: readable(() => "unsupported\n"),
    runtime_suspended_time: readable(() => "0\n"),
  });

/** Devices are bound to drivers by themselves unless `0` was written; anything else means yes (drivers/base/bus.c). */
function autoprobe(): File {
  let on = 1;
  return writable(
    () => `${on}\n`,
    (text) => {
      on = text.startsWith("0") ? 0 : 1;
      return DONE;
    },
  );
}

const bus = (kernel: Kernel, name: string): Directory =>
  directory({
    drivers: directory({}),
    drivers_autoprobe: autoprobe(),
    drivers_probe: writeOnly(() => DONE),
    uevent: ueventFile(kernel, `/bus/${name}`, null),
  });

export function deviceExtras(kernel: Kernel): Record<string, Entry> {
  const crash = kernel.profile.zoneinfo === "6.10" ? { crash_hotplug: readable(() => "0\n") } : {};
  return {
    bus: directory(Object.fromEntries(["acpi", "cpu", "memory", "node"].map((name) => [name, bus(kernel, name)]))),
    devices: directory({
      system: directory({
        memory: directory({ ...crash, ...memoryFailureFiles(kernel), power: power() }),
        node: directory({ power: power() }),
      }),
    }),
  };
}
