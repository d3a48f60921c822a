/** `test` and `[`: conditions from words, by POSIX's rules for up to four of them, and by precedence beyond. */
import type { Running } from "../system.ts";
import { type BuiltinContext, complain } from "./builtin.ts";
import { COMPARE, COMPARE_NUMBERS, fileTest } from "./file-tests.ts";

/** A condition that cannot be read; bash's words. */
class BadTest extends Error {}

const BINARY: ReadonlySet<string> = new Set([
  ...Object.keys(COMPARE_NUMBERS),
  ...Object.keys(COMPARE),
  "=",
  "==",
  "!=",
]);

export function* test(context: BuiltinContext): Running<number> {
  let args = [...context.args];
  if (context.name === "[") {
    if (args.at(-1) !== "]") return yield* complain(context, "missing `]'", 2);
    args = args.slice(0, -1);
  }
  try {
    return Number(!new Condition(args, context).whole());
  } catch (error) {
    if (error instanceof BadTest) return yield* complain(context, error.message, 2);
    throw error;
  }
}

class Condition {
  private readonly args: readonly string[];
  private readonly context: BuiltinContext;
  private at = 0;
  private depth = 0;

  constructor(args: readonly string[], context: BuiltinContext) {
    this.args = args;
    this.context = context;
  }

  whole(): boolean {
    const { args } = this;
    if (args.length === 0) return false;
    if (args.length <= 4) return this.counted(args);
    const value = this.or();
    if (this.at < args.length) throw new BadTest("too many arguments");
    return value;
  }

  /** POSIX: what one to four words mean. */
  private counted(args: readonly string[]): boolean {
    const [a = "", b = "", c = ""] = args;
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return a !== "";
      case 2:
        if (a === "!") return b === "";
        return this.unary(a, b);
      case 3:
        if (BINARY.has(b)) return this.binary(a, b, c);
        if (b === "-a") return a !== "" && c !== "";
        if (b === "-o") return a !== "" || c !== "";
        if (a === "!") return !this.counted(args.slice(1));
        if (a === "(" && c === ")") return b !== "";
        throw new BadTest(`${b}: binary operator expected`);
      default:
        if (a === "!") return !this.counted(args.slice(1));
        if (a === "(" && args[3] === ")") return this.counted([b, c]);
        return this.sequence();
    }
  }

  private sequence(): boolean {
    const value = this.or();
    if (this.at < this.args.length) throw new BadTest("too many arguments");
    return value;
  }

  private or(): boolean {
    if (++this.depth > 100) throw new BadTest("too many arguments");
    let value = this.and();
    while (this.args[this.at] === "-o") {
      this.at++;
      const right = this.and();
      value = value || right;
    }
    this.depth--;
    return value;
  }

  private and(): boolean {
    let value = this.not();
    while (this.args[this.at] === "-a") {
      this.at++;
      const right = this.not();
      value = value && right;
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
    const [left, operator, right] = this.args.slice(this.at, this.at + 3);
    if (left === undefined) throw new BadTest("argument expected");
    if (operator !== undefined && right !== undefined && BINARY.has(operator)) {
      this.at += 3;
      return this.binary(left, operator, right);
    }
    if (left === "(") {
      this.at++;
      const value = this.or();
      if (this.args[this.at++] !== ")") throw new BadTest("`)' expected");
      return value;
    }
    if (/^-[a-zA-Z]$/.test(left) && operator !== undefined && operator !== "-a" && operator !== "-o") {
      this.at += 2;
      return this.unary(left, operator);
    }
    this.at++;
    return left !== "";
  }

  private unary(operator: string, operand: string): boolean {
    const answer = fileTest(operator, operand, this.context.state);
    if (answer === undefined) throw new BadTest(`${operator}: unary operator expected`);
    if (operator === "-t") this.number(operand);
    return answer;
  }

  private binary(left: string, operator: string, right: string): boolean {
    const { state } = this.context;
    const numeric = COMPARE_NUMBERS[operator];
    if (numeric) return numeric(this.number(left), this.number(right), state);
    if (operator === "!=") return left !== right;
    return COMPARE[operator]?.(left, right, state) ?? left === right;
  }

  private number(text: string): bigint {
    if (!/^\s*[+-]?\d{1,19}\s*$/.test(text)) throw new BadTest(`${text}: integer expression expected`);
    return BigInt(text.trim());
  }
}
