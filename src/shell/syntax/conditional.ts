/** What stands between `[[` and `]]`, and bash's words for what can't. */
import type { Token } from "./scanner.ts";
import { Troubled } from "./trouble.ts";

/** How it reads: the next token with and without taking it, a regular expression. */
export interface Tokens {
  peek(): Token;
  next(): Token;
  expression(): Token;
  deeper(read: () => void): void;
}

const BINARY = /^(?:=|==|!=|=~|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/;
const UNARY = /^-[a-hknoprstuvwxzGLNORS]$/;

function refuse(token: Token, message: string): never {
  throw new Troubled({
    kind: "words",
    lines: message === "" ? [] : [message],
    pos: token.pos,
    failed: token.kind === "end",
    unfinished: token.kind === "end",
  });
}

const isWord = (token: Token): boolean => (token.kind === "word" && token.text !== "]]") || token.kind === "number";
const is = (token: Token, text: string): boolean => token.kind !== "end" && token.text === text;
const nameOf = (token: Token): string => (token.kind === "end" ? "EOF" : token.text);

/** Reads a conditional command after its `[[`. */
export function conditional(tokens: Tokens): void {
  either(tokens);
  const token = tokens.next();
  if (is(token, "]]")) return;
  if (token.kind === "end") refuse({ ...token, pos: token.pos - 2 }, "unexpected EOF while looking for `]]'");
  if (isWord(token)) refuse(token, "syntax error in conditional expression");
  refuse(token, `syntax error in conditional expression: unexpected token \`${nameOf(token)}'`);
}

function either(tokens: Tokens): void {
  for (;;) {
    do term(tokens);
    while (taken(tokens, "&&"));
    if (!taken(tokens, "||")) return;
  }
}

function taken(tokens: Tokens, operator: string): boolean {
  while (tokens.peek().kind === "newline") tokens.next();
  if (!is(tokens.peek(), operator)) return false;
  tokens.next();
  return true;
}

function term(tokens: Tokens): void {
  while (tokens.peek().kind === "newline") tokens.next();
  const token = tokens.next();
  if (is(token, "(")) {
    tokens.deeper(() => either(tokens));
    while (tokens.peek().kind === "newline") tokens.next();
    const closer = tokens.next();
    if (!is(closer, ")")) refuse(closer, `unexpected token \`${nameOf(closer)}', expected \`)'`);
  } else if (is(token, "!")) tokens.deeper(() => term(tokens));
  else if (!isWord(token)) {
    const silent = is(token, "]]");
    refuse(token, silent ? "" : `unexpected token \`${nameOf(token)}' in conditional command`);
  } else if (UNARY.test(token.text) && !BINARY.test(tokens.peek().text)) {
    const argument = tokens.next();
    if (!isWord(argument)) refuse(argument, `unexpected argument \`${nameOf(argument)}' to conditional unary operator`);
  } else binary(tokens);
}

function binary(tokens: Tokens): void {
  const operator = tokens.peek();
  if (is(operator, "]]") || is(operator, "&&") || is(operator, "||") || is(operator, ")")) return;
  tokens.next();
  if (is(operator, "=~")) {
    const expression = tokens.expression();
    if (expression.text !== "" && expression.text !== "]]") return;
    refuse(
      expression,
      `unexpected argument \`${expression.text || nameOf(tokens.peek())}' to conditional binary operator`,
    );
  }
  if (!is(operator, "<") && !is(operator, ">") && !(isWord(operator) && BINARY.test(operator.text))) {
    if (isWord(operator)) refuse(operator, "conditional binary operator expected");
    refuse(operator, `unexpected token \`${nameOf(operator)}', conditional binary operator expected`);
  }
  const argument = tokens.next();
  if (!isWord(argument)) refuse(argument, `unexpected argument \`${nameOf(argument)}' to conditional binary operator`);
}
