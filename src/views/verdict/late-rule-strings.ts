/** Words for a rule of udev that came too late. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import type { Lost } from "./lost-to.ts";

export const AUTO_ONLINE_FILE = "/sys/devices/system/memory/auto_online_blocks";

const share = (many: number, all: number, dimm: string): string =>
  many === all ? `all ${all} blocks of ${dimm}` : `${many} of the ${all} blocks of ${dimm}`;
const inZones = (zones: readonly string[]): string => zones.join(" and ");
const before = (who: string) => (dimm: string, many: number, all: number, zones: readonly string[]) =>
  `${who} had brought ${share(many, all, dimm)} online in ${inZones(zones)} when udev’s worker wrote.`;

const english = {
  head: (word: string) => `udev’s rule came too late: its ${word} was refused (EINVAL)`,
  first: {
    "auto-online": (dimm: string, many: number, all: number, zones: readonly string[]) =>
      `auto_online_blocks brings blocks online while memory is being added, and nobody else can write to them meanwhile: ${share(many, all, dimm)} went to ${inZones(zones)}. udev hears of a block only then.`,
    "undone-eject": before("A refused eject"),
    "undone-removal": before("A removal that was undone"),
    driver: before("The driver of the device"),
    writer: before("Somebody"),
  } satisfies Record<Lost["by"], unknown>,
  harmless: (word: string) => `${word} would have put them there as well: nothing is lost but the write.`,
  stays: (word: string) =>
    word === "online_movable"
      ? "They stay in that zone, where the kernel may put pages of its own that can’t move: the DIMM may not leave again."
      : "They stay in that zone, as long as they are online.",
  remedy: `What prevents it: only one of the two. With auto_online_blocks at offline (memhp_default_state=offline at boot) the rule alone decides, from the next DIMM on.`,
  now: "auto_online_blocks is at offline now: the rule alone decides about the next DIMM.",
  act: "Set auto_online_blocks to offline",
} as const;
export type LateRuleWords = Words<typeof english>;
export const lateRuleStrings = inLanguages<LateRuleWords>(english, { ja: () => import("./late-rule-strings.ja.ts") });
