/**
 * What stands above and below the axis, as marks in rows: entries of the direct mapping by level, physical memory, and the
 * memory map. A mark is an entry while there is room for it, else a run of entries alike. The picture, its cursor and its twin
 * are drawn from these. Pure.
 */
import type { Axis, KernelLook } from "./axis.ts";
import { gibibyteMarks, marksBelow, upperMarks } from "./direct-map-marks.ts";
import { type Fresh, Ground } from "./ground.ts";
import { type Mark, ROWS } from "./mark.ts";
import { memoryMapMarks } from "./memory-map-marks.ts";
import { physicalMarks } from "./physical-marks.ts";

export function marksOf(axis: Axis, look: KernelLook, fresh: Fresh): Mark[] {
  const ground = new Ground(axis, look, fresh);
  return [
    ...upperMarks(ground),
    ...gibibyteMarks(ground),
    ...marksBelow(ground),
    ...physicalMarks(ground),
    ...memoryMapMarks(ground),
  ];
}

/** The mark that a key leads to from another: neighbours in its row, or what stands above or below its middle. */
export function markTo(marks: readonly Mark[], at: number | null, key: string): number | null {
  const from = marks[at ?? -1];
  if (key === "End") return marks.length - 1;
  if (!from)
    return marks.length === 0 ? null : ["ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"].includes(key) ? 0 : null;
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const to = (at ?? 0) + (key === "ArrowRight" ? 1 : -1);
    return marks[to]?.row === from.row ? to : at;
  }
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const middle = (from.x0 + from.x1) / 2;
  const rows =
    key === "ArrowDown" ? ROWS.slice(ROWS.indexOf(from.row) + 1) : ROWS.slice(0, ROWS.indexOf(from.row)).reverse();
  for (const row of rows) {
    const there = marks.findIndex((one) => one.row === row && one.x0 <= middle && one.x1 >= middle);
    if (there >= 0) return there;
  }
  return at;
}
