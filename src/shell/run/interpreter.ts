/**
 * Walks the syntax tree of `unbash` in one shell process. Whatever may wait is a generator (see ../system.ts); every
 * command costs time, so that no script keeps others from running.
 */
import type {
  AndOr,
  ArithmeticExpression,
  Case,
  CommandNode,
  CompoundList,
  ParsedScript,
  PipelineNode,
  ProcessSubstitutionPart,
  Statement,
  TestCommand,
} from "unbash";
import type { Expander } from "../expand/expander.ts";
import { arithmetic, expandPattern, expandText, expandWords, words } from "../expand/words.ts";
import { quoteIfNeeded } from "../expand/quote.ts";
import { Pattern } from "../pattern.ts";
import { apart } from "../process/stack.ts";
import { MAX_DEPTH, type ShellState, type Source, subshell } from "../state.ts";
import { type Running, SLICE } from "../system.ts";
import { ShellError, Unwind } from "../unwind.ts";
import { Refused } from "../variables.ts";
import { condition } from "./conditional.ts";
import { coproc } from "./coproc.ts";
import { background, pipeline, runSubshell } from "./pipeline.ts";
import { processSubstitution, substitution } from "./substitution.ts";
import { redirect, restore } from "./redirect.ts";
import { say } from "./say.ts";
import { select } from "./select.ts";
import { simple, trace } from "./simple.ts";
import { announce, runOwnTrap, runPendingTraps } from "./traps.ts";

/** Simulated time that a command of the shell's own takes, without what it waits for. */
const STEP_NS = 5_000;

export class Interpreter implements Expander {
  readonly state: ShellState;
  readonly words = words;

  constructor(state: ShellState) {
    this.state = state;
    state.variables.evaluate = (text) => BigInt(text.trim() === "" ? 0 : this.computed(text));
  }

  /** Subscripts and integer variables: what can be evaluated without running commands. */
  private computed(text: string): bigint {
    const steps = arithmetic(text, this);
    const { done, value } = steps.next();
    return done ? value : 0n;
  }

  substitute(script: ParsedScript): Running<string> {
    return substitution(script, this);
  }

  process(part: ProcessSubstitutionPart): Running<string> {
    return processSubstitution(part, this);
  }

  /** One step: time passes, traps run, others may go on. */
  *step(): Running<void> {
    const { state } = this;
    state.budget.spend(STEP_NS);
    if (state.budget.owed > SLICE) yield { op: null, until: 0 };
    if (state.process.caught.length > 0) yield* runPendingTraps(this);
  }

  *statements(list: readonly Statement[]): Running<number> {
    let status = 0;
    for (const statement of list) {
      if (statement.background) status = yield* background(statement, this);
      else status = yield* this.andOr(statement.command);
      this.state.status = status;
    }
    return status;
  }

  body(list: CompoundList): Running<number> {
    return this.statements(list.commands);
  }

  /** A condition: what fails in it is an answer. */
  *unchecked<T>(run: () => Running<T>): Running<T> {
    this.state.unchecked++;
    try {
      return yield* run();
    } finally {
      this.state.unchecked--;
    }
  }

  *andOr(node: AndOr | PipelineNode): Running<number> {
    if (node.type !== "AndOr") return yield* pipeline(node, this);
    let status = 0;
    for (const [i, part] of node.commands.entries()) {
      const operator = node.operators[i - 1];
      if ((operator === "&&" && status !== 0) || (operator === "||" && status === 0)) continue;
      const last = i === node.commands.length - 1;
      status = yield* last ? pipeline(part, this) : this.unchecked(() => pipeline(part, this));
      this.state.status = status;
    }
    return status;
  }

  /** `set -e` and the ERR trap look at what a command gave. */
  *check(status: number): Running<number> {
    const { state } = this;
    if (status === 0 || state.unchecked > 0) return status;
    state.status = status;
    yield* runOwnTrap("ERR", this);
    if (state.options.has("errexit")) throw new Unwind("exit", status);
    return status;
  }

  *command(node: CommandNode): Running<number> {
    const { state } = this;
    if (node.type === "Command") return yield* this.check(yield* simple(node, this));
    yield* this.step();
    if (node.type !== "Redirected" && node.type !== "Function") state.position = node.pos;
    return yield* this.nested("", () => this.compound(node));
  }

  /** Runs what may contain itself, without end: commands, and texts of the `kind` that a message calls them. */
  *nested<T>(kind: "" | "eval " | "source " | "trap ", run: () => Running<T>): Running<T> {
    const { state } = this;
    if (state.depth >= MAX_DEPTH) {
      // A signal that its own trap sends would begin it all again.
      state.process.caught.length = 0;
      throw new ShellError(`maximum ${kind}nesting level exceeded (${MAX_DEPTH})`);
    }
    state.depth++;
    try {
      return yield* apart(run());
    } finally {
      state.depth--;
    }
  }

  private *compound(node: Exclude<CommandNode, { readonly type: "Command" }>): Running<number> {
    const { state } = this;
    switch (node.type) {
      case "Redirected": {
        const saved = yield* redirect(node.redirects, this);
        if (!saved) return yield* this.check(1);
        try {
          return yield* this.compound(node.command);
        } finally {
          restore(state, saved);
        }
      }
      case "BraceGroup":
        return yield* this.body(node.body);
      case "Subshell":
        return yield* this.check(yield* runSubshell(node, this));
      case "If":
        for (const branch of [node, ...node.elif]) {
          if ((yield* this.unchecked(() => this.body(branch.clause))) === 0) return yield* this.body(branch.then);
        }
        return node.else ? yield* this.body(node.else) : 0;
      case "While":
        return yield* this.loop(function* (this: Interpreter) {
          const status = yield* this.unchecked(() => this.body(node.clause));
          return (status === 0) === (node.kind === "while") ? yield* this.body(node.body) : null;
        });
      case "For": {
        if (!/^[A-Za-z_]\w*$/.test(node.name.text)) {
          yield* say(state, `\`${node.name.text}': not a valid identifier`);
          return 1;
        }
        const words = node.wordlist ? yield* expandWords(node.wordlist, this) : [...state.positional];
        let at = 0;
        return yield* this.loop(function* (this: Interpreter) {
          const next = words[at++];
          if (next === undefined) return null;
          yield* announce({ pos: node.pos, end: (node.wordlist?.at(-1) ?? node.name).end }, this);
          if (state.options.has("xtrace"))
            yield* trace(this, `for ${node.name.text} in ${words.map(quoteIfNeeded).join(" ")}`);
          this.assign(node.name.text, next);
          return yield* this.body(node.body);
        });
      }
      case "ArithmeticFor": {
        const value = function* (
          this: Interpreter,
          expression: ArithmeticExpression | undefined,
          missing: bigint,
        ): Running<bigint> {
          if (!expression) return missing;
          yield* announce(expression, this);
          return yield* arithmetic(state.source.text.slice(expression.pos, expression.end), this, "((: ");
        };
        yield* value.call(this, node.initialize, 0n);
        let first = true;
        return yield* this.loop(function* (this: Interpreter) {
          if (!first) yield* value.call(this, node.update, 0n);
          first = false;
          return (yield* value.call(this, node.test, 1n)) === 0n ? null : yield* this.body(node.body);
        });
      }
      case "Case":
        return yield* this.choose(node);
      case "Select":
        return yield* select(node, this);
      case "TestCommand":
        return yield* this.check(yield* this.test(node));
      case "ArithmeticCommand":
        yield* announce(node, this);
        return yield* this.check(yield* this.arithmeticCommand(node.body));
      case "Function": {
        const text = state.source.text.slice(node.pos, node.end);
        const name = node.name.value;
        const { attributes = "" } = state.functions.get(name) ?? {};
        if (attributes.includes("r")) {
          yield* say(state, `${name}: readonly function`);
          return yield* this.check(1);
        }
        state.functions.set(name, { name, body: node.body, source: state.source, text, attributes });
        return 0;
      }
      case "Coproc":
        return yield* coproc(node, this);
    }
  }

  private *test(node: TestCommand): Running<number> {
    yield* announce(node, this);
    try {
      return Number(!(yield* condition(node.expression, this)));
    } catch (error) {
      if (!(error instanceof ShellError) || error.ends === "exit") throw error;
      if (error.message !== "") yield* say(this.state, error.message);
      return error.ends === "command" ? error.status : 1;
    }
  }

  private *arithmeticCommand(body: string): Running<number> {
    if (this.state.options.has("xtrace")) yield* trace(this, `(( ${body} ))`);
    try {
      return Number((yield* arithmetic(body, this, "((: ")) === 0n);
    } catch (error) {
      if (!(error instanceof ShellError) || error.ends === "exit") throw error;
      yield* say(this.state, error.message);
      return 1;
    }
  }

  private assign(name: string, text: string): void {
    try {
      this.state.variables.set(name, text);
    } catch (error) {
      if (error instanceof Refused) throw new ShellError(error.message);
      throw error;
    }
  }

  private *choose(node: Case): Running<number> {
    yield* announce({ pos: node.pos, end: node.word.end }, this);
    const word = yield* expandText(node.word, this);
    if (this.state.options.has("xtrace")) yield* trace(this, `case ${node.word.text} in`);
    const ignoreCase = this.state.shopts.has("nocasematch");
    let status = 0;
    let through = false;
    for (const item of node.items) {
      let chosen = through;
      for (const choice of chosen ? [] : item.pattern) {
        const pattern = Pattern.of(yield* expandPattern(choice, this), { ignoreCase });
        if (yield* pattern.matching(word, this.state.budget)) {
          chosen = true;
          break;
        }
      }
      if (!chosen) continue;
      status = yield* this.body(item.body);
      through = item.terminator === ";&";
      if (item.terminator !== ";&" && item.terminator !== ";;&") return status;
    }
    return status;
  }

  /** Repeats until `once` gives null; `break` and `continue` of loops inside reach here. */
  *loop(once: (this: Interpreter) => Running<number | null>): Running<number> {
    const { state } = this;
    const { unchecked, position } = state;
    let status = 0;
    state.loops++;
    try {
      for (;;) {
        try {
          yield* this.step();
          state.position = position;
          const next = yield* once.call(this);
          if (next === null) return status;
          status = next;
        } catch (error) {
          if (!(error instanceof Unwind) || (error.how !== "break" && error.how !== "continue")) throw error;
          state.unchecked = unchecked;
          status = 0;
          if (--error.count > 0) throw error;
          if (error.how === "break") return 0;
        }
      }
    } finally {
      state.loops--;
    }
  }

  /** An interpreter for a process of its own, with a copy of this one's state. */
  forked(process: ShellState["process"]): Interpreter {
    const inner = subshell(this.state, process);
    if (inner.depth > MAX_DEPTH) throw new ShellError(`maximum nesting level exceeded (${MAX_DEPTH})`);
    // A subshell doesn't hold the ends of its parent's coprocesses: they would never see an end.
    for (const { descriptors } of inner.coprocs.splice(0))
      for (const descriptor of descriptors) process.install(descriptor, null);
    return new Interpreter(inner);
  }

  /** A source of its own for text that positions refer to. */
  *within<T>(source: Source, run: () => Running<T>): Running<T> {
    const { state } = this;
    const { source: outer, position } = state;
    state.source = source;
    state.position = 0;
    try {
      return yield* run();
    } finally {
      state.source = outer;
      state.position = position;
    }
  }
}
