/** What parts two profiles: the rows that differ, as they stand in ./rows.ts. */
import type { KernelVersion } from "../../hardware/description.ts";
import type { BootLogStyle, Profile } from "./profile.ts";
import { ROWS } from "./rows.ts";

export type RowValue = boolean | number | string | readonly string[];
export type RowName = Exclude<keyof Profile, "version" | "bootLog"> | `bootLog.${keyof BootLogStyle}`;

export interface ChangedRow {
  readonly name: RowName;
  readonly from: RowValue;
  readonly to: RowValue;
}

/** All rows of a profile by name, those of the boot log last. */
export function rowsOf(version: KernelVersion): ReadonlyMap<RowName, RowValue> {
  const { version: _, bootLog, ...rows } = ROWS[version];
  return new Map<RowName, RowValue>([
    ...(Object.entries(rows) as [RowName, RowValue][]),
    ...Object.entries(bootLog).map(([name, value]): [RowName, RowValue] => [`bootLog.${name}` as RowName, value]),
  ]);
}

/** The rows in which `to` is another kernel than `from`, in the order of the profile. */
export function changedRows(from: KernelVersion, to: KernelVersion): readonly ChangedRow[] {
  const before = rowsOf(from);
  return [...rowsOf(to)].flatMap(([name, value]) => {
    const was = before.get(name) as RowValue;
    return String(was) === String(value) ? [] : [{ name, from: was, to: value }];
  });
}
