/** 「予想して確かめる」の日本語。 */
import { kindWords } from "../../client/owners.ts";
import type { PredictWords } from "./strings.ts";

const number = (value: string | number | undefined): string =>
  typeof value === "number" ? value.toLocaleString("en-US") : (value ?? "");

const becauseTexts: Readonly<Record<string, string>> = {
  word: "書いた語がゾーンを決めます。",
  "in-kernel":
    "ブロックはカーネル用ゾーンの範囲の中、隣り合うブロックの間にあり、Movable の範囲の外です。ブートオプションより先に、それで決まります。",
  "in-movable":
    "ブロックは Movable の範囲の中、隣り合うブロックの間にあり、カーネル用ゾーンの範囲の外です。ブートオプションより先に、それで決まります。",
  "movable-node": "どちらか一方の範囲だけに入ってはいないので、movable_node が決めます: Movable です。",
  default: "どちらか一方の範囲だけに入ってはおらず、movable_node もありません: カーネル自身のゾーンです。",
  "ratio-allows": "auto-movable: Movable とブート時メモリの比に、DIMM の残りを入れる余裕があります。",
  "ratio-forbids": "auto-movable: Movable とブート時メモリの比に、DIMM の残りを入れる余裕がありません。",
  "node-ratio-forbids": "auto-movable: マシン全体には余裕がありますが、そのノードにはありません。",
  "device-is-kernel":
    "auto-movable: DIMM の一部がすでにカーネルのものです。丸ごと外せない DIMM を Movable にしても役に立ちません。",
};

const kindTexts: Readonly<Record<string, string>> = {
  anon: "無名メモリ",
  thp: "プロセスの huge page",
  shm: "共有メモリ",
  cache: "ページキャッシュ",
  mlock: "ロックされたメモリ (mlock)",
  longterm: "デバイスのためにピン留めされたメモリ",
  vfio: "デバイスを渡したゲストのメモリ",
  ksm: "KSM がまとめてよいメモリ",
  pin: "パイプが持つページ",
  vmalloc: "vmalloc のメモリ",
  slab: "dentry",
};
const kindText = (kind: string | number | undefined): string => kindTexts[kind ?? ""] ?? String(kind);

export default {
  title: "予想して確かめる",
  about: "どうなるかを予想してください。そのあとマシンが実行します。",
  close: "筐体に戻る",
  lessons: "すべてのレッスン",
  generators: "予想すること",
  next: "次へ",
  look: "このマシンを見て回る",
  copy: "リンクをコピー",
  copied: "コピーしました。",
  notCopied: "アドレスバーにあります。",
  coming: "マシンが試しています。",
  broken: "問題を作れませんでした。",
  again: "再試行",
  level: (level, of) => `レベル ${level} / ${of}`,
  counted: (right, asked) => (asked === 0 ? "" : `${asked} 問中 ${right} 問正解`),
  rose: (level) => `3 問連続正解: 次はレベル ${level}。`,
  fell: (level) => `次はレベル ${level}。`,

  answers: "答え",
  see: "確かめる",
  seeLabel: "マシンがどうするかを見る",
  choose: "1 つ選んでください。そのあとマシンがゆっくり実行します。",
  running: "実行中です。決め手の瞬間は最後に来ます。",
  hurry: "すぐに",
  said: (answer) => `あなたの予想: ${answer}。`,
  same: "そのとおりです。",
  other: (answer) => `実際は: ${answer}。`,
  strange: (answer) => `このマシンは別のことをしました: ${answer}。`,

  machine: "マシン",
  node: (id, cpus) => `ノード ${id}${cpus === "" ? "" : `、CPU ${cpus}`}`,
  onBoard: "オンボード",
  zone: "ゾーン",
  offline: "オフライン",
  several: "2 つのゾーン",
  emptying: "空けている最中",
  pages: (pages, kind) => `${kind} ${number(pages)}`,
  pinned: (pages) => `うち ${number(pages)} を誰かが保持`,
  heldShort: "保持",
  memory: (mib) => `オンボード ${number(mib)} MiB`,
  kernel: (version) => `Linux ${version}`,
  noOptions: "ブートオプションなし",
  legend: "ページ",
  free: "空き",
  strip: "最初のページから最後のページまで",
  stripSaid: (kinds) => `最初のページから最後のページまで: ${kinds}`,

  generator: {
    "what-answer": "この write は何を返すか",
    "which-stays": "どのブロックが残るか",
    "which-zone": "「online」はどのゾーンを選ぶか",
    "valid-zones": "valid_zones は何と言うか",
    "where-lands": "この割り当てはどこへ行くか",
    "movable-start": "ZONE_MOVABLE はどこから始まるか",
    "free-falls": "MemFree はどれだけ減るか",
    "memmap-host": "この memmap はどの DIMM に載るか",
    "leave-order": "ページはどの順に出ていくか",
    "one-different": "オプションが 1 つ違う 2 台目",
  },

  ask: {
    "which-zone": ({ block }) => `${block} を、ただの「online」でオンラインにします。どのゾーンに入りますか?`,
    "what-answer": () => "この write は何を返しますか?",
    "which-stays": () => "このうち 1 つのブロックがオンラインのまま残ります。どれですか?",
    "valid-zones": ({ block }) => `そのとき ${block} の valid_zones は何と言いますか?`,
    "where-lands": ({ kind, mib, node }) =>
      `ノード ${node} の CPU 上のプロセスが、${kindText(kind)}を ${mib} MiB 使います。その大部分はどこへ行きますか?`,
    "movable-start": () => "マシンの電源を入れます。ZONE_MOVABLE はどこから始まりますか?",
    "movable-start-node": ({ node }) =>
      `マシンの電源を入れます。ノード ${node} の ZONE_MOVABLE はどこから始まりますか?`,
    "free-falls": ({ dimm, mib }) => `${number(mib)} MiB の ${dimm} をノード 1 に追加します。MemFree はどうなりますか?`,
    "memmap-host": ({ dimm, node }) =>
      `${dimm} をノード ${node} に追加します。その struct page はどのメモリに置かれますか?`,
    "leave-order": ({ block }) => `${block} がオフラインになります。全ページが最初に出ていくのは、どの種類ですか?`,
  },
  second: (answer, difference) => `1 台目での答え: ${answer}。この 2 台目は同じもので、違いは 1 つ: ${difference}。`,
  often: (answer) => `このようなマシンは、偶然だけが違います。答え「${answer}」になるのはどのくらいですか?`,
  oftenOption: { always: "いつも", sometimes: "ときどき", never: "決してない" },
  marked: (nodes) => `ファームウェア (SRAT) によれば、ノード ${nodes} のメモリは取り外せます。`,

  answer: {
    answer: (value) => (value === "0" ? "0 を返す" : value === "goes on" ? "5 秒たっても戻らない" : value),
    zone: (value) => (value === "offline" ? "オフラインのまま" : value),
    valid: (value) => value,
    refused: (value) => value,
    left: (value) => value,
    "movable-start": (value) =>
      value === "none"
        ? "どこからでもない: 存在しない"
        : `${number(Number(value))} MiB から、memory${Math.floor(Number(value) / 128)} の中`,
    free: (value) =>
      value === "0"
        ? "変わらない"
        : Number(value) < 0
          ? `${number(-Number(value))} MiB 減る`
          : `${number(Number(value))} MiB 増える`,
    "memmap-host": (value) =>
      value.startsWith("node")
        ? `ノード ${value.slice(4)} のオンボードメモリ`
        : value === "none"
          ? "どこにもない"
          : value,
    landed: (value) => {
      const [, node, zone] = value.split("/");
      return zone === undefined ? "どこにも行かない: 拒否される" : `ノード ${node}、${zone}`;
    },
    "left-first": (value) => (/^\d+$/.test(value) ? kindWords(Number(value)) : "先に出きる種類はない"),
  },

  from: {
    with: ({ option }) => `コマンドラインに ${option} があるとき`,
    without: ({ option }) => `コマンドラインに ${option} がないとき`,
    word: ({ word }) => `語が ${word} のとき`,
    block: ({ block }) => `${block} の場合`,
    write: ({ line }) => `${line} の場合`,
    options: ({ options }) => (options === "" ? "ブートオプションがないとき" : `代わりに ${options} のとき`),
    size: ({ mib }) => `DIMM が ${number(mib)} MiB のとき`,
    state: ({ state }) => `memhp_default_state=${state} のとき`,
    kind: ({ kind }) => `${kindText(kind)}の場合`,
    node: ({ node }) => `ノード ${node} の CPU 上の場合`,
    "kind-node": ({ kind, node }) => `ノード ${node} の CPU 上の${kindText(kind)}の場合`,
    "dimm-node": ({ dimm, node }) => `${dimm} がノード ${node} にあるとき`,
    roomy: ({ node }) => `ノード ${node} に余裕があるとき`,
    crowded: ({ node }) => `ノード ${node} に余裕がないとき`,
    "crowded-kernel": ({ dimm, node }) => `ノード ${node} に余裕がなく、${dimm} がカーネルのものであるとき`,
    begun: ({ first }) => `${kindText(first)}が先にブロックに入ったとき`,
    first: () => "1 台目",
  },
  where: (answer, where) => `「${answer}」になるのは: ${where}。`,
  leaves: (block) => `${block} は出ていきます: コピーで試しました。`,

  tally: (answer, times, of) => `${answer}: ${of} 台中 ${times} 台`,

  why: {
    "state-changes": { pass: () => "", fail: () => "ブロックはすでにその状態です。" },
    "one-zone": {
      pass: () => "",
      fail: () => "ページが複数のゾーンにあり、そのようなブロックはオフラインになりません。",
    },
    "no-holes": { pass: () => "", fail: () => "ブロックの一部が System RAM ではありません。" },
    isolate: {
      pass: () => "",
      fail: ({ owner }) =>
        owner === undefined
          ? "移動できないページが中にあり、1 つで十分です。"
          : `移動できないページが 1 つあります: ${owner}。カーネルは先に調べるので、ほかのページも移動しませんでした。`,
    },
    migrate: {
      pass: ({ moved }) =>
        moved === undefined || moved === 0
          ? "移動するものはありませんでした。"
          : `${number(moved)} ページが別の場所へ移動しました。`,
      fail: ({ owner, moved }) =>
        `移動できないページを ${owner === undefined ? "誰か" : owner} が保持しています。カーネルは何度も試みます${moved ? `。ほかの ${number(moved)} ページは出ていきました` : ""}。`,
    },
    "online-zone": {
      pass: ({ zone, because }) => becauseTexts[because ?? ""] ?? `${zone} に入りました。`,
      fail: ({ zone }) => `境界を接するゾーンで、受け入れるものがありません (${zone})。`,
    },
    vmemmap: {
      pass: ({ self, pages }) =>
        self === 1
          ? "その struct page (1 ページにつき 64 バイト) は、DIMM 自身に載っています。"
          : `その struct page (1 ページにつき 64 バイト) は、以前からあるメモリを、余裕のあるできるだけ近い所で ${number(typeof pages === "number" ? pages / 256 : pages)} MiB 使います。`,
      fail: () => "struct page のための場所がありませんでした。",
    },
    "normal-memory": { pass: () => "", fail: () => "そのノードに残る最後の Normal メモリです。" },
    notifiers: { pass: () => "", fail: () => "カーネルの一部が反対しました。" },
    "in-time": { pass: () => "", fail: () => "このカーネルが待つより長くかかりました。" },
    "all-free": {
      pass: () => "",
      fail: () => "移動できないページが残りました。このカーネルは最後に初めて尋ねます。",
    },
  },
  rule: {
    landed:
      "Movable は移動できるページのためのものです: 誰にもずっとは保持されないユーザーのページ。ほかはすべてカーネル用のゾーンに入ります。どの種類も、求めた CPU のノードから始め、そこがいっぱいなら別のノードへ行きます。",
    "movable-start":
      "movablecore= は Movable にしてよい量、kernelcore= はしてはならない量を言います。どちらもノードに振り分けられ、各ノードで Movable は上の端です。movable_node があれば、代わりにファームウェアの印が決め、カーネル自身のいるノードは外れます。",
    valid:
      "オンラインのブロックは、自分のいるゾーンを言います。オフラインのブロックは、入れるゾーンを言い、最初がただの online で選ばれるものです。",
    "left-first":
      "カーネルはブロックを最初のページから最後のページへたどり、出会ったものを移動します: 低い所にあるものが、何であれ先に出ていきます。",
  },
  whyOther: (rule, where) => `カーネルは「${rule}」で止まりました (${where})。`,
  already: "すでにその状態で、同じことをもう一度書くとエラーになります。",
  by: (where) => `${where} で決まりました。`,
} satisfies PredictWords;
