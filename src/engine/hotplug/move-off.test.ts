/** What is told of pages that move is told in pages of 4 KiB, whatever their order. */
import { expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";

test.each([
  ["anon", 16, 0],
  ["thp", 16, 0],
  ["huge", 16, 0],
  ["pin", 4, 4],
] as const)("an offline of a block with %s pages (%i MiB) says how many pages moved", (kind, mib, held) => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const write = (path: string, text: string): void => {
    engine.submit({ do: "write", partition: "B", path, text });
  };
  engine.submit({ do: "move", dimm: "d3", to: { slot: "B/0/0" } });
  engine.settle();
  const kernel = engine.kernel("B");
  if (kind === "huge") {
    write("/proc/sys/vm/nr_hugepages", "8");
    engine.settle();
  }
  engine.submit({ do: "load", partition: "B", load: { kind, mib, node: 0 } });
  engine.settle();
  const reader = engine.transactions.reader();
  const block = [...kernel.blocks.values()].find(({ dimm }) => dimm === "d3");
  write(`/sys/devices/system/memory/memory${block?.number}/state`, "offline");
  engine.runFor(2e9);

  const changes = reader.read().flatMap((transaction) => transaction.changes);
  const migrated = changes.flatMap((change) => (change.c === "migrated" ? [change] : []));
  expect(migrated.length).toBeGreaterThan(0);
  for (const { pagesMoved, to } of migrated) expect(pagesMoved).toBe(to.reduce((sum, [, , pages]) => sum + pages, 0));
  const moved = migrated.reduce((sum, change) => sum + change.pagesMoved, 0);
  const attempts = changes.flatMap((change) => (change.c === "attempt" ? [change.attempt.pagesMoved] : []));
  if (held === 0) expect(attempts.at(-1)).toBe(moved);
  // Some of other processes' pages are there, too.
  expect(Math.floor(moved / 512)).toBe(((mib - held) * 1024 * 1024) / 4096 / 512);
  expect(migrated.at(-1)?.pagesLeft).toBe((held * 1024 * 1024) / 4096);
});
