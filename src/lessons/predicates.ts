/** Predicates over the machine as the client's store has it, with how far each has come. Pure. */
import type { RecordTables } from "../client/playground.ts";
import type { Expectations, Figure, Predicate, Prediction } from "./format.ts";
import { compares, type Deed, type Item, itemsOf, meetsAll, valuesOfAct } from "./items.ts";

export interface World {
  readonly records: RecordTables;
  /** What a person did last, and what the answer was. */
  readonly last: Deed | null;
  /** All that was done so far, oldest first. */
  readonly acts?: readonly Deed[];
}

/** Whether something holds, how many of how many things it holds for, and of which it is told. */
export interface Finding {
  readonly holds: boolean;
  readonly met: number;
  readonly of: number;
  /** Keys of the records that make it true, or for `all` and `none` keep it from being so. */
  readonly items: readonly string[];
}

const plain = (holds: boolean): Finding => ({ holds, met: holds ? 1 : 0, of: 1, items: [] });
const weigh = (items: readonly Item[]): number => items.reduce((sum, { weight }) => sum + weight, 0);
const keys = (items: readonly Item[]): string[] => items.map(({ key }) => key);

function quantified(predicate: Predicate, { records, acts }: World): Finding | null {
  const { all, any, none, count } = predicate;
  const over = all ?? any ?? none ?? count;
  if (over === undefined) return null;
  const items = itemsOf(over, records, acts).filter(({ values }) => meetsAll(values, predicate.where ?? {}));
  const is: Expectations = predicate.is ?? {};
  const good = items.filter(({ values }) => meetsAll(values, is));
  const [met, of] = [weigh(good), weigh(items)];
  if (all !== undefined) {
    const bad = items.filter((item) => !good.includes(item));
    return { holds: of > 0 && met === of, met, of, items: keys(bad) };
  }
  if (none !== undefined) return { holds: met === 0, met: of - met, of, items: keys(good) };
  if (any !== undefined) return { holds: met > 0, met: Math.min(1, met), of: 1, items: keys(good) };
  const value = predicate.value ?? ">= 1";
  const wanted = typeof value === "number" ? value : Number(/-?\d+/.exec(value)?.[0] ?? 1);
  return { holds: compares(met, value), met, of: wanted, items: keys(good) };
}

/** The finding of the part that says most; all parts have to hold. */
function together(parts: readonly Finding[]): Finding {
  const [only] = parts;
  if (!only) return plain(true);
  if (parts.length === 1) return only;
  const holds = parts.every((part) => part.holds);
  const open = parts.find((part) => !part.holds) ?? only;
  const counted = parts.filter((part) => part.of > 1);
  const shown = counted.length === 1 && counted[0] ? counted[0] : open;
  return { holds, met: shown.met, of: shown.of, items: parts.flatMap((part) => part.items) };
}

/**
 * What becomes of a predicate in a world. `built` is asked about what needs a memory (./book.ts): here such a keep has
 * never been hurt.
 */
export function find(
  predicate: Predicate,
  world: World,
  built: (name: NonNullable<Predicate["built"]>) => Finding = () => plain(true),
): Finding {
  const parts: Finding[] = [];
  if (predicate.last !== undefined)
    parts.push(plain(world.last !== null && meetsAll(valuesOfAct(world.last), predicate.last)));
  const own = quantified(predicate, world);
  if (own) parts.push(own);
  if (predicate.and) parts.push(together(predicate.and.map((one) => find(one, world, built))));
  if (predicate.or) {
    const found = predicate.or.map((one) => find(one, world, built));
    const best = found.find(({ holds }) => holds) ?? found[0] ?? plain(false);
    parts.push(best);
  }
  if (predicate.not) {
    const inner = find(predicate.not, world, built);
    parts.push({ ...plain(!inner.holds), items: inner.items });
  }
  if (predicate.built !== undefined) parts.push(built(predicate.built));
  return together(parts);
}

/** The options of a question that are true of a machine, by their numbers. */
export const trueOptions = ({ options }: Pick<Prediction, "options">, world: World): number[] =>
  options.flatMap(({ when }, i) => (find(when, world).holds ? [i] : []));

const figured = ({ over, where, is }: Figure, records: RecordTables): Item[] =>
  itemsOf(over, records).filter(({ values }) => meetsAll(values, where) && meetsAll(values, is));

/** Keys of the records that a figure is about, each once. */
export const figureKeys = (of: Figure, records: RecordTables): readonly string[] => [
  ...new Set(keys(figured(of, records))),
];

/** A figure of a text, as it is now: a number, a name, names. */
export function figure(what: Figure, records: RecordTables): string | number {
  const { how, of } = what;
  const items = figured(what, records);
  const named = (item: Item | undefined): string => {
    const value = item?.values[of ?? ""];
    return Array.isArray(value) ? (value[0] ?? "") : String(value ?? "");
  };
  if (how === "count") return weigh(items);
  if (how === "sum") return Math.round(items.reduce((sum, { values }) => sum + Number(values[of ?? ""] ?? 0), 0));
  if (how === "list") return items.map((item) => named(item)).join(", ");
  const [first] = items;
  const value = first?.values[of ?? ""];
  return typeof value === "number" ? value : named(first);
}
