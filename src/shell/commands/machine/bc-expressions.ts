/** Reads and works out the expressions of `bc` in one go, and keeps its variables. */
import {
  BcError,
  type Decimal,
  ONE,
  ZERO,
  add,
  atScale,
  bool,
  calculate,
  parseNumber,
  root,
  whole,
} from "./bc-decimal.ts";
import type { Token } from "./bc-lex.ts";

const MAX_SCALE = 1000;
const MOST_STEPS = 2_000_000;
export const MAX_DEPTH = 300;

/** A variable, or an element of an array. */
interface Place {
  readonly name: string;
  readonly index: number | null;
}

/** Every method reads from where `at` is; only with `run` does what it reads happen. */
export abstract class Expressions {
  protected readonly variables = new Map<string, Decimal>();
  private readonly arrays = new Map<string, Map<number, Decimal>>();
  protected scale: number;
  private ibase = 10;
  protected obase = 10;
  protected tokens: readonly Token[] = [];
  protected at = 0;
  protected steps = 0;
  protected depth = 0;
  protected last: Decimal = ZERO;

  constructor(scale: number) {
    this.scale = scale;
  }

  /** A call of a function of the program's own. */
  protected abstract call(run: boolean): Decimal;

  protected get token(): Token {
    return this.tokens[this.at] ?? { kind: "end", text: "" };
  }

  protected is(text: string): boolean {
    return this.token.kind !== "string" && this.token.kind !== "number" && this.token.text === text;
  }

  protected take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  protected expect(text: string): void {
    if (!this.take(text)) this.fail();
  }

  protected fail(): never {
    // The rest of the line is passed over.
    while (this.token.kind !== "end" && !this.is("\n")) this.at++;
    throw new BcError("syntax error");
  }

  protected step(): void {
    if (++this.steps > MOST_STEPS) throw new BcError("interrupted: too many steps");
  }

  protected expression(run: boolean): Decimal {
    this.step();
    if (++this.depth > MAX_DEPTH) throw new BcError("too deeply nested");
    const value = this.either(run);
    this.depth--;
    return value;
  }

  private either(run: boolean): Decimal {
    let left = this.both(run);
    while (this.take("||")) {
      const right = this.both(run);
      left = bool(left.digits !== 0n || right.digits !== 0n);
    }
    return left;
  }

  private both(run: boolean): Decimal {
    let left = this.negation(run);
    while (this.take("&&")) {
      const right = this.negation(run);
      left = bool(left.digits !== 0n && right.digits !== 0n);
    }
    return left;
  }

  private negation(run: boolean): Decimal {
    if (this.take("!")) return bool(this.negation(run).digits === 0n);
    return this.comparison(run);
  }

  private comparison(run: boolean): Decimal {
    let left = this.sum(run);
    while (["==", "!=", "<", "<=", ">", ">="].some((operator) => this.is(operator))) {
      const operator = this.token.text;
      this.at++;
      const right = this.sum(run);
      const scale = Math.max(left.scale, right.scale);
      const [a, b] = [atScale(left, scale).digits, atScale(right, scale).digits];
      left = bool(
        { "==": a === b, "!=": a !== b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b }[operator] as boolean,
      );
    }
    return left;
  }

  private sum(run: boolean): Decimal {
    let left = this.product(run);
    while (this.is("+") || this.is("-")) {
      const sign = this.token.text;
      this.at++;
      left = add(left, this.product(run), sign === "+" ? 1n : -1n);
    }
    return left;
  }

  private product(run: boolean): Decimal {
    let left = this.power(run);
    while (this.is("*") || this.is("/") || this.is("%")) {
      const operator = this.token.text;
      this.at++;
      const right = this.power(run);
      left = run ? calculate(operator, left, right, this.scale) : ZERO;
    }
    return left;
  }

  private power(run: boolean): Decimal {
    if (this.take("-")) {
      const value = this.power(run);
      return { digits: -value.digits, scale: value.scale };
    }
    const left = this.postfix(run);
    if (!this.take("^")) return left;
    const right = this.power(run);
    return run ? calculate("^", left, right, this.scale) : ZERO;
  }

  private postfix(run: boolean): Decimal {
    const { token } = this;
    if (token.kind === "number") {
      this.at++;
      return parseNumber(token.text, this.ibase);
    }
    if (this.take("(")) {
      const inner = this.expression(run);
      this.expect(")");
      return inner;
    }
    if (this.is("++") || this.is("--")) {
      this.at++;
      return this.assign(run, token.text === "++" ? "+=" : "-=", ONE, this.target(run));
    }
    if (token.kind !== "name") this.fail();
    if (token.text === "length" || token.text === "sqrt") {
      this.at++;
      this.expect("(");
      const value = this.expression(run);
      this.expect(")");
      return token.text === "length"
        ? whole(Math.max(value.digits.toString().replace("-", "").length, value.scale))
        : root(value, this.scale);
    }
    if (token.text === "scale" && this.tokens[this.at + 1]?.text === "(") {
      this.at += 2;
      const value = this.expression(run);
      this.expect(")");
      return whole(value.scale);
    }
    if (this.tokens[this.at + 1]?.text === "(") return this.call(run);
    const target = this.target(run);
    const operator = this.token.kind === "operator" ? this.token.text : "";
    if (/^[-+*/%^]?=$/.test(operator)) {
      this.at++;
      return this.assign(run, operator, this.expression(run), target);
    }
    if (operator === "++" || operator === "--") {
      this.at++;
      const before = this.read(target);
      this.assign(run, operator === "++" ? "+=" : "-=", ONE, target);
      return before;
    }
    return this.read(target);
  }

  private target(run: boolean): Place {
    const name = this.token.text;
    if (this.token.kind !== "name") this.fail();
    this.at++;
    if (!this.take("[")) return { name, index: null };
    const index = Number(atScale(this.expression(run), 0).digits);
    this.expect("]");
    return { name, index };
  }

  private read({ name, index }: Place): Decimal {
    if (index !== null) return this.arrays.get(name)?.get(index) ?? ZERO;
    if (name === "scale") return whole(this.scale);
    if (name === "ibase") return whole(this.ibase);
    if (name === "obase") return whole(this.obase);
    if (name === "last") return this.last;
    return this.variables.get(name) ?? ZERO;
  }

  private assign(run: boolean, operator: string, given: Decimal, target: Place): Decimal {
    if (!run) return ZERO;
    const value = operator === "=" ? given : calculate(operator.slice(0, -1), this.read(target), given, this.scale);
    const number = Number(atScale(value, 0).digits);
    if (target.index !== null) {
      const array = this.arrays.get(target.name) ?? new Map<number, Decimal>();
      array.set(target.index, value);
      this.arrays.set(target.name, array);
    } else if (target.name === "scale") this.scale = Math.max(0, Math.min(MAX_SCALE, number));
    else if (target.name === "ibase") this.ibase = Math.max(2, Math.min(36, number));
    else if (target.name === "obase") this.obase = Math.max(2, Math.min(1000, number));
    else this.variables.set(target.name, value);
    return value;
  }
}
