/** マイグレーションのビューの日本語。 */
import { ownerWords } from "../../client/owners.ts";
import type { MigrationState } from "../../engine/inspect/index.ts";
import { GIB, PAGE_SIZE } from "../../engine/units.ts";
import { count } from "../reading.ts";
import type { MigrationWords } from "./strings.ts";

const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const ms = (ns: number): string => {
  const value = ns / 1e6;
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ms`;
};
const pages = (many: number): string => `${count(many)} ページ`;
const seconds = (ns: number): string => (ns / 1e9).toFixed(6);
const roundsOf = (state: MigrationState): string => `${count(state.round)} 周目`;

const KINDS = ["無名", "ページキャッシュ", "共有", "huge page", "hugetlb", "その他"] as const;

export default {
  title: "移動",
  scroller: "何がどこへ移動し、何を払うか",
  starting: "マシンが起動しています。",
  waiting: "数値を待っています。",
  choose: "試行",
  newest: "最新のもの",
  option: (target, errno, running, at) => `${target} · ${running ? "実行中" : (errno ?? "成功")} · ${seconds(at)} s`,
  blocks: "この試行のメモリブロック",
  block: (number) => `memory${number}`,
  stepStates: {
    emptying: "空けている最中",
    offline: "オフライン",
    stayed: "残った",
    "coming-back": "戻る途中",
    "rolled-back": "オンラインに戻った",
    "not-back": "戻れなかった",
    "coming-online": "オンラインになる途中",
    online: "オンライン",
    "not-online": "オンラインにならず",
  },
  cancel: "中止",
  cancelling: "中止しています…",
  twin: "表",
  picture: "図",
  key: "ページの種類",
  kinds: KINDS,
  earlier: "それ以前",
  only: (kind) => `${kind}だけを表示`,
  hex,
  pages,
  where: (node, zone) => `ノード ${node} · ${zone}`,
  status: (state, now) => {
    const lasted = ms((state.endedAt ?? now) - state.from);
    const time = state.late ? `見ていたのは ${lasted}` : lasted;
    if (state.endedAt !== null && state.late)
      return `${state.errno === null ? "空いた" : `${state.errno} で終了`}、${time}、${roundsOf(state)}`;
    if (state.endedAt !== null)
      return state.errno === null
        ? `${time} で空いた、${roundsOf(state)}`
        : `${time} で終了、${state.errno}、${roundsOf(state)}`;
    if (state.left === 0 && state.again > 0)
      return `${roundsOf(state)} · ${state.reasons.some(({ errno, pages: many }) => errno === "ENOMEM" && many > 0) ? "移動先のフレームなし" : "残りはピン留めのみ"}`;
    return `${time} · ${roundsOf(state)}${state.passes.length > 0 ? `、パス ${state.passes.length - 1}` : ""}`;
  },
  late: "最初から見ていた人はいません。それまでに移動したものは、ゾーン別にだけ分かります。",
  unwatched: "この試行を見ていた人はいません。合計だけが残っています。",
  kept: (many) => `見ていた試行のうち最後の ${many} 件は、終わった状態で残ります。`,

  from: "移動元",
  cell: (perCell) =>
    perCell === 1 ? "マス = ページブロック = 2 MiB" : `マス = ${perCell} ページブロック = ${perCell * 2} MiB`,
  source: (block) => `memory${block} のページブロック: 矢印キーでマスからマスへ移動し、Enter で選択します`,
  sourceCell: (first, last, there, stuck, working) =>
    `ページブロック ${first === last ? first : `${first} から ${last}`}: ${there === 0 ? "何も残っていない" : `${pages(there)}`}${stuck > 0 ? `、移動不可 ${count(stuck)}` : ""}${working ? "、作業中" : ""}。`,
  figures: {
    moved: (inUse) => `移動 (${count(inUse)} 中)`,
    left: "残り",
    again: "再試行待ち",
    stuck: "移動不可",
  },
  ended: (many) => `その間に解放 ${count(many)}`,
  cellShort: (perCell) => `マス = ${perCell * 2} MiB`,
  announce: (state) => `${count(state.inUse)} 中 ${count(state.moved)} を移動、再試行待ち ${count(state.again)}。`,

  flow: (moving) => (moving ? "移動中、種類別" : "移動済み、種類別"),
  rateNow: (perMs) => `${count(Math.round(perMs))} ページ/ms`,
  bandwidth: (perMs) => `${((perMs * PAGE_SIZE * 1000) / GIB).toFixed(2)} GiB/s`,
  still: "もう何も移動していない",
  nothingYet: "まだ何も移動していない",
  target: { free: (free) => `空き ${count(free)}`, gone: "今は存在しない" },
  low: "low に到達",
  next: (zone) => `次の行き先、${zone} が low に達したとき`,
  moreZones: (many) => `ほか ${many} 個のゾーンにもページがあります。`,
  rule: (others, node) =>
    others
      ? `最も近い別のノードから。ノード ${node} には戻らず、ポリシーは問われません。`
      : `ほかにメモリのあるノードがなく、ページはノード ${node} の別のブロックに残ります。`,
  oldRule: "書き込んだ CPU が割り当てる場所へ、カーネル用ゾーンだけ。",
  filtered: ({ by, of }, { moved, stayed }, perCell) =>
    `${
      by === "cell"
        ? perCell === 1
          ? `ページブロック ${of}`
          : `ページブロック ${of * perCell} から ${(of + 1) * perCell - 1}`
        : by === "kind"
          ? KINDS[of]
          : by === "target"
            ? `ノード ${of.replace("/", " · ")}`
            : by === "pass"
              ? `各回のパス ${of}`
              : of
    } だけ: ${[
      by !== "reason" && `${pages(moved)}が移動`,
      (by === "cell" || by === "kind" || by === "reason") && `${count(stayed)} が残留`,
    ]
      .filter(Boolean)
      .join("、")}。Esc で全部を表示。`,
  ribbon: (kind, many, to) => `${kind}: ${to} へ ${pages(many)}`,

  rate: "速度",
  rateUnit: "ページ/ms、シミュレーション時間",
  rateTop: (top) => `最大 ${count(Math.round(top))}`,
  over: (moving) => `${ms(moving)}、その後はなし`,

  passes: "パス",
  passOf: (round, roundLimit) =>
    `${count(round)} 周目${roundLimit === null ? "、上限なし" : `、失敗できるのは ${roundLimit} 回`}`,
  passMarks: { moved: "移動", stayed: "残留" },
  pass: (n, done) =>
    done
      ? `パス ${n}: ${pages(done.pages)}中 ${count(done.moved)} を移動、${count(done.stayed)} が残留`
      : `パス ${n}: 実行されず`,

  reasons: "移動しなかった理由",
  reason: (errno) =>
    ({
      EAGAIN: "ピン留め: 余分な参照",
      ENOMEM: "ほかに空きフレームがない",
      EBUSY: "カーネルメモリ、試みず",
    })[errno],
  firstPage: "最初",

  followed: "1 ページを追う",
  followNone: "まだ追っているページはありません。次に移動するものを追います。",
  followIdle: "今は何も移動していません。次に移動するページを追います。",
  followNext: "次に移動するページ",
  followChosen: (pfn) => `pfn ${hex(pfn)} を追う`,
  followKey: "F",
  whose: (page) =>
    page.mapper
      ? `${page.mapper.comm} ${page.mapper.pid}、${page.mapper.address}`
      : `${ownerWords(page.owner)}: どのページテーブルにもない`,
  oldFrame: "元のフレーム",
  newFrame: "新しいフレーム",
  noFrame: "まだなし",
  noFrameAfter: "なし: 残る",
  entry: {
    old: "present",
    migration: "migration エントリー",
    new: "present",
  },
  entryDetail: {
    old: (page) => `${hex(page.pfn)} を指す`,
    migration: (page) => `${hex(page.pfn)} のもの · 触れると待つ`,
    new: (page) => `${hex(page.copy ?? page.pfn)} を指す`,
  },
  unmapped: { title: "エントリーなし", detail: "誰もマップしていない" },
  copied: (page) =>
    page.copyNs === null ? null : `${4 * 2 ** page.order} KiB、距離 ${page.distance} で ${count(page.copyNs)} ns`,
  failed: (errno) => `${errno}: 取り消し`,
  tries: (many) => `${count(many)} 回試行`,
  stepAt: (at) => `${seconds(at)} s`,
  afterStep: (name) => `${name} の後の状態`,
  back: "関数を 1 つ戻る",
  on: "関数を 1 つ進む",
  toCome: "これから",
  outcome: {
    waiting: "まだ isolate されていない",
    moving: "移動の途中",
    moved: "移動した",
    stayed: "戻された: 次の周で再試行",
    ended: "その間に使い手が解放した",
  },

  paid: "その後に払うもの",
  paidOf: "CPU からの距離別",
  paidNone: "移動したメモリを持つプロセスはありません。",
  paidLate: "以前: 見ていた人がいないため不明。",
  mean: "平均距離",
  tick: "以前のローカルの割合",
  process: (comm, pid) => `${comm} ${pid}`,
  paidRow: (comm, pid, before, now) => `${comm} ${pid}: 平均距離 以前 ${before}、現在 ${now}`,
  gone: "終了",
  unknown: "?",
  distance: (value) => (value === null ? "–" : value.toFixed(1)),
  onNode: (node, many) => `ノード ${node} に ${count(many)}`,

  empty: "何も移動していません。ブロックをオフラインにするか、DIMM を抜いてください。",
  take: (block) => `${block} をオフラインにする`,
  last: "もう一度開く",

  summary: (moved, failed, passes) => `${pages(moved)}が移動、${pages(failed)}が残留、${count(passes)} 周。`,

  node: (node) => `ノード ${node}`,
  tables: {
    source: {
      caption: (block, at) => `${seconds(at)} s の memory${block}、ページブロック別`,
      columns: ["ページブロック", "以前の数", "移動", "残り", "移動不可", "現在"],
      working: "作業中",
    },
    flow: {
      caption: "種類と移動先",
      columns: ["種類", "ノードとゾーン", "ページ"],
      sum: "コピーしたものすべて",
    },
    reasons: { caption: "ページが残る理由", columns: ["理由", "errno", "ページ", "最初のページ", "持ち主"] },
    paid: {
      caption: "プロセスの以前と現在",
      columns: ["プロセス", "CPU のノード", "以前", "現在", "以前の平均距離", "現在"],
    },
  },
} satisfies MigrationWords;
