import type { IBuffer, IBufferLine, ILink, Terminal } from "@xterm/xterm";
import { expect, test } from "vitest";
import { createFakePlayground } from "../../client/sample-world.ts";
import { linksTo, logicalLine } from "./links.ts";

/** A screen ten columns wide; what is longer goes on in rows of its own. */
const COLUMNS = 10;
function screen(...lines: string[]): Pick<IBuffer, "getLine"> {
  const rows = lines.flatMap((line) => {
    const parts = line.match(/.{1,10}/g) ?? [""];
    return parts.map((part, index) => ({ text: part.padEnd(COLUMNS), isWrapped: index > 0 }));
  });
  return {
    getLine: (row) => {
      const found = rows[row];
      return found && ({ isWrapped: found.isWrapped, translateToString: () => found.text } as IBufferLine);
    },
  };
}

const LINE = "see /sys/devices/system/memory/memory37/state now";

test("a wrapped line is read as one, from any of its rows", () => {
  const buffer = screen("first", LINE);
  for (const row of [1, 3, 5]) {
    const { text, first } = logicalLine(buffer, row);
    expect([text.trimEnd(), first]).toEqual([LINE, 1]);
  }
  expect(logicalLine(buffer, 0).text.trimEnd()).toBe("first");
});

test("a link reaches over rows, and selects what it names", () => {
  const playground = createFakePlayground();
  const terminal = { cols: COLUMNS, buffer: { active: screen("first", LINE) } } as unknown as Terminal;
  let links: ILink[] = [];
  linksTo(playground, "A", terminal).provideLinks(3, (found) => {
    links = found ?? [];
  });
  expect(links.map(({ text, range }) => [text, range])).toEqual([
    ["/sys/devices/system/memory/memory37/state", { start: { x: 5, y: 2 }, end: { x: 5, y: 6 } }],
  ]);
  links[0]?.activate({} as MouseEvent, "");
  expect(playground.store.getState().selection.block).toBe("A:37");
});

test("where nothing is named there is nothing to click", () => {
  const terminal = { cols: COLUMNS, buffer: { active: screen("nothing") } } as unknown as Terminal;
  let told = false;
  linksTo(createFakePlayground(), "A", terminal).provideLinks(1, (found) => {
    told = found === undefined;
  });
  expect(told).toBe(true);
});
