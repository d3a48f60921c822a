/** /proc, as far as it is about memory. */
import type { Kernel } from "../kernel/kernel.ts";
import type { LoadedModules } from "./module-files.ts";
import { sysctls } from "./sysctls.ts";
import { type Directory, type File, directory, readable } from "./tree.ts";

export const proc = (read: () => string, mode = 0o444): File => readable(read, mode, 0);

/** Lines of /proc/iomem for RAM, and for the regions of devices that have some of it inside (kernel/resource.c, r_show). */
export function iomemLines(kernel: Kernel): string[] {
  const { ram, devices } = kernel.resources;
  const hex = (address: number): string => address.toString(16).padStart(8, "0");
  return [
    ...devices.map((region) => ({ ...region, depth: 0 })),
    ...ram.map((range) => ({ ...range, depth: range.device === null ? 0 : 1 })),
  ]
    .sort((a, b) => a.start - b.start || a.depth - b.depth)
    .map(({ start, end, name, depth }) => `${"  ".repeat(depth)}${hex(start)}-${hex(end)} : ${name}`);
}

export function procDirectory(kernel: Kernel, modules: LoadedModules): Directory {
  return directory(
    {
      cmdline: proc(() => `${kernel.cmdline}\n`),
      iomem: proc(() =>
        iomemLines(kernel)
          .map((line) => `${line}\n`)
          .join(""),
      ),
      modules: proc(() => loadedModules(kernel, modules)),
      sys: directory({ vm: sysctls(kernel) }),
    },
    0o555,
  );
}

/** Newest first: size, users and their names, and an address in the modules' region (kernel/module/procfs.c, m_show). */
function loadedModules(kernel: Kernel, modules: LoadedModules): string {
  const size = kernel.profile.zoneinfo === "6.10" ? 12288 : 16384;
  const lines = modules.names.map((name, i) => {
    const users = modules.usersOf(name).map((user) => user.replaceAll("-", "_"));
    const address = (0xffff_ffff_c040_1000n + BigInt(i) * 0x9000n).toString(16);
    return `${name.replaceAll("-", "_")} ${size} ${users.length} ${users.length > 0 ? `${users.join(",")},` : "-"} Live 0x${address}\n`;
  });
  return lines.reverse().join("");
}
