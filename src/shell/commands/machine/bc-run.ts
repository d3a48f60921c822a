/** Runs the statements and functions of `bc`. */
import type { CommandContext } from "../command.ts";
import { BcError, type Decimal, ZERO, shown, wrapped } from "./bc-decimal.ts";
import { Expressions, MAX_DEPTH } from "./bc-expressions.ts";
import { KEYWORDS, type Token, lex } from "./bc-lex.ts";

export class Quit extends Error {}

interface Routine {
  readonly parameters: readonly string[];
  readonly autos: readonly string[];
  readonly from: number;
  readonly tokens: readonly Token[];
}

export class Calculator extends Expressions {
  private readonly functions = new Map<string, Routine>();
  private out: string[] = [];
  private flow: "go" | "break" | "continue" | "return" = "go";
  private result: Decimal = ZERO;

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

  private skip(): boolean {
    let any = false;
    while (this.is("\n") || this.is(";")) {
      this.at++;
      any = true;
    }
    return any;
  }

  private statement(run: boolean): void {
    this.step();
    if (++this.depth > MAX_DEPTH) throw new BcError("too deeply nested");
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
        this.loop(run, false);
        return;
      case "for":
        this.loop(run, true);
        return;
      case "define":
        this.define();
        return;
      case "print":
        this.at++;
        do {
          if (this.token.kind === "string") {
            if (run) this.out.push(this.token.text.replace(/\\n/g, "\n").replace(/\\t/g, "\t"));
            this.at++;
          } else {
            const value = this.expression(run);
            if (run) this.out.push(shown(value, this.obase));
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
        this.out.push(`${wrapped(shown(value, this.obase))}\n`);
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

  protected override call(run: boolean): Decimal {
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
}
