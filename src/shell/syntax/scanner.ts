/** Tokens of the shell's grammar, as bash's parse.y reads them, with nothing expanded and nothing kept of words but their text. */
import { TooDeep, Troubled, type Within } from "./trouble.ts";

export interface Token {
  /** A number is one that stands directly before a redirection, as does `{name}`. */
  readonly kind: "word" | "number" | "operator" | "newline" | "end";
  readonly text: string;
  readonly pos: number;
  readonly end: number;
}

const OPERATOR = /&>>|;;&|<<<|<<-|&&|\|\||\|&|;;|;&|<<|>>|<&|>&|<>|>\||&>|[|&;()<>]/y;
const ASSIGNED_ARRAY = /^[A-Za-z_]\w*(?:\[.*\])?\+?=$/s;
const SUBSCRIPTED = /[A-Za-z_]\w*\[/y;
const BEFORE_REDIRECTION = /(?:\d+|\{[A-Za-z_]\w*\})(?=[<>])/y;

/** Brackets inside each other. */
const MAX_DEPTH = 300;

interface HereDocument {
  readonly delimiter: string;
  readonly tabs: boolean;
}

export class Scanner {
  readonly text: string;
  at = 0;
  /** What is being read: in substitutions and arrays a mistake has another status. */
  within: Within = "command";
  /** Reads the list of commands of a substitution, up to and with its `)`. */
  private readonly list: () => void;
  private documents: HereDocument[] = [];
  private depth = 0;
  /** By the place after `$(` of what begins as arithmetic: where it ends, or that it is none, or what is wrong with it. */
  private readonly arithmetic = new Map<number, number | null | Troubled>();

  constructor(text: string, list: () => void) {
    this.text = text;
    this.list = list;
  }

  /** The next token. `assigns`: a word here may be an assignment, and so an array. */
  token(assigns: boolean): Token {
    this.blanks();
    const { text, at: pos } = this;
    const char = text[pos];
    if (char === undefined) return { kind: "end", text: "", pos, end: pos };
    if (char === "\n") {
      this.at++;
      this.hereDocuments();
      return { kind: "newline", text: "newline", pos, end: pos + 1 };
    }
    const substitution = (char === "<" || char === ">") && text[pos + 1] === "(";
    if (!substitution) {
      OPERATOR.lastIndex = pos;
      const [operator] = OPERATOR.exec(text) ?? [];
      if (operator !== undefined) {
        this.at = pos + operator.length;
        return { kind: "operator", text: operator, pos, end: this.at };
      }
      BEFORE_REDIRECTION.lastIndex = pos;
      const [number] = BEFORE_REDIRECTION.exec(text) ?? [];
      if (number !== undefined && text[pos + number.length + 1] !== "(") {
        this.at = pos + number.length;
        return { kind: "number", text: number, pos, end: this.at };
      }
    }
    this.word(assigns);
    return { kind: "word", text: text.slice(pos, this.at), pos, end: this.at };
  }

  /** The delimiter of a here-document was read: its text follows the line. */
  awaitDocument(word: string, tabs: boolean): void {
    this.documents.push({ delimiter: word.replace(/\\(.)|['"]/gs, "$1"), tabs });
  }

  /** A regular expression of `[[ =~ ]]`: parentheses and bars belong to it. */
  expression(): Token {
    this.blanks();
    const pos = this.at;
    for (let char = this.text[this.at]; char !== undefined && !/[ \t\n]/.test(char); char = this.text[this.at]) {
      if (char === "(") {
        this.at++;
        this.matched("(", ")", false);
      } else if (/[;&<>)]/.test(char)) break;
      else this.part();
    }
    return { kind: "word", text: this.text.slice(pos, this.at), pos, end: this.at };
  }

  /** Up to and with the closer of what was opened before; quotes and substitutions in it are wholes. */
  matched(opener: string, closer: string, quoted: boolean): void {
    const from = this.at - 1;
    if (++this.depth > MAX_DEPTH) throw new TooDeep();
    let depth = 1;
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) this.open(closer, from);
      if (char === closer && --depth === 0) break;
      if (char === opener && opener !== closer && opener !== "{") depth++;
      if (char === closer || char === opener || (char === "'" && quoted)) this.at++;
      else this.part();
    }
    this.at++;
    this.depth--;
  }

  private blanks(): void {
    const { text } = this;
    for (;;) {
      const char = text[this.at];
      if (char === " " || char === "\t") this.at++;
      else if (char === "\\" && text[this.at + 1] === "\n") this.at += 2;
      else break;
    }
    if (text[this.at] === "#") {
      const end = text.indexOf("\n", this.at);
      this.at = end < 0 ? text.length : end;
    }
  }

  private word(assigns: boolean): void {
    const { text, at: from } = this;
    SUBSCRIPTED.lastIndex = from;
    const [subscripted] = (assigns ? SUBSCRIPTED.exec(text) : null) ?? [];
    if (subscripted !== undefined) {
      this.at += subscripted.length;
      this.matched("[", "]", false);
    }
    for (let char = text[this.at]; char !== undefined; char = text[this.at]) {
      if (char === "(") {
        const before = text[this.at - 1] ?? "";
        if (this.at > from && "?*+@!".includes(before)) {
          this.at++;
          this.matched("(", ")", false);
        } else if (assigns && ASSIGNED_ARRAY.test(text.slice(from, this.at))) this.array();
        else break;
      } else if ((char === "<" || char === ">") && text[this.at + 1] === "(") {
        this.at += 2;
        this.substitution();
      } else if (/[ \t\n|&;<>)]/.test(char)) break;
      else this.part();
    }
  }

  /** `(…)` of an assignment: words and newlines. */
  private array(): void {
    const from = this.at++;
    const { within } = this;
    this.within = "array";
    for (;;) {
      const token = this.token(false);
      if (token.text === ")" && token.kind === "operator") break;
      if (token.kind === "end") this.open(")", from);
      if (token.kind === "operator" || token.kind === "number") this.unexpected(token);
    }
    this.within = within;
  }

  /** One character of a word, or what is quoted or substituted in it. */
  private part(): void {
    const { text, at } = this;
    switch (text[at]) {
      case "\\":
        this.at = Math.min(at + 2, text.length);
        break;
      case "'":
        this.upTo("'");
        break;
      case '"':
        this.double();
        break;
      case "`":
        this.escaped("`", at);
        break;
      case "$":
        this.dollar(false);
        break;
      default:
        this.at++;
    }
  }

  private upTo(closer: string): void {
    const end = this.text.indexOf(closer, this.at + 1);
    if (end < 0) this.open(closer, this.at);
    this.at = end + 1;
  }

  /** From an opener to the next closer without a backslash before it. */
  private escaped(closer: string, from: number): void {
    for (this.at++; this.text[this.at] !== closer; this.at++) {
      if (this.at >= this.text.length) this.open(closer, from);
      if (this.text[this.at] === "\\") this.at++;
    }
    this.at++;
  }

  private double(): void {
    const from = this.at++;
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) this.open('"', from);
      if (char === '"') break;
      if (char === "\\") this.at += 2;
      else if (char === "`") this.escaped("`", this.at);
      else if (char === "$") this.dollar(true);
      else this.at++;
    }
    this.at++;
  }

  private dollar(quoted: boolean): void {
    const { text } = this;
    const next = text[this.at + 1];
    this.at += 2;
    if (next === "{") this.matched("{", "}", quoted);
    else if (next === "(" && text[this.at] === "(") this.twoParentheses();
    else if (next === "(") this.substitution();
    else if (next === "'" && !quoted) {
      this.at--;
      this.escaped("'", this.at);
    } else if (next !== "$") this.at--;
  }

  /** After `$(` and before a second parenthesis: arithmetic when both close together, or when nothing does. */
  private twoParentheses(): void {
    const from = this.at;
    let end = this.arithmetic.get(from);
    if (end === undefined) {
      end = this.arithmeticEnd();
      this.arithmetic.set(from, end);
    }
    if (end instanceof Troubled) throw end;
    this.at = end ?? from;
    if (end === null) this.substitution();
  }

  private arithmeticEnd(): number | null | Troubled {
    const { depth, within } = this;
    try {
      this.at++;
      this.matched("(", ")", false);
      if (this.text[this.at] === ")") return this.at + 1;
      return this.at < this.text.length - 1 ? null : this.unclosed(this.at);
    } catch (error) {
      if (!(error instanceof Troubled)) throw error;
      this.depth = depth;
      this.within = within;
      return error;
    }
  }

  private substitution(): void {
    const { within } = this;
    this.within = "substitution";
    this.list();
    this.within = within;
  }

  private hereDocuments(): void {
    for (const { delimiter, tabs } of this.documents.splice(0)) {
      while (this.at < this.text.length) {
        const end = this.text.indexOf("\n", this.at);
        const line = this.text.slice(this.at, end < 0 ? undefined : end);
        this.at = end < 0 ? this.text.length : end + 1;
        if ((tabs ? line.replace(/^\t+/, "") : line) === delimiter) break;
      }
    }
  }

  /** Something stands where it can't. */
  unexpected(token: Token): never {
    if (token.kind === "end") {
      if (this.within === "substitution")
        throw new Troubled({ kind: "open", closer: ")", pos: token.pos, atEnd: true, within: this.within });
      throw new Troubled({ kind: "end" });
    }
    throw new Troubled({ kind: "token", token: token.text, pos: token.pos, within: this.within });
  }

  private open(closer: string, pos: number): never {
    throw this.unclosed(pos, closer);
  }

  private unclosed(pos: number, closer = ")"): Troubled {
    return new Troubled({ kind: "open", closer, pos, atEnd: false, within: this.within });
  }
}
