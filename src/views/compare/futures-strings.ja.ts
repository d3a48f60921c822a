/** 並べた 2 つの未来の日本語。 */
import { ownerWords } from "../../client/owners.ts";
import type { Command } from "../../engine/time/commands.ts";
import { displayGroups } from "../kinds.ts";
import { count } from "../reading.ts";
import type { Attempted, Difference } from "./differences.ts";
import { ms } from "./figures.ts";
import type { FuturesWords } from "./futures-strings.ts";

const pages = (many: number): string => `${count(many)} ページ`;
const label = (group: string): string => displayGroups.find(({ id }) => id === group)?.label ?? group;

function numbers(blocks: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of blocks) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  const said = runs.slice(0, 3).map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  return said.length === 0
    ? "どこにもない"
    : `memory${said.join(", ")}${runs.length > 3 ? ` ほか ${runs.length - 3} か所` : ""}`;
}

const WENT = {
  add: "追加された",
  online: "オンラインになった",
  offline: "オフラインになった",
  remove: "削除された",
  eject: "外れた",
};

function outcome(attempt: Attempted | null): string {
  if (!attempt) return "試されていない";
  const { result, kind, errno } = attempt;
  if (result === "running") return "まだ途中";
  if (result === "ok") return WENT[kind];
  return kind === "eject" || kind === "offline" ? `残った: ${errno ?? "失敗"}` : `拒否: ${errno ?? "失敗"}`;
}

function command(given: Command | null): string {
  if (given?.do !== "move") return "行ったこと";
  return "slot" in given.to ? `${given.dimm} をスロット ${given.to.slot} へ` : `${given.dimm} の取り外し`;
}

function commandText(given: Command): string {
  switch (given.do) {
    case "move":
      return "slot" in given.to ? `${given.dimm} を ${given.to.slot} へ移動` : `${given.dimm} を棚へ移動`;
    case "write":
      return `echo ${given.text.trim()} > ${given.path.replace("/sys/devices/system/memory/", "")}`;
    case "load":
      return `${given.load.comm ?? given.load.kind} の起動`;
    case "press":
      return `${given.dimm} のアテンションボタン`;
    case "kill":
      return `kill ${given.pid}`;
    default:
      return given.do;
  }
}

function title(difference: Difference): string {
  switch (difference.of) {
    case "outcome":
      return difference.target;
    case "zone":
      return `${numbers(difference.blocks)} のゾーン`;
    case "state":
      return numbers(difference.blocks);
    case "kernel-memory":
      return `${label(difference.group)} ${pages(difference.pages)}`;
    case "moved":
      return "移動したページ";
    case "took":
      return `${difference.what} の所要時間`;
    case "user-pages":
      return `ノード ${difference.what.split("/")[1]} のユーザーページ`;
    case "node-bytes":
      return `ノード ${difference.what.split("/")[1]} のメモリ`;
    case "distance":
      return `${difference.what} の距離`;
    case "kernel":
      return difference.what;
  }
}

const states: Readonly<Record<string, string>> = { online: "オンライン", offline: "オフライン" };
const stateOf = (state: string | null): string => (state === null ? "存在しない" : (states[state] ?? state));

function sides(difference: Difference): readonly [string, string] {
  switch (difference.of) {
    case "outcome":
      return [outcome(difference.sides[0]), outcome(difference.sides[1])];
    case "zone":
    case "kernel":
      return [difference.sides[0] ?? "なし", difference.sides[1] ?? "なし"];
    case "state":
      return [stateOf(difference.sides[0]), stateOf(difference.sides[1])];
    case "kernel-memory":
      return [numbers(difference.sides[0]), numbers(difference.sides[1])];
    case "took":
      return [ms(difference.sides[0]), ms(difference.sides[1])];
    case "node-bytes":
      return [
        `${count(Math.round(difference.sides[0] / 2 ** 20))} MiB`,
        `${count(Math.round(difference.sides[1] / 2 ** 20))} MiB`,
      ];
    case "distance":
      return [difference.sides[0].toFixed(2), difference.sides[1].toFixed(2)];
    default:
      return [count(difference.sides[0]), count(difference.sides[1])];
  }
}

const WHY: Readonly<Partial<Record<Difference["of"], string>>> = {
  zone: "Movable に入るのはユーザーのページだけで、すべて移動できます。",
  "kernel-memory": "カーネルメモリはその場に残り、それがある所は外せません。",
  outcome: "同じ命令を、同じ時点で。",
  distance: "別のノードのメモリは遠くなります。",
};

export default {
  title: "1 台のマシン、2 つの未来",
  choose: "比べるもの",
  ownGroup: "このマシン",
  fork: ({ number, name, resume }) => `今のもの、または ${name ?? `${ms(resume.instant.at)} に離れた未来 (${number})`}`,
  otherKernel: "今のもの、または別のカーネルの同じもの",
  otherOptions: "今のもの、または別のブートオプションの同じもの",
  otherPolicy: "今のもの、または追加メモリのポリシーだけ違う同じもの",
  otherCommand: "今のもの、またはここで命令を 1 つ足した同じもの",
  policy: "もう一方のポリシー",
  command: "もう一方の命令",
  commandText,
  without: (given) => `今のもの、または「${commandText(given)}」のない同じもの`,
  withoutName: (given) => `${commandText(given)} なし`,
  kernel: "もう一方のカーネル",
  options: "もう一方のコマンドライン",
  start: "比べる",
  present: "今のもの",
  left: (number) => `離れたもの (${number})`,
  empty:
    "1 台のマシンの 2 つの未来を並べます: 何が、どこで違うか。組を選んでください。動いているマシンは、何も尋ねられなかったかのように進みます。",
  parted: (given, parting) =>
    parting === 0
      ? `同じ筐体、負荷、シードと、${command(given)}。ブートで分かれます`
      : `${ms(parting)} まで同じ記録で、そこで分かれます`,
  working: "両方を実行しています…",
  broke: (reason) => `比較が途切れました: ${reason}`,
  differs: "違い",
  nothing: "まだ違いはありません。",
  more: (many) => `ほか ${many} 件`,
  fewer: "少なく",
  keep: "こちらを残す",
  keepLabel: (name) => `こちらを残す: ${name}`,
  table: "表",
  picture: "図",
  columns: ["", "内容", "左", "右"],
  node: (key) => `ノード ${key.split("/")[1]}`,
  partition: (name) => `(${name})`,
  blocks: (many) => `メモリブロック ${count(many)} 個`,
  block: (number) => `memory${number}`,
  noBlock: "存在しない",
  cell: (number, state, zone, dimm) =>
    `memory${number}、${stateOf(state)}${zone ? `、${zone}` : ""}${dimm ? `、${dimm}` : ""}`,
  outcome,
  outcomes: "結末",
  attempt: (attempt) =>
    `${attempt.target} ${outcome(attempt)}${attempt.endedAt === null ? "" : `、${ms(attempt.endedAt - attempt.startedAt)}`}`,
  detail: ({ culprit, pagesMoved, kind }) =>
    culprit
      ? `${culprit.reason}、最初は 0x${culprit.pfn.toString(16)}: ${ownerWords(culprit.owner)}`
      : kind === "eject" || kind === "offline"
        ? `${pages(pagesMoved)}を移動`
        : "",
  zones: "ゾーン",
  zone: (node, zone) => `ノード ${node} ${zone}`,
  free: (free, managed) => (managed === 0 ? "空のゾーン" : `空き ${Math.floor((100 * free) / managed)} %`),
  time: "時間",
  axis: (at, differing) => `${ms(at)}、違い ${count(differing)} 件`,
  at: ms,
  side: "表示する未来",
  titleOf: title,
  sides,
  why: (of) => WHY[of] ?? "",
  number: (n) => `違い ${n}`,
} satisfies FuturesWords;
