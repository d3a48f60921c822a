/** What devices and buses have beside their own files: probing, power management, crash_hotplug. */
import { memparse } from "../../kernel/boot-layout/memparse.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { PAGE_SIZE } from "../../units.ts";
import { power, powerInEach } from "./power-files.ts";
import {
  DONE,
  type Directory,
  type Entry,
  type File,
  directory,
  failed,
  overlay,
  readable,
  union,
  writable,
  writeOnly,
} from "../tree.ts";
import { memoryFailureFiles } from "./memory-failure-files.ts";
import type { FileActions } from "../port.ts";
import { ACPI_CONTAINER } from "../firmware-files.ts";
import { ueventFile } from "./uevent-file.ts";

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

/** The folder of the container's memory devices: what their events are written to and read from. */
function acpiExtras(kernel: Kernel, actions: FileActions): Directory {
  const device = (name: string) => actions.memoryDevices().find((each) => each.device.name === name);
  return {
    ...directory({}),
    entry: (name) => {
      if (!device(name)) return undefined;
      // Only a device that is present has matched anything.
      const variables = () => `MODALIAS=${device(name)?.dimm ? "acpi:PNP0C80:" : ""}\n`;
      return directory({
        uevent: ueventFile(kernel, `/devices/${ACPI_CONTAINER}/${name}`, `acpi ${name}`, "acpi", variables),
      });
    },
  };
}

/**
 * Reclaim on demand (mm/vmscan.c, user_proactive_reclaim): of what is here nothing is so old that it would go, so an amount of
 * at least a page is EAGAIN. 6.18 says that of whatever fails.
 */
function reclaim({ profile }: Kernel): Entry {
  const wrong = failed(since(profile.version, 7, 3) ? "EINVAL" : "EAGAIN");
  return writeOnly((text) => {
    const written = text.trimStart();
    const { value, rest } = memparse(written);
    if (rest === written || !/^\s*(swappiness=(max|1?\d{1,2}|200)\s*)?$/.test(rest)) return wrong;
    return value < PAGE_SIZE ? DONE : failed("EAGAIN");
  });
}

export function deviceExtras(kernel: Kernel, actions: FileActions): Record<string, Entry> {
  const ofDevice = (subsystem: "memory" | "node") => (name: string) => ({
    uevent: ueventFile(kernel, `/devices/system/${subsystem}/${name}`, `${subsystem} ${name}`, subsystem),
  });
  // Since 6.17.
  const proactive = since(kernel.profile.version, 6, 17) ? { reclaim: reclaim(kernel) } : {};
  const ofNode = (name: string) => ({ ...ofDevice("node")(name), ...proactive });
  const ofAll = (subsystem: "memory" | "node") =>
    ueventFile(kernel, `/devices/system/${subsystem}`, ` ${subsystem}`, null);
  const container = ACPI_CONTAINER.split("/").reduceRight<Directory>(
    (below, name) => directory({ [name]: below }),
    acpiExtras(kernel, actions),
  );
  const crash = kernel.profile.zoneinfo === "6.10" ? { crash_hotplug: readable(() => "0\n") } : {};
  return {
    bus: directory(Object.fromEntries(["acpi", "cpu", "memory", "node"].map((name) => [name, bus(kernel, name)]))),
    devices: overlay(
      container,
      directory({
        system: directory({
          memory: union(
            directory({ ...crash, ...memoryFailureFiles(kernel), power: power(), uevent: ofAll("memory") }),
            powerInEach((name) => kernel.blocks.get(numbered(name, "memory")), ofDevice("memory")),
          ),
          node: union(
            directory({ power: power(), uevent: ofAll("node") }),
            powerInEach((name) => {
              const node = kernel.nodes[numbered(name, "node")];
              return node?.online ? node : undefined;
            }, ofNode),
          ),
        }),
      }),
    ),
  };
}
