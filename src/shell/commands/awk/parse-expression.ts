/** Reads the expressions of awk programs, from the loosest operators down to single values. */
import { AwkError, type Token } from "./lex.ts";
import type { Expression } from "./syntax.ts";
import { TokenStream } from "./token-stream.ts";

export const MAX_DEPTH = 200;
const BUILT_IN = new Set([
  "length",
  "substr",
  "index",
  "split",
  "sub",
  "gsub",
  "match",
  "sprintf",
  "sin",
  "cos",
  "atan2",
  "exp",
  "log",
  "sqrt",
  "int",
  "rand",
  "srand",
  "tolower",
  "toupper",
  "system",
  "close",
  "fflush",
  "systime",
  "strftime",
]);
const COMPARISONS = new Set(["<", "<=", "==", "!=", ">", ">="]);
const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "^="]);

export class ExpressionParser extends TokenStream {
  protected depth = 0;
  /** `>` means output inside print without parentheses. */
  protected noGreater = false;
  /** Where a list in parentheses began. */
  protected mark = 0;

  /** `(a, b)` after print; where it turns out to be the start of an expression, parsing begins again at the mark. */
  protected groupedList(): Expression[] {
    this.mark = this.at;
    this.next();
    const before = this.noGreater;
    this.noGreater = false;
    const all = this.list(")");
    this.noGreater = before;
    return all;
  }

  /** Expressions up to a closing bracket, which is taken. */
  protected list(close: string): Expression[] {
    const all: Expression[] = [];
    this.lineBreaks();
    while (!this.is("operator", close)) {
      all.push(this.expression());
      this.lineBreaks();
      if (!this.take("operator", ",")) break;
      this.lineBreaks();
    }
    this.expect(close);
    return all;
  }

  protected parenthesised(): Expression {
    this.expect("(");
    const inner = this.expression();
    this.expect(")");
    return inner;
  }

  protected expression(): Expression {
    if (++this.depth > MAX_DEPTH) throw new AwkError("expression too deeply nested", this.token.line);
    const value = this.assignment();
    this.depth--;
    return value;
  }

  private assignment(): Expression {
    const left = this.ternary();
    if (this.token.kind === "operator" && ASSIGNMENTS.has(this.token.text) && isTarget(left)) {
      const operator = this.next().text;
      this.lineBreaks();
      return { is: "assign", operator, target: left, value: this.expression() };
    }
    return left;
  }

  private ternary(): Expression {
    const test = this.either();
    if (!this.take("operator", "?")) return test;
    this.lineBreaks();
    const yes = this.expression();
    this.lineBreaks();
    this.expect(":");
    this.lineBreaks();
    return { is: "ternary", test, yes, no: this.expression() };
  }

  private either(): Expression {
    let left = this.both();
    while (this.take("operator", "||")) {
      this.lineBreaks();
      left = { is: "binary", operator: "||", left, right: this.both() };
    }
    return left;
  }

  private both(): Expression {
    let left = this.membership();
    while (this.take("operator", "&&")) {
      this.lineBreaks();
      left = { is: "binary", operator: "&&", left, right: this.membership() };
    }
    return left;
  }

  private membership(): Expression {
    let left = this.matching();
    while (this.take("keyword", "in")) {
      const array = this.next();
      if (array.kind !== "name") this.fail(array);
      left = { is: "in", subscripts: [left], array: array.text };
    }
    return left;
  }

  private matching(): Expression {
    let left = this.comparison();
    while (this.is("operator", "~") || this.is("operator", "!~")) {
      const negated = this.next().text === "!~";
      left = { is: "match", negated, left, right: this.comparison() };
    }
    return left;
  }

  private comparison(): Expression {
    const left = this.concatenation();
    if (
      this.token.kind === "operator" &&
      COMPARISONS.has(this.token.text) &&
      !(this.noGreater && this.token.text === ">")
    ) {
      const operator = this.next().text;
      return { is: "binary", operator, left, right: this.concatenation() };
    }
    if (this.is("operator", "|") && this.tokens[this.at + 1]?.text === "getline") return this.piped(left);
    return left;
  }

  /** `command | getline`, and again. */
  private piped(first: Expression): Expression {
    let left = first;
    while (this.is("operator", "|") && this.tokens[this.at + 1]?.text === "getline") {
      this.at += 2;
      left = { is: "getline", command: left, file: null, target: this.getlineTarget() };
    }
    return left;
  }

  private getlineTarget(): Expression | null {
    return this.is("name") || this.is("operator", "$") ? this.postfixTarget() : null;
  }

  private startsOperand(): boolean {
    const { kind, text } = this.token;
    if (kind === "number" || kind === "string" || kind === "regex" || kind === "name" || kind === "call") return true;
    return kind === "operator" && ["$", "!", "(", "-", "+", "++", "--"].includes(text);
  }

  protected concatenation(): Expression {
    let left = this.additive();
    while (this.startsOperand() && !(this.token.kind === "operator" && ["-", "+"].includes(this.token.text))) {
      left = { is: "binary", operator: " ", left, right: this.additive() };
    }
    return left;
  }

  /** The target of an output redirection binds tighter than concatenation. */
  protected concatenationOnce(): Expression {
    return this.additive();
  }

  private binaryLevel(operators: readonly string[], below: () => Expression): Expression {
    let left = below();
    while (this.token.kind === "operator" && operators.includes(this.token.text)) {
      const operator = this.next().text;
      this.lineBreaks();
      left = { is: "binary", operator, left, right: below() };
    }
    return left;
  }

  private additive(): Expression {
    return this.binaryLevel(["+", "-"], () => this.binaryLevel(["*", "/", "%"], () => this.unary()));
  }

  private unary(): Expression {
    const { token } = this;
    if (token.kind === "operator" && (token.text === "!" || token.text === "-" || token.text === "+")) {
      this.next();
      if (++this.depth > MAX_DEPTH) throw new AwkError("expression too deeply nested", token.line);
      const operand = this.unary();
      this.depth--;
      return { is: "unary", operator: token.text, operand };
    }
    return this.power();
  }

  private power(): Expression {
    const left = this.postfix();
    if (!this.take("operator", "^")) return left;
    // To the right, and tighter than a minus before it.
    return {
      is: "binary",
      operator: "^",
      left,
      right:
        this.is("operator", "-") || this.is("operator", "+") || this.is("operator", "!") ? this.unary() : this.power(),
    };
  }

  private postfixTarget(): Expression {
    return this.is("operator", "$") ? this.field() : this.primary();
  }

  private postfix(): Expression {
    const operand = this.primary();
    if (isTarget(operand) && (this.is("operator", "++") || this.is("operator", "--")))
      return { is: "step", by: this.next().text === "++" ? 1 : -1, before: false, target: operand };
    return operand;
  }

  private field(): Expression {
    this.next();
    const { token } = this;
    if (token.kind === "operator" && (token.text === "++" || token.text === "--")) {
      this.next();
      return {
        is: "field",
        index: { is: "step", by: token.text === "++" ? 1 : -1, before: true, target: this.primary() },
      };
    }
    if (token.kind === "operator" && token.text === "-") {
      this.next();
      return { is: "field", index: { is: "unary", operator: "-", operand: this.primary() } };
    }
    return { is: "field", index: this.primary() };
  }

  private primary(): Expression {
    const { token } = this;
    if (++this.depth > MAX_DEPTH) throw new AwkError("expression too deeply nested", token.line);
    const value = this.onePrimary(token);
    this.depth--;
    return value;
  }

  private onePrimary(token: Token): Expression {
    switch (token.kind) {
      case "number":
        this.next();
        return { is: "number", value: Number(token.text) };
      case "string":
        this.next();
        return { is: "string", value: token.text };
      case "regex":
        this.next();
        return { is: "regex", source: token.text };
      case "call":
        return this.call();
      case "name":
        this.next();
        if (token.text === "length" && !this.is("operator", "["))
          return { is: "call", name: "length", args: [], own: false };
        if (this.take("operator", "[")) return { is: "element", array: token.text, subscripts: this.list("]") };
        return { is: "variable", name: token.text };
      case "keyword":
        if (token.text !== "getline") break;
        this.next();
        return this.getline();
      case "operator":
        if (token.text === "$") return this.field();
        if (token.text === "++" || token.text === "--") {
          this.next();
          const target = this.postfixTarget();
          if (!isTarget(target)) this.fail();
          return { is: "step", by: token.text === "++" ? 1 : -1, before: true, target };
        }
        if (token.text === "(") return this.group();
        break;
      default:
    }
    this.fail();
  }

  private getline(): Expression {
    const target = this.getlineTarget();
    const file = this.take("operator", "<") ? this.primary() : null;
    return { is: "getline", target, file, command: null };
  }

  private group(): Expression {
    const inner = this.groupedList();
    if (inner.length === 1) return { is: "group", inner: inner[0] as Expression };
    if (inner.length > 1 && this.take("keyword", "in")) return { is: "in", subscripts: inner, array: this.next().text };
    this.fail();
  }

  private call(): Expression {
    const name = this.next().text;
    this.next();
    const before = this.noGreater;
    this.noGreater = false;
    const args = this.list(")");
    this.noGreater = before;
    return { is: "call", name, args, own: !BUILT_IN.has(name) };
  }
}

const isTarget = (expression: Expression): boolean =>
  expression.is === "variable" || expression.is === "field" || expression.is === "element";
