/** レッスンのカードと道筋の日本語。トラック 1 のものは、各レッスンのファイルと同じです。 */
import type { CardWords } from "./catalogue.ts";

export default {
  "a-server-that-must-not-stop": {
    title: "止められないサーバー",
    idea: "動いているサーバーから、動いている別のサーバーへメモリを運びます。",
  },
  "two-phases": { title: "2 つの段階", idea: "挿しただけでは使われません。追加し、それからオンラインにします。" },
  "what-hot-add-builds": {
    title: "ホットアドが作るもの",
    idea: "1 バイトも使えないうちに、ページテーブルと、ページごとに 64 バイトが作られます。",
  },
  "what-hot-remove-deletes": {
    title: "ホットリムーブが消すもの",
    idea: "Linux 3.8 は、メモリを使わなくはできても、忘れられません。3.9 は忘れられます。",
  },
  "by-hand": { title: "手で操作する", idea: "ファイルが 1 つ、単語がいくつか、そして返ってくる errno。" },
  "full-and-still-it-goes": {
    title: "満杯でも抜ける",
    idea: "オフライン化は、使われているままブロックの中身を移します。",
  },
  "kernel-memory-says-no": {
    title: "カーネルのメモリは動かない",
    idea: "カーネルがアドレスで知っているページが 1 つあれば、ほかも 1 つも動きません。",
  },
  "evenly-is-not-enough": {
    title: "均等では足りない",
    idea: "`movablecore=` はどのノードにも少しずつ Movable を与えるので、どのノードも抜けません。",
  },
  "one-word": {
    title: "1 つの単語が決める",
    idea: "`online` か `online_movable` か。ゾーンは、ブロックがオンラインになるときに決まります。",
  },
  "a-node-to-give-away": {
    title: "手放せるノード",
    idea: "ファームウェアの SRAT と `movable_node` で、ノードが丸ごと抜けます。",
  },
  "the-price": { title: "代償", idea: "距離 21。CPU から遠いメモリは、いくら払うことになるか。" },
  "to-do-list": { title: "宿題はどこまで終わったか", idea: "2013 年と今。ゾーン、メモリマップ、vmalloc。" },
  "busy-for-no-reason": { title: "理由のない EBUSY", idea: "DIMM はほとんど空なのに、EBUSY。" },
  "half-a-dimm-out": { title: "半分だけ抜けた DIMM", idea: "8 ブロック中 7 つが外れる。さて、どうする?" },
  "who-onlined-it": { title: "誰がオンラインにした?", idea: "カーネルと規則の両方がしようとする: 先にした方が勝つ。" },
  "the-add-that-failed": { title: "失敗した追加", idea: "12 GiB を表す 188 MiB がない。" },
  "free-shows-nothing": { title: "free に現れない", idea: "追加した。5 つの層のどこで止まった?" },
  "the-write-that-never-returns": { title: "戻らない write", idea: "ピン留めされた数ページと、時間制限なし。" },
  "gigantic-pages": { title: "巨大なページ", idea: "1 GiB がひとかたまりで、8 ブロックにまたがる。" },
  "the-drop-that-snaps": { title: "はね返される DIMM", idea: "良い DIMM を空きスロットに。なのに EINVAL。" },
  "three-ways-to-shrink": { title: "縮める 3 つの方法", idea: "DIMM、virtio-mem、バルーン: 1 台のマシンで。" },
  "the-dimm-beneath-a-dimm": { title: "DIMM の下の DIMM", idea: "d7 のメモリマップは d4 にある。d4 を抜く。" },
  "one-too-many": { title: "1 つ多い", idea: "同じ DIMM を 2 度。2 つ目はずっと残る。" },
  "the-road-not-taken": { title: "選ばれなかった道", idea: "自分のメモリを移動するカーネル: 何ができ、何を払うか。" },
  "oom-and-plenty-free": { title: "空きがあるのに OOM", idea: "2 GiB 近く空いているのに、postgres が終了させられた。" },
  talk: { title: "ライブの講演", idea: "2013 年の考えを、スライドの順に、答えるマシンの上で" },
  field: { title: "現場の事例", idea: "実際に報告された問題を、それが起きたマシンで再現" },
} satisfies CardWords;
