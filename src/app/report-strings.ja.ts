/** 保存する記録の日本語。 */
import type { ReportWords } from "./report-strings.ts";

export default {
  title: "Hotplug Playground",
  scenario: (name) => `シナリオ: ${name}`,
  partition: (key, kernel, cmdline) => `パーティション ${key}: Linux ${kernel}, ${cmdline}`,
  at: (time) => `電源投入からのシミュレーション時間: ${time}`,
  verdicts: "判定",
  log: "イベントログ",
  terminal: (label) => `ターミナル ${label}`,
  nothing: "(なし)",
} satisfies ReportWords;
