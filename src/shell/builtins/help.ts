/** `help`: what the shell carries out itself, and which programs are about memory (bash's help.def). */
import { MEMORY_PAGES } from "../man/memory.ts";
import type { Running } from "../system.ts";
import { type BuiltinContext, complain, lettersOf, print, usage } from "./builtin.ts";

/** How each is called, without its name, and what it does. */
const TOPICS: Readonly<Record<string, readonly [arguments_: string, summary: string]>> = {
  ".": ["filename [arguments]", "run a file's lines in this shell"],
  ":": ["", "do nothing, successfully"],
  "[": ["arg... ]", "answer a question by its status"],
  alias: ["[-p] [name[=value] ... ]", "give a command another name"],
  bg: ["[job_spec ...]", "let a stopped job go on in the background"],
  break: ["[n]", "leave a loop"],
  builtin: ["[shell-builtin [arg ...]]", "run a builtin, whatever else has its name"],
  cd: ["[-L|-P] [dir]", "go to a folder"],
  command: ["[-pVv] command [arg ...]", "run a command, whatever function has its name"],
  compgen: ["[-abcdefgjksuv] [-A action] [-W wordlist] [word]", "list what a word could become"],
  complete: ["[-pr] [-W wordlist] [name ...]", "say how Tab completes"],
  compopt: ["[-o|+o option] [name ...]", "change how Tab completes"],
  continue: ["[n]", "go on with a loop's next round"],
  declare: ["[-aAfFgiIlnrtux] [name[=value] ...]", "make variables, with attributes"],
  dirs: ["[-clpv] [+N] [-N]", "show the stack of folders"],
  disown: ["[-h] [-ar] [jobspec ... | pid ...]", "forget a job, which goes on"],
  echo: ["[-neE] [arg ...]", "write words"],
  eval: ["[arg ...]", "run words as a command"],
  exec: ["[-cl] [-a name] [command [argument ...]] [redirection ...]", "become a command, or redirect from here on"],
  exit: ["[n]", "end the shell"],
  export: ["[-fn] [name[=value] ...] or export -p", "hand variables on to programs"],
  false: ["", "fail"],
  fg: ["[job_spec]", "bring a job to the foreground"],
  getopts: ["optstring name [arg ...]", "take options apart"],
  hash: ["[-lr] [-p pathname] [-dt] [name ...]", "show or forget where programs were found"],
  help: ["[-ds] [pattern ...]", "say what there is"],
  history: ["[-c] [n]", "show what was typed"],
  jobs: ["[-lnprs] [jobspec ...]", "show jobs"],
  kill: ["[-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]", "send a signal"],
  let: ["arg [arg ...]", "calculate"],
  local: ["[option] name[=value] ...", "make variables of a function's own"],
  mapfile: ["[-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [array]", "read lines into an array"],
  popd: ["[-n] [+N | -N]", "go back to a folder of the stack"],
  printf: ["[-v var] format [arguments]", "write by a format"],
  pushd: ["[-n] [+N | -N | dir]", "go to a folder, and keep this one on the stack"],
  pwd: ["[-LP]", "show the folder"],
  read: [
    "[-ers] [-a array] [-d delim] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]",
    "read a line",
  ],
  readarray: ["[-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [array]", "read lines into an array"],
  readonly: ["[-aAf] [name[=value] ...] or readonly -p", "make variables that keep their value"],
  return: ["[n]", "leave a function"],
  set: ["[-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]", "set options and positional parameters"],
  shift: ["[n]", "drop the first positional parameters"],
  shopt: ["[-pqsu] [-o] [optname ...]", "set more options"],
  source: ["filename [arguments]", "run a file's lines in this shell"],
  test: ["[expr]", "answer a question by its status"],
  times: ["", "show processor time"],
  trap: ["[-lp] [[arg] signal_spec ...]", "say what to do at a signal"],
  true: ["", "succeed"],
  type: ["[-afptP] name [name ...]", "say what a name leads to"],
  typeset: ["[-aAfFgiIlnrtux] [name[=value] ...]", "make variables, with attributes"],
  ulimit: ["[-SHa] [-u] [limit]", "show or set limits"],
  umask: ["[-p] [-S] [mode]", "show or set the modes that new files lack"],
  unalias: ["[-a] name [name ...]", "forget an alias"],
  unset: ["[-f] [-v] [-n] [name ...]", "forget variables or functions"],
  wait: ["[-fn] [-p var] [id ...]", "wait for jobs"],
};
const COLUMN = 11;

export function* help(context: BuiltinContext): Running<number> {
  const { flags, rest, bad } = lettersOf(context.args, "dms");
  if (bad !== null) return yield* usage(context, bad, "help [-dms] [pattern ...]");
  if (rest.length === 0) return yield* print(context, overview(Number(context.state.variables.get("COLUMNS")) || 80));
  const names = Object.keys(TOPICS);
  const found = rest.flatMap((word) =>
    Object.hasOwn(TOPICS, word) ? [word] : names.filter((name) => name.startsWith(word)),
  );
  if (found.length === 0) {
    const last = rest.at(-1);
    return yield* complain(
      context,
      `no help topics match \`${last}'.  Try \`help help' or \`man -k ${last}' or \`info ${last}'.`,
    );
  }
  for (const name of found) {
    const [how, summary] = TOPICS[name] ?? ["", ""];
    const called = `${name}: ${name} ${how}`.trimEnd();
    if (flags.has("d")) yield* print(context, `${name} - ${summary}\n`);
    else yield* print(context, flags.has("s") ? `${called}\n` : `${called}\n    ${summary}\n`);
  }
  return 0;
}

/** What the shell carries out itself, in columns, and the programs that this machine is about. */
function overview(width: number): string {
  const perLine = Math.max(1, Math.floor((width - 1) / COLUMN));
  const names = Object.keys(TOPICS).sort();
  let columns = "";
  for (let at = 0; at < names.length; at += perLine)
    columns += ` ${names
      .slice(at, at + perLine)
      .map((name) => name.padEnd(COLUMN))
      .join("")
      .trimEnd()}\n`;
  const programs = MEMORY_PAGES.map(({ name, summary }) => ` ${name.padEnd(14)}${summary}\n`).join("");
  return (
    `What the shell does itself. \`help NAME' says how.\n${columns}` +
    `Programs about memory. \`man NAME' says how, \`man -k WORD' finds others.\n${programs}` +
    "Linux's own files: /sys/devices/system/memory, /sys/devices/system/node,\n/proc/zoneinfo, /proc/buddyinfo.\n"
  );
}
