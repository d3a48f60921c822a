/** Simple commands: assignments, words, redirections; then a function, a builtin, or a process. */
import { type Assignment, type Command, type Word, parse } from "unbash";
import type { Builtin } from "../builtins/builtin.ts";
import { quoteIfNeeded } from "../expand/quote.ts";
import { append, expandAssigned, expandQuoted, expandText, expandWords, wordOf } from "../expand/words.ts";
import { MAX_CALLS, type ShellFunction, type ShellState, Source } from "../state.ts";
import { type Running, breathe } from "../system.ts";
import { ShellError, Unwind } from "../unwind.ts";
import { Refused } from "../variables.ts";
import { runExternal } from "./external.ts";
import type { Interpreter } from "./interpreter.ts";
import { keep, redirect, restore } from "./redirect.ts";
import { say, tell } from "./say.ts";
import { runParsed } from "./script.ts";
import { announce, runOwnTrap, withoutTraps } from "./traps.ts";

/** An assignment with everything expanded, as declaring builtins take it. */
export interface Assigned {
  readonly name: string;
  readonly subscript: string | null;
  readonly append: boolean;
  readonly value: string | readonly { readonly key: string | null; readonly text: string; readonly append: boolean }[];
  readonly text: string;
}

/** Builtins whose arguments may be assignments. */
const DECLARING: ReadonlySet<string> = new Set(["declare", "typeset", "local", "export", "readonly"]);

export function* simple(node: Command, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  const replace = state.replace;
  state.replace = false;
  state.position = node.pos;
  yield* interpreter.step();
  state.position = node.pos;
  yield* announce(node, interpreter);
  state.substituted = null;
  const alias = aliasOf(node, state);
  if (alias !== undefined) return yield* runAlias(node, alias, interpreter);
  try {
    return yield* expanded(node, interpreter, replace);
  } catch (error) {
    if (error instanceof Refused) throw new ShellError(error.message);
    throw error;
  } finally {
    for (const { descriptor } of state.lent.splice(0)) state.process.install(descriptor, null);
  }
}

function* expanded(node: Command, interpreter: Interpreter, replace: boolean): Running<number> {
  const { state } = interpreter;
  const declaring = node.name !== undefined && DECLARING.has(node.name.value);
  const args: string[] = [];
  const assignments = new Map<number, Assigned>();
  if (node.name) append(args, yield* expandWords([node.name], interpreter));
  for (const arg of node.args) {
    if (arg.type === "Word") append(args, yield* expandWords([arg], interpreter));
    else if (declaring) {
      const assigned = yield* expandAssignment(arg, interpreter);
      assignments.set(args.length, assigned);
      args.push(assigned.text);
    } else append(args, yield* expandWords([wordOfAssignment(arg)], interpreter));
  }
  const prefix = node.prefix.filter((part) => part.type === "Assignment");
  // Of a list that may be long: what JavaScript takes apart by the way is taken one by one.
  const name = args[0];
  const rest = args.slice(1);
  if (name === undefined) {
    const saved = yield* redirect(node.redirects, interpreter);
    if (!saved) return 1;
    restore(state, saved);
    for (const assignment of prefix) yield* assign(yield* expandAssignment(assignment, interpreter), interpreter);
    return state.substituted ?? 0;
  }
  const temporary: Assigned[] = [];
  for (const assignment of prefix) temporary.push(yield* expandAssignment(assignment, interpreter));
  if (state.options.has("xtrace")) {
    for (const { text } of temporary) yield* trace(interpreter, text);
    yield* trace(interpreter, args.map((arg, i) => (assignments.has(i) ? arg : quoteIfNeeded(arg))).join(" "));
  }
  state.lastArgument = args.at(-1) ?? "";
  const saved = yield* redirect(node.redirects, interpreter);
  if (!saved) {
    if (state.system.parts.special.has(name) && state.options.has("posix")) throw new Unwind("exit", 1);
    return 1;
  }
  const builtin = state.system.parts.builtins.get(name);
  if (name === "exec" && rest.length === 0) {
    keep(state, saved);
    return 0;
  }
  try {
    const called = state.functions.get(name);
    if (called) return yield* withTemporary(temporary, interpreter, () => callFunction(called, rest, interpreter));
    if (builtin)
      return yield* withTemporary(temporary, interpreter, () =>
        callBuiltin(builtin, name, rest, assignments, interpreter),
      );
    return yield* withTemporary(temporary, interpreter, () =>
      runExternal(args, interpreter, { replace, text: state.source.text.slice(node.pos, node.end) }),
    );
  } finally {
    restore(state, saved);
  }
}

/** Runs a command line that is already expanded: `eval`'s kin, `command`, `xargs`. */
export function* runWords(
  args: readonly string[],
  interpreter: Interpreter,
  options: { readonly functions?: boolean; readonly replace?: boolean } = {},
): Running<number> {
  const { state } = interpreter;
  const name = args[0] ?? "";
  const rest = args.slice(1);
  const called = options.functions === false ? undefined : state.functions.get(name);
  if (called) return yield* callFunction(called, rest, interpreter);
  const builtin = state.system.parts.builtins.get(name);
  if (builtin) return yield* callBuiltin(builtin, name, rest, new Map(), interpreter);
  return yield* runExternal(args, interpreter, { replace: options.replace ?? false, text: args.join(" ") });
}

function* callBuiltin(
  builtin: Builtin,
  name: string,
  args: readonly string[],
  assignments: ReadonlyMap<number, Assigned>,
  interpreter: Interpreter,
): Running<number> {
  return yield* builtin({
    name,
    args,
    assigned: (at) => assignments.get(at + 1),
    interpreter,
    state: interpreter.state,
  });
}

/** `x=1 command`: the variable is the command's alone. */
function* withTemporary(
  temporary: readonly Assigned[],
  interpreter: Interpreter,
  run: () => Running<number>,
): Running<number> {
  if (temporary.length === 0) return yield* run();
  const { variables } = interpreter.state;
  variables.enterFunction();
  for (const assigned of temporary) {
    const seen = variables.find(assigned.name);
    if (seen?.readonly) {
      yield* say(interpreter.state, `${assigned.name}: readonly variable`);
      continue;
    }
    const made = variables.declare(assigned.name, "local");
    if (assigned.append && seen?.text !== undefined) made.text = seen.text;
    yield* assign(assigned, interpreter, false);
    made.exported = true;
  }
  try {
    return yield* run();
  } finally {
    variables.leaveFunction();
  }
}

export function* callFunction(
  called: ShellFunction,
  args: readonly string[],
  interpreter: Interpreter,
): Running<number> {
  const { state } = interpreter;
  const { positional, loops, source, position } = state;
  const depth = state.frames.length;
  const asked = Number(state.variables.get("FUNCNEST") ?? 0);
  const limit = asked > 0 ? Math.min(asked, MAX_CALLS) : MAX_CALLS;
  if (depth >= limit) {
    yield* say(state, `${called.name}: maximum function nesting level exceeded (${limit})`);
    throw new ShellError("");
  }
  state.frames.push({
    name: called.name,
    line: state.source.lineAt(position),
    source: called.source.name ?? state.name,
  });
  state.positional = args;
  state.loops = 0;
  state.source = called.source;
  state.variables.enterFunction();
  try {
    return yield* withoutTraps(
      called.attributes.includes("t") ? ["ERR"] : ["ERR", "DEBUG", "RETURN"],
      interpreter,
      () => functionBody(called, interpreter),
    );
  } finally {
    state.variables.leaveFunction();
    state.frames.length = depth;
    state.positional = positional;
    state.loops = loops;
    state.source = source;
    state.position = position;
  }
}

function* functionBody({ body }: ShellFunction, interpreter: Interpreter): Running<number> {
  let status: number;
  yield* runOwnTrap("DEBUG", interpreter);
  try {
    status = body.type === "CompoundList" ? yield* interpreter.body(body) : yield* interpreter.command(body);
  } catch (error) {
    if (!(error instanceof Unwind) || error.how !== "return") throw error;
    status = error.count;
  }
  yield* runOwnTrap("RETURN", interpreter);
  return status;
}

const asWord = (text: string, value: string, node: { readonly pos: number; readonly end: number }): Word => ({
  type: "Word",
  text,
  value,
  pos: node.pos,
  end: node.end,
});

/** An argument that looks like an assignment and is none: `dd if=x`. */
function wordOfAssignment(node: Assignment): Word {
  const before = `${node.name}${node.index ? `[${node.index.text}]` : ""}${node.append ? "+" : ""}=`;
  if (node.value.type === "ArrayValue") return asWord(node.text, node.text, node);
  const { value } = node;
  if (!value.parts) return { ...asWord(before + value.text, before + value.value, node) };
  return {
    ...asWord(node.text, node.text, node),
    parts: [{ type: "Literal", pos: node.pos, end: node.pos, value: before, text: before }, ...value.parts],
  };
}

export function* expandAssignment(node: Assignment, interpreter: Interpreter): Running<Assigned> {
  const { name, value } = node;
  const keyed = interpreter.state.variables.find(name)?.keyed !== undefined;
  const key = function* (index: Word): Running<string> {
    return keyed ? yield* expandText(index, interpreter) : yield* expandQuoted(index.text, interpreter);
  };
  const subscript = node.index ? yield* key(node.index) : null;
  const append = node.append ?? false;
  const before = `${name}${subscript === null ? "" : `[${subscript}]`}${append ? "+" : ""}=`;
  if (value.type === "Word") {
    const text = yield* expandAssigned(value, interpreter);
    return {
      name,
      subscript,
      append,
      value: text,
      text: `${before}${quoteIfNeeded(text) === text || text === "" ? text : quoteIfNeeded(text)}`,
    };
  }
  const elements: { key: string | null; text: string; append: boolean }[] = [];
  for (const element of value.elements) {
    const own = /^\[((?:[^\]"'$]|"[^"]*"|'[^']*'|\$\{[^}]*\}|\$\w+|\$\([^)]*\))*)\](\+?)=/s.exec(element.text);
    if (own) {
      const index = wordOf(own[1] ?? "");
      const text = wordOf(element.text.slice(own[0].length));
      elements.push({
        key: index ? yield* expandText(index, interpreter) : "",
        text: text ? yield* expandAssigned(text, interpreter) : "",
        append: own[2] === "+",
      });
      continue;
    }
    for (const text of yield* expandWords([element], interpreter)) elements.push({ key: null, text, append: false });
  }
  return {
    name,
    subscript,
    append,
    value: elements,
    // For `set -x` only: there may be many.
    get text() {
      return `${before}(${elements.map(({ text }) => quoteIfNeeded(text)).join(" ")})`;
    },
  };
}

/** Elements that are set at once. */
const AT_ONCE = 1_000;
const NS_PER_ELEMENT = 200;

function* setArray(
  name: string,
  elements: Exclude<Assigned["value"], string>,
  append: boolean,
  state: ShellState,
): Running<void> {
  const plain = elements.every((element) => element.key === null);
  if (elements.length <= AT_ONCE || !plain || state.variables.find(name)?.keyed) {
    state.variables.setArray(name, elements, append);
    return;
  }
  const put = state.variables.filler(name, append);
  for (const { text } of elements) {
    put(text, null);
    state.budget.spend(NS_PER_ELEMENT);
    yield* breathe(state.budget);
  }
}

/** Carries out an assignment. */
export function* assign(assigned: Assigned, interpreter: Interpreter, traced = true): Running<void> {
  const { state } = interpreter;
  const { name, subscript, append, value, text } = assigned;
  if (state.options.has("xtrace") && traced) yield* trace(interpreter, text);
  try {
    if (typeof value !== "string") yield* setArray(name, value, append, state);
    else if (subscript !== null) state.variables.setElement(name, subscript, value, append);
    else state.variables.set(name, value, append);
    if (state.options.has("allexport")) state.variables.export(name);
  } catch (error) {
    if (error instanceof Refused) throw new ShellError(error.message);
    throw error;
  }
}

/** A line of `set -x`. */
export function* trace(interpreter: Interpreter, text: string): Running<void> {
  const { state } = interpreter;
  // What the prompt itself runs is not traced.
  state.options.delete("xtrace");
  let prompt: string;
  try {
    prompt = yield* expandQuoted(state.variables.get("PS4") ?? "+ ", interpreter);
  } finally {
    state.options.add("xtrace");
  }
  yield* tell(state, `${prompt.slice(0, 1).repeat(state.subshells + 1)}${prompt.slice(1)}${text}\n`);
}

function aliasOf(node: Command, state: ShellState): string | undefined {
  if (state.aliases.size === 0 || !node.name || node.name.parts || node.name.text !== node.name.value) return undefined;
  if (!state.interactive && !state.shopts.has("expand_aliases")) return undefined;
  return state.expanding.has(node.name.value) ? undefined : state.aliases.get(node.name.value);
}

/** The alias's text takes the name's place, and all is read anew. */
function* runAlias(node: Command, alias: string, interpreter: Interpreter): Running<number> {
  const { state } = interpreter;
  const name = node.name as Word;
  const whole = state.source.text;
  const text = whole.slice(node.pos, name.pos) + alias + whole.slice(name.end, node.end);
  const source = new Source(text, state.source.name, state.source.lineAt(node.pos));
  state.expanding.add(name.value);
  try {
    return yield* interpreter.within(source, () => runParsed(parse(text), interpreter, source));
  } finally {
    state.expanding.delete(name.value);
  }
}
