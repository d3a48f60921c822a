/**
 * A talk's history as files for any static host: `<room>/0.log`, `<room>/1.log` and so on, each with the next 256 entries, a line
 * each: who said it, a tab, and the entry's text. A file that is full never changes again.
 */
import { isName, type Line, LONGEST_ENTRY } from "./entries.ts";

export const SEGMENT = 256;
/** UTF-16 units of a file, at most. */
export const LONGEST_SEGMENT = SEGMENT * (LONGEST_ENTRY + 64);

export const segmentOf = (seq: number): number => Math.floor(seq / SEGMENT);
export const segmentName = (room: string, segment: number): string => `${room}/${segment}.log`;

export const writeLine = ({ from, text }: Line): string => `${from}\t${text}\n`;

/** The lines of a file from an entry on; none of a file that is none. */
export function readSegment(text: string, from: number): Line[] {
  if (text.length > LONGEST_SEGMENT) return [];
  const lines = text.split("\n", SEGMENT + 1);
  // What comes after the last line's end is the beginning of one that is being written.
  return lines.slice(from % SEGMENT, Math.min(SEGMENT, lines.length - 1)).flatMap((line) => {
    const tab = line.indexOf("\t");
    const name = line.slice(0, tab);
    return tab > 0 && isName(name) ? [{ from: name, text: line.slice(tab + 1) }] : [];
  });
}
