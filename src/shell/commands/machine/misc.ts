/** Small programs: `date`, `env`, `printenv`, `which`, `expr`. */
import { Expression, BadExpression } from "../../regex.ts";
import { absolute } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";
import { type CalendarDate, DAYS, MONTHS, dateOf, dateOfSeconds, daysBefore } from "./dates.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** strftime, as far as `date` formats are in use. */
export function strftime(format: string, date: CalendarDate): string {
  const hour12 = date.hour % 12 === 0 ? 12 : date.hour % 12;
  const week = (first: number): string =>
    two(Math.floor((date.dayOfYear - 1 + 7 - ((date.weekday - first + 7) % 7)) / 7));
  const values: Readonly<Record<string, () => string>> = {
    "%": () => "%",
    n: () => "\n",
    t: () => "\t",
    a: () => (DAYS[date.weekday] as string).slice(0, 3),
    A: () => DAYS[date.weekday] as string,
    b: () => date.month,
    h: () => date.month,
    B: () => MONTHS[date.monthIndex] as string,
    c: () => strftime("%a %b %e %H:%M:%S %Y", date),
    C: () => two(Math.floor(date.year / 100)),
    d: () => two(date.day),
    D: () => strftime("%m/%d/%y", date),
    e: () => String(date.day).padStart(2),
    F: () => date.iso,
    H: () => two(date.hour),
    I: () => two(hour12),
    j: () => String(date.dayOfYear).padStart(3, "0"),
    k: () => String(date.hour).padStart(2),
    l: () => String(hour12).padStart(2),
    m: () => two(date.monthIndex + 1),
    M: () => two(date.minute),
    N: () => String(date.nanoseconds).padStart(9, "0"),
    p: () => (date.hour < 12 ? "AM" : "PM"),
    P: () => (date.hour < 12 ? "am" : "pm"),
    r: () => strftime("%I:%M:%S %p", date),
    R: () => strftime("%H:%M", date),
    s: () => String(date.seconds),
    S: () => two(date.second),
    T: () => date.time,
    u: () => String(date.weekday === 0 ? 7 : date.weekday),
    U: () => week(0),
    w: () => String(date.weekday),
    W: () => week(1),
    x: () => strftime("%m/%d/%y", date),
    X: () => date.time,
    y: () => two(date.year % 100),
    Y: () => String(date.year),
    z: () => "+0000",
    Z: () => "UTC",
  };
  return format.replace(/%([-_0^#]?)(\d*)([%a-zA-Z])/g, (whole, flag: string, width: string, letter: string) => {
    const value = Object.hasOwn(values, letter) ? values[letter]?.() : undefined;
    if (value === undefined) return whole;
    if (letter === "N" && width !== "") return value.slice(0, Number(width));
    if (flag === "-") return value.replace(/^[ 0]+(?=.)/, "");
    if (flag === "_") return value.replace(/^0+(?=.)/, (zeros) => " ".repeat(zeros.length));
    return flag === "^" ? value.toUpperCase() : value;
  });
}

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  fortnight: 1_209_600,
};

/** `@SECONDS`, `now`, `2026-01-01 12:00:00`, `yesterday`, `2 days ago`, `+1 hour`. */
function parseDate(text: string, now: CalendarDate): CalendarDate | undefined {
  const at = /^@(-?\d{1,12})(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (at) return dateOfSeconds(Number(at[1]), Number((at[2] ?? "").padEnd(9, "0") || 0));
  let { seconds } = now;
  let rest = ` ${text.trim().replace("T", " ").replace(/Z$/, "")} `;
  const day = / (\d{4})-(\d{1,2})-(\d{1,2}) /.exec(rest);
  if (day) {
    if (Number(day[2]) < 1 || Number(day[2]) > 12 || Number(day[3]) < 1 || Number(day[3]) > 31) return undefined;
    seconds = daysBefore(Number(day[1]), Number(day[2]) - 1, Number(day[3])) * 86_400;
    rest = rest.replace(day[0], " ");
  }
  const time = / (\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)? /.exec(rest);
  if (time) {
    seconds =
      Math.floor(seconds / 86_400) * 86_400 + Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3] ?? 0);
    rest = rest.replace(time[0], " ");
  }
  rest = rest
    .replace(/ (?:now|today|UTC|GMT) /g, " ")
    .replace(/ yesterday /, " -1 day ")
    .replace(/ tomorrow /, " +1 day ");
  for (const [, sign, count = "1", unit = "", ago] of rest.matchAll(
    /([-+]?) ?(\d+)? ?(sec|second|min|minute|hour|day|week|fortnight)s?( ago)?/g,
  )) {
    seconds += (sign === "-" || ago ? -1 : 1) * Number(count) * (UNITS[unit] as number);
  }
  rest = rest.replace(/([-+]?) ?(\d+)? ?(sec|second|min|minute|hour|day|week|fortnight)s?( ago)?/g, "");
  return rest.trim() === "" ? dateOfSeconds(seconds, day || time ? 0 : now.nanoseconds) : undefined;
}

export function* date(context: CommandContext): Running<number> {
  const given = options(context.args, "d:uRI::r:s:", {
    date: "d",
    utc: "u",
    universal: "u",
    "rfc-email": "R",
    "iso-8601": "I",
    reference: "r",
    set: "s",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const now = dateOf(context.state.system.now());
  const when = flags.has("d") ? parseDate(flags.get("d") as string, now) : now;
  if (!when) return yield* complain(context, `invalid date '${flags.get("d")}'`);
  if (flags.has("s")) return yield* complain(context, "cannot set date: Operation not permitted");
  const [format] = rest;
  if (format !== undefined && !format.startsWith("+")) return yield* complain(context, `invalid date '${format}'`);
  const iso: Readonly<Record<string, string>> = {
    "": "%Y-%m-%d",
    date: "%Y-%m-%d",
    hours: "%Y-%m-%dT%H+00:00",
    minutes: "%Y-%m-%dT%H:%M+00:00",
    seconds: "%Y-%m-%dT%H:%M:%S+00:00",
    ns: "%Y-%m-%dT%H:%M:%S,%N+00:00",
  };
  const pattern =
    format?.slice(1) ??
    (flags.has("R")
      ? "%a, %d %b %Y %H:%M:%S +0000"
      : flags.has("I")
        ? (iso[flags.get("I") as string] ?? "%F")
        : "%a %b %e %H:%M:%S %Z %Y");
  return yield* print(context, `${strftime(pattern, when)}\n`);
}

export function* env(context: CommandContext): Running<number> {
  const given = options(context.args, "+iu:0S:C:", {
    "ignore-environment": "i",
    unset: "u",
    null: "0",
    "split-string": "S",
    chdir: "C",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given), 125);
  const { flags, values } = given;
  const words = [...(flags.has("S") ? (flags.get("S") as string).split(/\s+/) : []), ...given.rest];
  const { variables } = context.state;
  if (flags.has("i")) for (const name of variables.environment().keys()) variables.unset(name);
  for (const name of values.get("u") ?? []) variables.unset(name);
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? "")) {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/s.exec(words.shift() as string) ?? [];
    variables.set(name, value);
    variables.export(name);
  }
  const [name, ...args] = words;
  if (name !== undefined) return yield* context.run(name, args);
  const end = flags.has("0") ? "\0" : "\n";
  return yield* print(context, [...variables.environment()].map(([key, value]) => `${key}=${value}${end}`).join(""));
}

export function* printenv(context: CommandContext): Running<number> {
  const environment = context.state.variables.environment();
  if (context.args.length === 0)
    return yield* print(context, joinLines([...environment].map(([name, value]) => `${name}=${value}`)));
  const found = context.args.flatMap((name) => environment.get(name) ?? []);
  return (yield* print(context, joinLines(found))) || (found.length === context.args.length ? 0 : 1);
}

export function* which(context: CommandContext): Running<number> {
  const names = context.args.filter((arg) => arg !== "-a");
  const every = context.args.includes("-a");
  const { files } = context.state.system;
  const folders = (context.state.variables.get("PATH") ?? "/usr/sbin:/usr/bin:/sbin:/bin").split(":");
  let status = names.length === 0 ? 1 : 0;
  for (const name of names) {
    const paths = name.includes("/") ? [name] : folders.map((folder) => `${folder.replace(/\/$/, "")}/${name}`);
    const found = paths.filter((path) => {
      const stat = files.stat(absolute(context.state, path));
      return !("errno" in stat) && stat.kind === "file" && (stat.mode & 0o111) !== 0;
    });
    if (found.length === 0) status = 1;
    yield* print(context, joinLines(every ? found : found.slice(0, 1)));
  }
  return status;
}

class ExprError extends Error {}

/** `expr`: status 0 where the result is neither empty nor 0, 1 where it is, 2 for what cannot be read. */
export function* expr(context: CommandContext): Running<number> {
  if (context.args.length === 0) {
    yield* context.std.err.write("expr: missing operand\nTry 'expr --help' for more information.\n");
    return 2;
  }
  try {
    const parser = new ExprParser(context.args[0] === "--" ? context.args.slice(1) : context.args);
    const value = parser.whole();
    const status = yield* print(context, `${value}\n`);
    return status || (value === "" || /^-?0+$/.test(value) ? 1 : 0);
  } catch (error) {
    if (!(error instanceof ExprError || error instanceof BadExpression)) throw error;
    return yield* complain(context, error.message, 2);
  }
}

const isInteger = (text: string): boolean => /^-?\d{1,400}$/.test(text);

class ExprParser {
  private at = 0;
  private depth = 0;
  private readonly args: readonly string[];

  constructor(args: readonly string[]) {
    this.args = args;
  }

  whole(): string {
    const value = this.either();
    const extra = this.args[this.at];
    if (extra !== undefined) throw new ExprError(`syntax error: unexpected argument '${extra}'`);
    return value;
  }

  private take(...operators: readonly string[]): string | undefined {
    const word = this.args[this.at];
    if (word === undefined || !operators.includes(word)) return undefined;
    this.at++;
    return word;
  }

  private either(): string {
    if (++this.depth > 200) throw new ExprError("syntax error: too deep");
    let left = this.both();
    while (this.take("|")) {
      const right = this.both();
      left = isNull(left) ? (isNull(right) ? "0" : right) : left;
    }
    this.depth--;
    return left;
  }

  private both(): string {
    let left = this.comparison();
    while (this.take("&")) {
      const right = this.comparison();
      left = isNull(left) || isNull(right) ? "0" : left;
    }
    return left;
  }

  private comparison(): string {
    let left = this.sum();
    for (
      let operator = this.take("<", "<=", "=", "==", "!=", ">=", ">");
      operator;
      operator = this.take("<", "<=", "=", "==", "!=", ">=", ">")
    ) {
      const right = this.sum();
      const order =
        isInteger(left) && isInteger(right)
          ? BigInt(left) < BigInt(right)
            ? -1
            : BigInt(left) > BigInt(right)
              ? 1
              : 0
          : left < right
            ? -1
            : left > right
              ? 1
              : 0;
      const holds = {
        "<": order < 0,
        "<=": order <= 0,
        "=": order === 0,
        "==": order === 0,
        "!=": order !== 0,
        ">=": order >= 0,
        ">": order > 0,
      }[operator];
      left = holds ? "1" : "0";
    }
    return left;
  }

  private sum(): string {
    let left = this.product();
    for (let operator = this.take("+", "-"); operator; operator = this.take("+", "-")) {
      const [a, b] = [this.integer(left), this.integer(this.product())];
      left = String(operator === "+" ? a + b : a - b);
    }
    return left;
  }

  private product(): string {
    let left = this.matching();
    for (let operator = this.take("*", "/", "%"); operator; operator = this.take("*", "/", "%")) {
      const [a, b] = [this.integer(left), this.integer(this.matching())];
      if (operator !== "*" && b === 0n) throw new ExprError("division by zero");
      left = String(operator === "*" ? a * b : operator === "/" ? a / b : a % b);
    }
    return left;
  }

  private integer(text: string): bigint {
    if (!isInteger(text)) throw new ExprError("non-integer argument");
    return BigInt(text);
  }

  private matching(): string {
    let left = this.primary();
    while (this.take(":")) left = matched(left, this.primary());
    return left;
  }

  private primary(): string {
    const word = this.args[this.at++];
    if (word === undefined)
      throw new ExprError(
        this.at > 1 ? `syntax error: missing argument after '${this.args[this.at - 2]}'` : "missing operand",
      );
    switch (word) {
      case "(": {
        const value = this.either();
        if (!this.take(")"))
          throw new ExprError(
            this.args[this.at] === undefined
              ? `syntax error: expecting ')' after '${this.args[this.at - 1]}'`
              : `syntax error: expecting ')' instead of '${this.args[this.at]}'`,
          );
        return value;
      }
      case "+":
        return this.args[this.at++] ?? "";
      case "length":
        return this.args[this.at] === undefined ? word : String([...this.primary()].length);
      case "match":
        return this.args[this.at] === undefined ? word : matched(this.primary(), this.primary());
      case "index": {
        if (this.args[this.at] === undefined) return word;
        const [text, set] = [this.primary(), this.primary()];
        return String([...text].findIndex((character) => set.includes(character)) + 1);
      }
      case "substr": {
        if (this.args[this.at] === undefined) return word;
        const [text, from, length] = [this.primary(), this.primary(), this.primary()];
        if (!isInteger(from) || !isInteger(length) || Number(from) < 1 || Number(length) < 1) return "";
        return text.slice(Number(from) - 1, Number(from) - 1 + Number(length));
      }
      default:
        return word;
    }
  }
}

const isNull = (text: string): boolean => text === "" || /^-?0+$/.test(text);

/** Anchored at the start: the first group, or the length of the match. */
function matched(text: string, pattern: string): string {
  const expression = new Expression(`^\\(${pattern.replace(/^\^/, "")}\\)`);
  const match = expression.exec(text);
  const hasGroup = expression.groups > 1;
  if (!match) return hasGroup ? "" : "0";
  if (!hasGroup) return String((match[1] ?? 0) - (match[0] ?? 0));
  return (match[4] ?? -1) < 0 ? "" : text.slice(match[4], match[5]);
}
