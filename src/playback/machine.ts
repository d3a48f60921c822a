/** The machine of a trace or lab scenario as a box with one partition, the emulated PC that the kernels were recorded on. */
import type { BoxDescription, BuildOption, KernelVersion, ZoneCalibration } from "../engine/hardware/description.ts";
import { type Bytes, MIB, PAGE_SIZE, parseSize } from "../engine/units.ts";
import type { LabScenario, Trace } from "../protocol/trace.ts";

/** The one partition of such a box. */
export const PARTITION = "pc";
/** Arguments that every recording had: they steer the console, not memory. */
const CONSOLE = "console=ttyS0 loglevel=0 quiet panic=-1 nokaslr mitigations=off tsc=unstable";

/** What a recorded kernel was built without: Debian's cloud kernels know no compressed swap, and up to 6.1 no broken pages. */
function builtWithout(release: string): BuildOption[] {
  if (!release.includes("cloud")) return [];
  const version = kernelVersion(release);
  // Zswap is in 7.3's.
  if (version === "7.3") return [];
  return version === "5.10" || version === "6.1" ? ["CONFIG_ZSWAP", "CONFIG_MEMORY_FAILURE"] : ["CONFIG_ZSWAP"];
}

export const bytesOf = (size: string): Bytes => parseSize(size) ?? (0 as Bytes);

/** With `movable_node` the table lies at the bottom of memory. */
const LOWEST_RAM_DISK = 16 * MIB;

/** Kernels that recordings are compared with. */
export const RECORDED = ["5.10", "6.1", "6.12", "6.18", "7.3"] as const satisfies readonly KernelVersion[];

/** Profile for a release (`6.1.0-56-cloud-amd64`), or `undefined` when no profile is like it. */
export function kernelVersion(release: string): KernelVersion | undefined {
  return RECORDED.find(
    (version) => release === version || release.startsWith(`${version}.`) || release.startsWith(`${version}-`),
  );
}

/**
 * The box. `calibrated`: zones begin with the pages that the recorded kernel managed and had free, and the initial ram disk is as
 * large as its recorder's; without, everything follows from the machine and its command line.
 */
export function describeMachine(source: Trace | LabScenario, kernel: KernelVersion, calibrated = true): BoxDescription {
  const { machine, coldplug } = source;
  const cpusGiven = machine.nodes.some(({ cpus }) => cpus !== undefined);
  return {
    shelf: [],
    partitions: [
      {
        id: PARTITION,
        name: source.name || "machine",
        nodes: machine.nodes.map(({ mem, cpus }, i) => ({
          onboard: bytesOf(mem),
          cpus: cpus ?? (i === 0 && !cpusGiven ? "0-1" : ""),
          slots: [],
        })),
        sharedSlots: machine.slots,
        maxMemory: bytesOf(machine.maxmem),
        distances: machine.distance ?? [],
        hotpluggable: machine.hotpluggable ?? [],
        kernel,
        builtWithout: builtWithout(source.kernel),
        cmdline: `${CONSOLE} ${source.cmdline}`,
        coldplug: coldplug.map(({ id, size, node }) => ({ id, size: bytesOf(size), node })),
        ...(machine.disk ? { disk: { size: bytesOf(machine.disk.size), writes: bytesOf(machine.disk.writes) } } : {}),
        virtioMem: source.virtio_mem.map(({ id, node, size, requested }) => ({
          id,
          node,
          size: bytesOf(size),
          requested: bytesOf(requested ?? "0"),
        })),
        ...(calibrated && "boot" in source
          ? { calibration: calibrationOf(source), ...ramDiskOf(source), ...rootFilesOf(source) }
          : {}),
      },
    ],
  };
}

/** What the recorded kernel's zones managed and had free after boot depends on the size of its image. */
const calibrationOf = ({ boot }: Trace): ZoneCalibration[] =>
  boot.zones.map(({ node, zone, managed, free }) => ({ node, zone, managed, free }));

/** Where there is no other file system yet, all pages of files are those of the initial one. Traces of some recorders tell them. */
const rootFilesOf = ({ boot: { vmstat } }: Trace): { readonly rootFilePages?: number } =>
  vmstat?.nr_file_pages ? { rootFilePages: vmstat.nr_file_pages } : {};

/**
 * Size of the recording machine's initial ram disk, where the recording tells: right below it lies the SRAT that it
 * replaced, which is no RAM any more. Other builds of the recorder bring a larger or a smaller one.
 */
function ramDiskOf({ boot }: Trace): { readonly ramDisk?: Bytes } {
  const ranges = boot.iomem.map((line) =>
    /^([0-9a-f]+)-([0-9a-f]+) /
      .exec(line)
      ?.slice(1)
      .map((hex) => Number.parseInt(hex, 16)),
  );
  for (const [i, range] of ranges.entries()) {
    const [start = 0, end = 0] = range ?? [];
    const before = (ranges[i - 1]?.[1] ?? 0) + 1;
    const table = start - before;
    if (before > LOWEST_RAM_DISK && before % PAGE_SIZE === 0 && table > 0 && table < PAGE_SIZE)
      return { ramDisk: (end - before - PAGE_SIZE) as Bytes };
  }
  return {};
}
