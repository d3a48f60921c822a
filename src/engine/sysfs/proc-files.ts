/** /proc, as far as it is about memory. */
import type { Kernel } from "../kernel/kernel.ts";
import { meminfo } from "./meminfo.ts";
import { type LoadedModules, parseInteger, parseSysctl } from "./module-files.ts";
import { since } from "../virtio/versions.ts";
import { DONE, type Directory, type File, directory, failed, readable, writable, writeOnly } from "./tree.ts";
import { vmstat } from "./vmstat.ts";
import { buddyinfo, pagetypeinfo, zoneinfo } from "./zoneinfo.ts";

const MAX_SCALE_FACTOR = 3000;
const proc = (read: () => string, mode = 0o444): File => readable(read, mode, 0);

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
      buddyinfo: proc(() => buddyinfo(kernel)),
      cmdline: proc(() => `${kernel.cmdline}\n`),
      iomem: proc(() =>
        iomemLines(kernel)
          .map((line) => `${line}\n`)
          .join(""),
      ),
      meminfo: proc(() => meminfo(kernel)),
      modules: proc(() => loadedModules(kernel, modules)),
      pagetypeinfo: proc(() => pagetypeinfo(kernel), 0o400),
      sys: directory({ vm: sysctls(kernel) }),
      vmstat: proc(() => vmstat(kernel)),
      zoneinfo: proc(() => zoneinfo(kernel)),
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

function sysctls(kernel: Kernel): Directory {
  const number = (read: () => number, min: number, max: number, write: (value: number) => void): File =>
    writable(
      () => `${read()}\n`,
      (text) => {
        const value = parseSysctl(text);
        if (value === undefined || value < min || value > max) return failed("EINVAL");
        write(value);
        return DONE;
      },
    );
  const { parameters } = kernel;
  // Earlier kernels compact whatever is written.
  const onlyOneCompacts = since(kernel.profile.version, 6, 5);
  const treatAsMovable = number(
    () => Number(parameters.treatHotaddAsMovable),
    0,
    1,
    (value) => {
      parameters.treatHotaddAsMovable = value === 1;
      kernel.structureChanged = true;
    },
  );
  const scaleFactor = number(
    () => parameters.watermarkScaleFactor,
    1,
    MAX_SCALE_FACTOR,
    (value) => {
      parameters.watermarkScaleFactor = value;
      kernel.setupWatermarks();
    },
  );
  return directory({
    compact_memory: writeOnly(
      (text) => (onlyOneCompacts && parseInteger(text.trim()) !== 1 ? failed("EINVAL") : DONE),
      0,
    ),
    drop_caches: writeOnly((text) => {
      const value = parseInteger(text.trim());
      if (value === undefined || value < 1 || value > 4) return failed("EINVAL");
      kernel.dropCaches(value);
      return DONE;
    }, 0),
    lowmem_reserve_ratio: proc(() => "256\t256\t32\t0\t0\n", 0o644),
    min_free_kbytes: number(
      () => kernel.minFreeKb,
      0,
      0x7fff_ffff,
      (value) => {
        parameters.minFreeKb = value;
        kernel.setupWatermarks();
      },
    ),
    nr_hugepages: number(
      () => kernel.hugePages.most,
      0,
      2 ** 30,
      (value) => kernel.hugePages.resize(value, null),
    ),
    nr_overcommit_hugepages: number(
      () => kernel.hugePages.overcommit,
      0,
      2 ** 30,
      (value) => {
        kernel.hugePages.overcommit = value;
      },
    ),
    ...(kernel.profile.proposal2013 ? { hotadd_memory_treat_as_movable: treatAsMovable } : {}),
    ...(kernel.profile.scalesWatermarks ? { watermark_scale_factor: scaleFactor } : {}),
  });
}
