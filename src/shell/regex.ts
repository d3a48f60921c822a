/**
 * POSIX regular expressions (basic and extended) for grep and sed. They are simulated in lock-step (a Pike machine),
 * so the time is proportional to the expression times the text, whatever the expression: nothing that is typed can
 * make a search run away. Back-references inside expressions are not supported.
 */
import { bracket } from "./pattern.ts";

type Instruction =
  | { readonly op: "one"; readonly has: (character: string) => boolean }
  | { readonly op: "start" | "end" | "match" }
  | { op: "split"; first: number; second: number }
  | { op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number };

type Node =
  | { readonly is: "one"; readonly has: (character: string) => boolean }
  | { readonly is: "start" | "end" | "empty" }
  | { readonly is: "group"; readonly number: number; readonly node: Node }
  | { readonly is: "repeat"; readonly node: Node; readonly min: number; readonly max: number }
  | { readonly is: "then" | "or"; readonly nodes: readonly Node[] };

const MAX_INSTRUCTIONS = 4096;
const MAX_REPEAT = 255;
const MAX_DEPTH = 100;

/** An expression that cannot be read. The message is what grep says after the colon. */
export class BadExpression extends Error {}

/** Where a match is, and its groups: `[start, end]` pairs, group 0 the whole; -1 where a group took no part. */
export type Match = readonly number[];

export class Expression {
  private readonly program: Instruction[] = [];
  private readonly groups: number;
  private readonly fold: boolean;

  constructor(source: string, options: { readonly extended?: boolean; readonly ignoreCase?: boolean } = {}) {
    this.fold = options.ignoreCase ?? false;
    const parser = new Parser(this.fold ? source.toLowerCase() : source, options.extended ?? false);
    this.emit({ is: "group", number: 0, node: parser.parse() });
    this.program.push({ op: "match" });
    this.groups = parser.groups;
  }

  get size(): number {
    return this.program.length;
  }

  /** The leftmost match at or after `from`. */
  exec(original: string, from = 0): Match | undefined {
    const text = this.fold ? original.toLowerCase() : original;
    let current: { pc: number; saved: readonly number[] }[] = [];
    let found: Match | undefined;
    const marks = new Int32Array(this.program.length).fill(-1);
    const add = (threads: typeof current, start: number, slots: readonly number[], at: number): void => {
      const stack: [number, readonly number[]][] = [[start, slots]];
      while (stack.length > 0) {
        const [pc, saved] = stack.pop()!;
        if (marks[pc] === at) continue;
        marks[pc] = at;
        const instruction = this.program[pc]!;
        if (instruction.op === "jump") stack.push([instruction.to, saved]);
        else if (instruction.op === "split") stack.push([instruction.second, saved], [instruction.first, saved]);
        else if (instruction.op === "save") stack.push([pc + 1, saved.with(instruction.slot, at)]);
        else if (instruction.op === "start" || instruction.op === "end") {
          if (at === (instruction.op === "start" ? 0 : text.length)) stack.push([pc + 1, saved]);
        } else threads.push({ pc, saved });
      }
    };
    const nothing = Array.from({ length: (this.groups + 1) * 2 }, () => -1);
    for (let at = from; at <= text.length; at++) {
      const threads = current;
      // Threads of earlier starts come first; a new start is tried only while nothing has matched.
      if (!found) add(threads, 0, nothing, at);
      if (threads.length === 0) break;
      const next: typeof current = [];
      for (const { pc, saved } of threads) {
        const instruction = this.program[pc]!;
        if (instruction.op === "match") {
          found = saved;
          break;
        }
        if (instruction.op === "one" && at < text.length && instruction.has(text[at]!))
          add(next, pc + 1, saved, at + 1);
      }
      current = next;
    }
    return found;
  }

  private emit(node: Node): void {
    if (this.program.length > MAX_INSTRUCTIONS) throw new BadExpression("Regular expression too big");
    const { program } = this;
    switch (node.is) {
      case "one":
        program.push({ op: "one", has: node.has });
        break;
      case "start":
      case "end":
        program.push({ op: node.is });
        break;
      case "empty":
        break;
      case "group":
        program.push({ op: "save", slot: node.number * 2 });
        this.emit(node.node);
        program.push({ op: "save", slot: node.number * 2 + 1 });
        break;
      case "then":
        for (const part of node.nodes) this.emit(part);
        break;
      case "or": {
        const exits: { op: "jump"; to: number }[] = [];
        for (const [i, part] of node.nodes.entries()) {
          if (i === node.nodes.length - 1) {
            this.emit(part);
            break;
          }
          const split = { op: "split" as const, first: program.length + 1, second: 0 };
          program.push(split);
          this.emit(part);
          const exit = { op: "jump" as const, to: 0 };
          exits.push(exit);
          program.push(exit);
          split.second = program.length;
        }
        for (const exit of exits) exit.to = program.length;
        break;
      }
      case "repeat": {
        for (let i = 0; i < node.min; i++) this.emit(node.node);
        if (node.max === Number.POSITIVE_INFINITY) {
          const split = { op: "split" as const, first: program.length + 1, second: 0 };
          const back = program.length;
          program.push(split);
          this.emit(node.node);
          program.push({ op: "jump", to: back });
          split.second = program.length;
        } else {
          const splits = [];
          for (let i = node.min; i < node.max; i++) {
            const split = { op: "split" as const, first: program.length + 1, second: 0 };
            splits.push(split);
            program.push(split);
            this.emit(node.node);
          }
          for (const split of splits) split.second = program.length;
        }
        break;
      }
    }
  }
}

/** Reads both syntaxes: what is special with a backslash in a basic expression is special without one in an extended. */
class Parser {
  groups = 0;
  private at = 0;
  private depth = 0;
  private readonly source: string;
  private readonly extended: boolean;

  constructor(source: string, extended: boolean) {
    this.source = source;
    this.extended = extended;
  }

  parse(): Node {
    const node = this.alternatives();
    if (this.at < this.source.length) throw new BadExpression("Unmatched ) or \\)");
    return node;
  }

  /** Is `symbol` next, as an operator? */
  private operator(symbol: string): boolean {
    return this.source.startsWith(this.extended ? symbol : `\\${symbol}`, this.at);
  }

  private skip(): void {
    this.at += this.extended ? 1 : 2;
  }

  private alternatives(): Node {
    if (++this.depth > MAX_DEPTH) throw new BadExpression("Regular expression too big");
    const nodes = [this.sequence()];
    while (this.operator("|")) {
      this.skip();
      nodes.push(this.sequence());
    }
    this.depth--;
    return nodes.length === 1 ? nodes[0]! : { is: "or", nodes };
  }

  private sequence(): Node {
    const nodes: Node[] = [];
    while (this.at < this.source.length && !this.operator("|") && !this.operator(")")) {
      const atom = this.atom(nodes.length === 0);
      nodes.push(this.repeated(atom));
    }
    return nodes.length === 0 ? { is: "empty" } : nodes.length === 1 ? nodes[0]! : { is: "then", nodes };
  }

  private atom(first: boolean): Node {
    if (this.operator("(")) {
      this.skip();
      const number = ++this.groups;
      const node = this.alternatives();
      if (!this.operator(")")) throw new BadExpression("Unmatched ( or \\(");
      this.skip();
      return { is: "group", number, node };
    }
    const character = this.source[this.at]!;
    const start = this.at++;
    if (character === "[") {
      const set = bracket(this.source, start, false);
      if (!set) throw new BadExpression("Unmatched [, [^, [:, [., or [=");
      this.at = set.end + 1;
      return { is: "one", has: set.has };
    }
    if (character === ".") return { is: "one", has: () => true };
    if (character === "^" && (this.extended || first)) return { is: "start" };
    const last = this.at === this.source.length || this.operator(")") || this.operator("|");
    if (character === "$" && (this.extended || last)) return { is: "end" };
    if (character === "\\") {
      const escaped = this.source[this.at++];
      if (escaped === undefined) throw new BadExpression("Trailing backslash");
      if (/[1-9]/.test(escaped)) throw new BadExpression("Invalid back reference");
      const klass = { w: /\w/, W: /\W/, s: /\s/, S: /\S/ }[escaped];
      if (klass) return { is: "one", has: (c) => klass.test(c) };
      return { is: "one", has: (c) => c === escaped };
    }
    return { is: "one", has: (c) => c === character };
  }

  private repeated(atom: Node): Node {
    let node = atom;
    while (this.at < this.source.length) {
      if (this.source[this.at] === "*") {
        this.at++;
        node = { is: "repeat", node, min: 0, max: Number.POSITIVE_INFINITY };
      } else if (this.operator("+")) {
        this.skip();
        node = { is: "repeat", node, min: 1, max: Number.POSITIVE_INFINITY };
      } else if (this.operator("?")) {
        this.skip();
        node = { is: "repeat", node, min: 0, max: 1 };
      } else if (this.operator("{")) {
        const close = this.extended ? "\\}" : "\\\\\\}";
        const counts = new RegExp(`^\\\\?\\{(\\d{1,3})(,(\\d{0,3}))?${close}`).exec(
          this.source.slice(this.at, this.at + 16),
        );
        if (!counts) {
          if (this.extended) return node;
          throw new BadExpression("Invalid content of \\{\\}");
        }
        const min = Number(counts[1]);
        const max = counts[2] === undefined ? min : counts[3] === "" ? Number.POSITIVE_INFINITY : Number(counts[3]);
        if (min > max || min > MAX_REPEAT || (Number.isFinite(max) && max > MAX_REPEAT))
          throw new BadExpression("Invalid content of \\{\\}");
        this.at += counts[0].length;
        node = { is: "repeat", node, min, max };
      } else break;
    }
    return node;
  }
}
