/** 筐体の日本語。 */
import { machineWords } from "../../client/machine-words.ts";
import { describeProfile } from "../../engine/kernel/profiles/descriptions.ts";
import type { Foresight } from "../../protocol/messages.ts";
import { doubts } from "../doubts.ts";
import { count } from "../reading.ts";
import { rejectionText } from "../rejections.ts";
import type { BoxWords } from "./strings.ts";

const pages = (value: number) => `${count(value)} ページ`;
const blocks = (value: number) => `${count(value)} ブロック`;

const obstacles = {
  unknown: "その場所はありません",
  "being-emptied": "空けている最中です。先に中止してください",
  "being-inserted": "追加している最中です。終わるまで待ってください",
  occupied: "別の DIMM が入っています",
  reserved: "そのスロットは別の DIMM のために空けてあります",
  "already-there": "すでにそこにあります",
} as const;

export default {
  title: "筐体",
  subtitle: (partitions) =>
    partitions === 1 ? "1 筐体、1 サーバー" : `1 筐体、ハードウェアパーティション ${count(partitions)} 個`,
  hint: "DIMM をスロットへドラッグ、または選択して M",
  hintTouch: "DIMM をタップし、置き先をタップ",
  hintCarrying: "置き先を選んでください。Escape で元に戻ります。",
  hintCarryingTouch: "置き先をタップ。DIMM をもう一度タップすると元のまま。",
  question: "動いているサーバーからメモリを抜く。",
  questionAbout: (asked) => `Linux は ${asked.join(" と ")} の一方を手放し、他方を拒みます。どちらかを棚へ。`,
  questionKeys: "ドラッグ、またはフォーカスして M",
  questionTouch: "どちらかをタップし、棚をタップ",
  questionSpot: (asked) => `${asked.join(" か ")} をここへ`,
  questionLabel: (at, of) => `${of} 問中 ${at} 問目`,
  starting: "筐体の電源を入れています",
  rootLabel: "筐体: パーティション、ノード、DIMM スロット、予備の棚",
  itemsHelp:
    "矢印キーで DIMM とスロットの間を移動します。Enter または M で DIMM を持ち上げ、矢印キーで置き先を選び、Enter で置き、Escape で元に戻します。Shift F10 でメニューを開きます。",

  partitionStopped: "停止",
  partitionUp: (nodes) => `稼働中 · ${count(nodes)} ノード`,
  nodesOf: (partition) => `${partition} のノード`,
  kernel: (version) => (version === "" ? "" : machineWords.kernel(describeProfile(version))),
  node: (id) => `ノード ${id}`,
  slotsOf: (node) => `${node} のスロット`,
  cpus: (list) => (list === "" ? "CPU なし" : `CPU ${list.replaceAll("-", "–")}`),
  noMemory: "メモリなし",
  nodeOffline: "オフライン",
  distance: (distance, to) => `ノード ${to} まで ${distance}`,
  distances: (least, most) => (least === most ? `他ノードまで ${least}` : `他ノードまで ${least}–${most}`),
  distanceTitle: "SLIT の NUMA 距離: 別のノードのメモリへ届くまでのコスト。10 がローカル",
  distanceFrom: (distance, from) => `ノード ${from} から ${distance}`,
  shared: "共有スロット",

  slotOfNode: (node, slot) => `ノード ${node} のスロット ${slot}`,
  sharedSlot: (slot) => `共有スロット ${slot}`,
  theShelf: "予備の棚",
  emptySlot: (place) => `空きスロット: ${place}`,
  reservedSlot: (place, dimm) => `${place}、${dimm} のために予約済み`,
  slotCaption: "空き",
  slotWaits: (dimm) => `${dimm} 用`,
  dropHere: (place) => `${place}に入れる`,
  dropOnShelf: "予備の棚に置く",
  shelf: "予備の棚",
  shelfEmpty: "何もありません",
  shelfSpot: "予備の棚の空いた場所",

  onboard: "オンボード",
  onboardShort: "基板",
  onboardLabel: (size, use) => `オンボードメモリ、${size}、はんだ付けのため外せません。${use}`,

  dimmLabel: (parts) => parts.join("、"),
  dimm: (key) => `DIMM ${key}`,
  health: (health) => ({ ok: "", failing: "訂正可能エラーが増加中", failed: "故障: 電源が入りません" })[health],
  healthShort: (health) => ({ ok: "", failing: "劣化", failed: "故障" })[health],
  phase: (phase) =>
    ({
      shelf: "",
      inserting: "追加中",
      "in-use": "",
      inert: "スロットにあるが未使用",
      ejecting: "空けている最中",
    })[phase],
  led: (led) => ({ off: "電源オフ", on: "電源オン", blinking: "動作中、抜かないでください", fault: "障害" })[led],
  zoneBlocks: (many, zone) => `${zone} ${blocks(many)}`,
  offlineBlocks: (many) => `オフライン ${blocks(many)}`,
  used: (percent) => `使用率 ${percent} %`,
  unmovable: (many) => `移動できないページを持つブロックが ${many} 個`,

  attention: (dimm) => `${dimm} のアテンションボタン: カーネルに手放すよう求めます`,
  attentionTitle: "アテンションボタン: この DIMM を手放すようカーネルに求めます",
  menu: (dimm) => `${dimm} の移動先…`,
  menuTitle: "移動先…",
  menuPress: "アテンションボタンを押す",
  menuCancel: "空けるのを中止",
  menuNowhere: "空いた場所がありません",
  foresight: (of) => {
    if (of === undefined) return "見通しを調べています…";
    if (of === "kept") return "置いて、確かめてみましょう。";
    const arrival = of.arrival ? arrivalText(of.arrival) : "";
    switch (of.outlook) {
      case "stays":
        return "今の場所のままです。";
      case "impossible":
        return of.rejection ? rejectionText(of.rejection, of.errno ?? "EINVAL") : "";
      case "arrives":
        return arrival;
      case "leaves": {
        const leaves =
          of.pagesToMove === 0
            ? "空です。移動するものはありません。"
            : `${pages(of.pagesToMove)}がノード ${of.target} へ移動します。`;
        return `${leaves}${arrival}`;
      }
      case "may-leave":
        return `拒否されるかもしれません: ${of.code ? doubts[of.code] : "使用中です"}。`;
      case "refused":
        return of.code === "no-removal"
          ? `拒否されます: Linux ${of.kernel} はメモリを削除できません。`
          : `拒否されます: ${blocks(of.blocks)}のうち ${of.stayingBlocks} 個が外れません: ${of.code ? doubts[of.code] : ""}。`;
      case "goes-on":
        return `中止するまで続きます: ${blocks(of.blocks)}のうち ${of.stayingBlocks} 個を空けられません: ${of.code ? doubts[of.code] : ""}。`;
    }
  },
  cancel: (dimm) => `${dimm} を空けるのを中止`,
  progress: (dimm) => `${dimm} を空けています`,
  progressValue: (left, percent) => `${percent} % 完了、残り ${pages(left)}`,
  progressShort: (left) => `残り ${count(left)}`,
  adding: "追加中",
  inTransit: (dimm) => `${dimm} が空になるとここへ来ます`,
  verdict: (dimm, errno) => `${dimm} は ${errno} で拒否されました: 理由を表示`,
  verdictCancelled: (dimm) => `${dimm} を空けるのは中止されました: どこまで進んだかを表示`,
  cancelledBadge: "中止",

  obstacle: (obstacle) => obstacles[obstacle],
  notThere: (obstacle) => `ここには置けません: ${obstacles[obstacle]}。`,

  said: {
    pickedUp: (dimm, from) => `${dimm} を${from}から持ち上げました。`,
    pickedUpByKeys: "矢印キーで置き先を選び、Enter で置き、Escape で元に戻します。",
    pickedUpByClick: "置き先をクリックしてください。Escape で元に戻ります。",
    pickedUpByTap: "置き先をタップしてください。DIMM をもう一度タップすると元に戻ります。",
    cannotLift: (dimm, why) => `${dimm} は持ち上げられません: ${why}。`,
    over: (place, foresight) => `${place}の上: ${foresight}`,
    cannotPlace: (why) => `そこには置けません: ${why}。`,
    chooseFirst: "先に矢印キーで置き先を選んでください。",
    dropped: (dimm, to) => `${dimm} を${to}に置きました。`,
    putBack: (dimm, home) => `${dimm} は元の場所に戻りました: ${home}。`,
    notAccepted: (dimm, errno, rejection) =>
      `${dimm} は今の場所のままです: ${errno}${rejection ? `、${rejectionText(rejection, errno).replace(/[.。]$/, "")}` : ""}。`,
    emptying: (dimm, many) => `${dimm} を空けています: あと ${pages(many)}。`,
    halfway: (dimm) => `${dimm} は半分空きました。`,
    arrivedEmpty: (dimm, place, moved) =>
      `${dimm} は空になりました${moved > 0 ? ` (${pages(moved)}を移動)` : ""}。今は${place}にあります。`,
    shelved: (dimm, moved) =>
      `${dimm} は空になりました${moved > 0 ? ` (${pages(moved)}を移動)` : ""}。今は予備の棚にあります。`,
    inserted: (dimm, place) => `${dimm} は${place}に入りました。`,
    inUse: (dimm, many) => `${dimm} は使用中です: メモリブロック ${count(many)} 個。`,
    inert: (dimm, errno) => `カーネルは ${dimm} を追加できませんでした: ${errno}。`,
    refused: (dimm, place, errno, why) => `${dimm} は${place}に残りました: ${errno}${why ? `、${why}` : ""}。`,
    cancelled: (dimm, place) => `中止しました。${dimm} は${place}に残ります。`,
    culprit: (reason, owner, block) => `memory${block} に ${reason}${owner ? ` (持ち主: ${owner})` : ""}`,
  },
} satisfies BoxWords;

function arrivalText({ word, node, partition }: NonNullable<Foresight["arrival"]>): string {
  const becomes =
    word === "offline"
      ? "そのブロックはオフラインのまま"
      : word === "online_movable"
        ? "そのブロックは Movable としてオンライン"
        : "そのブロックはオンライン";
  return `パーティション ${partition} のノード ${node} で、${becomes}になります。`;
}
