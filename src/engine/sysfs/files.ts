/**
 * The files of one kernel: `/sys`, `/proc`, `/dev/null`, and `/mods` (see ./module-files.ts). Made once for a kernel; everything
 * is read from its state at the moment of reading.
 *
 * A write changes the kernel at once, or begins an operation and gives its id. The engine calls `write` when it
 * carries out a `write` command; readers call `read`, `list` and `stat` directly.
 *
 * These are the files that the page itself works with. Those that only people at a shell look at are in ./more, which
 * comes with the shell.
 */
import { blockDriverInUse, blockDriverLoaded, blockDriverUnloaded } from "./block-drivers.ts";
import { hugepagesDirectory } from "./hugepage-files.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { ACPI_CONTAINER, acpiDevices, acpiHotplugDirectory, memmapDirectory } from "./firmware-files.ts";
import { memoryDirectory } from "./memory-files.ts";
import { debugDirectory, LoadedModules, memoryHotplugParameters, virtioMemModule } from "./module-files.ts";
import { nodeDirectories } from "./node-files.ts";
import type { FileActions } from "./port.ts";
import { procDirectory } from "./proc-files.ts";
import { DONE, type Directory, FileTree, directory, link, union, writable } from "./tree.ts";

/** Writing here changes nothing, but whoever writes is a process that comes and goes. */
const readWriteNothing = writable(
  () => "",
  () => DONE,
);

export function kernelFiles(kernel: Kernel, actions: FileActions): FileTree {
  const modules = new LoadedModules(
    kernel.profile.version,
    (name, parameters) => {
      blockDriverLoaded(kernel, name, parameters);
      actions.moduleLoaded(name, parameters);
    },
    (name) => {
      if (name === "memory-notifier-error-inject") kernel.injected.clear();
      blockDriverUnloaded(kernel, name);
    },
    (name) => blockDriverInUse(kernel, name),
  );
  return new FileTree(
    directory({
      dev: directory({ null: readWriteNothing }),
      mods: modules.files,
      proc: procDirectory(kernel, modules),
      sys: sysDirectory(kernel, actions, modules),
    }),
    { kernel, actions, modules },
  );
}

function sysDirectory(kernel: Kernel, actions: FileActions, modules: LoadedModules): Directory {
  const container = ACPI_CONTAINER.split("/").reduceRight<Directory>(
    (below, name) => directory({ [name]: below }),
    acpiDevices(kernel, actions, "directories"),
  );
  const memory = memoryDirectory(kernel, actions);
  const node = nodeDirectories(kernel);
  return directory({
    bus: directory({
      acpi: directory({ devices: acpiDevices(kernel, actions, "links") }),
      memory: directory({ devices: busLinks(memory, "memory") }),
      node: directory({ devices: busLinks(node, "node") }),
    }),
    devices: union(directory({ system: directory({ memory, node }) }), container),
    firmware: directory({
      acpi: directory({ hotplug: acpiHotplugDirectory(kernel) }),
      memmap: memmapDirectory(kernel),
    }),
    kernel: directory({
      mm: directory({ hugepages: hugepagesDirectory(kernel) }),
      debug: debugDirectory(kernel, modules),
    }),
    module: union(
      directory(
        kernel.profile.hasMemmapOnMemory
          ? { memory_hotplug: directory({ parameters: memoryHotplugParameters(kernel) }) }
          : {},
      ),
      virtioMemModule(kernel, actions),
    ),
  });
}

/** /sys/bus/BUS/devices: a link to each device of a subsystem (`memory32`, `node1`). */
function busLinks(subsystem: Directory, bus: "memory" | "node"): Directory {
  const isDevice = new RegExp(`^${bus}\\d+$`);
  return {
    kind: "directory",
    mode: 0o755,
    names: () => subsystem.names().filter((name) => isDevice.test(name)),
    entry: (name) =>
      isDevice.test(name) && subsystem.entry(name) ? link(`../../../devices/system/${bus}/${name}`) : undefined,
  };
}
