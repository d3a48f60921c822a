/** 停止したカーネルについての日本語。 */
import { count } from "./phrase.ts";
import type { StoppedWords } from "./stopped-strings.ts";

export default {
  head: (name, words) => `${name} は停止しました: ${words}`,
  means:
    "カーネルがパニックを起こしました。メモリが必要なのに残っておらず、終了させられるプロセスもなかったためです。このパーティションではもう何も動かず、命令も届きません。ほかのパーティションは動き続けます。",
  maps: (dimm, mib) =>
    `メモリを使い切ったもの: ${dimm} の追加は、メモリマップの場所がなくて失敗しました。それまでに取った ${count(mib)} MiB を、カーネルは返しません。`,
  kernel: (mib, all) =>
    `メモリを使い切ったもの: ${count(all)} MiB のうち ${count(mib)} MiB をカーネル自身が持っていて、プロセスを終えても空きません。`,
  remedy: (dimm) =>
    `元に戻して、追加を小さくしてください。128 MiB を追加するごとに、すでにあるメモリが 2 MiB 必要です。${dimm} より小さい DIMM なら収まります。マップを自分自身の上に置く場合 (memory_hotplug.memmap_on_memory=1) も収まります。`,
  remedyKernel:
    "元に戻して、カーネルメモリを使うものが最後の分を取る前に終わらせるか、マシンのメモリを増やしてください。",
  back: "その前に戻る",
  restart: "パーティションを再起動",
} satisfies StoppedWords;
