/** イベントログの日本語。 */
import { count } from "../reading.ts";
import { rejectionText } from "../rejections.ts";
import type { LogWords } from "./strings.ts";

export default {
  title: "イベントログ",
  label: "イベントログ: 出された命令と、カーネルが書いたもの",
  empty: "まだ何もありません。",
  rejected: (errno, rejection) => (rejection ? `拒否: ${errno}、${rejectionText(rejection, errno)}` : `拒否: ${errno}`),
  line: (line) => {
    const [, dimm = "", slot = "", device = ""] =
      /^# (\S+) goes into slot (\S+): firmware tells the kernel to check (\S+)$/.exec(line) ?? [];
    if (dimm !== "")
      return `# ${dimm} がスロット ${slot} に入ります: ファームウェアがカーネルに ${device} の確認を求めます`;
    const [, asked = ""] = /^# firmware asks the kernel for (\S+), as this would:$/.exec(line) ?? [];
    return asked === "" ? line : `# ファームウェアが、次の行と同じように、カーネルに ${asked} を求めます:`;
  },
  noMatch: "一致する行がありません。",
  showAll: "すべて表示",
  filters: "表示する行を選ぶ",
  filter: "絞り込み",
  filterPlaceholder: "行を絞り込む",
  partition: "パーティション",
  everyPartition: "全パーティション",
  level: "レベル",
  levels: {
    all: "全レベル",
    notice: "debug 以外",
    warn: "警告",
    command: "命令",
  },
  levelNames: {
    warn: "警告",
    info: "情報",
    debug: "デバッグ",
    command: "命令",
    shell: "シェル内",
  },
  copy: "表示中の行をコピー",
  copied: (lines) => `${count(lines)} 行をコピーしました`,
  copyFailed: "ブラウザーがコピーを許可しませんでした",
  toNewest: "最新へ",
  heard: (lines, last) => (lines === 1 ? last : `${count(lines)} 行、最後は: ${last}`),
  heardCount: (lines) => `新しい行 ${count(lines)} 行`,
} satisfies LogWords;
