/** `find`. */
import { type FileErrno, strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import { matches } from "../../pattern.ts";
import { Expression } from "../../regex.ts";
import { type Running, breathe, done, released } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { complain, print } from "../output.ts";
import { Writer } from "../sources.ts";
import { dateOf } from "../machine/dates.ts";
import { inode, modeText } from "./ls.ts";
import { type Candidate, printed } from "./find-format.ts";

/** Looking at a file: where it is, and what. */
const LOOK_NS = 3_000;

type Test = (candidate: Candidate) => Running<boolean>;

class FindError extends Error {}

export function* find(context: CommandContext): Running<number> {
  const links = context.args.findIndex((arg) => !/^-[HLP]$/.test(arg));
  const args = context.args.slice(links < 0 ? context.args.length : links);
  const follows = context.args.slice(0, context.args.length - args.length).at(-1) === "-L";
  const first = args.findIndex((arg) => /^[-(!]/.test(arg) && arg !== "-");
  const starts = first < 0 ? args : args.slice(0, first);
  const out = new Writer((text) => print(context, text));
  const finder = new Finder(context, args.slice(first < 0 ? args.length : first), out, follows);
  try {
    finder.parse();
    let status = 0;
    for (const start of starts.length > 0 ? starts : ["."]) status = (yield* finder.walk(start, start, 0)) || status;
    yield* finder.finish();
    yield* out.flush();
    return out.status || finder.status || status;
  } catch (error) {
    if (!(error instanceof FindError)) throw error;
    return yield* complain(context, error.message);
  }
}

const MAX_DEPTH = 100;
const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 512,
  b: 512,
  c: 1,
  w: 2,
  k: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
};

class Finder {
  status = 0;
  private readonly context: CommandContext;
  private readonly args: readonly string[];
  private readonly out: Writer;
  /** Looks at what links lead to. */
  private follows: boolean;
  private at = 0;
  private minDepth = 0;
  private maxDepth = MAX_DEPTH;
  private depthFirst = false;
  private acts = false;
  private pruned = false;
  private test: Test = () => done(true);
  private readonly batches: { readonly words: readonly string[]; readonly paths: string[] }[] = [];
  private quit = false;
  /** Expressions of -regex are extended ones. */
  private extended = false;

  constructor(context: CommandContext, args: readonly string[], out: Writer, follows: boolean) {
    this.follows = follows;
    this.context = context;
    this.args = args;
    this.out = out;
  }

  parse(): void {
    if (this.args.length > 0) this.test = this.either();
    if (this.at < this.args.length)
      throw new FindError(
        `paths must precede expression: '${this.args[this.at]}'`.replaceAll("'", "`").replace(/`([^`]*)`$/, "`$1'"),
      );
    if (this.acts) return;
    const { test, out } = this;
    this.test = function* (candidate) {
      if (!(yield* test(candidate))) return false;
      yield* out.put(`${candidate.path}\n`);
      return true;
    };
  }

  *walk(path: string, start: string, depth: number): Running<number> {
    const { files } = this.context.state.system;
    const whole = absolute(this.context.state, path);
    const own = files.stat(whole);
    const seen = this.follows && !("errno" in own) && own.kind === "link" ? files.stat(this.target(whole)) : own;
    const stat = "errno" in seen ? own : seen;
    if ("errno" in stat)
      return yield* complain(
        this.context,
        `'${path}': ${strerror(stat.errno)}`
          .replace(/^'(.*)': /, "‘$1’: ")
          .replace("‘", "'")
          .replace("’", "'"),
      );
    this.context.state.budget.spend(LOOK_NS);
    yield* breathe(this.context.state.budget);
    const candidate: Candidate = {
      path,
      name: path === "/" ? "/" : path.replace(/\/+$/, "").replace(/.*\//s, ""),
      stat,
      depth,
      start,
    };
    this.pruned = false;
    if (!this.depthFirst && depth >= this.minDepth && !this.quit) yield* this.test(candidate);
    let status = 0;
    if (stat.kind === "directory" && depth < this.maxDepth && !this.pruned && !this.quit) {
      const listed = files.list(whole);
      if ("errno" in listed) status = yield* complain(this.context, `'${path}': ${strerror(listed.errno)}`);
      else
        for (const name of listed.names) {
          if (this.quit) break;
          status = (yield* this.walk(`${path.replace(/\/$/, "")}/${name}`, start, depth + 1)) || status;
        }
    }
    if (this.depthFirst && depth >= this.minDepth && !this.quit) yield* this.test(candidate);
    return status;
  }

  /** Where a link leads, some links further. */
  private target(path: string): string {
    const { files } = this.context.state.system;
    let at = path;
    for (let links = 0; links < 8; links++) {
      const stat = files.stat(at);
      if ("errno" in stat || stat.target === null) break;
      at = stat.target.startsWith("/") ? stat.target : `${at.replace(/[^/]*$/, "")}${stat.target}`;
    }
    return at;
  }

  /** -exec … + runs once, at the end. */
  *finish(): Running<void> {
    for (const { words, paths } of this.batches) {
      if (paths.length === 0) continue;
      yield* this.out.flush();
      const [name = "", ...args] = words;
      if ((yield* this.context.run(name, [...args, ...paths])) !== 0) this.status = 1;
    }
  }

  private either(): Test {
    let left = this.both();
    while (["-o", "-or"].includes(this.args[this.at] ?? "")) {
      this.at++;
      const [a, b] = [left, this.both()];
      left = function* (candidate) {
        return (yield* a(candidate)) || (yield* b(candidate));
      };
    }
    return left;
  }

  private both(): Test {
    let left = this.negation();
    for (;;) {
      const next = this.args[this.at];
      if (next === undefined || next === ")" || next === "-o" || next === "-or") return left;
      if (next === "-a" || next === "-and") this.at++;
      const [a, b] = [left, this.negation()];
      left = function* (candidate) {
        return (yield* a(candidate)) && (yield* b(candidate));
      };
    }
  }

  private negation(): Test {
    if (["!", "-not"].includes(this.args[this.at] ?? "")) {
      this.at++;
      const test = this.negation();
      return function* (candidate) {
        return !(yield* test(candidate));
      };
    }
    if (this.args[this.at] === "(") {
      this.at++;
      const test = this.either();
      if (this.args[this.at++] !== ")")
        throw new FindError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return test;
    }
    return this.primary();
  }

  private value(name: string): string {
    const value = this.args[this.at++];
    if (value === undefined) throw new FindError(`missing argument to \`${name}'`);
    return value;
  }

  private primary(): Test {
    const name = this.args[this.at++];
    if (name === undefined) throw new FindError("invalid expression; expected to find an operand");
    const plain =
      (test: (candidate: Candidate) => boolean): Test =>
      (candidate) =>
        done(test(candidate));
    switch (name) {
      case "-name":
      case "-iname": {
        const fold = name === "-iname";
        const pattern = fold ? this.value(name).toLowerCase() : this.value(name);
        return plain((each) => matches(pattern, fold ? each.name.toLowerCase() : each.name));
      }
      case "-path":
      case "-wholename": {
        const pattern = this.value(name);
        return plain((each) => matches(pattern, each.path));
      }
      case "-regextype":
        this.extended = /extended|egrep|awk/.test(this.value(name));
        return plain(() => true);
      case "-lname": {
        const pattern = this.value(name);
        return plain(({ stat }) => stat.target !== null && matches(pattern, stat.target));
      }
      case "-user":
      case "-group": {
        const owner = this.value(name);
        return plain(() => owner === "root" || owner === "0");
      }
      case "-regex": {
        const [open, close] = this.extended ? ["(", ")"] : ["\\(", "\\)"];
        const expression = new Expression(`^${open}${this.value(name)}${close}$`, { extended: this.extended });
        return plain((each) => expression.test(each.path));
      }
      case "-type": {
        const types = this.value(name).split(",");
        const unknown = types.find((type) => !/^[bcdpfls]$/.test(type));
        if (unknown !== undefined) throw new FindError(`Unknown argument to -type: ${unknown}`);
        return plain(({ stat }) =>
          types.includes(stat.device ? "c" : stat.block ? "b" : { directory: "d", file: "f", link: "l" }[stat.kind]),
        );
      }
      case "-empty":
        return plain(({ stat, path }) => {
          const listed =
            stat.kind === "directory" ? this.context.state.system.files.list(absolute(this.context.state, path)) : null;
          return listed ? "names" in listed && listed.names.length === 0 : stat.kind === "file" && stat.size === 0;
        });
      case "-size": {
        const [, sign = "", count = "0", unit = ""] = /^([+-]?)(\d+)([bcwkMG]?)$/.exec(this.value(name)) ?? [];
        const size = SIZE_UNITS[unit] as number;
        return plain(({ stat }) => compared(Math.ceil(stat.size / size), sign, Number(count)));
      }
      case "-mmin":
      case "-mtime": {
        const [, sign = "", count = "0"] = /^([+-]?)(\d+)$/.exec(this.value(name)) ?? [];
        const unit = name === "-mmin" ? 60e9 : 86_400e9;
        return plain(({ stat }) =>
          compared(Math.floor((this.context.state.system.now() - (stat.changed ?? 0)) / unit), sign, Number(count)),
        );
      }
      case "-newer": {
        const other = this.context.state.system.files.stat(absolute(this.context.state, this.value(name)));
        return plain(({ stat }) => !("errno" in other) && (stat.changed ?? 0) > (other.changed ?? 0));
      }
      case "-perm": {
        const [, sign = "", digits = "0"] = /^([-/]?)([0-7]+)$/.exec(this.value(name)) ?? [];
        const bits = Number.parseInt(digits, 8);
        return plain(({ stat }) =>
          sign === "-" ? (stat.mode & bits) === bits : sign === "/" ? (stat.mode & bits) !== 0 : stat.mode === bits,
        );
      }
      case "-maxdepth":
      case "-mindepth": {
        const value = this.value(name);
        if (!/^\d+$/.test(value))
          throw new FindError(`Expected a positive decimal integer argument to ${name}, but got '${value}'`);
        if (name === "-maxdepth") this.maxDepth = Math.min(MAX_DEPTH, Number(value));
        else this.minDepth = Number(value);
        return plain(() => true);
      }
      case "-depth":
        this.depthFirst = true;
        return plain(() => true);
      case "-follow":
        this.follows = true;
        return plain(() => true);
      case "-mount":
      case "-xdev":
      case "-true":
        return plain(() => true);
      case "-false":
        return plain(() => false);
      case "-links":
        return this.numbered(name, ({ stat }) => (stat.kind === "directory" ? 2 : 1));
      case "-inum":
        return this.numbered(name, ({ name: own }) => inode(own));
      case "-prune":
        return plain(() => (this.pruned = true));
      case "-quit":
        this.acts = true;
        return plain(() => (this.quit = true));
      default:
        return this.action(name);
    }
  }

  private action(name: string): Test {
    this.acts = true;
    const { out, context } = this;
    switch (name) {
      case "-print":
      case "-print0": {
        const end = name === "-print" ? "\n" : "\0";
        return function* ({ path }) {
          yield* out.put(path + end);
          return true;
        };
      }
      case "-printf": {
        const format = this.value(name);
        return function* (candidate) {
          yield* out.put(printed(format, candidate));
          return true;
        };
      }
      case "-ls":
        return function* ({ path, stat }) {
          const date = dateOf(stat.changed ?? 0);
          yield* out.put(
            `${"1".padStart(9)} ${"0".padStart(6)} ${modeText(stat)} ${"1".padStart(3)} root     root     ${String(stat.size).padStart(8)} ${date.month} ${String(date.day).padStart(2)} ${date.time.slice(0, 5)} ${path}${stat.target === null ? "" : ` -> ${stat.target}`}\n`,
          );
          return true;
        };
      case "-delete": {
        this.depthFirst = true;
        const { files } = context.state.system;
        return function* ({ path, stat }) {
          const errno: FileErrno | null = files.remove(
            absolute(context.state, path),
            stat.kind === "directory" ? "directory" : "file",
          );
          yield* released(files, context.state.budget);
          if (errno !== null) yield* complain(context, `cannot delete '${path}': ${strerror(errno)}`);
          return errno === null;
        };
      }
      case "-exec":
      case "-ok":
        return this.execution(name);
      case "-execdir":
      case "-okdir":
        return this.executionThere(name);
      default:
        throw new FindError(`unknown predicate \`${name}'`);
    }
  }

  /** `+N`, `-N`, `N` of something. */
  private numbered(name: string, value: (candidate: Candidate) => number): Test {
    const text = this.value(name);
    const [, sign = "", count] = /^([+-]?)(\d+)$/.exec(text) ?? [];
    if (count === undefined) throw new FindError(`invalid argument \`${text}' to \`${name}'`);
    return (candidate) => done(compared(value(candidate), sign, Number(count)));
  }

  /** The words of a command up to its `;` or `{} +`. */
  private words(name: string): { readonly words: readonly string[]; readonly batched: boolean } {
    const words: string[] = [];
    for (;;) {
      const word = this.args[this.at++];
      if (word === undefined) throw new FindError(`missing argument to \`${name}'`);
      if (word === ";") return { words, batched: false };
      if (word === "+" && words.at(-1) === "{}") return { words: words.slice(0, -1), batched: true };
      words.push(word);
    }
  }

  /** In the folder of the file, with its name from there; one file at a time, the batches of the original too. */
  private executionThere(name: string): Test {
    const { words, batched } = this.words(name);
    const { context, out } = this;
    return function* ({ path }) {
      yield* out.flush();
      const whole = absolute(context.state, path).replace(/(.)\/+$/, "$1");
      const own = `./${whole.replace(/^.*\//s, "")}`;
      const [command = "", ...args] = batched ? [...words, own] : words.map((word) => word.replaceAll("{}", own));
      const { cwd } = context.state;
      context.state.cwd = whole.replace(/\/[^/]*$/s, "") || "/";
      try {
        return (yield* context.run(command, args)) === 0 || batched;
      } finally {
        context.state.cwd = cwd;
      }
    };
  }

  private execution(name: string): Test {
    const { words, batched } = this.words(name);
    if (batched) {
      const batch = { words, paths: [] as string[] };
      this.batches.push(batch);
      return ({ path }) => {
        batch.paths.push(path);
        return done(true);
      };
    }
    const { context, out } = this;
    return function* ({ path }) {
      yield* out.flush();
      const [command = "", ...args] = words.map((word) => word.replaceAll("{}", path));
      return (yield* context.run(command, args)) === 0;
    };
  }
}

const compared = (value: number, sign: string, wanted: number): boolean =>
  sign === "+" ? value > wanted : sign === "-" ? value < wanted : value === wanted;
