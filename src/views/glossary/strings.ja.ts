/** カーネル関数の用語集の日本語。 */
import type { GlossaryWords } from "./strings.ts";

export default {
  lead: (functions, version) =>
    `シミュレーションが通る ${functions} の関数。名前は Linux ${version} のもの。呼び出す関数の下に、呼び出す順に並ぶ。`,
  back: "戻る",
  calledBy: "呼び出し元:",
  noKernel: "どのカーネルにもない: もしもの話",
  inSixOne: (name) => `6.1 では ${name}`,
  passages: {
    "state-file": "ブロックのファイルに書かれる",
    online: "ブロックがオンラインになる",
    offline: "ブロックがオフラインになる",
    moving: "ページが移動する",
    arrival: "DIMM が来る",
    departure: "DIMM が去る",
    "virtio-mem": "virtio-mem が大きく、小さくなる",
    contiguous: "範囲をまるごと取る",
    "memory-error": "ページが壊れそうになる",
    allocating: "メモリが取られる",
    pinning: "ページがその場に留められる",
    freeing: "メモリが返される",
    panic: "カーネルが止まる",
  },
} satisfies GlossaryWords;
