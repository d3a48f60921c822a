/** ゾーンのビューの日本語。 */
import { count } from "../reading.ts";
import { amount, percent } from "./figures.ts";
import type { ZoneWords } from "./strings.ts";

const accepts: Readonly<Record<string, string>> = {
  DMA: "16 MiB 未満: それより上に届かないデバイスのために取っておく領域。",
  DMA32: "4 GiB 未満: 32 ビットデバイスと、必要とする誰もが使う領域。",
  Normal: "カーネルのページもユーザーのページも入る。カーネルが置いたものは残る。",
  Movable: "ユーザーのページだけ: 中身はすべて移動できる。",
  Device: "デバイスに属するメモリ。アロケーターはここから割り当てない。",
};

export default {
  title: "ゾーン",
  depth: "詳細",
  node: (partition, id) => `${partition} · ノード ${id}`,
  noNode: "メモリマップでノードを選んでください。",
  noZones: "このノードにオンラインのメモリはありません。",
  starting: "ゾーンを読んでいます…",

  accepts: (zone) => accepts[zone] ?? "",
  sum: (managed, free) => `${amount(managed)} · 空き ${percent(free, managed)}`,
  barLabel: (zone, managed, free) =>
    `${zone}: managed ${amount(managed)}、使用中 ${amount(managed - free)}、空き ${amount(free)}`,
  watermark: (name, pages) => `${name} ${amount(pages)}`,
  state: (free, marks) =>
    free <= marks.min
      ? "min 以下: 割り当ては回収を待つ"
      : free <= marks.low
        ? "low 以下: kswapd が回収中"
        : free <= marks.high
          ? "high 以下: kswapd は起きていれば続ける"
          : "",

  spanLabel: "ノードのアドレス内でのゾーンの位置",
  extents: (zone) =>
    `spanned ${amount(zone.spanned)} · present ${amount(zone.present)} · managed ${amount(zone.managed)}`,
  address: (pfn) => (pfn === 0 ? "アドレス 0" : amount(pfn)),
  spanTitle: (first, last) => `pfn 0x${first.toString(16)} から 0x${last.toString(16)}`,

  orders: "空き、オーダー 0–10",
  orderLabel: (order, chunks) => `オーダー ${order}: ${amount(2 ** order)} の空き ${count(chunks)} 個`,
  types: "マイグレートタイプ別: 空きなし",
  typeShare: (type, pages, free) => `タイプ別: ${type} ${percent(pages, free)}`,
  typeLabel: (type, pages) => `${type} ${amount(pages)}`,

  more: "すべての数値",
  tableOf: (zone) => `${zone} の数値`,
  pages: "ページ",
  size: "サイズ",
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
  protectionFor: (zone) => `${zone} に対して`,
} satisfies ZoneWords;
