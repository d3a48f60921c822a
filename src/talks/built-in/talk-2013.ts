/** The talk of 2013 on memory hot-plug, in twenty scenes. */
import type { Talk } from "../format.ts";
import { opening } from "./opening.ts";
import { phases } from "./phases.ts";
import { thenAndNow } from "./then-and-now.ts";
import { waysOut } from "./ways-out.ts";

export const talk2013: Talk = {
  version: 1,
  name: "2013",
  title: "Development of memory hotplug",
  scenes: [...opening, ...phases, ...waysOut, ...thenAndNow],
};
