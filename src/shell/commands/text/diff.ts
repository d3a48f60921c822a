/** `diff` of GNU diffutils 3.8: of files and of folders. Status 0: the same; 1: not the same; 2: trouble. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import type { Budget, Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { inside, last } from "../files/operands.ts";
import { dateOf, dateOfSeconds, nanosecondsOf } from "../machine/dates.ts";
import {
  type Options,
  Ended,
  badOptions,
  complain,
  mapped,
  optionError,
  options,
  parted,
  print,
  printAll,
} from "../output.ts";
import { type Side, contextual, normal, unified } from "./diff-formats.ts";
import { type SidesOptions, sides } from "./diff-sides.ts";
import { type Change, editScript } from "./edit-script.ts";

const TROUBLE = 2;
/** The time of a file that is not there. */
const LONG_AGO = nanosecondsOf(dateOfSeconds(0));
const CONTEXT = 3;
/** Simulated time for one step of the comparison. */
const LONG: Readonly<Record<string, string>> = {
  unified: "u",
  context: "c",
  brief: "q",
  recursive: "r",
  "new-file": "N",
  "report-identical-files": "s",
  "ignore-case": "i",
  "ignore-all-space": "w",
  "ignore-space-change": "b",
  text: "a",
  label: "L",
  normal: "n",
  "side-by-side": "y",
  width: "W",
  "left-column": "\0",
  "suppress-common-lines": "\x01",
};

interface Request {
  readonly form: "normal" | "unified" | "context" | "sides";
  readonly width: number;
  readonly context: number;
  readonly has: (letter: string) => boolean;
  /** Options as they were given, for the line that says which two files of folders are compared. */
  readonly given: string;
  readonly labels: readonly string[];
}

/** What a path leads to. */
interface Place {
  readonly name: string;
  readonly kind: "file" | "directory" | "missing";
  readonly text: string;
  readonly changed: number;
}

export function* diff(context: CommandContext): Running<number> {
  const given = options(
    context.args.map((arg) => arg.replace(/^-u(?=.)|^--unified=/, "-U").replace(/^-c(?=\d)|^--context=/, "-C")),
    "uU:cC:qrNsiwbaL:nyW:",
    LONG,
  );
  const request = yield* requestOf(context, given);
  const [one, two, extra] = given.rest;
  if (one === undefined || two === undefined)
    return yield* fail(context, `missing operand after '${context.args.at(-1) ?? "diff"}'`);
  if (extra !== undefined) return yield* fail(context, `extra operand '${extra}'`);
  let [first, second] = [yield* placeOf(context, one, request), yield* placeOf(context, two, request)];
  if (!first || !second) return TROUBLE;
  // Of a file and a folder, the file is compared with the one of its name in the folder.
  if (first.kind === "file" && second.kind === "directory")
    second = yield* placeOf(context, inside(two, last(one)), request);
  else if (first.kind === "directory" && second.kind === "file")
    first = yield* placeOf(context, inside(one, last(two)), request);
  if (!first || !second) return TROUBLE;
  if (first.kind === "directory" && second.kind === "directory") return yield* folders(context, first, second, request);
  return yield* compare(context, first, second, request, "");
}

/** What is wrong with the call. */
function* fail(context: CommandContext, message: string): Running<number> {
  yield* complain(context, message);
  return yield* complain(context, "Try 'diff --help' for more information.", TROUBLE);
}

function* requestOf(context: CommandContext, given: Options): Running<Request> {
  if (badOptions(given)) throw new Ended(yield* fail(context, optionError(given)));
  const { flags } = given;
  const number = flags.get("U") ?? flags.get("C");
  if (number !== undefined && !/^\d{1,9}$/.test(number))
    throw new Ended(yield* fail(context, `invalid context length '${number}'`));
  const width = flags.get("W") ?? "130";
  if (!/^[1-9]\d{0,5}$/.test(width)) throw new Ended(yield* fail(context, `invalid width '${width}'`));
  const isUnified = flags.has("u") || flags.has("U");
  const hasContext = flags.has("c") || flags.has("C");
  if (flags.has("y") && (isUnified || hasContext))
    throw new Ended(yield* fail(context, "conflicting output style options"));
  return {
    form: isUnified ? "unified" : hasContext ? "context" : flags.has("y") ? "sides" : "normal",
    width: Number(width),
    context: number === undefined ? CONTEXT : Number(number),
    has: (letter) => flags.has(letter),
    given: context.args
      .filter((arg) => !given.rest.includes(arg))
      .map((arg) => (/[^\w@%+:,./-]/.test(arg) ? `'${arg.replaceAll("'", "'\\''")}'` : arg))
      .join(" "),
    labels: given.values.get("L") ?? [],
  };
}

/** `undefined` when it can't be read, after saying so. */
function* placeOf(context: CommandContext, path: string, request: Request): Running<Place | undefined> {
  const { system, budget } = context.state;
  if (path === "-") return { name: path, kind: "file", text: yield* context.std.in.rest(), changed: system.now() };
  const whole = absolute(context.state, path);
  const stat = system.files.stat(whole);
  const changed = "errno" in stat ? 0 : (stat.changed ?? 0);
  if ("names" in system.files.list(whole)) return { name: path, kind: "directory", text: "", changed };
  const read = system.files.read(whole);
  if ("text" in read) {
    budget.text(read.text.length);
    return { name: path, kind: "file", text: read.text, changed };
  }
  if (read.errno === "ENOENT" && request.has("N")) return { name: path, kind: "missing", text: "", changed: LONG_AGO };
  yield* complain(context, `${path}: ${strerror(read.errno)}`);
  return undefined;
}

function* folders(context: CommandContext, first: Place, second: Place, request: Request): Running<number> {
  const names = (folder: string): readonly string[] => {
    const listed = context.state.system.files.list(absolute(context.state, folder));
    return "names" in listed ? listed.names : [];
  };
  const [ours, theirs] = [names(first.name), names(second.name)];
  let status = 0;
  for (const name of [...new Set([...ours, ...theirs])].sort()) {
    const [has, hasToo] = [ours.includes(name), theirs.includes(name)];
    if (!(has && hasToo) && !request.has("N")) {
      yield* print(context, `Only in ${has ? first.name : second.name}: ${name}\n`);
      status = Math.max(status, 1);
      continue;
    }
    const left = yield* placeOf(context, inside(first.name, name), request);
    const right = yield* placeOf(context, inside(second.name, name), request);
    status = Math.max(status, left && right ? yield* pair(context, left, right, request) : TROUBLE);
  }
  return status;
}

/** Two of a name in two folders. */
function* pair(context: CommandContext, first: Place, second: Place, request: Request): Running<number> {
  const isFolder = (place: Place, other: Place): boolean =>
    place.kind === "directory" || (place.kind === "missing" && other.kind === "directory");
  if (isFolder(first, second) && isFolder(second, first)) {
    if (request.has("r")) return yield* folders(context, first, second, request);
    yield* print(context, `Common subdirectories: ${first.name} and ${second.name}\n`);
    return 0;
  }
  if (isFolder(first, second) || isFolder(second, first)) {
    const kind = ({ kind, text }: Place): string =>
      kind === "directory" ? "a directory" : text === "" ? "a regular empty file" : "a regular file";
    yield* print(context, `File ${first.name} is ${kind(first)} while file ${second.name} is ${kind(second)}\n`);
    return 1;
  }
  const options = request.given === "" ? "" : `${request.given} `;
  return yield* compare(context, first, second, request, `diff ${options}${first.name} ${second.name}\n`);
}

function* compare(
  context: CommandContext,
  first: Place,
  second: Place,
  request: Request,
  header: string,
): Running<number> {
  const { has, form } = request;
  const binary = !has("a") && (first.text.includes("\0") || second.text.includes("\0"));
  const { budget } = context.state;
  const a = yield* sideOf(first, request.labels[0], budget);
  const b = yield* sideOf(second, request.labels[1], budget);
  const key = keyOf(has);
  const keysOf = (side: Side): Running<string[]> =>
    mapped(side.lines, budget, (line, i) =>
      i === side.lines.length - 1 && !side.terminated ? `${key(line)}\n` : key(line),
    );
  const [keysA, keysB] = [yield* keysOf(a), yield* keysOf(b)];
  const same =
    first.text === second.text ||
    (!binary &&
      a.terminated === b.terminated &&
      keysA.length === keysB.length &&
      keysA.every((each, i) => each === keysB[i]));
  // Side by side, common lines are shown too.
  if (same && !has("q") && form === "sides") {
    yield* print(context, header);
    yield* printAll(context, shownAs(request, a, b, []), (text) => text);
  }
  if (same) {
    if (has("s")) yield* print(context, `Files ${first.name} and ${second.name} are identical\n`);
    return 0;
  }
  if (has("q") || binary) {
    yield* print(context, `${has("q") ? "Files" : "Binary files"} ${first.name} and ${second.name} differ\n`);
    return 1;
  }
  yield* print(context, header);
  const around = form === "normal" || form === "sides" ? 0 : request.context;
  const changes = yield* editScript(keysA, keysB, around, budget);
  yield* printAll(context, shownAs(request, a, b, changes), (text) => text);
  return 1;
}

function shownAs(request: Request, a: Side, b: Side, changes: readonly Change[]): Iterable<string> {
  switch (request.form) {
    case "normal":
      return normal(a, b, changes);
    case "unified":
      return unified(a, b, changes, request.context);
    case "context":
      return contextual(a, b, changes, request.context);
    case "sides":
      return sides(a, b, changes, sidesOptions(request));
  }
}

const sidesOptions = ({ width, has }: Request): SidesOptions => ({
  width,
  leftColumn: has("\0"),
  suppressCommon: has("\x01"),
});

function* sideOf({ name, text, changed }: Place, label: string | undefined, budget: Budget): Running<Side> {
  const { iso, time, nanoseconds } = dateOf(changed);
  return {
    title: label ?? `${name}\t${iso} ${time}.${String(nanoseconds).padStart(9, "0")} +0000`,
    lines: yield* parted(text, budget),
    terminated: text === "" || text.endsWith("\n"),
  };
}

/** What of a line counts. */
function keyOf(has: (letter: string) => boolean): (line: string) => string {
  return (line) => {
    let key = has("i") ? line.toLowerCase() : line;
    if (has("w")) key = key.replace(/\s+/g, "");
    else if (has("b")) key = key.replace(/\s+$/, "").replace(/\s+/g, " ");
    return key;
  };
}
