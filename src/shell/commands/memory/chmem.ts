/** `chmem` of util-linux 2.38: sets blocks online or offline. Exit 0 done, 1 nothing done, 64 done in part. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { type Bytes, MIB, parseSize } from "../../../engine/units.ts";
import { type Running, writeThrough } from "../../system.ts";
import { type BlockInfo, MEMORY, hexRange, humanSize, readBlock, readBlocks } from "./memory-blocks.ts";
import { complain, options, print } from "../output.ts";
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

export function* chmem(context: CommandContext): Running<number> {
  const { flags, rest, unknown } = options(context.args, "edbz:v", {
    enable: "e",
    disable: "d",
    blocks: "b",
    zone: "z",
    verbose: "v",
  });
  const usage = function* (message: string): Running<number> {
    yield* complain(context, message);
    yield* context.std.err.write("Try 'chmem --help' for more information.\n");
    return 1;
  };
  if (flags.has("e") && flags.has("d"))
    return yield* complain(context, "mutually exclusive arguments: --disable --enable");
  const zone = flags.get("z");
  if (zone !== undefined && !ZONES.includes(zone)) return yield* usage(`unknown memory zone: ${zone}`);
  if (unknown !== null || rest.length !== 1 || (!flags.has("e") && !flags.has("d"))) return yield* usage("bad usage");
  const read = readBlocks(context.state);
  if (read === null) return yield* complain(context, "This system does not support memory blocks");
  const request: Request = {
    enable: flags.has("e"),
    zone: zone ?? null,
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
  const dash = text.indexOf("-");
  if (blocks) {
    const [from, to = from] = text.split("-");
    if (!/^\d{1,9}$/.test(from ?? "") || !/^\d{1,9}$/.test(to ?? "")) return `Invalid parameter: ${text}`;
    if (Number(from) > Number(to)) return `Invalid range: ${text}`;
    return { first: Number(from), last: Number(to) };
  }
  if (dash >= 0) {
    const [from, to] = [text.slice(0, dash), text.slice(dash + 1)];
    if (!/^0x[0-9a-f]{1,13}$/i.test(from)) return `Invalid start address format: ${from}`;
    if (!/^0x[0-9a-f]{1,13}$/i.test(to)) return `Invalid end address format: ${to}`;
    const [start, end] = [Number(from), Number(to)];
    if (start > end) return `Invalid range: ${text}`;
    if (start % size !== 0 || (end + 1) % size !== 0)
      return `Start address and (end address + 1) must be aligned to memory block size (${humanSize(size)})`;
    return { first: start / size, last: (end + 1) / size - 1 };
  }
  const bytes: Bytes | undefined = parseSize(/^\d+$/.test(text) ? `${text}M` : text);
  if (bytes === undefined) return `Failed to parse size: '${text}': Invalid argument`;
  if (bytes < MIB || bytes % size !== 0) return `Size must be aligned to memory block size (${humanSize(size)})`;
  return { bytes };
}

/** What is written to `state`; `null` when the block's zones don't fit what was asked for. */
function word({ enable, zone }: Request, block: BlockInfo): string | null {
  const zones = block.zones ?? [];
  if (zone !== null && block.zones !== null && !(enable ? zones.includes(zone) : zones[0] === zone)) return null;
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
