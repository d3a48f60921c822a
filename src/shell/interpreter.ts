/**
 * Runs shell scripts over a simulated machine: the syntax tree of `unbash`, walked by a generator that yields
 * whenever it waits (see ./system.ts). Commands are busybox's ash and its applets, whose messages the recorded
 * traces hold. Pipelines run command after command, each on all the output of the one before.
 *
 * Not here: background jobs, functions, `select`, `[[ ]]`, coprocesses; they end the script with status 2.
 */
import {
  type AndOr,
  type Command,
  type CommandNode,
  type CompoundList,
  type ParsedScript,
  type Pipeline,
  type PipelineNode,
  type Statement,
  parse,
} from "unbash";
import { type CommandContext, MICROSECOND, MILLISECOND } from "./commands/command.ts";
import { BUILTINS, EXTERNALS } from "./commands/table.ts";
import { expandPattern, expandText, expandWords } from "./expand.ts";
import { matches } from "./pattern.ts";
import { redirect } from "./redirect.ts";
import { MAX_DEPTH, ShellError, type ShellState, complaint, subshell } from "./state.ts";
import { Collected, type Input, type Standard, TextInput } from "./streams.ts";
import { Budget, LimitReached, type Running, type System, pass } from "./system.ts";

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** `break`, `continue` and `exit` unwind through these. */
class Unwind extends Error {
  readonly how: "break" | "continue" | "exit";
  /** Loops to leave, or the status to exit with. */
  count: number;

  constructor(how: "break" | "continue" | "exit", count: number) {
    super(how);
    this.how = how;
    this.count = count;
  }
}

/**
 * Runs a script file to its end. `name` is `$0`, which begins the shell's own messages. A script that uses more than
 * its budget ends as if killed: status 137.
 */
export function* runScript(text: string, system: System, name: string, budget = new Budget()): Running<ScriptResult> {
  const out = new Collected(budget);
  const err = new Collected(budget);
  const state: ShellState = {
    system,
    budget,
    variables: new Map([["IFS", " \t\n"]]),
    positional: [],
    name,
    source: text,
    cwd: "/",
    status: 0,
    depth: 0,
  };
  let exit: number;
  try {
    exit = yield* runText(text, state, { in: new TextInput(""), out, err });
  } catch (error) {
    if (!(error instanceof LimitReached || error instanceof RangeError)) throw error;
    return { stdout: out.toString(), stderr: `${err.toString()}Killed\n`, exit: 137 };
  }
  return { stdout: out.toString(), stderr: err.toString(), exit };
}

/** Parses and runs text in a state: a script, or what `sh -c` is given. Syntax errors and `exit` end here. */
export function* runText(text: string, state: ShellState, std: Standard): Running<number> {
  state.budget.text(text.length);
  try {
    return yield* script(parse(text), state, std);
  } catch (error) {
    if (error instanceof Unwind) return error.how === "exit" ? error.count : state.status;
    if (!(error instanceof ShellError)) throw error;
    yield* std.err.write(`${complaint(state, error.position)}${error.message}\n`);
    return error.status;
  }
}

function* script(parsed: ParsedScript, state: ShellState, std: Standard): Running<number> {
  const wrong = parsed.errors?.[0];
  if (wrong) throw new ShellError(`syntax error: ${wrong.message}`, wrong.pos);
  return yield* statements(parsed.commands, state, std);
}

function* statements(list: readonly Statement[], state: ShellState, std: Standard): Running<number> {
  for (const statement of list) {
    if (statement.background) throw new ShellError("background jobs are not supported", statement.pos);
    state.status = yield* andOr(statement.command, state, std);
  }
  return list.length === 0 ? 0 : state.status;
}

const body = (list: CompoundList, state: ShellState, std: Standard): Running<number> =>
  statements(list.commands, state, std);

function* andOr(node: AndOr | PipelineNode, state: ShellState, std: Standard): Running<number> {
  if (node.type !== "AndOr") return yield* pipeline(node, state, std);
  let status = 0;
  for (const [i, part] of node.commands.entries()) {
    const operator = node.operators[i - 1];
    if ((operator === "&&" && status !== 0) || (operator === "||" && status === 0)) continue;
    status = yield* pipeline(part, state, std);
    state.status = status;
  }
  return status;
}

function* pipeline(node: PipelineNode, state: ShellState, std: Standard): Running<number> {
  if (node.type !== "Pipeline") return yield* command(node, state, std);
  const negated = node.prefixes.filter(({ type }) => type === "Negation").length % 2 === 1;
  const status =
    node.commands.length === 1 ? yield* command(node.commands[0]!, state, std) : yield* piped(node, state, std);
  return negated ? Number(status === 0) : status;
}

function* piped(node: Pipeline, state: ShellState, std: Standard): Running<number> {
  let input: Input = std.in;
  let status = 0;
  for (const [i, part] of node.commands.entries()) {
    const last = i === node.commands.length - 1;
    const pipe = new Collected(state.budget);
    const both = node.operators[i] === "|&";
    const inner = subshell(state);
    status = yield* isolated(inner, () =>
      command(part, inner, { in: input, out: last ? std.out : pipe, err: both ? pipe : std.err }),
    );
    input = new TextInput(pipe.toString());
  }
  return status;
}

/** In a process of its own, `exit`, `break` and errors go no further. */
function* isolated(state: ShellState, run: () => Running<number>): Running<number> {
  try {
    return yield* run();
  } catch (error) {
    if (error instanceof Unwind) return error.how === "exit" ? error.count : state.status;
    throw error;
  }
}

function* substitute(parsed: ParsedScript, state: ShellState, std: Standard): Running<string> {
  const inner = subshell(state);
  if (inner.depth > MAX_DEPTH) throw new ShellError("too deeply nested", parsed.pos);
  const out = new Collected(state.budget);
  state.status = yield* isolated(inner, () => script(parsed, inner, { in: std.in, out, err: std.err }));
  return out.toString();
}

function* command(node: CommandNode, state: ShellState, std: Standard): Running<number> {
  const expanding = (parsed: ParsedScript) => substitute(parsed, state, std);
  switch (node.type) {
    case "Command":
      return yield* simple(node, state, std);
    case "Redirected": {
      const redirected = yield* redirect(node.redirects, state, std, expanding);
      return redirected ? yield* command(node.command, state, redirected) : 1;
    }
    case "BraceGroup":
      return yield* body(node.body, state, std);
    case "Subshell": {
      const inner = subshell(state);
      if (inner.depth > MAX_DEPTH) throw new ShellError("too deeply nested", node.pos);
      return yield* isolated(inner, () => body(node.body, inner, std));
    }
    case "If": {
      for (const branch of [node, ...node.elif]) {
        if ((yield* body(branch.clause, state, std)) === 0) return yield* body(branch.then, state, std);
      }
      return node.else ? yield* body(node.else, state, std) : 0;
    }
    case "While":
      return yield* loop(state, function* () {
        const status = yield* body(node.clause, state, std);
        return (status === 0) === (node.kind === "while") ? yield* body(node.body, state, std) : null;
      });
    case "For": {
      const words = node.wordlist ? yield* expandWords(node.wordlist, state, expanding) : [...state.positional];
      return yield* loop(state, function* () {
        const next = words.shift();
        if (next === undefined) return null;
        state.variables.set(node.name.value, next);
        return yield* body(node.body, state, std);
      });
    }
    case "Case": {
      const word = yield* expandText(node.word, state, expanding);
      for (const item of node.items) {
        for (const choice of item.pattern) {
          if (matches(yield* expandPattern(choice, state, expanding), word)) return yield* body(item.body, state, std);
        }
      }
      return 0;
    }
    default:
      throw new ShellError(`${node.type} is not supported`, node.pos);
  }
}

/** Repeats until `once` gives null; `break` and `continue` of loops inside reach here. */
function* loop(state: ShellState, once: () => Running<number | null>): Running<number> {
  let status = 0;
  for (;;) {
    state.budget.command();
    try {
      const next = yield* once();
      if (next === null) return status;
      status = next;
    } catch (error) {
      if (!(error instanceof Unwind) || error.how === "exit") throw error;
      status = 0;
      if (--error.count > 0) throw error;
      if (error.how === "break") return 0;
    }
  }
}

function* simple(node: Command, state: ShellState, std: Standard): Running<number> {
  let substituted = 0;
  const expanding = function* (parsed: ParsedScript): Running<string> {
    const output = yield* substitute(parsed, state, std);
    substituted = state.status;
    return output;
  };
  state.budget.command();
  const words = [...(node.name ? [node.name] : []), ...node.args.filter((arg) => arg.type === "Word")];
  const args = yield* expandWords(words, state, expanding);
  const redirected = yield* redirect(node.redirects, state, std, expanding);
  if (!redirected) return 1;
  const [name, ...rest] = args;
  // `x=1 command` gives the variable to the command alone; no command here has an environment to look at.
  const target = name === undefined ? state : subshell(state);
  for (const assignment of node.prefix) {
    if (assignment.type !== "Assignment") continue;
    if (assignment.value.type === "ArrayValue" || assignment.index)
      throw new ShellError('syntax error: unexpected "("', assignment.pos);
    const value = yield* expandText(assignment.value, state, expanding);
    const held = assignment.append ? (state.variables.get(assignment.name) ?? "") : "";
    target.variables.set(assignment.name, held + value);
  }
  if (name === undefined) return substituted;
  return yield* execute(name, rest, node.pos, state, redirected);
}

/** Finds a command by its name and runs it; what is not built in is a process of its own. */
function* execute(
  name: string,
  args: readonly string[],
  position: number,
  state: ShellState,
  std: Standard,
): Running<number> {
  const unwinding = unwind(name, args, state);
  if (unwinding) throw unwinding;
  const context: CommandContext = {
    name,
    args,
    state,
    std,
    run: (command, given) => execute(command, given, position, state, std),
    shell: (text, shellName, positional) =>
      runText(text, { ...subshell(state), name: shellName, source: null, positional, status: 0 }, std),
  };
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin) {
    yield* pass(state.system, MICROSECOND);
    return yield* builtin(context);
  }
  const base = /^(?:\/bin\/|\/sbin\/|\/usr\/s?bin\/)?([\w.-]+)$/.exec(name)?.[1] ?? "";
  const external = Object.hasOwn(EXTERNALS, base) ? EXTERNALS[base] : undefined;
  if (!external) {
    yield* std.err.write(`${complaint(state, position)}${name}: not found\n`);
    return 127;
  }
  state.system.forked();
  yield* pass(state.system, MILLISECOND);
  return yield* external({ ...context, name: base });
}

function unwind(name: string, args: readonly string[], state: ShellState): Unwind | undefined {
  if (name === "exit")
    return new Unwind("exit", args[0] === undefined ? state.status : Number.parseInt(args[0], 10) & 255);
  if (name === "break" || name === "continue") return new Unwind(name, Math.max(1, Number(args[0] ?? 1) || 1));
  return undefined;
}
