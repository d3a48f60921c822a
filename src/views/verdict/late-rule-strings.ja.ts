/** 間に合わなかった udev のルールについての日本語。 */
import type { LateRuleWords } from "./late-rule-strings.ts";

const share = (many: number, all: number, dimm: string): string =>
  many === all ? `${dimm} の ${all} ブロックすべて` : `${dimm} の ${all} ブロックのうち ${many} 個`;
const before = (who: string) => (dimm: string, many: number, all: number, zones: readonly string[]) =>
  `udev のワーカーが書いた時には、${who}が${share(many, all, dimm)}を ${zones.join("、")} でオンラインにしていました。`;

export default {
  head: (word) => `udev のルールは間に合いませんでした: ${word} は拒否されました (EINVAL)`,
  first: {
    "auto-online": (dimm, many, all, zones) =>
      `auto_online_blocks はメモリの追加中にブロックをオンラインにし、その間はほかの誰も書けません。${share(many, all, dimm)}が ${zones.join("、")} に入りました。udev がブロックを知るのはその後です。`,
    "undone-eject": before("拒否された取り外し"),
    "undone-removal": before("取り消された取り外し"),
    driver: before("デバイスのドライバー"),
    writer: before("ほかの誰か"),
  },
  harmless: (word) => `${word} でも同じゾーンに入ったはずです。失われたのは書き込みだけです。`,
  stays: (word) =>
    word === "online_movable"
      ? "ブロックはそのゾーンに残ります。カーネルが移動できない自分のページを置くことがあり、DIMM は抜けなくなるかもしれません。"
      : "ブロックは、オンラインの間はそのゾーンに残ります。",
  remedy:
    "防ぐには、どちらか一方だけにします。auto_online_blocks を offline にすれば (ブート時は memhp_default_state=offline)、次の DIMM からはルールだけが決めます。",
  now: "auto_online_blocks は offline になりました。次の DIMM はルールだけが決めます。",
  act: "auto_online_blocks を offline にする",
} satisfies LateRuleWords;
