/** Reads awk programs (POSIX awk's grammar). */
import { AwkError, type Token, lex } from "./lex.ts";
import type { AwkProgram, Expression, Output, Routine, Rule, Statement } from "./syntax.ts";

const MAX_DEPTH = 200;
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

export function parseAwk(text: string): AwkProgram {
  return new AwkParser(lex(text)).program();
}

class AwkParser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;
  /** `>` means output inside print without parentheses. */
  private noGreater = false;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  program(): AwkProgram {
    const begin: Statement[] = [];
    const end: Statement[] = [];
    const rules: Rule[] = [];
    const routines = new Map<string, Routine>();
    for (this.newlines(); this.token.kind !== "end"; this.newlines()) {
      if (this.is("keyword", "BEGIN") || this.is("keyword", "END")) {
        const list = this.next().text === "BEGIN" ? begin : end;
        if (!this.is("operator", "{")) this.fail();
        list.push(this.block());
      } else if (this.is("keyword", "function")) {
        const routine = this.routine();
        routines.set(routine.name, routine);
      } else rules.push(this.rule());
      while (this.is("operator", ";")) this.next();
    }
    return { begin, rules, end, routines };
  }

  private rule(): Rule {
    if (this.is("operator", "{")) return { pattern: null, until: null, body: this.block() };
    const pattern = this.expression();
    let until: Expression | null = null;
    if (this.take("operator", ",")) {
      this.newlines();
      until = this.expression();
    }
    return { pattern, until, body: this.is("operator", "{") ? this.block() : null };
  }

  private routine(): Routine {
    this.next();
    const name = this.next();
    if (name.kind !== "name" && name.kind !== "call") this.fail(name);
    this.expect("(");
    const parameters: string[] = [];
    while (!this.is("operator", ")")) {
      const parameter = this.next();
      if (parameter.kind !== "name") this.fail(parameter);
      parameters.push(parameter.text);
      if (!this.take("operator", ",")) break;
      this.newlines();
    }
    this.expect(")");
    this.newlines();
    return { name: name.text, parameters, body: this.block() };
  }

  private get token(): Token {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)] as Token;
  }

  private next(): Token {
    const { token } = this;
    this.at++;
    return token;
  }

  private is(kind: Token["kind"], text?: string): boolean {
    return this.token.kind === kind && (text === undefined || this.token.text === text);
  }

  private take(kind: Token["kind"], text: string): boolean {
    if (!this.is(kind, text)) return false;
    this.at++;
    return true;
  }

  private expect(operator: string): void {
    if (!this.take("operator", operator)) this.fail();
  }

  private fail(token = this.token): never {
    throw new AwkError(`syntax error at or near ${token.kind === "newline" ? "end of line" : token.text}`, token.line);
  }

  private newlines(): void {
    while (this.is("newline") || this.is("operator", ";")) this.at++;
  }

  private lineBreaks(): void {
    while (this.is("newline")) this.at++;
  }

  private block(): Statement {
    this.expect("{");
    const body: Statement[] = [];
    for (this.newlines(); !this.is("operator", "}"); this.newlines()) {
      if (this.token.kind === "end") this.fail();
      body.push(this.statement());
    }
    this.next();
    return { is: "block", body };
  }

  private statement(): Statement {
    if (++this.depth > MAX_DEPTH) throw new AwkError("program too deeply nested", this.token.line);
    const statement = this.oneStatement();
    this.depth--;
    return statement;
  }

  private terminated(statement: Statement): Statement {
    if (this.is("operator", "}")) return statement;
    if (!this.is("newline") && !this.is("operator", ";") && this.token.kind !== "end") this.fail();
    if (this.token.kind !== "end") this.at++;
    return statement;
  }

  /** The body of a loop or branch, which may stand on the next line. */
  private body(): Statement {
    this.lineBreaks();
    if (this.take("operator", ";")) return { is: "block", body: [] };
    return this.statement();
  }

  private oneStatement(): Statement {
    const { token } = this;
    if (token.kind === "operator" && token.text === "{") return this.block();
    if (token.kind !== "keyword" || token.text === "getline") return this.terminated(this.simple());
    switch (token.text) {
      case "if": {
        this.next();
        const test = this.parenthesised();
        const yes = this.body();
        const before = this.at;
        this.newlines();
        if (this.take("keyword", "else")) return { is: "if", test, yes, no: this.body() };
        this.at = before;
        return { is: "if", test, yes, no: null };
      }
      case "while": {
        this.next();
        const test = this.parenthesised();
        return { is: "while", test, body: this.body(), first: false };
      }
      case "do": {
        this.next();
        const body = this.body();
        this.newlines();
        if (!this.take("keyword", "while")) this.fail();
        return this.terminated({ is: "while", test: this.parenthesised(), body, first: true });
      }
      case "for":
        return this.loop();
      case "break":
      case "continue":
      case "next":
      case "nextfile":
        this.next();
        return this.terminated({ is: token.text });
      case "exit":
      case "return": {
        this.next();
        const bare =
          this.is("newline") || this.is("operator", ";") || this.is("operator", "}") || this.token.kind === "end";
        return this.terminated({ is: token.text, value: bare ? null : this.expression() });
      }
      default:
        return this.terminated(this.simple());
    }
  }

  private loop(): Statement {
    this.next();
    this.expect("(");
    if (
      this.is("name") &&
      this.tokens[this.at + 1]?.text === "in" &&
      this.tokens[this.at + 2]?.kind === "name" &&
      this.tokens[this.at + 3]?.text === ")"
    ) {
      const variable = this.next().text;
      this.next();
      const array = this.next().text;
      this.next();
      return { is: "for in", variable, array, body: this.body() };
    }
    const start = this.is("operator", ";") ? null : this.simple();
    this.expect(";");
    this.lineBreaks();
    const test = this.is("operator", ";") ? null : this.expression();
    this.expect(";");
    this.lineBreaks();
    const step = this.is("operator", ")") ? null : this.simple();
    this.expect(")");
    return { is: "for", start, test, step, body: this.body() };
  }

  private parenthesised(): Expression {
    this.expect("(");
    const inner = this.expression();
    this.expect(")");
    return inner;
  }

  private simple(): Statement {
    if (this.is("keyword", "print") || this.is("keyword", "printf")) return this.printing();
    if (this.take("keyword", "delete")) {
      const array = this.next();
      if (array.kind !== "name") this.fail(array);
      if (!this.take("operator", "[")) return { is: "delete", array: array.text, subscripts: null };
      const subscripts = this.list("]");
      return { is: "delete", array: array.text, subscripts };
    }
    return { is: "expression", value: this.expression() };
  }

  private printing(): Statement {
    const is = this.next().text as "print" | "printf";
    let args: Expression[] = [];
    const ends = () =>
      ["newline", "end"].includes(this.token.kind) ||
      (this.token.kind === "operator" && [";", "}", ">", ">>", "|"].includes(this.token.text));
    const grouping = this.is("operator", "(") ? this.groupedList() : undefined;
    if (grouping && ends()) args = grouping;
    else if (!ends()) {
      if (grouping) this.at = this.mark;
      const before = this.noGreater;
      this.noGreater = true;
      do {
        this.lineBreaks();
        args.push(this.expression());
      } while (this.take("operator", ","));
      this.noGreater = before;
    }
    let output: Output | null = null;
    if (this.token.kind === "operator" && [">", ">>", "|"].includes(this.token.text)) {
      const how = this.next().text as Output["how"];
      output = { how, to: how === "|" ? this.concatenation() : this.concatenationOnce() };
    }
    return { is, args, output };
  }

  private mark = 0;

  /** `(a, b)` after print; where it turns out to be the start of an expression, parsing begins again at the mark. */
  private groupedList(): Expression[] {
    this.mark = this.at;
    this.next();
    const before = this.noGreater;
    this.noGreater = false;
    const all = this.list(")");
    this.noGreater = before;
    return all;
  }

  /** Expressions up to a closing bracket, which is taken. */
  private list(close: string): Expression[] {
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

  private expression(): Expression {
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

  private concatenation(): Expression {
    let left = this.additive();
    while (this.startsOperand() && !(this.token.kind === "operator" && ["-", "+"].includes(this.token.text))) {
      left = { is: "binary", operator: " ", left, right: this.additive() };
    }
    return left;
  }

  /** The target of an output redirection binds tighter than concatenation. */
  private concatenationOnce(): Expression {
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
