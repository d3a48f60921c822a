/** Runs a `sed` program over its input, cycle by cycle. */
import { absolute } from "../../state.ts";
import { BadExpression, type Expression } from "../../regex.ts";
import { type Running, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { LineReader, type Writer, open } from "../sources.ts";
import type { Address, Program, SedCommand } from "./sed-parse.ts";
import { filled, visible } from "./sed-text.ts";

const WRONG = 2;
/** Jumps back within one cycle before the shell gets a look in. */
const STEPS = 10_000;

export class Editor {
  failed = false;
  private readonly context: CommandContext;
  private readonly program: readonly SedCommand[];
  private readonly quiet: boolean;
  private readonly out: Writer;
  private readonly paths: string[];
  private reader: LineReader | undefined;
  private readonly status = { value: 0 };
  /** The line after this one, read ahead to know which is the last. */
  private ahead: string | undefined;
  private started = false;
  private unterminated = false;
  private number = 0;
  private pattern = "";
  private hold = "";
  private queue: string[] = [];
  private lastExpression: Expression | null = null;
  private readonly written = new Set<string>();

  constructor(
    context: CommandContext,
    program: Program,
    flags: ReadonlyMap<string, string>,
    out: Writer,
    paths: readonly string[],
  ) {
    this.context = context;
    this.program = program.commands;
    for (const command of this.program) command.active = false;
    this.quiet = flags.has("n");
    this.out = out;
    this.paths = paths.length > 0 ? [...paths] : ["-"];
  }

  *run(): Running<number> {
    while (yield* this.advance()) {
      const exit = yield* this.cycle();
      if (exit !== null) return exit;
    }
    return this.status.value;
  }

  private *read(): Running<string | undefined> {
    for (;;) {
      if (!this.reader) {
        const path = this.paths.shift();
        if (path === undefined) return undefined;
        const pieces = yield* open(this.context, path, this.status);
        if (!pieces) {
          this.failed = true;
          this.status.value = WRONG;
          continue;
        }
        this.reader = new LineReader(pieces, this.out);
      }
      const line = yield* this.reader.next();
      if (line !== undefined) return line;
      this.reader = undefined;
    }
  }

  /** The next line into the pattern space; false at the end. */
  private *advance(): Running<boolean> {
    if (!this.started) this.ahead = yield* this.read();
    this.started = true;
    if (this.ahead === undefined) return false;
    this.pattern = this.ahead;
    this.number++;
    const reader = this.reader;
    // Only programs that speak of the last line need to wait for the next.
    this.ahead = yield* this.read();
    // The input's last line may lack its newline, and then so does what becomes of it.
    if (this.isLast) this.unterminated = reader?.unterminated ?? false;
    return true;
  }

  private get isLast(): boolean {
    return this.ahead === undefined;
  }

  private *print(text: string): Running<void> {
    yield* this.out.put(this.isLast && this.unterminated ? text : `${text}\n`);
  }

  private *endCycle(): Running<void> {
    if (!this.quiet) yield* this.print(this.pattern);
    yield* this.flushQueue();
  }

  private *flushQueue(): Running<void> {
    const queue = this.queue;
    this.queue = [];
    for (const text of queue) yield* this.out.put(text);
  }

  /** One pass of the program; an exit status when it ends everything. */
  private *cycle(): Running<number | null> {
    let replaced = false;
    let steps = 0;
    for (let at = 0; at < this.program.length; at++) {
      const command = this.program[at] as SedCommand;
      this.context.state.budget.text(16);
      if (++steps % STEPS === 0) yield { op: null, until: this.context.state.system.now() + 1000 };
      if (this.applies(command) === command.negated) {
        if (command.verb === "{") at = command.target;
        continue;
      }
      switch (command.verb) {
        case "d":
          yield* this.flushQueue();
          return null;
        case "D": {
          const newline = this.pattern.indexOf("\n");
          yield* this.flushQueue();
          if (newline < 0) return null;
          this.pattern = this.pattern.slice(newline + 1);
          at = -1;
          break;
        }
        case "p":
          yield* this.print(this.pattern);
          break;
        case "P":
          yield* this.print(this.pattern.split("\n")[0] as string);
          break;
        case "=":
          yield* this.print(String(this.number));
          break;
        case "l":
          yield* this.print(visible(this.pattern));
          break;
        case "F":
          yield* this.print("-");
          break;
        case "g":
          this.pattern = this.hold;
          break;
        case "G":
          this.pattern += `\n${this.hold}`;
          break;
        case "h":
          this.hold = this.pattern;
          break;
        case "H":
          this.hold += `\n${this.pattern}`;
          break;
        case "x":
          [this.pattern, this.hold] = [this.hold, this.pattern];
          break;
        case "z":
          this.pattern = "";
          break;
        case "n":
          if (this.isLast) {
            yield* this.endCycle();
            return this.status.value;
          }
          yield* this.endCycle();
          yield* this.advance();
          break;
        case "N": {
          const before = this.pattern;
          if (this.isLast) {
            yield* this.endCycle();
            return this.status.value;
          }
          yield* this.flushQueue();
          yield* this.advance();
          this.pattern = `${before}\n${this.pattern}`;
          this.context.state.budget.text(this.pattern.length);
          break;
        }
        case "a":
          this.queue.push(command.text);
          break;
        case "i":
          yield* this.out.put(command.text);
          break;
        case "c":
          if (command.to === null || command.negated || !command.active) yield* this.out.put(command.text);
          yield* this.flushQueue();
          return null;
        case "r":
        case "R": {
          const read = this.context.state.system.files.read(absolute(this.context.state, command.text));
          if ("text" in read) this.queue.push(command.verb === "R" ? `${read.text.split("\n")[0]}\n` : read.text);
          break;
        }
        case "w":
        case "W":
          yield* this.writeTo(
            command.text,
            command.verb === "w" ? this.pattern : (this.pattern.split("\n")[0] as string),
          );
          break;
        case "y":
          this.pattern = [...this.pattern].map((character) => command.map?.get(character) ?? character).join("");
          break;
        case "s":
          if (yield* this.substitute(command)) replaced = true;
          break;
        case "b":
          at = command.target;
          break;
        case "t":
          if (replaced) at = command.target;
          replaced = false;
          break;
        case "T":
          if (!replaced) at = command.target;
          replaced = false;
          break;
        case "q":
          yield* this.endCycle();
          return Number(command.text || 0);
        case "Q":
          return Number(command.text || 0);
      }
    }
    yield* this.endCycle();
    return null;
  }

  private *writeTo(path: string, text: string): Running<void> {
    const { files } = this.context.state.system;
    if (path === "/dev/stdout") {
      yield* this.print(text);
      return;
    }
    const target = absolute(this.context.state, path);
    if (!this.written.has(path)) files.truncate(target);
    this.written.add(path);
    const errno = yield* writeThrough(files, target, `${text}\n`);
    if (errno !== null) this.status.value = 4;
  }

  private matches(address: Address): boolean {
    if ("line" in address) return this.number === address.line;
    if ("last" in address) return this.isLast;
    if ("first" in address)
      return address.step <= 0
        ? this.number === address.first
        : this.number >= address.first && (this.number - address.first) % address.step === 0;
    return "expression" in address && this.find(address.expression, this.pattern, 0) !== undefined;
  }

  private find(expression: Expression | null, text: string, from: number) {
    const used = expression ?? this.lastExpression;
    if (!used) throw new BadExpression("no previous regular expression");
    this.lastExpression = used;
    this.context.state.budget.text((text.length * used.size) / 16);
    return used.exec(text, from);
  }

  private applies(command: SedCommand): boolean {
    const { from, to } = command;
    if (from === null) return true;
    if (to === null) return this.matches(from);
    if (command.active) {
      if ("line" in to || "more" in to || "multiple" in to) {
        if (this.number >= command.until) command.active = false;
        return this.number <= command.until;
      }
      if (this.matches(to)) command.active = false;
      return true;
    }
    // `0,/x/` may end on the first line.
    const fromZero = "line" in from && from.line === 0;
    if (!(fromZero && this.number === 1) && !this.matches(from)) return false;
    if (fromZero && "expression" in to && this.matches(to)) return true;
    if ("line" in to) command.until = to.line;
    else if ("more" in to) command.until = this.number + to.more;
    else if ("multiple" in to)
      command.until = to.multiple > 0 ? Math.ceil(this.number / to.multiple) * to.multiple : this.number;
    else {
      command.active = !("last" in to && this.isLast);
      return true;
    }
    command.active = command.until > this.number;
    return true;
  }

  private *substitute(command: SedCommand): Running<boolean> {
    const substitution = command.substitution as NonNullable<SedCommand["substitution"]>;
    const text = this.pattern;
    let out = "";
    let at = 0;
    let count = 0;
    let did = false;
    let lastEnd = -1;
    while (at <= text.length) {
      const match = this.find(substitution.expression, text, at);
      if (!match) break;
      const [start = 0, end = 0] = match;
      // Nothing right behind a match is no match of its own.
      if (end === start && start === lastEnd) {
        out += text[at] ?? "";
        at++;
        lastEnd = -1;
        continue;
      }
      lastEnd = end;
      count++;
      out += text.slice(at, start);
      if (count >= substitution.nth) {
        out += filled(substitution.replacement, text, match);
        did = true;
      } else out += text.slice(start, end);
      at = end;
      if (end === start) {
        out += text[at] ?? "";
        at++;
      }
      if (did && !substitution.global) break;
      this.context.state.budget.text(out.length / 64);
    }
    if (!did) return false;
    this.pattern = out + text.slice(at);
    if (substitution.print) yield* this.print(this.pattern);
    if (substitution.file !== null) yield* this.writeTo(substitution.file, this.pattern);
    return true;
  }
}
