/** メモリが外れない理由の日本語。コロンの後に置きます。 */
import type { DoubtWords } from "./doubts.ts";

export default {
  hole: "メモリの一部が存在しない",
  reserved: "ブート時に予約されたページがある",
  "kernel-memory": "カーネルメモリ",
  cma: "デバイス用に確保された領域",
  isolated: "ほかの誰かが空けている最中",
  "out-of-use": "使用停止になったページがある",
  pinned: "ピン留めされたページ",
  "held-offline": "移動できないバルーン",
  gigantic: "1 GiB ページの一部で、このカーネルは分割しない",
  lost: "このカーネルが失ったページ",
  "huge-pool": "このカーネルでは移動できない huge page",
  "already-offline": "オフラインになっている",
  busy: "別の操作が進行中",
  "spans-zones": "ブロックが複数のゾーンにまたがる",
  holes: "ブロックの一部が RAM ではない",
  "last-normal-memory": "ノードに残る最後のカーネル用メモリ",
  veto: "カーネルの一部が反対する",
  "huge-promised": "誰かに約束された huge page",
  "memory-tight": "ページの移動先にほとんど余裕がない",
  "no-removal": "このカーネルはメモリを削除できない",
} satisfies DoubtWords;
