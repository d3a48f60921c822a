/** 命令が受け付けられなかった理由の日本語。 */
import type { RejectionWords } from "./rejections.ts";

export default {
  "no-partition": ({ partition }) => `パーティション ${partition} はありません。`,
  stopped: ({ partition }) => `カーネルが停止しました: ${partition && `${partition} では`}もう何も応答しません。`,
  "no-dimm": ({ dimm }) => `DIMM ${dimm} はありません。`,
  "in-no-slot": ({ dimm }) => `${dimm} はどのスロットにも入っていません。`,
  "on-its-way": ({ dimm }) => `${dimm} はすでに移動中です。`,
  "no-power": ({ dimm }) => `${dimm} に電源が入りません。`,
  "no-slot": ({ slot }) => `スロット ${slot} はありません。`,
  "slot-holds": ({ slot, dimm }) => `スロット ${slot} には ${dimm} が入っています。`,
  "slot-kept": ({ slot, dimm }) => `スロット ${slot} は ${dimm} のために空けてあります。`,
  "through-monitor": () => "このマシンの DIMM は、モニターを通して抜き差しします。",
  "kernel-worker": () => "ファームウェアの要求によるもので、シグナルの届かないカーネルワーカーで実行されています。",
  "not-running": () => "その番号のものは実行されていません。",
  "no-memory-for-process": () => "新しいプロセスのためのメモリがありません。",
  "no-process": ({ pid }) => `プロセス ${pid} はありません。`,
  "no-such-cpus": ({ cpus }) => `このマシンに CPU ${cpus.join(",")} はありません。`,
  "node-without-memory": ({ node }) => `ノード ${node} にはメモリがありません。`,
  "no-terminal": ({ terminal }) => `ターミナル ${terminal} はありません。`,
  "terminal-is-open": ({ terminal }) => `ターミナル ${terminal} は開いています。`,
} satisfies RejectionWords;
