/** Words for who brought a block online. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { Onliner } from "../../engine/memory/memory-block.ts";

/** Who brought a block online; nothing of boot. */
function onlinerWords(onliner: Onliner): string {
  switch (onliner.by) {
    case "boot":
      return "";
    case "auto-online":
      return "online by auto_online_blocks";
    case "undone-eject":
      return "online again: an eject was refused";
    case "undone-removal":
      return "online again: a removal was undone";
    case "driver":
      return "online by its driver";
    case "writer":
      return onliner.comm === null ? "online by hand" : `online by ${onliner.comm} (pid ${onliner.pid})`;
  }
}

const english = {
  onliner: (onliner: Onliner): string => {
    const who = onlinerWords(onliner);
    return onliner.late === undefined ? who : `${who}, before udev’s ${onliner.late}`;
  },
  onlinerLate: (word: string) =>
    `A rule of udev wrote ${word} when the block was online already: EINVAL, and it stays in the zone that it has. With auto_online_blocks=offline the rule alone decides.`,
};
export type OnlinerWords = Words<typeof english>;
export const onlinerStrings = inLanguages<OnlinerWords>(english, { ja: () => import("./onliner-strings.ja.ts") });
