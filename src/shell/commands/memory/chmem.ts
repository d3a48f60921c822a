/** `chmem` of util-linux 2.38: sets blocks online or offline. Exit 0 done, 1 nothing done, 64 done in part. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { MIB } from "../../../engine/units.ts";
import { type Running, writeThrough } from "../../system.ts";
import { type BlockInfo, MEMORY, hexRange, humanSize, readBlock, readBlocks } from "./memory-blocks.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import type { CommandContext } from "../command.ts";

const PARTLY = 64;
const ZONES = ["DMA", "DMA32", "Normal", "Highmem", "Movable", "Device"];

interface Request {
  readonly enable: boolean;
  readonly zone: string | null;
  readonly verbose: boolean;
  readonly blockSize: number;
}
type Wanted = { readonly bytes: number } | { readonly first: number; readonly last: number };

const HELP = `
Usage:
 chmem [options] [SIZE|RANGE|BLOCKRANGE]

Set a particular size or range of memory online or offline.

Options:
 -e, --enable       enable memory
 -d, --disable      disable memory
 -b, --blocks       use memory blocks
 -z, --zone <name>  select memory zone (see below)
 -v, --verbose      verbose output
 -h, --help         display this help
 -V, --version      display version

Supported zones:
${ZONES.map((name) => ` ${name}\n`).join("")}
For more details see chmem(8).
`;

const LONG = { enable: "e", disable: "d", block: "b", zone: "z", verbose: "v", help: "h", version: "V" };

export function* chmem(context: CommandContext): Running<number> {
  const given = options(context.args, "edbz:vhV", LONG);
  const { flags, rest } = given;
  if (flags.has("e") && flags.has("d"))
    return yield* complain(context, "mutually exclusive arguments: --disable --enable");
  const zone = flags.get("z");
  const known = ZONES.find((name) => name.toLowerCase() === zone?.toLowerCase());
  if (zone !== undefined && !known) return yield* usage(context, `unknown memory zone: ${zone}`);
  if (badOptions(given)) return yield* usage(context, optionError(given));
  if (flags.has("h")) return yield* print(context, HELP);
  if (flags.has("V")) return yield* print(context, "chmem from util-linux 2.38.1\n");
  if (rest.length !== 1 || (!flags.has("e") && !flags.has("d"))) return yield* usage(context, "bad usage");
  const read = readBlocks(context.state);
  if (read === null) return yield* complain(context, "This system does not support memory blocks");
  const request: Request = {
    enable: flags.has("e"),
    zone: known ?? null,
    verbose: flags.has("v"),
    blockSize: read.size,
  };
  const wanted = parse(rest[0] ?? "", flags.has("b"), read.size);
  if (typeof wanted === "string") return yield* complain(context, wanted);
  return "bytes" in wanted
    ? yield* bySize(context, request, wanted.bytes, read.blocks)
    : yield* byRange(context, request, wanted);
}

/** What is asked for, or what is wrong with how it is asked for. */
function parse(text: string, blocks: boolean, size: number): Wanted | string {
  // Dashes part words, and those at the ends part nothing.
  const words = text.split("-").filter((word) => word !== "");
  const [from = "", to] = words;
  if (words.length > 2) return `Invalid parameter: ${text}`;
  if (words.length === 0)
    return blocks ? "Failed to parse start: '(null)'" : `Failed to parse size: '${text}': Invalid argument`;
  if (blocks) {
    const [first, last] = [blockNumber(from), blockNumber(to ?? from)];
    if (first === null)
      return to === undefined ? `Failed to parse block number: '${from}'` : `Failed to parse start: '${from}'`;
    if (last === null) return `Failed to parse end: '${to}'`;
    return first > last ? `Invalid range: ${text}` : { first, last };
  }
  if (to !== undefined) return byAddress(text, from, to, size);
  const bytes = bytesOf(from);
  if (typeof bytes === "string") return `Failed to parse size: '${from}': ${bytes}`;
  if (bytes % size !== 0) return `Size must be aligned to memory block size (${humanSize(size)})`;
  return { bytes };
}

const blockNumber = (text: string): number | null => (/^\s*\+?\d{1,15}$/.test(text) ? Number(text) : null);

function byAddress(text: string, from: string, to: string, size: number): Wanted | string {
  const ends: number[] = [];
  for (const [word, which] of [
    [from, "start"],
    [to, "end"],
  ] as const) {
    if (!word.startsWith("0x")) return `Invalid ${which} address format: ${word}`;
    if (!/^0x0*[0-9a-f]{1,13}$/i.test(word)) return `Failed to parse ${which} address: '${word}'`;
    ends.push(Number(word));
  }
  const [start = 0, end = 0] = ends;
  if (start > end) return `Invalid range: ${text}`;
  if (start % size !== 0 || (end + 1) % size !== 0)
    return `Start address and (end address + 1) must be aligned to memory block size (${humanSize(size)})`;
  return { first: start / size, last: (end + 1) / size - 1 };
}

/** A size with a suffix, or in MiB; or why it is none. As util-linux reads it: octal and hexadecimal too, `KB` are 1000. */
function bytesOf(text: string): number | string {
  const invalid = "Invalid argument";
  const match = /^\s*\+?(0x[0-9a-f]+|\d+)(?:\.(\d+))?(?:([KMGTPEZY])(iB|B)?)?$/i.exec(text);
  if (!match) return invalid;
  const [, whole = "", fraction = "", letter, unit] = match;
  if (/^0\d*[89]/.test(whole) || (fraction !== "" && letter === undefined)) return invalid;
  const number = /^0\d/.test(whole) ? Number.parseInt(whole, 8) : Number(whole);
  const power = letter === undefined ? 0 : "KMGTPEZY".indexOf(letter.toUpperCase()) + 1;
  const scale = (unit === "B" ? 1000 : 1024) ** power;
  // Each digit adds a whole number of bytes, so that 0.25G is a byte short of a quarter.
  const parts = [...fraction].map((digit, i) => {
    const share = digit === "0" ? 0 : Math.floor(10 ** (i + 1) / Number(digit));
    return share === 0 ? 0 : Math.floor(scale / share);
  });
  const bytes = parts.reduce((sum, part) => sum + part, number * scale) * (/\d$/.test(text) ? MIB : 1);
  return bytes >= 2 ** 64 ? "Numerical result out of range" : bytes;
}

/** What is written to `state`; `null` when the block's zones don't fit what was asked for. */
function word({ enable, zone }: Request, block: BlockInfo): string | null {
  const zones = block.zones ?? [];
  if (
    zone !== null &&
    block.zones !== null &&
    !(enable ? zones.some((name) => name.includes(zone)) : zones[0]?.startsWith(zone))
  )
    return null;
  if (!enable) return "offline";
  if (zone !== null) return zone === "Movable" ? "online_movable" : "online_kernel";
  return zones.includes("Movable") ? "online_movable" : "online";
}

const name = (id: number, size: number): string => `Memory Block ${id} (${hexRange(id * size, (id + 1) * size - 1)})`;

function* bySize(
  context: CommandContext,
  request: Request,
  bytes: number,
  blocks: readonly BlockInfo[],
): Running<number> {
  const { blockSize, enable } = request;
  let left = bytes / blockSize;
  const todo = enable ? blocks : [...blocks].reverse();
  for (const block of todo) {
    if (left === 0) break;
    if ((block.state === "online") === enable) continue;
    const text = word(request, block);
    if (text === null) continue;
    const errno = yield* writeThrough(context.state.system.files, `${MEMORY}/memory${block.id}/state`, `${text}\n`);
    const verb = enable ? "enable" : "disable";
    if (request.verbose)
      yield* print(context, `${name(block.id, blockSize)} ${verb}${errno === null ? "d" : " failed"}\n`);
    if (errno === null) left--;
  }
  if (left === 0) return 0;
  const done = bytes - left * blockSize;
  yield* complain(context, `Could only ${enable ? "enable" : "disable"} ${humanSize(done)} of memory`);
  return done > 0 ? PARTLY : 1;
}

function* byRange(
  context: CommandContext,
  request: Request,
  { first, last }: { first: number; last: number },
): Running<number> {
  const { enable, blockSize, verbose } = request;
  const verb = enable ? "enable" : "disable";
  const present = readBlocks(context.state)?.blocks.filter(({ id }) => id >= first && id <= last) ?? [];
  let left = last - first + 1;
  for (const { id } of present) {
    const block = readBlock(context.state, id);
    if (!block) continue;
    if ((block.state === "online") === enable) {
      if (verbose) yield* print(context, `${name(id, blockSize)} already ${verb}d\n`);
      left--;
      continue;
    }
    const text = word(request, block);
    if (text === null) {
      yield* complain(context, `${name(id, blockSize)} ${verb} failed: Zone mismatch`);
      continue;
    }
    const errno = yield* writeThrough(context.state.system.files, `${MEMORY}/memory${id}/state`, `${text}\n`);
    if (errno !== null) {
      yield* complain(context, `${name(id, blockSize)} ${verb} failed: ${strerror(errno)}`);
      continue;
    }
    if (verbose) yield* print(context, `${name(id, blockSize)} ${verb}d\n`);
    left--;
  }
  if (left === 0) return 0;
  return left === last - first + 1 ? 1 : PARTLY;
}
