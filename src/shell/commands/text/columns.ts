/** Columns and characters: `cut`, `paste`, `tr`, `fold`. */
import { type Running, breathe } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { LineReader, type Pieces, Writer, eachLine, open } from "../sources.ts";
import { fromUtf8, utf8 } from "./utf8.ts";
import { append } from "../../../engine/lists.ts";

/** One byte a character. */
const PLAIN = /^[\0-\x7f]*$/;

export function* cut(context: CommandContext): Running<number> {
  const given = options(context.args, "b:c:d:f:nsO:Xz", {
    bytes: "b",
    characters: "c",
    delimiter: "d",
    fields: "f",
    "only-delimited": "s",
    complement: "X",
    "output-delimiter": "O",
    "zero-terminated": "z",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const kinds = ["b", "c", "f"].filter((letter) => flags.has(letter));
  if (kinds.length === 0) return yield* usage(context, "you must specify a list of bytes, characters, or fields");
  if (kinds.length > 1 || (given.values.get(kinds[0] as string)?.length ?? 0) > 1)
    return yield* usage(context, "only one list may be specified");
  const fields = flags.has("f");
  if (flags.has("d") && !fields)
    return yield* usage(context, "an input delimiter may be specified only\n\twhen operating on fields");
  if (flags.has("s") && !fields)
    return yield* usage(context, "suppressing non-delimited lines makes sense\n\tonly when operating on fields");
  const delimiter = (flags.get("d") ?? "\t") || "\0";
  const end = flags.has("z") ? "\0" : "\n";
  if (delimiter.length > 1) return yield* usage(context, "the delimiter must be a single character");
  const ranges = parseRanges(flags.get(kinds[0] as string) ?? "", fields);
  if (typeof ranges === "string") return yield* usage(context, ranges);
  const chosen = (position: number): boolean =>
    ranges.some(({ from, to }) => position >= from && position <= to) !== flags.has("X");
  const together = (position: number): boolean =>
    flags.has("X") || ranges.some(({ from, to }) => from < position && position <= to);
  const glue = flags.get("O") ?? (fields ? delimiter : "");
  const out = new Writer((text) => print(context, text));
  const status = yield* eachLine(
    context,
    rest,
    function* (line) {
      if (fields && !line.includes(delimiter)) {
        if (!flags.has("s")) yield* out.put(line + end);
        return;
      }
      // Characters are bytes to it, as to GNU's.
      const bytes = fields || PLAIN.test(line) ? null : utf8(line);
      const parts = fields ? line.split(delimiter) : bytes ? bytes.map((byte) => String.fromCharCode(byte)) : [...line];
      const kept = fields ? parts.filter((_, i) => chosen(i + 1)) : runs(parts, chosen, together);
      if (bytes && glue === "") kept.splice(0, kept.length, kept.join(""));
      const whole = bytes ? kept.map((part) => fromUtf8([...part].map((byte) => byte.charCodeAt(0)))) : kept;
      yield* out.put(`${whole.join(glue)}${end}`);
    },
    out,
    end,
  );
  yield* out.flush();
  return out.status || status;
}

/** Stretches of chosen characters, each in one range (`together` with the one before): an output delimiter stands between them. */
function runs(
  parts: readonly string[],
  chosen: (position: number) => boolean,
  together: (position: number) => boolean,
): string[] {
  const found: string[] = [];
  let open = false;
  for (const [i, part] of parts.entries()) {
    if (!chosen(i + 1)) open = false;
    else if (open && together(i + 1)) found[found.length - 1] += part;
    else {
      found.push(part);
      open = true;
    }
  }
  return found;
}

function parseRanges(text: string, fields: boolean): { readonly from: number; readonly to: number }[] | string {
  const ranges: { from: number; to: number }[] = [];
  for (const range of text.split(/[ ,]/)) {
    const match = /^(\d*)(-?)(\d*)$/.exec(range);
    if (!match)
      return `invalid ${fields ? "field value" : "byte/character position"} '${range.replace(/^[\d-]*/, "") || range}'`;
    const [, from = "", dash = "", to = ""] = match;
    if (range === "-") return "invalid range with no endpoint: -";
    if ((from === "" && to === "") || from === "0" || (from === "" && to === "0"))
      return `${fields ? "fields" : "byte/character positions"} are numbered from 1`;
    const start = from === "" ? 1 : Number(from);
    const end = dash === "" ? start : to === "" ? Number.POSITIVE_INFINITY : Number(to);
    if (end < start) return "invalid decreasing range";
    ranges.push({ from: start, to: end });
  }
  return ranges;
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /\p{Cc}/u,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
};

export function* paste(context: CommandContext): Running<number> {
  const given = options(context.args, "d:s", { delimiters: "d", serial: "s" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const delimiters = [
    ...(flags.get("d") ?? "\t").replace(/\\(.)/gs, (_, escaped: string) =>
      escaped === "0" ? "\u0001" : (ESCAPES[escaped] ?? escaped),
    ),
  ];
  const glue = (i: number): string =>
    delimiters.length === 0 ? "" : (delimiters[i % delimiters.length] as string).replace("\u0001", "");
  const status = { value: 0 };
  const inputs: LineReader[] = [];
  const standard: { reader?: LineReader } = {};
  for (const path of rest.length > 0 ? rest : ["-"]) {
    if (path === "-") {
      standard.reader ??= new LineReader({
        name: "-",
        budget: context.state.budget,
        next: () => context.std.in.chunk(),
      });
      inputs.push(standard.reader);
      continue;
    }
    const pieces: Pieces | undefined = yield* open(context, path, status);
    if (!pieces) return 1;
    inputs.push(new LineReader(pieces));
  }
  const out = new Writer((text) => print(context, text));
  if (flags.has("s")) {
    for (const input of inputs) {
      let text = "";
      let count = 0;
      for (let line = yield* input.next(); line !== undefined; line = yield* input.next(), count++)
        text += (count === 0 ? "" : glue(count - 1)) + line;
      yield* out.put(`${text}\n`);
    }
  } else {
    for (;;) {
      const row: (string | undefined)[] = [];
      for (const input of inputs) row.push(yield* input.next());
      if (row.every((line) => line === undefined)) break;
      yield* out.put(`${row.map((line, i) => (i === 0 ? "" : glue(i - 1)) + (line ?? "")).join("")}\n`);
    }
  }
  yield* out.flush();
  return out.status || status.value;
}

/** A set of characters, with ranges, classes and escapes. */
function expandSet(text: string): string[] | string {
  const found: string[] = [];
  const codes = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const one = (at: number): [string, number] => {
    if (text[at] !== "\\") return [text[at] as string, at + 1];
    const octal = /^\\([0-7]{1,3})/.exec(text.slice(at));
    if (octal) return [String.fromCharCode(Number.parseInt(octal[1] as string, 8) & 255), at + octal[0].length];
    const escaped = text[at + 1];
    return escaped === undefined ? ["\\", at + 1] : [ESCAPES[escaped] ?? escaped, at + 2];
  };
  for (let at = 0; at < text.length; ) {
    const named = /^\[:(\w+):\]/.exec(text.slice(at));
    const known = named && CLASSES[named[1] as string];
    if (named && !known) return `invalid character class '${named[1]}'`;
    if (named && known) {
      append(
        found,
        codes.filter((character) => known.test(character)),
      );
      at += named[0].length;
      continue;
    }
    const repeated = /^\[(.)\*(\d*)\]/s.exec(text.slice(at));
    if (repeated) {
      const times = repeated[2] === "" ? 256 : Number(repeated[2]);
      append(found, new Array<string>(Math.min(times, 256)).fill(repeated[1] as string));
      at += repeated[0].length;
      continue;
    }
    const [from, next] = one(at);
    at = next;
    if (text[at] === "-" && at + 1 < text.length) {
      const [to, after] = one(at + 1);
      if (to < from) return `range-endpoints of '${from}-${to}' are in reverse collating sequence order`;
      for (let code = from.charCodeAt(0); code <= Math.min(to.charCodeAt(0), from.charCodeAt(0) + 255); code++)
        found.push(String.fromCharCode(code));
      at = after;
    } else found.push(from);
  }
  return found;
}

/** Looking a character up. */
const NS_PER_CHARACTER = 10;

export function* tr(context: CommandContext): Running<number> {
  const given = options(context.args, "+cCdst", {
    complement: "c",
    delete: "d",
    "squeeze-repeats": "s",
    "truncate-set1": "t",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const [first, second] = rest;
  if (first === undefined) return yield* usage(context, "missing operand");
  const needsTwo = !flags.has("d") && !flags.has("s");
  if (needsTwo && second === undefined)
    return yield* usage(context, `missing operand after '${first}'\nTwo strings must be given when translating.`);
  if (flags.has("d") && !flags.has("s") && second !== undefined)
    return yield* usage(
      context,
      `extra operand '${second}'\nOnly one string may be given when deleting without squeezing repeats.`,
    );
  if (rest.length > 2) return yield* usage(context, `extra operand '${rest[2]}'`);
  const cases = /\[:(?:upper|lower):\]/;
  if (second !== undefined && !flags.has("d") && cases.test(second) && !cases.test(first))
    return yield* complain(context, "misaligned [:upper:] and/or [:lower:] construct");
  const from = expandSet(first);
  const to = expandSet(second ?? "");
  if (typeof from === "string" || typeof to === "string")
    return yield* complain(context, typeof from === "string" ? from : (to as string));
  const complement = flags.has("c") || flags.has("C");
  if (!flags.has("d") && second === "")
    return yield* complain(context, "when not truncating set1, string2 must be non-empty");
  const set = new Set(from);
  const inFirst = (character: string): boolean => set.has(character) !== complement;
  const map = new Map<string, string>();
  if (second !== undefined && !complement)
    for (const [i, character] of from.entries())
      if (i < to.length || !flags.has("t")) map.set(character, to[Math.min(i, to.length - 1)] as string);
  const translate = (character: string): string =>
    complement
      ? inFirst(character) && !flags.has("t")
        ? (to.at(-1) as string)
        : character
      : (map.get(character) ?? character);
  const squeezed = new Set(flags.has("s") ? (second === undefined ? [] : to) : []);
  const squeezes = (character: string): boolean =>
    flags.has("s") && (second === undefined ? inFirst(character) : squeezed.has(character));
  let last: string | undefined;
  let status = 0;
  for (let piece = yield* context.std.in.chunk(); piece !== undefined; piece = yield* context.std.in.chunk()) {
    let text = "";
    for (const character of piece) {
      if (flags.has("d") && inFirst(character)) continue;
      const now = flags.has("d") || second === undefined ? character : translate(character);
      if (now === last && squeezes(now)) continue;
      last = now;
      text += now;
    }
    context.state.budget.spend(piece.length * NS_PER_CHARACTER);
    yield* breathe(context.state.budget);
    status = (yield* print(context, text)) || status;
  }
  return status;
}

export function* fold(context: CommandContext): Running<number> {
  const given = options(
    context.args.map((arg) => (/^-\d+$/.test(arg) ? `-w${arg.slice(1)}` : arg)),
    "w:sb",
    { width: "w", spaces: "s", bytes: "b" },
  );
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const width = Number(flags.get("w") ?? 80);
  if (!Number.isInteger(width) || width < 1)
    return yield* complain(context, `invalid number of columns: '${flags.get("w")}'`);
  const out = new Writer((text) => print(context, text));
  const status = yield* eachLine(
    context,
    rest,
    function* (line) {
      let left = line;
      while (left.length > width) {
        const blank = flags.has("s") ? left.slice(0, width).lastIndexOf(" ") : -1;
        const end = blank < 0 ? width : blank + 1;
        yield* out.put(`${left.slice(0, end)}\n`);
        left = left.slice(end);
      }
      yield* out.put(`${left}\n`);
    },
    out,
  );
  yield* out.flush();
  return out.status || status;
}
