/** `sort` and `uniq`, in the C locale. */
import { absolute } from "../../state.ts";
import { type Budget, type Running, breathe, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import {
  badOptions,
  cannotOpen,
  complain,
  optionError,
  options,
  mapped,
  parted,
  print,
  printAll,
  usage,
} from "../output.ts";
import { Writer, eachLine, sources } from "../sources.ts";

const WRONG = 2;

interface Key {
  readonly from: readonly [field: number, character: number];
  /** `null`: to the end of the line. A character of 0 is the end of the field. */
  readonly to: readonly [field: number, character: number] | null;
  readonly how: string;
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const SUFFIXES = "KMGTPEZY";

export function* sort(context: CommandContext): Running<number> {
  const given = options(obsolete(context.args), "bdfgiMhnRrVcCk:mo:sS:t:T:uz\0:", {
    "ignore-leading-blanks": "b",
    "dictionary-order": "d",
    "ignore-case": "f",
    "general-numeric-sort": "g",
    "month-sort": "M",
    "human-numeric-sort": "h",
    "numeric-sort": "n",
    reverse: "r",
    "version-sort": "V",
    parallel: "\0",
    check: "c",
    key: "k",
    merge: "m",
    output: "o",
    stable: "s",
    "field-separator": "t",
    unique: "u",
    "zero-terminated": "z",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given), WRONG);
  const { flags, values, rest } = given;
  const threads = flags.get("\0");
  if (threads !== undefined && !/^\d+$/.test(threads))
    return yield* complain(context, `invalid --parallel argument '${threads}'`, WRONG);
  if (threads !== undefined && Number(threads) === 0)
    return yield* complain(context, "number in parallel must be nonzero", WRONG);
  const separator = flags.get("t");
  if (separator === "") return yield* complain(context, "empty tab", WRONG);
  if (separator !== undefined && separator.length > 1 && separator !== "\\0")
    return yield* complain(context, `multi-character tab '${separator}'`, WRONG);
  const global = [..."bdfgiMhnrV"].filter((letter) => flags.has(letter)).join("");
  const keys: Key[] = [];
  for (const text of values.get("k") ?? []) {
    const key = parseKey(text, global);
    if (typeof key === "string") return yield* complain(context, key, WRONG);
    keys.push(key);
  }
  if (keys.length === 0) keys.push({ from: [1, 1], to: null, how: global });
  const end = flags.has("z") ? "\0" : "\n";
  const { all, status } = yield* sources(context, rest);
  if (status !== 0) return WRONG;
  const { budget } = context.state;
  const inputs: { readonly line: string; readonly keys: readonly string[] }[][] = [];
  for (const { text } of all) {
    const parts = yield* parted(text, budget, end);
    inputs.push(
      yield* mapped(
        parts,
        budget,
        (line) => ({ line, keys: keys.map((key) => keyOf(line, key, separator)) }),
        NS_PER_KEY,
      ),
    );
  }
  let prepared = inputs[0] ?? [];
  // Not `flat`, which takes its time over many.
  for (const input of inputs.slice(1)) prepared = prepared.concat(input);
  const byKeys = (a: (typeof prepared)[number], b: (typeof prepared)[number]): number => {
    for (const [i, key] of keys.entries()) {
      const difference = compare(a.keys[i] as string, b.keys[i] as string, key.how);
      if (difference !== 0) return key.how.includes("r") ? -difference : difference;
    }
    return 0;
  };
  const lastResort =
    flags.has("s") || flags.has("u")
      ? () => 0
      : (a: string, b: string) => (global.includes("r") ? order(b, a) : order(a, b));
  const full = (a: (typeof prepared)[number], b: (typeof prepared)[number]): number =>
    byKeys(a, b) || lastResort(a.line, b.line);
  if (flags.has("c") || flags.has("C")) {
    for (let i = 1; i < prepared.length; i++) {
      budget.spend(NS_PER_KEY);
      yield* breathe(budget);
      const [a, b] = [prepared[i - 1] as (typeof prepared)[number], prepared[i] as (typeof prepared)[number]];
      if (flags.has("u") ? byKeys(a, b) < 0 : full(a, b) <= 0) continue;
      return flags.has("C") ? 1 : yield* complain(context, `${rest[0] ?? "-"}:${i + 1}: disorder: ${b.line}`);
    }
    return 0;
  }
  const sorted = flags.has("m") ? yield* merged(inputs, full, budget) : yield* sortedBy(prepared, full, budget);
  const shown = function* (): Iterable<string> {
    for (const [i, each] of sorted.entries())
      if (!flags.has("u") || i === 0 || byKeys(sorted[i - 1] as typeof each, each) !== 0) yield each.line + end;
  };
  const path = flags.get("o");
  if (path === undefined) return (yield* printAll(context, shown(), (text) => text)) === 0 ? 0 : WRONG;
  const text = [...shown()].join("");
  const { files } = context.state.system;
  const target = absolute(context.state, path);
  const refused = files.open(target, "write");
  if (refused === null) files.truncate(target);
  const errno = refused ?? (yield* writeThrough(files, target, text));
  return errno === null
    ? 0
    : yield* complain(context, `open failed: ${cannotOpen({ ...context, name: "" }, path, errno)}`, WRONG);
}

/** `+1 -2`, the form of old, as `-k 2,2`. */
const obsolete = (args: readonly string[]): string[] =>
  args.flatMap((arg, i) => {
    const from = /^\+(\d+)$/.exec(arg);
    const to = /^-(\d+)$/.exec(args[i + 1] ?? "");
    if (from) return ["-k", `${Number(from[1]) + 1}${to ? `,${to[1]}` : ""}`];
    return /^-\d+$/.test(arg) && /^\+\d+$/.test(args[i - 1] ?? "") ? [] : [arg];
  });

/** What finding a key, or comparing two lines by theirs, costs. */
const NS_PER_KEY = 400;
/** Lines that are sorted at once. */
const RUN = 128;

/** Runs of lines sorted, then merged two by two: others go on meanwhile. What is equal keeps its order. */
export function* sortedBy<T>(
  items: readonly T[],
  order: (a: T, b: T) => number,
  budget: Budget,
): Running<readonly T[]> {
  let from: T[] = [];
  for (let at = 0; at < items.length; at += RUN) {
    for (const item of items.slice(at, at + RUN).sort(order)) from.push(item);
    budget.spend(NS_PER_KEY * RUN * Math.log2(RUN));
    yield* breathe(budget);
  }
  for (let width = RUN; width < from.length; width *= 2) {
    const to: T[] = [];
    for (let at = 0; at < from.length; at += 2 * width) {
      const [middle, end] = [Math.min(at + width, from.length), Math.min(at + 2 * width, from.length)];
      for (let [left, right] = [at, middle]; left < middle || right < end; ) {
        const takesLeft = right >= end || (left < middle && order(from[left] as T, from[right] as T) <= 0);
        to.push(from[takesLeft ? left++ : right++] as T);
        budget.spend(NS_PER_KEY);
        yield* breathe(budget);
      }
    }
    from = to;
  }
  return from;
}

/** The first of all the inputs' next lines, again and again: in order where each input is. */
function* merged<T>(inputs: readonly (readonly T[])[], order: (a: T, b: T) => number, budget: Budget): Running<T[]> {
  const result: T[] = [];
  const ahead = inputs.map((input) => [...input].reverse()).filter((input) => input.length > 0);
  while (ahead.length > 0) {
    budget.spend(NS_PER_KEY * ahead.length);
    yield* breathe(budget);
    const least = ahead.reduce((best, input) => (order(input.at(-1) as T, best.at(-1) as T) < 0 ? input : best));
    result.push(least.pop() as T);
    if (least.length === 0) ahead.splice(ahead.indexOf(least), 1);
  }
  return result;
}

function parseKey(text: string, global: string): Key | string {
  const match = /^(\d+)(?:\.(\d+))?([bdfgiMhnrV]*)(?:,(\d+)(?:\.(\d+))?([bdfgiMhnrV]*))?$/.exec(text);
  if (!match) return `invalid number at field start: invalid count at start of '${text}'`;
  const [, field = "", character = "1", startHow = "", endField, endCharacter = "0", endHow = ""] = match;
  if (Number(field) === 0) return `field number is zero: invalid field specification '${text}'`;
  if (Number(character) === 0) return `character offset is zero: invalid field specification '${text}'`;
  if (endField !== undefined && Number(endField) === 0)
    return `field number is zero: invalid field specification '${text}'`;
  return {
    from: [Number(field), Math.max(1, Number(character))],
    to: endField === undefined ? null : [Number(endField), Number(endCharacter)],
    // Options of a key replace those of the command.
    how: startHow + endHow === "" ? global : startHow + endHow,
  };
}

/** Where fields begin and end. Without a separator a field takes the blanks before it. */
function fieldsOf(line: string, separator: string | undefined): [number, number][] {
  const fields: [number, number][] = [];
  if (separator !== undefined) {
    let at = 0;
    for (;;) {
      const end = line.indexOf(separator, at);
      fields.push([at, end < 0 ? line.length : end]);
      if (end < 0) return fields;
      at = end + 1;
    }
  }
  let at = 0;
  while (at < line.length) {
    let end = at;
    while (end < line.length && /[ \t]/.test(line[end] as string)) end++;
    while (end < line.length && !/[ \t]/.test(line[end] as string)) end++;
    fields.push([at, end]);
    at = end;
  }
  return fields;
}

function keyOf(line: string, { from, to, how }: Key, separator: string | undefined): string {
  if (from[0] === 1 && from[1] === 1 && to === null) return how.includes("b") ? line.replace(/^[ \t]+/, "") : line;
  const fields = fieldsOf(line, separator);
  const place = ([field, character]: readonly [number, number], isEnd: boolean): number => {
    const bounds = fields[field - 1];
    if (!bounds) return line.length;
    if (isEnd && character === 0) return bounds[1];
    let [start] = bounds;
    if (how.includes("b")) while (start < bounds[1] && /[ \t]/.test(line[start] as string)) start++;
    return Math.min(line.length, start + character - (isEnd ? 0 : 1));
  };
  const start = place(from, false);
  const key = line.slice(start, to === null ? line.length : Math.max(start, place(to, true)));
  return how.includes("b") ? key.replace(/^[ \t]+/, "") : key;
}

function compare(a: string, b: string, how: string): number {
  if (how.includes("n")) return compareNumbers(a, b);
  if (how.includes("g")) return general(a) - general(b);
  if (how.includes("h")) return human(a) - human(b);
  if (how.includes("M")) return month(a) - month(b);
  if (how.includes("V")) return version(a, b);
  const clean = (text: string): string => {
    const known = how.includes("d")
      ? text.replace(/[^A-Za-z0-9 \t]/g, "")
      : how.includes("i")
        ? text.replace(/[^ -~]/g, "")
        : text;
    return how.includes("f") ? known.toUpperCase() : known;
  };
  return order(clean(a), clean(b));
}

const NUMBER = /^[ \t]*(-?)(\d*)(?:\.(\d*))?/;

/** Numbers of any length. */
function compareNumbers(a: string, b: string): number {
  const read = (text: string) => {
    const [, sign = "", whole = "", fraction = ""] = NUMBER.exec(text) ?? [];
    return {
      negative: sign === "-" && /[1-9]/.test(whole + fraction),
      whole: whole.replace(/^0+/, ""),
      fraction: fraction.replace(/0+$/, ""),
    };
  };
  const [x, y] = [read(a), read(b)];
  if (x.negative !== y.negative) return x.negative ? -1 : 1;
  const size = x.whole.length - y.whole.length || order(x.whole, y.whole) || order(x.fraction, y.fraction);
  return x.negative ? -size : size;
}

function general(text: string): number {
  const number = /^\s*[+-]?(?:0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?)/i.exec(text)?.[0].trim();
  if (number === undefined) return Number.MIN_SAFE_INTEGER * 2 ** 900;
  return /inf/i.test(number) ? (number.startsWith("-") ? -Number.MAX_VALUE : Number.MAX_VALUE) : Number(number);
}

function human(text: string): number {
  const [, sign = "", digits = "0", suffix = ""] = /^[ \t]*(-?)(\d*\.?\d*)([KMGTPEZYk]?)/.exec(text) ?? [];
  const value =
    Number(digits || 0) * (suffix === "" ? 1 : 1e6 ** 2 * 1e4 ** (SUFFIXES.indexOf(suffix.toUpperCase()) + 1));
  return sign === "-" ? -value : value;
}

const month = (text: string): number => MONTHS.indexOf(text.trimStart().slice(0, 3).toUpperCase());

/** Digits compare as numbers, the rest by character, `~` before everything. */
function version(a: string, b: string): number {
  const parts = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p = "", q = ""] = [x[i], y[i]];
    if (p === q) continue;
    if (/^\d/.test(p) && /^\d/.test(q)) {
      const difference = compareNumbers(p, q);
      if (difference !== 0) return difference;
      continue;
    }
    if (p.startsWith("~") !== q.startsWith("~")) return p.startsWith("~") ? -1 : 1;
    return order(p, q);
  }
  return order(a, b);
}

export function* uniq(context: CommandContext): Running<number> {
  const given = options(context.args, "cdDuif:s:w:z", {
    count: "c",
    repeated: "d",
    unique: "u",
    "ignore-case": "i",
    "skip-fields": "f",
    "skip-chars": "s",
    "check-chars": "w",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length > 2) return yield* usage(context, `extra operand '${rest[2]}'`);
  for (const letter of "fsw")
    if (flags.has(letter) && !/^\d+$/.test(flags.get(letter) ?? ""))
      return yield* complain(
        context,
        `${flags.get(letter)}: invalid number of ${letter === "f" ? "fields" : "bytes"} to ${letter === "w" ? "compare" : "skip"}`,
      );
  const key = (line: string): string => {
    let text = line;
    for (let i = Number(flags.get("f") ?? 0); i > 0; i--) text = text.replace(/^[ \t]*[^ \t]*/, "");
    text = text.slice(Number(flags.get("s") ?? 0));
    if (flags.has("w")) text = text.slice(0, Number(flags.get("w")));
    return flags.has("i") ? text.toLowerCase() : text;
  };
  const out = new Writer((text) => print(context, text));
  let run: { line: string; key: string; count: number } | undefined;
  const finish = function* (): Running<void> {
    if (!run || (flags.has("d") && run.count === 1) || (flags.has("u") && run.count > 1)) return;
    yield* out.put(`${flags.has("c") ? `${String(run.count).padStart(7)} ` : ""}${run.line}\n`);
  };
  const status = yield* eachLine(
    context,
    rest.slice(0, 1),
    function* (line) {
      const mine = key(line);
      if (run && run.key === mine) {
        run.count++;
        if (!flags.has("D")) return;
        if (run.count === 2) yield* out.put(`${run.line}\n`);
        yield* out.put(`${line}\n`);
        return;
      }
      if (!flags.has("D")) yield* finish();
      run = { line, key: mine, count: 1 };
    },
    out,
  );
  if (!flags.has("D")) yield* finish();
  yield* out.flush();
  return out.status || status;
}

/** `comm` and `join` of sorted files. */
export function* comm(context: CommandContext): Running<number> {
  const given = options(context.args, "123", {});
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length !== 2)
    return yield* usage(
      context,
      rest.length === 0
        ? "missing operand"
        : rest.length === 1
          ? `missing operand after '${rest[0]}'`
          : `extra operand '${rest[2]}'`,
    );
  const { all, status } = yield* sources(context, rest);
  if (status !== 0) return 1;
  const { budget } = context.state;
  const a = yield* parted(all[0]?.text ?? "", budget);
  const b = yield* parted(all[1]?.text ?? "", budget);
  const out: string[] = [];
  const put = (column: "1" | "2" | "3", line: string) => {
    if (flags.has(column)) return;
    const tabs = [..."12"].filter((before) => before < column && !flags.has(before)).length;
    out.push("\t".repeat(tabs) + line);
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    budget.spend(NS_PER_KEY);
    yield* breathe(budget);
    const [x, y] = [a[i], b[j]];
    if (y === undefined || (x !== undefined && x < y)) {
      put("1", x as string);
      i++;
    } else if (x === undefined || y < x) {
      put("2", y);
      j++;
    } else {
      put("3", x);
      i++;
      j++;
    }
  }
  return yield* printAll(context, out, (line) => `${line}\n`);
}

interface Row {
  readonly key: string;
  readonly fields: readonly string[];
}

export function* join(context: CommandContext): Running<number> {
  const given = options(context.args, "1:2:j:t:a:v:e:o:i", {});
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, values, rest } = given;
  if (rest.length !== 2)
    return yield* usage(context, rest.length === 0 ? "missing operand" : `missing operand after '${rest.at(-1)}'`);
  const { all, status } = yield* sources(context, rest);
  if (status !== 0) return 1;
  const separator = flags.get("t");
  const fields = (line: string): string[] =>
    separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator);
  const on = [Number(flags.get("1") ?? flags.get("j") ?? 1) - 1, Number(flags.get("2") ?? flags.get("j") ?? 1) - 1];
  const { budget } = context.state;
  const tables: Row[][] = [];
  for (const [file, { text }] of all.entries()) {
    const rowOf = (line: string): Row => ({ key: fields(line)[on[file] as number] ?? "", fields: fields(line) });
    tables.push(yield* mapped(yield* parted(text, budget), budget, rowOf, 4 * NS_PER_KEY));
  }
  const glue = separator ?? " ";
  const empty = flags.get("e") ?? "";
  const list = flags.get("o")?.split(/[ ,]+/);
  const out: string[] = [];
  const emit = (x: Row | undefined, y: Row | undefined) => {
    const key = (x ?? y)?.key ?? "";
    const rests = [x?.fields.filter((_, i) => i !== on[0]) ?? [], y?.fields.filter((_, i) => i !== on[1]) ?? []];
    const picked = list?.map((item) => {
      if (item === "0") return key;
      const [file, field] = item.split(".").map(Number);
      return ((file === 1 ? x : y)?.fields[(field ?? 0) - 1] || empty) ?? empty;
    });
    out.push((picked ?? [key, ...rests.flat()]).join(glue));
  };
  const alone = (file: string): boolean =>
    (values.get("a")?.includes(file) ?? false) || (values.get("v")?.includes(file) ?? false);
  const [a = [], b = []] = tables;
  const matched = new Set<Row>();
  const byKey = new Map<string, Row[]>();
  for (const y of b) {
    const same = byKey.get(y.key);
    if (same) same.push(y);
    else byKey.set(y.key, [y]);
    budget.spend(NS_PER_KEY);
    yield* breathe(budget);
  }
  for (const x of a) {
    const partners = byKey.get(x.key) ?? [];
    budget.spend(NS_PER_KEY);
    yield* breathe(budget);
    for (const y of partners) {
      budget.spend(4 * NS_PER_KEY);
      budget.holds(out.length);
      yield* breathe(budget);
      matched.add(y);
      if (!flags.has("v")) emit(x, y);
    }
    if (partners.length === 0 && alone("1")) emit(x, undefined);
  }
  if (alone("2")) {
    for (const y of b) if (!matched.has(y)) emit(undefined, y);
    const sorted = yield* sortedBy(out, (x, y) => order(fields(x)[0] ?? "", fields(y)[0] ?? ""), budget);
    return yield* printAll(context, sorted, (line) => `${line}\n`);
  }
  return yield* printAll(context, out, (line) => `${line}\n`);
}
