/** `expr`. */
import { BadExpression, Expression } from "../../regex.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { complain, print } from "../output.ts";

class ExprError extends Error {}

/** `expr`: status 0 where the result is neither empty nor 0, 1 where it is, 2 for what cannot be read. */
export function* expr(context: CommandContext): Running<number> {
  if (context.args.length === 0) {
    yield* context.std.err.write("expr: missing operand\nTry 'expr --help' for more information.\n");
    return 2;
  }
  try {
    const parser = new ExprParser(context.args[0] === "--" ? context.args.slice(1) : context.args);
    const value = parser.whole();
    const status = yield* print(context, `${value}\n`);
    return status || (value === "" || /^-?0+$/.test(value) ? 1 : 0);
  } catch (error) {
    if (!(error instanceof ExprError || error instanceof BadExpression)) throw error;
    return yield* complain(context, error.message, 2);
  }
}

const isInteger = (text: string): boolean => /^-?\d{1,400}$/.test(text);

class ExprParser {
  private at = 0;
  private depth = 0;
  private readonly args: readonly string[];

  constructor(args: readonly string[]) {
    this.args = args;
  }

  whole(): string {
    const value = this.either();
    const extra = this.args[this.at];
    if (extra !== undefined) throw new ExprError(`syntax error: unexpected argument '${extra}'`);
    return value;
  }

  private take(...operators: readonly string[]): string | undefined {
    const word = this.args[this.at];
    if (word === undefined || !operators.includes(word)) return undefined;
    this.at++;
    return word;
  }

  private either(): string {
    if (++this.depth > 200) throw new ExprError("syntax error: too deep");
    let left = this.both();
    while (this.take("|")) {
      const right = this.both();
      left = isNull(left) ? (isNull(right) ? "0" : right) : left;
    }
    this.depth--;
    return left;
  }

  private both(): string {
    let left = this.comparison();
    while (this.take("&")) {
      const right = this.comparison();
      left = isNull(left) || isNull(right) ? "0" : left;
    }
    return left;
  }

  private comparison(): string {
    let left = this.sum();
    for (
      let operator = this.take("<", "<=", "=", "==", "!=", ">=", ">");
      operator;
      operator = this.take("<", "<=", "=", "==", "!=", ">=", ">")
    ) {
      const right = this.sum();
      const order =
        isInteger(left) && isInteger(right)
          ? BigInt(left) < BigInt(right)
            ? -1
            : BigInt(left) > BigInt(right)
              ? 1
              : 0
          : left < right
            ? -1
            : left > right
              ? 1
              : 0;
      const holds = {
        "<": order < 0,
        "<=": order <= 0,
        "=": order === 0,
        "==": order === 0,
        "!=": order !== 0,
        ">=": order >= 0,
        ">": order > 0,
      }[operator];
      left = holds ? "1" : "0";
    }
    return left;
  }

  private sum(): string {
    let left = this.product();
    for (let operator = this.take("+", "-"); operator; operator = this.take("+", "-")) {
      const [a, b] = [this.integer(left), this.integer(this.product())];
      left = String(operator === "+" ? a + b : a - b);
    }
    return left;
  }

  private product(): string {
    let left = this.matching();
    for (let operator = this.take("*", "/", "%"); operator; operator = this.take("*", "/", "%")) {
      const [a, b] = [this.integer(left), this.integer(this.matching())];
      if (operator !== "*" && b === 0n) throw new ExprError("division by zero");
      left = String(operator === "*" ? a * b : operator === "/" ? a / b : a % b);
    }
    return left;
  }

  private integer(text: string): bigint {
    if (!isInteger(text)) throw new ExprError("non-integer argument");
    return BigInt(text);
  }

  private matching(): string {
    let left = this.primary();
    while (this.take(":")) left = matched(left, this.primary());
    return left;
  }

  private primary(): string {
    const word = this.args[this.at++];
    if (word === undefined)
      throw new ExprError(
        this.at > 1 ? `syntax error: missing argument after '${this.args[this.at - 2]}'` : "missing operand",
      );
    switch (word) {
      case "(": {
        const value = this.either();
        if (!this.take(")"))
          throw new ExprError(
            this.args[this.at] === undefined
              ? `syntax error: expecting ')' after '${this.args[this.at - 1]}'`
              : `syntax error: expecting ')' instead of '${this.args[this.at]}'`,
          );
        return value;
      }
      case "+":
        return this.args[this.at++] ?? "";
      case "length":
        return this.args[this.at] === undefined ? word : String([...this.primary()].length);
      case "match":
        return this.args[this.at] === undefined ? word : matched(this.primary(), this.primary());
      case "index": {
        if (this.args[this.at] === undefined) return word;
        const [text, set] = [this.primary(), this.primary()];
        return String([...text].findIndex((character) => set.includes(character)) + 1);
      }
      case "substr": {
        if (this.args[this.at] === undefined) return word;
        const [text, from, length] = [this.primary(), this.primary(), this.primary()];
        if (!isInteger(from) || !isInteger(length) || Number(from) < 1 || Number(length) < 1) return "";
        return text.slice(Number(from) - 1, Number(from) - 1 + Number(length));
      }
      default:
        return word;
    }
  }
}

const isNull = (text: string): boolean => text === "" || /^-?0+$/.test(text);

/** Anchored at the start: the first group, or the length of the match. */
function matched(text: string, pattern: string): string {
  const expression = new Expression(`^\\(${pattern.replace(/^\^/, "")}\\)`);
  const match = expression.exec(text);
  const hasGroup = expression.groups > 1;
  if (!match) return hasGroup ? "" : "0";
  if (!hasGroup) return String((match[1] ?? 0) - (match[0] ?? 0));
  return (match[4] ?? -1) < 0 ? "" : text.slice(match[4], match[5]);
}
