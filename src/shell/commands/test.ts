/** `test` and `[`. */
import { ShellError, absolute } from "../state.ts";
import type { Running } from "../system.ts";
import type { CommandContext } from "./command.ts";

const NUMERIC: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "-eq": (a, b) => a === b,
  "-ne": (a, b) => a !== b,
  "-lt": (a, b) => a < b,
  "-le": (a, b) => a <= b,
  "-gt": (a, b) => a > b,
  "-ge": (a, b) => a >= b,
};

export function* test(context: CommandContext): Running<number> {
  const args = [...context.args];
  try {
    if (context.name === "[" && args.pop() !== "]") throw new ShellError("missing ]", 0);
    const parser = new Expression(args, context);
    return args.length > 0 && parser.whole() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    yield* context.std.err.write(`${context.state.name}: ${context.name}: ${error.message}\n`);
    return 2;
  }
}

class Expression {
  private at = 0;
  private depth = 0;
  private readonly args: readonly string[];
  private readonly context: CommandContext;

  constructor(args: readonly string[], context: CommandContext) {
    this.args = args;
    this.context = context;
  }

  whole(): boolean {
    const value = this.or();
    if (this.at < this.args.length) throw new ShellError(`${this.args[this.at]}: unknown operand`, 0);
    return value;
  }

  private or(): boolean {
    if (++this.depth > 100) throw new ShellError("too deeply nested", 0);
    let value = this.and();
    while (this.args[this.at] === "-o") {
      this.at++;
      value = this.and() || value;
    }
    this.depth--;
    return value;
  }

  private and(): boolean {
    let value = this.not();
    while (this.args[this.at] === "-a") {
      this.at++;
      value = this.not() && value;
    }
    return value;
  }

  private not(): boolean {
    let negated = false;
    while (this.args[this.at] === "!" && this.at + 1 < this.args.length) {
      this.at++;
      negated = !negated;
    }
    return this.primary() !== negated;
  }

  private primary(): boolean {
    const { args } = this;
    const left = args[this.at];
    const operator = args[this.at + 1];
    const right = args[this.at + 2];
    if (left === undefined) throw new ShellError("argument expected", 0);
    if (operator !== undefined && right !== undefined) {
      const numeric = NUMERIC[operator];
      if (numeric) {
        this.at += 3;
        return numeric(this.number(left), this.number(right));
      }
      if (operator === "=" || operator === "==" || operator === "!=") {
        this.at += 3;
        return (left === right) === (operator !== "!=");
      }
    }
    if (left === "(") {
      this.at++;
      const value = this.or();
      if (args[this.at++] !== ")") throw new ShellError("closing paren expected", 0);
      return value;
    }
    if (/^-[a-zA-Z]$/.test(left) && operator !== undefined) {
      this.at += 2;
      return this.unary(left, operator);
    }
    this.at++;
    return left !== "";
  }

  private number(text: string): number {
    if (!/^\s*[+-]?\d{1,19}\s*$/.test(text)) throw new ShellError(`${text}: bad number`, 0);
    return Number(text);
  }

  private unary(operator: string, operand: string): boolean {
    if (operator === "-n") return operand !== "";
    if (operator === "-z") return operand === "";
    const { files } = this.context.state.system;
    const path = absolute(this.context.state, operand);
    const own = files.stat(path);
    if (operator === "-L" || operator === "-h") return !("errno" in own) && own.kind === "link";
    const isDirectory = !("errno" in files.list(path));
    const readable = files.open(path, "read");
    switch (operator) {
      case "-e":
        return isDirectory || readable === null || readable === "EACCES";
      case "-d":
        return isDirectory;
      case "-f":
        return !isDirectory && (readable === null || readable === "EACCES");
      case "-r":
      case "-x":
        return isDirectory || readable === null;
      case "-w":
        return !("errno" in own) && (isDirectory || files.open(path, "write") === null);
      case "-s":
        return !isDirectory && !("errno" in own) && own.size > 0;
      default:
        throw new ShellError(`${operator}: unknown operand`, 0);
    }
  }
}
