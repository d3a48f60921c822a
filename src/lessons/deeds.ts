/** What is done in a lesson, in a line. */
import { occasionWords } from "../client/owners.ts";
import { occasionOf } from "../engine/time/occasion-of.ts";
import { isBoot } from "./boot.ts";
import type { Doing } from "./format.ts";
import type { Deed } from "./items.ts";
import { isPoint } from "./pointing.ts";
import { lessonStrings as strings } from "./strings.ts";

/** What was done. */
export function deedText(command: Deed["command"]): string {
  if (command.do === "point")
    return strings.point[command.at === "followed" ? "followed" : "did"](strings.point.name(command));
  if (command.do === "write") {
    const short = command.path.replace("/sys/devices/system/memory/", "");
    return `echo ${command.text.trim()} > ${short}`;
  }
  return [command.do, "dimm" in command ? command.dimm : ""].join(" ").trim();
}

/** What a solution does. */
export function doingText(doing: Doing): string {
  if (typeof doing === "string") return doing;
  if (isBoot(doing)) return strings.boot.as(doing.cmdline);
  if (isPoint(doing))
    return strings.point.doing[doing.at ?? "thing"](doing.page ?? doing.block ?? doing.dimm ?? doing.node ?? "");
  return occasionWords(occasionOf(doing));
}
