/** The commands that are programs of their own. */
import { awk } from "./awk/awk.ts";
import type { CommandFunction } from "./command.ts";
import { print } from "./output.ts";
import { dd, hexdump, od, xxd } from "./files/bytes.ts";
import { cat } from "./files/cat.ts";
import { cmp } from "./files/cmp.ts";
import { find } from "./files/find.ts";
import { ls } from "./files/ls.ts";
import { cp, ln, mv } from "./files/copy.ts";
import { chmod, mkdir, rm, rmdir, touch } from "./files/manage.ts";
import { md5sum } from "./files/md5sum.ts";
import { basename, dirname, mktemp, readlink, realpath } from "./files/names.ts";
import { stat } from "./files/stat.ts";
import { bc } from "./machine/bc.ts";
import { date } from "./machine/date.ts";
import { env, printenv, which } from "./machine/environment.ts";
import { expr } from "./machine/expr.ts";
import { insmod, lsmod, modprobe, rmmod } from "./machine/modules.ts";
import { killall, pgrep, pidof, ps, top } from "./machine/processes.ts";
import { reboot, shutdown, systemctl } from "./machine/reboot.ts";
import { clear, tput } from "./machine/screen.ts";
import { mkswap, swapoff, swapon } from "./machine/swap.ts";
import {
  getconf,
  hostname,
  id,
  lscpu,
  mount,
  nproc,
  sync,
  sysctl,
  umount,
  uname,
  uptime,
  whoami,
} from "./machine/system.ts";
import { help, man } from "../man/man.ts";
import { taskset } from "./memory/affinity.ts";
import { chmem } from "./memory/chmem.ts";
import { dmesg } from "./memory/dmesg.ts";
import { free, vmstat } from "./memory/free.ts";
import { mem, memhog, stressNg } from "./memory/loads.ts";
import { lsmem } from "./memory/lsmem.ts";
import { qemuMonitor, virsh } from "./memory/monitor.ts";
import { numactl } from "./memory/numa.ts";
import { numastat } from "./memory/numastat.ts";
import { pageTypes } from "./memory/page-types.ts";
import { column } from "./text/column.ts";
import { cut, fold, paste, tr } from "./text/columns.ts";
import { diff } from "./text/diff.ts";
import { grep } from "./text/grep.ts";
import { head, nl, rev, tac, tail, wc } from "./text/lines.ts";
import { seq, tee, xargs, yes } from "./text/plumbing.ts";
import { systemdUdevd, udevadm } from "./machine/udev.ts";
import { watch } from "./machine/watch.ts";
import { sed } from "./text/sed.ts";
import { comm, join, sort, uniq } from "./text/sort.ts";

const TOOLS: Readonly<Record<string, CommandFunction>> = {
  // Files
  basename,
  cat,
  chmod,
  cmp,
  cp,
  dd,
  dirname,
  find,
  hd: hexdump,
  hexdump,
  ln,
  ls,
  md5sum,
  mkdir,
  mktemp,
  mv,
  od,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  touch,
  xxd,
  // Text
  awk,
  column,
  comm,
  cut,
  diff,
  egrep: grep,
  fgrep: grep,
  fold,
  grep,
  head,
  join,
  nl,
  paste,
  rev,
  sed,
  seq,
  sort,
  tac,
  tail,
  tee,
  tr,
  uniq,
  wc,
  xargs,
  yes,
  // The machine
  bc,
  clear,
  date,
  env,
  expr,
  getconf,
  hostname,
  id,
  insmod,
  killall,
  lscpu,
  lsmod,
  man,
  mkswap,
  modprobe,
  mount,
  nproc,
  pgrep,
  pidof,
  pkill: pgrep,
  printenv,
  ps,
  reboot,
  rmmod,
  shutdown,
  swapoff,
  swapon,
  sync,
  sysctl,
  systemctl,
  "systemd-udevd": systemdUdevd,
  top,
  tput,
  udevadm,
  umount,
  uname,
  uptime,
  watch,
  which,
  whoami,
  // Memory
  chmem,
  dmesg,
  free,
  lsmem,
  mem,
  memhog,
  numactl,
  numastat,
  "page-types": pageTypes,
  "qemu-monitor": qemuMonitor,
  stress: stressNg,
  "stress-ng": stressNg,
  taskset,
  virsh,
  vmstat,
};

/** Tools that answer `--help` in the words of the originals. */
const SAY_IT_THEMSELVES = new Set(["chmem", "numactl", "taskset"]);

/** With `--help` alone, a tool says how it is called. On recorded machines that is busybox's business. */
const helpful =
  (tool: CommandFunction): CommandFunction =>
  (context) => {
    if (SAY_IT_THEMSELVES.has(context.name)) return tool(context);
    const text = context.args.length === 1 && context.args[0] === "--help" ? help(context.name) : undefined;
    return text !== undefined && context.state.system.dialect === "bash" ? print(context, text) : tool(context);
  };

export const EXTERNALS: Readonly<Record<string, CommandFunction>> = Object.fromEntries(
  Object.entries(TOOLS).map(([name, tool]) => [name, helpful(tool)]),
);
