/** 選んだ時点との違いの言葉。どの図でも同じ。 */
import { formatBytes, PAGE_SIZE } from "../../engine/units.ts";
import { count } from "../reading.ts";
import type { ChangeWords } from "./strings.ts";

const signed = (change: number, size: (value: number) => string): string =>
  change === 0 ? "" : change > 0 ? `+${size(change)}` : `−${size(-change)}`;
const amount = (pages: number): string => formatBytes(pages * PAGE_SIZE);

export default {
  switch: "変化を表示",
  since: (ns) => `${(ns / 1e9).toFixed(3)} s から:`,
  notKept: "その時点の記録なし",
  nothing: "まだなし",
  comma: "、",
  by: (change) => signed(change, count),
  byAmount: (pages) => signed(pages, amount),
  column: "変化",
  came: "新規",
  gone: "消滅",
} satisfies ChangeWords;
