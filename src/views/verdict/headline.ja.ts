/** 判定の見出しの日本語。 */
import type { Attempt } from "../../engine/chronicle/outcome.ts";
import type { HeadlineWords, Place } from "./headline.ts";
import { count } from "./phrase.ts";
import { isUnattended } from "./unattended.ts";

export default {
  ofAttempt: (attempt, place) => {
    const { target, result, kind } = attempt;
    if (result === "running") return `${target} ${underWay(kind, place)}`;
    if (result === "ok") return `${target} ${done(attempt, place)}`;
    return `${target} ${refused(kind, place)}: ${attempt.errno === "EINTR" ? "中止 (EINTR)" : (attempt.errno ?? "失敗")}`;
  },
} satisfies HeadlineWords;

function underWay(kind: Attempt["kind"], place: Place): string {
  switch (kind) {
    case "add":
      return place !== null ? `をノード ${place} に追加中` : "を追加中";
    case "online":
      return "をオンラインにしています";
    case "offline":
      return "をオフラインにしています";
    case "remove":
      return "を削除中";
    case "eject":
      return place !== null ? `をノード ${place} から外すため空けています` : "を空けています";
  }
}

function done(attempt: Attempt, place: Place): string {
  const { kind, pagesMoved } = attempt;
  const moved = `${count(pagesMoved)} ページを移動`;
  switch (kind) {
    case "add":
      if (isUnattended(attempt)) return "はスロットにありますが、受け取るドライバーがありません";
      return place !== null ? `をノード ${place} に追加しました` : "を追加しました";
    case "online":
      return "はオンラインになりました";
    case "offline":
      return pagesMoved > 0 ? `はオフラインになりました: ${moved}` : "はオフラインになりました";
    case "remove":
      return "を削除しました";
    case "eject":
      return `は${place === null ? "スロット" : `ノード ${place} `}から外れました: ${moved}`;
  }
}

function refused(kind: Attempt["kind"], place: Place): string {
  switch (kind) {
    case "add":
      return "は追加されませんでした";
    case "online":
      return "はオフラインのままです";
    case "offline":
      return "はオンラインのままです";
    case "remove":
      return "は削除されませんでした";
    case "eject":
      return `は${place === null ? "スロット" : `ノード ${place} `}に残りました`;
  }
}
