/** Builtins about variables, functions and options. */
import { parse } from "unbash";
import { Growing } from "../growing.ts";
import { IndexedArray, LargeMap } from "../large.ts";
import { quoteDouble, quoteIfNeeded } from "../expand/quote.ts";
import { OPTION_LETTERS, type OptionName, SHOPT_NAMES, type ShellState, type ShoptName } from "../state.ts";
import { type Assigned, assign, expandAssignment } from "../run/simple.ts";
import { type Running, breathe } from "../system.ts";
import { ShellError } from "../unwind.ts";
import { Refused, type Variable } from "../variables.ts";
import { type BuiltinContext, complain, print, usage } from "./builtin.ts";

const NAME = /^[A-Za-z_]\w*$/;

/** An argument as an assignment: what the shell read as one, or text with `=` in it. */
function assignedOf(context: BuiltinContext, at: number, text: string): Assigned | undefined {
  const read = context.assigned(at);
  if (read) return read;
  const [, name, subscript, plus, value] = /^([A-Za-z_]\w*)(?:\[([^\]]+)\])?(\+?)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) return undefined;
  return { name, subscript: subscript ?? null, append: plus === "+", value, text };
}

const attributesOf = (variable: Variable): string =>
  `${variable.indexed ? "a" : ""}${variable.keyed ? "A" : ""}${variable.integer ? "i" : ""}${variable.letters === "lower" ? "l" : ""}${variable.reference ? "n" : ""}${variable.readonly ? "r" : ""}${variable.letters === "upper" ? "u" : ""}${variable.exported ? "x" : ""}` ||
  "-";

/** A line of `declare -p`. */
function* declaration(name: string, variable: Variable, state: ShellState): Running<string> {
  const flags = attributesOf(variable);
  const head = `declare -${flags} ${name}`;
  if (variable.indexed || variable.keyed) {
    const all = yield* listed(name, state, (key) => (variable.keyed ? quoteKey(key) : key));
    return `${head}=(${all}${variable.keyed && all !== "" ? " " : ""})\n`;
  }
  return variable.text === undefined ? `${head}\n` : `${head}=${quoteDouble(variable.text)}\n`;
}

/** Elements as they would be assigned. */
function* listed(name: string, state: ShellState, quoted: (key: string) => string): Running<string> {
  const all = new Growing();
  for (const [key, text] of state.variables.elements(name)) {
    all.add(`${all.length > 0 ? " " : ""}[${quoted(key)}]=${quoteDouble(text)}`);
    state.budget.text(key.length + text.length);
    yield* breathe(state.budget);
  }
  return all.toString();
}
const quoteKey = (key: string): string => (/^[\w.-]+$/.test(key) ? key : quoteDouble(key));

const FLAGS = "aAfFgiIlnrtuxp";

/** `declare`, `typeset`, `local`, `export`, `readonly`. */
export function* declare(context: BuiltinContext): Running<number> {
  const { state, name: command } = context;
  const on = new Set<string>();
  const off = new Set<string>();
  let at = 0;
  for (; at < context.args.length; at++) {
    const arg = context.args[at] as string;
    if (arg === "--") {
      at++;
      break;
    }
    if (!/^[-+]./.test(arg) || context.assigned(at)) break;
    for (const letter of arg.slice(1)) {
      if (!FLAGS.includes(letter))
        return yield* usage(
          context,
          `${arg[0]}${letter}`,
          `${command} [-aAfFgiIlnrtux] [name[=value] ...] or ${command} -p [-aAfFilnrtux] [name ...]`,
        );
      (arg.startsWith("-") ? on : off).add(letter);
    }
  }
  if (command === "export") (on.has("n") ? off : on).add("x");
  if (command === "readonly") on.add("r");
  if (command === "local" && !state.variables.inFunction)
    return yield* complain(context, "can only be used in a function");
  const names = context.args.slice(at);
  if (on.has("f") || on.has("F")) {
    const wrong = [..."iaAlu"].find((letter) => on.has(letter));
    if (wrong !== undefined) return yield* complain(context, `-${wrong}: invalid option`);
    return yield* functions(context, names, on, off);
  }
  if (names.length === 0) return yield* list(context, on);
  let status = 0;
  for (const [i, text] of names.entries()) {
    const assigned = assignedOf(context, at + i, text);
    const name = assigned?.name ?? text.replace(/\[.*\]$/, "");
    if (!NAME.test(name)) {
      status = yield* complain(context, `\`${text}': not a valid identifier`);
      continue;
    }
    if (on.has("p") && command !== "export" && command !== "readonly") {
      const variable = state.variables.find(name);
      if (variable) yield* print(context, yield* declaration(name, variable, state));
      else status = yield* complain(context, `${name}: not found`);
      continue;
    }
    try {
      yield* one(context, name, assigned, on, off);
    } catch (error) {
      if (error instanceof Refused || (error instanceof ShellError && error.ends !== "exit"))
        status = yield* complain(context, error.message);
      else throw error;
    }
  }
  return status;
}

function* one(
  context: BuiltinContext,
  name: string,
  assigned: Assigned | undefined,
  on: ReadonlySet<string>,
  off: ReadonlySet<string>,
): Running<void> {
  const { state, name: command, interpreter } = context;
  const local =
    command === "local" ||
    ((command === "declare" || command === "typeset") && state.variables.inFunction && !on.has("g"));
  const target = on.has("n") && command !== "export" ? name : local ? name : state.variables.resolve(name);
  const variable = state.variables.declare(target, local ? "local" : on.has("g") ? "global" : "seen");
  if (variable.readonly && (assigned || off.has("r"))) throw new Refused(`${name}: readonly variable`);
  if (on.has("A") && !variable.keyed) {
    if (variable.indexed) throw new Refused(`${name}: cannot convert indexed to associative array`);
    variable.keyed = new LargeMap(variable.text === undefined ? [] : [["0", variable.text]]);
    variable.text = undefined;
  }
  if (on.has("a") && !variable.indexed && !variable.keyed) {
    variable.indexed = new IndexedArray(variable.text === undefined ? [] : [[0, variable.text]]);
    variable.text = undefined;
  }
  if (on.has("i")) variable.integer = true;
  if (off.has("i")) variable.integer = false;
  if (on.has("l")) variable.letters = "lower";
  if (on.has("u")) variable.letters = "upper";
  if (off.has("l") || off.has("u")) delete variable.letters;
  if (on.has("n") && command !== "export") {
    variable.text = typeof assigned?.value === "string" ? assigned.value : variable.text;
    variable.reference = true;
    return;
  }
  if (on.has("x")) variable.exported = true;
  if (off.has("x")) variable.exported = false;
  // Keys of an associative array were expanded before it was known to be one; their texts are the same.
  if (assigned) yield* assign(yield* asArray(assigned, variable, interpreter), interpreter, false);
  if (on.has("r")) variable.readonly = true;
}

/** `declare -a "x=(1 2)"`: a text that is an array as it would be written. */
function* asArray(
  assigned: Assigned,
  variable: Variable,
  interpreter: BuiltinContext["interpreter"],
): Running<Assigned> {
  if (
    typeof assigned.value !== "string" ||
    assigned.subscript !== null ||
    (!variable.indexed && !variable.keyed) ||
    !/^\(.*\)$/s.test(assigned.value)
  )
    return assigned;
  const read = parse(`${assigned.name}=${assigned.value}`).commands[0]?.command;
  const first = read?.type === "Command" ? read.prefix[0] : undefined;
  return first?.type === "Assignment" ? yield* expandAssignment(first, interpreter) : assigned;
}

function* list(context: BuiltinContext, on: ReadonlySet<string>): Running<number> {
  const { state, name: command } = context;
  const wanted = [...on].filter((flag) => "aAilnrux".includes(flag));
  let out = "";
  for (const name of state.variables.names()) {
    const variable = state.variables.find(name);
    if (!variable || !wanted.every((flag) => attributesOf(variable).includes(flag))) continue;
    if (wanted.length > 0 || on.has("p") || command !== "declare") out += yield* declaration(name, variable, state);
    else if (variable.text !== undefined) out += `${name}=${quoteIfNeeded(variable.text)}\n`;
  }
  return yield* print(context, out);
}

function* functions(
  context: BuiltinContext,
  names: readonly string[],
  on: ReadonlySet<string>,
  off: ReadonlySet<string>,
): Running<number> {
  const { state } = context;
  let status = 0;
  const set = [...on].some((letter) => "rtx".includes(letter));
  const changes = (set || [...off].some((letter) => "tx".includes(letter))) && names.length > 0;
  for (const name of names.length > 0 ? names : [...state.functions.keys()].sort()) {
    const found = state.functions.get(name);
    if (!found) status = context.name === "declare" ? 1 : yield* complain(context, `${name}: not a function`);
    else if (changes) {
      const attributes = [..."rtx"].filter(
        (letter) => on.has(letter) || (found.attributes.includes(letter) && !off.has(letter)),
      );
      state.functions.set(name, { ...found, attributes: attributes.join("") });
    } else if (on.has("F") || set)
      yield* print(context, names.length > 0 ? `${name}\n` : `declare -f${found.attributes} ${name}\n`);
    else yield* print(context, `${found.text}\n`);
  }
  return status;
}

/** Forgets a function; status 1 when it is readonly, after saying so. */
function* forgetFunction(context: BuiltinContext, name: string): Running<number> {
  const { functions: all } = context.state;
  if (all.get(name)?.attributes.includes("r"))
    return yield* complain(context, `${name}: cannot unset: readonly function`);
  all.delete(name);
  return 0;
}

export function* unset(context: BuiltinContext): Running<number> {
  const { state } = context;
  let what: "either" | "variable" | "function" | "reference" = "either";
  let status = 0;
  for (const name of context.args) {
    if (name === "-v") what = "variable";
    else if (name === "-f") what = "function";
    else if (name === "-n") what = "reference";
    else if (name === "--") continue;
    else if (/^-./.test(name)) return yield* usage(context, name.slice(0, 2), "unset [-f] [-v] [-n] [name ...]");
    else if (what === "function") status = (yield* forgetFunction(context, name)) || status;
    else if (!/^[A-Za-z_]\w*(\[.+\])?$/s.test(name))
      status = what === "variable" ? yield* complain(context, `\`${name}': not a valid identifier`) : status;
    else if (what === "reference") state.variables.declare(name, "seen").reference = false;
    else {
      const bare = name.replace(/\[.*$/s, "");
      if (what === "either" && !state.variables.find(bare) && state.functions.has(name)) {
        status = (yield* forgetFunction(context, name)) || status;
        continue;
      }
      try {
        state.variables.unset(name);
        if (name === "PATH") state.hashed.clear();
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        status = yield* complain(context, error.message);
      }
    }
  }
  return status;
}

export function* shift(context: BuiltinContext): Running<number> {
  const { state } = context;
  const [text = "1"] = context.args;
  if (!/^[+-]?\d+$/.test(text)) return yield* complain(context, `${text}: numeric argument required`);
  const count = Number(text);
  if (count < 0) return yield* complain(context, `${text}: shift count out of range`);
  if (count > state.positional.length) return 1;
  state.positional = state.positional.slice(count);
  return 0;
}

export const OPTIONS: readonly OptionName[] = [
  "allexport",
  "braceexpand",
  "emacs",
  "errexit",
  "errtrace",
  "functrace",
  "hashall",
  "history",
  "ignoreeof",
  "interactive-comments",
  "monitor",
  "noclobber",
  "noexec",
  "noglob",
  "nounset",
  "pipefail",
  "posix",
  "verbose",
  "xtrace",
];

export function* set(context: BuiltinContext): Running<number> {
  const { state, args } = context;
  if (args.length === 0) {
    const all: string[] = [];
    for (const name of state.variables.names()) {
      const variable = state.variables.find(name);
      if (variable?.indexed || variable?.keyed) all.push(`${name}=(${yield* listed(name, state, (key) => key)})\n`);
      else if (variable?.text !== undefined) all.push(`${name}=${quoteIfNeeded(variable.text)}\n`);
    }
    return yield* print(context, all.join(""));
  }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === "--" || arg === "-") {
      if (arg === "--" || at + 1 < args.length) state.positional = args.slice(at + 1);
      if (arg === "-") {
        state.options.delete("xtrace");
        state.options.delete("verbose");
      }
      return 0;
    }
    if (!/^[-+]./.test(arg)) {
      state.positional = args.slice(at);
      return 0;
    }
    const turnOn = arg.startsWith("-");
    for (const letter of arg.slice(1)) {
      if (letter === "o") {
        const name = args[at + 1];
        if (name === undefined) return yield* showOptions(context, turnOn);
        at++;
        if (!OPTIONS.includes(name as OptionName)) return yield* complain(context, `${name}: invalid option name`, 2);
        turn(state, name as OptionName, turnOn);
        continue;
      }
      const name = OPTION_LETTERS[letter];
      if (!name)
        return yield* usage(
          context,
          `${arg[0]}${letter}`,
          "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]",
        );
      turn(state, name, turnOn);
    }
  }
  return 0;
}

function turn(state: ShellState, name: OptionName, on: boolean): void {
  if (on) state.options.add(name);
  else state.options.delete(name);
}

function* showOptions(context: BuiltinContext, readable: boolean): Running<number> {
  const { options } = context.state;
  const line = (name: OptionName): string =>
    readable
      ? `${name.padEnd(15)}\t${options.has(name) ? "on" : "off"}\n`
      : `set ${options.has(name) ? "-" : "+"}o ${name}\n`;
  return yield* print(context, OPTIONS.map(line).join(""));
}

export function* shopt(context: BuiltinContext): Running<number> {
  const { state } = context;
  const flags = new Set(context.args.filter((arg) => /^-[supqo]+$/.test(arg)).flatMap((arg) => [...arg.slice(1)]));
  const names = context.args.filter((arg) => !/^-[supqo]+$/.test(arg));
  let status = 0;
  const known: readonly string[] = flags.has("o") ? OPTIONS : SHOPT_NAMES;
  const isOn = (name: string): boolean =>
    flags.has("o") ? state.options.has(name as OptionName) : state.shopts.has(name as ShoptName);
  const line = (name: string): string =>
    flags.has("p")
      ? `shopt -${isOn(name) ? "s" : "u"} ${name}\n`
      : `${name.padEnd(15)}\t${isOn(name) ? "on" : "off"}\n`;
  if (names.length === 0) {
    const wanted = known.filter((name) => (flags.has("s") ? isOn(name) : flags.has("u") ? !isOn(name) : true));
    return yield* print(context, wanted.map(line).join(""));
  }
  for (const name of names) {
    if (!known.includes(name)) {
      status = yield* complain(context, `${name}: invalid shell option name`);
      continue;
    }
    if (flags.has("s") || flags.has("u")) {
      const on = flags.has("s");
      if (flags.has("o")) turn(state, name as OptionName, on);
      else if (on) state.shopts.add(name as ShoptName);
      else state.shopts.delete(name as ShoptName);
      continue;
    }
    if (!isOn(name)) status = 1;
    if (!flags.has("q")) yield* print(context, line(name));
  }
  return status;
}

export function* getopts(context: BuiltinContext): Running<number> {
  const { state } = context;
  const [letters, name, ...given] = context.args;
  if (letters === undefined || name === undefined)
    return yield* usage(context, null, "getopts optstring name [arg ...]");
  const args = given.length > 0 ? given : state.positional;
  const silent = letters.startsWith(":");
  let [index = 1, within = 1] = (state.variables.get("OPTIND") ?? "1").split(":").map(Number);
  const position = state.optionPosition;
  if (position && position.index === index) within = position.within;
  else within = 1;
  const arg = args[index - 1];
  const finish = (): number => {
    state.variables.set("OPTIND", String(index));
    state.variables.set(name, "?");
    return 1;
  };
  if (within === 1) {
    if (arg === undefined || !/^-./.test(arg)) return finish();
    if (arg === "--") {
      index++;
      return finish();
    }
  }
  const letter = arg?.[within] ?? "";
  within++;
  const at = letters.indexOf(letter);
  const wants = at >= 0 && letters[at + 1] === ":";
  const more = within < (arg?.length ?? 0);
  const advance = (): void => {
    if (more) return;
    index++;
    within = 1;
  };
  const put = (value: string, optarg: string | null): void => {
    state.variables.set("OPTIND", String(index));
    state.optionPosition = { index, within };
    state.variables.set(name, value);
    if (optarg === null) state.variables.unset("OPTARG");
    else state.variables.set("OPTARG", optarg);
  };
  if (at < 0 || letter === ":") {
    advance();
    put("?", silent ? letter : null);
    if (!silent && state.variables.get("OPTERR") !== "0") yield* tellOf(context, `illegal option -- ${letter}`);
    return 0;
  }
  if (!wants) {
    advance();
    put(letter, null);
    return 0;
  }
  const attached = arg?.slice(within) ?? "";
  const value = more ? attached : args[index];
  index += more || value === undefined ? 1 : 2;
  within = 1;
  if (value === undefined) {
    put(silent ? ":" : "?", silent ? letter : null);
    if (!silent) yield* tellOf(context, `option requires an argument -- ${letter}`);
    return 0;
  }
  put(letter, value);
  return 0;
}

function* tellOf({ state }: BuiltinContext, text: string): Running<void> {
  const file = state.process.descriptors.get(2);
  if (file) yield* file.write(state.process, `${state.source.name ?? state.name}: ${text}\n`);
}
