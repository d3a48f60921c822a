/** 誰がブロックをオンラインにしたか、の日本語。 */
import type { Onliner } from "../../engine/memory/memory-block.ts";
import type { OnlinerWords } from "./onliner-strings.ts";

function onlinerWords(onliner: Onliner): string {
  switch (onliner.by) {
    case "boot":
      return "";
    case "auto-online":
      return "auto_online_blocks によりオンライン";
    case "undone-eject":
      return "取り外しが拒否され、再びオンライン";
    case "undone-removal":
      return "取り外しが取り消され、再びオンライン";
    case "driver":
      return "ドライバーによりオンライン";
    case "writer":
      return onliner.comm === null ? "手動でオンライン" : `${onliner.comm} (pid ${onliner.pid}) によりオンライン`;
  }
}

export default {
  onliner: (onliner) => {
    const who = onlinerWords(onliner);
    return onliner.late === undefined ? who : `${who}(udev の ${onliner.late} より先)`;
  },
  onlinerLate: (word) =>
    `udev のルールが ${word} を書いた時には、ブロックはすでにオンラインでした。書き込みは EINVAL で、ゾーンはそのままです。auto_online_blocks=offline にすれば、ルールだけが決めます。`,
} satisfies OnlinerWords;
