/** `bc`: a calculator with as many digits as are wanted, its variables and control statements. */
import { absolute } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, cannotOpen, complain, optionError, options, print, usage } from "../output.ts";
import { Writer } from "../sources.ts";

/** A decimal number: `digits` / 10^`scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}
class BcError extends Error {}
class Quit extends Error {}

const MAX_SCALE = 1000;
const MAX_DIGITS = 20_000;
const ZERO: Decimal = { digits: 0n, scale: 0 };
const power10 = (n: number): bigint => 10n ** BigInt(n);
const atScale = ({ digits, scale }: Decimal, wanted: number): Decimal => ({
  digits: wanted >= scale ? digits * power10(wanted - scale) : digits / power10(scale - wanted),
  scale: wanted,
});

export function* bc(context: CommandContext): Running<number> {
  const given = options(context.args, "lqisw", {
    mathlib: "l",
    quiet: "q",
    interactive: "i",
    standard: "s",
    warn: "w",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const out = new Writer((text) => print(context, text));
  const machine = new Calculator(given.flags.has("l") ? 20 : 0);
  const feed = function* (text: string): Running<boolean> {
    context.state.budget.text(text.length * 8);
    try {
      for (const line of machine.run(text, context)) yield* out.put(line);
    } catch (error) {
      if (error instanceof Quit) return false;
      if (!(error instanceof BcError)) throw error;
      yield* out.flush();
      yield* context.std.err.write(`(standard_in) 1: ${error.message}\n`);
    }
    yield* out.flush();
    return true;
  };
  for (const path of given.rest) {
    const read = context.state.system.files.read(absolute(context.state, path));
    if ("errno" in read)
      return yield* complain(
        context,
        `File ${path} is unavailable.`.replace("File", cannotOpen(context, path, read.errno) === "" ? "" : "File"),
      );
    if (!(yield* feed(read.text))) return 0;
  }
  if (context.std.in.isTerminal) {
    for (let line = yield* context.std.in.line(); line !== undefined; line = yield* context.std.in.line())
      if (!(yield* feed(`${line}\n`))) return 0;
  } else yield* feed(yield* context.std.in.rest());
  return out.status;
}

type Token = { readonly kind: "number" | "name" | "operator" | "string" | "end"; readonly text: string };
const KEYWORDS = new Set([
  "if",
  "else",
  "while",
  "for",
  "break",
  "continue",
  "quit",
  "halt",
  "define",
  "return",
  "auto",
  "print",
  "length",
  "sqrt",
  "scale",
  "read",
]);
const MOST_STEPS = 2_000_000;

class Calculator {
  private readonly variables = new Map<string, Decimal>();
  private readonly arrays = new Map<string, Map<number, Decimal>>();
  private readonly functions = new Map<
    string,
    {
      readonly parameters: readonly string[];
      readonly autos: readonly string[];
      readonly from: number;
      readonly tokens: readonly Token[];
    }
  >();
  private scale: number;
  private ibase = 10;
  private obase = 10;
  private tokens: readonly Token[] = [];
  private at = 0;
  private out: string[] = [];
  private steps = 0;
  private depth = 0;
  private flow: "go" | "break" | "continue" | "return" = "go";
  private result: Decimal = ZERO;
  private last: Decimal = ZERO;

  constructor(scale: number) {
    this.scale = scale;
  }

  /** Runs a text; what it prints, line by line. */
  *run(text: string, context: CommandContext): Iterable<string> {
    this.tokens = lex(text);
    this.at = 0;
    while (this.token.kind !== "end") {
      this.out = [];
      this.steps = 0;
      if (!this.skip()) this.statement(true);
      context.state.budget.text(this.steps * 16);
      yield* this.out;
    }
  }

  private get token(): Token {
    return this.tokens[this.at] ?? { kind: "end", text: "" };
  }

  private is(text: string): boolean {
    return this.token.kind !== "string" && this.token.kind !== "number" && this.token.text === text;
  }

  private take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) this.fail();
  }

  private fail(): never {
    // The rest of the line is passed over.
    while (this.token.kind !== "end" && !this.is("\n")) this.at++;
    throw new BcError("syntax error");
  }

  private skip(): boolean {
    let any = false;
    while (this.is("\n") || this.is(";")) {
      this.at++;
      any = true;
    }
    return any;
  }

  private step(): void {
    if (++this.steps > MOST_STEPS) throw new BcError("interrupted: too many steps");
  }

  private statement(run: boolean): void {
    this.step();
    if (++this.depth > 300) throw new BcError("too deeply nested");
    this.oneStatement(run);
    this.depth--;
  }

  private oneStatement(run: boolean): void {
    const { token } = this;
    if (token.kind === "string") {
      this.at++;
      if (run) this.out.push(token.text);
      return;
    }
    switch (token.kind === "name" ? token.text : token.kind === "operator" ? token.text : "") {
      case "{":
        this.at++;
        for (this.skip(); !this.take("}"); this.skip()) {
          if (this.token.kind === "end") this.fail();
          this.statement(run && this.flow === "go");
        }
        return;
      case "quit":
      case "halt":
        this.at++;
        if (run) throw new Quit();
        return;
      case "break":
      case "continue":
        this.at++;
        if (run) this.flow = token.text as "break";
        return;
      case "return":
        this.at++;
        this.result = ZERO;
        if (!this.is("\n") && !this.is(";") && !this.is("}")) {
          const value = this.expression(run);
          if (run) this.result = value;
        }
        if (run) this.flow = "return";
        return;
      case "if": {
        this.at++;
        this.expect("(");
        const test = this.expression(run).digits !== 0n;
        this.expect(")");
        while (this.is("\n")) this.at++;
        this.statement(run && test);
        const before = this.at;
        this.skip();
        if (this.take("else")) {
          while (this.is("\n")) this.at++;
          this.statement(run && !test && this.flow === "go");
        } else this.at = before;
        return;
      }
      case "while":
        return this.loop(run, false);
      case "for":
        return this.loop(run, true);
      case "define":
        return this.define();
      case "print":
        this.at++;
        do {
          if (this.token.kind === "string") {
            if (run) this.out.push(this.token.text.replace(/\\n/g, "\n").replace(/\\t/g, "\t"));
            this.at++;
          } else {
            const value = this.expression(run);
            if (run) this.out.push(this.show(value));
          }
        } while (this.take(","));
        return;
      default: {
        const assigns = this.isAssignment();
        const value = this.expression(run);
        const ends = ["\n", ";", "}", "else"].some((text) => this.is(text)) || this.token.kind === "end";
        if (!ends) this.fail();
        if (!run || assigns) return;
        this.last = value;
        this.out.push(`${wrapped(this.show(value))}\n`);
      }
    }
  }

  private isAssignment(): boolean {
    if (this.token.kind !== "name" || (KEYWORDS.has(this.token.text) && this.token.text !== "scale")) return false;
    let at = this.at + 1;
    if (this.tokens[at]?.text === "[") {
      while (this.tokens[at] && this.tokens[at]?.text !== "]") at++;
      at++;
    }
    return /^[-+*/%^]?=$/.test(this.tokens[at]?.text ?? "");
  }

  private loop(run: boolean, counted: boolean): void {
    this.at++;
    this.expect("(");
    if (counted) {
      if (!this.is(";")) this.expression(run);
      this.expect(";");
    }
    const testAt = this.at;
    let goes = counted && this.is(";") ? true : this.expression(run).digits !== 0n;
    let stepAt = 0;
    if (counted) {
      this.expect(";");
      stepAt = this.at;
      if (!this.is(")")) this.expression(false);
    }
    this.expect(")");
    while (this.is("\n")) this.at++;
    const bodyAt = this.at;
    this.statement(false);
    const endAt = this.at;
    while (run && goes && this.flow === "go") {
      this.step();
      this.at = bodyAt;
      this.statement(true);
      const flow = this.flow as string;
      if (flow === "break" || flow === "continue") this.flow = "go";
      if (flow === "break" || flow === "return") break;
      if (counted) {
        this.at = stepAt;
        if (!this.is(")")) this.expression(true);
      }
      this.at = testAt;
      goes = counted && this.is(";") ? true : this.expression(true).digits !== 0n;
    }
    this.at = endAt;
  }

  private define(): void {
    this.at++;
    const name = this.token.text;
    this.at++;
    this.expect("(");
    const parameters = this.names();
    this.expect(")");
    while (this.is("\n")) this.at++;
    this.expect("{");
    this.skip();
    const autos = this.take("auto") ? this.names() : [];
    const from = this.at;
    for (this.skip(); !this.take("}"); this.skip()) {
      if (this.token.kind === "end") this.fail();
      this.statement(false);
    }
    this.functions.set(name, { parameters, autos, from, tokens: this.tokens });
  }

  private names(): string[] {
    const names: string[] = [];
    while (this.token.kind === "name") {
      names.push(this.token.text);
      this.at++;
      if (!this.take(",")) break;
    }
    return names;
  }

  // Expressions

  private expression(run: boolean): Decimal {
    this.step();
    if (++this.depth > 300) throw new BcError("too deeply nested");
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
      left = run ? this.calculate(operator, left, right) : ZERO;
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
    return run ? this.calculate("^", left, right) : ZERO;
  }

  private calculate(operator: string, a: Decimal, b: Decimal): Decimal {
    const checked = (value: Decimal): Decimal => {
      if (value.digits > power10(MAX_DIGITS) || -value.digits > power10(MAX_DIGITS))
        throw new BcError("Runtime error: number too large");
      return value;
    };
    switch (operator) {
      case "+":
        return add(a, b, 1n);
      case "-":
        return add(a, b, -1n);
      case "*": {
        const full = { digits: a.digits * b.digits, scale: a.scale + b.scale };
        return checked(atScale(full, Math.min(full.scale, Math.max(this.scale, a.scale, b.scale))));
      }
      case "/":
        if (b.digits === 0n) throw new BcError("Runtime error: Divide by zero");
        return {
          digits: (a.digits * power10(this.scale + b.scale)) / (b.digits * power10(a.scale)),
          scale: this.scale,
        };
      case "%": {
        if (b.digits === 0n) throw new BcError("Runtime error: Modulo by zero");
        const quotient = this.calculate("/", a, b);
        const scale = Math.max(this.scale + b.scale, a.scale);
        return add(
          atScale(a, scale),
          atScale({ digits: quotient.digits * b.digits, scale: quotient.scale + b.scale }, scale),
          -1n,
        );
      }
      default: {
        const exponent = Number(atScale(b, 0).digits);
        if (Math.abs(exponent) > 20_000) throw new BcError("Runtime error: exponent too large");
        const size = Math.abs(exponent);
        if (a.digits.toString().length * size > MAX_DIGITS) throw new BcError("Runtime error: number too large");
        const full = { digits: a.digits ** BigInt(size), scale: a.scale * size };
        if (exponent < 0) return this.calculate("/", { digits: 1n, scale: 0 }, full);
        return checked(atScale(full, Math.min(full.scale, Math.max(this.scale, a.scale))));
      }
    }
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
      return this.assign(run, token.text === "++" ? "+=" : "-=", { digits: 1n, scale: 0 }, this.target(run));
    }
    if (token.kind !== "name") this.fail();
    if (token.text === "length" || token.text === "sqrt") {
      this.at++;
      this.expect("(");
      const value = this.expression(run);
      this.expect(")");
      return token.text === "length"
        ? whole(Math.max(value.digits.toString().replace("-", "").length, value.scale))
        : this.root(value);
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
      this.assign(run, operator === "++" ? "+=" : "-=", { digits: 1n, scale: 0 }, target);
      return before;
    }
    return this.read(target);
  }

  private target(run: boolean): { readonly name: string; readonly index: number | null } {
    const name = this.token.text;
    if (this.token.kind !== "name") this.fail();
    this.at++;
    if (!this.take("[")) return { name, index: null };
    const index = Number(atScale(this.expression(run), 0).digits);
    this.expect("]");
    return { name, index };
  }

  private read({ name, index }: { readonly name: string; readonly index: number | null }): Decimal {
    if (index !== null) return this.arrays.get(name)?.get(index) ?? ZERO;
    if (name === "scale") return whole(this.scale);
    if (name === "ibase") return whole(this.ibase);
    if (name === "obase") return whole(this.obase);
    if (name === "last") return this.last;
    return this.variables.get(name) ?? ZERO;
  }

  private assign(
    run: boolean,
    operator: string,
    given: Decimal,
    target: { readonly name: string; readonly index: number | null },
  ): Decimal {
    if (!run) return ZERO;
    const value = operator === "=" ? given : this.calculate(operator.slice(0, -1), this.read(target), given);
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

  private call(run: boolean): Decimal {
    const name = this.token.text;
    this.at += 2;
    const args: Decimal[] = [];
    while (!this.is(")")) {
      args.push(this.expression(run));
      if (!this.take(",")) break;
    }
    this.expect(")");
    if (!run) return ZERO;
    const called = this.functions.get(name);
    if (!called) throw new BcError(`Runtime error: Function ${name} not defined.`);
    const held = [...called.parameters, ...called.autos].map((each) => [each, this.variables.get(each)] as const);
    for (const [i, parameter] of called.parameters.entries()) this.variables.set(parameter, args[i] ?? ZERO);
    for (const auto of called.autos) this.variables.set(auto, ZERO);
    const back = { tokens: this.tokens, at: this.at, flow: this.flow };
    this.tokens = called.tokens;
    this.at = called.from;
    this.flow = "go";
    this.result = ZERO;
    for (this.skip(); !this.is("}") && this.flow === "go"; this.skip()) this.statement(true);
    const { result } = this;
    [this.tokens, this.at, this.flow] = [back.tokens, back.at, back.flow];
    for (const [each, value] of held) {
      if (value) this.variables.set(each, value);
      else this.variables.delete(each);
    }
    return result;
  }

  private root(value: Decimal): Decimal {
    if (value.digits < 0n) throw new BcError("Runtime error: Square root of a negative number");
    const scale = Math.max(this.scale, value.scale);
    const target = atScale(value, scale * 2).digits;
    if (target === 0n) return { digits: 0n, scale };
    let guess = 1n << BigInt(Math.ceil(target.toString(2).length / 2));
    for (;;) {
      const next = (guess + target / guess) / 2n;
      if (next >= guess) return { digits: guess, scale };
      guess = next;
    }
  }

  private show({ digits, scale }: Decimal): string {
    const sign = digits < 0n ? "-" : "";
    const size = digits < 0n ? -digits : digits;
    if (this.obase !== 10) {
      const integer = size / power10(scale);
      return (
        sign + (this.obase <= 16 ? integer.toString(this.obase).toUpperCase() : groups(integer, BigInt(this.obase)))
      );
    }
    const text = size.toString().padStart(scale, "0");
    if (scale === 0) return sign + text;
    const integer = text.slice(0, text.length - scale);
    if (size === 0n) return "0";
    return `${sign}${integer === "0" ? "" : integer}.${text.slice(text.length - scale)}`;
  }
}

const whole = (value: number): Decimal => ({ digits: BigInt(value), scale: 0 });
const bool = (value: boolean): Decimal => ({ digits: value ? 1n : 0n, scale: 0 });

function add(a: Decimal, b: Decimal, sign: bigint): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: atScale(a, scale).digits + sign * atScale(b, scale).digits, scale };
}

function groups(value: bigint, base: bigint): string {
  const width = (base - 1n).toString().length;
  const all: string[] = [];
  for (let rest = value; rest > 0n || all.length === 0; rest /= base)
    all.unshift((rest % base).toString().padStart(width, "0"));
  return all.map((group) => ` ${group}`).join("");
}

function parseNumber(text: string, base: number): Decimal {
  const [integer = "", fraction = ""] = text.split(".");
  const digit = (character: string): bigint =>
    BigInt(Math.min(Number.parseInt(character, 36), text.length === 1 ? 35 : base - 1));
  const value = (digits: string): bigint =>
    [...digits].reduce((sum, character) => sum * BigInt(base) + digit(character), 0n);
  if (base === 10)
    return {
      digits: BigInt([...(integer + fraction)].map((character) => digit(character)).join("") || "0"),
      scale: fraction.length,
    };
  return {
    digits:
      value(integer) * power10(fraction.length) +
      (value(fraction) * power10(fraction.length)) / BigInt(base) ** BigInt(fraction.length),
    scale: fraction.length,
  };
}

/** Long numbers are continued after 68 digits. */
const wrapped = (text: string): string => (text.length <= 69 ? text : (text.match(/.{1,68}/g) ?? []).join("\\\n"));

function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at, at + 4096);
    const blank = /^(?:[ \t\r]|\\\n|#[^\n]*|\/\*[\s\S]*?\*\/)+/.exec(rest)?.[0];
    if (blank) {
      at += blank.length;
      continue;
    }
    const match =
      /^(?:(\d+\.?\d*|\.\d+|[0-9A-F]+(?:\.[0-9A-F]*)?)|([a-z]\w*)|"([^"]*)"|(\n|&&|\|\||\+\+|--|[-+*/%^]=|[=!<>]=|[-+*/%^=<>!(){}[\];,.]))/.exec(
        rest,
      );
    if (!match) throw new BcError(`illegal character: ${rest[0]}`);
    at += match[0].length;
    if (match[1] !== undefined) tokens.push({ kind: "number", text: match[1] });
    else if (match[2] !== undefined) tokens.push({ kind: "name", text: match[2] });
    else if (match[3] !== undefined) tokens.push({ kind: "string", text: match[3] });
    else tokens.push({ kind: "operator", text: match[4] as string });
  }
  if (tokens.at(-1)?.text !== "\n") tokens.push({ kind: "operator", text: "\n" });
  return tokens;
}
