/**
 * What people read of a step, standard output and the kernel's log, as lines that can be compared: two recordings of
 * one kernel agree on all that is left once these rules are applied. A rule leaves a line out, hides a part of it, or
 * makes a figure a close one; README.md says of each why.
 */
import { DUMP_BEGINS, dumpLength, maskDump } from "./dump-masks.ts";

export type Where = "log" | "stdout";

interface Mask {
  /** Both, if neither is named. */
  readonly where?: Where;
  readonly pattern: RegExp;
  /** Lines that match are left out. */
  readonly drop?: true;
  /** What stands instead of the match. */
  readonly hide?: string;
  /** How far the figure in the pattern's group may be off. */
  readonly close?: (figure: number) => number;
  /** Of the figure: 16, unless decimal. */
  readonly base?: 16;
}

/** How many pages zonelists count, in the line that tells that they were built. */
export const ZONELIST_PAGES = /(?<=^Built .*Total pages: )(\d+)$/;

/** In the order in which they are applied. */
export const MASKS: Readonly<Record<string, Mask>> = {
  "log-times": { where: "stdout", pattern: /^\[ *\d+\.\d{6}\] /, hide: "" },
  "file-times": { where: "stdout", pattern: /\b[A-Z][a-z]{2} [ \d]\d \d\d:\d\d\b/, hide: "<time>" },
  clock: {
    pattern: /^(?:hrtimer: interrupt took|clocksource: |perf: interrupt took|watchdog: BUG: soft lockup )/,
    drop: true,
  },
  "not-simulated": { pattern: /^playground: not simulated: /, where: "log", drop: true },
  "pci-links": {
    pattern: /^(?:ACPI: \\_SB_\.LNK\w: Enabled|(?:ACPI: )?PCI Interrupt Link \[LNK\w\] enabled) at IRQ \d+$/,
    drop: true,
  },
  "memory-report": {
    pattern:
      /^(?:[^ ]+: page allocation failure: |warn_alloc: \d+ callbacks suppressed|CPU: \d|Tainted: \[|Modules linked in:|[FC]S: {2}|CR2: |PKRU: |Hardware name: |Call Trace:| <\/?TASK>| {1,2}\??\s*[\w.]+\+0x|RIP: |Code: |RSP: |R[A-D]X: |RBP: |R\d\d: |Mem-Info:|active_anon:| [a-z_]+:\d|Node \d+ (?:active_anon|DMA|DMA32|Normal|Movable|hugepages_total)\b|lowmem_reserve\[\]|\d+ (?:total pagecache )?pages|Free swap|Total swap|Swap cache stats: |Memory cgroup min protection )/,
    where: "log",
    drop: true,
  },
  "oom-reaper": { pattern: /^oom_reaper: reaped process /, where: "log", drop: true },
  "oom-tasks": { pattern: /^\[ *\d+\] +\d+ +\d+ /, where: "log", drop: true },
  "group-stats": {
    pattern:
      /^(?:anon|file|kernel|shmem|sock|percpu|slab|vmalloc|unevictable|(?:kernel_stack|(?:sec_)?pagetables)|(?:anon|file|shmem|slab|swapcached|z?swp|z?swap|(?:in)?active|workingset|pg|pswp|thp|numa)\w*) \d+$/,
    where: "log",
    drop: true,
  },
  "group-usage": {
    pattern: /(?<=^(?:memory|swap): usage )(\d+)(?=kB, limit )/,
    where: "log",
    close: (kib) => Math.max(1024, kib * 0.02),
  },
  "group-failures": { pattern: /(?<=^(?:memory|swap): usage .* failcnt )\d+$/, where: "log", hide: "<many>" },
  "oom-figures": {
    pattern:
      /(?<=^(?:Memory cgroup out|Out) of memory(?: \(oom_kill_allocating_task\))?: Killed process .*(?:-vm|-rss|pgtables):)(\d+)(?=kB)/g,
    where: "log",
    close: (kib) => Math.max(16_384, kib * 0.02),
  },
  "process-numbers": {
    pattern:
      /(?<=\bpid=)\d+|(?<=\bpid: )\d+|(?<=^(?:Memory cgroup out|Out) of memory(?: \(oom_kill_allocating_task\))?: Killed process )\d+|(?<=^\w+ \()\d+(?=\): )/,
    hide: "<pid>",
  },
  "pages-without-room": { pattern: /(?<=^migrating pfn )[0-9a-f]+(?= failed ret:-12$)/, hide: "<pfn>" },
  "pages-held": { pattern: /(?<=^migrating pfn )([0-9a-f]+)(?= failed ret:\d)/, close: () => 8, base: 16 },
  "pages-held-of": { pattern: /(?<=^migrating pfn \S+ failed ret:)(\d+)$/, close: (pages) => pages * 0.03 },
  "soft-offline-page": {
    pattern: /(?<=^Soft offline: 0x)([0-9a-f]+)(?=: page migration failed)/,
    close: () => 512,
    base: 16,
  },
  "soft-offline-flags": { pattern: /(?<=^Soft offline: .* type )0x[0-9a-f]+\((?:referenced\|)?/, hide: "<word>(" },
  "zonelist-pages": { pattern: ZONELIST_PAGES, close: (pages) => pages * 0.002 },
  "min-free": { pattern: /(?<=^min_free_kbytes is not updated to )(\d+)/, close: (kib) => kib * 0.02 },
  "swap-uuid": { where: "stdout", pattern: /(?<=^UUID=)[0-9a-f-]{36}$/, hide: "<uuid>" },
  "direct-map": { where: "stdout", pattern: /(?<=^DirectMap\w+:) +\d+/, hide: " <size>" },
  "boot-mounts": {
    where: "stdout",
    pattern: /(?<=^(?:rootfs|none)(?: on)? (?:\/|\/dev) (?:type )?\w+ .*size=)\d+k,nr_inodes=\d+/,
    hide: "<size>",
  },
  meminfo: {
    where: "stdout",
    pattern: /^(?:Node \d+ )?(?!MemTotal|Swap|Huge|Vmalloc)\w+(?:\(\w+\))?: +(\d+) kB$/,
    close: (kib) => Math.max(64, kib * 0.01),
  },
};

/** A line as it is compared, and its close figures with how far each may be off. */
export interface MaskedLine {
  readonly text: string;
  readonly figures: readonly (readonly [value: number, slack: number])[];
}

function maskLine(line: string, where: Where): MaskedLine | null {
  let text = line;
  const figures: (readonly [number, number])[] = [];
  for (const { where: only, pattern, drop, hide, close, base } of Object.values(MASKS)) {
    if (only !== undefined && only !== where) continue;
    if (drop && pattern.test(text)) return null;
    if (hide !== undefined) text = text.replace(pattern, hide);
    if (close)
      text = text.replace(pattern, (match, figure: string) => {
        const value = Number.parseInt(figure, base ?? 10);
        figures.push([value, close(value)]);
        // Figures of other lengths are padded otherwise.
        return match.replace(new RegExp(` *${figure}`), (padded) => (padded === figure ? "<close>" : " <close>"));
      });
  }
  return { text, figures };
}

const FAILURE = /^migrating pfn ([0-9a-f]+) failed/;
const SUPPRESSED = /^do_migrate_range: \d+ callbacks suppressed$/;
const DEVICE = /^virtio_mem (virtio\d+): /;

/** Lines of a log or of output, masked. Parts of several lines first: dumps, bursts, devices that are probed together. */
export function maskLines(lines: readonly string[], where: Where): MaskedLine[] {
  const masked: MaskedLine[] = [];
  const add = (line: string): void => {
    const one = maskLine(line, where);
    if (one) masked.push(one);
  };
  const sorted = byDevice(lines);
  let laterBurst = false;
  for (let at = 0; at < sorted.length; at++) {
    const line = sorted[at] as string;
    if (SUPPRESSED.test(line)) laterBurst = true;
    else if (DUMP_BEGINS.test(line)) {
      const length = dumpLength(sorted, at);
      const dump = sorted.slice(at, length > 0 ? at + length : sorted.length);
      at += dump.length - 1;
      if (laterBurst || length === 0) continue;
      for (const each of maskDump(dump, FAILURE.exec(sorted[at - dump.length] ?? "")?.[1] ?? null)) add(each);
    } else if (!FAILURE.test(line)) {
      laterBurst = false;
      add(line);
    } else if (!laterBurst) add(line);
  }
  return masked;
}

/** Rules that concern several lines, beside those of `MASKS`. */
export const LINE_RULES = ["dumped-pages", "later-bursts", "probed-together", "cut-off"] as const;

/** The rules by which something of these lines is not compared, or not to the letter. */
export function rulesThatApply(lines: readonly string[], where: Where, most = Number.POSITIVE_INFINITY): Set<string> {
  const rules = new Set<string>();
  for (const [name, { where: only, pattern }] of Object.entries(MASKS))
    if ((only === undefined || only === where) && lines.some((line) => pattern.test(line))) rules.add(name);
  if (lines.some((line) => DUMP_BEGINS.test(line))) rules.add("dumped-pages");
  if (lines.some((line) => SUPPRESSED.test(line))) rules.add("later-bursts");
  if (new Set(lines.flatMap((line) => DEVICE.exec(line)?.[1] ?? [])).size > 1) rules.add("probed-together");
  if (lines.length >= most) rules.add("cut-off");
  return rules;
}

/** Lines of several virtio-mem devices in a row, one device after the other. */
function byDevice(lines: readonly string[]): string[] {
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    let end = at;
    while (DEVICE.test(lines[end] ?? "")) end++;
    if (end === at) out.push(lines[at++] as string);
    else {
      const run = lines.slice(at, end).map((line) => ({ line, device: DEVICE.exec(line)?.[1] ?? "" }));
      for (const { line } of run.toSorted((a, b) => (a.device < b.device ? -1 : a.device > b.device ? 1 : 0)))
        out.push(line);
      at = end;
    }
  }
  return out;
}

/** Whether two masked lines say the same. */
export const agree = (a: MaskedLine, b: MaskedLine): boolean =>
  a.text === b.text &&
  a.figures.length === b.figures.length &&
  a.figures.every(([value, slack], i) => {
    const [other, otherSlack] = b.figures[i] as readonly [number, number];
    return Math.abs(value - other) <= Math.max(slack, otherSlack);
  });

const shown = ({ text, figures }: MaskedLine): string =>
  figures.reduce((line, [value]) => line.replace("<close>", `${value}~`), text);

/**
 * Both sides as lists of lines to compare: where lines agree, the simulated one stands as the real one does. A side that
 * has as many lines as a recording keeps at most may have been cut off: what the other has beyond it is not compared.
 */
export function sideBySide(
  real: readonly string[],
  simulated: readonly string[],
  where: Where,
  most = Number.POSITIVE_INFINITY,
): { readonly real: string[]; readonly simulated: string[] } {
  let theirs = maskLines(real, where);
  let ours = maskLines(simulated, where);
  if (real.length >= most) ours = ours.slice(0, theirs.length);
  if (simulated.length >= most) theirs = theirs.slice(0, ours.length);
  return {
    real: theirs.map(shown),
    simulated: ours.map((line, at) => {
      const other = theirs[at];
      return shown(other && agree(other, line) ? other : line);
    }),
  };
}
