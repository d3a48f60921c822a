/**
 * The grammar of the shell, only to say what is wrong with a text and where, as bash does: the tree that is run comes from
 * the parser, which goes on over mistakes and so knows less of them. What both let pass is run.
 */
import { type Tokens, conditional } from "./conditional.ts";
import { Scanner, type Token } from "./scanner.ts";
import { TooDeep, type Trouble, Troubled } from "./trouble.ts";

export interface Misread {
  readonly trouble: Trouble;
  /** Where the commands begin that were read together with what is wrong; those before it run first. */
  readonly start: number;
}

/** Commands inside each other. */
const MAX_DEPTH = 300;

const RESERVED = new Set(
  "if then else elif fi while until do done for in case esac select function { } [[ ]] ! time coproc".split(" "),
);
const REDIRECTION = /^(?:&>>?|<<<|<<-?|>>|[<>]&|<>|>\||[<>])$/;
const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[.*\])?\+?=/s;
const DECLARES = /^(?:alias|declare|export|local|readonly|typeset)$/;
const COMPOUND_AFTER_NAME = /[\w-]+[ \t]+(?:[({]|\[\[|(?:if|while|until|for|case|select)\b)/y;

/** What is wrong with a script, or `null`. */
export function misread(text: string): Misread | null {
  const grammar = new Grammar(text);
  try {
    grammar.script();
    return null;
  } catch (error) {
    if (error instanceof Troubled) return { trouble: error.trouble, start: grammar.start };
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

class Grammar {
  /** Where the line of commands begins that is being read. */
  start = 0;
  private readonly scanner: Scanner;
  private ahead: Token | null = null;
  /** A word that comes now may assign. */
  private assigns = true;
  private depth = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text, () => this.substituted());
  }

  script(): void {
    for (;;) {
      this.newlines();
      const first = this.peek();
      if (first.kind === "end") return;
      this.start = first.pos;
      this.andOr();
      while (this.takes(";") || this.takes("&")) {
        const { kind } = this.peek();
        if (kind === "newline" || kind === "end") break;
        this.andOr();
      }
      const { kind } = this.peek();
      if (kind !== "newline" && kind !== "end") this.unexpected();
    }
  }

  private peek(): Token {
    this.ahead ??= this.scanner.token(this.assigns);
    return this.ahead;
  }

  private next(): Token {
    const token = this.peek();
    this.ahead = null;
    this.assigns = true;
    return token;
  }

  private deeper(read: () => void): void {
    if (++this.depth > MAX_DEPTH) throw new TooDeep();
    read();
    this.depth--;
  }

  private unexpected(): never {
    return this.scanner.unexpected(this.peek());
  }

  private operator(text: string): boolean {
    const token = this.peek();
    return token.kind === "operator" && token.text === text;
  }

  private takes(operator: string): boolean {
    if (!this.operator(operator)) return false;
    this.next();
    return true;
  }

  private keyword(word: string): boolean {
    const token = this.peek();
    return token.kind === "word" && token.text === word;
  }

  private takesWord(word: string): boolean {
    if (!this.keyword(word)) return false;
    this.next();
    return true;
  }

  private expect(word: string): void {
    if (!this.takesWord(word)) this.unexpected();
  }

  private word(): Token {
    if (this.peek().kind !== "word") this.unexpected();
    const token = this.next();
    this.assigns = false;
    return token;
  }

  private newlines(): void {
    while (this.peek().kind === "newline") this.next();
  }

  /** The commands of a substitution, with its `)`. The token ahead, when there is one, is of the outer text. */
  private substituted(): void {
    const { ahead, assigns } = this;
    this.ahead = null;
    this.assigns = true;
    this.deeper(() => {
      this.newlines();
      if (!this.operator(")")) this.list();
      if (!this.operator(")")) this.unexpected();
    });
    this.ahead = ahead;
    this.assigns = assigns;
  }

  /** Commands between keywords: at least one. */
  private list(): void {
    this.newlines();
    for (;;) {
      this.andOr();
      if (!this.takes(";") && !this.takes("&") && this.peek().kind !== "newline") return;
      this.newlines();
      if (!this.begins()) return;
    }
  }

  /** Whether a command can begin here. A keyword that ends one can't, nor can an operator but `(` and redirections. */
  private begins(): boolean {
    const token = this.peek();
    if (token.kind === "operator") return token.text === "(" || REDIRECTION.test(token.text);
    if (token.kind !== "word") return token.kind === "number";
    return !/^(?:then|else|elif|fi|do|done|in|esac|\}|\]\])$/.test(token.text);
  }

  private andOr(): void {
    this.pipeline();
    while (this.takes("&&") || this.takes("||")) {
      this.newlines();
      this.pipeline();
    }
  }

  private pipeline(): void {
    while (this.keyword("!") || this.keyword("time")) {
      const { text } = this.next();
      if (text === "time") while (this.keyword("-p") || this.keyword("--")) this.next();
      const { kind } = this.peek();
      if (kind === "newline" || kind === "end" || this.operator(";")) return;
    }
    this.command();
    while (this.takes("|") || this.takes("|&")) {
      this.newlines();
      this.command();
    }
  }

  private command(): void {
    this.deeper(() => {
      if (!this.begins()) this.unexpected();
      const token = this.peek();
      if (this.operator("(") || (token.kind === "word" && RESERVED.has(token.text))) {
        if (this.keyword("function")) this.definition();
        else if (this.takesWord("coproc")) this.coprocess();
        else this.compound();
        this.redirections();
      } else this.simple();
    });
  }

  private redirections(): void {
    let any = false;
    while (this.redirection()) any = true;
    // After the word of a redirection there are no keywords.
    if (any && this.peek().kind === "word") this.unexpected();
  }

  private redirection(): boolean {
    if (this.peek().kind === "number") this.next();
    const token = this.peek();
    if (token.kind !== "operator" || !REDIRECTION.test(token.text)) return false;
    this.next();
    this.assigns = false;
    const target = this.peek();
    // `2>&3` and the like.
    if (target.kind !== "word" && target.kind !== "number") this.unexpected();
    this.next();
    if (token.text === "<<" || token.text === "<<-") this.scanner.awaitDocument(target.text, token.text === "<<-");
    return true;
  }

  private simple(): void {
    let words = 0;
    let assigns = true;
    let declares = false;
    for (;;) {
      this.assigns = assigns || declares;
      const token = this.peek();
      if (token.kind === "word") {
        this.next();
        if (!assigns || !ASSIGNMENT.test(token.text)) {
          if (assigns) declares = DECLARES.test(token.text);
          assigns = false;
        }
        words++;
        this.assigns = assigns || declares;
        if (words === 1 && this.operator("(")) {
          this.next();
          if (!this.takes(")")) this.unexpected();
          this.newlines();
          this.body();
          this.redirections();
          return;
        }
      } else if (!this.redirection()) return;
    }
  }

  private definition(): void {
    this.next();
    this.word();
    this.assigns = true;
    // `function f (…)` is either way a function.
    if (this.takes("(") && !this.takes(")")) {
      this.list();
      if (!this.takes(")")) this.unexpected();
      return;
    }
    this.newlines();
    this.body();
  }

  /** What a function does: a compound command. */
  private body(): void {
    const token = this.peek();
    const keyword =
      token.kind === "word" && RESERVED.has(token.text) && !/^(?:!|time|coproc|function)$/.test(token.text);
    if (!keyword && !this.operator("(")) this.unexpected();
    this.compound();
  }

  private coprocess(): void {
    const token = this.peek();
    COMPOUND_AFTER_NAME.lastIndex = token.pos;
    if (token.kind === "word" && !RESERVED.has(token.text) && COMPOUND_AFTER_NAME.test(this.scanner.text)) {
      this.next();
      this.compound();
    } else this.command();
  }

  private compound(): void {
    if (!this.begins()) this.unexpected();
    const token = this.next();
    switch (token.text) {
      case "if":
        this.conditionAndBody("then");
        while (this.takesWord("elif")) this.conditionAndBody("then");
        if (this.takesWord("else")) this.list();
        this.expect("fi");
        break;
      case "while":
      case "until":
        this.conditionAndBody("do");
        this.expect("done");
        break;
      case "for":
      case "select":
        this.loop(token.text === "for");
        break;
      case "case":
        this.cases();
        break;
      case "{":
        this.list();
        this.expect("}");
        break;
      case "(":
        this.parenthesis(token);
        break;
      case "[[":
        this.assigns = false;
        conditional(this.wordsAhead());
        break;
      default:
        this.scanner.unexpected(token);
    }
  }

  /** In a conditional command nothing assigns. */
  private wordsAhead(): Tokens {
    const peek = (): Token => {
      this.assigns = false;
      return this.peek();
    };
    const next = (): Token => {
      const token = peek();
      this.next();
      this.assigns = false;
      return token;
    };
    return { peek, next, expression: () => this.scanner.expression(), deeper: (read) => this.deeper(read) };
  }

  private conditionAndBody(keyword: string): void {
    this.list();
    this.expect(keyword);
    this.list();
  }

  /** `((…))` when both parentheses close together, a subshell otherwise. */
  private parenthesis(token: Token): void {
    const { scanner } = this;
    if (scanner.text[token.end] === "(" && scanner.at === token.end) {
      scanner.at++;
      scanner.matched("(", ")", false);
      if (scanner.text[scanner.at] === ")") {
        scanner.at++;
        return;
      }
      scanner.at = token.end;
    }
    this.list();
    if (!this.takes(")")) this.unexpected();
  }

  private loop(counts: boolean): void {
    const { scanner } = this;
    if (counts && this.operator("(")) {
      const token = this.next();
      if (scanner.text[token.end] !== "(") this.scanner.unexpected(token);
      scanner.at = token.end + 1;
      scanner.matched("(", ")", false);
      scanner.matched("(", ")", false);
      this.counted(token.pos, scanner.text.slice(token.pos, scanner.at));
      this.takes(";");
      this.newlines();
    } else {
      this.word();
      this.assigns = true;
      const bare = this.takes(";");
      this.newlines();
      if (!bare && this.takesWord("in")) {
        this.assigns = false;
        while (this.peek().kind === "word") this.word();
        if (!this.takes(";") && this.peek().kind !== "newline") this.unexpected();
        this.newlines();
      }
    }
    if (this.takesWord("{")) {
      this.list();
      this.expect("}");
    } else {
      this.expect("do");
      this.list();
      this.expect("done");
    }
  }

  /** `for ((a; b; c))` has three parts. */
  private counted(pos: number, text: string): void {
    const parts = text.split(";").length;
    if (parts === 3) return;
    const first = parts < 3 ? "syntax error: arithmetic expression required" : "syntax error: `;' unexpected";
    const lines = [first, `syntax error: \`${text}'`];
    throw new Troubled({ kind: "words", lines, pos, failed: true, unfinished: false });
  }

  private cases(): void {
    this.word();
    this.newlines();
    this.expect("in");
    for (;;) {
      this.newlines();
      if (this.takesWord("esac")) return;
      this.takes("(");
      do this.word();
      while (this.takes("|"));
      if (!this.takes(")")) this.unexpected();
      this.newlines();
      if (this.begins()) this.list();
      if (this.takes(";;") || this.takes(";&") || this.takes(";;&")) continue;
      this.expect("esac");
      return;
    }
  }
}
