/** The commands that are programs of their own. */
import type { CommandFunction } from "./command.ts";
import { cat, ls } from "./files.ts";
import { cut, grep, head, seq, sort, tail, tr, uniq, wc } from "./filters.ts";
import { chmem } from "./chmem.ts";
import { lsmem } from "./lsmem.ts";
import { insmod, lsmod } from "./processes.ts";
import { sed } from "./sed.ts";

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
  insmod,
  lsmod,
  lsmem,
  chmem,
};
