/** Block devices as files: /dev/NAME, /sys/block/NAME (block/genhd.c, drivers/block/zram/zram_drv.c), and /proc/swaps (mm/swapfile.c). */
import { type RamDisk, ZramDisk } from "../../holders/block-devices.ts";
import { COMPRESSED, type SwapArea } from "../../holders/swap.ts";
import { memparse } from "../../kernel/boot-layout/memparse.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { PAGE_SIZE } from "../../units.ts";
import { SECTORS_IN_PAGE, tellCapacity } from "../block-drivers.ts";
import { sameWord } from "../memory-files.ts";
import type { LoadedModules } from "../module-files.ts";
import { proc } from "../proc-files.ts";
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

/** Where the header of a swap area says what it is: at the end of its first page. */
const SWAP_MAGIC = "SWAPSPACE2";
/** Of zeros nothing is kept but that they are. */
const OF_ZEROS = 8;
const NAME_WIDTH = 40;

type Device = RamDisk | ZramDisk;

/** Directory with an entry for each device there is. */
const byDevice = (kernel: Kernel, mode: number, entry: (device: Device) => Entry): Directory => ({
  kind: "directory",
  mode,
  names: () => [...kernel.devices].map(({ name }) => name),
  entry: (name) => {
    const device = kernel.devices.get(name);
    return device && entry(device);
  },
});

/** Devices in /dev. */
export const deviceNodes = (kernel: Kernel): Directory => byDevice(kernel, 0o755, (device) => node(device));

/**
 * The device as a file. Whoever writes begins at its start, and goes on where the write before ended: the place is the
 * device's, for a write of ours has none.
 */
function node(device: Device): File {
  const bytes = (): number => device.pages * PAGE_SIZE;
  const text = (offset: number, length: number): string => {
    const end = Math.min(bytes(), offset + length);
    if (end <= offset) return "";
    const first = device.signature === "swap" ? SWAP_MAGIC.padStart(PAGE_SIZE, "\0") : "";
    return first.slice(offset, end).padEnd(end - offset, "\0");
  };
  return {
    kind: "file",
    mode: 0o600,
    size: 0,
    block: true,
    large: bytes(),
    read: () => ({ text: text(0, bytes()) }),
    at: (offset, length) => ({ text: text(offset, length) }),
    write: (given) => {
      // A header, as mkswap and mke2fs write it: at the start.
      if (given.length === PAGE_SIZE && given.endsWith(SWAP_MAGIC)) {
        if (device.heldBy !== null) return failed("ETXTBSY");
        if (device.pages === 0 || !device.write(0, COMPRESSED)) return failed("ENOSPC");
        device.signature = "swap";
        device.cursor = 0;
        return DONE;
      }
      if (device.heldBy === "swap") return failed("ETXTBSY");
      if (device.cursor >= bytes()) {
        device.cursor = 0;
        return failed("ENOSPC");
      }
      if (device.cursor === 0) device.signature = null;
      const end = Math.min(bytes(), device.cursor + given.length);
      const compressed = /[^\0]/.test(given) ? COMPRESSED : OF_ZEROS;
      for (let page = Math.floor(device.cursor / PAGE_SIZE); page * PAGE_SIZE < end; page++)
        if (!device.write(page, compressed)) return failed("ENOSPC");
      device.cursor = end;
      return DONE;
    },
  };
}

/** /sys/block. */
export const blockDirectory = (kernel: Kernel, modules: Pick<LoadedModules, "has">): Directory =>
  byDevice(kernel, 0o755, (device) =>
    directory({
      removable: readable(() => "0\n"),
      ro: readable(() => "0\n"),
      size: readable(() => `${device.pages * SECTORS_IN_PAGE}\n`),
      ...(device instanceof ZramDisk ? zramFiles(kernel, device, modules) : {}),
    }),
  );

/** Compressors that a device may be given, the usual one first where it is its own (6.12 on), else as a crypto module brings it. */
const COMPRESSORS = {
  own: { names: ["lz4", "lz4hc", "zstd", "deflate"], usual: "lz4" },
  crypto: { names: ["lzo", "lzo-rle", "lz4", "lz4hc", "zstd"], usual: "lzo-rle" },
} as const;

function zramFiles(kernel: Kernel, device: ZramDisk, modules: Pick<LoadedModules, "has">): Record<string, Entry> {
  const recent = since(kernel.profile.version, 6, 12);
  const { names, usual } = recent ? COMPRESSORS.own : COMPRESSORS.crypto;
  const compressor = (): string => device.compressor ?? usual;
  const isThere = (name: string): boolean => recent || modules.has(name);
  const capacity = (from: number, to: number): void => tellCapacity(kernel, device.name, from, to);
  return {
    comp_algorithm: writable(
      () => `${names.map((name) => (name === compressor() ? `[${name}]` : name)).join(" ")} \n`,
      (text) => {
        const chosen = names.find((name) => sameWord(text, name));
        if (chosen === undefined || !isThere(chosen)) return failed("EINVAL");
        if (device.pages > 0) {
          kernel.log("info", "zram: Can't change algorithm for initialized device");
          return failed("EBUSY");
        }
        device.compressor = chosen;
        return DONE;
      },
    ),
    disksize: writable(
      () => `${device.pages * PAGE_SIZE}\n`,
      (text) => {
        const bytes = memparse(text).value;
        if (bytes === 0) return failed("EINVAL");
        if (device.pages > 0) {
          kernel.log("info", "zram: Cannot change disksize for initialized device");
          return failed("EBUSY");
        }
        if (!isThere(compressor())) {
          kernel.log("warn", `zram: Cannot initialise ${compressor()} compressing backend`);
          return failed("EINVAL");
        }
        device.setSize(Math.ceil(bytes / PAGE_SIZE));
        capacity(0, device.pages);
        return DONE;
      },
    ),
    initstate: readable(() => `${device.pages > 0 ? 1 : 0}\n`),
    mm_stat: readable(() => {
      const { stored, compressed, used, most } = device.figures;
      // How many of its huge pages came late is told since 5.14.
      const columns = [
        stored,
        compressed,
        used,
        0,
        most,
        0,
        0,
        0,
        ...(since(kernel.profile.version, 5, 15) ? [0] : []),
      ];
      return `${columns.map((value) => String(value).padStart(8)).join(" ")}\n`;
    }),
    reset: writeOnly((text) => {
      if (!/^\s*[1-9]/.test(text)) return failed("EINVAL");
      if (device.heldBy !== null) return failed("EBUSY");
      const before = device.pages;
      device.empty();
      if (before > 0) capacity(before, 0);
      return DONE;
    }),
  };
}

/** /proc/swaps (swap_show). */
export const swaps = (kernel: Kernel): File =>
  proc(
    () =>
      `Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n${kernel.swap.areas.map((area) => swapLine(area)).join("")}`,
  );

function swapLine({ path, pages, used, priority }: SwapArea): string {
  const column = (pages: number): string => `${pages * 4}\t${pages * 4 < 10_000_000 ? "\t" : ""}`;
  const name = path + " ".repeat(Math.max(1, NAME_WIDTH - path.length));
  return `${name}partition\t${column(pages)}${column(used)}${priority}\n`;
}
