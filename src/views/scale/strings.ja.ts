/** 全メモリのビューの日本語。 */
import { formatBytes } from "../../engine/units.ts";
import { count } from "../reading.ts";
import type { ScaleWords } from "./strings.ts";

const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const pages = (many: number): string => `${count(many)} ページ`;
const percent = (share: number): string => {
  const rounded = Math.round(share * 100);
  return rounded === 100 && share < 1 ? "> 99 %" : rounded === 0 && share > 0 ? "< 1 %" : `${rounded} %`;
};

/** 入力できる語は英語のままです。 */
const ASK = "pinned、unmovable、pid 812、dentry のような名前、種類、pfn、アドレス、node 3、older than 2 s";

export default {
  title: "全メモリ",
  starting: "マシンが起動しています。",
  none: "このパーティションにオンラインのメモリはありません。",
  partition: (name) => `(${name})`,
  partitions: "パーティション",
  trail: "現在地",
  all: (bytes) => formatBytes(bytes),
  node: (id) => `ノード ${id}`,
  block: (number) => `memory${number}`,
  pageblock: (nth) => `ページブロック ${nth}`,
  page: hex,
  free: (share) => `空き ${percent(share)}`,
  found: (many) => `${count(many)} 件`,
  changed: (pages) => (pages === 0 ? "変化あり" : `変化 ${count(pages)}`),
  changes: {
    came: (blocks) => `新しいメモリブロック ${count(blocks)} 個`,
    gone: (blocks) => `消滅 ${count(blocks)} 個`,
    differ: (blocks) => `変化 ${count(blocks)} 個`,
    group: (name, by) => `${name} ${by}`,
  },
  figure: {
    zoom: "全メモリ、筐体から 1 ページまで。矢印キーで印から印へ、Enter で中へ、Escape で外へ、プラスとマイナスで拡大縮小、Home で全体を表示します。",
    stop: (name) => `${name}: 矢印キーで印から印へ、Enter で中へ、Escape で外へ`,
  },
  stops: {
    box: (bytes, nodes) => ["筐体", `${count(nodes)} ノード、${formatBytes(bytes)}`],
    node: (id, blocks, bytes) => [`ノード ${id}`, `${formatBytes(bytes)} のメモリブロック ${count(blocks)} 個`],
    block: (number, pageblocks) => [`memory${number}`, `2 MiB のページブロック ${count(pageblocks)} 個`],
    pageblock: (nth) => [`ページブロック ${nth}`, "4 KiB のページ 512 個"],
    page: "ページ",
    pageFacts: "それが何で、誰がそう言うか",
  },
  map: {
    label: (bytes, many) => `全 ${formatBytes(bytes)}、${pages(many)}`,
    title: "現在地",
    key: (found) => `${found ? "目盛り: 見つかったもの · " : ""}青い線: 上の枠が示す場所`,
    slider: "全メモリの中での場所",
    value: (pfn, node) => `pfn ${hex(pfn)}、ノード ${node}`,
  },
  search: {
    label: "ページを検索",
    placeholder: "検索: pinned, pid 812, dentry, 0x1f400…",
    help: `空白で区切った語は、すべてが当てはまる必要があります: ${ASK}。`,
    suggestions: "検索",
    previous: "前の結果 (Shift+N)",
    next: "次の結果 (N)",
    clear: "すべて表示に戻す",
    found: (many, nodes, done) =>
      many === 0
        ? done
          ? "該当なし"
          : "まだ該当なし"
        : `${count(nodes)} ノードに ${pages(many)}${done ? "" : " (検索中)"}`,
    hit: (pfn, many) => (many === 1 ? `pfn ${hex(pfn)}` : `pfn ${hex(pfn)} から ${pages(many)}`),
    unreachable: "検索に返事がありませんでした。もう一度試してください。",
    problem: ({ why, word }) => {
      switch (why) {
        case "empty":
          return `検索できるもの: ${ASK}。`;
        case "number":
          return `「${word}」の後には数が必要です。例:「${word} 812」。`;
        case "time":
          return `「${word}」の後には時間が必要です。例:「${word} than 2 s」(ns, us, ms, s, min)。`;
        case "zone":
          return "「zone」の後にはゾーンの名前が必要です: DMA, DMA32, Normal, Movable。";
        case "beyond":
          return `${word} はこのマシンのページではありません: pfn でも、メモリのアドレスでもありません。`;
        case "unknown":
          return `「${word}」と呼ばれるものはありません。検索できるもの: ${ASK}。`;
      }
    },
  },
  foundList: {
    label: "見つかったもの、メモリブロックごと",
    where: (nodes, zone) => `ノード ${nodes.join(" と ")}${zone ? `、${zone}` : ""}`,
    more: (blocks) => `ほか ${blocks} ブロック: 表を参照`,
  },
  mark: {
    node: (id, bytes, free) => `ノード ${id}、${formatBytes(bytes)}、空き ${percent(free)}`,
    block: (number, zone, state, holds) =>
      [
        `memory${number}`,
        state === "online" ? (zone ?? "複数のゾーン") : state === "offline" ? "オフライン" : state,
        holds,
      ].join("、"),
    pageblock: (nth, pfn, holds) => `ページブロック ${nth}、pfn ${hex(pfn)} から、${holds}`,
    page: (pfn, kind) => `pfn ${hex(pfn)}、${kind}`,
    holds: (parts) =>
      parts.length === 0 ? "すべて空き" : parts.map(([name, share]) => `${name} ${percent(share)}`).join("、"),
    unknown: "まだ不明",
  },
  card: {
    where: "場所",
    owner: "持ち主",
    born: "いつから",
    offline: "オフライン",
    directMap: "ダイレクトマップ",
    structPage: "struct page",
    mappedBy: "マップ元",
    place: (node, zone, block, pageblock, type) =>
      `ノード ${node}、${zone ?? "ゾーンなし"}、memory${block}、ページブロック ${pageblock} (${type})`,
    entry: { PUD: "1 GiB エントリー", PMD: "2 MiB エントリー", PTE: "4 KiB エントリー" },
    unmapped: "カーネルはマップしていない",
    noStruct: "メモリマップがない",
    inPage: (pfn) => `${hex(pfn)} の中`,
    stale: "古いもの",
    nobody: "なし",
    mapper: (comm, pid, address) => `${comm} ${pid} · ${address}`,
    through: (level, index) => `${level} ${index}`,
    more: (others) => `ほか ${others} 個`,
    choose: "ページを選ぶと、それが何かが分かります。",
  },
  sides: { frames: "並べて表示", zoom: "1 枚の図" },
  zoomIn: "近づく (+)",
  zoomOut: "離れる (−)",
  whole: "全体 (Home)",
  twin: "表",
  picture: "図",
  table: {
    caption: (at, trail) => `${at} s の ${trail}`,
    columns: ["場所", "中身", "結果", "ゾーン", "状態"],
    up: (name) => `${name} から出る`,
    open: (name) => `${name} を開く`,
    earlier: "前の行",
    later: "次の行",
    rows: (first, last, all) => `${count(all)} 行中 ${count(first)}–${count(last)}`,
  },
  legend: "ページの中身",
  legendFound: "検索結果",
  legendPinned: "ピン留め",
  scale: (pageblocks, bytes) =>
    `1 マス = メモリブロック 1 個 (${formatBytes(bytes)})、次はその ${count(pageblocks)} 個のページブロックの 1 つ (2 MiB)、次は 1 ページ (4 KiB): 印は、中身の図へと大きくなります。`,
  keys: "ホイールまたは + − で拡大縮小 · Enter で中へ、Esc で外へ · / で検索、N で次 · Home で全体",
} satisfies ScaleWords;
