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
  asToldMeans:
    "カーネルは指示どおりパニックしました。メモリーが尽きたとき、vm.panic_on_oom があるとプロセスを終了させずに止まります。このパーティションではもう何も動かず、コマンドも届きません。他のパーティションは動き続けます。",
  asTold:
    "終了させられたプロセスはありません。vm.panic_on_oom が書き込まれていたためです。1 はメモリーポリシーや cpuset が原因でないときに、2 は常にカーネルを止めます。",
  remedyAsTold:
    "戻って /proc/sys/vm/panic_on_oom に 0 を書き込むと、最も多く使っているプロセスが終了させられます。クラスターでは、別のマシンに引き継ぐためにわざと設定します。",
  back: "その前に戻る",
  restart: "パーティションを再起動",
} satisfies StoppedWords;
