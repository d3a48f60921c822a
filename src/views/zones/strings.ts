/** Every word that the zones view shows or says. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { count } from "../reading.ts";
import { amount, percent } from "./figures.ts";

export { amount, count, percent };
const plural = (value: number, one: string): string => `${count(value)} ${one}${value === 1 ? "" : "s"}`;

const accepts: Readonly<Record<string, string>> = {
  DMA: "Below 16 MiB: spared for devices that reach no further.",
  DMA32: "Below 4 GiB: 32-bit devices, and anyone in need.",
  Normal: "Kernel and user pages alike: what the kernel puts here stays.",
  Movable: "User pages only: everything in it can be moved.",
  Device: "Memory that belongs to a device; the allocator gives none of it away.",
};

const english = {
  title: "Zones",
  depth: "In depth",
  node: (partition: string, id: number) => `${partition} · node ${id}`,
  noNode: "Choose a node in the memory map.",
  noZones: "No memory of this node is online.",
  starting: "Reading the zones…",

  accepts: (zone: string) => accepts[zone] ?? "",
  sum: (managed: number, free: number) => `${amount(managed)} · ${percent(free, managed)} free`,
  barLabel: (zone: string, managed: number, free: number) =>
    `${zone}: ${amount(managed)} managed, ${amount(managed - free)} in use, ${amount(free)} free`,
  watermark: (name: string, pages: number) => `${name} ${amount(pages)}`,
  state: (free: number, marks: { readonly min: number; readonly low: number; readonly high: number }): string =>
    free <= marks.min
      ? "below min: allocations wait for reclaim"
      : free <= marks.low
        ? "below low: kswapd reclaims"
        : free <= marks.high
          ? "below high: kswapd goes on if awake"
          : "",

  spanLabel: "Where the zones lie in the node's addresses",
  extents: (zone: { readonly spanned: number; readonly present: number; readonly managed: number }) =>
    `spans ${amount(zone.spanned)} · present ${amount(zone.present)} · managed ${amount(zone.managed)}`,
  address: (pfn: number) => (pfn === 0 ? "address 0" : amount(pfn)),
  spanTitle: (first: number, last: number) => `pfn 0x${first.toString(16)} to 0x${last.toString(16)}`,

  orders: "free, order 0–10",
  orderLabel: (order: number, chunks: number) =>
    `order ${order}: ${plural(chunks, "free chunk")} of ${amount(2 ** order)}`,
  types: "by migrate type: none free",
  typeShare: (type: string, pages: number, free: number) => `by type: ${percent(pages, free)} ${type}`,
  typeLabel: (type: string, pages: number) => `${type} ${amount(pages)}`,

  more: "All numbers",
  tableOf: (zone: string) => `${zone} in numbers`,
  pages: "pages",
  size: "size",
  row: {
    startPfn: "start pfn",
    spanned: "spanned",
    present: "present",
    managed: "managed",
    free: "free",
    min: "min",
    low: "low",
    high: "high",
  },
  protection: "lowmem protection",
  protectionFor: (zone: string) => `against ${zone}`,
} as const;

export type ZoneWords = Words<typeof english>;
export const zoneStrings = inLanguages<ZoneWords>(english, { ja: () => import("./strings.ja.ts") });
