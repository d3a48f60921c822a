/**
 * Arithmetic of `$(( ))`, `(( ))`, `let` and subscripts: 64-bit integers, variables whose texts are expressions
 * themselves, assignments (bash, expr.c).
 */

/** Something that can't be computed, in bash's words: `1 +: syntax error: operand expected (error token is "+")`. */
export class BadArithmetic extends Error {}

export interface ArithmeticVariables {
  /** Text of a variable or of an element; `undefined` when unset. */
  get(name: string, subscript: string | null): string | undefined;
  set(name: string, subscript: string | null, value: bigint): void;
}

/** Brackets, operators to the right and texts of variables that may be inside each other: each takes of JavaScript's stack. */
const MAX_DEPTH = 256;
/** Texts of variables that one expression may come to: `a='b+b' b='c+c' …` doubles with each. */
const MAX_EVALUATIONS = 20_000;

/** What evaluations inside each other share: a variable's text and a subscript are expressions themselves. */
export class Effort {
  depth = 0;
  evaluations = 0;
}

const whole = (value: bigint): bigint => BigInt.asIntN(64, value);
const bool = (value: boolean): bigint => (value ? 1n : 0n);

type Operation = (a: bigint, b: bigint) => bigint;
/** Operators with two sides, from those that bind least to those that bind most. */
const LEVELS: readonly Readonly<Record<string, Operation>>[] = [
  { "|": (a, b) => a | b },
  { "^": (a, b) => a ^ b },
  { "&": (a, b) => a & b },
  { "==": (a, b) => bool(a === b), "!=": (a, b) => bool(a !== b) },
  {
    "<=": (a, b) => bool(a <= b),
    ">=": (a, b) => bool(a >= b),
    "<": (a, b) => bool(a < b),
    ">": (a, b) => bool(a > b),
  },
  { "<<": (a, b) => a << (b & 63n), ">>": (a, b) => a >> (b & 63n) },
  { "+": (a, b) => a + b, "-": (a, b) => a - b },
  { "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b },
];
const OPERATIONS = new Map<string, { readonly level: number; readonly operation: Operation }>(
  LEVELS.flatMap((operations, level) =>
    Object.entries(operations).map(([operator, operation]) => [operator, { level, operation }] as const),
  ),
);
const TOKEN = /\s*(<<=|>>=|\*\*|\+\+|--|&&|\|\||[-+*/%&^|<>=!]=|<<|>>|[-+*/%&^|<>=!~?:,()]|[0-9][\w@#]*|[A-Za-z_]\w*)/y;
const ASSIGNMENT = /^(=|[-+*/%&^|]=|<<=|>>=)$/;

export function evaluate(text: string, variables: ArithmeticVariables, effort = new Effort()): bigint {
  const { depth } = effort;
  if (depth === 0) effort.evaluations = 0;
  // bash's own message lacks the expression's beginning when that is deep inside.
  if (depth >= MAX_DEPTH || ++effort.evaluations > MAX_EVALUATIONS)
    throw new BadArithmetic(`${text}: expression recursion level exceeded (error token is "${text}")`);
  effort.depth++;
  try {
    return new Evaluation(text, variables, effort).whole();
  } finally {
    effort.depth = depth;
  }
}

/** Evaluates while it parses; `skip` is for the branches that aren't taken. */
class Evaluation {
  private readonly text: string;
  private readonly variables: ArithmeticVariables;
  private readonly effort: Effort;
  private at = 0;
  private token = "";
  /** Where the present token begins, and where the one before it did: what errors quote. */
  private start = 0;
  private before = 0;
  private skip = 0;

  constructor(text: string, variables: ArithmeticVariables, effort: Effort) {
    this.text = text;
    this.variables = variables;
    this.effort = effort;
    this.next();
  }

  whole(): bigint {
    if (this.token === "") return 0n;
    const value = this.comma();
    if (this.token !== "") this.fail("syntax error in expression", this.start);
    return value;
  }

  private next(): void {
    this.before = this.start;
    const blank = /\s*/y;
    blank.lastIndex = this.at;
    blank.exec(this.text);
    this.start = blank.lastIndex;
    if (this.start >= this.text.length) {
      this.token = "";
      return;
    }
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (!match) {
      this.fail(
        this.operandNext ? "syntax error: operand expected" : "syntax error: invalid arithmetic operator",
        this.start,
      );
    }
    this.token = match[1] ?? "";
    this.at = TOKEN.lastIndex;
    // Two signs are one operator only beside a variable.
    if (
      (this.token === "++" || this.token === "--") &&
      !this.afterName &&
      !/^\s*[A-Za-z_]/.test(this.text.slice(this.at))
    ) {
      this.token = this.token.slice(1);
      this.at--;
    }
    this.afterName = /^[A-Za-z_]/.test(this.token);
  }

  private operandNext = true;
  /** The token before was a variable's name. */
  private afterName = false;

  private fail(what: string, from: number): never {
    const rest = this.text.slice(from);
    const shown = this.text.trimStart();
    throw new BadArithmetic(`${shown}: ${what} (error token is "${rest}")`);
  }

  private deeper(): void {
    if (++this.effort.depth > MAX_DEPTH) this.fail("expression recursion level exceeded", this.start);
  }

  private take(): string {
    const { token } = this;
    this.operandNext = !/^[\w)]/.test(token);
    this.next();
    return token;
  }

  private comma(): bigint {
    let value = this.assignment();
    while (this.token === ",") {
      this.take();
      value = this.assignment();
    }
    return value;
  }

  private assignment(): bigint {
    this.deeper();
    if (/^[A-Za-z_]/.test(this.token)) {
      const save = { at: this.at, token: this.token, start: this.start, before: this.before };
      const name = this.token;
      this.operandNext = false;
      const subscript = this.subscript();
      this.next();
      if (ASSIGNMENT.test(this.token)) {
        const operator = this.take();
        const right = this.assignment();
        this.effort.depth--;
        return this.assign(name, subscript, operator, right);
      }
      Object.assign(this, save);
      this.afterName = true;
      this.operandNext = true;
    }
    const value = this.conditional();
    if (ASSIGNMENT.test(this.token)) this.fail("attempted assignment to non-variable", this.start);
    this.effort.depth--;
    return value;
  }

  private assign(name: string, subscript: string | null, operator: string, right: bigint): bigint {
    if (this.skip > 0) return 0n;
    let value = right;
    if (operator !== "=") value = this.apply(operator.slice(0, -1), this.read(name, subscript), right);
    value = whole(value);
    this.variables.set(name, subscript, value);
    return value;
  }

  /** `[…]` right after a name, up to its closing bracket. */
  private subscript(): string | null {
    if (this.text[this.at] !== "[") return null;
    let depth = 0;
    for (let i = this.at; i < this.text.length; i++) {
      if (this.text[i] === "[") depth++;
      else if (this.text[i] === "]" && --depth === 0) {
        const inside = this.text.slice(this.at + 1, i);
        this.at = i + 1;
        return inside;
      }
    }
    return this.fail("bad array subscript", this.at);
  }

  private conditional(): bigint {
    const condition = this.or();
    if (this.token !== "?") return condition;
    this.take();
    if (condition === 0n) this.skip++;
    const yes = this.comma();
    if (condition === 0n) this.skip--;
    if ((this.token as string) !== ":")
      this.fail("`:' expected for conditional expression", (this.token as string) === "" ? this.before : this.start);
    this.take();
    if (condition !== 0n) this.skip++;
    const no = this.assignment();
    if (condition !== 0n) this.skip--;
    return condition !== 0n ? yes : no;
  }

  private or(): bigint {
    let value = this.and();
    while (this.token === "||") {
      this.take();
      if (value !== 0n) this.skip++;
      const right = this.and();
      if (value !== 0n) this.skip--;
      value = bool(value !== 0n || right !== 0n);
    }
    return value;
  }

  private and(): bigint {
    let value = this.binary(0);
    while (this.token === "&&") {
      this.take();
      if (value === 0n) this.skip++;
      const right = this.binary(0);
      if (value === 0n) this.skip--;
      value = bool(value !== 0n && right !== 0n);
    }
    return value;
  }

  private binary(least: number): bigint {
    let value = this.power();
    for (;;) {
      const level = OPERATIONS.get(this.token)?.level ?? -1;
      if (level < least) return value;
      const operator = this.take();
      const from = this.start;
      value = this.apply(operator, value, this.binary(level + 1), from);
    }
  }

  private apply(operator: string, left: bigint, right: bigint, from = this.start): bigint {
    if ((operator === "/" || operator === "%") && right === 0n) {
      if (this.skip > 0) return 0n;
      const rest = this.text.slice(from).trimEnd();
      throw new BadArithmetic(
        `${this.text.trimStart()}: division by 0 (error token is "${rest === "" ? this.text.slice(this.before) : this.text.slice(from)}")`,
      );
    }
    return whole(OPERATIONS.get(operator)?.operation(left, right) ?? 0n);
  }

  private power(): bigint {
    const base = this.unary();
    if (this.token !== "**") return base;
    this.take();
    this.deeper();
    const exponent = this.power();
    this.effort.depth--;
    if (exponent < 0n && this.skip === 0) this.fail("exponent less than 0", this.before);
    let result = 1n;
    let factor = base;
    for (let left = BigInt.asUintN(64, exponent); left > 0n; left >>= 1n) {
      if (left & 1n) result = whole(result * factor);
      factor = whole(factor * factor);
    }
    return result;
  }

  private unary(): bigint {
    const { token } = this;
    if (token === "!" || token === "~" || token === "+" || token === "-") {
      this.deeper();
      this.take();
      const value = this.unary();
      this.effort.depth--;
      return token === "!" ? bool(value === 0n) : token === "~" ? ~value : token === "-" ? whole(-value) : value;
    }
    if (token === "++" || token === "--") {
      const step = token === "++" ? 1n : -1n;
      this.take();
      if (!/^[A-Za-z_]/.test(this.token)) {
        // `++5` is plus plus five.
        const value = this.unary();
        return value;
      }
      const name = this.token;
      const subscript = this.subscript();
      this.operandNext = false;
      this.next();
      return this.assign(name, subscript, "=", this.read(name, subscript) + step);
    }
    return this.primary();
  }

  private primary(): bigint {
    const { token, start } = this;
    if (token === "(") {
      this.take();
      const value = this.comma();
      if ((this.token as string) !== ")") this.fail("missing `)'", this.token === "" ? this.before : this.start);
      this.take();
      return value;
    }
    if (/^\d/.test(token)) {
      const value = this.number(token, start);
      this.take();
      return value;
    }
    if (/^[A-Za-z_]/.test(token)) {
      const subscript = this.subscript();
      this.operandNext = false;
      this.next();
      const { token: following } = this;
      if (following === "++" || following === "--") {
        this.take();
        this.operandNext = false;
        const value = this.read(token, subscript);
        this.assign(token, subscript, "=", value + (following === "++" ? 1n : -1n));
        return value;
      }
      return this.read(token, subscript);
    }
    return this.fail("syntax error: operand expected", token === "" ? this.before : start);
  }

  private number(token: string, start: number): bigint {
    if (/^0[xX][0-9a-fA-F]+$/.test(token)) return whole(BigInt(token));
    if (/^0[0-7]*$/.test(token)) return whole(BigInt(token === "0" ? 0 : `0o${token.slice(1)}`));
    if (/^[1-9]\d*$/.test(token)) return whole(BigInt(token));
    const based = /^(\d{1,2})#([0-9a-zA-Z@_]+)$/.exec(token);
    if (based) {
      const base = Number(based[1]);
      if (base < 2 || base > 64) this.fail("invalid arithmetic base", start);
      let value = 0n;
      for (const digit of based[2] ?? "") {
        const worth = digitOf(digit, base);
        if (worth >= base) this.fail("value too great for base", start);
        value = whole(value * BigInt(base) + BigInt(worth));
      }
      return value;
    }
    if (/^0[xX]?/.test(token) || /^\d+$/.test(token) || /^\d+[a-zA-Z_@]/.test(token))
      return this.fail("value too great for base", start);
    return this.fail("syntax error: invalid number", start);
  }

  /** What a variable's text comes to: it is an expression of its own. */
  private read(name: string, subscript: string | null): bigint {
    if (this.skip > 0) return 0n;
    const text = this.variables.get(name, subscript)?.trim() ?? "";
    if (text === "") return 0n;
    if (/^-?[1-9]\d{0,17}$|^0$/.test(text)) return BigInt(text);
    return evaluate(text, this.variables, this.effort);
  }
}

function digitOf(digit: string, base: number): number {
  if (/\d/.test(digit)) return Number(digit);
  if (/[a-z]/.test(digit)) return digit.charCodeAt(0) - 87;
  if (/[A-Z]/.test(digit)) return digit.charCodeAt(0) - (base <= 36 ? 55 : 29);
  return digit === "@" ? 62 : 63;
}
