/** `column` of util-linux 2.38: lines side by side, or a table of their fields. */
import { largest } from "../../../engine/lists.ts";
import { type Budget, type Running, breathe } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, mapped, optionError, options, parted, printAll, usage } from "../output.ts";
import { sources } from "../sources.ts";
import { append } from "../../../engine/lists.ts";

const TAB = 8;
const COLUMNS = 80;
const LONG: Readonly<Record<string, string>> = {
  fillrows: "x",
  json: "J",
  "keep-empty-lines": "L",
  "output-separator": "o",
  "output-width": "c",
  separator: "s",
  table: "t",
  "table-columns": "N",
  "table-columns-limit": "l",
  "table-header-repeat": "e",
  "table-hide": "H",
  "table-name": "n",
  "table-noheadings": "d",
  "table-order": "O",
  "table-right": "R",
};
/** Options that say how a table looks. */
const OF_TABLES = ["N", "l", "H", "O", "R"];

interface Column {
  readonly name: string | null;
  /** Place of its cells in a row. */
  readonly at: number;
}

export function* column(context: CommandContext): Running<number> {
  const given = options(context.args, "c:deH:JLl:N:n:O:o:R:s:tx", LONG);
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const width = flags.get("c") ?? context.state.variables.get("COLUMNS") ?? String(COLUMNS);
  if (flags.has("c") && !/^\d+$/.test(width)) return yield* complain(context, `invalid columns argument: '${width}'`);
  const limit = flags.get("l");
  if (limit !== undefined && !/^\d+$/.test(limit))
    return yield* complain(context, `invalid columns limit argument: '${limit}'`);
  if (limit !== undefined && Number(limit) === 0)
    return yield* complain(context, "columns limit must be greater than zero");
  if (flags.has("t") && flags.has("x"))
    return yield* complain(context, "mutually exclusive arguments: --table --fillrows");
  const table = flags.has("t") || flags.has("J");
  if (!table && OF_TABLES.some((letter) => flags.has(letter)))
    return yield* complain(context, "option --table required for all --table-*");
  if (flags.has("J") && !flags.has("N")) return yield* complain(context, "option --table-columns required for --json");
  const { all, status } = yield* sources(context, rest);
  const { budget } = context.state;
  const entries: string[] = [];
  for (const { text } of all)
    for (const line of yield* parted(text, budget)) {
      if (flags.has("L") || line.trim() !== "") entries.push(line);
      budget.spend(NS_PER_LINE);
      yield* breathe(budget);
    }
  const shown = table
    ? yield* asTable(entries, flags, budget)
    : yield* sideBySide(entries, Number(width) || 0, flags.has("x") ? "rows" : "columns", budget);
  if ("problem" in shown) return yield* complain(context, shown.problem);
  return (yield* printAll(context, shown, (text) => text)) || status;
}

const widthOf = (text: string): number => [...text].length;

/** As many columns as fit, with tabs between them; filled one after the other, or row by row. */
function* sideBySide(
  entries: readonly string[],
  width: number,
  fill: "rows" | "columns",
  budget: Budget,
): Running<Iterable<string>> {
  const longest = largest(yield* mapped(entries, budget, widthOf));
  const cell = (Math.floor(longest / TAB) + 1) * TAB;
  return cell >= width ? terminated(entries) : rowsOf(entries, width, cell, fill);
}

function* terminated(all: Iterable<string>): Generator<string> {
  for (const text of all) yield `${text}\n`;
}

function* rowsOf(entries: readonly string[], width: number, cell: number, fill: "rows" | "columns"): Generator<string> {
  const columns = Math.floor(width / cell);
  const rows = Math.ceil(entries.length / columns);
  for (let row = 0; row < rows; row++) {
    const inRow = Array.from(
      { length: columns },
      (_, i) => entries[fill === "rows" ? row * columns + i : row + i * rows],
    );
    const present = inRow.filter((entry) => entry !== undefined);
    const text = present.map((entry, i) =>
      i === present.length - 1 ? entry : entry + "\t".repeat(Math.ceil((cell - widthOf(entry)) / TAB)),
    );
    yield `${text.join("")}\n`;
  }
}

function* asTable(
  entries: readonly string[],
  flags: ReadonlyMap<string, string>,
  budget: Budget,
): Running<Iterable<string> | { readonly problem: string }> {
  const rows = yield* mapped(
    entries,
    budget,
    (line) => fieldsOf(line, flags.get("s"), Number(flags.get("l") ?? 0)),
    NS_PER_ROW,
  );
  const names = list(flags.get("N"));
  // Messages count lines from two.
  const long = flags.has("J") ? rows.findIndex((row) => row.length > names.length) : -1;
  if (long >= 0)
    return { problem: `line ${long + 2}: for JSON the name of the column ${names.length + 1} is required` };
  const count = rows.reduce((most, row) => Math.max(most, row.length), names.length);
  const all: Column[] = Array.from({ length: count }, (_, at) => ({ name: names[at] ?? null, at }));
  const [hidden, right, order] = [
    chosen(flags.get("H"), all),
    chosen(flags.get("R"), all),
    chosen(flags.get("O"), all),
  ];
  for (const choice of [hidden, right, order]) if ("problem" in choice) return choice;
  if ("problem" in hidden || "problem" in right || "problem" in order) return { problem: "" };
  const columns = [...new Set([...order, ...all])].filter((each) => !hidden.includes(each));
  if (flags.has("J")) return [asJson(rows, columns, flags.get("n") ?? "table")];
  const header = names.length > 0 && !flags.has("d") ? [all.map(({ name }) => name ?? "")] : [];
  const body = [...header, ...rows];
  const widths: number[] = [];
  for (const { at } of columns) widths.push(largest(yield* mapped(body, budget, (row) => widthOf(row[at] ?? ""))));
  const shown = function* (): Generator<string> {
    for (const row of body)
      yield columns
        .map((each, i) => {
          const cell = row[each.at] ?? "";
          const gap = " ".repeat((widths[i] as number) - widthOf(cell));
          const last = i === columns.length - 1;
          if (right.includes(each) && !(last && cell === "")) return gap + cell;
          return last ? cell : cell + gap;
        })
        .join(flags.get("o") ?? "  ");
  };
  return terminated(shown());
}

const NS_PER_LINE = 50;
const NS_PER_ROW = 2_000;

/** White space of any length parts fields, or each of some characters does; the last of so many takes the rest. */
function fieldsOf(line: string, separators: string | undefined, limit: number): string[] {
  const fields: string[] = [];
  let rest = separators === undefined ? line.trim() : line;
  if (separators === "") return [rest];
  while (limit === 0 || fields.length < limit - 1) {
    const at =
      separators === undefined
        ? rest.search(/[ \t]/)
        : [...rest].findIndex((character) => separators.includes(character));
    if (at < 0) break;
    fields.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
    if (separators === undefined && fields.length !== limit - 1) rest = rest.trimStart();
  }
  return [...fields, rest];
}

const list = (text: string | undefined): string[] => (text ?? "").split(",").filter((name) => name !== "");

/** Columns by their names or numbers; 0 are all, - those without a name. */
function chosen(text: string | undefined, all: readonly Column[]): Column[] | { readonly problem: string } {
  const found: Column[] = [];
  for (const word of list(text)) {
    const named = all.find(({ name }) => name === word);
    if (word === "0") append(found, all);
    else if (word === "-")
      append(
        found,
        all.filter(({ name }) => name === null),
      );
    else if (named) found.push(named);
    else if (/^\d+$/.test(word)) append(found, all.slice(Number(word) - 1, Number(word)));
    else return { problem: `undefined column name '${word}'` };
  }
  return found;
}

function asJson(rows: readonly (readonly string[])[], columns: readonly Column[], name: string): string {
  const value = (text: string | undefined): string =>
    text === undefined || text === "" ? "null" : JSON.stringify(text);
  const objects = rows.map((row) =>
    columns
      .map(({ name, at }) => `         ${JSON.stringify((name ?? "").toLowerCase())}: ${value(row[at])}`)
      .join(",\n"),
  );
  if (objects.length === 0) return "";
  const inside = objects.map((object) => `{\n${object}\n      }`).join(",");
  return `{\n   ${JSON.stringify(name)}: [\n      ${inside}\n   ]\n}\n`;
}
