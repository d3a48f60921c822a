/** `find`. */
import { type FileErrno, strerror } from "../../../engine/sysfs/errno.ts";
import type { Stat } from "../../../engine/sysfs/tree.ts";
import { absolute } from "../../state.ts";
import { matches } from "../../pattern.ts";
import { Expression } from "../../regex.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { dateOf } from "../machine/dates.ts";
import { complain, print } from "../output.ts";
import { Writer } from "../sources.ts";
import { modeText } from "./ls.ts";
import { escaped } from "./stat.ts";

interface Candidate {
  readonly path: string;
  readonly name: string;
  readonly stat: Stat;
  readonly depth: number;
  /** Starting point that it was found below. */
  readonly start: string;
}
type Test = (candidate: Candidate) => Running<boolean>;

class FindError extends Error {}

export function* find(context: CommandContext): Running<number> {
  const { args } = context;
  const first = args.findIndex((arg) => /^[-(!]/.test(arg) && arg !== "-");
  const starts = first < 0 ? args : args.slice(0, first);
  const out = new Writer((text) => print(context, text));
  const finder = new Finder(context, args.slice(first < 0 ? args.length : first), out);
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
  private at = 0;
  private minDepth = 0;
  private maxDepth = MAX_DEPTH;
  private depthFirst = false;
  private acts = false;
  private pruned = false;
  private test: Test = function* () {
    return true;
  };
  private readonly batches: { readonly words: readonly string[]; readonly paths: string[] }[] = [];
  private quit = false;

  constructor(context: CommandContext, args: readonly string[], out: Writer) {
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
    const stat = files.stat(whole);
    if ("errno" in stat)
      return yield* complain(
        this.context,
        `'${path}': ${strerror(stat.errno)}`
          .replace(/^'(.*)': /, "‘$1’: ")
          .replace("‘", "'")
          .replace("’", "'"),
      );
    this.context.state.budget.text(64);
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
    const plain = (test: (candidate: Candidate) => boolean): Test =>
      function* (candidate) {
        return test(candidate);
      };
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
      case "-regex": {
        const expression = new Expression(`^\\(${this.value(name)}\\)$`);
        return plain((each) => expression.test(each.path));
      }
      case "-type": {
        const types = this.value(name).split(",");
        return plain(({ stat }) =>
          types.includes(stat.device ? "c" : { directory: "d", file: "f", link: "l" }[stat.kind]),
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
          throw new FindError(`Expected a positive decimal integer argument to ${name}, but got \`${value}'`);
        if (name === "-maxdepth") this.maxDepth = Math.min(MAX_DEPTH, Number(value));
        else this.minDepth = Number(value);
        return plain(() => true);
      }
      case "-depth":
        this.depthFirst = true;
        return plain(() => true);
      case "-mount":
      case "-xdev":
      case "-follow":
      case "-true":
        return plain(() => true);
      case "-false":
        return plain(() => false);
      case "-prune":
        return plain(() => (this.pruned = true));
      case "-quit":
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
          if (errno !== null) yield* complain(context, `cannot delete '${path}': ${strerror(errno)}`);
          return errno === null;
        };
      }
      case "-exec":
      case "-ok":
        return this.execution(name);
      default:
        throw new FindError(`unknown predicate \`${name}'`);
    }
  }

  private execution(name: string): Test {
    const words: string[] = [];
    for (;;) {
      const word = this.args[this.at++];
      if (word === undefined) throw new FindError(`missing argument to \`${name}'`);
      if (word === ";") break;
      if (word === "+" && words.at(-1) === "{}") {
        const batch = { words: words.slice(0, -1), paths: [] as string[] };
        this.batches.push(batch);
        return function* ({ path }) {
          batch.paths.push(path);
          return true;
        };
      }
      words.push(word);
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

function printed(format: string, { path, name, stat, depth, start }: Candidate): string {
  const date = dateOf(stat.changed ?? 0);
  const values: Readonly<Record<string, string>> = {
    "%": "%",
    p: path,
    f: name,
    h: path.includes("/") ? path.replace(/\/[^/]*$/, "") || "/" : ".",
    P: path.slice(start.length).replace(/^\//, ""),
    H: start,
    s: String(stat.size),
    d: String(depth),
    m: (stat.mode & 0o7777).toString(8),
    M: modeText(stat),
    y: stat.device ? "c" : ({ directory: "d", file: "f", link: "l" } as const)[stat.kind],
    l: stat.target ?? "",
    u: "root",
    g: "root",
    T: `${date.seconds}.${String(date.nanoseconds).padStart(9, "0")}0`,
  };
  return format
    .replace(/%(-?\d*)(T@|[%pfhPHsdmMylugT])/g, (_, width: string, letter: string) => {
      const value = values[letter[0] as string] as string;
      return width.startsWith("-") ? value.padEnd(Number(width.slice(1))) : value.padStart(Number(width || 0));
    })
    .replace(/\\(.)/g, escaped);
}
