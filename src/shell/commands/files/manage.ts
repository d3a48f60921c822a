/** Making, marking and removing files: `touch`, `mkdir`, `rm`, `rmdir`, `chmod`. */
import { type FileErrno, strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { type Running, released } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { parseDate } from "../machine/date-parse.ts";
import { type CalendarDate, dateOf, dateOfSeconds, daysBefore, nanosecondsOf } from "../machine/dates.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { exists, inside, isFolder, last } from "./operands.ts";

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
  const given = options(context.args, "acd:fhmr:t:", { "no-create": "c", date: "d", reference: "r", time: "T" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const { files, now } = { files: context.state.system.files, now: dateOf(context.state.system.now()) };
  let at: CalendarDate | undefined = now;
  const reference = flags.get("r");
  if (reference !== undefined) {
    const stat = files.stat(absolute(context.state, reference));
    if ("errno" in stat)
      return yield* complain(context, `failed to get attributes of '${reference}': ${strerror(stat.errno)}`);
    at = dateOf(stat.changed ?? 0);
  }
  const [text, stamp] = [flags.get("d"), flags.get("t")];
  if (text !== undefined) at = parseDate(text, at);
  if (stamp !== undefined) at = stamped(stamp, now);
  if (at === undefined) return yield* complain(context, `invalid date format '${stamp ?? text}'`);
  if (rest.length === 0) return yield* usage(context, "missing file operand");
  const time = nanosecondsOf(at);
  return yield* each(
    context,
    rest,
    (path) => `cannot touch '${path}'`,
    (path) => (flags.has("c") && !exists(context, path) ? null : files.touch(absolute(context.state, path), time)),
  );
}

/** `[[CC]YY]MMDDhhmm[.ss]`. */
function stamped(text: string, now: CalendarDate): CalendarDate | undefined {
  const match = /^(\d{2}|\d{4})?(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(text);
  if (!match) return undefined;
  const [, years, month, day, hour, minute, second = "0"] = match;
  const short = Number(years);
  const year = years === undefined ? now.year : years.length === 4 ? short : short + (short < 69 ? 2000 : 1900);
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const days = daysBefore(year, Number(month) - 1, Number(day));
  return dateOfSeconds(days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second));
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

/** Removes what a path names, with all below it when `recursive`; returns the status. */
export function* removeTree(
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
      status = (yield* removeTree(context, inside(path, name), true, flags)) || status;
    if (status !== 0) return status;
  }
  const errno = files.remove(whole, folder ? "directory" : "file");
  yield* released(files, context.state.budget);
  if (errno !== null) return yield* complain(context, `cannot remove '${path}': ${strerror(errno)}`);
  if (flags.has("v")) yield* print(context, `removed ${folder ? "directory " : ""}'${path}'\n`);
  return 0;
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
    const refused = function* (doing: string, errno: FileErrno): Running<number> {
      const about = context.state.system.dialect === "busybox" ? path : `${doing} '${path}'`;
      return yield* complain(context, `${about}: ${strerror(errno)}`);
    };
    if ("errno" in stat) return yield* refused("cannot access", stat.errno);
    const errno = files.chmod(whole, changed(mode, stat.mode, stat.kind === "directory"));
    let status = errno === null ? 0 : yield* refused("changing permissions of", errno);
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
