/** `free` of procps 4.0, and `vmstat`. */
import { type Running, pass } from "../../system.ts";
import { type CommandContext, SECOND } from "../command.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";
import { figures, readText } from "./meminfo-text.ts";

/** Bytes of a unit, by the letter of its option. */
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  T: 1024 ** 4,
  P: 1024 ** 5,
  1: 1000,
  2: 1000 ** 2,
  3: 1000 ** 3,
  4: 1000 ** 4,
  5: 1000 ** 5,
};

export function* free(context: CommandContext): Running<number> {
  const given = options(context.args, "bkmghls:c:twvTPS12345", {
    bytes: "b",
    kibi: "k",
    mebi: "m",
    gibi: "g",
    tebi: "T",
    pebi: "P",
    kilo: "1",
    mega: "2",
    giga: "3",
    tera: "4",
    peta: "5",
    human: "h",
    lohi: "l",
    committed: "v",
    seconds: "s",
    count: "c",
    total: "t",
    wide: "w",
    si: "S",
  });
  if (badOptions(given)) {
    yield* complain(context, optionError(given));
    yield* context.std.err.write("\nUsage:\n free [options]\n");
    return 1;
  }
  const { flags } = given;
  const seconds = flags.has("s") ? Number(flags.get("s")) : 1;
  if (flags.has("s") && !(seconds > 0)) return yield* complain(context, `seconds argument '${flags.get("s")}' failed`);
  const count = flags.has("c") ? Number(flags.get("c")) : flags.has("s") ? Number.POSITIVE_INFINITY : 1;
  if (!(count >= 1)) {
    const why = count === 0 ? ": Numerical result out of range" : "";
    return yield* complain(context, `failed to parse count argument: '${flags.get("c")}'${why}`);
  }
  for (let i = 0; i < count; i++) {
    if (i > 0) yield* pass(context.state.system, seconds * SECOND);
    const status = yield* print(context, table(context, flags) + (i + 1 < count ? "\n" : ""));
    if (status !== 0) return status;
  }
  return 0;
}

function table(context: CommandContext, flags: ReadonlyMap<string, string>): string {
  const info = figures(readText(context, "/proc/meminfo") ?? "");
  const of = (name: string): number => info.get(name) ?? 0;
  const unit = Object.keys(UNITS).find((letter) => flags.has(letter)) ?? "k";
  const decimal: Readonly<Record<string, string>> = { k: "1", m: "2", g: "3", T: "4", P: "5" };
  const scale = UNITS[flags.has("S") ? (decimal[unit] ?? unit) : unit] as number;
  const show = (kib: number): string =>
    (flags.has("h") ? human(kib * 1024, flags.has("S")) : String(Math.floor((kib * 1024) / scale))).padStart(12);
  const buffers = of("Buffers");
  const cache = of("Cached") + of("SReclaimable");
  const used = of("MemTotal") - of("MemAvailable");
  const swap = [of("SwapTotal"), of("SwapTotal") - of("SwapFree"), of("SwapFree")];
  const wide = flags.has("w");
  const headings = ["total", "used", "free", "shared", ...(wide ? ["buffers", "cache"] : ["buff/cache"]), "available"];
  const memory = [
    of("MemTotal"),
    used,
    of("MemFree"),
    of("Shmem"),
    ...(wide ? [buffers, cache] : [buffers + cache]),
    of("MemAvailable"),
  ];
  const line = (label: string, values: readonly number[]): string => label.padEnd(8) + values.map(show).join("");
  const lines = [" ".repeat(8) + headings.map((heading) => heading.padStart(12)).join(""), line("Mem:", memory)];
  if (flags.has("l")) {
    lines.push(line("Low:", [of("MemTotal"), of("MemTotal") - of("MemFree"), of("MemFree")]), line("High:", [0, 0, 0]));
  }
  lines.push(line("Swap:", swap));
  if (flags.has("t"))
    lines.push(
      line("Total:", [
        of("MemTotal") + (swap[0] as number),
        used + (swap[1] as number),
        of("MemFree") + (swap[2] as number),
      ]),
    );
  if (flags.has("v")) {
    const [limit, committed] = [of("CommitLimit"), of("Committed_AS")];
    lines.push(line("Comm:", [limit, committed, limit - committed]));
  }
  return joinLines(lines);
}

/** Three digits, or two with a point, and a unit: `3.4Gi`, `16Gi`, `0B`; of thousands `3.4G`. */
function human(bytes: number, decimal: boolean): string {
  if (bytes < 1000) return `${bytes}B`;
  const base = decimal ? 1000 : 1024;
  for (const [i, letter] of ["K", "M", "G", "T", "P"].entries()) {
    const value = bytes / base ** (i + 1);
    const unit = decimal ? letter : `${letter}i`;
    for (const text of [value.toFixed(1), String(Math.floor(value))]) if (text.length <= 3) return text + unit;
  }
  return `${Math.floor(bytes / base ** 5)}P`;
}

export function* vmstat(context: CommandContext): Running<number> {
  const given = options(context.args, "ansSdw", { active: "a", "one-header": "n", stats: "s", wide: "w" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const [delay, times] = rest.map(Number);
  const count = delay === undefined ? 1 : (times ?? Number.POSITIVE_INFINITY);
  for (let i = 0; i < count; i++) {
    if (i > 0) yield* pass(context.state.system, (delay ?? 1) * SECOND);
    const info = figures(readText(context, "/proc/meminfo") ?? "");
    const of = (name: string): number => info.get(name) ?? 0;
    if (flags.has("s")) {
      const lines: [number, string][] = [
        [of("MemTotal"), "K total memory"],
        [of("MemTotal") - of("MemAvailable"), "K used memory"],
        [of("Active"), "K active memory"],
        [of("Inactive"), "K inactive memory"],
        [of("MemFree"), "K free memory"],
        [of("Buffers"), "K buffer memory"],
        [of("Cached") + of("SReclaimable"), "K swap cache"],
      ];
      return yield* print(context, joinLines(lines.map(([value, what]) => `${String(value).padStart(13)} ${what}`)));
    }
    const header =
      "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n";
    const row = `${[" 0", " 0"].join(" ")} ${[0, of("MemFree"), of("Buffers"), of("Cached") + of("SReclaimable")].map((value) => String(value).padStart(6)).join(" ")} ${["   0", "   0"].join(" ")} ${["    0", "    0"].join(" ")} ${["   0", "   0"].join(" ")}  0  0 100  0  0\n`;
    const status = yield* print(context, (i === 0 || (i % 20 === 0 && !flags.has("n")) ? header : "") + row);
    if (status !== 0) return status;
  }
  return 0;
}
