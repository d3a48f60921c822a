/** Making, moving and removing files: `touch`, `mkdir`, `rm`, `rmdir`, `mv`, `cp`, `ln`, `chmod`. */
import { type FileErrno, strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { type Running, writeThrough } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";

const isFolder = (context: CommandContext, path: string): boolean =>
  "names" in context.state.system.files.list(absolute(context.state, path));
const exists = (context: CommandContext, path: string): boolean =>
  !("errno" in context.state.system.files.stat(absolute(context.state, path)));
const last = (path: string): string => path.replace(/\/+$/, "").replace(/.*\//s, "");

/** Makes each operand by `make`, and says what went wrong as `what` says. */
function* each(
  context: CommandContext,
  operands: readonly string[],
  what: (path: string) => string,
  make: (path: string) => FileErrno | null,
): Running<number> {
  let status = 0;
  for (const path of operands) {
    const errno = make(path);
    if (errno !== null) status = yield* complain(context, `${what(path)}: ${strerror(errno)}`);
  }
  return status;
}

export function* touch(context: CommandContext): Running<number> {
  const given = options(context.args, "acd:fhmr:t:", { "no-create": "c", date: "d", reference: "r" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "missing file operand");
  const { files } = context.state.system;
  return yield* each(
    context,
    rest,
    (path) => `cannot touch '${path}'`,
    (path) => (flags.has("c") && !exists(context, path) ? null : files.touch(absolute(context.state, path))),
  );
}

export function* mkdir(context: CommandContext): Running<number> {
  const given = options(context.args, "pm:v", { parents: "p", mode: "m", verbose: "v" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "missing operand");
  const { files } = context.state.system;
  const mode = flags.has("m") ? Number.parseInt(flags.get("m") as string, 8) : 0o755;
  let status = 0;
  for (const path of rest) {
    const names = path.split("/");
    const steps = flags.has("p")
      ? names.map((_, i) => names.slice(0, i + 1).join("/")).filter((step) => step !== "" && !/(^|\/)\.?$/.test(step))
      : [path];
    for (const step of steps) {
      if (flags.has("p") && isFolder(context, step)) continue;
      const errno = files.mkdir(absolute(context.state, step), step === path ? mode : 0o755);
      if (errno !== null) {
        status = yield* complain(context, `cannot create directory '${step}': ${strerror(errno)}`);
        break;
      }
      if (flags.has("v")) yield* print(context, `mkdir: created directory '${step}'\n`);
    }
  }
  return status;
}

export function* rmdir(context: CommandContext): Running<number> {
  const given = options(context.args, "pv", { parents: "p", verbose: "v", "ignore-fail-on-non-empty": "i" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  if (given.rest.length === 0) return yield* usage(context, "missing operand");
  const paths = given.flags.has("p")
    ? given.rest.flatMap((path) =>
        path
          .split("/")
          .map((_, i, all) => all.slice(0, all.length - i).join("/"))
          .filter(Boolean),
      )
    : given.rest;
  return yield* each(
    context,
    paths,
    (path) => `failed to remove '${path}'`,
    (path) => context.state.system.files.remove(absolute(context.state, path), "directory"),
  );
}

export function* rm(context: CommandContext): Running<number> {
  const given = options(context.args, "dfiIrRv", { dir: "d", force: "f", recursive: "r", verbose: "v" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return flags.has("f") ? 0 : yield* usage(context, "missing operand");
  const recursive = flags.has("r") || flags.has("R");
  let status = 0;
  for (const path of rest) {
    const name = last(path);
    if (name === "." || name === "..") {
      status = yield* complain(context, `refusing to remove '.' or '..' directory: skipping '${path}'`);
      continue;
    }
    if (recursive && absolute(context.state, path).replace(/\/+/g, "/") === "/") {
      status = yield* complain(context, `it is dangerous to operate recursively on '/'`);
      yield* complain(context, "use --no-preserve-root to override this failsafe");
      continue;
    }
    status = (yield* removeTree(context, path, recursive, flags)) || status;
  }
  return status;
}

function* removeTree(
  context: CommandContext,
  path: string,
  recursive: boolean,
  flags: ReadonlyMap<string, string>,
): Running<number> {
  const { files } = context.state.system;
  const whole = absolute(context.state, path);
  const stat = files.stat(whole);
  if ("errno" in stat)
    return flags.has("f") && stat.errno === "ENOENT"
      ? 0
      : yield* complain(context, `cannot remove '${path}': ${strerror(stat.errno)}`);
  const folder = stat.kind === "directory";
  if (folder && !recursive && !flags.has("d"))
    return yield* complain(context, `cannot remove '${path}': Is a directory`);
  let status = 0;
  if (folder && recursive) {
    const listed = files.list(whole);
    for (const name of "names" in listed ? listed.names : [])
      status = (yield* removeTree(context, `${path.replace(/\/$/, "")}/${name}`, true, flags)) || status;
    if (status !== 0) return status;
  }
  const errno = files.remove(whole, folder ? "directory" : "file");
  if (errno !== null) return yield* complain(context, `cannot remove '${path}': ${strerror(errno)}`);
  if (flags.has("v")) yield* print(context, `removed ${folder ? "directory " : ""}'${path}'\n`);
  return 0;
}

/** Sources and where they go: into a folder, or to one name. */
function* destinations(
  context: CommandContext,
  operands: readonly string[],
  folder: string | undefined,
  single: boolean,
): Running<readonly (readonly [string, string])[] | null> {
  const sources = folder === undefined ? operands.slice(0, -1) : operands;
  const target = folder ?? (operands.at(-1) as string);
  const into = folder !== undefined || (!single && isFolder(context, target));
  if (sources.length > 1 && !into) {
    yield* complain(
      context,
      `target '${target}' is not a directory`.replace(
        /^target '(.*)' is/,
        exists(context, target) ? "target '$1' is" : "target '$1' is",
      ),
    );
    return null;
  }
  return sources.map((source) => [source, into ? `${target.replace(/\/$/, "")}/${last(source)}` : target] as const);
}

const enough = function* (
  context: CommandContext,
  rest: readonly string[],
  folder: string | undefined,
): Running<number> {
  if (rest.length === 0) return yield* usage(context, "missing file operand");
  if (rest.length === 1 && folder === undefined)
    return yield* usage(context, `missing destination file operand after '${rest[0]}'`);
  return 0;
};

export function* mv(context: CommandContext): Running<number> {
  const given = options(context.args, "finTt:uv", {
    force: "f",
    "no-clobber": "n",
    "no-target-directory": "T",
    "target-directory": "t",
    verbose: "v",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const wrong = yield* enough(context, rest, flags.get("t"));
  if (wrong !== 0) return wrong;
  const pairs = yield* destinations(context, rest, flags.get("t"), flags.has("T"));
  if (!pairs) return 1;
  let status = 0;
  for (const [from, to] of pairs) {
    if (flags.has("n") && exists(context, to)) continue;
    if (!exists(context, from)) {
      status = yield* complain(context, `cannot stat '${from}': ${strerror("ENOENT")}`);
      continue;
    }
    const errno = context.state.system.files.rename(absolute(context.state, from), absolute(context.state, to));
    if (errno === "EINVAL")
      status = yield* complain(context, `cannot move '${from}' to a subdirectory of itself, '${to}'`);
    else if (errno !== null) status = yield* complain(context, `cannot move '${from}' to '${to}': ${strerror(errno)}`);
    else if (flags.has("v")) yield* print(context, `renamed '${from}' -> '${to}'\n`);
  }
  return status;
}

export function* cp(context: CommandContext): Running<number> {
  const given = options(context.args, "adfilLnpPrRsTt:uv", {
    archive: "a",
    force: "f",
    "no-clobber": "n",
    recursive: "r",
    "symbolic-link": "s",
    "target-directory": "t",
    "no-target-directory": "T",
    verbose: "v",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const wrong = yield* enough(context, rest, flags.get("t"));
  if (wrong !== 0) return wrong;
  const pairs = yield* destinations(context, rest, flags.get("t"), flags.has("T"));
  if (!pairs) return 1;
  let status = 0;
  for (const [from, to] of pairs) status = (yield* copy(context, from, to, flags, 0)) || status;
  return status;
}

const MAX_DEPTH = 100;

function* copy(
  context: CommandContext,
  from: string,
  to: string,
  flags: ReadonlyMap<string, string>,
  depth: number,
): Running<number> {
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
      status =
        (yield* copy(
          context,
          `${from.replace(/\/$/, "")}/${name}`,
          `${to.replace(/\/$/, "")}/${name}`,
          flags,
          depth + 1,
        )) || status;
    return status;
  }
  if (source === target) return yield* complain(context, `'${from}' and '${to}' are the same file`);
  if (flags.has("n") && exists(context, to)) return 0;
  if (flags.has("s")) {
    const errno = files.symlink(from, target);
    return errno === null ? 0 : yield* complain(context, `cannot create symbolic link '${to}': ${strerror(errno)}`);
  }
  const read = files.read(source);
  if ("errno" in read) return yield* complain(context, `cannot open '${from}' for reading: ${strerror(read.errno)}`);
  const opened = files.open(target, "write");
  if (opened !== null) return yield* complain(context, `cannot create regular file '${to}': ${strerror(opened)}`);
  files.truncate(target);
  const errno = yield* writeThrough(files, target, read.text);
  if (errno !== null) return yield* complain(context, `error writing '${to}': ${strerror(errno)}`);
  if (stat.kind === "file" && !/^\/(sys|proc|dev)\//.test(target)) files.chmod(target, stat.mode);
  if (flags.has("v")) yield* print(context, `'${from}' -> '${to}'\n`);
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
  if (!pairs) return 1;
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

export function* chmod(context: CommandContext): Running<number> {
  // A mode may begin with a minus: `chmod -x file`.
  const first = context.args.findIndex(
    (arg) => /^[-+=ugoa]*[-+=][rwxXst]*(,[ugoa]*[-+=][rwxXst]*)*$/.test(arg) || /^[0-7]{1,4}$/.test(arg),
  );
  const letters = options(
    context.args.filter((_, i) => i !== first),
    "Rvcf",
    { recursive: "R", verbose: "v" },
  );
  if (badOptions(letters)) return yield* usage(context, optionError(letters));
  const mode = context.args[first];
  if (mode === undefined)
    return yield* usage(context, letters.rest.length === 0 ? "missing operand" : `invalid mode: '${letters.rest[0]}'`);
  if (letters.rest.length === 0) return yield* usage(context, `missing operand after '${mode}'`);
  const { files } = context.state.system;
  const change = function* (path: string): Running<number> {
    const whole = absolute(context.state, path);
    const stat = files.stat(`${whole}`);
    if ("errno" in stat) return yield* complain(context, `cannot access '${path}': ${strerror(stat.errno)}`);
    const errno = files.chmod(whole, changed(mode, stat.mode, stat.kind === "directory"));
    let status = errno === null ? 0 : yield* complain(context, `changing permissions of '${path}': ${strerror(errno)}`);
    const listed = letters.flags.has("R") && stat.kind === "directory" ? files.list(whole) : { names: [] };
    for (const name of "names" in listed ? listed.names : []) status = (yield* change(`${path}/${name}`)) || status;
    return status;
  };
  let status = 0;
  for (const path of letters.rest) status = (yield* change(path)) || status;
  return status;
}

const BITS: Readonly<Record<string, number>> = { r: 0o444, w: 0o222, x: 0o111 };
const WHO: Readonly<Record<string, number>> = { u: 0o700, g: 0o070, o: 0o007, a: 0o777 };

function changed(mode: string, before: number, isDirectory: boolean): number {
  if (/^[0-7]+$/.test(mode)) return Number.parseInt(mode, 8);
  let now = before;
  for (const clause of mode.split(",")) {
    const [, who = "", rest = ""] = /^([ugoa]*)(.*)$/.exec(clause) ?? [];
    const mask = who === "" ? 0o755 | (0o022 & 0o755) : [...who].reduce((sum, letter) => sum | (WHO[letter] ?? 0), 0);
    for (const [, operator = "", letters = ""] of rest.matchAll(/([-+=])([rwxXst]*)/g)) {
      let bits =
        [...letters].reduce(
          (sum, letter) =>
            sum | (letter === "X" ? (isDirectory || (now & 0o111) !== 0 ? 0o111 : 0) : (BITS[letter] ?? 0)),
          0,
        ) & mask;
      if (letters.includes("t")) bits |= 0o1000;
      now = operator === "+" ? now | bits : operator === "-" ? now & ~bits : (now & ~mask) | bits;
    }
  }
  return now;
}
