/** Words of the zones in depth: free lists, marks, pageblocks, and where an allocation would go. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { Ask, Asker } from "../../engine/inspect/index.ts";
import { amount, count } from "../zones/strings.ts";
import { GFP } from "./gfp.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";

const pages = (many: number): string => `${count(many)} ${many === 1 ? "page" : "pages"}`;
const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const place = (node: number, zone: string): string => `node ${node} ${zone}`;
const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** What each asker is, and who does that. */
const ASKER_WORDS: Readonly<Record<Asker, { readonly name: string; readonly about: string }>> = {
  kernel: { name: "kernel", about: "Slab, page tables, stacks: nothing that can be moved." },
  cache: {
    name: "kernel, reclaimable",
    about: "Dentries and inodes: can't be moved, can be dropped.",
  },
  atomic: {
    name: "kernel, must not wait",
    about: "Interrupts and network: goes below min, never reclaims.",
  },
  user: {
    name: "user, not movable",
    about: "Pipe buffers. With 64 bits there is no high memory: served as the kernel is.",
  },
  movable: {
    name: "user, movable",
    about: "Anonymous memory, page cache, shared memory: the only one that may use Movable.",
  },
  huge: {
    name: "huge page of 2 MiB",
    about: "Order 9, without reclaim: a fault that gets none takes single pages.",
  },
};

const english = {
  title: "Zones in depth",
  scroller: "Free lists, marks, pageblocks, and where an allocation would go",
  of: (partition: string) => `of ${partition}`,
  starting: "The machine is starting.",
  waiting: "Waiting for the free lists.",
  noNode: "Choose a node to see its zones.",
  noZones: (node: number) => `No memory of node ${node} is online: it has no zones.`,
  chooseNode: "Node",
  node: (id: number, has: boolean) => (has ? `node ${id}` : `node ${id}, no memory`),
  chooseZone: "Zone",
  twin: "Table",
  picture: "Picture",
  changes: {
    pageblocks: (many: number) => `changed ${count(many)}`,
    /** What differs in a zone. */
    came: (zone: string) => `${zone} is new`,
    gone: (zone: string) => `${zone} is gone`,
    free: (by: string) => `free ${by}`,
    managed: (by: string) => `managed ${by}`,
    types: (many: number) => `${count(many)} ${many === 1 ? "pageblock" : "pageblocks"} new or of another type`,
  },
  at: (ns: number) => `${(ns / 1e9).toFixed(6)} s`,

  lists: {
    title: "Free lists",
    caption: (zone: string, at: string) => `Free chunks of ${zone} by migrate type and order, at ${at}`,
    scroller: "Free chunks",
    corner: "order",
    size: (order: number) => (order < 8 ? `${4 * 2 ** order} K` : `${2 ** (order - 8)} M`),
    sum: "free",
    all: "all",
    source: "Rows as in /proc/pagetypeinfo, the last as in /proc/buddyinfo. Darker: more memory.",
  },
  marks: {
    title: "Watermarks",
    figure: (zone: string, free: number, above: string) => `${zone}: ${pages(free)} free, ${above}`,
    caption: (zone: string, at: string) => `Watermarks of ${zone} at ${at}`,
    columns: ["Mark", "Pages", "Size", "Sets off", "Free is"],
    names: { high: "high", low: "low", min: "min" },
    does: {
      high: "kswapd stops and sleeps",
      low: "the next request wakes kswapd",
      min: "who asks has to reclaim (direct reclaim)",
    },
    above: "above it",
    below: "below it",
    free: (many: number) => `free ${count(many)}`,
    state: (free: number, { min, low, high }: { readonly min: number; readonly low: number; readonly high: number }) =>
      free <= min
        ? "below min: who asks reclaims"
        : free <= low
          ? "below low: kswapd is awake"
          : free <= high
            ? "between low and high: kswapd goes on if it is awake"
            : "above high: kswapd sleeps",
    note: "Direct reclaim alone frees pages in this simulation; its kswapd only stands in the process list.",
  },
  protection: {
    title: "Lowmem reserve",
    caption: (zone: string) => `Pages of ${zone} that a request leaves, by the highest zone that it may use`,
    highest: "up to",
    pages: "leaves",
    none: (zone: string) => `${zone} keeps nothing back: no request could have gone higher.`,
    some: (zone: string, highest: string, kept: number) =>
      `A request that may use ${highest} leaves ${pages(kept)} of ${zone} (${amount(kept)}), beyond the mark.`,
    source: "protection in /proc/zoneinfo",
  },
  map: {
    title: "Pageblocks",
    label: (zone: string) => `Pageblocks of ${zone}: arrow keys go from one to the next, Enter selects it`,
    key: (perCell: number) =>
      perCell === 1
        ? "1 cell = 1 pageblock = 2 MiB"
        : `1 cell = ${perCell} pageblocks = ${amount(perCell * PAGEBLOCK_PAGES)}`,
    count: (name: string, many: number) => `${name} ${count(many)}`,
    row: (first: number, last: number) => (first === last ? `memory${first}` : `${first}–${last}`),
    one: (block: number, pageblock: number, type: string, pfn: number) =>
      `memory${block}, pageblock ${pageblock}, from ${hex(pfn)}: ${type}.`,
    several: (pfn: number, parts: readonly string[]) => `Pageblocks from ${hex(pfn)}: ${list(parts)}.`,
    caption: (zone: string, at: string) => `Pageblocks of ${zone} at ${at}, neighbours of one type in a row`,
    columns: ["From pfn", "In", "Pageblocks", "Migrate type"],
    more: (rest: number) => `and ${count(rest)} more rows`,
  },

  where: {
    title: "Where would this go?",
    who: "Who asks",
    order: "Order",
    policy: "Policy",
    cpuNode: "CPU of",
    policyNode: "Node",
    turn: "Turn of",
    asker: (asker: Asker) => `${ASKER_WORDS[asker].name} · ${GFP[asker]}`,
    gfp: (asker: Asker) => GFP[asker],
    about: (asker: Asker) => ASKER_WORDS[asker].about,
    orders: (order: number) => `${order} · ${amount(2 ** order)}`,
    policies: {
      default: "default",
      bind: "bind",
      preferred: "preferred",
      interleave: "interleave",
    } satisfies Record<Ask["policy"], string>,
    nodeName: (node: number) => `node ${node}`,
    gone: "That node is not there any more. Choose another one.",
    ignored: (node: number, list: number) =>
      `Node ${node} has ZONE_MOVABLE alone, which this request can't use: its policy has no say, and node ${list}'s list is walked.`,
    answer: (node: number, zone: string) => `Node ${node}, ${zone}`,
    page: (pfn: number, block: number) => `page ${hex(pfn)} of memory${block}`,
    range: (pfn: number, block: number, order: number) =>
      `pages ${hex(pfn)}–${hex(pfn + 2 ** order - 1)} of memory${block}`,
    chunk: (order: number, wanted: number, type: string) =>
      order === wanted
        ? `A free chunk of order ${order} on the ${type} list, as it is.`
        : `Cut from a free chunk of order ${order} on the ${type} list; ${pages(2 ** order - 2 ** wanted)} of it stay free.`,
    stealsChunk: (type: string, order: number, from: string, pageblock: string) =>
      `No free ${type} chunk is large enough: it takes one of order ${order} from the ${from} list. The pageblock stays ${pageblock}.`,
    stealsBlock: (type: string, from: string, before: string, after: string) =>
      `No free ${type} chunk is large enough: it falls back to ${from}, and all that is free in the pageblock moves to the ${type} list. ${
        before === after
          ? `The pageblock is ${after}, and stays so.`
          : `The pageblock becomes ${after}: it was ${before}.`
      }`,
    stealsMore: (type: string, from: string) =>
      `No free ${type} chunk is large enough: it falls back to a chunk of ${from}, and its pageblocks become ${type}.`,
    fails: "Nowhere. It fails at once: this request does not reclaim.",
    reclaims: (zones: readonly string[]) =>
      zones.length === 0
        ? "Nowhere: no zone may serve it. It fails."
        : `Nowhere yet. It reclaims in ${list(zones)} and tries again above min, 16 times at most; then it fails.`,
    place,
    path: "The path",
    tries: (mark: "low" | "min" | "atomic" | "none", mayFragment: boolean) =>
      `${{ low: "Above low", min: "Above min", atomic: "Above 3/8 of min", none: "Down to the last page" }[mark]}${mayFragment ? "" : ", without mixing migrate types"}`,
    verdicts: {
      above: (asker: Asker) => `passed over: ${GFP[asker]} goes no higher`,
      mask: (nodes: readonly number[]) => `passed over: the policy allows node ${list(nodes.map(String))} only`,
      "other node": "passed over: one node only",
      "stays near": "not yet: before it leaves its node, it may mix migrate types there",
      below: (left: number, mark: number, protection: number) =>
        `passed over: ${count(left)} pages left, more than ${count(mark)}${protection > 0 ? ` + ${count(protection)} reserve` : ""} needed`,
      "no chunk": (order: number) => `passed over: no free chunk of order ${order} or larger`,
      "would mix": "passed over: free chunks of other migrate types only, none a whole pageblock",
      serves: "serves it",
    },
    caption: (at: string) => `The path of the request through the zonelist at ${at}`,
    columns: ["Try", "Zone", "Free", "Left", "Must exceed", "Outcome"],
    note: "Asked of the allocator itself, which takes nothing. The simulation has no lists of single pages by CPU.",
  },
  hex,
} as const;

export type ZoneDepthWords = Words<typeof english>;
export const zoneDepthStrings = inLanguages<ZoneDepthWords>(english, { ja: () => import("./strings.ja.ts") });
