/** What devices and buses have beside their own files: probing, power management, crash_hotplug. */
import type { Kernel } from "../../kernel/kernel.ts";
import { power, powerInEach } from "./power-files.ts";
import {
  DONE,
  type Directory,
  type Entry,
  type File,
  directory,
  readable,
  union,
  writable,
  writeOnly,
} from "../tree.ts";
import { memoryFailureFiles } from "./memory-failure-files.ts";
import { ueventFile } from "../uevent-file.ts";

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
    uevent: ueventFile(kernel, `/bus/${name}`, null, "bus"),
  });

/** The number after a word, or -1. */
const numbered = (name: string, word: string): number =>
  name.startsWith(word) && /^\d+$/.test(name.slice(word.length)) ? Number(name.slice(word.length)) : -1;

export function deviceExtras(kernel: Kernel): Record<string, Entry> {
  const crash = kernel.profile.zoneinfo === "6.10" ? { crash_hotplug: readable(() => "0\n") } : {};
  return {
    bus: directory(Object.fromEntries(["acpi", "cpu", "memory", "node"].map((name) => [name, bus(kernel, name)]))),
    devices: directory({
      system: directory({
        memory: union(
          directory({ ...crash, ...memoryFailureFiles(kernel), power: power() }),
          powerInEach((name) => kernel.blocks.get(numbered(name, "memory"))),
        ),
        node: union(
          directory({ power: power() }),
          powerInEach((name) => {
            const node = kernel.nodes[numbered(name, "node")];
            return node?.online ? node : undefined;
          }),
        ),
      }),
    }),
  };
}
