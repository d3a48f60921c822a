/** Makes what a terminal shows clickable: blocks, nodes and pages, also where a line is wrapped. */
import type { IBuffer, ILink, ILinkProvider, Terminal } from "@xterm/xterm";
import type { Playground } from "../../client/playground.ts";
import { type Reference, referencesIn } from "../references.ts";

export function linksTo(playground: Playground, partition: string, terminal: Terminal): ILinkProvider {
  return {
    provideLinks(row, callback) {
      const { text, first } = logicalLine(terminal.buffer.active, row - 1);
      const references = referencesIn(text, partition, playground.store.getState().records);
      const links = references.map((reference) => linkOf(reference, first, terminal.cols, text, playground));
      callback(links.length > 0 ? links : undefined);
    },
  };
}

/** The text of the line that a row of the buffer (from 0) belongs to, and the first of its rows. */
export function logicalLine(
  buffer: Pick<IBuffer, "getLine">,
  row: number,
): { readonly text: string; readonly first: number } {
  let first = row;
  while (first > 0 && buffer.getLine(first)?.isWrapped) first--;
  let text = buffer.getLine(first)?.translateToString(false) ?? "";
  for (let next = first + 1; buffer.getLine(next)?.isWrapped; next++)
    text += buffer.getLine(next)?.translateToString(false) ?? "";
  return { text, first };
}

/** Columns and rows of a link count from 1, its end included. */
function linkOf(
  { start, end, selection }: Reference,
  first: number,
  columns: number,
  text: string,
  playground: Playground,
): ILink {
  const place = (index: number) => ({ x: (index % columns) + 1, y: first + Math.floor(index / columns) + 1 });
  return {
    range: { start: place(start), end: place(end - 1) },
    text: text.slice(start, end),
    activate: () => playground.select(selection),
  };
}
