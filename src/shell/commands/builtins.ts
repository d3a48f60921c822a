/** Commands that the shell carries out itself. */
import { strerror } from "../../engine/sysfs/errno.ts";
import { absolute, logical } from "../state.ts";
import type { Running } from "../system.ts";
import { print } from "./output.ts";
import type { CommandContext, CommandFunction } from "./command.ts";

export const nothing = (status: number): CommandFunction =>
  // biome-ignore lint/correctness/useYield: it does nothing, at once.
  function* () {
    return status;
  };

export function* echo(context: CommandContext): Running<number> {
  let args = [...context.args];
  let newline = "\n";
  let escapes = false;
  while (/^-[neE]+$/.test(args[0] ?? "")) {
    if (args[0]?.includes("n")) newline = "";
    escapes = args[0]?.includes("e") ?? false;
    args = args.slice(1);
  }
  const text = args.join(" ");
  return yield* print(context, (escapes ? unescaped(text) : text) + newline, "sh");
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

function unescaped(text: string): string {
  return text.replace(
    /\\(?:0?([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.))/gs,
    (whole, octal?: string, hex?: string, character?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return ESCAPES[character ?? ""] ?? whole;
    },
  );
}

const MAX_WIDTH = 4096;

export function* printf(context: CommandContext): Running<number> {
  const [format, ...args] = context.args;
  if (format === undefined) {
    yield* context.std.err.write("sh: printf: usage: printf FORMAT [ARG]...\n");
    return 2;
  }
  let status = 0;
  let text = "";
  const wrong: string[] = [];
  const values = [...args];
  do {
    const before = values.length;
    const pieces = format.split(/(%[-+ #0]*(?:\d+|\*)?(?:\.\d+)?[a-zA-Z%])/);
    for (const piece of pieces) {
      const directive = /^%([-+ #0]*)(\d+|\*)?(?:\.(\d+))?([a-zA-Z%])$/.exec(piece);
      if (!directive) {
        text += unescaped(piece);
        continue;
      }
      const [, flags = "", width, precision, conversion = ""] = directive;
      if (conversion === "%") {
        text += "%";
        continue;
      }
      const wide = Math.min(MAX_WIDTH, Number(width === "*" ? values.shift() : (width ?? 0)) || 0);
      const value = values.shift() ?? "";
      const formatted = convert(conversion, value, precision, wrong);
      if (formatted === undefined) {
        yield* context.std.err.write(`sh: %${conversion}: invalid format\n`);
        return 1;
      }
      const zero = flags.includes("0") && !flags.includes("-") && "dixXou".includes(conversion);
      text += flags.includes("-") ? formatted.padEnd(wide) : formatted.padStart(wide, zero ? "0" : " ");
    }
    context.state.budget.text(text.length);
    if (values.length === before) break;
  } while (values.length > 0);
  for (const value of wrong) {
    yield* context.std.err.write(`sh: invalid number '${value}'\n`);
    status = 1;
  }
  return (yield* print(context, text, "sh")) || status;
}

function convert(
  conversion: string,
  value: string,
  precision: string | undefined,
  wrong: string[],
): string | undefined {
  if (conversion === "s" || conversion === "b") {
    const text = conversion === "b" ? unescaped(value) : value;
    return precision === undefined ? text : text.slice(0, Number(precision));
  }
  if (conversion === "c") return value.slice(0, 1);
  const radix = { d: 10, i: 10, u: 10, x: 16, X: 16, o: 8 }[conversion];
  if (radix === undefined) return undefined;
  let number = 0n;
  if (/^[+-]?(0[xX][0-9a-fA-F]{1,32}|\d{1,40})$/.test(value)) {
    const digits = value.replace(/^[+-]/, "");
    const octal = /^0[0-7]+$/.test(digits);
    number = (value.startsWith("-") ? -1n : 1n) * BigInt(octal ? `0o${digits.slice(1)}` : digits);
  } else if (value !== "") wrong.push(value);
  const bits = radix === 10 ? BigInt.asIntN(64, number) : BigInt.asUintN(64, number);
  const text = bits.toString(radix).padStart(Math.min(MAX_WIDTH, Number(precision ?? 0)), "0");
  return conversion === "X" ? text.toUpperCase() : text;
}

export function* cd(context: CommandContext): Running<number> {
  const { state, std } = context;
  const target = context.args[0] ?? "/";
  const path = logical(absolute(state, target));
  const stat = state.system.files.stat(`${path}/`);
  const errno = "errno" in stat ? stat.errno : stat.kind === "directory" ? null : "ENOTDIR";
  if (errno !== null) {
    yield* std.err.write(`${state.name}: cd: can't cd to ${target}: ${strerror(errno)}\n`);
    return 1;
  }
  state.cwd = path;
  return 0;
}

export function* pwd(context: CommandContext): Running<number> {
  return yield* print(context, `${context.state.cwd}\n`, "sh");
}

export function* read(context: CommandContext): Running<number> {
  const names = context.args.filter((arg) => !arg.startsWith("-"));
  const line = yield* context.std.in.line();
  const words = (line ?? "").trim().split(/[ \t]+/);
  for (const [i, name] of (names.length > 0 ? names : ["REPLY"]).entries()) {
    const last = i === Math.max(0, names.length - 1);
    context.state.variables.set(name, last ? words.slice(i).join(" ") : (words[i] ?? ""));
  }
  return line === undefined ? 1 : 0;
}

// biome-ignore lint/correctness/useYield: variables are set at once.
export function* exportVariables(context: CommandContext): Running<number> {
  for (const arg of context.args) {
    const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(arg);
    if (assignment) context.state.variables.set(assignment[1] ?? "", assignment[2] ?? "");
  }
  return 0;
}

// biome-ignore lint/correctness/useYield: variables are removed at once.
export function* unset(context: CommandContext): Running<number> {
  for (const name of context.args) context.state.variables.delete(name);
  return 0;
}

export function* setOptions(context: CommandContext): Running<number> {
  if (context.args.length === 0) return 0;
  yield* context.std.err.write(`${context.state.name}: set: options are not supported\n`);
  return 2;
}
