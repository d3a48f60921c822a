/** Characters and words around the cursor of a line, in its code units. */

export const lengthBefore = (line: string, cursor: number): number => [...line.slice(0, cursor)].at(-1)?.length ?? 0;

export const lengthAfter = (line: string, cursor: number): number => [...line.slice(cursor)][0]?.length ?? 0;

/** Where the word at or before the cursor begins. */
export const wordBefore = (line: string, cursor: number): number =>
  /[\p{L}\p{N}]*[^\p{L}\p{N}]*$/u.exec(line.slice(0, cursor))?.index ?? 0;

/** Where the word at or after the cursor ends. */
export const wordAfter = (line: string, cursor: number): number =>
  cursor + (/^[^\p{L}\p{N}]*[\p{L}\p{N}]*/u.exec(line.slice(cursor))?.[0].length ?? 0);

/** The characters around the cursor change places; `null` where there are no two. */
export function transposed(line: string, cursor: number): { readonly line: string; readonly cursor: number } | null {
  if (line.length < 2 || cursor === 0) return null;
  const at = Math.min(cursor, line.length - 1);
  return { line: line.slice(0, at - 1) + line[at] + line[at - 1] + line.slice(at + 1), cursor: at + 1 };
}

/** The word at or after the cursor in other letters, the cursor behind it. */
export function recased(
  line: string,
  cursor: number,
  how: (word: string) => string,
): { readonly line: string; readonly cursor: number } {
  const end = wordAfter(line, cursor);
  const part = line.slice(cursor, end);
  const lead = /^[^\p{L}\p{N}]*/u.exec(part)?.[0] ?? "";
  return { line: line.slice(0, cursor) + lead + how(part.slice(lead.length)) + line.slice(end), cursor: end };
}
