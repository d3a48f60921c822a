/** Words for what differs from a chosen moment, the same in every view. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { formatBytes, PAGE_SIZE } from "../../engine/units.ts";
import { count } from "../reading.ts";

const signed = (change: number, size: (value: number) => string): string =>
  change === 0 ? "" : change > 0 ? `+${size(change)}` : `−${size(-change)}`;
const amount = (pages: number): string => formatBytes(pages * PAGE_SIZE);

const english = {
  switch: "Show changes",
  /** Simulated ns. */
  since: (ns: number) => `since ${(ns / 1e9).toFixed(3)} s:`,
  notKept: "nothing of this was kept then",
  nothing: "nothing yet",
  comma: ", ",
  /** Signed; nothing for nothing. */
  by: (change: number) => signed(change, count),
  /** Pages, as memory. */
  byAmount: (pages: number) => signed(pages, amount),
  /** Head of the column of a table. */
  column: "Changed",
  came: "new",
  gone: "gone",
} as const;

export type ChangeWords = Words<typeof english>;
export const changeStrings = inLanguages<ChangeWords>(english, { ja: () => import("./strings.ja.ts") });
