/**
 * What all formats share where they enter: JSON text becomes a checked value, or one line that names the file and
 * the field (`x.json: steps[3].do.hotadd.size: expected a size like 512M, got 5`). Nothing here throws on bad input.
 */
import * as v from "valibot";
import { parseSize } from "../engine/units.ts";

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** The longest text of a file that is read at all, in UTF-16 units: real traces are below 1 MiB. */
export const MAX_TEXT = 256 * 1024 * 1024;
const SHOWN = 60;

/** Reads JSON text and checks it against a schema. `file` only names it in the problem. */
export function readJson<T>(schema: v.GenericSchema<unknown, T>, text: string, file: string): Checked<T> {
  if (text.length > MAX_TEXT) return { ok: false, problem: `${file}: larger than 256 MiB` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      ok: false,
      problem: `${file}: not JSON: ${oneLine(error instanceof Error ? error.message : String(error))}`,
    };
  }
  return check(schema, value, file);
}

/** Checks a value against a schema; the first thing wrong is the problem. */
export function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown, file: string): Checked<T> {
  let result: ReturnType<typeof v.safeParse<typeof schema>>;
  try {
    result = v.safeParse(schema, value, { abortEarly: true });
  } catch (error) {
    // Nesting so deep that checking it runs out of stack.
    return { ok: false, problem: `${file}: ${oneLine(error instanceof Error ? error.message : String(error))}` };
  }
  if (result.success) return { ok: true, value: result.output };
  const issue = result.issues[0];
  const path = fieldPath(issue.path);
  return { ok: false, problem: `${file}: ${path === "" ? "" : `${path}: `}${oneLine(issue.message)}` };
}

function fieldPath(path: readonly { readonly key: unknown }[] | undefined): string {
  let text = "";
  for (const { key } of path ?? []) {
    if (typeof key === "number") text += `[${key}]`;
    else if (/^[\w-]+$/.test(String(key))) text += text === "" ? String(key) : `.${String(key)}`;
    else text += `[${show(key)}]`;
  }
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function oneLine(text: string): string {
  // Control characters of the input never reach a terminal.
  const clean = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return clean.length > 300 ? `${clean.slice(0, 300)}…` : clean;
}

/** A value in few words, for "got …". */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === "object") return "an object";
  if (typeof value === "number") return String(value);
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** Message of a schema: what was expected, and what came. */
export const expected =
  (what: string) =>
  (issue: { readonly input: unknown }): string =>
    `expected ${what}, got ${show(issue.input)}`;

/** Message of an object schema: a missing field is named by its path. */
const object = (what: string) => (issue: { readonly input: unknown; readonly expected: string | null }) =>
  issue.expected?.startsWith('"') ? "missing" : expected(what)(issue);

const isObject = (input: unknown): input is object =>
  typeof input === "object" && input !== null && !Array.isArray(input);

/** An object whose named fields hold; further fields are left out. */
export function fields<T extends v.ObjectEntries>(what: string, entries: T) {
  return v.pipe(v.custom<object>(isObject, expected(what)), v.object(entries, object(what)));
}

export function whole(min: number, max: number) {
  const message = expected(min === 0 ? `a whole number up to ${max}` : `a whole number from ${min} to ${max}`);
  return v.pipe(v.number(message), v.integer(message), v.minValue(min, message), v.maxValue(max, message));
}

export function text(max: number, what = "text") {
  return v.pipe(v.string(expected(what)), v.maxLength(max, expected(`${what} of at most ${max} characters`)));
}

/** A list whose length is checked before its items are: a billion of them are refused at once. */
export function list<T extends v.GenericSchema>(item: T, max: number, what = "a list") {
  const items = v.array(v.unknown(), expected(what));
  return v.pipe(items, v.maxLength(max, expected(`${what} of at most ${max}`)), v.array(item));
}

export function words<const T extends readonly string[]>(choices: T) {
  return v.picklist(choices, expected(`one of ${choices.join(", ")}`));
}

/** A size with a unit (`512M`, `16G`), in bytes from `min` to `max`; kept as text, for that is how machines are written. */
export function sizeText(min: number, max: number, bound: string) {
  const message = expected("a size like 512M");
  return v.pipe(
    v.string(message),
    v.regex(/^\d{1,15}[KMGT]$/, message),
    v.check(
      (size) => {
        const value = parseSize(size);
        return value !== undefined && value >= min && value <= max;
      },
      expected(`a size ${bound}`),
    ),
  );
}
