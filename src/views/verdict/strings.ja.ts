/** 判定の日本語。 */
import type { AttemptStep } from "../../engine/chronicle/outcome.ts";
import type { RemedyStep } from "../../engine/hotplug/remedies.ts";
import { checks } from "./checks.ja.ts";
import { code, count } from "./phrase.ts";
import { ERRNO_MESSAGES } from "./errno-messages.ts";
import type { VerdictWords } from "./strings.ts";

const stepStates: Readonly<Record<AttemptStep["state"], string>> = {
  offline: "オフラインになった",
  "rolled-back": "オフラインになり、オンラインに戻った",
  stayed: "オンラインのまま",
  "not-back": "オフラインになり、戻れなかった",
  emptying: "空けている最中",
  "coming-back": "オンラインに戻る途中",
  online: "オンラインになった",
  "coming-online": "オンラインになる途中",
  "not-online": "オフラインのまま",
};

const stepText = (step: RemedyStep): string => {
  if (step.do === "kill") return `${step.comm} (pid ${step.pid}) を終了`;
  if (step.do === "shrink-gigantic") return `ノード ${step.node} の空いている 1 GiB ページを返却`;
  if (step.do === "shrink-crash") return "クラッシュカーネル用のメモリを返却";
  return step.do === "drop-caches" ? "キャッシュを解放" : "注入した拒否を停止";
};
const remedy = (steps: readonly RemedyStep[]): string => steps.map(stepText).join("し、次に");

const pages = (many: number): string => `${count(many)} ページ`;

export default {
  checkTexts: checks,
  errnoTexts: {
    EPERM: { message: ERRNO_MESSAGES.EPERM, meaning: "カーネルは、このメモリに対してこの操作を許していません。" },
    EINTR: {
      message: ERRNO_MESSAGES.EINTR,
      meaning: "中止されました。移動したものは今の場所に残り、残りには手が付けられていません。",
    },
    EIO: { message: ERRNO_MESSAGES.EIO, meaning: "ハードウェアが、指示されたことを実行しませんでした。" },
    ENXIO: { message: ERRNO_MESSAGES.ENXIO, meaning: "そのアドレスには何もありません。" },
    EAGAIN: {
      message: ERRNO_MESSAGES.EAGAIN,
      meaning: "カーネルはひとまずあきらめました。後でうまくいくかもしれません。",
    },
    ENOMEM: { message: ERRNO_MESSAGES.ENOMEM, meaning: "それを行うための空きメモリが、ほかの場所に足りませんでした。" },
    EBUSY: { message: ERRNO_MESSAGES.EBUSY, meaning: "中に使用中で移動できないものがあります。" },
    EEXIST: { message: ERRNO_MESSAGES.EEXIST, meaning: "このアドレスには、すでにメモリがあります。" },
    ENODEV: { message: ERRNO_MESSAGES.ENODEV, meaning: "デバイスがないか、この操作ができません。" },
    EINVAL: {
      message: ERRNO_MESSAGES.EINVAL,
      meaning: "今の状態のこのメモリに対して、カーネルはこの操作を行いません。",
    },
    ENOENT: { message: ERRNO_MESSAGES.ENOENT, meaning: "そのメモリブロックはありません。" },
    EACCES: { message: ERRNO_MESSAGES.EACCES, meaning: "ファイルが許していません。" },
    EFAULT: { message: ERRNO_MESSAGES.EFAULT, meaning: "触れられたアドレスのためのページを得られませんでした。" },
    ENOSPC: { message: ERRNO_MESSAGES.ENOSPC, meaning: "そのための場所がありません。" },
    E2BIG: { message: ERRNO_MESSAGES.E2BIG, meaning: "カーネルが使えるアドレスの範囲を超えています。" },
    ERANGE: { message: ERRNO_MESSAGES.ERANGE, meaning: "プロセッサーが使えるアドレスの範囲を超えています。" },
    ENOTRECOVERABLE: {
      message: ERRNO_MESSAGES.ENOTRECOVERABLE,
      meaning: "このページには、もう手の施しようがありません。",
    },
    EHWPOISON: { message: ERRNO_MESSAGES.EHWPOISON, meaning: "中のページにメモリエラーがあります。" },
  },
  title: "判定",
  empty: "まだ何も試されていません",
  question: "どちらでしょう?",
  questionAbout:
    "どちらもプログラムのページを収めています。違いは 1 つ、左端の線が示すゾーンです。カーネルの答えはここに出ます。",
  emptyHelp:
    "DIMM を別のスロットへドラッグするか、メモリブロックをオフラインにしてください。カーネルの答えとその理由が、ここに表示されます。",
  starting: "筐体の電源を入れています。",
  history: "これまでの試行",
  older: "前の試行",
  newer: "次の試行",
  position: (index, of) => `${count(of)} 件中 ${count(index)} 件目`,
  checks: "検査、カーネルの順に",
  checkVerdict: { pass: "合格", fail: "不合格", pending: "進行中" },
  passedBefore: (titles) => `先に合格: ${titles.join("、")}`,
  decidedIn: "決める関数:",
  blocks: "そのメモリブロック",
  memory: "memory",
  block: (target, verdict) => `${target}: ${verdict}`,
  stepState: (state, tries) => `${stepStates[state]}${state === "stayed" && tries > 1 ? `、${tries} 回試行` : ""}`,
  stepTally: (states) => {
    if (!states.some((state) => state === "stayed" || state === "rolled-back")) return null;
    const told = (Object.keys(stepStates) as AttemptStep["state"][]).flatMap((state) => {
      const some = states.filter((other) => other === state).length;
      return some > 0 ? [`${stepStates[state]}: ${count(some)} 個`] : [];
    });
    return told.join("、");
  },
  partOf: (target) => `${target} を外す試行の一部`,
  kernelLog: (lines) => `カーネルログ ${count(lines)} 行`,
  progress: (target) => `${target} から移動したページ`,
  progressText: (moved, left) => `${pages(moved)}を移動、残り ${count(left)}`,
  facts: { moved: "移動", failed: "移動できず", passes: "パス", took: "所要時間", to: "移動先" },
  destination: (node, zone) => `ノード ${node} · ${zone}`,
  actions: "今できること",
  showPage: "ページを表示",
  toAllocation: "割り当てられた時点へ戻る",
  retry: "再試行",
  instead: (dimm) => `代わりに ${dimm} を外す`,
  unchanged: "何も変わっていません。同じ結果になります。",
  cancel: "中止",
  remedy,
  promise: (steps, certain, target, shell) => [
    `${remedy(steps)}すると、${target} は${certain ? "外れます。" : "外れるかもしれません"}`,
    certain
      ? ""
      : steps.some((step) => step.do === "drop-caches")
        ? " (キャッシュのうち使用中のものは残ります)。"
        : "。",
    "シェルでは: ",
    code(shell),
  ],
  reboot: "再起動…",
  movableNode: (target) => [
    `カーネルはブート時に ${target} を ZONE_NORMAL にしたため、カーネル自身のメモリがその中のどこにあってもおかしくありません。`,
    code("movable_node"),
    ` を付けて起動すれば、${target} は ZONE_MOVABLE になります。`,
  ],
  underWay: {
    retry: "再試行しています…",
    instead: "外しています…",
    cancel: "中止しています…",
    online: "オンラインにしています…",
    "online-movable": "オンラインにしています…",
    remedy: "実行しています…",
  },
  cancelling: "中止しています: カーネルはパスとパスの間でシグナルを確かめます。",
  onlineMovable: "movable としてオンライン",
  online: "オンライン",
  refused: (message) => `受け付けられませんでした: ${message}`,
} satisfies VerdictWords;
