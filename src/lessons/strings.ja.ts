/** レッスンの周りの日本語。レッスン自身の文章は、そのファイルにあります。 */
import { ownerWords } from "../client/owners.ts";
import { kindName } from "./pointing.ts";
import type { LessonWords } from "./strings.ts";

export default {
  label: "レッスン",
  place: (at, of) => `${at} / ${of}`,
  leave: "レッスンを終える",
  loading: "レッスンを取得しています",
  making: "マシンを用意しています",
  missing: "レッスンを開けませんでした。",
  broken: "このレッスンファイルは使えません。",
  back: "すべてのレッスン",
  again: "再試行",

  goal: "目標",
  state: {
    open: (met, of) => (of > 1 ? `未達成、${met} / ${of}` : "未達成"),
    ticked: "達成",
    kept: "今のところ維持",
    hurt: "もう達成できない",
  },
  count: (met, of) => `${met} / ${of}`,
  keptSoFar: "今のところ維持",
  changed: (what, ticked) => `${what}: ${ticked ? "達成" : "達成が取り消されました"}`,

  did: (line) => `行った操作: ${line}`,
  run: "実行",
  runLabel: (line) => `${line} を実行`,
  type: "入力する",
  typeLabel: (line) => `${line} をターミナルに入力`,
  takeBack: "元に戻すには:",

  predict: "先へ進む前に: どうなると思いますか?",
  see: "確かめる",
  seeLabel: "マシンの答えをコピーで確かめる",
  letAnswer: (said) => `あなたの予想: ${said}。コピーのマシンに答えさせましょう:`,
  choose: "1 つ選んでください。マシンのコピーが答えます。あなたのマシンはそのままです。",
  asking: "コピーが試しています。",
  noAnswer: "答えるコピーを作れませんでした。",
  worked: {
    head: "実演: どうなると思いますか?",
    about: "このマシンのコピーが先にやってみせ、意外かもしれないところの手前で止まります。",
    watch: "見る",
    next: "次の 1 行:",
    booted: "起動オプション",
    marked: (nodes) => `SRAT の印: ノード ${nodes.join("、")}`,
    nothing: "何も表示しない",
    waits: "まだ戻ってこない",
    added: "追加された",
    left: (moved) => `抜けた。${moved.toLocaleString("ja-JP")} ページが移動`,
    refused: (errno, whose) => (whose === null ? errno : `${errno}: ${whose}`),
  },
  same: (said) => `あなたの予想: ${said}。そのとおりです。`,
  other: (said, truth) => `あなたの予想: ${said}。実際は: ${truth}。`,
  none: (said) => `あなたの予想: ${said}。今回は、どれも当てはまりません。`,
  inACopy: "コピーでの結果です。あなたのマシンは変わっていません。",

  boot: {
    head: "起動のしかた",
    words: "カーネルコマンドライン",
    marks: "ファームウェアの SRAT でホットプラグ可能の印を付けるもの",
    node: (node) => `ノード ${node}`,
    go: "起動する",
    as: (cmdline) => (cmdline === "" ? "オプションなしで起動しています。" : `${cmdline} で起動しています。`),
  },

  point: {
    head: "指し示す",
    how: "この中のどれかですか? マシンで選択されているものです。",
    nothing: "マシンでページ、メモリブロック、DIMM、ノードのどれかを選び、ここで名指ししてください。",
    name: ({ at, pfn, page, whose, block, dimm, node }) => {
      if (at === "page")
        return `ページ 0x${(pfn ?? 0).toString(16)}: ${whose ? ownerWords(whose) : kindName(page ?? 0)}`;
      if (at === "followed") return `${dimm ?? block} のページ (今は 0x${(pfn ?? 0).toString(16)})`;
      return at === "node" ? `ノード ${node}` : ((at === "block" ? block : dimm) ?? "");
    },
    did: (name) => `${name} を指し示した`,
    doing: {
      culprit: () => "判定が名指ししたページを指し示す",
      followed: (name) => `${name === "" ? "" : `${name} の`}ページを「移行」で追う`,
      thing: (name) => `${name} を指し示す`,
    },
    followed: (name) => `${name} を追った`,
    label: (name) => `これです: ${name}`,
    answer: (name, hit) => (hit ? `${name} を指し示しました。そのとおりです。` : `${name} を指し示しました。`),
  },

  show: (name) => `${name} へ移動`,
  actHere: "ここで操作",

  hint: "ヒント",
  hintsLeft: (left) => `残り ${left}`,
  undo: "直前の操作を元に戻す",
  restart: "最初から",
  next: "次へ",
  previous: "戻る",
  more: "その他",
  copy: "今の状況をテキストでコピー",
  copied: "コピーしました。",
  notCopied: "コピーできませんでした。下に表示するので、選択してください。",
  solution: (name) => `解答「${name}」を入力`,
  solutionNote: "ターミナルに入力するだけで、実行はしません。",

  solved: "達成",
  yourWay: (commands) => `あなたのやり方で、${commands} 手でした。`,
  shorter: (moves, name) => `${moves} 手でできる方法があります:「${name}」。`,
  nextLesson: (title) => `次へ: ${title}`,
  comesBack: "「予想して確かめる」で、また出てきます:",
  hurtHelp: (goal) => `この道筋では、もう「${goal}」を達成できません。`,
  elsewhere: "今は別のマシンになっています。レッスンは自分のマシンを待っています。",
  ownMachine: "レッスンのマシンを用意",

  index: {
    title: "レッスン",
    about: "どれもマシンと課題から始まります。たどり着ければ、どんな方法でもかまいません。",
    toBox: "筐体に戻る",
    open: "レッスンファイルを開く",
    write: "作る",
    take: "進み具合を持ち出す",
    bring: "進み具合を取り込む",
    goOn: (title) => `続ける: ${title}`,
    first: (title) => `始める: ${title}`,
    done: (done, of, minutes) => (done === of ? `全 ${of} 本を達成` : `${done} / ${of} · 残り約 ${minutes} 分`),
    minutes: (minutes) => `${minutes} 分`,
    solved: (ways) => (ways > 1 ? `達成 · ${ways} 通り` : "達成"),
    goOnBadge: "続き",
    firstBadge: "ここから",
    brought: (lessons) => `レッスン ${lessons} 本の進み具合を加えました。`,
    inEnglish: "英語",
    allDone: "すべて達成。予想して確かめる",
    card: (order, title, minutes, ways) =>
      `レッスン ${order}: ${title}、${minutes} 分${ways === null ? "" : ways > 1 ? `、${ways} 通りで達成` : "、達成"}`,
  },

  situation: {
    title: (title) => `レッスン: ${title}`,
    time: (seconds) => `シミュレーション時間: ${seconds} s`,
    goals: "目標:",
    moves: "最近の操作:",
    blocks: "メモリブロック:",
    none: "(なし)",
  },
} satisfies LessonWords;
