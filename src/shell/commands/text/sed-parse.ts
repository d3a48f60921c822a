/** Reads the programs of `sed`. */
import { BadExpression, Expression } from "../../regex.ts";
import { largest } from "../../../engine/lists.ts";

export type Address =
  | { readonly line: number }
  | { readonly last: true }
  | { readonly first: number; readonly step: number }
  /** Of lines, `null` is the expression that was used last. */
  | { readonly expression: Expression | null }
  /** Second addresses only: so many lines more, or up to a multiple. */
  | { readonly more: number }
  | { readonly multiple: number };

export interface SedCommand {
  readonly from: Address | null;
  readonly to: Address | null;
  readonly negated: boolean;
  readonly verb: string;
  /** Text of a, i, c; label of b, t, T, :; file of r, w; exit status of q, Q. */
  readonly text: string;
  readonly substitution: Substitution | null;
  /** Characters of y. */
  readonly map: ReadonlyMap<string, string> | null;
  /** Where `}` of a `{` is, or where a branch goes. */
  target: number;
  /** In a range since an earlier line; where it ends by number. */
  active: boolean;
  until: number;
}

export interface Substitution {
  readonly expression: Expression | null;
  readonly replacement: readonly Piece[];
  readonly global: boolean;
  readonly nth: number;
  readonly print: boolean;
  readonly file: string | null;
}
/** Part of a replacement: text, a group (0 is the match), or a change of case for what follows. */
export type Piece =
  | { readonly text: string }
  | { readonly group: number }
  | { readonly fold: "U" | "L" | "u" | "l" | "E" };

const MAX_COMMANDS = 2_000;

export class Program {
  readonly commands: SedCommand[] = [];
  private readonly text: string;
  private readonly extended: boolean;
  private at = 0;

  constructor(text: string, extended: boolean) {
    this.text = text;
    this.extended = extended;
    const open: number[] = [];
    for (this.blanks(true); this.at < this.text.length; this.blanks(true)) {
      if (this.commands.length >= MAX_COMMANDS) throw this.wrong("too many commands");
      const command = this.command();
      if (command.verb === "{") open.push(this.commands.length);
      if (command.verb === "}") {
        const start = open.pop();
        if (start === undefined) throw this.wrong("unexpected `}'");
        (this.commands[start] as SedCommand).target = this.commands.length;
      }
      this.commands.push(command);
    }
    if (open.length > 0) throw new BadExpression("-e expression #1, char 0: unmatched `{'");
    for (const command of this.commands) {
      if (!"btT".includes(command.verb)) continue;
      const label = this.commands.findIndex((each) => each.verb === ":" && each.text === command.text);
      if (command.text !== "" && label < 0)
        throw new BadExpression(
          `-e expression #1, char ${this.text.length}: can't find label for jump to \`${command.text}'`.replace(
            /^.*: can't/,
            "can't",
          ),
        );
      command.target = command.text === "" ? this.commands.length : label;
    }
  }

  private wrong(message: string): BadExpression {
    return new BadExpression(`-e expression #1, char ${Math.max(0, this.at)}: ${message}`);
  }

  private blanks(withSeparators: boolean): void {
    const skipped = (withSeparators ? /^[\s;]*/ : /^[ \t]*/).exec(this.text.slice(this.at));
    this.at += skipped?.[0].length ?? 0;
    if (withSeparators && this.text[this.at] === "#") {
      const end = this.text.indexOf("\n", this.at);
      this.at = end < 0 ? this.text.length : end + 1;
      this.blanks(true);
    }
  }

  private command(): SedCommand {
    const from = this.address();
    let to: Address | null = null;
    this.blanks(false);
    if (from && this.text[this.at] === ",") {
      this.at++;
      this.blanks(false);
      to = this.secondAddress();
    }
    this.blanks(false);
    let negated = false;
    while (this.text[this.at] === "!") {
      this.at++;
      negated = true;
      this.blanks(false);
    }
    const verb = this.text[this.at++];
    if (verb === undefined) throw this.wrong("missing command");
    if (verb === "}" && from) throw this.wrong("} doesn't want any addresses".replace("} doesn't", "} doesn't"));
    if (verb === ":" && from) throw this.wrong(": doesn't want any addresses");
    let text = "";
    let substitution: Substitution | null = null;
    let map: Map<string, string> | null = null;
    if ("aic".includes(verb)) text = this.lines();
    else if (":btT".includes(verb)) text = this.label(verb);
    else if ("rRwW".includes(verb)) text = this.restOfLine(true);
    else if ("qQl".includes(verb)) text = /^[ \t]*(\d*)/.exec(this.text.slice(this.at))?.[1] ?? "";
    else if (verb === "s") substitution = this.substitution();
    else if (verb === "y") map = this.characters();
    else if (!"{}=dDgGhHnNpPxzF".includes(verb)) throw this.wrong(`unknown command: \`${verb}'`);
    if ("qQl".includes(verb)) this.at += /^[ \t]*\d*/.exec(this.text.slice(this.at))?.[0].length ?? 0;
    if (!"{aic:btTrRwW".includes(verb)) this.end(verb);
    return { from, to, negated, verb, text, substitution, map, target: -1, active: false, until: 0 };
  }

  private end(verb: string): void {
    if (verb === "s" && this.text[this.at - 1] === "\n") return;
    this.blanks(false);
    const next = this.text[this.at];
    if (next !== undefined && !";\n}#".includes(next))
      throw this.wrong(verb === "s" ? "unknown option to `s'" : "extra characters after command");
  }

  private address(): Address | null {
    const step = /^(\d+)~(\d+)/.exec(this.text.slice(this.at));
    if (step) {
      this.at += step[0].length;
      return { first: Number(step[1]), step: Number(step[2]) };
    }
    const number = /^\d+/.exec(this.text.slice(this.at))?.[0];
    if (number !== undefined) {
      this.at += number.length;
      return { line: Number(number) };
    }
    const character = this.text[this.at];
    if (character === "$") {
      this.at++;
      return { last: true };
    }
    if (character !== "/" && character !== "\\") return null;
    this.at++;
    const delimiter = character === "\\" ? (this.text[this.at++] ?? "") : "/";
    const source = this.upTo(delimiter, true);
    if (source === undefined) throw this.wrong("unterminated address regex");
    const flags = /^[IM]*/.exec(this.text.slice(this.at))?.[0] ?? "";
    this.at += flags.length;
    return { expression: this.expression(source, flags) };
  }

  private secondAddress(): Address {
    const relative = /^([+~])(\d+)/.exec(this.text.slice(this.at));
    if (relative) {
      this.at += relative[0].length;
      return relative[1] === "+" ? { more: Number(relative[2]) } : { multiple: Number(relative[2]) };
    }
    const address = this.address();
    if (!address) throw this.wrong("unexpected `,'");
    return address;
  }

  private expression(source: string, flags: string): Expression | null {
    if (source === "") return null;
    try {
      return new Expression(source, {
        extended: this.extended,
        ignoreCase: /i/i.test(flags),
        multiline: /m/i.test(flags),
      });
    } catch (error) {
      throw error instanceof BadExpression ? this.wrong(error.message) : error;
    }
  }

  /** Text up to a delimiter that no backslash precedes; `undefined` where there is none. Brackets hide delimiters in expressions. */
  private upTo(delimiter: string, isExpression: boolean): string | undefined {
    let part = "";
    while (this.at < this.text.length) {
      const character = this.text[this.at] as string;
      if (character === delimiter) {
        this.at++;
        return part;
      }
      if (character === "\\" && this.at + 1 < this.text.length) {
        const next = this.text[this.at + 1] as string;
        part += next === delimiter ? (isExpression && /[.*[\]^$+?(){}|]/.test(next) ? `\\${next}` : next) : `\\${next}`;
        this.at += 2;
        continue;
      }
      if (character === "[" && isExpression) {
        const set = /^\[\^?\]?(?:\[[:.=].*?[:.=]\]|[^\]])*\]/s.exec(this.text.slice(this.at));
        if (set) {
          part += set[0];
          this.at += set[0].length;
          continue;
        }
      }
      if (character === "\n" && isExpression) return undefined;
      part += character;
      this.at++;
    }
    return undefined;
  }

  private substitution(): Substitution {
    const delimiter = this.text[this.at++] ?? "";
    if (delimiter === "" || delimiter === "\n" || delimiter === "\\") throw this.wrong("unterminated `s' command");
    const source = this.upTo(delimiter, true);
    const replacement = source === undefined ? undefined : this.upTo(delimiter, false);
    if (source === undefined || replacement === undefined) {
      this.at = this.text.length;
      throw this.wrong("unterminated `s' command");
    }
    const flags = /^[gpiIemM\d]*/.exec(this.text.slice(this.at))?.[0] ?? "";
    this.at += flags.length;
    let file: string | null = null;
    if (this.text[this.at] === "w") {
      this.at++;
      file = this.restOfLine(true);
    }
    const nth = /\d+/.exec(flags)?.[0];
    if (nth !== undefined && Number(nth) === 0) throw this.wrong("number option to `s' command may not be zero");
    const expression = this.expression(source, flags);
    const pieces = replacementPieces(replacement);
    const highest = largest(
      pieces.map((piece) => ("group" in piece ? piece.group : 0)),
      0,
    );
    if (expression && highest > expression.groups)
      throw this.wrong(`invalid reference \\${highest} on \`s' command's RHS`);
    return {
      expression,
      replacement: pieces,
      global: flags.includes("g"),
      nth: Number(nth ?? 1),
      print: flags.includes("p"),
      file,
    };
  }

  private characters(): Map<string, string> {
    const delimiter = this.text[this.at++] ?? "";
    const from = this.upTo(delimiter, false);
    const to = from === undefined ? undefined : this.upTo(delimiter, false);
    if (from === undefined || to === undefined) throw this.wrong("unterminated `y' command");
    const plain = (text: string): string[] => [
      ...text.replace(/\\(.)/gs, (_, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c)),
    ];
    const [a, b] = [plain(from), plain(to)];
    if (a.length !== b.length) throw this.wrong("strings for `y' command are different lengths");
    return new Map(a.map((character, i) => [character, b[i] as string]));
  }

  /** Text of a, i and c: on the same line, or on lines that backslashes continue. */
  private lines(): string {
    this.blanks(false);
    if (this.text[this.at] === "\\") {
      this.at++;
      const newline = /^[ \t]*\n/.exec(this.text.slice(this.at));
      if (newline) this.at += newline[0].length;
    }
    if (this.at >= this.text.length) throw this.wrong("expected \\ after `a', `c' or `i'");
    let text = "";
    while (this.at < this.text.length && this.text[this.at] !== "\n") {
      if (this.text[this.at] === "\\" && this.at + 1 < this.text.length) {
        const next = this.text[this.at + 1] as string;
        text += next === "t" ? "\t" : next;
        this.at += 2;
      } else text += this.text[this.at++];
    }
    this.at++;
    return `${text}\n`;
  }

  private label(verb: string): string {
    this.blanks(false);
    const label = (verb === ":" ? /^[^\n;]*/ : /^[^\n;}]*/).exec(this.text.slice(this.at))?.[0] ?? "";
    this.at += label.length;
    if (verb === ":" && label.trim() === "") throw this.wrong('":" lacks a label');
    return label.trim();
  }

  private restOfLine(needed: boolean): string {
    this.blanks(false);
    const end = this.text.indexOf("\n", this.at);
    const rest = this.text.slice(this.at, end < 0 ? undefined : end);
    this.at += rest.length;
    if (needed && rest === "") throw this.wrong("missing filename in r/R/w/W commands");
    return rest;
  }
}

function replacementPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let plain = "";
  const put = (piece: Piece) => {
    if (plain !== "") pieces.push({ text: plain });
    plain = "";
    pieces.push(piece);
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === "&") put({ group: 0 });
    else if (character !== "\\" || i + 1 >= text.length) plain += character;
    else {
      const next = text[++i] as string;
      if (/\d/.test(next)) put({ group: Number(next) });
      else if ("ULulE".includes(next)) put({ fold: next as "U" });
      else plain += next === "n" ? "\n" : next === "t" ? "\t" : next;
    }
  }
  if (plain !== "") pieces.push({ text: plain });
  return pieces;
}
