/** シミュレーションと並べた、実機のカーネルの記録の日本語。 */
import { occasionWords, ownerWords } from "../../client/owners.ts";
import type { BlockRun, Brief } from "../../protocol/beside.ts";
import type { TraceStep } from "../../protocol/trace.ts";
import { count } from "../reading.ts";
import { optionOf, refused, short } from "./figures.ts";
import type { TraceWords } from "./trace-strings.ts";

const FIELDS: Readonly<Record<string, string>> = {
  exit: "終了ステータス",
  errno: "エラー",
  refused: "モニターの拒否",
  devices: "デバイス",
  events: "モニターのイベント",
  reasons: "ページダンプの理由",
  "zonelists rebuilt": "zonelist の再構築",
  stdout: "出力",
  log: "カーネルログ",
  blocks: "ブロック",
  iomem: "iomem",
  zones: "ゾーン",
  "nodes.list": "ノード",
  "nodes.possible": "possible のノード",
  "nodes.online": "online のノード",
  "nodes.has_memory": "メモリのあるノード",
  "nodes.has_normal_memory": "Normal メモリのあるノード",
  "nodes.has_cpu": "CPU のあるノード",
  step: "このステップ",
};

const range = ({ first, last }: Pick<BlockRun, "first" | "last">): string =>
  `memory${first}${last > first ? `–${last}` : ""}`;

function blocksSaid(runs: readonly BlockRun[], most: number): string[] {
  const said = runs
    .slice(0, most)
    .map(
      (run) =>
        `${range(run)} ${run.state === null ? "消えた" : `${run.state}${run.state === "online" ? ` ${run.zone}` : ""}`}`,
    );
  return runs.length > most ? [...said, `ほか ${runs.length - most} 件`] : said;
}

function answered(brief: Brief): string {
  const { exit, phrase, refused: monitor, dumped, events, rebuilt, changed, output, lines } = brief;
  const parts = [
    ...(monitor === null ? [] : [short(monitor, 80)]),
    ...(exit === null ? [] : [exit === 0 || phrase === "" ? `exit ${exit}` : phrase]),
    ...dumped.slice(0, 2),
    ...events,
    ...blocksSaid(changed, 3),
    ...(rebuilt ? ["zonelist を再構築"] : []),
    ...(output === "" ? [] : [lines > 1 ? `${short(output, 40)} (${lines} 行)` : short(output, 60)]),
  ];
  return parts.length === 0 ? "新しいものなし" : parts.join(" · ");
}

function doing(step: TraceStep): string {
  const name = "start" in step ? step.start : undefined;
  return name === undefined ? done(step) : `${name} を開始: ${done(step)}`;
}

function done(step: TraceStep): string {
  if ("until" in step)
    return "ended" in step.until
      ? `${step.until.ended} の終了を待つ`
      : `memory${step.until.block} が ${step.until.is} になるのを待つ`;
  if ("interrupt" in step) return `${step.interrupt} に SIG${step.signal} を送る`;
  if ("observe" in step) return "いま観察する";
  if ("sh" in step)
    return step.sh === "true" && step.kinds
      ? "種類別にページを数える"
      : step.sh.replaceAll("/sys/devices/system/memory/", "");
  if ("hotadd" in step) return `device_add ${step.hotadd.id}, ${step.hotadd.size}, node ${step.hotadd.node}`;
  if ("hotremove" in step) return `device_del ${step.hotremove}`;
  if ("resize" in step) return `${step.resize.id} を ${step.resize.size} にする`;
  if ("killall" in step) return "負荷を終了";
  const { kind, mib, count: many, node } = step.load;
  return `mem ${kind} ${mib === undefined ? (many ?? "") : `${mib} MiB`}${node >= 0 ? ` node ${node}` : ""}`;
}

const nodesOf = (nodes: readonly string[], joint: string): string =>
  `${[...new Set(nodes)].join(joint)} のノード ${nodes.length} 個`;

export default {
  reasons: {
    "boot-mounts": "最初のファイルシステムが持てる量: カーネルイメージによる。",
    "log-times": "行がログに出た時刻: エミュレートされた CPU によるため。",
    "file-times": "ファイルが作られた時刻: 同じ理由。",
    "group-stats": "満杯になったプロセスのグループの数値: マシンが知るのはそのうち三つで、カーネルの集計は遅れる。",
    "group-usage": "グループに課金された量、1 MiB まで: 各 CPU が課金の余りを持つ。",
    "group-failures": "kill までに課金が何度失敗したか: CPU が持つ余りによる。",
    clock: "時計の警告: エミュレーターのタイマーは、ある記録では遅れ、次の記録では遅れない。",
    "not-simulated": "コマンドラインのうち効かない語についての、シミュレーション自身の行。",
    "pci-links": "エミュレートされた基板の割り込み: シミュレーションに PCI リンクはない。",
    "memory-report": "割り当て失敗の報告 (スタック、レジスター、Mem-Info): シミュレーションしていない。",
    "oom-reaper": "終了させられたプロセスのメモリが回収されるか、先に自分で返すか: 競争になる。",
    "oom-tasks": "メモリが尽きたとき負荷のほかに動いていたプロセスと、そのページ: 記録側のもの。",
    "oom-figures": "終了させられたプロセスが持っていた量、16 MiB 以内: メモリが尽きたときどこまで進んでいたかによる。",
    "process-numbers": "プロセスの番号: それまでにいくつ動いたかは記録側による。",
    "pages-without-room": "どのページのコピー先がなかったか: ほかに何が割り当てられていたかによる。",
    "pages-held": "リストの先頭の 1、2 ページは移り変わりうる: 8 ページまでの差は等しいとする。",
    "pages-held-of": "試みたページの一部も同様: 3 % までの差は等しいとする。",
    "soft-offline-page": "負荷のどのページが最初のピン留めか: 512 ページまでの差は等しいとする。",
    "soft-offline-flags": "最近触れられたページのビット。",
    "zonelist-pages": "全 zonelist のページ数: ブートは古いウォーターマークを残す。0.2 % の差は等しいとする。",
    "min-free": "min_free_kbytes は近い数値から計算される: 2 % の差は等しいとする。",
    "swap-uuid": "スワップ領域のランダムな名前。",
    "direct-map": "ブートがダイレクトマップをどう分割したか: カーネルイメージによる。",
    meminfo: "meminfo の数値: 1 % または 64 kB の差は等しいとする。",
    "dumped-pages": "ダンプされたページのアドレスと、カーネル自身のページのどれが先に見つかったか。",
    "later-bursts": "最初の 10 件より後の移動失敗: ログに出るかどうかは速さによる。",
    "probed-together": "同時に現れた 2 つのデバイスの行の順序。",
    "cut-off": "記録が 1 ステップに残す 120 行より先の行。",
    "exit-number": "どのシグナルで終わったか: シグナルによる終了は同じものと数える。",
    "size-events": "エミュレーターがデバイスのサイズを何度知らせたか: 頻度に上限がある。",
    "boot-log": "ブートのログ: エミュレートされた基板のもの。",
    "managed-at-boot": "ブート後にゾーンが managed とする量: シミュレーションは記録から受け取る。",
    "close-figures":
      "空きページ、ウォーターマーク、種類別ページ: 実機のカーネルでも、自分の最初の記録からずれる。大きくずれたものはここに挙げる。",
  },
  open: "ファイルを開く…",
  choose: "記録",
  chooseOne: "記録を選ぶ",
  option: optionOf,
  drop: "記録のファイルをここにドロップすると、シミュレーションと並べて見られます",
  empty:
    "実機のカーネルの答えを、1 ステップずつ、シミュレーションと並べます。付属の記録を選ぶか、自分の記録ファイルをここにドロップしてください。",
  noList: "記録の一覧を取得できませんでした。",
  noFile: (name) => `${name} を取得できませんでした。`,
  broke: (reason) => `比較が途切れました: ${reason}`,
  again: "再試行",
  title: "実機のカーネルとシミュレーション",
  head: ({ kernel, nodes, cmdline }) =>
    `Linux ${kernel} の記録、${nodesOf(nodes, " と ")}${cmdline === "" ? "" : `、${cmdline}`}`,
  counted: (rows, steps) => {
    const wrong = rows.reduce((sum, { fields, agree }) => sum + fields - agree, 0);
    const fields = rows.reduce((sum, row) => sum + row.fields, 0);
    const so = rows.length <= steps ? ` (ここまで ${steps + 1} ステップ中 ${rows.length})` : "";
    return wrong === 0
      ? `不一致なし: 答え ${count(fields)} 件がすべて一致${so}`
      : `答え ${count(fields)} 件中、不一致 ${count(wrong)} 件${so}`;
  },
  columns: {
    step: "ステップ",
    command: "命令",
    real: "実機のカーネルの答え",
    simulated: "シミュレーションの答え",
  },
  steps: "ステップ",
  boot: ({ nodes }) => `ブート、${nodesOf(nodes, ", ")}`,
  doing,
  answered,
  notPlayed: "未実行",
  refused,
  marks: {
    equal: "一致",
    unequal: "不一致",
    uncompared: "比較せず",
  },
  openStep: (step) => `ステップ ${step}、答えごと`,
  openBoot: "ブート後、答えごと",
  verdict: ({ fields, agree }) =>
    fields === agree ? `${count(fields)} 件すべて一致` : `${count(fields)} 件中 ${count(fields - agree)} 件が不一致`,
  recorded: "記録",
  simulated: "シミュレーション",
  answer: "答え",
  value: (text) => ({ "": "なし", true: "はい", false: "いいえ" })[text] ?? text,
  field: (field, of) => {
    const name = FIELDS[field] ?? field;
    if (field === "blocks" || field === "zones" || field === "nodes.list") return of === "" ? name : of;
    return of === "" ? name : `${name}、${of}`;
  },
  quiet: (many) => (many === 0 ? "なし" : `ほか ${count(many)} 件、以前と同じ`),
  zonesAre: "spanned · present · managed のページ数、最初の pfn",
  notCompared: "比較しないもの、または厳密には比較しないもの",
  far: ({ where, figure, real, simulated: ours }) =>
    `${where} ${figure}: 記録 ${count(real)}、シミュレーション ${ours === null ? "なし" : count(ours)}`,
  failed: (reason) => `シミュレーションはここまでです: ${reason}`,
  blocksAfter: "その後のメモリブロック",
  strip: (who, runs) => `${who}: ${blocksSaid(runs, 12).join("、") || "ブロックなし"}`,
  run: (run) => blocksSaid([run], 1)[0] ?? "",
  numbers: (run) => (run.first === run.last ? String(run.first) : `${run.first}–${run.last}`),
  why: "シミュレーションが拒否する理由",
  culprit: ({ pfn, block, owner, zone, node, reason, allocatedWhy }) =>
    `memory${block} のページ 0x${pfn.toString(16)} (ノード ${node}、${zone}): ${ownerWords(owner)}、${reason}。${allocatedWhy.is === "boot" ? "ブート時からあります。" : `割り当てのきっかけ: ${occasionWords(allocatedWhy)}。`}`,
  legend: {
    equal: "規則により一致",
    unequal: "不一致: ステップはここで開く",
    uncompared: "比較せず、理由付き",
  },
  play: "ステップを再生",
  pause: "停止",
  axis: (at, last, row) =>
    row
      ? `ステップ ${at} / ${last}、${row.fields === row.agree ? "一致" : `不一致 ${row.fields - row.agree}`}`
      : `ステップ ${at} / ${last}`,
  copy: "テキストとしてコピー",
  nextWrong: "次の不一致",
} satisfies TraceWords;
