/** `md5sum` of coreutils 9.1 and of busybox: what a file's content comes to (RFC 1321), and whether it is still so. */
import { absolute } from "../../state.ts";
import { type Budget, type Running, breathe } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, cannotOpen, complain, optionError, options, print } from "../output.ts";
import { wholeOf } from "../sources.ts";
import { isBinary, octets } from "../text/utf8.ts";

const BLOCK = 64;
/** Where the length in bits stands in the last block. */
const LENGTH_AT = 56;
const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Array.from({ length: BLOCK }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
/** Characters taken at a time, and what one costs. */
const AT_ONCE = 65_536;
const NS_PER_BYTE = 2;

class Digest {
  private readonly state = new Int32Array([0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476]);
  private readonly block = new Uint8Array(BLOCK);
  private readonly words = new Int32Array(BLOCK / 4);
  private bytes = 0;

  add(all: Iterable<number>): void {
    for (const byte of all) {
      this.block[this.bytes++ % BLOCK] = byte;
      if (this.bytes % BLOCK === 0) this.turn();
    }
  }

  /** In hexadecimal. Nothing may be added after that. */
  end(): string {
    const bits = this.bytes * 8;
    this.add([0x80]);
    while (this.bytes % BLOCK !== LENGTH_AT) this.add([0]);
    this.add([0, 8, 16, 24].map((shift) => (bits >>> shift) & 0xff));
    this.add([0, 8, 16, 24].map((shift) => Math.floor(bits / 2 ** 32 / 2 ** shift) & 0xff));
    const bytes = new Uint8Array(this.state.buffer);
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Works one block in. */
  private turn(): void {
    const { state, block, words } = this;
    for (let i = 0; i < words.length; i++)
      words[i] =
        (block[4 * i] as number) |
        ((block[4 * i + 1] as number) << 8) |
        ((block[4 * i + 2] as number) << 16) |
        ((block[4 * i + 3] as number) << 24);
    let [a, b, c, d] = state as unknown as [number, number, number, number];
    for (let i = 0; i < BLOCK; i++) {
      const round = i >> 4;
      const mixed =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const word = round === 0 ? i : round === 1 ? 5 * i + 1 : round === 2 ? 3 * i + 5 : 7 * i;
      const sum = (a + mixed + (SINES[i] as number) + (words[word % words.length] as number)) | 0;
      const shift = SHIFTS[4 * round + (i % 4)] as number;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    for (const [i, value] of [a, b, c, d].entries()) state[i] = (state[i] as number) + value;
  }
}

export function* md5sum(context: CommandContext): Running<number> {
  const given = options(context.args, "bctw", {
    binary: "b",
    check: "c",
    text: "t",
    warn: "w",
    quiet: "q",
    status: "s",
  });
  if (badOptions(given)) {
    yield* complain(context, optionError(given));
    yield* context.std.err.write("Try 'md5sum --help' for more information.\n");
    return 1;
  }
  const { flags, rest } = given;
  let status = 0;
  for (const path of rest.length === 0 ? ["-"] : rest) {
    const sum = flags.has("c") ? yield* checked(context, path, flags) : yield* sumOf(context, path);
    if (typeof sum === "number") status ||= sum;
    else yield* print(context, `${sum} ${flags.has("b") ? "*" : " "}${path}\n`);
  }
  return status;
}

/** The sum of a file, or of standard input for `-`; the status where it can't be read, which is said. */
function* sumOf(context: CommandContext, path: string): Running<string | number> {
  const read =
    path === "-" ? { text: yield* context.std.in.rest() } : yield* wholeOf(context, absolute(context.state, path));
  if ("errno" in read) return yield* complain(context, cannotOpen(context, path, read.errno));
  return yield* digestOf(read.text, context.state.budget);
}

function* digestOf(text: string, budget: Budget): Running<string> {
  const digest = new Digest();
  const binary = isBinary(text);
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + AT_ONCE);
    // Both halves of a character stay together.
    if (end < text.length && /[\ud800-\udbff]/.test(text[end - 1] as string)) end++;
    digest.add(octets(text.slice(at, end), binary));
    budget.spend((end - at) * NS_PER_BYTE);
    at = end;
    yield* breathe(budget);
  }
  return digest.end();
}

/** Files named with their sums: whether each still comes to it. */
function* checked(context: CommandContext, list: string, flags: ReadonlyMap<string, string>): Running<number> {
  const read =
    list === "-" ? { text: yield* context.std.in.rest() } : yield* wholeOf(context, absolute(context.state, list));
  if ("errno" in read) return yield* complain(context, cannotOpen(context, list, read.errno));
  const lines = read.text.split("\n").flatMap((line) => {
    const [, sum = "", path = ""] = /^([\da-f]{32}) [ *](.+)$/i.exec(line) ?? [];
    return path === "" ? [] : [{ sum: sum.toLowerCase(), path }];
  });
  if (lines.length === 0) return yield* complain(context, `${list}: no properly formatted checksum lines found`);
  let [differ, unread] = [0, 0];
  for (const { sum, path } of lines) {
    const now = yield* sumOf(context, path);
    const word = typeof now === "number" ? "FAILED open or read" : now === sum ? "OK" : "FAILED";
    if (typeof now === "number") unread++;
    else if (now !== sum) differ++;
    if (!flags.has("s") && !(flags.has("q") && word === "OK")) yield* print(context, `${path}: ${word}\n`);
  }
  const warning = (count: number, one: string, many: string): string => `WARNING: ${count} ${count === 1 ? one : many}`;
  if (unread > 0 && !flags.has("s"))
    yield* complain(context, warning(unread, "listed file could not be read", "listed files could not be read"));
  if (differ > 0 && !flags.has("s"))
    yield* complain(context, warning(differ, "computed checksum did NOT match", "computed checksums did NOT match"));
  return unread + differ > 0 ? 1 : 0;
}
