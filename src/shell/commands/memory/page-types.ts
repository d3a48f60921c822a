/**
 * `page-types` of the kernel's tools: what pages are used for, from /proc/kpageflags and PID/pagemap. Here: the table of
 * totals, -p PID, -a RANGE, -l, -L, -N, -b FLAGS.
 */
import type { Running } from "../../system.ts";
import { pass } from "../../system.ts";
import { type CommandContext, MILLISECOND } from "../command.ts";
import { badOptions, complain, optionError, options, print } from "../output.ts";
import { Writer } from "../sources.ts";
import { readText } from "./meminfo-text.ts";

/** Letters and names of the bits, in the order in which they are shown. */
const FLAGS: readonly (readonly [bit: number, letter: string, name: string])[] = [
  [0, "L", "locked"],
  [1, "E", "error"],
  [2, "R", "referenced"],
  [3, "U", "uptodate"],
  [4, "D", "dirty"],
  [5, "l", "lru"],
  [6, "A", "active"],
  [7, "S", "slab"],
  [8, "W", "writeback"],
  [9, "I", "reclaim"],
  [10, "B", "buddy"],
  [11, "M", "mmap"],
  [12, "a", "anonymous"],
  [13, "s", "swapcache"],
  [14, "b", "swapbacked"],
  [15, "H", "compound_head"],
  [16, "T", "compound_tail"],
  [17, "G", "huge"],
  [18, "u", "unevictable"],
  [19, "X", "hwpoison"],
  [20, "n", "nopage"],
  [21, "x", "ksm"],
  [22, "t", "thp"],
  [23, "o", "offline"],
  [26, "g", "pgtable"],
  [24, "z", "zero_page"],
  [25, "i", "idle_page"],
  [32, "r", "reserved"],
  [33, "m", "mlocked"],
  [34, "d", "mappedtodisk"],
  [35, "P", "private"],
  [36, "p", "private_2"],
  [37, "O", "owner_private"],
  [38, "h", "arch"],
  [39, "c", "uncached"],
  [40, "f", "softdirty"],
];
const has = (flags: number, bit: number): boolean => Math.floor(flags / 2 ** bit) % 2 === 1;
const symbols = (flags: number): string => FLAGS.map(([bit, letter]) => (has(flags, bit) ? letter : "_")).join("");
const names = (flags: number): string =>
  FLAGS.filter(([bit]) => has(flags, bit))
    .map(([, , name]) => name)
    .join(",");
const hex = (value: number): string => value.toString(16);

/** Pages of one read. */
const BATCH = 4096;

interface Stretch {
  readonly first: number;
  readonly count: number;
}

export function* pageTypes(context: CommandContext): Running<number> {
  const given = options(context.args, "rp:f:a:b:lLNMXxhd:c:i:", {
    raw: "r",
    pid: "p",
    file: "f",
    addr: "a",
    bits: "b",
    list: "l",
    "list-each": "L",
    "no-summary": "N",
    help: "h",
  });
  const { flags } = given;
  if (badOptions(given) || flags.has("h") || given.rest.length > 0) {
    if (given.unknown !== null || given.missing !== null) yield* complain(context, optionError(given));
    yield* context.std.err.write(
      "page-types [options]\n            -p|--pid     pid           Walk process address space\n            -a|--addr    addr-spec     Walk a range of pages\n            -b|--bits    bits-spec     Walk pages with specified bits\n            -l|--list                  Show page details in ranges\n            -L|--list-each             Show page details one by one\n            -N|--no-summary            Don't show summary info\n",
    );
    return flags.has("h") ? 0 : 1;
  }
  const range = parseRange(flags.get("a") ?? "");
  if (!range) return yield* complain(context, `invalid address range: ${flags.get("a")}`);
  const wanted = parseBits(flags.get("b") ?? "");
  if (typeof wanted === "string") return yield* complain(context, `unknown flag name: ${wanted}`);
  const walker = new Walker(context, flags, wanted);
  const pid = flags.get("p");
  if (pid !== undefined) {
    if (readText(context, `/proc/${pid}/comm`) === null)
      return yield* complain(context, `open /proc/${pid}/pagemap: No such file or directory`);
    yield* walker.process(pid, range);
  } else yield* walker.physical(range);
  return yield* walker.finish();
}

/** `N`, `N+M`, `N,M` or `N,`; pages. */
function parseRange(text: string): Stretch | undefined {
  if (text === "") return { first: 0, count: Number.POSITIVE_INFINITY };
  const match = /^(0x[0-9a-f]+|\d+)?(?:([+,])(0x[0-9a-f]+|\d+)?)?$/i.exec(text);
  if (!match) return undefined;
  const first = Number(match[1] ?? 0);
  if (match[2] === undefined) return { first, count: 1 };
  if (match[3] === undefined) return { first, count: Number.POSITIVE_INFINITY };
  return { first, count: match[2] === "+" ? Number(match[3]) : Math.max(0, Number(match[3]) - first) };
}

/** `buddy,~lru` or `buddy,lru=buddy`: bits that must be set, and bits that must not. */
function parseBits(text: string): ((flags: number) => boolean) | string {
  if (text === "") return () => true;
  const tests: ((flags: number) => boolean)[] = [];
  for (const word of text.split(",")) {
    const not = word.startsWith("~");
    const found = FLAGS.find(([, , name]) => name === word.replace("~", ""));
    if (!found) return word;
    tests.push((flags) => has(flags, found[0]) !== not);
  }
  return (flags) => tests.every((test) => test(flags));
}

class Walker {
  private readonly context: CommandContext;
  private readonly flags: ReadonlyMap<string, string>;
  private readonly wanted: (flags: number) => boolean;
  private readonly counts = new Map<number, number>();
  private readonly out: Writer;
  private run: { readonly voffset: number; readonly first: number; readonly flags: number; count: number } | undefined;

  constructor(context: CommandContext, flags: ReadonlyMap<string, string>, wanted: (flags: number) => boolean) {
    this.context = context;
    this.flags = flags;
    this.wanted = wanted;
    this.out = new Writer((text) => print(context, text));
    if (flags.has("l")) this.heading = `${flags.has("p") ? "voffset\t" : ""}offset\tlen\tflags\n`;
    if (flags.has("L")) this.heading = `${flags.has("p") ? "voffset\t" : ""}offset\tflags\n`;
  }

  private readonly heading: string = "";

  private *start(): Running<void> {
    if (this.heading !== "") yield* this.out.put(this.heading);
  }

  *physical({ first, count }: Stretch): Running<void> {
    yield* this.start();
    const { files } = this.context.state.system;
    for (let at = first; at < first + count; at += BATCH) {
      const read = files.readAt("/proc/kpageflags", at * 8, Math.min(BATCH, first + count - at) * 8);
      if ("errno" in read || read.text === "") break;
      this.context.state.budget.text(read.text.length);
      for (let i = 0; i < read.text.length / 8; i++) yield* this.page(0, at + i, word(read.text, i * 8));
      yield* pass(this.context.state.system, MILLISECOND / 10);
    }
    yield* this.endRun();
  }

  *process(pid: string, range: Stretch): Running<void> {
    yield* this.start();
    const { files } = this.context.state.system;
    for (const [, from = "", to = ""] of (readText(this.context, `/proc/${pid}/maps`) ?? "").matchAll(
      /^([0-9a-f]+)-([0-9a-f]+) /gm,
    )) {
      const end = Math.min(Number.parseInt(to, 16) / 4096, range.first + range.count);
      for (let vpn = Math.max(Number.parseInt(from, 16) / 4096, range.first); vpn < end; vpn += BATCH) {
        const read = files.readAt(`/proc/${pid}/pagemap`, vpn * 8, Math.min(BATCH, end - vpn) * 8);
        if ("errno" in read || read.text === "") break;
        this.context.state.budget.text(read.text.length * 2);
        for (let i = 0; i < read.text.length / 8; i++) {
          // The highest bit says that there is a page.
          if (read.text.charCodeAt(i * 8 + 7) < 128) continue;
          const frame = word(`${read.text.slice(i * 8, i * 8 + 6)}\0\0`, 0);
          const page = files.readAt("/proc/kpageflags", frame * 8, 8);
          if ("text" in page) yield* this.page(vpn + i, frame, word(page.text, 0));
        }
        yield* pass(this.context.state.system, MILLISECOND / 10);
      }
      yield* this.endRun();
    }
  }

  private *page(voffset: number, frame: number, flags: number): Running<void> {
    if (!this.wanted(flags)) {
      yield* this.endRun();
      return;
    }
    this.counts.set(flags, (this.counts.get(flags) ?? 0) + 1);
    const virtual = this.flags.has("p");
    if (this.flags.has("L"))
      yield* this.out.put(`${virtual ? `${hex(voffset)}\t` : ""}${hex(frame)}\t${symbols(flags)}\n`);
    if (!this.flags.has("l")) return;
    const { run } = this;
    if (
      run &&
      run.flags === flags &&
      frame === run.first + run.count &&
      (!virtual || voffset === run.voffset + run.count)
    ) {
      run.count++;
      return;
    }
    yield* this.endRun();
    this.run = { voffset, first: frame, flags, count: 1 };
  }

  private *endRun(): Running<void> {
    const { run } = this;
    this.run = undefined;
    if (run)
      yield* this.out.put(
        `${this.flags.has("p") ? `${hex(run.voffset)}\t` : ""}${hex(run.first)}\t${hex(run.count)}\t${symbols(run.flags)}\n`,
      );
  }

  *finish(): Running<number> {
    yield* this.endRun();
    if (!this.flags.has("N")) {
      if (this.heading !== "") yield* this.out.put("\n\n");
      const megabytes = (pages: number): string => String(Math.floor(pages / 256)).padStart(8);
      let total = 0;
      yield* this.out.put("             flags\tpage-count       MB  symbolic-flags\t\t\tlong-symbolic-flags\n");
      for (const [flags, count] of [...this.counts].sort(([a], [b]) => a - b)) {
        total += count;
        yield* this.out.put(
          `0x${hex(flags).padStart(16, "0")}\t${String(count).padStart(10)} ${megabytes(count)}  ${symbols(flags)}\t${names(flags)}\n`,
        );
      }
      yield* this.out.put(`             total\t${String(total).padStart(10)} ${megabytes(total)}\n`);
    }
    yield* this.out.flush();
    return this.out.status;
  }
}

/** Eight bytes, lowest first. */
function word(text: string, at: number): number {
  let value = 0;
  for (let i = 7; i >= 0; i--) value = value * 256 + text.charCodeAt(at + i);
  return value;
}
