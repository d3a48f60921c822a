/** The words of `bc`. */
import { BcError } from "./bc-decimal.ts";

export interface Token {
  readonly kind: "number" | "name" | "operator" | "string" | "end";
  readonly text: string;
}
export const KEYWORDS = new Set([
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
export function lex(text: string): Token[] {
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
