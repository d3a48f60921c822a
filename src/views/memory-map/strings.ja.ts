/** メモリマップの日本語。 */
import { kindWords, ownerWords } from "../../client/owners.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { formatBytes, PAGE_SIZE, PAGEBLOCK_PAGES } from "../../engine/units.ts";
import type { Foresight } from "../../protocol/messages.ts";
import { doubts } from "../doubts.ts";
import { count } from "../reading.ts";
import { rejectionText } from "../rejections.ts";
import { duration, hex } from "./figures.ts";
import type { MemoryMapWords } from "./strings.ts";

const pages = (value: number): string => `${count(value)} ページ`;

const groupNames = {
  DMA: "DMA",
  DMA32: "DMA32",
  Normal: "Normal",
  Movable: "Movable",
  Device: "Device",
  several: "複数",
  offline: "オフライン",
} as const;

const states: Readonly<Record<string, string>> = {
  online: "オンライン",
  offline: "オフライン",
  "going-offline": "オフラインへ移行中",
};
const stateName = (state: string): string => states[state] ?? state;

function foreseen({ outlook, code, errno, pagesToMove }: Foresight): string {
  const doubt = code === null ? "残るものがある" : doubts[code];
  switch (outlook) {
    case "leaves":
      if (code === "busy") return "ディスクへ書き込み中のページがある。書き終わるまで待つので、先に sync";
      return pagesToMove === 0 ? "移動するものはなく、すぐに終わる" : `先に ${pages(pagesToMove)}が移動する`;
    case "may-leave":
      return `うまくいかないかもしれない: ${doubt}`;
    case "goes-on":
      return `${doubt}: 誰かがあきらめるまで繰り返す`;
    case "refused":
      return `${doubt}: ${errno ?? "拒否"} の見込み`;
    default:
      return "";
  }
}

const fateSpoken: MemoryMapWords["fateSpoken"] = ({ kind, fate }) =>
  kind === PageKind.Free
    ? "フリーリストから外れます"
    : {
        nothing: "何も入っていないので、何もしません",
        freed: "解放されます。コピーは不要です",
        moves: "中身が別のページへ移り、マッピングもすべて付いていきます",
        "goes-along": "その場に残り、ブロックと一緒に外れます",
        stays: "今は移動できず、できるようになるか誰かがあきらめるまで繰り返されます",
        blocks: "移動できないため、ブロックは EBUSY で拒否されます",
      }[fate];

const obstacle: MemoryMapWords["obstacle"] = (of) =>
  ({
    "already-offline": "すでにオフライン",
    "already-online": "すでにオンライン",
    busy: "試行が進行中",
  })[of];

export default {
  changes: ({ came, gone, other }) => [
    ...(came > 0 ? [`増 ${count(came)}`] : []),
    ...(gone > 0 ? [`減 ${count(gone)}`] : []),
    ...(other > 0 ? [`種類変更 ${count(other)}`] : []),
  ],
  title: "物理メモリ",
  nodes: "ノード",
  nodeOf: (partition, id) => `${partition} · ノード ${id}`,
  nodeOfMany: (partition, id) => `${partition} · ${id}`,
  nodeLabel: (partition, id) => `パーティション ${partition}、ノード ${id}`,
  noNodes: "オンラインのノードはまだありません。",
  noBlocks: "このノードにはメモリがありません。スロットに DIMM を入れてください。",
  starting: "メモリマップを読んでいます…",

  legend: "ページの中身。項目を指すと、そのページが目立ちます。",
  pinned: "ピン留め",
  legendCount: (many) => formatBytes(many * PAGE_SIZE),
  legendLabel: (name, many) => `${name}: ${pages(many)}`,

  blocksLabel: (node) => `${node} のメモリブロック`,
  blocksHelp:
    "矢印キーでブロックを選びます。Enter で操作のメニューを開きます。O でオフライン、N でオンライン、K でカーネルメモリとして、M で movable メモリとしてオンラインにします。Escape で進行中の試行を中止します。",
  group: (id) => groupNames[id],
  groupDetail: (runs, blocks, bytes) => {
    const shown = runs.slice(0, 3).map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
    const more = runs.length > 3 ? ` ほか ${count(runs.length - 3)} か所` : "";
    return `memory${shown.join(", ")}${more} · ${count(blocks)} ブロック · ${formatBytes(bytes)}`;
  },
  tile: (n, group, state, culprit) =>
    [
      `memory${n}`,
      ...(group === "offline" ? [] : [groupNames[group]]),
      stateName(state),
      ...(culprit ? ["直前の試行は拒否された"] : []),
    ].join("、"),
  larger: "タイルを大きく",
  smaller: "タイルを小さく",

  noBlock: "ブロックを選ぶと、1 ページずつ見られます。",
  block: (n) => `memory${n}`,
  blockFacts: (many, zone, state) =>
    state === "offline"
      ? `${pages(many)} · オフライン`
      : `${pages(many)} · ${count(many / PAGEBLOCK_PAGES)} ページブロック · ${zone ?? "複数のゾーン"}`,
  goingOffline: (pass, left) => `オフラインへ移行中、パス ${pass}: 残り ${pages(left)}`,
  section: (at, of) => `セクション ${at} / ${of}`,
  previousSection: "前のセクション",
  nextSection: "次のセクション",
  blockMenu: (n) => `memory${n} の操作`,
  cancel: "中止",
  cancelLabel: (n) => `memory${n} の試行を中止`,
  cancelHint: "Ctrl-C と同じ: write は EINTR で終わります",

  pageMapLabel: (n) => `memory${n}、1 ページずつ`,
  pageMapRole: "ページマップ",
  pageMapHelp:
    "矢印キーでページからページへ、Shift と矢印キーでページブロックからページブロックへ、Page Up と Page Down でアドレスに沿って、Home と End で最初と最後のページへ移動します。",
  offlineBlock: (n) => `memory${n} はオフラインです。カーネルはこのページを 1 つも使っていません。`,
  culprit: (pfn, owner) => `${hex(pfn)} · ${owner}`,

  inspector: "ページ",
  inspectorEmpty: "ページを指すか矢印キーで移動すると、誰のページかが分かります。",
  page: (kind) => kindWords(kind),
  pfn: (pfn) => `pfn ${hex(pfn)}`,
  flags: ["ダーティー", "mlock 済み", "ピン留め", "isolate 済み", "ポイズン", "ライトバック中", "", ""],
  order: (order) => `オーダー ${order} のまとまりの一部`,
  owner: "持ち主",
  mapped: (list) => list.map(([pid, address]) => `pid ${pid} の ${address}`).join("、"),
  mappedTerm: "マップ先",
  allocatedTerm: "割り当て",
  allocated: (now, at, why) =>
    at === null ? `ブート時${why ? `: ${why}` : ""}` : `${duration(Math.max(0, now - at))}前${why ? `: ${why}` : ""}`,
  placeTerm: "場所",
  place: (pageblock, type, zone, node) =>
    `${zone ?? "ゾーンなし"}、ノード ${node}、ページブロック ${pageblock} (${type})`,
  fateTerm: "オフラインで",
  fate: ({ kind, fate }) =>
    kind === PageKind.Free
      ? "フリーリストから外れる"
      : {
          nothing: "何もしない",
          freed: "解放。コピー不要",
          moves: "移動。マッピングも追従",
          "goes-along": "残り、ブロックと一緒に外れる",
          stays: "今は移動不可: 繰り返し試行",
          blocks: "移動不可: EBUSY",
        }[fate],
  fateSpoken,
  spoken: (info, now) =>
    [
      `pfn ${hex(info.pfn)}`,
      kindWords(info.kind),
      ...(info.kind !== PageKind.Free ? [ownerWords(info.owner)] : []),
      ...(info.allocatedAt === null ? [] : [`${duration(Math.max(0, now - info.allocatedAt))}前に割り当て`]),
      `ページブロック ${info.pageblock}、${info.pageblockType}`,
      `オフラインにすると${fateSpoken(info)}`,
    ].join("、"),

  action: (action) =>
    ({
      offline: "オフライン",
      online: "オンライン",
      online_kernel: "カーネルメモリとしてオンライン",
      online_movable: "movable としてオンライン",
    })[action],
  obstacle,
  outlook: (outlook) => {
    switch (outlook.is) {
      case "goes-to":
        return `ゾーン ${outlook.zone} に入る`;
      case "foreseen":
        return outlook.foresight === null ? "見通しを調べています…" : foreseen(outlook.foresight);
      case "no-zone":
        return "valid_zones に入れるゾーンがない";
    }
  },
  menuState: (state, validZones) => `${stateName(state)} · valid_zones: ${validZones.join(" ") || "なし"}`,
  menuCommand: "シェルでは",
  refusedHere: (n, action, of) => `memory${n} ${action}: ${obstacle(of)}`,
  refused: (n, action, errno, rejection) =>
    `memory${n} ${action}: ${errno}${rejection ? `、${rejectionText(rejection, errno)}` : ""}`,

  flow: "ページの移動先",
  emptying: (n) => `memory${n}、空けている最中`,
  filling: (n) => `memory${n}、埋まっている最中`,
  flowTarget: (node, zone) => `ノード ${node} · ${zone}`,
  flowMoved: (many) => `${pages(many)}を移動`,
  flowRate: (bytesPerSecond) => `${formatBytes(Math.round(bytesPerSecond))}/s`,
  flowFailed: (many) => `失敗 ${count(many)}`,
  flowPass: (passes) => `パス ${passes}`,
  flowLabel: (from, to) =>
    `${from}: ${to.map(([node, zone, many]) => `ノード ${node} の ${zone} へ ${pages(many)}`).join("、")}`,
} satisfies MemoryMapWords;
