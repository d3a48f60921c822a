/** What is wrong with texts that can't be run, and how a shell says it. */
import type { ParseError, ParsedScript } from "unbash";
import type { ShellState, Source } from "../state.ts";
import { type Misread, misread } from "../syntax/grammar.ts";
import type { Trouble } from "../syntax/trouble.ts";
import type { Running } from "../system.ts";
import { tell } from "./say.ts";

/** The first mistake in a text: by the grammar, or else what only the parser minds, such as what is too deep for it. */
export function mistake(parsed: ParsedScript, text: string): Misread | null {
  const found = misread(text.endsWith("\n") ? text : `${text}\n`);
  if (found) return found;
  const error = parsed.errors?.[0];
  if (!error) return null;
  const around = parsed.commands.find((statement) => statement.pos <= error.pos && statement.end >= error.pos);
  const begins = Math.min(around?.pos ?? error.pos, text.length);
  return { trouble: minded(error, text), start: text.lastIndexOf("\n", begins - 1) + 1 };
}

const CLOSERS: Readonly<Record<string, string>> = {
  "unterminated single quote": "'",
  "unterminated double quote": '"',
  "unterminated command substitution": ")",
  "unterminated process substitution": ")",
  "unterminated backtick": "`",
  "unterminated parameter expansion": "}",
  "unterminated arithmetic expansion": ")",
  "unterminated arithmetic command": ")",
  "unterminated extended glob": ")",
};

/** What the parser minds. */
function minded(error: ParseError, text: string): Trouble {
  const closer = Object.hasOwn(CLOSERS, error.message) ? CLOSERS[error.message] : undefined;
  if (closer !== undefined) return { kind: "open", closer, pos: error.pos, atEnd: false, within: "command" };
  const rest = text.slice(error.pos).trimStart();
  if (rest === "" && error.message.startsWith("expected")) return { kind: "end" };
  const token = /^(?:&&|\|\||;;&|;;|;&|<<-|<<<|<<|>>|&>|[|&;()<>]|[^\s|&;()<>]+)/.exec(rest)?.[0] ?? "newline";
  return { kind: "token", token, pos: error.pos, within: "command" };
}

/** Is the text only not finished yet? The prompt then asks for more. */
export const isUnfinished = (trouble: Trouble): boolean =>
  trouble.kind === "end" || trouble.kind === "open" || (trouble.kind === "words" && trouble.unfinished);

/** The status of a shell that can't read on. */
export function statusOf(trouble: Trouble, state: ShellState): number {
  if (trouble.kind === "words") return trouble.failed ? 2 : state.status;
  if (trouble.kind === "end" || trouble.within === "command") return 2;
  if (trouble.within === "array") return 1;
  return state.fromArgument && trouble.kind === "token" ? 127 : 2;
}

/** In busybox's words. */
function inBusybox(trouble: Trouble): string {
  if (trouble.kind === "token")
    return trouble.token === "newline" ? "unexpected newline" : `unexpected "${trouble.token}"`;
  if (trouble.kind === "open" && /['"]/.test(trouble.closer)) return "unterminated quoted string";
  return "unexpected end of file";
}

/** Says what bash says of a syntax error. */
export function* syntaxError(trouble: Trouble, source: Source, state: ShellState): Running<void> {
  const { text } = source;
  if (state.system.dialect === "busybox") {
    const line = state.fromArgument ? "" : `line ${source.lineAt("pos" in trouble ? trouble.pos : text.length)}: `;
    yield* tell(state, `${source.name ?? state.name}: ${line}syntax error: ${inBusybox(trouble)}\n`);
    return;
  }
  const place = source.place ?? (state.fromArgument && source.name === null ? "-c" : null);
  const name = (source.name ?? state.name) + (place === null ? "" : `: ${place}`);
  // Who sits at the shell sees the line.
  const typed = state.interactive && source.name === null && source.place === null;
  const at = (position: number): string => (typed ? `${name}: ` : `${name}: line ${source.lineAt(position)}: `);
  const atEnd = (): string => {
    const line = source.lineAt(text.length) + (text.endsWith("\n") ? 0 : 1);
    return typed ? `${name}: ` : `${name}: line ${line}: `;
  };
  switch (trouble.kind) {
    case "end":
      yield* tell(state, `${atEnd()}syntax error: unexpected end of file\n`);
      break;
    case "open": {
      const head = trouble.atEnd ? atEnd() : at(trouble.pos);
      yield* tell(state, `${head}unexpected EOF while looking for matching \`${trouble.closer}'\n`);
      break;
    }
    case "words": {
      const head = trouble.unfinished && trouble.pos >= text.length ? atEnd() : at(trouble.pos);
      for (const line of trouble.lines) yield* tell(state, `${head}${line}\n`);
      break;
    }
    case "token": {
      yield* tell(state, `${at(trouble.pos)}syntax error near unexpected token \`${trouble.token}'\n`);
      if (typed) break;
      const start = text.lastIndexOf("\n", trouble.pos - 1) + 1;
      const end = text.indexOf("\n", trouble.pos);
      yield* tell(state, `${at(trouble.pos)}\`${text.slice(start, end < 0 ? text.length : end)}'\n`);
    }
  }
}
