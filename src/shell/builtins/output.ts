/** `echo` and `printf`. */
import { Growing } from "../growing.ts";
import { quoteBackslash } from "../expand/quote.ts";
import { type Running, breathe } from "../system.ts";
import { Refused } from "../variables.ts";
import { type BuiltinContext, complain, print, usage } from "./builtin.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/** Backslash escapes; `\c` ends the output. */
function unescaped(
  text: string,
  style: "echo" | "format" | "argument",
): { readonly text: string; readonly ends: boolean } {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    const next = text[i + 1];
    if (character !== "\\" || next === undefined) {
      out += character;
      continue;
    }
    const rest = text.slice(i + 1);
    if (next === "c" && style !== "format") return { text: out, ends: true };
    const number = (
      style === "format"
        ? /^([0-7]{1,3})/
        : style === "echo"
          ? /^0([0-7]{0,3})/
          : /^(?:0([0-7]{0,3})|([1-7][0-7]{0,2}))/
    ).exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})|^u([0-9a-fA-F]{1,4})|^U([0-9a-fA-F]{1,8})/.exec(rest);
    if (number) {
      out += String.fromCharCode(Number.parseInt(number[1] ?? number[2] ?? "0", 8) & 255 || 0);
      i += number[0].length;
    } else if (hex) {
      const code = Number.parseInt(hex[1] ?? hex[2] ?? hex[3] ?? "0", 16);
      out += code <= 0x10ffff ? String.fromCodePoint(code) : "";
      i += hex[0].length;
    } else if (Object.hasOwn(ESCAPES, next)) {
      out += ESCAPES[next];
      i++;
    } else if (style !== "echo" && (next === '"' || next === "'" || next === "?")) {
      out += next;
      i++;
    } else {
      out += `\\${next}`;
      i++;
    }
  }
  return { text: out, ends: false };
}

export function* echo(context: BuiltinContext): Running<number> {
  const { state } = context;
  let args = [...context.args];
  let newline = "\n";
  let escapes = state.shopts.has("xpg_echo");
  while (/^-[neE]+$/.test(args[0] ?? "")) {
    for (const letter of args[0]?.slice(1) ?? "") {
      if (letter === "n") newline = "";
      else escapes = letter === "e";
    }
    args = args.slice(1);
  }
  const text = args.join(" ");
  if (!escapes) return yield* print(context, text + newline);
  const plain = unescaped(text, "echo");
  return yield* print(context, plain.text + (plain.ends ? "" : newline));
}

const MAX_WIDTH = 65_536;
/** What using a format once costs, in characters. */
const FORMAT_COST = 400;
const DIRECTIVE = /%(?:(%)|([-+ #0']*)(\d+|\*)?(?:\.(-?\d+|\*)?)?([hlLjzt]*)([a-zA-Z]|\([^)]*\)T))/y;

export function* printf(context: BuiltinContext): Running<number> {
  const { state } = context;
  let { args } = context;
  let variable: string | null = null;
  if (args[0] === "-v") {
    variable = args[1] ?? "";
    args = args.slice(2);
    if (!/^[A-Za-z_]\w*(\[.+\])?$/.test(variable))
      return yield* complain(context, `\`${variable}': not a valid identifier`, 2);
  } else if (args[0] === "--") args = args.slice(1);
  else if (/^-[^-]/.test(args[0] ?? "") && args[0] !== "-")
    return yield* usage(context, (args[0] ?? "").slice(0, 2), "printf [-v var] format [arguments]");
  const format = args[0];
  const values = args.slice(1);
  if (format === undefined) return yield* usage(context, null, "printf [-v var] format [arguments]");
  const formatter = new Formatter(values, state.system.now());
  const written = new Growing();
  for (;;) {
    const before = formatter.taken;
    const more = formatter.once(format);
    written.add(more);
    state.budget.text(more.length + FORMAT_COST);
    state.budget.holds(written.length);
    yield* breathe(state.budget);
    if (formatter.ends || formatter.taken === before || formatter.taken >= values.length) break;
  }
  const text = written.toString();
  let status = 0;
  for (const problem of formatter.problems) status = yield* complain(context, problem);
  if (variable === null) return (yield* print(context, text)) || status;
  try {
    state.variables.set(variable, text);
  } catch (error) {
    if (error instanceof Refused) return yield* complain(context, error.message);
    throw error;
  }
  return status;
}

class Formatter {
  readonly problems: string[] = [];
  ends = false;
  taken = 0;
  private readonly values: readonly string[];
  private readonly now: number;

  constructor(values: readonly string[], now: number) {
    this.values = values;
    this.now = now;
  }

  private next(): string | undefined {
    return this.values[this.taken++];
  }

  /** The format once, with as many values as it takes. */
  once(format: string): string {
    let out = "";
    for (let i = 0; i < format.length; ) {
      const percent = format.indexOf("%", i);
      const plain = unescaped(format.slice(i, percent < 0 ? format.length : percent), "format");
      out += plain.text;
      if (percent < 0) return out;
      DIRECTIVE.lastIndex = percent;
      const found = DIRECTIVE.exec(format);
      if (!found) {
        const character = format[percent + 1];
        this.problems.push(
          character === undefined ? "`%': missing format character" : `\`${character}': invalid format character`,
        );
        this.ends = true;
        return out;
      }
      i = DIRECTIVE.lastIndex;
      if (found[1]) {
        out += "%";
        continue;
      }
      out += this.directive(found);
      if (this.ends) return out;
    }
    return out;
  }

  private directive(found: RegExpExecArray): string {
    let flags = found[2] ?? "";
    const number = (text: string | undefined): number | undefined =>
      text === "*" ? Number(this.integer(this.next() ?? "0")) : text === undefined ? undefined : Number(text);
    let width = number(found[3]) ?? 0;
    const dotted = found[0].includes(".");
    const given = dotted ? (found[4] === undefined ? 0 : number(found[4])) : undefined;
    const precision = given !== undefined && given < 0 ? undefined : given;
    if (width < 0) {
      flags += "-";
      width = -width;
    }
    const kind = found[6] ?? "";
    if (!"sbqcdiouxXeEfFgG".includes(kind) && kind.length === 1) {
      this.problems.push(`\`${kind}': invalid format character`);
      this.ends = true;
      return "";
    }
    const text = this.convert(kind, flags, precision);
    const wide = Math.min(MAX_WIDTH, width);
    if (flags.includes("-")) return text.padEnd(wide);
    if (!flags.includes("0") || "sbqc".includes(kind) || (precision !== undefined && "diouxX".includes(kind)))
      return text.padStart(wide);
    const sign = /^([+ -]|0[xX])*/.exec(text)?.[0] ?? "";
    return sign + text.slice(sign.length).padStart(wide - sign.length, "0");
  }

  private convert(kind: string, flags: string, precision: number | undefined): string {
    const cut = (text: string): string => (precision === undefined ? text : text.slice(0, precision));
    switch (kind) {
      case "s":
        return cut(this.next() ?? "");
      case "b": {
        const plain = unescaped(this.next() ?? "", "argument");
        this.ends = plain.ends;
        return cut(plain.text);
      }
      case "q":
        return cut(quoteBackslash(this.next() ?? ""));
      case "c":
        return (this.next() ?? "").slice(0, 1);
      default:
        if (kind.startsWith("(")) return strftime(kind.slice(1, -2), this.time());
        return "eEfFgG".includes(kind) ? this.real(kind, flags, precision) : this.whole(kind, flags, precision);
    }
  }

  private time(): number {
    const value = this.next();
    return value === undefined || value === "-1" || value === "-2"
      ? Math.floor(this.now / 1e9)
      : Number(this.integer(value));
  }

  private whole(kind: string, flags: string, precision: number | undefined): string {
    const value = this.integer(this.next() ?? "0");
    const signed = kind === "d" || kind === "i";
    const radix = kind === "o" ? 8 : kind === "x" || kind === "X" ? 16 : 10;
    const bits = signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
    const magnitude = bits < 0n ? -bits : bits;
    let digits =
      precision === 0 && bits === 0n
        ? ""
        : magnitude.toString(radix).padStart(Math.min(MAX_WIDTH, precision ?? 0), "0");
    if (flags.includes("#") && bits !== 0n) digits = (radix === 16 ? "0x" : radix === 8 ? "0" : "") + digits;
    const sign = bits < 0n ? "-" : signed && flags.includes("+") ? "+" : signed && flags.includes(" ") ? " " : "";
    const text = sign + digits;
    return kind === "X" ? text.toUpperCase() : text;
  }

  private real(kind: string, flags: string, precision: number | undefined): string {
    const given = this.next() ?? "0";
    let value =
      given.startsWith("'") || given.startsWith('"') ? given.charCodeAt(1) : Number(given.trim() === "" ? 0 : given);
    if (Number.isNaN(value)) {
      this.problems.push(`${given}: invalid number`);
      value = Number.parseFloat(given) || 0;
    }
    const places = Math.min(100, precision ?? 6);
    const lower = kind.toLowerCase();
    const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");
    const magnitude = Math.abs(value);
    let text: string;
    if (!Number.isFinite(value)) text = "inf";
    else if (lower === "f")
      text =
        magnitude < 1e21
          ? fixed(magnitude, places)
          : BigInt(magnitude).toString() + (places > 0 ? `.${"0".repeat(places)}` : "");
    else if (lower === "e") text = exponent(magnitude.toExponential(places));
    else {
      const significant = Math.max(1, places);
      const power = magnitude === 0 ? 0 : Number(magnitude.toExponential(significant - 1).split("e")[1]);
      text =
        power < -4 || power >= significant
          ? exponent(magnitude.toExponential(significant - 1))
          : magnitude.toFixed(Math.max(0, significant - 1 - power));
      if (!flags.includes("#") && text.includes(".")) text = text.replace(/\.?0+(?=e|$)/, "");
    }
    const sign = value < 0 || Object.is(value, -0) ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
    return kind === lower ? sign + text : (sign + text).toUpperCase();
  }

  /** A number as C writes it, or the code of a character after a quote. */
  private integer(text: string): bigint {
    if (text.startsWith("'") || text.startsWith('"')) return BigInt(text.codePointAt(1) ?? 0);
    const found = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
    if (!found) {
      if (text !== "") this.problems.push(`${text}: invalid number`);
      return 0n;
    }
    if (found[0].length < text.length)
      this.problems.push(/^\s*[+-]?0\d/.test(text) ? `${text}: invalid octal number` : `${text}: invalid number`);
    const digits = found[2] ?? "0";
    const value = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
    return found[1] === "-" ? -value : value;
  }
}

/** As C rounds: halves go to the even neighbour. */
function fixed(value: number, places: number): string {
  const exact = value.toFixed(Math.min(100, places + 40));
  const dot = exact.indexOf(".");
  if (!/^50*$/.test(exact.slice(dot + 1 + places))) return value.toFixed(places);
  const down = exact.slice(0, dot + (places > 0 ? 1 + places : 0));
  return Number(down.at(-1)) % 2 === 0 ? down : value.toFixed(places);
}

/** `%(…)T`: seconds since 1970 in UTC. */
function strftime(format: string, seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return "";
  const two = (value: number): string => String(value).padStart(2, "0");
  const parts: Readonly<Record<string, () => string>> = {
    Y: () => String(date.getUTCFullYear()),
    m: () => two(date.getUTCMonth() + 1),
    d: () => two(date.getUTCDate()),
    H: () => two(date.getUTCHours()),
    M: () => two(date.getUTCMinutes()),
    S: () => two(date.getUTCSeconds()),
    s: () => String(seconds),
    F: () => date.toISOString().slice(0, 10),
    T: () => date.toISOString().slice(11, 19),
    "%": () => "%",
  };
  return (format || "%H:%M:%S").replace(/%(.)/g, (whole, letter: string) => parts[letter]?.() ?? whole);
}
