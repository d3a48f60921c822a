/** ゾーン詳細の日本語: フリーリスト、ウォーターマーク、ページブロック、割り当ての行き先。 */
import type { Asker } from "../../engine/inspect/index.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { amount } from "../zones/figures.ts";
import { count } from "../reading.ts";
import { GFP } from "./gfp.ts";
import type { ZoneDepthWords } from "./strings.ts";

const pages = (many: number): string => `${count(many)} ページ`;
const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const list = (words: readonly string[]): string => [...words].join("、");

const ASKERS: Readonly<Record<Asker, { readonly name: string; readonly about: string }>> = {
  kernel: { name: "カーネル", about: "slab、ページテーブル、スタック: 移動できるものはない。" },
  cache: { name: "カーネル、回収可能", about: "dentry と inode: 移動できないが、捨てられる。" },
  atomic: { name: "カーネル、待てない", about: "割り込みとネットワーク: min を下回ってよく、回収はしない。" },
  user: {
    name: "ユーザー、移動不可",
    about: "パイプのバッファ。64 ビットにハイメモリはなく、カーネルと同じように扱われる。",
  },
  movable: {
    name: "ユーザー、移動可能",
    about: "無名メモリ、ページキャッシュ、共有メモリ: Movable を使える唯一のもの。",
  },
  huge: {
    name: "2 MiB の huge page",
    about: "オーダー 9、回収なし: 得られなければ、フォールトは単独のページを取る。",
  },
};

export default {
  title: "ゾーン詳細",
  scroller: "フリーリスト、ウォーターマーク、ページブロック、割り当ての行き先",
  of: (partition) => `(${partition})`,
  starting: "マシンが起動しています。",
  waiting: "フリーリストを待っています。",
  noNode: "ノードを選ぶと、そのゾーンが見られます。",
  noZones: (node) => `ノード ${node} にオンラインのメモリはなく、ゾーンがありません。`,
  chooseNode: "ノード",
  node: (id, has) => (has ? `ノード ${id}` : `ノード ${id}、メモリなし`),
  chooseZone: "ゾーン",
  twin: "表",
  picture: "図",
  changes: {
    pageblocks: (many) => `変化 ${count(many)}`,
    came: (zone) => `${zone} が新規`,
    gone: (zone) => `${zone} が消滅`,
    free: (by) => `空き ${by}`,
    managed: (by) => `managed ${by}`,
    types: (many) => `新しい、またはタイプの変わったページブロック ${count(many)} 個`,
  },
  at: (ns) => `${(ns / 1e9).toFixed(6)} s`,

  lists: {
    title: "フリーリスト",
    caption: (zone, at) => `${at} の ${zone} の空き、マイグレートタイプとオーダー別`,
    scroller: "空きのまとまり",
    corner: "オーダー",
    size: (order) => (order < 8 ? `${4 * 2 ** order} K` : `${2 ** (order - 8)} M`),
    sum: "空き",
    all: "合計",
    source: "各行は /proc/pagetypeinfo、最後の行は /proc/buddyinfo と同じ。濃いほどメモリが多い。",
  },
  marks: {
    title: "ウォーターマーク",
    figure: (zone, free, above) => `${zone}: 空き ${pages(free)}、${above}`,
    caption: (zone, at) => `${at} の ${zone} のウォーターマーク`,
    columns: ["マーク", "ページ", "サイズ", "起きること", "空きは"],
    names: { high: "high", low: "low", min: "min" },
    does: {
      high: "kswapd が止まって眠る",
      low: "次の要求が kswapd を起こす",
      min: "求めた側が回収する (direct reclaim)",
    },
    above: "上回る",
    below: "下回る",
    free: (many) => `空き ${count(many)}`,
    state: (free, { min, low, high }) =>
      free <= min
        ? "min 以下: 求めた側が回収する"
        : free <= low
          ? "low 以下: kswapd が起きている"
          : free <= high
            ? "low と high の間: kswapd は起きていれば続ける"
            : "high より上: kswapd は眠っている",
    note: "このシミュレーションでページを回収するのは direct reclaim だけです。kswapd はプロセス一覧にいるだけです。",
  },
  protection: {
    title: "lowmem reserve",
    caption: (zone) => `要求が ${zone} に残すページ数、使ってよい最も高いゾーン別`,
    highest: "使えるゾーン",
    pages: "残す数",
    none: (zone) => `${zone} は何も取っておきません: より高いゾーンを使えた要求がないからです。`,
    some: (zone, highest, kept) =>
      `${highest} を使える要求は、マークに加えて ${zone} の ${pages(kept)} (${amount(kept)}) を残します。`,
    source: "/proc/zoneinfo の protection",
  },
  map: {
    title: "ページブロック",
    label: (zone) => `${zone} のページブロック: 矢印キーで移動し、Enter で選択します`,
    key: (perCell) =>
      perCell === 1
        ? "1 マス = 1 ページブロック = 2 MiB"
        : `1 マス = ${perCell} ページブロック = ${amount(perCell * PAGEBLOCK_PAGES)}`,
    count: (name, many) => `${name} ${count(many)}`,
    row: (first, last) => (first === last ? `memory${first}` : `${first}–${last}`),
    one: (block, pageblock, type, pfn) => `memory${block}、ページブロック ${pageblock}、${hex(pfn)} から: ${type}。`,
    several: (pfn, parts) => `${hex(pfn)} からのページブロック: ${list(parts)}。`,
    caption: (zone, at) => `${at} の ${zone} のページブロック、同じタイプの並びごとに 1 行`,
    columns: ["開始 pfn", "場所", "ページブロック", "マイグレートタイプ"],
    more: (rest) => `ほか ${count(rest)} 行`,
  },

  where: {
    title: "これはどこへ行く?",
    who: "求める者",
    order: "オーダー",
    policy: "ポリシー",
    cpuNode: "CPU のノード",
    policyNode: "ノード",
    turn: "順番",
    asker: (asker) => `${ASKERS[asker].name} · ${GFP[asker]}`,
    gfp: (asker) => GFP[asker],
    about: (asker) => ASKERS[asker].about,
    orders: (order) => `${order} · ${amount(2 ** order)}`,
    policies: { default: "default", bind: "bind", preferred: "preferred", interleave: "interleave" },
    nodeName: (node) => `ノード ${node}`,
    gone: "そのノードはもうありません。別のノードを選んでください。",
    ignored: (node, of) =>
      `ノード ${node} には ZONE_MOVABLE しかなく、この要求には使えません。ポリシーは効かず、ノード ${of} のリストをたどります。`,
    answer: (node, zone) => `ノード ${node}、${zone}`,
    page: (pfn, block) => `memory${block} のページ ${hex(pfn)}`,
    range: (pfn, block, order) => `memory${block} のページ ${hex(pfn)}–${hex(pfn + 2 ** order - 1)}`,
    chunk: (order, wanted, type) =>
      order === wanted
        ? `${type} リストのオーダー ${order} の空きを、そのまま。`
        : `${type} リストのオーダー ${order} の空きから切り出し、${pages(2 ** order - 2 ** wanted)}が空きのまま残ります。`,
    stealsChunk: (type, order, from, pageblock) =>
      `十分に大きい ${type} の空きがなく、${from} リストからオーダー ${order} を取ります。ページブロックは ${pageblock} のままです。`,
    stealsBlock: (type, from, before, after) =>
      `十分に大きい ${type} の空きがなく、${from} に頼ります。ページブロックの空きはすべて ${type} リストへ移ります。${
        before === after
          ? `ページブロックは ${after} のままです。`
          : `ページブロックは ${before} から ${after} に変わります。`
      }`,
    stealsMore: (type, from) =>
      `十分に大きい ${type} の空きがなく、${from} のまとまりに頼ります。そのページブロックは ${type} になります。`,
    fails: "どこにも行きません。この要求は回収しないので、すぐに失敗します。",
    reclaims: (zones) =>
      zones.length === 0
        ? "どこにも行きません: 応じられるゾーンがなく、失敗します。"
        : `まだどこにも行きません。${list(zones)} で回収し、min より上で最大 16 回やり直し、それでもだめなら失敗します。`,
    place: (node, zone) => `ノード ${node} ${zone}`,
    path: "たどる道",
    tries: (mark, mayFragment) =>
      `${{ low: "low より上", min: "min より上", atomic: "min の 3/8 より上", none: "最後の 1 ページまで" }[mark]}${mayFragment ? "" : "、マイグレートタイプを混ぜない"}`,
    verdicts: {
      above: (asker) => `見送り: ${GFP[asker]} はここまで上がらない`,
      mask: (nodes) => `見送り: ポリシーが許すのはノード ${list(nodes.map(String))} だけ`,
      "other node": "見送り: 1 つのノードだけ",
      "stays near": "まだ: ノードを離れる前に、そこでマイグレートタイプを混ぜてよい",
      below: (left, mark, protection) =>
        `見送り: 残り ${count(left)} ページ、必要なのは ${count(mark)}${protection > 0 ? ` + 予約 ${count(protection)}` : ""} より多く`,
      "no chunk": (order) => `見送り: オーダー ${order} 以上の空きがない`,
      "would mix": "見送り: 空きはほかのマイグレートタイプのものだけで、ページブロック全体のものがない",
      serves: "ここで応じる",
    },
    caption: (at) => `${at} に要求が zonelist をたどる道`,
    columns: ["試み", "ゾーン", "空き", "残り", "超えるべき数", "結果"],
    note: "アロケーター自身に尋ねており、何も取りません。シミュレーションに、CPU ごとの単独ページのリストはありません。",
  },
  hex,
} satisfies ZoneDepthWords;
