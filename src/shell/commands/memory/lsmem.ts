/** `lsmem` of util-linux 2.38: the ranges of memory and whether they are online. */
import type { Running } from "../../system.ts";
import { type BlockInfo, hexRange, humanSize, readBlocks } from "./memory-blocks.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";
import type { CommandContext } from "../command.ts";
import { largest } from "../../../engine/lists.ts";

const COLUMNS = ["RANGE", "SIZE", "STATE", "REMOVABLE", "BLOCK", "NODE", "ZONES"] as const;
type Column = (typeof COLUMNS)[number];
const DEFAULT: readonly Column[] = ["RANGE", "SIZE", "STATE", "REMOVABLE", "BLOCK"];
const SPLIT: readonly Column[] = ["STATE", "NODE", "REMOVABLE", "ZONES"];
/** Width that the library is told to prefer for a column (libsmartcols' width hint). */
const HINTS: Partial<Record<Column, number>> = { SIZE: 5 };
const LONG = {
  json: "J",
  pairs: "P",
  all: "a",
  bytes: "b",
  noheadings: "n",
  output: "o",
  "output-all": "O",
  raw: "r",
  split: "S",
  sysroot: "s",
  summary: "y",
};

interface Range {
  readonly first: number;
  last: number;
  readonly block: BlockInfo;
}

export function* lsmem(context: CommandContext): Running<number> {
  const given = context.args.map((arg) => (arg === "--summary" ? "--summary=only" : arg));
  const parsed = options(given, "JPabno:OrS:s:y:", LONG);
  const { flags, rest } = parsed;
  if (badOptions(parsed)) return yield* usage(context, optionError(parsed));
  const exclusive = ["--json --pairs --raw", "--split --all"].find(
    (_, i) => (["JPr", "Sa"][i] as string).split("").filter((letter) => flags.has(letter)).length > 1,
  );
  if (exclusive !== undefined) return yield* complain(context, `mutually exclusive arguments: ${exclusive}`);
  if (!["never", "always", "only"].includes(flags.get("y") ?? "always"))
    return yield* complain(context, "unsupported --summary argument");
  const columns = chosen(flags);
  if (rest.length > 0 || typeof columns === "string") {
    if (typeof columns === "string") yield* context.std.err.write(`lsmem: unknown column: ${columns}\n`);
    else yield* context.std.err.write("lsmem: bad usage\n");
    if (typeof columns !== "string") yield* context.std.err.write("Try 'lsmem --help' for more information.\n");
    return 1;
  }
  const read = readBlocks(context.state);
  if (read === null) {
    yield* context.std.err.write("lsmem: This system does not support memory blocks\n");
    return 1;
  }
  const { blocks, size } = read;
  const bytes = (count: number) => (flags.has("b") ? String(count) : humanSize(count));
  const split = splitBy(flags.get("S"), columns);
  const ranges = merged(blocks, flags.has("a") ? null : split);
  const rows = ranges.map((range) => columns.map((column) => cell(column, range, size, bytes)));
  const machine = flags.has("J") || flags.has("P") || flags.has("r");
  const summary = flags.get("y") ?? "always";
  let out = "";
  if (summary !== "only") {
    if (flags.has("J")) out += json(columns, ranges, rows, flags.has("b"));
    else if (flags.has("P"))
      out += joinLines(rows.map((row) => columns.map((column, i) => `${column}="${row[i]}"`).join(" ")));
    else if (flags.has("r"))
      out += joinLines([...(flags.has("n") ? [] : [columns.join(" ")]), ...rows.map((row) => row.join(" "))]);
    else out += table(columns, rows, !flags.has("n"));
  }
  if (!machine && summary !== "never") {
    const total = (online: boolean) =>
      bytes(blocks.filter(({ state }) => (state === "online") === online).length * size);
    const width = flags.has("b") ? 15 : 5;
    const line = (label: string, value: string) => `${label.padEnd(23)} ${value.padStart(width)}\n`;
    if (summary !== "only") out += "\n";
    out +=
      line("Memory block size:", bytes(size)) +
      line("Total online memory:", total(true)) +
      line("Total offline memory:", total(false));
  }
  return yield* print(context, out);
}

/** The columns asked for, or the name that is none. */
function chosen(flags: ReadonlyMap<string, string>): readonly Column[] | string {
  if (flags.has("O")) return COLUMNS;
  const asked = flags.get("o");
  if (asked === undefined) return DEFAULT;
  const names = asked.replace(/^\+/, "").split(",");
  const wrong = names.find((name) => !COLUMNS.includes(name.toUpperCase() as Column));
  if (wrong !== undefined) return wrong;
  const columns = names.map((name) => name.toUpperCase() as Column);
  return asked.startsWith("+") ? [...DEFAULT, ...columns] : columns;
}

function splitBy(asked: string | undefined, columns: readonly Column[]): readonly Column[] {
  if (asked === undefined) return SPLIT.filter((column) => columns.includes(column));
  return asked === "none" ? [] : SPLIT.filter((column) => asked.toUpperCase().split(",").includes(column));
}

const zonesOf = (block: BlockInfo): string => {
  const zones = block.zones ?? [];
  return zones[0] === "none" ? "None" : zones.join("/");
};

/** Blocks in a row that agree in the split columns become one range; none do when `split` is null. */
function merged(blocks: readonly BlockInfo[], split: readonly Column[] | null): Range[] {
  const key = (block: BlockInfo): string =>
    (split ?? [])
      .map(
        (column) =>
          ({ STATE: block.state, NODE: block.node, REMOVABLE: block.removable, ZONES: zonesOf(block) })[
            column as "STATE"
          ],
      )
      .join("|");
  const ranges: Range[] = [];
  for (const block of blocks) {
    const range = ranges.at(-1);
    if (split && range && range.last + 1 === block.id && key(range.block) === key(block)) range.last = block.id;
    else ranges.push({ first: block.id, last: block.id, block });
  }
  return ranges;
}

function cell(column: Column, { first, last, block }: Range, size: number, bytes: (count: number) => string): string {
  switch (column) {
    case "RANGE":
      return hexRange(first * size, (last + 1) * size - 1);
    case "SIZE":
      return bytes((last - first + 1) * size);
    case "STATE":
      return block.state === "going-offline" ? "on->off" : block.state;
    case "REMOVABLE":
      return block.state === "online" ? (block.removable ? "yes" : "no") : "";
    case "BLOCK":
      return first === last ? String(first) : `${first}-${last}`;
    case "NODE":
      return block.node === null ? "" : String(block.node);
    case "ZONES":
      return zonesOf(block);
  }
}

function table(columns: readonly Column[], rows: readonly (readonly string[])[], headings: boolean): string {
  const widths = columns.map((column, i) => {
    const data = largest(
      rows.map((row) => row[i]?.length ?? 0),
      0,
    );
    // A heading that is not shown takes its room all the same.
    const least = column.length;
    if (data < least) return least;
    const hint = HINTS[column] ?? 0;
    return data < hint && least < hint ? hint : data;
  });
  const line = (cells: readonly string[]) =>
    cells
      .map((text, i) => (columns[i] === "RANGE" ? text.padEnd(widths[i]!) : text.padStart(widths[i]!)))
      .join(" ")
      .trimEnd();
  return joinLines([...(headings ? [columns] : []), ...rows].map(line));
}

function json(
  columns: readonly Column[],
  ranges: readonly Range[],
  rows: readonly (readonly string[])[],
  inBytes: boolean,
): string {
  const value = (column: Column, text: string, { block }: Range): string => {
    if (column === "REMOVABLE") return String(block.state === "online" && block.removable);
    if (column === "SIZE" && inBytes) return text;
    return column === "NODE" ? text || "null" : JSON.stringify(text);
  };
  const items = rows.map((row, r) => {
    const fields = columns.map(
      (column, i) => `         "${column.toLowerCase()}": ${value(column, row[i]!, ranges[r]!)}`,
    );
    return `{\n${fields.join(",\n")}\n      }`;
  });
  return `{\n   "memory": [\n      ${items.join(",")}\n   ]\n}\n`;
}
