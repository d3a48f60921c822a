/** What expansions ask of the interpreter, and of each other. */
import type { ParsedScript, ProcessSubstitutionPart, Word } from "unbash";
import type { ShellState } from "../state.ts";
import type { Running } from "../system.ts";
import type { Piece } from "./fields.ts";

export interface Expander {
  readonly state: ShellState;
  /** How the words inside of an expansion are expanded: `words` of ./words.ts. */
  readonly words: WordExpansions;
  /** Runs the script of `$(…)` and gives its output. */
  substitute(script: ParsedScript): Running<string>;
  /** Starts the process of `<(…)` and gives the path of its end. */
  process(part: ProcessSubstitutionPart): Running<string>;
}

/** Expansions of what is inside `${…}`. */
export interface WordExpansions {
  /** The value of an arithmetic expression. */
  arithmetic(body: string, expander: Expander, construct?: string): Running<bigint>;
  /** A pattern. */
  expandOperand(word: Word, expander: Expander): Running<string>;
  /** Pieces that may be split into fields. */
  expandParts(word: Word, expander: Expander): Running<Piece[]>;
  /** Text as between double quotes. */
  expandQuoted(text: string, expander: Expander): Running<string>;
  /** Text that is not split. */
  expandText(word: Word, expander: Expander): Running<string>;
}
