/** Commands that turn lines into lines. */
import type { Running } from "../system.ts";
import { BadExpression, Expression } from "../regex.ts";
import { complain, joinLines, lines, options, print } from "./output.ts";
import type { CommandContext } from "./command.ts";
import { sources } from "./sources.ts";

export function* grep(context: CommandContext): Running<number> {
  const { flags, values, rest, unknown } = options(context.args, "EFGivcqnlLosxwHhe:m:A:B:C:", {
    "line-number": "n",
    count: "c",
    quiet: "q",
  });
  if (unknown !== null) return yield* complain(context, `unrecognized option: ${unknown}`, 2);
  const operands = [...rest];
  const patterns = values.get("e") ?? operands.splice(0, 1);
  if (patterns.length === 0) return yield* complain(context, "no pattern", 2);
  const expressions: Expression[] = [];
  try {
    for (const pattern of patterns.flatMap((given) => given.split("\n"))) {
      const extended = flags.has("E");
      const plain = flags.has("F") ? pattern.replace(/[.[\]*^$\\]/g, "\\$&") : pattern;
      const words = flags.has("x") ? (extended ? `^(${plain})$` : `^\\(${plain}\\)$`) : plain;
      expressions.push(new Expression(words, { extended, ignoreCase: flags.has("i") }));
    }
  } catch (error) {
    if (!(error instanceof BadExpression)) throw error;
    return yield* complain(context, `bad regex '${patterns[0] ?? ""}': ${error.message}`, 2);
  }
  const { all, status } = yield* sources(context, operands);
  const named = flags.has("H") || (operands.length > 1 && !flags.has("h"));
  const out: string[] = [];
  let found = false;
  const most = flags.has("m") ? Number(flags.get("m")) : Number.POSITIVE_INFINITY;
  for (const { name, text } of all) {
    const prefix = named ? `${name}:` : "";
    let count = 0;
    for (const [i, line] of lines(text).entries()) {
      if (count >= most) break;
      for (const { size } of expressions) context.state.budget.text((line.length * size) / 16);
      const match = expressions.map((expression) => expression.exec(line)).find((hit) => hit !== undefined);
      if ((match !== undefined) === flags.has("v")) continue;
      count++;
      const number = flags.has("n") ? `${i + 1}:` : "";
      if (!flags.has("c") && !flags.has("l"))
        out.push(prefix + number + (flags.has("o") && match ? line.slice(match[0], match[1]) : line));
    }
    if (count > 0) found = true;
    if (flags.has("c")) out.push(`${prefix}${count}`);
    else if (flags.has("l") && count > 0) out.push(name);
  }
  if (!flags.has("q")) {
    const written = yield* print(context, joinLines(out));
    if (written !== 0) return 2;
  }
  return found ? 0 : status !== 0 ? 2 : 1;
}

export function* sort(context: CommandContext): Running<number> {
  const { flags, rest } = options(context.args, "nrufbk:t:");
  const { all, status } = yield* sources(context, rest);
  const key = /^(\d+)/.exec(flags.get("k") ?? "")?.[1];
  const separator = flags.get("t");
  const field = (line: string): string => {
    if (key === undefined) return line;
    const parts = separator ? line.split(separator) : line.trim().split(/\s+/);
    return parts[Number(key) - 1] ?? "";
  };
  const numeric = (line: string): number => Number(/^\s*-?\d+(\.\d+)?/.exec(field(line))?.[0] ?? 0);
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const compare = (a: string, b: string): number =>
    flags.has("n") ? numeric(a) - numeric(b) : order(field(a), field(b));
  let sorted = all
    .flatMap(({ text }) => lines(text))
    .sort((a, b) => (compare(a, b) || order(a, b)) * (flags.has("r") ? -1 : 1));
  if (flags.has("u")) sorted = sorted.filter((line, i) => i === 0 || compare(sorted[i - 1]!, line) !== 0);
  return (yield* print(context, joinLines(sorted))) || status;
}

export function* uniq(context: CommandContext): Running<number> {
  const { flags, rest } = options(context.args, "cdu");
  const { all, status } = yield* sources(context, rest);
  const runs: { line: string; count: number }[] = [];
  for (const line of all.flatMap(({ text }) => lines(text))) {
    const run = runs.at(-1);
    if (run?.line === line) run.count++;
    else runs.push({ line, count: 1 });
  }
  const out = runs.map(({ line, count }) => (flags.has("c") ? `${String(count).padStart(7)} ${line}` : line));
  return (yield* print(context, joinLines(out))) || status;
}

/** `-5` means `-n 5`. */
const countOption = (args: readonly string[]): string[] =>
  args.map((arg) => (/^[-+]\d+$/.test(arg) ? `-n${arg.startsWith("+") ? arg : arg.slice(1)}` : arg));

export function* head(context: CommandContext): Running<number> {
  const { flags, rest, unknown } = options(countOption(context.args), "n:c:q");
  if (unknown !== null) return yield* complain(context, `unrecognized option: ${unknown}`);
  const { all, status } = yield* sources(context, rest);
  const count = Number(flags.get("n") ?? 10);
  const out = flags.has("c")
    ? all.map(({ text }) => text.slice(0, Number(flags.get("c")))).join("")
    : joinLines(all.flatMap(({ text }) => lines(text).slice(0, count)));
  return (yield* print(context, out)) || status;
}

export function* tail(context: CommandContext): Running<number> {
  const { flags, rest, unknown } = options(countOption(context.args), "n:c:q");
  if (unknown !== null) return yield* complain(context, `unrecognized option: ${unknown}`);
  const { all, status } = yield* sources(context, rest);
  const given = flags.get("n") ?? "10";
  const count = Math.abs(Number(given)) || 0;
  const cut = (text: string): string[] => {
    const every = lines(text);
    return given.startsWith("+") ? every.slice(Math.max(0, count - 1)) : every.slice(Math.max(0, every.length - count));
  };
  return (yield* print(context, joinLines(all.flatMap(({ text }) => cut(text))))) || status;
}

export function* wc(context: CommandContext): Running<number> {
  const { flags, rest } = options(context.args, "lwc");
  const { all, status } = yield* sources(context, rest);
  const out = all.map(({ name, text }) => {
    const counts = [
      ["l", text.split("\n").length - 1],
      ["w", text.split(/\s+/).filter(Boolean).length],
      ["c", text.length],
    ] as const;
    const wanted = counts.filter(([flag]) => flags.size === 0 || flags.has(flag)).map(([, count]) => count);
    const numbers =
      wanted.length === 1 && rest.length === 0
        ? `${wanted[0]}`
        : wanted.map((count) => String(count).padStart(9)).join(" ");
    return rest.length > 0 ? `${numbers.trimStart()} ${name}` : numbers;
  });
  return (yield* print(context, joinLines(out))) || status;
}

export function* cut(context: CommandContext): Running<number> {
  const { flags, rest, unknown } = options(context.args, "d:f:c:s");
  const chosen = flags.get("f") ?? flags.get("c");
  if (unknown !== null || chosen === undefined)
    return yield* complain(context, "expected a list of bytes, characters, or fields");
  const ranges = chosen.split(",").map((range) => {
    const [from = "", to] = range.split("-");
    return { from: Number(from) || 1, to: to === undefined ? Number(from) : Number(to) || Number.POSITIVE_INFINITY };
  });
  const separator = flags.get("d") ?? "\t";
  const pick = <T>(parts: readonly T[]): T[] =>
    parts.filter((_, i) => ranges.some(({ from, to }) => i + 1 >= from && i + 1 <= to));
  const { all, status } = yield* sources(context, rest);
  const out = all.flatMap(({ text }) =>
    lines(text).map((line) => {
      if (flags.has("c")) return pick([...line]).join("");
      return line.includes(separator) ? pick(line.split(separator)).join(separator) : line;
    }),
  );
  return (yield* print(context, joinLines(out))) || status;
}

/** Sets with ranges and the usual escapes; `-d` deletes. */
export function* tr(context: CommandContext): Running<number> {
  const { flags, rest } = options(context.args, "ds");
  const expand = (set: string): string[] => {
    const plain = set.replace(/\\n/g, "\n").replace(/\\t/g, "\t");
    return [...plain.replace(/(.)-(.)/gs, (_, from: string, to: string) => range(from, to))];
  };
  const from = expand(rest[0] ?? "");
  const to = expand(rest[1] ?? "");
  const text = yield* context.std.in.rest();
  const out = [...text].map((character) => {
    const at = from.indexOf(character);
    if (at < 0) return character;
    return flags.has("d") ? "" : (to[Math.min(at, to.length - 1)] ?? character);
  });
  return yield* print(context, out.join(""));
}

function range(from: string, to: string): string {
  const first = from.charCodeAt(0);
  const last = Math.min(to.charCodeAt(0), first + 255);
  return last < first ? "" : String.fromCharCode(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

export function* seq(context: CommandContext): Running<number> {
  const numbers = context.args.map(Number);
  if (numbers.length === 0 || numbers.some((n) => !Number.isSafeInteger(n)))
    return yield* complain(context, "invalid number");
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0]!]
      : numbers.length === 2
        ? [numbers[0]!, 1, numbers[1]!]
        : [numbers[0]!, numbers[1]!, numbers[2]!];
  if (step === 0) return yield* complain(context, "invalid increment");
  context.state.budget.text((Math.max(0, (last - first) / step) + 1) * 8);
  const out: string[] = [];
  for (let n = first; step > 0 ? n <= last : n >= last; n += step) out.push(String(n));
  return yield* print(context, joinLines(out));
}
