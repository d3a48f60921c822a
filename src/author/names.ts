/** Names of a lesson's predicates held against its machine: a DIMM that the box has not can never be anywhere. */
import { itemsOf } from "../lessons/items.ts";
import type { Collection, Lesson, Predicate } from "../lessons/format.ts";
import { PANELS } from "../lessons/format.ts";
import type { RecordTables } from "../client/playground.ts";

/** Names that are there from the beginning or never. */
const LASTING = ["dimm", "node", "partition"] as const;

function known(records: RecordTables): Readonly<Record<(typeof LASTING)[number], ReadonlySet<unknown>>> {
  const keys = (collection: Collection) => new Set(itemsOf(collection, records).map(({ key }) => key));
  return { dimm: keys("dimms"), node: keys("nodes"), partition: keys("partitions") };
}

/** The first field that names what this machine has not: where, and what. */
export function unknownName(lesson: Lesson, records: RecordTables): string | undefined {
  const names = known(records);
  const among = (where: Readonly<Record<string, unknown>> | undefined, at: string): string | undefined => {
    for (const name of LASTING) {
      const value = where?.[name];
      for (const one of Array.isArray(value) ? value : [value])
        if (typeof one === "string" && one !== "none" && !names[name].has(one))
          return `${at}.${name}: expected one of ${[...names[name]].join(", ")}, got ${JSON.stringify(one)}`;
    }
    return undefined;
  };
  const inside = (predicate: Predicate | null | undefined, at: string): string | undefined => {
    if (!predicate) return undefined;
    let found = among(predicate.where, `${at}.where`) ?? among(predicate.is, `${at}.is`);
    for (const part of ["and", "or"] as const)
      for (const [i, one] of (predicate[part] ?? []).entries()) found ??= inside(one, `${at}.${part}[${i}]`);
    return found ?? (predicate.not ? inside(predicate.not, `${at}.not`) : undefined);
  };
  let found: string | undefined;
  if (!names.partition.has(lesson.partition))
    found = `partition: expected one of ${[...names.partition].join(", ")}, got ${JSON.stringify(lesson.partition)}`;
  for (const [i, { what }] of lesson.goal.entries()) found ??= inside(what, `goal[${i}]`);
  for (const [i, { when }] of lesson.wrong.entries()) found ??= inside(when, `wrong[${i}].when`);
  for (const [i, { until, ask, show }] of lesson.steps.entries()) {
    for (const place of show)
      if (!PANELS.includes(place) && !/^memory\d+$/.test(place) && !names.dimm.has(place))
        found ??= `steps[${i}].show: expected a memory block, one of ${[...names.dimm, ...PANELS].join(", ")}, got ${JSON.stringify(place)}`;
    found ??= inside(until, `steps[${i}].until`);
    for (const [o, { when }] of (ask?.options ?? []).entries()) found ??= inside(when, `steps[${i}].ask.options[${o}]`);
  }
  for (const [i, { options }] of lesson.predict.entries())
    for (const [o, { when }] of options.entries()) found ??= inside(when, `predict[${i}].options[${o}]`);
  return found;
}
