/** いつ不可能になったか、何があれば防げたかの日本語。 */
import { occasionWords, ownerWords } from "../../client/owners.ts";
import type { Tried } from "../../protocol/beside.ts";
import { lengthOf } from "../time/durations.ts";
import { hexPfn } from "./phrase.ts";
import type { SinceWords } from "./since-strings.ts";

function outcome({ result, errno, culprit }: Tried): string {
  if (result === "ok") return "オフラインになりました";
  if (result === "running") return "終わりませんでした";
  const page = culprit ? `: ${hexPfn(culprit.pfn)} の ${ownerWords(culprit.owner)}` : "";
  return `拒否されました、${errno ?? "失敗"}${page}`;
}

export default {
  ask: "いつ不可能になったのか?",
  askWhy: "このマシンのコピーで、もっと前の時点から同じことを試します。マシン自体はそのまま進みます",
  trying: "このマシンのコピーで、もっと前の時点から試しています…",
  going: "何があれば防げたかを試しています…",
  found: ({ since, before }, { startedAt }) => {
    if (since === null)
      return before === "boot"
        ? "ブート時から不可能でした。もっと前に試しても、うまくいきませんでした。"
        : "始めたときには、妨げるものはありませんでした。妨げているものは、実行中に現れました。";
    const when = `${lengthOf(since.instant.at)}、試行の ${lengthOf(Math.max(0, startedAt - since.instant.at))}前`;
    switch (before) {
      case "absent":
        return `ブロックが現れたときから不可能: ${when}。`;
      case "offline":
        return `ブロックがオンラインになったときから不可能: ${when}。`;
      default:
        return `${when}から不可能: それ以降は、いつ試しても拒否されました。`;
    }
  },
  tried: ({ at: then, justBefore }) => {
    const told = [
      ...(justBefore ? [`コピーで 1 つ前の時点から試すと、${outcome(justBefore)}`] : []),
      ...(then ? [`${justBefore ? "その時点で試すと" : "コピーでその時点から試すと"}、${outcome(then)}`] : []),
    ];
    return told.length === 0 ? "" : `${told.join("。")}。`;
  },
  earlier: (stretches) =>
    `それより前にも拒否される期間があり、その後いったん可能になっていました: ${stretches
      .slice(0, 3)
      .map(([from, to]) => `${lengthOf(from)} から ${lengthOf(to)}`)
      .join("、")}${stretches.length > 3 ? "…" : ""}。`,
  goThere: "その時点へ移動",
  prevented: "何があれば防げたか",
  otherwise: (by, what) =>
    by === "without" ? `「${occasionWords(what)}」がなければ` : `${occasionWords(what)} を付けて起動していれば`,
  came: (came, target) =>
    came === null
      ? "そこまで至りません"
      : came.result === "ok"
        ? `${target} は外れます`
        : came.result === "running"
          ? "終わりません"
          : `${target} は残ります: ${came.errno ?? "拒否"}`,
  broke: (reason) => `試せませんでした: ${reason}`,
} satisfies SinceWords;
