/** What the shell carries out itself. */
import type { Builtin } from "./builtin.ts";
import { alias, answer, builtin, command, evaluate, exec, exit, hash, history, leave, letBuiltin, returnFrom, source, times, trap, type, ulimit, umask, unalias } from "./control.ts";
import { cd, dirs, popd, pushd, pwd } from "./folders.ts";
import { bg, disown, fg, jobs, kill, wait } from "./jobs.ts";
import { echo, printf } from "./output.ts";
import { mapfile, read } from "./read.ts";
import { test } from "./test.ts";
import { declare, getopts, set, shift, shopt, unset } from "./variables.ts";

export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ":": answer(0),
  true: answer(0),
  false: answer(1),
  ".": source,
  "[": test,
  alias,
  bg,
  break: leave("break"),
  builtin,
  cd,
  command,
  continue: leave("continue"),
  declare,
  dirs,
  disown,
  echo,
  eval: evaluate,
  exec,
  exit,
  export: declare,
  fg,
  getopts,
  hash,
  history,
  jobs,
  kill,
  let: letBuiltin,
  local: declare,
  mapfile,
  popd,
  printf,
  pushd,
  pwd,
  read,
  readarray: mapfile,
  readonly: declare,
  return: returnFrom,
  set,
  shift,
  shopt,
  source,
  test,
  times,
  trap,
  type,
  typeset: declare,
  ulimit,
  umask,
  unalias,
  unset,
  wait,
};

/** POSIX's special builtins, whose errors end a shell in its posix mode. */
export const SPECIAL: ReadonlySet<string> = new Set(["break", ":", ".", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift", "times", "trap", "unset"]);
