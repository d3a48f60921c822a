/** /proc/iomem with all that is in it: firmware's reserved ranges, the kernel's image, and the devices of the emulated PC. */
import { kernelImage } from "../../kernel/boot-layout/kernel-image.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { type File, readable } from "../tree.ts";

interface Range {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
  readonly name: string;
}
const range = (start: number, end: number, name: string): Range => ({ start, end, name });

const PCI_END = 0xfebfffff;

export function iomem(kernel: Kernel): File {
  return readable(() => print(nest(ranges(kernel))), 0o444, 0);
}

function ranges(kernel: Kernel): Range[] {
  const recent = kernel.profile.zoneinfo === "6.10";
  const { firmware, ram, devices, bridges, buffers, others } = kernel.resources;
  const low = firmware.filter(({ end }) => end < 0xf0000000).reduce((most, { end }) => Math.max(most, end), 0);
  const rodata = kernel.profile.dumpsPages;
  return [
    range(0, 0xfff, "Reserved"),
    range(0xa0000, 0xbffff, "PCI Bus 0000:00"),
    range(0xc0000, 0xc05ff, "Video ROM"),
    range(0xf0000, 0xfffff, "System ROM"),
    range(low + 1, PCI_END, "PCI Bus 0000:00"),
    range(0xfec00000, 0xfec003ff, "IOAPIC 0"),
    range(0xfed00000, 0xfed003ff, "HPET 0"),
    range(0xfed00000, 0xfed003ff, "PNP0103:00"),
    ...(recent ? [] : [range(0xfee00000, 0xfee00fff, "Local APIC")]),
    ...others,
    ...bridges,
    ...devices,
    ...ram,
    ...without(buffers, [...others, ...ram]),
    ...kernelImage(kernel.profile.version)
      .sections.filter(([name]) => rodata || name !== "rodata")
      .map(([name, first, last]) => range(first, last, `Kernel ${name}`)),
  ];
}

/** What others leave of these ranges (reserve_region_with_split). */
const without = (split: readonly Range[], others: readonly Range[]): Range[] =>
  others.reduce<Range[]>(
    (left, { start, end }) =>
      left.flatMap((each) =>
        [
          { ...each, end: Math.min(each.end, start - 1) },
          { ...each, start: Math.max(each.start, end + 1) },
        ].filter((part) => part.start <= part.end),
      ),
    [...split],
  );

interface Nested extends Range {
  readonly depth: number;
}

/** Puts each range inside the one that holds it; of two alike the one told first holds the other. */
function nest(all: readonly Range[]): Nested[] {
  const order = all.map((each, i) => ({ each, i, rank: each.name === "Reserved" ? -1 : i }));
  order.sort((a, b) => a.each.start - b.each.start || b.each.end - a.each.end || a.rank - b.rank);
  const open: Range[] = [];
  return order.map(({ each }) => {
    while (open.length > 0 && (open.at(-1) as Range).end < each.start) open.pop();
    const nested = { ...each, depth: open.length };
    open.push(each);
    return nested;
  });
}

const hex = (address: number): string => address.toString(16).padStart(8, "0");
const print = (all: readonly Nested[]): string =>
  all.map(({ start, end, name, depth }) => `${"  ".repeat(depth)}${hex(start)}-${hex(end)} : ${name}\n`).join("");
