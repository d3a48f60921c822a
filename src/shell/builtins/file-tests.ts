/** What `test` and `[[` share: `-f`, `-d`, `-z`, `-t` and their kin, the order of texts and files, and of numbers. */
import { type ShellState, absolute } from "../state.ts";

/** A test with one operand; `undefined` when there is none of that name. */
export function fileTest(operator: string, operand: string, state: ShellState): boolean | undefined {
  switch (operator) {
    case "-n":
      return operand !== "";
    case "-z":
      return operand === "";
    case "-v": {
      const element = /^(\w+)\[(.+)\]$/.exec(operand);
      if (element && (element[2] === "@" || element[2] === "*")) return state.variables.count(element[1] ?? "") > 0;
      if (element) return state.variables.element(element[1] ?? "", element[2] ?? "") !== undefined;
      return /^\d+$/.test(operand)
        ? state.positional.length >= Number(operand)
        : state.variables.get(operand) !== undefined;
    }
    case "-R":
      return state.variables.find(operand)?.reference === true;
    case "-o":
      return state.options.has(operand as Parameters<typeof state.options.has>[0]);
    case "-t":
      return state.process.descriptors.get(Number(operand))?.isTerminal ?? false;
  }
  if (!/^-[abcdefghkprsuwxGLNOS]$/.test(operator)) return undefined;
  const { files } = state.system;
  if (operand === "") return false;
  const path = absolute(state, operand);
  const own = files.stat(path);
  if (operator === "-L" || operator === "-h") return !("errno" in own) && own.kind === "link";
  const folder = "names" in files.list(path);
  const target = own !== undefined && !("errno" in own) && own.kind === "link" ? files.stat(`${path}/.`) : own;
  const readable = folder ? null : files.open(path, "read");
  const exists =
    folder || readable === null || readable === "EACCES" || /^\/dev\/(fd\/\d+|stdin|stdout|stderr|tty)$/.test(path);
  const mode = "errno" in target ? 0 : target.mode;
  // access(2) lets root do what open(2) of a sysfs file then refuses; sysctls refuse both.
  const pastModes = /^\/+sys\//.test(path);
  switch (operator) {
    case "-e":
    case "-a":
      return exists;
    case "-d":
      return folder;
    case "-f":
      return exists && !folder && !("errno" in own) && own.device !== true && own.block !== true;
    case "-b":
      return exists && !("errno" in own) && own.block === true;
    case "-c":
      return exists && !("errno" in own) && own.device === true;
    case "-r":
      return folder || readable === null || (exists && pastModes);
    case "-x":
      return folder || (exists && (mode & 0o111) !== 0);
    case "-w":
      return folder || (exists && (pastModes || files.open(path, "write") === null));
    case "-s":
      return exists && !("errno" in own) && (folder || own.size > 0);
    case "-O":
    case "-G":
      return exists;
    case "-k":
      return exists && (mode & 0o1000) !== 0;
    case "-u":
      return exists && (mode & 0o4000) !== 0;
    case "-g":
      return exists && (mode & 0o2000) !== 0;
    default:
      return false;
  }
}

const changed = (path: string, state: ShellState): number => {
  const stat = state.system.files.stat(absolute(state, path));
  return "errno" in stat ? Number.NEGATIVE_INFINITY : (stat.changed ?? 0);
};
const newer = (a: string, b: string, state: ShellState): boolean => changed(a, state) > changed(b, state);
const sameFile = (a: string, b: string, state: ShellState): boolean =>
  absolute(state, a) === absolute(state, b) && !("errno" in state.system.files.stat(absolute(state, a)));

type Comparison<Operand> = (a: Operand, b: Operand, state: ShellState) => boolean;

/** Texts and files side by side. */
export const COMPARE: Readonly<Record<string, Comparison<string>>> = {
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "-nt": newer,
  "-ot": (a, b, state) => newer(b, a, state),
  "-ef": sameFile,
};

export const COMPARE_NUMBERS: Readonly<Record<string, Comparison<bigint>>> = {
  "-eq": (a, b) => a === b,
  "-ne": (a, b) => a !== b,
  "-lt": (a, b) => a < b,
  "-le": (a, b) => a <= b,
  "-gt": (a, b) => a > b,
  "-ge": (a, b) => a >= b,
};
