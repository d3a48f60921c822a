/** A place in the tokens of an awk program. */
import { AwkError, type Token } from "./lex.ts";

export class TokenStream {
  protected readonly tokens: readonly Token[];
  protected at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  protected get token(): Token {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)] as Token;
  }

  protected next(): Token {
    const { token } = this;
    this.at++;
    return token;
  }

  protected is(kind: Token["kind"], text?: string): boolean {
    return this.token.kind === kind && (text === undefined || this.token.text === text);
  }

  protected take(kind: Token["kind"], text: string): boolean {
    if (!this.is(kind, text)) return false;
    this.at++;
    return true;
  }

  protected expect(operator: string): void {
    if (!this.take("operator", operator)) this.fail();
  }

  protected fail(token = this.token): never {
    throw new AwkError(`syntax error at or near ${token.kind === "newline" ? "end of line" : token.text}`, token.line);
  }

  protected newlines(): void {
    while (this.is("newline") || this.is("operator", ";")) this.at++;
  }

  protected lineBreaks(): void {
    while (this.is("newline")) this.at++;
  }
}
