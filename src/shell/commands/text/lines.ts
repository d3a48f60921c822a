/** Beginnings, ends and counts of texts: `head`, `tail`, `wc`, `tac`, `rev`, `nl`. */
import { absolute } from "../../state.ts";
import { type Budget, type Running, breathe, pass } from "../../system.ts";
import { type CommandContext, MILLISECOND } from "../command.ts";
import {
  type Options,
  badOptions,
  complain,
  joinLines,
  mapped,
  optionError,
  options,
  parted,
  print,
  printAll,
  usage,
} from "../output.ts";
import { LineReader, Writer, eachLine, open, sources } from "../sources.ts";
import { isBinary } from "./utf8.ts";

/** `-5` means `-n 5`. */
const countOption = (args: readonly string[]): string[] =>
  args.map((arg, i) => (/^-\d+$/.test(arg) && !/^-[nc]$/.test(args[i - 1] ?? "") ? `-n${arg.slice(1)}` : arg));

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  b: 512,
  kB: 1000,
  K: 1024,
  MB: 1e6,
  M: 1024 ** 2,
  GB: 1e9,
  G: 1024 ** 3,
};

/** `12`, `-12`, `+12`, `1K`. */
function count(text: string): { readonly sign: string; readonly value: number } | undefined {
  const match = /^([+-]?)(\d{1,15})(b|kB|K|MB|M|GB|G)?$/.exec(text);
  return match ? { sign: match[1] as string, value: Number(match[2]) * (UNITS[match[3] ?? ""] ?? 1) } : undefined;
}

/** What `head` and `tail` are asked for; or what is wrong with that. */
function partOf({ flags, rest }: Options) {
  const bytes = flags.has("c");
  const text = flags.get(bytes ? "c" : "n") ?? "10";
  const wanted = count(text);
  if (!wanted) return `invalid number of ${bytes ? "bytes" : "lines"}: '${text}'`;
  const paths = rest.length > 0 ? rest : ["-"];
  return { bytes, wanted, paths, named: flags.has("v") || (paths.length > 1 && !flags.has("q")) };
}

const header = (name: string, first: boolean): string =>
  `${first ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`;

export function* head(context: CommandContext): Running<number> {
  const given = options(countOption(context.args), "n:c:qvz", {
    lines: "n",
    bytes: "c",
    quiet: "q",
    silent: "q",
    verbose: "v",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const asked = partOf(given);
  if (typeof asked === "string") return yield* complain(context, asked);
  const { bytes, wanted, paths, named } = asked;
  const status = { value: 0 };
  let first = true;
  let wrong = 0;
  for (const path of paths) {
    if ("names" in context.state.system.files.list(absolute(context.state, path)) && path !== "-") {
      if (named) yield* print(context, header(path, first));
      first = false;
      status.value = yield* complain(context, `error reading '${path}': Is a directory`);
      continue;
    }
    const pieces = yield* open(context, path, status);
    if (!pieces) continue;
    if (named) yield* print(context, header(path, first));
    first = false;
    const out = new Writer((part) => print(context, part));
    if (wanted.sign === "-") {
      const whole: string[] = [];
      for (let piece = yield* pieces.next(); piece !== undefined; piece = yield* pieces.next()) whole.push(piece);
      const all = whole.join("");
      const parts = bytes ? [] : yield* terminated(all, context.state.budget);
      yield* out.put(
        bytes
          ? all.slice(0, Math.max(0, all.length - wanted.value))
          : parts.slice(0, Math.max(0, parts.length - wanted.value)).join(""),
      );
    } else if (bytes) {
      let left = wanted.value;
      for (
        let piece = left > 0 ? yield* pieces.next() : undefined;
        piece !== undefined;
        piece = left > 0 ? yield* pieces.next() : undefined
      ) {
        yield* out.put(piece.slice(0, left));
        left -= Math.min(left, piece.length);
      }
    } else yield* headLines(context, path, new LineReader(pieces, out), wanted.value, out);
    yield* out.flush();
    wrong = out.status || wrong;
  }
  return wrong || status.value;
}

/** Characters of one read. */
const PIECE = 4096;

function* headLines(
  context: CommandContext,
  path: string,
  reader: LineReader,
  wanted: number,
  out: Writer,
): Running<void> {
  const standard = path === "-" ? context.process.descriptors.get(0) : undefined;
  for (let left = wanted; left > 0; ) {
    if (!standard) {
      const line = yield* reader.next();
      if (line === undefined) break;
      yield* out.put(reader.unterminated ? line : `${line}\n`);
      left--;
      continue;
    }
    // From a shared input no more is taken than is shown.
    const piece = yield* standard.read(context.process, PIECE, "\n");
    if (!("text" in piece) || piece.text === "") break;
    yield* out.put(piece.text);
    if (piece.text.endsWith("\n")) left--;
    if (standard.isTerminal) yield* out.flush();
  }
}

const POLL = 100 * MILLISECOND;

export function* tail(context: CommandContext): Running<number> {
  const args = countOption(context.args).map((arg, i) => (/^\+\d+$/.test(arg) && i === 0 ? `-n${arg}` : arg));
  const given = options(args, "n:c:qvf::Fs:", {
    lines: "n",
    bytes: "c",
    follow: "f",
    quiet: "q",
    verbose: "v",
    "sleep-interval": "s",
    retry: "F",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const asked = partOf(given);
  if (typeof asked === "string") return yield* complain(context, asked);
  const { bytes, wanted, paths, named } = asked;
  const { flags } = given;
  const lengths = new Map<string, number>();
  let status = 0;
  let first = true;
  for (const path of paths) {
    const { all, status: wrong } = yield* sources(context, [path]);
    status = wrong || status;
    const [source] = all;
    if (!source) continue;
    if (named) status = (yield* print(context, header(path, first))) || status;
    first = false;
    lengths.set(path, source.text.length);
    const plain = bytes && !/[\ud800-\udbff]/.test(source.text);
    const parts = plain ? source.text : bytes ? [...source.text] : yield* parted(source.text, context.state.budget);
    const from = wanted.sign === "+" ? Math.max(0, wanted.value - 1) : Math.max(0, parts.length - wanted.value);
    const shown = parts.slice(from);
    const text = typeof shown === "string" ? shown : shown.join(bytes ? "" : "\n");
    const ends = !bytes && shown.length > 0 && source.text.endsWith("\n");
    status = (yield* print(context, ends ? `${text}\n` : text)) || status;
  }
  if ((flags.has("f") || flags.has("F")) && paths.some((path) => path !== "-"))
    return yield* follow(context, paths, lengths, named);
  return status;
}

/** -f: what is added to the files, until somebody ends it. */
function* follow(
  context: CommandContext,
  paths: readonly string[],
  lengths: Map<string, number>,
  named: boolean,
): Running<number> {
  let last = paths.at(-1);
  for (;;) {
    yield* pass(context.state.system, POLL);
    for (const path of paths) {
      const read = context.state.system.files.read(absolute(context.state, path));
      if ("errno" in read) continue;
      const before = lengths.get(path) ?? 0;
      lengths.set(path, read.text.length);
      if (read.text.length < before) yield* context.std.err.write(`tail: ${path}: file truncated\n`);
      const fresh = read.text.slice(read.text.length < before ? 0 : before);
      if (fresh === "") continue;
      if (named && last !== path) yield* print(context, header(path, false));
      last = path;
      const failed = yield* print(context, fresh);
      if (failed !== 0) return failed;
    }
  }
}

export function* wc(context: CommandContext): Running<number> {
  const given = options(context.args, "lwcmL", {
    lines: "l",
    words: "w",
    bytes: "c",
    chars: "m",
    "max-line-length": "L",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const { all, status } = yield* sources(context, rest);
  const chosen = flags.size === 0 ? ["l", "w", "c"] : ["l", "w", "m", "c", "L"].filter((letter) => flags.has(letter));
  const counts: { name: string; values: number[]; bytes: number }[] = [];
  for (const { name, text } of all) {
    const of = yield* counted(text, context.state.budget);
    counts.push({ name, values: chosen.map((letter) => of[letter as "l"]), bytes: of.c });
  }
  if (context.state.system.dialect === "busybox")
    return (
      (yield* print(
        context,
        joinLines(busyboxCounts(rest.length > 0 ? counts : counts.map((each) => ({ ...each, name: "" })))),
      )) || status
    );
  const total = chosen.map((letter, i) =>
    counts.reduce(
      (sum, each) => (letter === "L" ? Math.max(sum, each.values[i] as number) : sum + (each.values[i] as number)),
      0,
    ),
  );
  const isFile = rest.length > 0 && !rest.includes("-");
  const sized =
    isFile &&
    rest.every((path) => {
      const stat = context.state.system.files.stat(absolute(context.state, path));
      return !("errno" in stat) && !/^\/(proc|sys|dev)\//.test(absolute(context.state, path));
    });
  const width =
    counts.length <= 1 && chosen.length === 1
      ? 1
      : sized
        ? String(counts.reduce((sum, each) => sum + each.bytes, 0)).length
        : 7;
  const line = (values: readonly number[], name: string): string =>
    `${values.map((value) => String(value).padStart(width)).join(" ")}${name === "" ? "" : ` ${name}`}`;
  const out = counts.map(({ name, values }) => line(values, rest.length === 0 ? "" : name));
  if (rest.length > 1) out.push(line(total, "total"));
  return (yield* print(context, joinLines(out))) || status;
}

const BLANK = /[ \t\n\v\f\r]/;
/** Characters counted before others may go on, and what one costs. */
const AT_ONCE = 4096;
const NS_PER_CHARACTER = 20;

/** Lines, words, characters, bytes, and the length of the longest line. */
function* counted(text: string, budget: Budget): Running<Record<"l" | "w" | "m" | "c" | "L", number>> {
  const of = { l: 0, w: 0, m: 0, c: 0, L: 0 };
  const binary = isBinary(text);
  let inWord = false;
  let width = 0;
  for (const character of text) {
    of.m++;
    const code = character.codePointAt(0) as number;
    of.c += binary || code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (BLANK.test(character)) inWord = false;
    else if (!inWord) {
      inWord = true;
      of.w++;
    }
    if (character === "\n") {
      of.l++;
      width = 0;
    } else of.L = Math.max(of.L, ++width);
    if (of.m % AT_ONCE !== 0) continue;
    budget.spend(AT_ONCE * NS_PER_CHARACTER);
    yield* breathe(budget);
  }
  return of;
}

/** Busybox: one number alone stands as it is, all others take nine columns; several files have a total. */
function busyboxCounts(counts: readonly { readonly name: string; readonly values: readonly number[] }[]): string[] {
  const sum = counts.reduce<number[]>((total, { values }) => values.map((value, i) => value + (total[i] ?? 0)), []);
  const rows = counts.length > 1 ? [...counts, { name: "total", values: sum }] : counts;
  return rows.map(({ name, values }) => {
    const alone = counts.length === 1 && values.length === 1;
    const numbers = alone ? `${values[0]}` : values.map((value) => String(value).padStart(9)).join(" ");
    return name === "" ? numbers : `${numbers} ${name}`;
  });
}

/** Lines with their newlines; the last may have none. */
function* terminated(text: string, budget: Budget): Running<string[]> {
  const all = yield* parted(text, budget);
  return yield* mapped(all, budget, (line, i) => (i < all.length - 1 || text.endsWith("\n") ? `${line}\n` : line));
}

export function* tac(context: CommandContext): Running<number> {
  const { all, status } = yield* sources(context, context.args);
  let wrong = 0;
  for (const { text } of all) {
    const parts = yield* terminated(text, context.state.budget);
    wrong = (yield* printAll(context, parts.reverse(), (part) => part)) || wrong;
  }
  return wrong || status;
}

export function* rev(context: CommandContext): Running<number> {
  const out = new Writer((text) => print(context, text));
  const status = yield* eachLine(
    context,
    context.args,
    function* (line) {
      yield* out.put(`${[...line].reverse().join("")}\n`);
    },
    out,
  );
  yield* out.flush();
  return out.status || status;
}

export function* nl(context: CommandContext): Running<number> {
  const given = options(context.args, "b:n:w:s:v:i:", {
    "body-numbering": "b",
    "number-format": "n",
    "number-width": "w",
    "number-separator": "s",
    "starting-line-number": "v",
    "line-increment": "i",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const width = Number(flags.get("w") ?? 6);
  const separator = flags.get("s") ?? "\t";
  let number = Number(flags.get("v") ?? 1);
  const style = flags.get("b") ?? "t";
  const format = (value: number): string =>
    flags.get("n") === "ln"
      ? String(value).padEnd(width)
      : String(value).padStart(width, flags.get("n") === "rz" ? "0" : " ");
  const out = new Writer((text) => print(context, text));
  const status = yield* eachLine(
    context,
    rest,
    function* (line) {
      if (style === "a" || (style === "t" && line !== "")) {
        yield* out.put(`${format(number)}${separator}${line}\n`);
        number += Number(flags.get("i") ?? 1);
      } else yield* out.put(`${" ".repeat(width + separator.length)}${line}\n`);
    },
    out,
  );
  yield* out.flush();
  return out.status || status;
}
