/** Every word that the memory map shows or says. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { kindWords, ownerWords } from "../../client/owners.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { formatBytes, PAGE_SIZE, PAGEBLOCK_PAGES } from "../../engine/units.ts";
import type { Foresight, Rejected } from "../../protocol/messages.ts";
import { rejectionText } from "../rejections.ts";
import type { PageInfo } from "../../protocol/records.ts";
import type { BlockAction, Obstacle, Outlook } from "./block-actions.ts";
import type { Counts } from "../changes/page-changes.ts";
import type { TileGroupId } from "./tile-groups.ts";
import { doubts } from "../doubts.ts";
import { count } from "../reading.ts";
import { duration, hex } from "./figures.ts";
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";

export { duration, hex };
const plural = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

const groupNames: Readonly<Record<TileGroupId, string>> = {
  DMA: "DMA",
  DMA32: "DMA32",
  Normal: "Normal",
  Movable: "Movable",
  Device: "Device",
  several: "Several",
  offline: "Offline",
};

/** What comes of taking a block offline. */
function foreseen({ outlook, code, errno, pagesToMove }: Foresight): string {
  const doubt = code === null ? "something in it stays" : doubts[code];
  switch (outlook) {
    case "leaves":
      if (code === "busy") return "pages in it are being written to a disk, and are waited for: sync first";
      return pagesToMove === 0 ? "nothing in it moves: at once" : `${plural(pagesToMove, "page")} move elsewhere first`;
    case "may-leave":
      return `may not end well: ${doubt}`;
    case "goes-on":
      return `${doubt}: tried again until somebody gives up`;
    case "refused":
      return `${doubt}: expect ${errno ?? "a refusal"}`;
    default:
      return "";
  }
}

const english = {
  changes: ({ came, gone, other }: Counts) => [
    ...(came > 0 ? [`${count(came)} came`] : []),
    ...(gone > 0 ? [`${count(gone)} left`] : []),
    ...(other > 0 ? [`${count(other)} another kind`] : []),
  ],
  title: "Physical memory",
  nodes: "Node",
  nodeOf: (partition: string, id: number) => `${partition} · node ${id}`,
  nodeOfMany: (partition: string, id: number) => `${partition} · ${id}`,
  nodeLabel: (partition: string, id: number) => `Partition ${partition}, node ${id}`,
  noNodes: "No node is online yet.",
  noBlocks: "This node has no memory. Put a DIMM into one of its slots.",
  starting: "Reading the memory map…",

  legend: "What pages hold. Point at an entry to make it stand out.",
  pinned: "pinned",
  legendCount: (pages: number) => formatBytes(pages * PAGE_SIZE),
  legendLabel: (name: string, pages: number) => `${name}: ${plural(pages, "page")}`,

  blocksLabel: (node: string) => `Memory blocks of ${node}`,
  blocksHelp:
    "Arrow keys choose a block. Enter opens its actions. O takes it offline, N brings it online, K as kernel memory, M as movable memory. Escape cancels a running attempt.",
  group: (id: TileGroupId) => groupNames[id],
  groupDetail: (runs: readonly (readonly [number, number])[], blocks: number, bytes: number) => {
    const shown = runs.slice(0, 3).map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
    const more = runs.length > 3 ? ` and ${plural(runs.length - 3, "more run")}` : "";
    return `memory${shown.join(", ")}${more} · ${plural(blocks, "block")} · ${formatBytes(bytes)}`;
  },
  tile: (n: number, group: TileGroupId, state: string, culprit: boolean) =>
    [
      `memory${n}`,
      ...(group === "offline" ? [] : [groupNames[group]]),
      state === "going-offline" ? "going offline" : state,
      ...(culprit ? ["its last attempt was refused"] : []),
    ].join(", "),
  larger: "Larger tiles",
  smaller: "Smaller tiles",

  noBlock: "Choose a block to see it page by page.",
  block: (n: number) => `memory${n}`,
  blockFacts: (pages: number, zone: string | null, state: string) =>
    state === "offline"
      ? `${plural(pages, "page")} · offline`
      : `${plural(pages, "page")} · ${plural(pages / PAGEBLOCK_PAGES, "pageblock")} · ${zone ?? "several zones"}`,
  goingOffline: (pass: number, left: number) => `going offline, pass ${pass}: ${plural(left, "page")} left`,
  section: (at: number, of: number) => `section ${at} of ${of}`,
  previousSection: "Previous section",
  nextSection: "Next section",
  blockMenu: (n: number) => `Actions for memory${n}`,
  cancel: "Cancel",
  cancelLabel: (n: number) => `Cancel the attempt on memory${n}`,
  cancelHint: "as Ctrl-C would: the write ends with EINTR",

  pageMapLabel: (n: number) => `memory${n}, page by page`,
  pageMapRole: "page map",
  pageMapHelp:
    "Arrow keys go from page to page, Shift and arrows from pageblock to pageblock, Page Up and Page Down along the addresses, Home and End to the first and last page.",
  offlineBlock: (n: number) => `memory${n} is offline: the kernel uses none of its pages.`,
  culprit: (pfn: number, owner: string) => `${hex(pfn)} · ${owner}`,

  inspector: "Page",
  inspectorEmpty: "Point at a page, or move there with the arrow keys, to see whose it is.",
  page: (kind: number) => kindWords(kind),
  pfn: (pfn: number) => `pfn ${hex(pfn)}`,
  flags: ["dirty", "mlocked", "pinned", "isolated", "poisoned", "under writeback", "", ""] as readonly string[],
  order: (order: number) => `part of an order-${order} chunk`,
  owner: "owner",
  mapped: (list: PageInfo["mappedAt"]) => list.map(([pid, address]) => `${address} in pid ${pid}`).join(", "),
  mappedTerm: "mapped at",
  allocatedTerm: "allocated",
  allocated: (now: number, at: number | null, why: string): string =>
    at === null ? `at boot${why ? `: ${why}` : ""}` : `${duration(Math.max(0, now - at))} ago${why ? `: ${why}` : ""}`,
  placeTerm: "in",
  place: (pageblock: number, type: string, zone: string | null, node: number) =>
    `${zone ?? "no zone"}, node ${node}, pageblock ${pageblock} (${type})`,
  fateTerm: "offlined",
  /** In a few words; `fateSpoken` says the same as a sentence. */
  fate: ({ kind, fate }: Pick<PageInfo, "kind" | "fate">): string =>
    kind === PageKind.Free
      ? "leaves the free lists"
      : {
          nothing: "nothing to do",
          freed: "freed, no copy needed",
          moves: "moves, its mappings follow",
          "goes-along": "stays, and goes with the block",
          stays: "can't move now: tried again and again",
          blocks: "can't move: EBUSY",
        }[fate],
  fateSpoken: ({ kind, fate }: Pick<PageInfo, "kind" | "fate">): string =>
    kind === PageKind.Free
      ? "it leaves the free lists"
      : {
          nothing: "nothing needs doing, it holds nothing",
          freed: "it is freed, nobody needs a copy",
          moves: "its contents move to another page, and all that maps it follows",
          "goes-along": "it stays, and goes with the block",
          stays: "it can't move now, and is tried again until it can or somebody gives up",
          blocks: "it can't move, so the block is refused with EBUSY",
        }[fate],
  spoken: (info: PageInfo, now: number): string =>
    [
      `pfn ${hex(info.pfn)}`,
      kindWords(info.kind),
      ...(info.kind !== PageKind.Free ? [ownerWords(info.owner)] : []),
      ...(info.allocatedAt === null ? [] : [`allocated ${duration(Math.max(0, now - info.allocatedAt))} ago`]),
      `pageblock ${info.pageblock}, ${info.pageblockType}`,
      `when offlined, ${english.fateSpoken(info)}`,
    ].join(", "),

  action: (action: BlockAction): string =>
    ({
      offline: "Offline",
      online: "Online",
      online_kernel: "Online as kernel memory",
      online_movable: "Online as movable",
    })[action],
  obstacle: (obstacle: Obstacle): string =>
    ({
      "already-offline": "it is offline already",
      "already-online": "it is online already",
      busy: "an attempt is running",
    })[obstacle],
  outlook: (outlook: Outlook): string => {
    switch (outlook.is) {
      case "goes-to":
        return `goes to zone ${outlook.zone}`;
      case "foreseen":
        return outlook.foresight === null ? "looking ahead…" : foreseen(outlook.foresight);
      case "no-zone":
        return "valid_zones lists no zone for it";
    }
  },
  menuState: (state: string, validZones: readonly string[]) =>
    `${state === "going-offline" ? "going offline" : state} · valid_zones: ${validZones.join(" ") || "none"}`,
  menuCommand: "the same in a shell",
  refusedHere: (n: number, action: BlockAction, obstacle: Obstacle): string =>
    `memory${n} ${action}: ${english.obstacle(obstacle)}`,
  refused: (n: number, action: BlockAction, errno: ErrnoName, rejection: Rejected | null) =>
    `memory${n} ${action}: ${errno}${rejection ? `, ${rejectionText(rejection, errno)}` : ""}`,

  flow: "Where pages moved",
  emptying: (n: number) => `memory${n}, emptying`,
  filling: (n: number) => `memory${n}, being filled`,
  flowTarget: (node: number, zone: string) => `node ${node} · ${zone}`,
  flowMoved: (pages: number) => `${plural(pages, "page")} moved`,
  flowRate: (bytesPerSecond: number) => `${formatBytes(Math.round(bytesPerSecond))}/s`,
  flowFailed: (pages: number) => `${count(pages)} failed`,
  flowPass: (passes: number) => `pass ${passes}`,
  flowLabel: (from: string, to: readonly (readonly [number, string, number])[]) =>
    `${from}: ${to.map(([node, zone, pages]) => `${plural(pages, "page")} to node ${node} ${zone}`).join(", ")}`,
} as const;

export type MemoryMapWords = Words<typeof english>;
export const memoryMapStrings = inLanguages<MemoryMapWords>(english, { ja: () => import("./strings.ja.ts") });
