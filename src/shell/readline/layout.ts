/** Where the characters of a prompt and a line stand on a screen of so many columns. */

/** Columns that a character takes: none for combining marks, two for wide ones. */
export function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(character)) return 0;
  const wide =
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd);
  return wide ? 2 : 1;
}

const UNSEEN = /\x1b\[[\d;?]*[A-Za-z]|\x1b\][^\x07]*\x07|[\x01\x02]/g;

export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Takes what moves no cursor out of a text: colours and other escape sequences. */
export const visible = (text: string): string => text.replace(UNSEEN, "");

/** Where the cursor stands after a text, from a place on. At the right margin it stands on the next row. */
export function after(text: string, columns: number, from: Place = { row: 0, column: 0 }): Place {
  let { row, column } = from;
  for (const character of visible(text)) {
    if (character === "\n") {
      row++;
      column = 0;
      continue;
    }
    const width = widthOf(character);
    if (column + width > columns) {
      row++;
      column = 0;
    }
    column += width;
    if (column >= columns) {
      row++;
      column = 0;
    }
  }
  return { row, column };
}

/** Escape sequences that move the cursor between two places. */
export function move(from: Place, to: Place): string {
  const rows = to.row - from.row;
  const vertical = rows < 0 ? `\x1b[${-rows}A` : rows > 0 ? `\x1b[${rows}B` : "";
  return `${vertical}\r${to.column > 0 ? `\x1b[${to.column}C` : ""}`;
}
