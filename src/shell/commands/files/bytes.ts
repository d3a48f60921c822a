/** Files byte by byte: `dd`, `od`, `hexdump`, `xxd`. Binary files of the kernel hold a byte a character. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { endsAfterOneRead } from "../../io/files.ts";
import { absolute } from "../../state.ts";
import { type Running, breathe, pass, writeThrough } from "../../system.ts";
import { type CommandContext, MILLISECOND } from "../command.ts";
import { wholeOf } from "../sources.ts";
import { badOptions, cannotOpen, complain, optionError, options, print, printAll, usage } from "../output.ts";
import { isBinary, octets } from "../text/utf8.ts";
import { largest } from "../../../engine/lists.ts";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  c: 1,
  w: 2,
  b: 512,
  k: 1024,
  K: 1024,
  kB: 1000,
  KB: 1000,
  M: 1024 ** 2,
  MB: 1e6,
  G: 1024 ** 3,
  GB: 1e9,
};

/** `4K`, `0x10`, `2x512`. */
function amount(text: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number(text);
  let product = 1;
  for (const factor of text.split("x")) {
    const match = /^(\d{1,15})([a-zA-Z]{0,2})$/.exec(factor);
    const unit = match && UNITS[match[2] as string];
    if (!match || typeof unit !== "number") return undefined;
    product *= Number(match[1]) * unit;
  }
  return product;
}

/** Bytes of one read. */
const MAX_BLOCK = 4 * 1024 * 1024;

export function* dd(context: CommandContext): Running<number> {
  const words = new Map<string, string>();
  for (const arg of context.args) {
    const match = /^([a-z]+)=(.*)$/s.exec(arg);
    if (
      !match ||
      !["if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "iflag", "oflag", "conv", "status"].includes(
        match[1] as string,
      )
    )
      return yield* usage(context, `unrecognized operand '${arg}'`);
    words.set(match[1] as string, match[2] as string);
  }
  for (const name of ["bs", "ibs", "obs", "count", "skip", "seek"]) {
    const value = words.get(name);
    if (value !== undefined && amount(value) === undefined)
      return yield* complain(context, `invalid number: '${value}'`);
  }
  const size = Math.min(MAX_BLOCK, amount(words.get("bs") ?? words.get("ibs") ?? "512") as number);
  if (size === 0) return yield* complain(context, "invalid number: '0'");
  const count = words.has("count") ? (amount(words.get("count") as string) as number) : Number.POSITIVE_INFINITY;
  const skip = (amount(words.get("skip") ?? "0") as number) * size;
  const { files } = context.state.system;
  const input = words.get("if");
  const output = words.get("of");
  const target = output === undefined ? null : absolute(context.state, output);
  const started = context.state.system.now();
  if (input !== undefined) {
    const errno = files.open(absolute(context.state, input), "read");
    if (errno !== null) return yield* complain(context, `failed to open '${input}': ${strerror(errno)}`);
  }
  if (target !== null) {
    const errno = files.open(target, "write");
    if (errno !== null) return yield* complain(context, `failed to open '${output}': ${strerror(errno)}`);
    if (!words.get("conv")?.includes("notrunc")) files.truncate(target);
  }
  const whole = input === undefined ? yield* context.std.in.rest() : null;
  const read = (at: number) => {
    if (whole !== null) return { text: whole.slice(at, at + size) };
    const path = absolute(context.state, input as string);
    const piece = files.readAt(path, at, size);
    return at > 0 && "text" in piece && endsAfterOneRead(path, piece.text) ? { text: "" } : piece;
  };
  const sizeOf = (path: string): number => {
    const stat = files.stat(path);
    return "errno" in stat ? 0 : stat.size;
  };
  const before = target === null ? 0 : sizeOf(target);
  let [full, part, bytes, at] = [0, 0, 0, skip];
  // Of a piece that does not fit what does is written, and the piece is none that went out.
  let cut: "full" | "part" | null = null;
  while (full + part < count) {
    const piece = read(at);
    if ("errno" in piece)
      return yield* complain(context, `error reading '${input ?? "standard input"}': ${strerror(piece.errno)}`);
    if (piece.text === "") break;
    at += piece.text.length;
    bytes += piece.text.length;
    if (piece.text.length === size) full++;
    else part++;
    context.state.budget.text(piece.text.length);
    if (target === null) {
      const failed = yield* print(context, piece.text);
      if (failed !== 0) return failed;
    } else {
      const errno = yield* writeThrough(files, target, piece.text, { pid: context.process.pid, comm: "dd" });
      if (errno !== null) {
        yield* complain(context, `error writing '${output}': ${strerror(errno)}`);
        cut = piece.text.length === size ? "full" : "part";
        bytes = sizeOf(target) - before;
        break;
      }
    }
    if ((full + part) % 64 === 0) yield* pass(context.state.system, MILLISECOND);
  }
  const status = cut === null ? 0 : 1;
  if (words.get("status") === "none") return status;
  const out = `${full - Number(cut === "full")}+${part - Number(cut === "part")}`;
  yield* context.std.err.write(`${full}+${part} records in\n${out} records out\n`);
  if (words.get("status") === "noxfer") return status;
  const seconds = Math.max(1e-6, (context.state.system.now() - started) / 1e9);
  const human = bytes < 1000 ? "" : ` (${scaled(bytes, 1000)}B${bytes >= 1024 ? `, ${scaled(bytes, 1024)}iB` : ""})`;
  yield* context.std.err.write(
    `${bytes} byte${bytes === 1 ? "" : "s"}${human} copied, ${Number(seconds.toPrecision(6))} s, ${scaled(bytes / seconds, 1000)}B/s\n`,
  );
  return status;
}

function scaled(bytes: number, step: number): string {
  let [value, at] = [bytes, 0];
  while (value >= step && at < 5) {
    value /= step;
    at++;
  }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${["", step === 1000 ? "k" : "K", "M", "G", "T", "P"][at]}`;
}

/** Bytes of the operands, from an offset, at most so many; `undefined` after saying why not. */
function* bytesOf(
  context: CommandContext,
  paths: readonly string[],
  skip: number,
  most: number,
): Running<number[] | undefined> {
  const parts: string[] = [];
  let left = skip + most;
  for (const path of paths.length > 0 ? paths : ["-"]) {
    if (path === "-") {
      parts.push(yield* context.std.in.rest());
      continue;
    }
    const { files } = context.state.system;
    const whole = absolute(context.state, path);
    // Large files are read no further than needed.
    const read =
      Number.isFinite(left) && parts.length === 0
        ? files.readAt(whole, 0, Math.ceil(left / 8) * 8)
        : yield* wholeOf(context, whole);
    if ("errno" in read) {
      yield* complain(context, cannotOpen(context, path, read.errno));
      return undefined;
    }
    parts.push(read.text);
    left -= read.text.length;
  }
  const text = parts.join("");
  const bytes: number[] = [];
  const binary = isBinary(text);
  for (let at = 0; at < text.length && bytes.length < skip + most; ) {
    let end = Math.min(text.length, at + AT_ONCE);
    // Both halves of a character stay together.
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1] as string)) end++;
    for (const byte of octets(text.slice(at, end), binary)) bytes.push(byte);
    at = end;
    context.state.budget.spend(NS_PER_ROW * (AT_ONCE / ROW));
    yield* breathe(context.state.budget);
  }
  return bytes.slice(skip, Number.isFinite(most) ? skip + most : undefined);
}

const ROW = 16;
/** What a row of a dump costs. */
const NS_PER_ROW = 2_000;
/** Characters made bytes at once. */
const AT_ONCE = 4096;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
const printable = (byte: number): string => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".");

interface Format {
  readonly size: number;
  readonly show: (bytes: readonly number[]) => string;
  readonly width: number;
}

const little = (bytes: readonly number[]): bigint => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
const SIGNS: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};
const NAMES = [
  "nul",
  "soh",
  "stx",
  "etx",
  "eot",
  "enq",
  "ack",
  "bel",
  "bs",
  "ht",
  "nl",
  "vt",
  "ff",
  "cr",
  "so",
  "si",
  "dle",
  "dc1",
  "dc2",
  "dc3",
  "dc4",
  "nak",
  "syn",
  "etb",
  "can",
  "em",
  "sub",
  "esc",
  "fs",
  "gs",
  "rs",
  "us",
  "sp",
];

function odFormat(text: string): Format | undefined {
  if (text === "c")
    return {
      size: 1,
      width: 3,
      show: ([byte = 0]) =>
        SIGNS[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0")),
    };
  if (text === "a")
    return {
      size: 1,
      width: 3,
      show: ([byte = 0]) => NAMES[byte & 127] ?? ((byte & 127) === 127 ? "del" : String.fromCharCode(byte & 127)),
    };
  const match = /^([xoud])([1248CSIL]?)$/.exec(text);
  if (!match) return undefined;
  const size = { C: 1, S: 2, I: 4, L: 8, "": 4 }[match[2] as "C"] ?? Number(match[2]);
  const kind = match[1] as "x";
  const widths = { x: [2, 4, 8, 16], o: [3, 6, 11, 22], u: [3, 5, 10, 20], d: [4, 6, 11, 20] }[kind];
  return {
    size,
    width: widths[Math.log2(size)] as number,
    show: (bytes) => {
      const value = little(bytes);
      if (kind === "x") return value.toString(16).padStart(size * 2, "0");
      if (kind === "o") return value.toString(8).padStart(widths[Math.log2(size)] as number, "0");
      return String(kind === "d" ? BigInt.asIntN(size * 8, value) : value);
    },
  };
}

export function* od(context: CommandContext): Running<number> {
  const shorthand: Readonly<Record<string, string>> = {
    a: "a",
    b: "o1",
    c: "c",
    d: "u2",
    o: "o2",
    s: "d2",
    x: "x2",
    i: "d4",
  };
  const given = options(context.args, "A:t:N:j:w::vabcdosxi", {
    "address-radix": "A",
    format: "t",
    "read-bytes": "N",
    "skip-bytes": "j",
    width: "w",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, values, rest } = given;
  const types = [
    ...(values.get("t") ?? []).flatMap((text) => text.match(/[acxoud][1248CSIL]?/g) ?? [text]),
    ...Object.keys(shorthand)
      .filter((letter) => flags.has(letter))
      .map((letter) => shorthand[letter] as string),
  ];
  const formats: Format[] = [];
  for (const type of types.length > 0 ? types : ["o2"]) {
    const format = odFormat(type);
    if (!format) return yield* complain(context, `invalid type string '${type}'`);
    formats.push(format);
  }
  const skip = amount(flags.get("j") ?? "0");
  const most = flags.has("N") ? amount(flags.get("N") as string) : Number.POSITIVE_INFINITY;
  if (skip === undefined || most === undefined) return yield* complain(context, "invalid number");
  const bytes = yield* bytesOf(context, rest, skip, most);
  if (!bytes) return 1;
  const row = flags.has("w") ? Number(flags.get("w") || 32) : ROW;
  const radix = flags.get("A") ?? "o";
  const address = (at: number): string =>
    radix === "n"
      ? ""
      : radix === "x"
        ? hex(at, 6)
        : radix === "d"
          ? String(at).padStart(7, "0")
          : at.toString(8).padStart(7, "0");
  // Columns of several formats stand below each other.
  const perByte = largest(formats.map((format) => (format.width + 1) / format.size));
  const out: string[] = [];
  let before = "";
  let starred = false;
  for (let at = 0; at < bytes.length; at += row) {
    context.state.budget.spend(NS_PER_ROW);
    yield* breathe(context.state.budget);
    const slice = bytes.slice(at, at + row);
    const same = slice.join();
    if (!flags.has("v") && same === before && slice.length === row) {
      if (!starred) out.push("*");
      starred = true;
      continue;
    }
    before = same;
    starred = false;
    for (const [i, format] of formats.entries()) {
      let text = "";
      for (let from = 0; from < slice.length; from += format.size) {
        const part = slice.slice(from, from + format.size);
        while (part.length < format.size) part.push(0);
        text += format.show(part).padStart(Math.round(perByte * format.size));
      }
      out.push((i === 0 ? address(skip + at) : " ".repeat(address(0).length)) + text);
    }
  }
  if (radix !== "n") out.push(address(skip + bytes.length));
  return yield* printAll(context, out, (line) => `${line}\n`);
}

export function* hexdump(context: CommandContext): Running<number> {
  const given = options(context.args, "Cn:s:vx", { canonical: "C", length: "n", skip: "s", "no-squeezing": "v" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const skip = amount(flags.get("s") ?? "0") ?? 0;
  const most = amount(flags.get("n") ?? "");
  const bytes = yield* bytesOf(context, rest, skip, most ?? (flags.has("n") ? 0 : Number.POSITIVE_INFINITY));
  if (!bytes) return 1;
  const canonical = flags.has("C") || context.name === "hd";
  const out: string[] = [];
  let before = "";
  let starred = false;
  for (let at = 0; at < bytes.length; at += ROW) {
    context.state.budget.spend(NS_PER_ROW);
    yield* breathe(context.state.budget);
    const slice = bytes.slice(at, at + ROW);
    if (!flags.has("v") && slice.join() === before && slice.length === ROW) {
      if (!starred) out.push("*");
      starred = true;
      continue;
    }
    before = slice.join();
    starred = false;
    if (canonical) {
      const cells = slice.map((byte, i) => `${i === 8 ? " " : ""}${hex(byte, 2)}`).join(" ");
      out.push(`${hex(skip + at, 8)}  ${cells.padEnd(48)}  |${slice.map(printable).join("")}|`);
    } else {
      const words: string[] = [];
      for (let i = 0; i < slice.length; i += 2) words.push(hex((slice[i] as number) | ((slice[i + 1] ?? 0) << 8), 4));
      const wide = flags.has("x") ? words.map((word) => `   ${word}`).join(" ") : words.join(" ");
      out.push(`${hex(skip + at, 7)} ${wide.padEnd(flags.has("x") ? 63 : 39)}`);
    }
  }
  if (bytes.length > 0) out.push(hex(skip + bytes.length, canonical ? 8 : 7));
  return yield* printAll(context, out, (line) => `${line}\n`);
}

export function* xxd(context: CommandContext): Running<number> {
  const given = options(context.args, "pl:s:c:g:ru", { len: "l", seek: "s", cols: "c", plain: "p" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const skip = amount(flags.get("s") ?? "0") ?? 0;
  const most = amount(flags.get("l") ?? "");
  const bytes = yield* bytesOf(context, rest, skip, most ?? (flags.has("l") ? 0 : Number.POSITIVE_INFINITY));
  if (!bytes) return 1;
  const out: string[] = [];
  const columns = Number(flags.get("c") ?? (flags.has("p") ? 30 : ROW)) || ROW;
  const group = Number(flags.get("g") ?? 2) || columns;
  for (let at = 0; at < bytes.length; at += columns) {
    context.state.budget.spend(NS_PER_ROW);
    yield* breathe(context.state.budget);
    const slice = bytes.slice(at, at + columns);
    if (flags.has("p")) {
      out.push(slice.map((byte) => hex(byte, 2)).join(""));
      continue;
    }
    const cells = slice.map((byte, i) => hex(byte, 2) + ((i + 1) % group === 0 ? " " : "")).join("");
    out.push(
      `${hex(skip + at, 8)}: ${cells.padEnd(columns * 2 + Math.ceil(columns / group))} ${slice.map(printable).join("")}`,
    );
  }
  return yield* printAll(context, out, (line) => `${line}\n`);
}
