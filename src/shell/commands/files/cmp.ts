/** `cmp` of GNU diffutils 3.8: where two files first differ, byte by byte. Status 0: nowhere; 1: there; 2: trouble. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { type Running, breathe } from "../../system.ts";
import { wholeOf } from "../sources.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options, print } from "../output.ts";
import { utf8 } from "../text/utf8.ts";

const TROUBLE = 2;
const NEWLINE = 10;

export function* cmp(context: CommandContext): Running<number> {
  const given = options(context.args, "bi:ln:s", {
    "print-bytes": "b",
    "ignore-initial": "i",
    verbose: "l",
    bytes: "n",
    quiet: "s",
    silent: "s",
  });
  const { flags, rest } = given;
  if (badOptions(given)) return yield* fail(context, optionError(given));
  if (flags.has("l") && flags.has("s")) return yield* fail(context, "options -l and -s are incompatible");
  const skips = flags.get("i") ?? rest.slice(2, 4).join(":");
  if (!/^\d*(:\d*)?$/.test(skips)) return yield* fail(context, `invalid --ignore-initial value '${skips}'`);
  const [skipFirst, skipSecond = skipFirst] = skips.split(":");
  const limit = flags.get("n");
  if (limit !== undefined && !/^\d+$/.test(limit)) return yield* fail(context, `invalid --bytes value '${limit}'`);
  const [first, second = "-"] = rest;
  if (first === undefined) return yield* fail(context, "missing operand after 'cmp'");
  if (rest.length > 4) return yield* fail(context, `extra operand '${rest[4]}'`);
  const most = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  const a = yield* bytesOf(context, first, Number(skipFirst), most);
  const b = a && (yield* bytesOf(context, second, Number(skipSecond), most));
  return a && b ? yield* compare(context, { name: first, bytes: a }, { name: second, bytes: b }, flags) : TROUBLE;
}

function* fail(context: CommandContext, message: string): Running<number> {
  yield* complain(context, message);
  return yield* complain(context, "Try 'cmp --help' for more information.", TROUBLE);
}

function* bytesOf(context: CommandContext, path: string, skip: number, most: number): Running<number[] | undefined> {
  const read =
    path === "-" ? { text: yield* context.std.in.rest() } : yield* wholeOf(context, absolute(context.state, path));
  if ("errno" in read) {
    if (!context.args.some((arg) => /^-(s|-quiet|-silent)/.test(arg)) || read.errno !== "ENOENT")
      yield* complain(context, `${path}: ${strerror(read.errno)}`);
    return undefined;
  }
  const { budget } = context.state;
  const bytes: number[] = [];
  for (let at = 0; at < read.text.length && bytes.length < skip + most; ) {
    let end = Math.min(read.text.length, at + AT_ONCE);
    // Both halves of a character stay together.
    if (end < read.text.length && /[\ud800-\udbff]/.test(read.text[end - 1] as string)) end++;
    for (const byte of utf8(read.text.slice(at, end))) bytes.push(byte);
    at = end;
    budget.spend(AT_ONCE * NS_PER_BYTE);
    yield* breathe(budget);
  }
  return bytes.slice(skip, skip + most);
}

/** Bytes looked at before others may go on, and what one costs. */
const AT_ONCE = 4096;
const NS_PER_BYTE = 10;

interface Operand {
  readonly name: string;
  readonly bytes: readonly number[];
}

function* compare(
  context: CommandContext,
  first: Operand,
  second: Operand,
  flags: ReadonlyMap<string, string>,
): Running<number> {
  const [a, b] = [first.bytes, second.bytes];
  const length = Math.min(a.length, b.length);
  const silent = flags.has("s");
  const octal = (byte: number): string => byte.toString(8).padStart(3);
  const shown = (byte: number): string => `${octal(byte)} ${visible(byte)}`;
  const width = String(length).length;
  let differs = false;
  for (let i = 0; i < length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    if (i % AT_ONCE === AT_ONCE - 1) {
      context.state.budget.spend(AT_ONCE * NS_PER_BYTE);
      yield* breathe(context.state.budget);
    }
    if (x === y) continue;
    differs = true;
    if (silent) return 1;
    if (flags.has("l")) {
      const pair = flags.has("b") ? `${octal(x)} ${visible(x).padEnd(4)} ${shown(y)}` : `${octal(x)} ${octal(y)}`;
      yield* print(context, `${String(i + 1).padStart(width)} ${pair}\n`);
      continue;
    }
    const line = 1 + a.slice(0, i).filter((byte) => byte === NEWLINE).length;
    const bytes = flags.has("b") ? ` is ${shown(x)} ${shown(y)}` : "";
    yield* print(context, `${first.name} ${second.name} differ: byte ${i + 1}, line ${line}${bytes}\n`);
    return 1;
  }
  if (a.length === b.length) return differs ? 1 : 0;
  if (silent) return 1;
  const shorter = a.length < b.length ? first : second;
  const lines = shorter.bytes.filter((byte) => byte === NEWLINE).length;
  const where = flags.has("l") ? "" : shorter.bytes.at(-1) === NEWLINE ? `, line ${lines}` : `, in line ${lines + 1}`;
  yield* complain(
    context,
    `EOF on ${shorter.name}${length === 0 ? " which is empty" : ` after byte ${length}${where}`}`,
  );
  return 1;
}

/** A byte as `cat -t` would show it. */
function visible(byte: number): string {
  if (byte >= 128) return `M-${visible(byte - 128)}`;
  if (byte === 127) return "^?";
  return byte < 32 ? `^${String.fromCharCode(byte + 64)}` : String.fromCharCode(byte);
}
