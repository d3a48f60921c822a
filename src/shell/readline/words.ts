/** Characters and words around the cursor of a line, in its code units. */

export const lengthBefore = (line: string, cursor: number): number => [...line.slice(0, cursor)].at(-1)?.length ?? 0;

export const lengthAfter = (line: string, cursor: number): number => [...line.slice(cursor)][0]?.length ?? 0;

/** Where the word at or before the cursor begins. */
export const wordBefore = (line: string, cursor: number): number =>
  /[\p{L}\p{N}]*[^\p{L}\p{N}]*$/u.exec(line.slice(0, cursor))?.index ?? 0;

/** Where the word at or after the cursor ends. */
export const wordAfter = (line: string, cursor: number): number =>
  cursor + (/^[^\p{L}\p{N}]*[\p{L}\p{N}]*/u.exec(line.slice(cursor))?.[0].length ?? 0);
