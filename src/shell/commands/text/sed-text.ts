/** Text that `sed` makes: replacements, and what `l` shows. */
import type { Piece } from "./sed-parse.ts";
import { utf8 } from "./utf8.ts";

/** A replacement with its groups, in upper or lower case where it says so. */
export function filled(pieces: readonly Piece[], text: string, match: readonly number[]): string {
  let out = "";
  let fold: "U" | "L" | "E" = "E";
  let next: "u" | "l" | null = null;
  for (const piece of pieces) {
    if ("fold" in piece) {
      if (piece.fold === "u" || piece.fold === "l") next = piece.fold;
      else fold = piece.fold;
      continue;
    }
    let part =
      "text" in piece
        ? piece.text
        : text.slice(Math.max(0, match[piece.group * 2] ?? 0), Math.max(0, match[piece.group * 2 + 1] ?? 0));
    if (fold === "U") part = part.toUpperCase();
    if (fold === "L") part = part.toLowerCase();
    if (next !== null && part !== "") {
      part = (next === "u" ? (part[0] as string).toUpperCase() : (part[0] as string).toLowerCase()) + part.slice(1);
      next = null;
    }
    out += part;
  }
  return out;
}

const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};
const LINE = 69;

/** As `l` shows a line: unprintable characters as escapes, folded. */
export function visible(text: string): string {
  const units = [...text].flatMap((character) => {
    if (NAMED[character] !== undefined) return [NAMED[character] as string];
    if (/[ -~]/.test(character)) return [character];
    return utf8(character).map((byte) => `\\${byte.toString(8).padStart(3, "0")}`);
  });
  const folded: string[] = [];
  let line = "";
  for (const unit of units) {
    if (line.length + unit.length > LINE) {
      folded.push(`${line}\\`);
      line = "";
    }
    line += unit;
  }
  return [...folded, `${line}$`].join("\n");
}
