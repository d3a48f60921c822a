/** Built-in functions of awk. */
import { type Running, breathe } from "../../system.ts";
import type { Expression as Regex } from "../../regex.ts";
import { BOOT_TIME } from "../../../engine/sysfs/more/clock.ts";
import { AwkError } from "./lex.ts";
import type { Awk } from "./run.ts";
import type { Expression } from "./syntax.ts";
import { type Value, formatted, fromInput, numberOf } from "./value.ts";

const MATH: Readonly<Record<string, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  int: Math.trunc,
};

export function* callBuiltIn(awk: Awk, name: string, args: readonly Expression[]): Running<Value> {
  const [first, second, third] = args;
  const text = function* (expression: Expression | undefined): Running<string> {
    return expression ? awk.text(yield* awk.evaluate(expression)) : awk.text(awk.field(0));
  };
  const number = function* (expression: Expression | undefined): Running<number> {
    return expression ? numberOf(yield* awk.evaluate(expression)) : 0;
  };
  switch (name) {
    case "length":
      if (first?.is === "variable" && awk.isArray(first.name)) return awk.array(first.name).size;
      return [...(yield* text(first))].length;
    case "substr": {
      const whole = yield* text(first);
      const start = Math.round(yield* number(second));
      const length = third ? yield* number(third) : Number.POSITIVE_INFINITY;
      const from = Math.max(1, start);
      const to = Math.min(whole.length + 1, third ? Math.round(start + length) : whole.length + 1);
      return to > from ? whole.slice(from - 1, to - 1) : "";
    }
    case "index":
      return (yield* text(first)).indexOf(yield* text(second)) + 1;
    case "split":
      return yield* splitInto(awk, yield* text(first), second, third);
    case "sub":
    case "gsub":
      return yield* substitute(awk, name === "gsub", args);
    case "match": {
      const whole = yield* text(first);
      if (!second) throw new AwkError("match: no expression", 0);
      const [start = -1, end = -1] = (yield* awk.pattern(second)).exec(whole) ?? [];
      awk.setVariable("RSTART", start + 1);
      awk.setVariable("RLENGTH", start < 0 ? -1 : end - start);
      return start + 1;
    }
    case "sprintf": {
      const values: Value[] = [];
      for (const arg of args) values.push(yield* awk.evaluate(arg));
      return formatted(awk.text(values[0]), values.slice(1));
    }
    case "tolower":
      return (yield* text(first)).toLowerCase();
    case "toupper":
      return (yield* text(first)).toUpperCase();
    case "atan2":
      return Math.atan2(yield* number(first), yield* number(second));
    case "rand":
      return random(awk);
    case "srand": {
      const before = awk.seed;
      awk.seed = first ? yield* number(first) : Math.floor(awk.context.state.system.now() / 1e9);
      awk.random = (Math.abs(Math.trunc(awk.seed * 2654435761)) % 2147483646) + 1;
      return before;
    }
    case "system":
      yield* awk.output.flushAll();
      return yield* awk.context.run("sh", ["-c", yield* text(first)]);
    case "close": {
      const path = yield* text(first);
      return awk.input.close(path) ? 0 : yield* awk.output.close(path);
    }
    case "fflush":
      yield* awk.output.flushAll();
      return 0;
    case "systime":
      return BOOT_TIME + Math.floor(awk.context.state.system.now() / 1e9);
    case "strftime":
      return "";
    default: {
      const math = MATH[name];
      if (!math) throw new AwkError(`function ${name} never defined`, 0);
      return math(first ? yield* number(first) : numberOf(awk.field(0)));
    }
  }
}

/** A generator of Lehmer: the same program gives the same numbers, as in awk without srand. */
function random(awk: Awk): number {
  awk.random = (awk.random * 48271) % 2147483647;
  return awk.random / 2147483647;
}

/** What one more part of a text costs, or one more change of it. */
const NS_PER_PART = 300;

function* splitInto(
  awk: Awk,
  text: string,
  target: Expression | undefined,
  separator: Expression | undefined,
): Running<Value> {
  if (target?.is !== "variable") throw new AwkError("split: second argument must be an array", 0);
  let by: string | Regex = awk.variableText("FS");
  if (separator) by = separator.is === "regex" ? awk.regex(separator.source) : awk.text(yield* awk.evaluate(separator));
  const parts = awk.split(text, by);
  const array = awk.array(target.name);
  awk.emptied(array);
  for (const [i, part] of parts.entries()) {
    const key = String(i + 1);
    awk.grown(key);
    array.set(key, fromInput(part));
    awk.context.state.budget.spend(NS_PER_PART);
    yield* breathe(awk.context.state.budget);
  }
  return parts.length;
}

function* substitute(awk: Awk, everywhere: boolean, args: readonly Expression[]): Running<Value> {
  const [pattern, replacement, given] = args;
  if (!pattern || !replacement) throw new AwkError("sub: two arguments needed", 0);
  const target: Expression = given ?? { is: "field", index: { is: "number", value: 0 } };
  const regex = yield* awk.pattern(pattern);
  const by = awk.text(yield* awk.evaluate(replacement));
  const text = awk.text(yield* awk.evaluate(target));
  let out = "";
  let at = 0;
  let count = 0;
  let lastEnd = -1;
  while (at <= text.length) {
    const { budget } = awk.context.state;
    const [start = -1, end = -1] = (yield* regex.search(text, at, budget)) ?? [];
    budget.spend(NS_PER_PART);
    budget.holds(out.length);
    yield* breathe(budget);
    if (start < 0) break;
    if (end === start && start === lastEnd) {
      out += text.slice(at, start + 1);
      at = start + 1;
      lastEnd = -1;
      continue;
    }
    count++;
    out +=
      text.slice(at, start) +
      by.replace(/\\\\|\\&|&/g, (part) => (part === "&" ? text.slice(start, end) : part === "\\&" ? "&" : "\\"));
    at = end;
    lastEnd = end;
    if (end === start) {
      out += text[at] ?? "";
      at++;
      lastEnd = -1;
    }
    if (!everywhere) break;
  }
  if (count === 0) return 0;
  yield* awk.assign(target, out + text.slice(at));
  return count;
}
