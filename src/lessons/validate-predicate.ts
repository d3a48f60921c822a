/** Predicates checked where they enter: a field that a collection has not is a fault, for the goal could never hold. */
import * as v from "valibot";
import { expected, show } from "../protocol/border.ts";
import { BUILT_IN, COLLECTIONS, type Collection, type Predicate } from "./format.ts";
import { FIELDS, isComparison, LAST_FIELDS } from "./items.ts";

export type RawPredicate = Readonly<Record<string, unknown>>;

const QUANTIFIERS = ["all", "any", "none", "count"] as const;
/** What stands beside a predicate in the same object. */
const BESIDE: ReadonlySet<string> = new Set(["id", "kind", "say", "after", "of", "sum", "first", "list", "comment"]);
const OWN: ReadonlySet<string> = new Set([...QUANTIFIERS, "where", "is", "value", "last", "and", "or", "not"]);

export const quantifierOf = (input: unknown): (typeof QUANTIFIERS)[number] | undefined =>
  QUANTIFIERS.find((one) => input !== null && typeof input === "object" && one in input);

/** A finding of the check: where, and what. */
interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const isObject = (value: unknown): value is RawPredicate =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** `is: "pages >= 100"` is short for `is: { pages: ">= 100" }`. */
const SHORT = /^\s*(\w+)\s*((?:>=|<=|!=|=|>|<)\s*-?\d+(?:\.\d+)?)\s*$/;

function longForm(value: unknown): unknown {
  const [, field, comparison] = (typeof value === "string" && SHORT.exec(value)) || [];
  return field !== undefined && comparison !== undefined ? { [field]: comparison } : value;
}

function expectationsProblem(
  value: unknown,
  known: Readonly<Record<string, string>>,
  path: readonly (string | number)[],
): Problem | undefined {
  if (!isObject(value)) return { path, message: `expected an object, got ${show(value)}` };
  for (const [name, wanted] of Object.entries(value)) {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    const at = [...path, name];
    if (kind === undefined) return { path: at, message: `expected one of ${Object.keys(known).join(", ")}` };
    if (kind === "boolean" && typeof wanted !== "boolean")
      return { path: at, message: `expected true or false, got ${show(wanted)}` };
    if (kind === "boolean") continue;
    const all = isList(wanted) ? wanted : [wanted];
    if (all.length === 0) return { path: at, message: "expected a value, got a list of 0" };
    for (const one of all) {
      const fits =
        kind === "number"
          ? typeof one === "number" || (typeof one === "string" && isComparison(one))
          : typeof one === "string";
      if (!fits)
        return {
          path: at,
          message: `expected ${kind === "number" ? 'a number or a comparison like ">= 100"' : "a text"}, got ${show(one)}`,
        };
    }
  }
  return undefined;
}

function problemOf(input: unknown, path: readonly (string | number)[], top: boolean): Problem | undefined {
  if (!isObject(input)) return { path, message: `expected a predicate, got ${show(input)}` };
  for (const key of Object.keys(input))
    if (!OWN.has(key) && !(top && BESIDE.has(key)))
      return { path: [...path, key], message: `expected one of ${[...OWN].join(", ")}` };
  const quantifiers = QUANTIFIERS.filter((one) => one in input);
  if (quantifiers.length > 1) return { path, message: `expected only one of ${quantifiers.join(", ")}` };
  const [quantifier] = quantifiers;
  const has = quantifier !== undefined || ["last", "and", "or", "not"].some((one) => one in input);
  if (!has) {
    const named = typeof input.is === "string" ? BUILT_IN.find((one) => one === input.is) : undefined;
    if (named) return undefined;
    return { path, message: `expected one of ${QUANTIFIERS.join(", ")}, last, and, or, not` };
  }
  if (quantifier !== undefined) {
    const over = input[quantifier];
    const known = COLLECTIONS.find((one) => one === over);
    if (!known)
      return { path: [...path, quantifier], message: `expected one of ${COLLECTIONS.join(", ")}, got ${show(over)}` };
    for (const part of ["where", "is"] as const) {
      if (!(part in input)) continue;
      const problem = expectationsProblem(longForm(input[part]), FIELDS[known as Collection], [...path, part]);
      if (problem) return problem;
    }
  } else
    for (const part of ["where", "is"] as const)
      if (part in input) return { path: [...path, part], message: `expected only with ${QUANTIFIERS.join(", ")}` };
  if ("value" in input) {
    const { value } = input;
    const fits = typeof value === "number" || (typeof value === "string" && isComparison(value));
    if (quantifier !== "count" || !fits)
      return { path: [...path, "value"], message: `expected with count a number or a comparison, got ${show(value)}` };
  }
  if ("last" in input) {
    const problem = expectationsProblem(input.last, LAST_FIELDS, [...path, "last"]);
    if (problem) return problem;
  }
  for (const part of ["and", "or"] as const) {
    if (!(part in input)) continue;
    const all = input[part];
    if (!isList(all) || all.length === 0 || all.length > 16)
      return { path: [...path, part], message: `expected a list of up to 16 predicates, got ${show(all)}` };
    for (const [i, one] of all.entries()) {
      const problem = problemOf(one, [...path, part, i], false);
      if (problem) return problem;
    }
  }
  return "not" in input ? problemOf(input.not, [...path, "not"], false) : undefined;
}

/** Short forms made long, in all parts. */
function normal(raw: RawPredicate): Predicate {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (key === "is" && typeof value === "string" && quantifierOf(raw) === undefined) out.built = value;
    else if (key === "where" || key === "is") out[key] = longForm(value);
    else if (key === "and" || key === "or") out[key] = (value as RawPredicate[]).map(normal);
    else if (key === "not") out[key] = normal(value as RawPredicate);
    else if (OWN.has(key)) out[key] = value;
  }
  return out as Predicate;
}

export const predicateSchema = v.pipe(
  v.custom<RawPredicate>(isObject, expected("a predicate")),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const problem = problemOf(dataset.value, [], true);
    if (problem === undefined) return normal(dataset.value);
    let input: unknown = dataset.value;
    const path = problem.path.map((key) => {
      const item = { type: "unknown" as const, origin: "value" as const, input, key, value: undefined as unknown };
      input = isObject(input) || isList(input) ? (input as Record<string | number, unknown>)[key] : undefined;
      item.value = input;
      return item;
    });
    const [first, ...rest] = path;
    addIssue(first ? { message: problem.message, path: [first, ...rest] } : { message: problem.message });
    return NEVER;
  }),
) as unknown as v.GenericSchema<unknown, Predicate>;
