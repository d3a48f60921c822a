/** `cd`, `pwd` and the stack of folders. */
import { strerror } from "../../engine/sysfs/errno.ts";
import { type ShellState, absolute, logical } from "../state.ts";
import type { Running } from "../system.ts";
import { type BuiltinContext, complain, lettersOf, print, usage } from "./builtin.ts";
import { append } from "../../engine/lists.ts";

/** The folder without links in its path. */
function physical(path: string, state: ShellState): string {
  let rest = path.split("/").filter((name) => name !== "" && name !== ".");
  let here: string[] = [];
  for (let links = 0; rest.length > 0 && links < 64; ) {
    const [name = "", ...after] = rest;
    rest = after;
    if (name === "..") {
      here = here.slice(0, -1);
      continue;
    }
    const stat = state.system.files.stat(`/${[...here, name].join("/")}`);
    if (!("errno" in stat) && stat.kind === "link" && stat.target !== null) {
      links++;
      if (stat.target.startsWith("/")) here = [];
      rest = [...stat.target.split("/").filter((part) => part !== "" && part !== "."), ...rest];
    } else here = [...here, name];
  }
  return `/${here.join("/")}`;
}

function enter(target: string, state: ShellState, links: boolean): string | null {
  const whole = absolute(state, target);
  const path = links ? logical(whole) : physical(whole, state);
  const stat = state.system.files.stat(`${path}/`);
  const errno = "errno" in stat ? stat.errno : stat.kind === "directory" ? null : "ENOTDIR";
  if (errno !== null) return strerror(errno);
  state.variables.set("OLDPWD", state.cwd);
  state.cwd = path;
  state.variables.set("PWD", path);
  return null;
}

export function* cd(context: BuiltinContext): Running<number> {
  const { state } = context;
  const { flags, rest, bad } = lettersOf(context.args[0] === "-" ? ["--", ...context.args] : context.args, "LPe@");
  if (bad !== null) return yield* usage(context, bad, "cd [-L|[-P [-e]] [-@]] [dir]");
  if (rest.length > 1) return yield* complain(context, "too many arguments");
  let target = rest[0] ?? state.variables.get("HOME");
  if (target === undefined) return yield* complain(context, "HOME not set");
  let show = false;
  if (rest[0] === "-") {
    target = state.variables.get("OLDPWD");
    if (target === undefined) return yield* complain(context, "OLDPWD not set");
    show = true;
  }
  if (target === "") return 0;
  let problem = enter(target, state, !flags.has("P"));
  if (problem !== null && !/^\.{0,2}\//.test(target)) {
    for (const folder of (state.variables.get("CDPATH") ?? "").split(":").filter(Boolean)) {
      if (enter(`${folder}/${target}`, state, true) === null) {
        problem = null;
        show = true;
        break;
      }
    }
  }
  if (problem !== null)
    return yield* complain(
      context,
      state.system.dialect === "busybox" ? `can't cd to ${target}: ${problem}` : `${target}: ${problem}`,
    );
  return show ? yield* print(context, `${state.cwd}\n`) : 0;
}

export function* pwd(context: BuiltinContext): Running<number> {
  const { flags, bad } = lettersOf(context.args, "LP");
  if (bad !== null) return yield* usage(context, bad, "pwd [-LP]");
  return yield* print(context, `${flags.has("P") ? physical(context.state.cwd, context.state) : context.state.cwd}\n`);
}

const shown = (path: string, state: ShellState): string => {
  const home = state.variables.get("HOME");
  return home && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
};

export function* dirs(context: BuiltinContext): Running<number> {
  const { state } = context;
  const { flags } = lettersOf(context.args, "clpv");
  if (flags.has("c")) {
    state.folders.length = 0;
    return 0;
  }
  const all = [state.cwd, ...state.folders].map((path) => (flags.has("l") ? path : shown(path, state)));
  if (flags.has("v"))
    return yield* print(context, all.map((path, i) => `${String(i).padStart(2)}  ${path}\n`).join(""));
  return yield* print(context, `${all.join(flags.has("p") ? "\n" : " ")}\n`);
}

export function* pushd(context: BuiltinContext): Running<number> {
  const { state } = context;
  const [target] = context.args;
  const before = state.cwd;
  if (target === undefined || /^[+-]\d+$/.test(target)) {
    const all = [state.cwd, ...state.folders];
    if (target === undefined && all.length < 2) return yield* complain(context, "no other directory");
    const at = target === undefined ? 1 : target.startsWith("+") ? Number(target) : all.length - 1 + Number(target);
    const wanted = all[at];
    if (wanted === undefined) return yield* complain(context, `${target}: directory stack index out of range`);
    const turned = target === undefined ? [wanted, before, ...all.slice(2)] : [...all.slice(at), ...all.slice(0, at)];
    enter(wanted, state, true);
    state.folders.length = 0;
    append(state.folders, turned.slice(1));
  } else {
    const problem = enter(target, state, true);
    if (problem !== null) return yield* complain(context, `${target}: ${problem}`);
    state.folders.unshift(before);
  }
  return yield* dirs({ ...context, args: [] });
}

export function* popd(context: BuiltinContext): Running<number> {
  const { state } = context;
  const next = state.folders.shift();
  if (next === undefined) return yield* complain(context, "directory stack empty");
  const problem = enter(next, state, true);
  if (problem !== null) return yield* complain(context, `${next}: ${problem}`);
  return yield* dirs({ ...context, args: [] });
}
