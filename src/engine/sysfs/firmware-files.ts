/**
 * What firmware tells and what it is asked: /sys/firmware/memmap (drivers/firmware/memmap.c), the ACPI memory devices
 * (drivers/acpi/device_sysfs.c), and the ACPI hot-plug profile of memory.
 */
import { since } from "../kernel/profiles/versions.ts";
import { sta } from "../hardware/acpi.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { parseBool } from "../kernel/boot-layout/cmdline.ts";
import type { FileActions } from "./port.ts";
import { DONE, type Directory, type Entry, directory, failed, link, readable, writable, writeOnly } from "./tree.ts";

/** Folder of the ACPI memory devices: they sit under the container that QEMU's firmware puts them in. */
export const ACPI_CONTAINER = "LNXSYSTM:00/LNXSYBUS:00/PNP0A06:04";

export function memmapDirectory(kernel: Kernel): Directory {
  const entry = (index: number): Entry | undefined => {
    const found = kernel.resources.firmware.find((each) => each.index === index);
    if (!found) return undefined;
    const attribute = (read: () => string): Entry => ({ ...readable(read), unwritable: true });
    return directory({
      end: attribute(() => `0x${found.end.toString(16)}\n`),
      start: attribute(() => `0x${found.start.toString(16)}\n`),
      type: attribute(() => `${found.type}\n`),
    });
  };
  return {
    kind: "directory",
    mode: 0o755,
    names: () => kernel.resources.firmware.map(({ index }) => String(index)),
    entry: (name) => (/^(0|[1-9]\d*)$/.test(name) ? entry(Number(name)) : undefined),
  };
}

export function acpiHotplugDirectory(kernel: Kernel): Directory {
  const memory = directory({
    enabled: writable(
      () => `${Number(kernel.parameters.acpiHotplugEnabled)}\n`,
      (text) => {
        const value = /^[01]\n?$/.exec(text);
        if (!value) return failed("EINVAL");
        kernel.parameters.acpiHotplugEnabled = text.startsWith("1");
        return DONE;
      },
    ),
  });
  return directory({
    force_remove: writable(
      () => "0\n",
      (text) => {
        const value = parseBool(text, kernel.profile);
        if (value === true)
          kernel.log(
            "warn",
            "ACPI: Enabling force_remove is not supported anymore. Please report to linux-acpi@vger.kernel.org if you depend on this functionality",
          );
        return value === false ? DONE : failed("EINVAL");
      },
    ),
    ...(kernel.parameters.acpiMemoryHotplug ? { memory } : {}),
    pci_root: alwaysOn(),
    processor: alwaysOn(),
  });
}

/** A profile of devices that nobody here plugs: its switch can be set, and nothing comes of it. */
function alwaysOn(): Directory {
  let enabled = true;
  return directory({
    enabled: writable(
      () => `${Number(enabled)}\n`,
      (text) => {
        if (!/^[01]\n?$/.test(text)) return failed("EINVAL");
        enabled = text.startsWith("1");
        return DONE;
      },
    ),
  });
}

/** Devices by name, as directories of their own or, for /sys/bus/acpi/devices, as links to them. */
export function acpiDevices(kernel: Kernel, actions: FileActions, as: "directories" | "links"): Directory {
  return {
    kind: "directory",
    mode: 0o755,
    names: () => actions.memoryDevices().map(({ device }) => device.name),
    entry: (name) => {
      const found = actions.memoryDevices().find(({ device }) => device.name === name);
      if (!found) return undefined;
      return as === "links"
        ? link(`../../../devices/${ACPI_CONTAINER}/${name}`)
        : deviceDirectory(kernel, actions, name);
    },
  };
}

function deviceDirectory(kernel: Kernel, actions: FileActions, name: string): Directory {
  const now = () => actions.memoryDevices().find(({ device }) => device.name === name);
  const occupied = () => (now()?.dimm ?? null) !== null;
  const entries: Record<string, Entry> = {
    eject: writeOnly((text) => {
      const slot = now();
      if (!text.startsWith("1")) return failed("EINVAL");
      // No driver is attached to the device of an empty slot.
      if (!slot || slot.dimm === null) return failed("ENODEV");
      if (!kernel.parameters.acpiMemoryHotplug || !kernel.parameters.acpiHotplugEnabled) return failed("ENODEV");
      return { errno: actions.eject(slot.device), op: null };
    }),
    hid: readable(() => "PNP0C80\n"),
    // Only a device that is present has matched anything.
    modalias: readable(() => (occupied() ? "acpi:PNP0C80:\n" : "")),
    path: readable(() => `${now()?.device.path ?? ""}\n`),
    ...(since(kernel.profile.version, 7, 3) ? {} : { power: directory({}) }),
    status: readable(() => `${sta(occupied())}\n`),
    subsystem: link("../../../../../bus/acpi"),
    uid: readable(() => `0x${(now()?.device.slot ?? 0).toString(16).toUpperCase().padStart(2, "0")}\n`),
  };
  const dimm = now()?.dimm ?? null;
  const blocks =
    dimm === null ? [] : [...kernel.blocks.values()].filter((block) => block.dimm === dimm).map(({ number }) => number);
  for (const [i, number] of blocks.sort((a, b) => a - b).entries())
    entries[`physical_node${i === 0 ? "" : i}`] = link(`../../../../system/memory/memory${number}`);
  return directory(entries);
}
