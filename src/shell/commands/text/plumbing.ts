/** What connects commands: `tee`, `xargs`, `yes`, `seq`. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { type Budget, type Running, breathe, pass, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { formatted } from "../awk/value.ts";
import { Ended, SIGPIPE_STATUS, badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { Writer, wholeOf } from "../sources.ts";
import { append } from "../../../engine/lists.ts";

export function* tee(context: CommandContext): Running<number> {
  const given = options(context.args, "aip", { append: "a", "ignore-interrupts": "i" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const { files } = context.state.system;
  let status = 0;
  let paths: string[] = [];
  for (const path of rest) {
    const target = absolute(context.state, path);
    const errno = files.open(target, "write");
    if (errno !== null) {
      status = yield* complain(context, `${path}: ${strerror(errno)}`);
      continue;
    }
    if (!flags.has("a")) files.truncate(target);
    paths.push(path);
  }
  // What can't be written any more is said once, and the others go on.
  let printing = true;
  for (let piece = yield* context.std.in.chunk(); piece !== undefined; piece = yield* context.std.in.chunk()) {
    const full = printing ? yield* context.std.out.write(piece) : null;
    if (full === "EPIPE") throw new Ended(SIGPIPE_STATUS);
    if (full !== null) {
      status = yield* complain(context, `'standard output': ${strerror(full)}`);
      printing = false;
    }
    for (const path of [...paths]) {
      const errno = yield* writeThrough(files, absolute(context.state, path), piece);
      if (errno === null) continue;
      status = yield* complain(context, `${path}: ${strerror(errno)}`);
      paths = paths.filter((each) => each !== path);
    }
    if (!printing && paths.length === 0) break;
  }
  return status;
}

export function* yes(context: CommandContext): Running<number> {
  const line = `${context.args.length > 0 ? context.args.join(" ") : "y"}\n`;
  const block = line.repeat(Math.max(1, Math.floor(8192 / line.length)));
  for (;;) {
    context.state.budget.text(block.length);
    const status = yield* print(context, block, "yes: standard output");
    if (status !== 0) return status;
    yield* pass(context.state.system, 1000);
  }
}

const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|0x[\da-f]+|inf(?:inity)?|nan)$/i;
const numberOf = (text: string): number =>
  /inf/i.test(text) ? Number(text.replace(/inf\w*/i, "Infinity")) : Number(text);
const MOST = 100_000_000;

export function* seq(context: CommandContext): Running<number> {
  const args: string[] = [];
  let separator = "\n";
  let format: string | undefined;
  let wide = false;
  for (let i = 0; i < context.args.length; i++) {
    const arg = context.args[i] as string;
    if (arg === "-w" || arg === "--equal-width") wide = true;
    else if (arg === "-s" || arg === "-f") {
      const value = context.args[++i];
      if (value === undefined) return yield* usage(context, `option requires an argument -- '${arg[1]}'`);
      if (arg === "-s") separator = value;
      else format = value;
    } else if (/^-[sf]./.test(arg)) {
      if (arg[1] === "s") separator = arg.slice(2);
      else format = arg.slice(2);
    } else if (/^--separator=/.test(arg)) separator = arg.slice(12);
    else if (/^--format=/.test(arg)) format = arg.slice(9);
    else if (arg === "--") {
      append(args, context.args.slice(i + 1));
      break;
    } else if (/^-[^\d.]/.test(arg) && !NUMBER.test(arg))
      return yield* usage(
        context,
        arg.startsWith("--") ? `unrecognized option '${arg}'` : `invalid option -- '${arg[1]}'`,
      );
    else args.push(arg);
  }
  if (args.length === 0) return yield* usage(context, "missing operand");
  if (args.length > 3) return yield* usage(context, `extra operand '${args[3]}'`);
  const wrong = args.find((arg) => !NUMBER.test(arg));
  if (wrong !== undefined) return yield* usage(context, `invalid floating point argument: '${wrong}'`);
  const vague = args.find((arg) => /nan/i.test(arg));
  if (vague !== undefined) return yield* usage(context, `invalid 'not-a-number' argument: '${vague}'`);
  const malformed = format === undefined ? null : formatProblem(format);
  if (malformed !== null) return yield* complain(context, malformed);
  const numbers = args.map(numberOf);
  const [first, step, last] =
    numbers.length === 1
      ? [1, 1, numbers[0] as number]
      : numbers.length === 2
        ? [numbers[0] as number, 1, numbers[1] as number]
        : (numbers as [number, number, number]);
  if (step === 0) return yield* usage(context, `invalid Zero increment value: '${args[1]}'`);
  const decimals = (text: string | undefined): number => /\.(\d+)/.exec(text ?? "")?.[1]?.length ?? 0;
  const places = numbers.length === 1 ? 0 : Math.max(decimals(args[0]), numbers.length === 3 ? decimals(args[1]) : 0);
  const show = (value: number): string =>
    format === undefined ? value.toFixed(places) : formatted(format, [Number(value.toFixed(Math.max(places, 12)))]);
  const width = wide ? Math.max(show(first).length, show(last).length) : 0;
  const pad = (text: string): string =>
    text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
  const out = new Writer((text) => print(context, text));
  const most = Math.min(MOST, Math.floor((last - first) / step + 1e-9));
  for (let i = 0; i <= most && most >= 0; i++) {
    yield* out.put(`${i === 0 ? "" : separator}${pad(show(first + i * step))}`);
    if (out.status !== 0) return out.status;
    if (i % 512 === 511) context.state.budget.text(4096);
    if (i % 8192 === 8191) yield* pass(context.state.system, 1000);
  }
  if (most >= 0) yield* out.put("\n");
  yield* out.flush();
  return out.status;
}

/** A format has one directive, for a number with a fraction. */
function formatProblem(format: string): string | null {
  const directives = [...format.matchAll(/%(?:%|[-+ #0']*\d*(?:\.\d*)?(.?))/g)].filter(([whole]) => whole !== "%%");
  const [first] = directives;
  if (!first) return `format '${format}' has no % directive`;
  if (!/^[efgaEFGA]$/.test(first[1] ?? "")) return `format '${format}' has unknown %${first[1]} directive`;
  return directives.length > 1 ? `format '${format}' has too many % directives` : null;
}

export function* xargs(context: CommandContext): Running<number> {
  const given = options(context.args, "+0a:d:E:I:i::L:n:P:rs:tx", {
    "arg-file": "a",
    null: "0",
    delimiter: "d",
    "max-args": "n",
    "max-lines": "L",
    "max-procs": "P",
    "no-run-if-empty": "r",
    verbose: "t",
    replace: "I",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  for (const letter of ["n", "L", "P"]) {
    const number = flags.get(letter);
    if (number === undefined) continue;
    if (!/^\d+$/.test(number)) return yield* usage(context, `invalid number "${number}" for -${letter} option`);
    if (Number(number) === 0 && letter !== "P")
      return yield* usage(context, `value 0 for -${letter} option should be >= 1`);
  }
  const [name = "echo", ...fixed] = rest;
  const file = flags.get("a");
  const read =
    file === undefined
      ? { text: yield* context.std.in.rest() }
      : yield* wholeOf(context, absolute(context.state, file));
  if ("errno" in read) return yield* complain(context, `Cannot open input file '${file}': ${strerror(read.errno)}`);
  const { text } = read;
  const replace = flags.get("I") ?? (flags.has("i") ? flags.get("i") || "{}" : undefined);
  let items: string[][];
  if (flags.has("0"))
    items = [
      text
        .replace(/\0$/, "")
        .split("\0")
        .filter((item, _, all) => all.length > 1 || item !== ""),
    ];
  else if (flags.has("d")) {
    const delimiter = (flags.get("d") ?? "").replace(/^\\n$/, "\n").replace(/^\\t$/, "\t").replace(/^\\0$/, "\0");
    items = [text === "" ? [] : (text.endsWith(delimiter) ? text.slice(0, -1) : text).split(delimiter)];
  } else {
    const parsed = yield* quotedLines(text, replace !== undefined, context.state.budget);
    if (typeof parsed === "string") return yield* complain(context, parsed);
    items = parsed;
  }
  const end = flags.get("E");
  const stop = end === undefined ? -1 : items.findIndex((words) => words.includes(end));
  if (end !== undefined && stop >= 0)
    items = [...items.slice(0, stop), (items[stop] as string[]).slice(0, items[stop]?.indexOf(end))];
  const words = items.flat();
  const perRun = flags.has("n") ? Math.max(1, Number(flags.get("n")) || 1) : Number.POSITIVE_INFINITY;
  const runs: (readonly string[])[] = [];
  if (replace !== undefined) for (const word of words) runs.push(fixed.map((arg) => arg.replaceAll(replace, word)));
  else if (flags.has("L")) {
    const perLine = Math.max(1, Number(flags.get("L")) || 1);
    for (let i = 0; i < items.length; i += perLine) runs.push([...fixed, ...items.slice(i, i + perLine).flat()]);
  } else if (words.length === 0) {
    if (!flags.has("r")) runs.push(fixed);
  } else
    for (let i = 0; i < words.length; i += perRun)
      runs.push([...fixed, ...words.slice(i, Number.isFinite(perRun) ? i + perRun : undefined)]);
  let status = 0;
  for (const [i, args] of runs.entries()) {
    const command = replace === undefined ? name : name.replaceAll(replace, words[i] as string);
    if (flags.has("t")) yield* context.std.err.write(`${[command, ...args].join(" ")}\n`);
    const ended = yield* context.run(command, args);
    if (ended === 127 || ended === 126) return ended;
    if (ended === 255) {
      yield* complain(context, `${command}: exited with status 255; aborting`);
      return 124;
    }
    if (ended > 128) {
      yield* complain(context, `${command}: terminated by signal ${ended - 128}`);
      return 125;
    }
    if (ended !== 0) status = 123;
  }
  return status;
}

const NS_PER_CHARACTER = 50;

/** Words of each line, with quotes and backslashes; whole lines when they replace something. */
function* quotedLines(text: string, wholeLines: boolean, budget: Budget): Running<string[][] | string> {
  const all: string[][] = [];
  // A blank at the end of a line joins it with the next.
  const joined = wholeLines ? text : text.replace(/[ \t]\n(?=[^\n])/g, " ");
  for (const line of joined.split("\n")) {
    budget.spend(line.length * NS_PER_CHARACTER);
    yield* breathe(budget);
    if (line.trim() === "") continue;
    const words: string[] = [];
    let word: string | undefined;
    let quote = "";
    for (let i = 0; i < line.length; i++) {
      const character = line[i] as string;
      if (quote !== "") {
        if (character === quote) quote = "";
        else word += character;
      } else if (character === "'" || character === '"') {
        quote = character;
        word ??= "";
      } else if (character === "\\" && i + 1 < line.length) word = (word ?? "") + (line[++i] as string);
      else if (/[ \t]/.test(character) && (!wholeLines || word === undefined)) {
        if (word !== undefined) words.push(word);
        word = undefined;
      } else word = (word ?? "") + character;
    }
    if (quote !== "")
      return `unmatched ${quote === "'" ? "single" : "double"} quote; by default quotes are special to xargs unless you use the -0 option`;
    if (word !== undefined) words.push(word);
    all.push(words);
  }
  return all;
}
