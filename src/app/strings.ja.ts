/** 画面全体の枠の日本語。 */
import { clockTime } from "../views/time/clock.ts";
import { timeToSee } from "../views/time/speeds.ts";
import type { AppWords } from "./strings.ts";

export default {
  name: "Hotplug Playground",
  skip: "筐体へ移動",
  panels: {
    label: "画面の各部",
    box: "筐体",
    memory: "物理メモリ",
    verdict: "判定",
    zones: "ゾーン",
    log: "イベントログ",
    terminal: "ターミナル",
  },
  panelsShort: {
    box: "筐体",
    memory: "メモリ",
    verdict: "判定",
    zones: "ゾーン",
    log: "ログ",
    terminal: "端末",
  },
  stage: {
    label: "大きいパネルに表示するもの",
    names: {
      physical: "物理メモリ",
      scale: "全メモリ",
      tables: "ページテーブル",
      migration: "移動",
      zones: "ゾーン詳細",
      running: "実行中",
      compare: "比較",
    },
    missing: "ビューを取得できませんでした。",
    again: "再試行",
  },
  dock: { label: "ログまたはターミナル", log: "ログ", terminal: "ターミナル", terminalKey: "ターミナル (Ctrl+`)" },
  terminal: {
    loading: "ターミナルを取得しています…",
    missing: "ターミナルを取得できませんでした。",
    again: "再試行",
  },
  late: { missing: "画面のこの部分を取得できませんでした。", again: "もう一度取得" },

  scenario: "シナリオ",
  loaded: (title) => `${title}: 筐体の準備ができました`,
  loading: (title) => `筐体の電源を入れています: ${title}`,
  kernels: {
    choose: (partition) => `${partition} のカーネル: 別のカーネルを選ぶとシナリオは最初からになります`,
    option: (title, released, recordings) =>
      [title, ...(released === null ? [] : [released]), ...(recordings ? [`記録 ${recordings} 件`] : [])].join(" · "),
    recorded: "実機の記録と照合済み",
    source: "ソースコードから",
    imagined: "リリースされなかったもの",
  },
  notSimulated: {
    count: (words) => `${words} 個は未対応`,
    about: "コマンドラインのうち、Linux では効きますがこのマシンでは効かない語です:",
  },
  cmdline: (partition) => `${partition} のカーネルコマンドライン`,

  speed: {
    label: "シミュレーション時間",
    run: "再生",
    pause: "一時停止",
    paused: "停止中",
    choose: "シミュレーション時間の速さ",
    real: "実時間",
    short: (share) => (share >= 1 ? `${share}×` : `1/${Math.round(1 / share)}×`),
    option: (share) =>
      `${share >= 1 ? "実時間" : `1/${Math.round(1 / share)}`} · 100,000 ページの移動が約 ${viewing(share)}`,
    said: (share) =>
      share === 0
        ? "シミュレーション時間は止まっています"
        : `シミュレーション時間は${share >= 1 ? "実時間" : `実時間の 1/${Math.round(1 / share)}`}で進みます`,
  },

  travel: {
    undo: (what) => `元に戻す: ${what}`,
    redo: (what) => `やり直す: ${what}`,
    back: (time) => `${time} に戻る`,
    went: {
      before: (what, time) => `元に戻しました: ${what}。時刻は再び ${time} です。`,
      after: (what, time) => `やり直しました: ${what}。時刻は ${time} です。`,
      there: (_what, time) => `時刻は ${time} で、時間は止まっています。ちょうどこのページが割り当てられたところです。`,
      back: (_what, time) => `時刻は再び ${time} です。`,
    },
  },

  learn: { button: "学ぶ", title: "レッスン", tab: "レッスン" },

  theme: {
    label: { auto: "テーマ: システムに合わせる", light: "テーマ: ライト", dark: "テーマ: ダーク" },
  },

  actions: {
    run: { name: "再生 / 一時停止" },
    slower: { name: "遅くする" },
    faster: { name: "速くする" },
    cancel: { name: "実行中の操作を中止" },
    undo: { name: "元に戻す" },
    redo: { name: "やり直す" },
    culprit: {
      name: "妨げているページが割り当てられた時点へ移動し、また戻る",
    },
    pictureBack: { name: "関数または画面を 1 つ戻る" },
    pictureOn: { name: "関数または画面を 1 つ進む" },
    eventBack: { name: "前の出来事へ" },
    eventOn: { name: "次の出来事へ" },
    present: { name: "現在に戻る" },
    bookmark: { name: "ブックマークを付ける / 外す" },
    fork: { name: "ここで分岐: これより後を残し、ここから続ける" },
    nextBookmark: { name: "次のブックマークへ" },
    talk: { name: "2013 年の講演を上演" },
    learn: { name: "学ぶ: すべてのレッスン" },
    reset: { name: "シナリオを最初から" },
    load: { name: (title) => `シナリオ: ${title}` },
    kernel: { name: (title) => `このカーネルで起動: ${title}` },
    terminal: { name: "ターミナルを開く / 閉じる" },
    terminalDrawer: { name: "ターミナル: 画面下 / 横の列" },
    terminalReader: {
      name: "ターミナル: スクリーンリーダーモード",
    },
    find: { name: "全メモリからページを検索" },
    fullStage: { name: "大きいパネル: 全面 / 元に戻す" },
    theme: { name: "テーマを変更" },
    language: { name: "Read in English (英語で読む)" },
    projector: { name: "プロジェクター用: オン、ポインターとキー表示付き、オフ" },
    fullScreen: { name: "全画面" },
    palette: { name: "すべての操作" },
    help: { name: "ヘルプとキー" },
    stage: { name: (view) => `表示: ${view}` },
    show: { name: (panel) => `移動: ${panel}` },
  },

  outcome: {
    why: (went) => (went ? "経過を見る" : "理由を見る"),
    close: "閉じる",
  },

  bookmark: (at) => `${clockTime(at)} のブックマーク`,

  footer: { now: "電源投入からのシミュレーション時間" },

  fault: {
    title: "シミュレーションを続けられません",
    lost: "失われたもの: 筐体、そのプロセス、シェル、ファイル。ログ、判定、ターミナルの表示は、シナリオを始め直すまで残ります。",
    silent: "シミュレーターが応答しません",
    mayReturn:
      "再び応答するか、別のシミュレーターがこれまでの操作から筐体を作り直せば、何も失われません。始め直すと、筐体、そのプロセス、シェル、ファイル、ログは失われます。",
    replaced: "シミュレーターを交代しました",
    madeAgain: (time) =>
      `前のシミュレーターがいなくなったため、別のシミュレーターがこれまでの操作をすべて使って筐体を作り直しました。${time} の時点の筐体で、このまま続きます。返事がまだだったものは実行されていません。`,
    read: "閉じる",
    again: "始め直す",
    save: "ログ、判定、ターミナルを保存",
    reload: "ページを再読み込み",
    drawing: (reason) => `ページを描画できませんでした: ${reason}`,
    panel: (reason) => `画面のこの部分を描画できませんでした: ${reason}`,
    draw: "もう一度描画",
  },
} satisfies AppWords;

const viewing = (speed: number): string => {
  const { many, unit } = timeToSee(speed);
  return `${many} ${unit === "seconds" ? "秒" : "分"}`;
};
