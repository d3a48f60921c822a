/** Files that get another name, or a copy, or a link: `mv`, `cp`, `ln`. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { type Files, type Running, breathe, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { removeTree } from "./manage.ts";
import { exists, inside, isFolder, last } from "./operands.ts";

/** What goes where: into a folder, or to one name. */
type Pairs = readonly (readonly [from: string, to: string])[];

/** Sources and where they go; a status where that is wrong. */
function* destinations(
  context: CommandContext,
  operands: readonly string[],
  folder: string | undefined,
  single: boolean,
): Running<Pairs | number> {
  const sources = folder === undefined ? operands.slice(0, -1) : operands;
  const target = folder ?? (operands.at(-1) as string);
  const into = isFolder(context, target) && (folder !== undefined || !single);
  if (!into && (folder !== undefined || (sources.length > 1 && !single))) {
    const why = strerror(exists(context, target) ? "ENOTDIR" : "ENOENT");
    return yield* complain(context, `target ${folder === undefined ? "" : "directory "}'${target}': ${why}`);
  }
  if (single && sources.length > 1) return yield* usage(context, `extra operand '${operands[2]}'`);
  return sources.map((source) => [source, into ? inside(target, last(source)) : target] as const);
}

/** Options of `mv` and `cp`, and what goes where. */
function* transfers(
  context: CommandContext,
  letters: string,
  long: Readonly<Record<string, string>>,
): Running<{ readonly flags: ReadonlyMap<string, string>; readonly pairs: Pairs } | number> {
  const given = options(context.args, letters, {
    force: "f",
    interactive: "i",
    "no-clobber": "n",
    "no-target-directory": "T",
    "target-directory": "t",
    update: "u",
    verbose: "v",
    ...long,
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "missing file operand");
  if (rest.length === 1 && !flags.has("t"))
    return yield* usage(context, `missing destination file operand after '${rest[0]}'`);
  const pairs = yield* destinations(context, rest, flags.get("t"), flags.has("T"));
  return typeof pairs === "number" ? pairs : { flags, pairs };
}

/** What is there already stays: it was asked for, or it is no older. */
function spared(context: CommandContext, from: string, to: string, flags: ReadonlyMap<string, string>): boolean {
  const { files } = context.state.system;
  const [source, target] = [files.stat(absolute(context.state, from)), files.stat(absolute(context.state, to))];
  if ("errno" in source || "errno" in target) return false;
  return flags.has("n") || (flags.has("u") && (source.changed ?? 0) <= (target.changed ?? 0));
}

export function* mv(context: CommandContext): Running<number> {
  const wanted = yield* transfers(context, "finTt:uv", {});
  if (typeof wanted === "number") return wanted;
  const { flags, pairs } = wanted;
  let status = 0;
  for (const [from, to] of pairs) {
    if (spared(context, from, to, flags)) continue;
    if (!exists(context, from)) {
      status = yield* complain(context, `cannot stat '${from}': ${strerror("ENOENT")}`);
      continue;
    }
    if (absolute(context.state, from) === absolute(context.state, to)) {
      status = yield* complain(context, `'${from}' and '${to}' are the same file`);
      continue;
    }
    if (isFolder(context, to) && !isFolder(context, from)) {
      status = yield* complain(context, `cannot overwrite directory '${to}' with non-directory`);
      continue;
    }
    const errno = context.state.system.files.rename(absolute(context.state, from), absolute(context.state, to));
    if (errno === "EINVAL")
      status = yield* complain(context, `cannot move '${from}' to a subdirectory of itself, '${to}'`);
    else if (errno === "EXDEV") status = (yield* moveAcross(context, from, to, flags)) || status;
    else if (errno !== null) status = yield* complain(context, `cannot move '${from}' to '${to}': ${strerror(errno)}`);
    else if (flags.has("v")) yield* print(context, `renamed '${from}' -> '${to}'\n`);
  }
  return status;
}

/** From one file system to another: a copy, and then what was copied goes. */
function* moveAcross(
  context: CommandContext,
  from: string,
  to: string,
  flags: ReadonlyMap<string, string>,
): Running<number> {
  const { files } = context.state.system;
  if (isFolder(context, to)) {
    const target = absolute(context.state, to);
    const errno = files.remove(target, "directory");
    if (errno !== null)
      return yield* complain(
        context,
        `inter-device move failed: '${from}' to '${to}'; unable to remove target: ${strerror(errno)}`,
      );
  }
  const verbose = flags.has("v") ? [["v", ""] as const] : [];
  const status = yield* copy(context, from, to, {
    flags: new Map([["a", ""], ...verbose]),
    said: "copied ",
  });
  return status || (yield* removeTree(context, from, true, new Map(verbose)));
}

export function* cp(context: CommandContext): Running<number> {
  const wanted = yield* transfers(context, "adfilLnpPrRsTt:uv", {
    archive: "a",
    "no-dereference": "P",
    dereference: "L",
    recursive: "r",
    "symbolic-link": "s",
  });
  if (typeof wanted === "number") return wanted;
  let status = 0;
  for (const [from, to] of wanted.pairs) status = (yield* copy(context, from, to, { flags: wanted.flags })) || status;
  return status;
}

const MAX_DEPTH = 100;
/** Characters that are copied at once. */
const PIECE = 1024 * 1024;

/** What a file holds from a place on, or "" at its end. What the kernel makes up as it is read is read whole. */
const pieceOf = (files: Files, path: string, size: number, at: number): ReturnType<Files["read"]> =>
  size > PIECE ? files.readAt(path, at, PIECE) : at === 0 ? files.read(path) : { text: "" };

/** How it is copied: as was asked for, so many folders down, and told (`-v`) with these words before the names. */
interface How {
  readonly flags: ReadonlyMap<string, string>;
  readonly depth?: number;
  readonly said?: string;
}

function* copy(context: CommandContext, from: string, to: string, how: How): Running<number> {
  const { flags, depth = 0, said = "" } = how;
  const { files } = context.state.system;
  const [source, target] = [absolute(context.state, from), absolute(context.state, to)];
  const recursive = flags.has("r") || flags.has("R") || flags.has("a");
  const stat = files.stat(source);
  if ("errno" in stat) return yield* complain(context, `cannot stat '${from}': ${strerror(stat.errno)}`);
  if (stat.kind === "link" && (flags.has("P") || flags.has("d") || flags.has("a") || (recursive && !flags.has("L")))) {
    if (exists(context, to)) files.remove(target, "file");
    const errno = files.symlink(stat.target ?? "", target);
    return errno === null ? 0 : yield* complain(context, `cannot create symbolic link '${to}': ${strerror(errno)}`);
  }
  const listed = files.list(source);
  if ("names" in listed) {
    if (!recursive) return yield* complain(context, `-r not specified; omitting directory '${from}'`);
    if (depth > MAX_DEPTH) return yield* complain(context, `cannot copy a directory, '${from}', into itself, '${to}'`);
    const errno = isFolder(context, to) ? null : files.mkdir(target, stat.mode);
    if (errno !== null) return yield* complain(context, `cannot create directory '${to}': ${strerror(errno)}`);
    let status = 0;
    for (const name of listed.names)
      status = (yield* copy(context, inside(from, name), inside(to, name), { ...how, depth: depth + 1 })) || status;
    return status;
  }
  if (source === target) return yield* complain(context, `'${from}' and '${to}' are the same file`);
  if (spared(context, from, to, flags)) return 0;
  if (flags.has("s")) {
    const errno = files.symlink(from, target);
    return errno === null ? 0 : yield* complain(context, `cannot create symbolic link '${to}': ${strerror(errno)}`);
  }
  if (isFolder(context, to)) return yield* complain(context, `cannot overwrite directory '${to}' with non-directory`);
  if (to.endsWith("/")) return yield* complain(context, `cannot create regular file '${to}': ${strerror("ENOTDIR")}`);
  const refused = files.open(source, "read");
  if (refused !== null) return yield* complain(context, `cannot open '${from}' for reading: ${strerror(refused)}`);
  const opened = files.open(target, "write");
  if (opened !== null) return yield* complain(context, `cannot create regular file '${to}': ${strerror(opened)}`);
  files.truncate(target);
  for (let at = 0, length = -1; length !== 0; at += length) {
    const read = pieceOf(files, source, stat.size, at);
    if ("errno" in read) return yield* complain(context, `error reading '${from}': ${strerror(read.errno)}`);
    length = read.text.length;
    context.state.budget.text(length);
    const errno =
      length === 0 && at > 0
        ? null
        : yield* writeThrough(files, target, read.text, { pid: context.process.pid, comm: context.name });
    if (errno !== null) return yield* complain(context, `error writing '${to}': ${strerror(errno)}`);
    yield* breathe(context.state.budget);
  }
  if (stat.kind === "file" && !/^\/(sys|proc|dev)\//.test(target)) files.chmod(target, stat.mode);
  if (flags.has("p") || flags.has("a")) files.touch(target, stat.changed);
  if (flags.has("v")) yield* print(context, `${said}'${from}' -> '${to}'\n`);
  return 0;
}

export function* ln(context: CommandContext): Running<number> {
  const given = options(context.args, "sfnTt:vr", {
    symbolic: "s",
    force: "f",
    "no-dereference": "n",
    "no-target-directory": "T",
    "target-directory": "t",
    verbose: "v",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "missing file operand");
  const operands = rest.length === 1 && !flags.has("t") ? [...rest, last(rest[0] as string)] : rest;
  const pairs = yield* destinations(context, operands, flags.get("t"), flags.has("T") || flags.has("n"));
  if (typeof pairs === "number") return pairs;
  const { files } = context.state.system;
  let status = 0;
  for (const [target, name] of pairs) {
    const path = absolute(context.state, name);
    if (!flags.has("s")) {
      status = yield* complain(context, `failed to create hard link '${name}' => '${target}': ${strerror("EPERM")}`);
      continue;
    }
    if (flags.has("f") && exists(context, name)) files.remove(path, "file");
    const errno = files.symlink(target, path);
    if (errno !== null)
      status = yield* complain(context, `failed to create symbolic link '${name}': ${strerror(errno)}`);
    else if (flags.has("v")) yield* print(context, `'${name}' -> '${target}'\n`);
  }
  return status;
}
