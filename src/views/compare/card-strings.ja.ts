/** 比べる前に並ぶカードの日本語。 */
import type { CompareCardWords } from "./card-strings.ts";

export default {
  ready: {
    policy: {
      name: "online_kernel か online_movable か",
      differs: "DIMM を何としてオンラインにするか。",
      see: "find の dentry が載って抜けなくなるか、載らずに抜けるか。",
    },
    memmap: {
      name: "memmap_on_memory オフかオンか",
      differs: "新しい DIMM のメモリマップを置く場所。",
      see: "struct page がブートノードにあるか、それが記述する DIMM 自身にあるか。",
    },
    removal: {
      name: "Linux 3.8 か 3.9 か",
      differs: "3 か月違いのカーネル。",
      see: "取り外しが EPERM で断られるか、初めて DIMM が抜けるか。",
    },
    boot: {
      name: "movablecore= か movable_node か",
      differs: "起動時に何を移動可能にするかを、数値で決めるか基板で決めるか。",
      see: "全ノードの一部か、DIMM 丸ごとか。同じ DIMM を抜くときに何が移動するか。",
    },
    solutions: {
      name: "講演の 2 つの解決策",
      differs: "カーネルメモリを寄せつけないか、移動させるか。",
      see: "DIMM は両方とも抜けます。それぞれ何をどれだけ移動させるかを数えてください。",
    },
  },
  readyTitle: "すぐに比べられるもの",
  others: {
    command: { name: "別の命令", differs: "このままか、ここで命令を 1 つ足すか。" },
    options: { name: "別のブートオプション", differs: "これまでのすべてを、別のコマンドラインで。" },
    kernel: { name: "別のカーネル", differs: "これまでのすべてを、別のバージョンの Linux で。" },
    policy: { name: "別のポリシー", differs: "追加したメモリを別のやり方でオンラインに。" },
  },
  othersTitle: "このマシンと並べて",
  forksTitle: "このマシンか、離れた未来か",
  fork: (name, at) => `${name}、${at} に分岐`,
  same: "同じ命令",
  ended: (target, errno, result, at) =>
    result === "running"
      ? target
      : result === "failed"
        ? `${target}: ${at} に ${errno ?? "拒否"}`
        : `${target} 完了 ${at}`,
  play: "両方を再生",
  pause: "両方を一時停止",
  rate: (share) => (share >= 1 ? "実時間で" : `実時間の 1/${Math.round(1 / share)} で`),
} satisfies CompareCardWords;
