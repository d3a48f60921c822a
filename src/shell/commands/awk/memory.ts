/** What an awk program works on: its variables and arrays, the record and its fields. */
import { LargeMap } from "../../large.ts";
import { BadExpression, Expression as Regex } from "../../regex.ts";
import type { CommandContext } from "../command.ts";
import { AwkError } from "./lex.ts";
import { type Value, fromInput, numberOf, textOf } from "./value.ts";

export type AwkArray = LargeMap<Value>;
/** What a new element of an array takes beside its key, and a character of a text that is kept. */
const BYTES_PER_ELEMENT = 200;
export type Cell = { value: Value } | { array: AwkArray } | Record<string, never>;

const MAX_FIELDS = 100_000;

export class AwkMemory {
  readonly context: CommandContext;
  readonly globals = new Map<string, Cell>();
  /** Of the function that runs. */
  protected locals: Map<string, Cell> | null = null;
  private readonly regexes = new Map<string, Regex>();
  /** The record, and its fields while they agree with it. */
  private record = "";
  private fields: Value[] | null = [];
  private recordStale = false;

  constructor(context: CommandContext, operands: readonly string[]) {
    this.context = context;
    const defaults: Record<string, Value> = {
      FS: " ",
      OFS: " ",
      ORS: "\n",
      RS: "\n",
      NR: 0,
      NF: 0,
      FNR: 0,
      SUBSEP: "\u001c",
      CONVFMT: "%.6g",
      OFMT: "%.6g",
      FILENAME: "",
      RSTART: 0,
      RLENGTH: -1,
    };
    for (const [name, value] of Object.entries(defaults)) this.globals.set(name, { value });
    const args: AwkArray = new LargeMap([
      ["0", "awk"],
      ...operands.map((arg, i): [string, Value] => [String(i + 1), fromInput(arg)]),
    ]);
    this.globals.set("ARGV", { array: args });
    this.globals.set("ARGC", { value: operands.length + 1 });
    this.globals.set("ENVIRON", {
      array: new LargeMap([...context.state.variables.environment()].map(([name, value]) => [name, fromInput(value)])),
    });
  }

  text(value: Value): string {
    return textOf(value, typeof value === "number" && !Number.isInteger(value) ? this.variableText("CONVFMT") : "%.6g");
  }

  variable(name: string): Value {
    if (name === "NF") this.splitRecord();
    const cell = this.cell(name);
    if ("array" in cell) throw new AwkError(`can't use array ${name} in scalar context`, 0);
    return "value" in cell ? (cell.value as Value) : undefined;
  }

  variableText(name: string): string {
    return textOf(this.variable(name), "%.6g");
  }

  protected cell(name: string): Cell {
    const found = this.locals?.get(name) ?? this.globals.get(name);
    if (found) return found;
    const made: Cell = {};
    this.globals.set(name, made);
    return made;
  }

  /** A new element of an array: without end, they end the program as they would on a machine that is out of memory. */
  grown(key: string): void {
    this.context.state.budget.keep(key.length + BYTES_PER_ELEMENT);
  }

  emptied(array: AwkArray): void {
    let bytes = 0;
    for (const key of array.keys()) bytes += key.length + BYTES_PER_ELEMENT;
    this.context.state.budget.keep(-bytes);
    array.clear();
  }

  protected shrunk(array: AwkArray, key: string): void {
    if (array.delete(key)) this.context.state.budget.keep(-key.length - BYTES_PER_ELEMENT);
  }

  isArray(name: string): boolean {
    return "array" in this.cell(name);
  }

  array(name: string): AwkArray {
    const cell = this.cell(name);
    if ("value" in cell) throw new AwkError(`can't use scalar ${name} as array`, 0);
    (cell as { array: AwkArray }).array ??= new LargeMap();
    return (cell as { array: AwkArray }).array;
  }

  setVariable(name: string, value: Value): void {
    const cell = this.cell(name);
    if ("array" in cell) throw new AwkError(`can't assign to ${name}; it's an array name.`, 0);
    (cell as { value: Value }).value = value;
    if (name !== "NF") return;
    const fields = this.splitRecord();
    const wanted = Math.max(0, Math.min(MAX_FIELDS, Math.trunc(numberOf(value))));
    while (fields.length < wanted) fields.push("");
    fields.length = wanted;
    this.recordStale = true;
  }

  setRecord(text: string): void {
    this.record = text;
    this.fields = null;
    this.recordStale = false;
  }

  private splitRecord(): Value[] {
    if (this.fields) return this.fields;
    this.fields = this.split(this.record, this.variableText("FS")).map(fromInput);
    (this.globals.get("NF") as { value: Value }).value = this.fields.length;
    return this.fields;
  }

  /** Parts of a text: at blanks, at a character, or at matches of an expression. */
  split(text: string, separator: string | Regex): string[] {
    if (text === "") return [];
    this.context.state.budget.text(text.length);
    if (separator === " ") return text.split(/[ \t\n]+/).filter((part) => part !== "");
    if (separator === "") return [...text];
    if (
      typeof separator === "string" &&
      separator.length === 1 &&
      separator !== "\\" &&
      !/[[\]^$.*+?(){}|]/.test(separator)
    )
      return text.split(separator);
    if (typeof separator === "string" && separator.length === 1) return text.split(separator);
    const expression = typeof separator === "string" ? this.regex(separator) : separator;
    const parts: string[] = [];
    let at = 0;
    for (let from = 0; from <= text.length; ) {
      const [start = -1, end = -1] = expression.exec(text, from) ?? [];
      if (start < 0) break;
      if (end === start) {
        from = end + 1;
        continue;
      }
      parts.push(text.slice(at, start));
      at = end;
      from = end;
    }
    parts.push(text.slice(at));
    return parts;
  }

  field(index: number): Value {
    if (!(index >= 0 && index <= MAX_FIELDS)) throw new AwkError(`attempt to access field ${index}`, 0);
    if (index > 0) return this.splitRecord()[Math.trunc(index) - 1];
    if (this.recordStale) {
      this.record = (this.fields ?? []).map((field) => this.text(field)).join(this.variableText("OFS"));
      this.recordStale = false;
    }
    return fromInput(this.record);
  }

  setField(index: number, value: Value): void {
    if (!(index >= 0 && index <= MAX_FIELDS)) throw new AwkError(`attempt to access field ${index}`, 0);
    const at = Math.trunc(index);
    if (at === 0) {
      this.setRecord(this.text(value));
      return;
    }
    const fields = this.splitRecord();
    while (fields.length < at) fields.push("");
    fields[at - 1] = value;
    (this.globals.get("NF") as { value: Value }).value = fields.length;
    this.recordStale = true;
  }

  regex(source: string): Regex {
    let known = this.regexes.get(source);
    if (!known) {
      try {
        known = new Regex(source, { extended: true });
      } catch (error) {
        throw error instanceof BadExpression
          ? new AwkError(`regular expression compile failed (${error.message})\n${source}`, 0)
          : error;
      }
      if (this.regexes.size > 500) this.regexes.clear();
      this.regexes.set(source, known);
    }
    return known;
  }
}
