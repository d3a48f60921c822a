/** Reads awk programs (POSIX awk's grammar): rules, functions and statements. */
import { AwkError, lex } from "./lex.ts";
import { ExpressionParser, MAX_DEPTH } from "./parse-expression.ts";
import type { AwkProgram, Expression, Output, Routine, Rule, Statement } from "./syntax.ts";

export function parseAwk(text: string): AwkProgram {
  return new AwkParser(lex(text)).program();
}

class AwkParser extends ExpressionParser {
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
}
