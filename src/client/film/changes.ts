/** What a frame changed in the tables of records. */
import type { Frame } from "../../protocol/messages.ts";
import type { RecordKind } from "../../protocol/records.ts";
import { NO_RECORDS } from "../apply-frame.ts";
import type { RecordTables } from "../playground.ts";
import { type RecordChange, recordChange } from "./shot.ts";
import { weigh } from "./weigh.ts";

export const KINDS = Object.keys(NO_RECORDS) as RecordKind[];

export const isRefusal = ({ kind, record }: RecordChange): boolean =>
  kind === "attempt" && record !== null && "result" in record && record.result === "failed";

type Table = Readonly<Record<string, RecordChange["record"]>>;

/** Records of a kind that come with one frame are alike: of more than so many, one in so many is weighed. */
const WEIGHED_EACH = 512;
const WEIGHED = 16;

/** What a frame's patches changed, and what went because there were too many. */
export function changesIn(before: RecordTables, after: RecordTables, { patches }: Frame): readonly RecordChange[] {
  const changes: RecordChange[] = [];
  const told = new Set<string>();
  const weightOf = scales();
  for (const [kind, key] of patches) {
    if (told.has(`${kind} ${key}`)) continue;
    told.add(`${kind} ${key}`);
    const record = (after[kind] as Table)[key] ?? null;
    if (record !== ((before[kind] as Table)[key] ?? null))
      changes.push(recordChange(kind, key, record, weightOf(kind, record)));
  }
  if (after.attempt === before.attempt) return changes;
  for (const key of Object.keys(before.attempt))
    if (!after.attempt[key] && !told.has(`attempt ${key}`)) changes.push(recordChange("attempt", key, null));
  return changes;
}

/** Weighs the records that come with one frame, and of many that are alike some. */
function scales(): (kind: RecordKind, record: RecordChange["record"]) => number {
  const weighed = new Map<RecordKind, { number: number; weight: number }>();
  return (kind, record) => {
    let last = weighed.get(kind);
    if (!last) {
      last = { number: 0, weight: 0 };
      weighed.set(kind, last);
    }
    if (last.number < WEIGHED_EACH || last.number % WEIGHED === 0) last.weight = weigh(record);
    last.number++;
    return last.weight;
  };
}

/** From one set of tables to another; a record that says the same is the same. */
export function changesOfAll(before: RecordTables, after: RecordTables): readonly RecordChange[] {
  const weightOf = scales();
  return KINDS.flatMap((kind) => {
    const was: Table = before[kind];
    const is: Table = after[kind];
    return [
      ...Object.keys(was).flatMap((key) => (is[key] ? [] : [recordChange(kind, key, null)])),
      ...Object.entries(is).flatMap(([key, record]) =>
        saysTheSame(was[key], record) ? [] : [recordChange(kind, key, record, weightOf(kind, record))],
      ),
    ];
  });
}

export const saysTheSame = (one: unknown, other: unknown): boolean =>
  one === other || (one !== undefined && JSON.stringify(one) === JSON.stringify(other));
