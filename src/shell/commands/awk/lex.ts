/** Words of awk programs. */
export class AwkError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

export interface Token {
  readonly kind: "number" | "string" | "regex" | "name" | "call" | "keyword" | "operator" | "newline" | "end";
  readonly text: string;
  readonly line: number;
}

const KEYWORDS = new Set([
  "BEGIN",
  "END",
  "function",
  "func",
  "if",
  "else",
  "while",
  "for",
  "do",
  "break",
  "continue",
  "next",
  "nextfile",
  "exit",
  "return",
  "delete",
  "in",
  "getline",
  "print",
  "printf",
]);
const OPERATORS = /^(?:\*\*=|\*\*|\+\+|--|\+=|-=|\*=|\/=|%=|\^=|==|<=|>=|!=|!~|&&|\|\||>>|[-+*/%^!<>|?:~$=(){}[\];,])/;
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  "/": "/",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

/** Escapes of strings. */
export const unescaped = (text: string): string =>
  text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.)|\n)/gs,
    (whole, octal?: string, hex?: string, character?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 255);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return character === undefined ? "" : (ESCAPES[character] ?? whole);
    },
  );

/** After these a slash divides; anywhere else it begins a regular expression. */
const divides = (last: Token | undefined): boolean =>
  last !== undefined &&
  (["number", "string", "name"].includes(last.kind) ||
    (last.kind === "operator" && [")", "]", "$", "++", "--"].includes(last.text)) ||
    (last.kind === "keyword" && last.text === "getline"));

export function lex(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  const put = (kind: Token["kind"], value: string, length: number) => {
    tokens.push({ kind, text: value, line });
    at += length;
  };
  while (at < text.length) {
    const rest = text.slice(at, at + 4096);
    const blank = /^(?:[ \t\r]|\\\r?\n|#[^\n]*)+/.exec(rest)?.[0];
    if (blank !== undefined) {
      line += blank.split("\n").length - 1;
      at += blank.length;
      continue;
    }
    if (rest[0] === "\n") {
      put("newline", "\n", 1);
      line++;
      continue;
    }
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(rest)?.[0];
    if (number !== undefined) {
      put("number", number, number.length);
      continue;
    }
    const name = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    if (name !== undefined) {
      if (KEYWORDS.has(name)) put("keyword", name === "func" ? "function" : name, name.length);
      else put(text[at + name.length] === "(" ? "call" : "name", name, name.length);
      continue;
    }
    if (rest[0] === '"') {
      const string = /^"((?:[^"\\\n]|\\[\s\S])*)"/.exec(text.slice(at));
      if (!string) throw new AwkError("unterminated string", line);
      put("string", unescaped(string[1] as string), string[0].length);
      continue;
    }
    if (rest[0] === "/" && !divides(tokens.at(-1))) {
      const regex =
        /^\/((?:[^/\\\n[]|\\.|\[\^?\]?(?:\[:\w+:\]|[^\]\n])*\])*)\//.exec(rest) ??
        /^\/((?:[^/\\\n]|\\.)*)\//.exec(rest);
      if (!regex) throw new AwkError("unterminated regexp", line);
      put("regex", (regex[1] as string).replaceAll("\\/", "/"), regex[0].length);
      continue;
    }
    const operator = OPERATORS.exec(rest)?.[0];
    if (operator === undefined) throw new AwkError(`syntax error at or near ${rest[0]}`, line);
    put("operator", operator === "**" ? "^" : operator === "**=" ? "^=" : operator, operator.length);
  }
  tokens.push({ kind: "newline", text: "\n", line }, { kind: "end", text: "end of file", line });
  return tokens;
}
