/** 発表の一覧の日本語。 */
import type { TalkWords } from "./talk-strings.ts";

export default {
  title: "発表",
  about: "メモリホットプラグについての 2013 年の講演。20 のシーンをマシンが演じます。",
  audience: "聴衆の画面",
  speaker: "話し手の画面",
  paper: "紙に印刷",
  open: "ファイルから発表を開く",
  write: "発表を書く",
} satisfies TalkWords;
