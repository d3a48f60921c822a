/** Reads POSIX regular expressions, basic and extended, with the extensions of the GNU tools (`\w`, `\<`, `\b`, `\+`). */
import { bracket } from "./pattern.ts";

/** Tests of a place between characters. */
export type Assertion = "start" | "end" | "line start" | "line end" | "word" | "no word" | "word start" | "word end";

export type Node =
  | { readonly is: "one"; readonly has: (character: string) => boolean; readonly literal?: string }
  | { readonly is: "assert"; readonly what: Assertion }
  | { readonly is: "empty" }
  | { readonly is: "back"; readonly number: number }
  | { readonly is: "group"; readonly number: number; readonly node: Node }
  | { readonly is: "repeat"; readonly node: Node; readonly min: number; readonly max: number }
  | { readonly is: "then" | "or"; readonly nodes: readonly Node[] };

const MAX_REPEAT = 32_767;
const MAX_DEPTH = 100;

/** An expression that cannot be read. The message is what grep says after the colon. */
export class BadExpression extends Error {}

const wordCharacter = (character: string): boolean => /\w/.test(character);
const CLASSES: Readonly<Record<string, (character: string) => boolean>> = {
  w: wordCharacter,
  W: (c) => !wordCharacter(c),
  s: (c) => /\s/.test(c),
  S: (c) => !/\s/.test(c),
};
const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  b: "word",
  B: "no word",
  "<": "word start",
  ">": "word end",
  "`": "start",
  "'": "end",
};

/** What is special with a backslash in a basic expression is special without one in an extended. */
export class Parser {
  groups = 0;
  hasBackReferences = false;
  private at = 0;
  private depth = 0;
  private readonly source: string;
  private readonly extended: boolean;
  private readonly closed = new Set<number>();

  constructor(source: string, extended: boolean) {
    this.source = source;
    this.extended = extended;
  }

  parse(): Node {
    const node = this.alternatives();
    if (this.at < this.source.length) throw new BadExpression(`Unmatched ) or \\)`);
    return node;
  }

  /** Is `symbol` next, as an operator? */
  private operator(symbol: string): boolean {
    if (symbol === ")" && this.extended && this.depth <= 1) return false;
    return this.source.startsWith(this.extended ? symbol : `\\${symbol}`, this.at);
  }

  private skip(): void {
    this.at += this.extended ? 1 : 2;
  }

  private alternatives(): Node {
    if (++this.depth > MAX_DEPTH) throw new BadExpression("Regular expression too big");
    const nodes = [this.sequence()];
    while (this.operator("|")) {
      this.skip();
      nodes.push(this.sequence());
    }
    this.depth--;
    return nodes.length === 1 ? (nodes[0] as Node) : { is: "or", nodes };
  }

  private sequence(): Node {
    const nodes: Node[] = [];
    let first = true;
    while (this.at < this.source.length && !this.operator("|") && !this.operator(")")) {
      const atom = this.atom(first);
      // In a basic expression a star after the anchor, or at the beginning, is plain.
      first = first && !this.extended && atom.is === "assert" && atom.what === "line start";
      nodes.push(first ? atom : this.repeated(atom));
    }
    return nodes.length === 0 ? { is: "empty" } : nodes.length === 1 ? (nodes[0] as Node) : { is: "then", nodes };
  }

  private atom(first: boolean): Node {
    if (this.operator("(")) {
      this.skip();
      const number = ++this.groups;
      const node = this.alternatives();
      this.depth++;
      if (!this.operator(")")) throw new BadExpression("Unmatched ( or \\(");
      this.depth--;
      this.skip();
      this.closed.add(number);
      return { is: "group", number, node };
    }
    const character = this.source[this.at] as string;
    const start = this.at++;
    if (character === "[") {
      const set = bracket(this.source, start, false);
      if (!set) throw new BadExpression("Unmatched [, [^, [:, [., or [=");
      this.at = set.end + 1;
      return { is: "one", has: set.has };
    }
    if (character === ".") return { is: "one", has: () => true };
    if (character === "^" && (this.extended || first)) return { is: "assert", what: "line start" };
    const last = this.at === this.source.length || this.operator(")") || this.operator("|");
    if (character === "$" && (this.extended || last)) return { is: "assert", what: "line end" };
    if (character === "\\") return this.escaped();
    if (this.extended && first && "*+?".includes(character)) return { is: "empty" };
    return literal(character);
  }

  private escaped(): Node {
    const escaped = this.source[this.at++];
    if (escaped === undefined) throw new BadExpression("Trailing backslash");
    if (/[1-9]/.test(escaped)) {
      if (!this.closed.has(Number(escaped))) throw new BadExpression("Invalid back reference");
      this.hasBackReferences = true;
      return { is: "back", number: Number(escaped) };
    }
    const set = CLASSES[escaped];
    if (set) return { is: "one", has: set };
    const what = ASSERTIONS[escaped];
    if (what) return { is: "assert", what };
    if (escaped === "n") return literal("\n");
    if (escaped === "t") return literal("\t");
    return literal(escaped);
  }

  private repeated(atom: Node): Node {
    let node = atom;
    while (this.at < this.source.length) {
      if (this.source[this.at] === "*") {
        this.at++;
        node = { is: "repeat", node, min: 0, max: Number.POSITIVE_INFINITY };
      } else if (this.operator("+")) {
        this.skip();
        node = { is: "repeat", node, min: 1, max: Number.POSITIVE_INFINITY };
      } else if (this.operator("?")) {
        this.skip();
        node = { is: "repeat", node, min: 0, max: 1 };
      } else if (this.operator("{")) {
        const counted = this.counts();
        if (!counted) return node;
        node = { is: "repeat", node, ...counted };
      } else break;
    }
    return node;
  }

  private counts(): { readonly min: number; readonly max: number } | undefined {
    const pattern = this.extended ? /^\{(\d*)(,(\d*))?\}/ : /^\\\{(\d*)(,(\d*))?\\\}/;
    const counts = pattern.exec(this.source.slice(this.at, this.at + 24));
    if (!counts || (counts[1] === "" && counts[2] === undefined)) {
      if (this.extended) return undefined;
      throw new BadExpression(counts ? "Invalid content of \\{\\}" : "Unmatched { or \\{");
    }
    const min = Number(counts[1]);
    const max = counts[2] === undefined ? min : counts[3] === "" ? Number.POSITIVE_INFINITY : Number(counts[3]);
    if (min > max) throw new BadExpression("Invalid content of \\{\\}");
    if (min > MAX_REPEAT || (Number.isFinite(max) && max > MAX_REPEAT))
      throw new BadExpression("Regular expression too big");
    this.at += counts[0].length;
    return { min, max };
  }
}

const literal = (character: string): Node => ({ is: "one", has: (c) => c === character, literal: character });
