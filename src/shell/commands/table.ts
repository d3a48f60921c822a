/** The commands that the shell knows: those it carries out itself, and those that are processes of their own. */
import type { CommandFunction } from "./command.ts";
import { cat, ls } from "./files.ts";
import { cut, grep, head, seq, sort, tail, tr, uniq, wc } from "./filters.ts";
import { chmem } from "./chmem.ts";
import { lsmem } from "./lsmem.ts";
import { cd, echo, exportVariables, nothing, printf, pwd, read, setOptions, unset } from "./builtins.ts";
import { insmod, lsmod, sh, sleep, timeout } from "./processes.ts";
import { sed } from "./sed.ts";
import { test } from "./test.ts";

export const BUILTINS: Readonly<Record<string, CommandFunction>> = {
  ":": nothing(0),
  true: nothing(0),
  false: nothing(1),
  echo,
  printf,
  test,
  "[": test,
  cd,
  pwd,
  read,
  set: setOptions,
  export: exportVariables,
  unset,
};

export const EXTERNALS: Readonly<Record<string, CommandFunction>> = {
  cat,
  ls,
  grep,
  sed,
  sort,
  head,
  tail,
  wc,
  cut,
  tr,
  seq,
  uniq,
  sh,
  sleep,
  timeout,
  insmod,
  lsmod,
  lsmem,
  chmem,
};
