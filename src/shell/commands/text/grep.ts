/** `grep`, `egrep`, `fgrep`. */
import { absolute } from "../../state.ts";
import { BadExpression, Expression, type Match } from "../../regex.ts";
import { matches } from "../../pattern.ts";
import { type Running, breathe, done } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, cannotOpen, complain, optionError, options, print } from "../output.ts";
import { LineReader, Writer, open } from "../sources.ts";
import { append } from "../../../engine/lists.ts";

const LONG = {
  "extended-regexp": "E",
  "fixed-strings": "F",
  "basic-regexp": "G",
  regexp: "e",
  file: "f",
  "ignore-case": "i",
  "word-regexp": "w",
  "line-regexp": "x",
  "no-messages": "s",
  "invert-match": "v",
  "max-count": "m",
  "line-number": "n",
  "line-buffered": "U",
  "with-filename": "H",
  "no-filename": "h",
  "only-matching": "o",
  quiet: "q",
  silent: "q",
  recursive: "r",
  "files-without-match": "L",
  "files-with-matches": "l",
  count: "c",
  "after-context": "A",
  "before-context": "B",
  context: "C",
  include: "I",
  exclude: "X",
  color: "K",
  colour: "K",
};
const WRONG = 2;

interface Wanted {
  readonly flags: ReadonlyMap<string, string>;
  /** The next match in a line; what counts as one is up to -w and -x. */
  readonly find: (line: string, from: number) => Match | undefined;
  readonly before: number;
  readonly after: number;
  readonly most: number;
  readonly named: boolean;
}

/** Where messages go that nobody wants. */
const NOWHERE = { write: () => done(null) };

export function* grep(context: CommandContext): Running<number> {
  const given = options(countOption(context.args), "EFGPivwxcqnlLosHhrRUe:f:m:A:B:C:I:X:K::aZ", LONG);
  if (badOptions(given)) {
    yield* complain(context, optionError(given));
    yield* context.std.err.write(
      "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
    );
    return WRONG;
  }
  const { flags, values } = given;
  const operands = [...given.rest];
  const patterns = [...(values.get("e") ?? [])];
  for (const path of values.get("f") ?? []) {
    const read =
      path === "-"
        ? { text: yield* context.std.in.rest() }
        : context.state.system.files.read(absolute(context.state, path));
    if ("errno" in read) return yield* complain(context, cannotOpen(context, path, read.errno), WRONG);
    append(patterns, read.text.replace(/\n$/, "").split("\n"));
  }
  if (!values.has("e") && !values.has("f")) {
    const first = operands.shift();
    if (first === undefined) {
      yield* context.std.err.write(
        "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n",
      );
      return WRONG;
    }
    patterns.push(first);
  }
  for (const letter of "ABCm") {
    const value = flags.get(letter);
    if (value !== undefined && !/^\d+$/.test(value))
      return yield* complain(
        context,
        letter === "m" ? "invalid max count" : `${value}: invalid context length argument`,
        WRONG,
      );
  }
  const extended = flags.has("E") || context.name === "egrep" || flags.has("P");
  const fixed = flags.has("F") || context.name === "fgrep";
  const expressions: Expression[] = [];
  try {
    for (const pattern of patterns.flatMap((text) => text.split("\n"))) {
      const plain = fixed ? pattern.replace(/[.[\]*^$\\]/g, "\\$&") : pattern;
      expressions.push(new Expression(plain, { extended: extended && !fixed, ignoreCase: flags.has("i") }));
    }
  } catch (error) {
    if (!(error instanceof BadExpression)) throw error;
    return yield* complain(context, error.message, WRONG);
  }
  const recursive = flags.has("r") || flags.has("R");
  const paths = recursive ? yield* allBelow(context, operands, flags) : operands.length > 0 ? operands : ["-"];
  const around = Number(flags.get("C") ?? 0);
  const wanted: Wanted = {
    flags,
    find: finder(expressions, flags.has("w"), flags.has("x"), context),
    before: Number(flags.get("B") ?? around),
    after: Number(flags.get("A") ?? around),
    most: flags.has("m") ? Number(flags.get("m")) : Number.POSITIVE_INFINITY,
    named: !flags.has("h") && (flags.has("H") || recursive || paths.length > 1),
  };
  return yield* search(context, wanted, paths, recursive);
}

/** `-5` means `-C 5`. */
const countOption = (args: readonly string[]): string[] =>
  args.map((arg) => (/^-\d+$/.test(arg) ? `-C${arg.slice(1)}` : arg));

function finder(
  expressions: readonly Expression[],
  words: boolean,
  whole: boolean,
  context: CommandContext,
): Wanted["find"] {
  const isWord = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);
  const size = expressions.reduce((sum, expression) => sum + expression.size, 0);
  return (line, from) => {
    context.state.budget.text((line.length * size) / 16);
    let best: Match | undefined;
    for (const expression of expressions) {
      let at = from;
      for (let match = expression.exec(line, at); match; match = expression.exec(line, at)) {
        const [start = 0, end = 0] = match;
        const fits = whole
          ? start === 0 && end === line.length
          : !words || (!isWord(line[start - 1]) && !isWord(line[end]));
        if (fits) {
          if (!best || start < (best[0] as number) || (start === best[0] && end > (best[1] as number))) best = match;
          break;
        }
        at = start + 1;
        if (whole || at > line.length) break;
      }
    }
    return best;
  };
}

const LOOK_NS = 3_000;

function* allBelow(
  context: CommandContext,
  operands: readonly string[],
  flags: ReadonlyMap<string, string>,
): Running<string[]> {
  const paths: string[] = [];
  for (const path of below(context, operands, flags)) {
    paths.push(path);
    context.state.budget.spend(LOOK_NS);
    yield* breathe(context.state.budget);
  }
  return paths;
}

function* below(
  context: CommandContext,
  operands: readonly string[],
  flags: ReadonlyMap<string, string>,
): Iterable<string> {
  const { files } = context.state.system;
  const walk = function* (path: string): Iterable<string> {
    const listed = files.list(absolute(context.state, path));
    if ("errno" in listed) {
      const name = path.replace(/.*\//, "");
      const include = flags.get("I");
      const exclude = flags.get("X");
      if ((include === undefined || matches(include, name)) && (exclude === undefined || !matches(exclude, name)))
        yield path;
      return;
    }
    for (const name of listed.names) {
      const next = `${path.replace(/\/$/, "")}/${name}`;
      const stat = files.stat(absolute(context.state, next));
      if (!("errno" in stat) && (stat.kind !== "link" || flags.has("R"))) yield* walk(next);
    }
  };
  if (operands.length > 0) for (const path of operands) yield* walk(path);
  else for (const path of walk(".")) yield path.replace(/^\.\//, "");
}

function* search(
  context: CommandContext,
  wanted: Wanted,
  paths: readonly string[],
  recursive: boolean,
): Running<number> {
  const { flags } = wanted;
  const status = { value: 0 };
  const out = new Writer((text) => print(context, text));
  let found = false;
  for (const path of paths) {
    if (path !== "-" && !recursive && "names" in context.state.system.files.list(absolute(context.state, path))) {
      if (!flags.has("s")) yield* complain(context, `${path}: Is a directory`);
      status.value = WRONG;
      continue;
    }
    const quiet = flags.has("s") ? { ...context, std: { ...context.std, err: NOWHERE } } : context;
    const pieces = yield* open(quiet, path, status);
    if (!pieces) {
      status.value = WRONG;
      continue;
    }
    const count = yield* searchOne(wanted, path === "-" ? "(standard input)" : path, new LineReader(pieces, out), out);
    // With -L a file is found when nothing in it is.
    if (count > 0 !== flags.has("L")) found = true;
    if (found && flags.has("q")) return 0;
  }
  yield* out.flush();
  if (out.status !== 0) return WRONG;
  return status.value !== 0 ? WRONG : found ? 0 : 1;
}

function* searchOne(wanted: Wanted, name: string, reader: LineReader, out: Writer): Running<number> {
  const { flags, find, named } = wanted;
  const silent = flags.has("c") || flags.has("l") || flags.has("L") || flags.has("q");
  const prefix = (separator: string, number: number): string =>
    (named ? name + separator : "") + (flags.has("n") ? number + separator : "");
  const waiting: string[] = [];
  let count = 0;
  let number = 0;
  let afterLeft = 0;
  let lastPrinted = 0;
  const contextual = wanted.before > 0 || wanted.after > 0;
  for (;;) {
    if (count >= wanted.most && (afterLeft === 0 || silent)) break;
    const line = yield* reader.next();
    if (line === undefined) break;
    number++;
    const match = count < wanted.most ? find(line, 0) : undefined;
    if (count < wanted.most && (match !== undefined) !== flags.has("v")) {
      count++;
      if (flags.has("q") || flags.has("l") || flags.has("L")) break;
      if (silent) continue;
      if (contextual && lastPrinted > 0 && number - waiting.length > lastPrinted + 1) yield* out.put("--\n");
      for (const [i, held] of waiting.entries()) yield* out.put(`${prefix("-", number - waiting.length + i)}${held}\n`);
      waiting.length = 0;
      if (flags.has("o")) yield* parts(line, match, find, prefix(":", number), out);
      else yield* out.put(`${prefix(":", number)}${line}\n`);
      lastPrinted = number;
      afterLeft = wanted.after;
    } else if (!silent && afterLeft > 0) {
      afterLeft--;
      yield* out.put(`${prefix("-", number)}${line}\n`);
      lastPrinted = number;
    } else if (wanted.before > 0) {
      waiting.push(line);
      if (waiting.length > wanted.before) waiting.shift();
    }
  }
  if (flags.has("q")) return count;
  if (flags.has("l")) {
    if (count > 0) yield* out.put(`${name}\n`);
  } else if (flags.has("L")) {
    if (count === 0) yield* out.put(`${name}\n`);
  } else if (flags.has("c")) yield* out.put(`${named ? `${name}:` : ""}${count}\n`);
  return count;
}

/** -o: every match that is not empty, a line each. */
function* parts(
  line: string,
  first: Match | undefined,
  find: Wanted["find"],
  prefix: string,
  out: Writer,
): Running<void> {
  for (let match = first; match; ) {
    const [start = 0, end = 0] = match;
    if (end > start) yield* out.put(`${prefix}${line.slice(start, end)}\n`);
    const next = end > start ? end : end + 1;
    match = next > line.length ? undefined : find(line, next);
  }
}
