/** シミュレーターから何も来ない理由の日本語。 */
import type { TroubleWords } from "./troubles.ts";

export default {
  "not-understood": (said) => `シミュレーターが理解できないものを受け取りました (${said})。`,
  "nothing-loaded": "シナリオを読み込む前に、シミュレーターに要求が送られました。",
  stopped: (said) => `シミュレーションが停止しました: ${said}`,
  "cannot-run": (said) => `シミュレーターを実行できません: ${said}`,
  silent: (seconds) => `シミュレーターが ${seconds} 秒間応答していません。`,
  unanswered: (since) => `${since}要求した操作はこれから実行されるかもしれません。`,
  "other-version": "ページとシミュレーターのバージョンが異なります。ページを再読み込みしてください。",
  "other-scenario": "別のシナリオが読み込まれました。",
  closed: "プレイグラウンドは閉じられました。",
  "stays-past": "マシンはこの時点に戻れません。",
  "shell-refused": (errno) => `シェルを起動できませんでした: ${errno}`,
  "no-shell": (said) => `シェルを取得できませんでした: ${said}`,
} satisfies TroubleWords;
