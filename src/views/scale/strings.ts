/** Words of the view of all memory. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { QueryProblem } from "../../engine/inspect/scale/index.ts";
import { formatBytes } from "../../engine/units.ts";
import { count } from "../reading.ts";

export const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const plural = (value: number, one: string): string => `${count(value)} ${value === 1 ? one : `${one}s`}`;
const percent = (share: number): string => {
  const rounded = Math.round(share * 100);
  return rounded === 100 && share < 1 ? "> 99 %" : rounded === 0 && share > 0 ? "< 1 %" : `${rounded} %`;
};

/** A name, and what it is. */
type Titled = readonly [string, string];

/** What can be asked, in the words that can be typed. */
const ASK = "pinned, unmovable, pid 812, a name such as dentry, a kind, a pfn, an address, node 3, older than 2 s";

const english = {
  title: "All memory",
  starting: "The machine is starting.",
  none: "No memory is online in this partition.",
  partition: (name: string) => `of ${name}`,
  partitions: "Partition",
  trail: "Where you are",
  all: (bytes: number) => formatBytes(bytes),
  node: (id: number) => `node ${id}`,
  block: (number: number) => `memory${number}`,
  pageblock: (nth: number) => `pageblock ${nth}`,
  page: hex,
  free: (share: number) => `${percent(share)} free`,
  found: (pages: number) => `${count(pages)} found`,
  /** What differs from a chosen moment: a block's zone or state may, and none of its pages. */
  changed: (pages: number) => (pages === 0 ? "changed" : `${count(pages)} changed`),
  changes: {
    came: (blocks: number) => `${plural(blocks, "memory block")} new`,
    gone: (blocks: number) => `${count(blocks)} gone`,
    differ: (blocks: number) => `${count(blocks)} changed`,
    group: (name: string, by: string) => `${name} ${by}`,
  },
  figure: {
    zoom: "All memory, from the box to one page. Arrow keys go from mark to mark, Enter goes in, Escape out, plus and minus zoom, Home shows all.",
    stop: (name: string) => `${name}: arrow keys go from mark to mark, Enter goes in, Escape out`,
  },
  stops: {
    box: (bytes: number, nodes: number): Titled => ["The box", `${plural(nodes, "node")}, ${formatBytes(bytes)}`],
    node: (id: number, blocks: number, bytes: number): Titled => [
      `Node ${id}`,
      `${plural(blocks, "memory block")} of ${formatBytes(bytes)}`,
    ],
    block: (number: number, pageblocks: number): Titled => [
      `memory${number}`,
      `${plural(pageblocks, "pageblock")} of 2 MiB`,
    ],
    pageblock: (nth: number): Titled => [`Pageblock ${nth}`, "512 pages of 4 KiB"],
    page: "A page",
    pageFacts: "what it is, and who says so",
  },
  map: {
    label: (bytes: number, pages: number) => `all ${formatBytes(bytes)}, ${plural(pages, "page")}`,
    title: "Where you are",
    key: (found: boolean) => `${found ? "ticks: what was found · " : ""}blue line: what the frames show`,
    slider: "Place in all memory",
    value: (pfn: number, node: number) => `pfn ${hex(pfn)}, node ${node}`,
  },
  search: {
    label: "Find pages",
    placeholder: "Find: pinned, pid 812, dentry, 0x1f400…",
    help: `Words joined by spaces all have to hold: ${ASK}.`,
    suggestions: "Find",
    previous: "Previous hit (Shift+N)",
    next: "Next hit (N)",
    clear: "Show all again",
    found: (pages: number, nodes: number, done: boolean) =>
      pages === 0
        ? done
          ? "No page"
          : "None so far"
        : `${plural(pages, "page")} on ${plural(nodes, "node")}${done ? "" : " so far"}`,
    hit: (pfn: number, pages: number) =>
      pages === 1 ? `pfn ${hex(pfn)}` : `${plural(pages, "page")} from pfn ${hex(pfn)}`,
    unreachable: "The search had no answer. Ask again.",
    problem: ({ why, word }: QueryProblem): string => {
      switch (why) {
        case "empty":
          return `You can ask for ${ASK}.`;
        case "number":
          return `“${word}” needs a number after it, as in “${word} 812”.`;
        case "time":
          return `“${word}” needs a time after it, as in “${word} than 2 s” (ns, us, ms, s, min).`;
        case "zone":
          return "“zone” needs the name of one after it: DMA, DMA32, Normal or Movable.";
        case "beyond":
          return `${word} is no page of this machine: neither a pfn, nor an address of its memory.`;
        case "unknown":
          return `Nothing here is called “${word}”. You can ask for ${ASK}.`;
      }
    },
  },
  foundList: {
    label: "Found, by memory block",
    where: (nodes: readonly number[], zone: string | null) => `node ${nodes.join(" and ")}${zone ? `, ${zone}` : ""}`,
    more: (blocks: string) => `and ${blocks} more blocks: see the table`,
  },
  mark: {
    node: (id: number, bytes: number, free: number) => `node ${id}, ${formatBytes(bytes)}, ${percent(free)} free`,
    block: (number: number, zone: string | null, state: string, holds: string) =>
      [`memory${number}`, state === "online" ? (zone ?? "several zones") : state, holds].join(", "),
    pageblock: (nth: number, pfn: number, holds: string) => `pageblock ${nth} from pfn ${hex(pfn)}, ${holds}`,
    page: (pfn: number, kind: string) => `pfn ${hex(pfn)}, ${kind}`,
    holds: (parts: readonly (readonly [string, number])[]) =>
      parts.length === 0 ? "all free" : parts.map(([name, share]) => `${percent(share)} ${name}`).join(", "),
    unknown: "not told yet",
  },
  card: {
    where: "where",
    owner: "owner",
    born: "since",
    offline: "offline",
    directMap: "direct map",
    structPage: "struct page",
    mappedBy: "mapped by",
    place: (node: number, zone: string | null, block: number, pageblock: number, type: string) =>
      `node ${node}, ${zone ?? "no zone"}, memory${block}, pageblock ${pageblock} (${type})`,
    entry: { PUD: "1 GiB entry", PMD: "2 MiB entry", PTE: "4 KiB entry" },
    unmapped: "not mapped by the kernel",
    noStruct: "no memory map there",
    inPage: (pfn: number) => `in ${hex(pfn)}`,
    stale: "stale",
    nobody: "nobody",
    mapper: (comm: string, pid: number, address: string) => `${comm} ${pid} · ${address}`,
    through: (level: string, index: number) => `${level} ${index}`,
    more: (others: number) => `and ${others} more`,
    choose: "Choose a page to see what it is.",
  },
  sides: { frames: "Side by side", zoom: "One picture" },
  zoomIn: "Closer (+)",
  zoomOut: "Farther (−)",
  whole: "All (Home)",
  twin: "Table",
  picture: "Picture",
  table: {
    caption: (at: string, trail: string) => `${trail} at ${at} s`,
    columns: ["Place", "Holds", "Found", "Zone", "State"],
    up: (name: string) => `Out of ${name}`,
    open: (name: string) => `Open ${name}`,
    earlier: "Earlier rows",
    later: "Later rows",
    rows: (first: number, last: number, all: number) => `${count(first)}–${count(last)} of ${count(all)}`,
  },
  legend: "What pages hold",
  legendFound: "found",
  legendPinned: "pinned",
  scale: (pageblocks: number, bytes: number) =>
    `1 cell = one memory block (${formatBytes(bytes)}), then one of its ${count(pageblocks)} pageblocks (2 MiB), then one page (4 KiB): a mark grows into the picture of what it holds.`,
  keys: "Wheel or + − zoom · Enter goes in, Esc out · / finds, N the next · Home shows all",
} as const;

export type ScaleWords = Words<typeof english>;
export const scaleStrings = inLanguages<ScaleWords>(english, { ja: () => import("./strings.ja.ts") });
