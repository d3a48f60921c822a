/**
 * POSIX regular expressions (basic and extended) for grep, sed, awk and the shell: the leftmost match, and of those the
 * longest. They are simulated in lock-step (a Pike machine), so the time is proportional to the expression times the
 * text, whatever the expression: nothing that is typed can make a search run away. Expressions with back-references are
 * tried one way after the other, a limited number of times.
 */
import { type Budget, type Running, breathe } from "./system.ts";
import { type Assertion, BadExpression, type Node, Parser } from "./regex-parse.ts";

export { BadExpression };

type Instruction =
  | { readonly op: "one"; readonly has: (character: string) => boolean }
  | { readonly op: "assert"; readonly what: Assertion }
  | { readonly op: "match" }
  | { op: "split"; first: number; second: number }
  | { op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number };

const MAX_INSTRUCTIONS = 4096;
/** Steps that a search with back-references may take. */
const MAX_STEPS = 200_000;
/** Characters looked at before others may go on, and what each costs for every way that is followed. */
const AT_ONCE = 512;
const NS_PER_STEP = 100;

/** Where a match is, and its groups: `[start, end]` pairs, group 0 the whole; -1 where a group took no part. */
export type Match = readonly number[];

interface Thread {
  readonly pc: number;
  readonly saved: readonly number[];
}

export interface ExpressionOptions {
  readonly extended?: boolean;
  readonly ignoreCase?: boolean;
  /** `^` and `$` match at every line of the text. */
  readonly multiline?: boolean;
}

/** Lower case, character by character, so that places stay what they are. */
function folded(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length
    ? lower
    : [...text].map((c) => (c.toLowerCase().length === c.length ? c.toLowerCase() : c)).join("");
}

export class Expression {
  private readonly program: Instruction[] = [];
  readonly groups: number;
  private readonly fold: boolean;
  private readonly multiline: boolean;
  private readonly tree: Node;
  private readonly backtracks: boolean;
  /** The whole expression, where it is plain text. */
  private readonly plain: string | undefined;

  constructor(source: string, options: ExpressionOptions = {}) {
    this.fold = options.ignoreCase ?? false;
    this.multiline = options.multiline ?? false;
    const parser = new Parser(source, options.extended ?? false);
    this.tree = { is: "group", number: 0, node: parser.parse() };
    this.backtracks = parser.hasBackReferences;
    this.groups = parser.groups;
    const plain = plainText((this.tree as { readonly node: Node }).node);
    this.plain = plain !== undefined && this.fold ? folded(plain) : plain;
    this.emit(this.tree);
    this.program.push({ op: "match" });
  }

  get size(): number {
    return this.program.length;
  }

  test(text: string): boolean {
    return this.exec(text) !== undefined;
  }

  /** The leftmost match at or after `from`, the longest of those. */
  exec(original: string, from = 0): Match | undefined {
    const text = this.fold ? folded(original) : original;
    if (this.plain !== undefined) {
      const at = text.indexOf(this.plain, from);
      return at < 0 ? undefined : [at, at + this.plain.length];
    }
    if (this.backtracks) return this.backtrack(text, from);
    const step = this.simulate(text, from, null).next();
    return step.done ? step.value : undefined;
  }

  /** As `exec`, in a text that may be long: others go on meanwhile. */
  *search(original: string, from: number, budget: Budget): Running<Match | undefined> {
    budget.text(64);
    if (this.plain !== undefined || this.backtracks || original.length - from < AT_ONCE) {
      budget.spend(((original.length - from) * (this.plain === undefined ? this.size : 1)) / 2);
      return this.exec(original, from);
    }
    return yield* this.simulate(this.fold ? folded(original) : original, from, budget);
  }

  private *simulate(text: string, from: number, budget: Budget | null): Running<Match | undefined> {
    let current: Thread[] = [];
    let found: Match | undefined;
    const marks = new Int32Array(this.program.length).fill(-1);
    const nothing: readonly number[] = new Array<number>((this.groups + 1) * 2).fill(-1);
    for (let at = from; at <= text.length; at++) {
      const threads = current;
      if (budget && at % AT_ONCE === 0) {
        budget.spend(AT_ONCE * Math.max(1, threads.length) * NS_PER_STEP);
        yield* breathe(budget);
      }
      // Threads of earlier starts come first; a new start is tried only while nothing has matched.
      if (!found) this.add(threads, marks, text, nothing, at);
      if (threads.length === 0) {
        if (found) break;
        continue;
      }
      const next: Thread[] = [];
      for (const { pc, saved } of threads) {
        // What starts later than the match, or could be no longer, is of no interest.
        if (found && (saved[0] as number) > (found[0] as number)) continue;
        const instruction = this.program[pc] as Instruction;
        if (instruction.op === "match") {
          if (!found || (saved[0] as number) < (found[0] as number) || (saved[1] as number) > (found[1] as number))
            found = saved;
        } else if (instruction.op === "one" && at < text.length && instruction.has(text[at] as string)) {
          this.follow(next, marks, text, pc + 1, saved, at + 1);
        }
      }
      current = next;
    }
    return found;
  }

  private add(threads: Thread[], marks: Int32Array, text: string, nothing: readonly number[], at: number): void {
    this.follow(threads, marks, text, 0, nothing, at);
  }

  /** Follows jumps, splits and assertions from an instruction to those that look at a character. */
  private follow(
    threads: Thread[],
    marks: Int32Array,
    text: string,
    start: number,
    slots: readonly number[],
    at: number,
  ): void {
    const stack: [number, readonly number[]][] = [[start, slots]];
    for (let top = stack.pop(); top; top = stack.pop()) {
      const [pc, saved] = top;
      if (marks[pc] === at) continue;
      marks[pc] = at;
      const instruction = this.program[pc] as Instruction;
      if (instruction.op === "jump") stack.push([instruction.to, saved]);
      else if (instruction.op === "split") stack.push([instruction.second, saved], [instruction.first, saved]);
      else if (instruction.op === "save") stack.push([pc + 1, saved.with(instruction.slot, at)]);
      else if (instruction.op === "assert") {
        if (this.holds(instruction.what, text, at)) stack.push([pc + 1, saved]);
      } else threads.push({ pc, saved });
    }
  }

  /** Where case does not count, a character of the (folded) text may match as either. */
  private either(has: (character: string) => boolean): (character: string) => boolean {
    return this.fold ? (character) => has(character) || has(character.toUpperCase()) : has;
  }

  private holds(what: Assertion, text: string, at: number): boolean {
    const word = (index: number): boolean => index >= 0 && index < text.length && /\w/.test(text[index] as string);
    const [before, after] = [word(at - 1), word(at)];
    switch (what) {
      case "start":
        return at === 0;
      case "end":
        return at === text.length;
      case "line start":
        return at === 0 || (this.multiline && text[at - 1] === "\n");
      case "line end":
        return at === text.length || (this.multiline && text[at] === "\n");
      case "word":
        return before !== after;
      case "no word":
        return before === after;
      case "word start":
        return !before && after;
      case "word end":
        return before && !after;
    }
  }

  private emit(node: Node): void {
    if (this.program.length > MAX_INSTRUCTIONS) throw new BadExpression("Regular expression too big");
    const { program } = this;
    switch (node.is) {
      case "one":
        program.push({ op: "one", has: this.either(node.has) });
        break;
      case "assert":
        program.push({ op: "assert", what: node.what });
        break;
      case "empty":
      case "back":
        break;
      case "group":
        program.push({ op: "save", slot: node.number * 2 });
        this.emit(node.node);
        program.push({ op: "save", slot: node.number * 2 + 1 });
        break;
      case "then":
        for (const part of node.nodes) this.emit(part);
        break;
      case "or":
        this.emitAlternatives(node.nodes);
        break;
      case "repeat":
        this.emitRepeat(node.node, node.min, node.max);
        break;
    }
  }

  private emitAlternatives(nodes: readonly Node[]): void {
    const { program } = this;
    const exits: { op: "jump"; to: number }[] = [];
    for (const [i, part] of nodes.entries()) {
      if (i === nodes.length - 1) {
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
  }

  private emitRepeat(node: Node, min: number, max: number): void {
    const { program } = this;
    for (let i = 0; i < min; i++) this.emit(node);
    if (max === Number.POSITIVE_INFINITY) {
      const split = { op: "split" as const, first: program.length + 1, second: 0 };
      const back = program.length;
      program.push(split);
      this.emit(node);
      program.push({ op: "jump", to: back });
      split.second = program.length;
      return;
    }
    const splits = [];
    for (let i = min; i < max; i++) {
      const split = { op: "split" as const, first: program.length + 1, second: 0 };
      splits.push(split);
      program.push(split);
      this.emit(node);
    }
    for (const split of splits) split.second = program.length;
  }

  /** Tries every way until one leads to the end. */
  private backtrack(text: string, from: number): Match | undefined {
    let steps = 0;
    const slots = new Array<number>((this.groups + 1) * 2).fill(-1);
    const go = (node: Node, at: number, then: (at: number) => boolean): boolean => {
      if (++steps > MAX_STEPS) throw new BadExpression("Memory exhausted");
      switch (node.is) {
        case "one":
          return at < text.length && this.either(node.has)(text[at] as string) && then(at + 1);
        case "assert":
          return this.holds(node.what, text, at) && then(at);
        case "empty":
          return then(at);
        case "back": {
          const [start, end] = [slots[node.number * 2] as number, slots[node.number * 2 + 1] as number];
          const held = text.slice(start, end);
          return start >= 0 && end >= 0 && text.startsWith(held, at) && then(at + held.length);
        }
        case "group": {
          const [i, j] = [node.number * 2, node.number * 2 + 1];
          const before = [slots[i] as number, slots[j] as number] as const;
          const done = go(node.node, at, (end) => {
            const inner = [slots[i] as number, slots[j] as number] as const;
            slots[i] = at;
            slots[j] = end;
            if (then(end)) return true;
            [slots[i], slots[j]] = inner;
            return false;
          });
          if (!done) [slots[i], slots[j]] = before;
          return done;
        }
        case "then": {
          const rest = (i: number, here: number): boolean => {
            const part = node.nodes[i];
            return part === undefined ? then(here) : go(part, here, (end) => rest(i + 1, end));
          };
          return rest(0, at);
        }
        case "or":
          return node.nodes.some((part) => go(part, at, then));
        case "repeat": {
          const more = (count: number, here: number): boolean =>
            (count < node.max &&
              go(node.node, here, (end) => (end > here || count < node.min) && more(count + 1, end))) ||
            (count >= node.min && then(here));
          return more(0, at);
        }
      }
    };
    for (let at = from; at <= text.length; at++) {
      slots.fill(-1);
      if (go(this.tree, at, () => true)) return [...slots];
    }
    return undefined;
  }
}

/** The text that an expression of plain characters stands for. */
function plainText(node: Node): string | undefined {
  if (node.is === "one") return node.literal;
  if (node.is !== "then") return undefined;
  let text = "";
  for (const part of node.nodes) {
    if (part.is !== "one" || part.literal === undefined) return undefined;
    text += part.literal;
  }
  return text;
}
