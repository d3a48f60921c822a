/** What is told of pages that move is told in pages of 4 KiB, whatever their order. */
import { describe, expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { smallBox } from "../testing/small-box.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { Engine } from "../time/engine.ts";
import { sectionOf } from "../units.ts";

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

describe("rounds that would do what the last one did are counted like those that are gone through", () => {
  /** An offline over pages that stay, for 5.2 s: the log's rate limit is 5 s. `always`: something happens all the time, so that no round is spared. */
  function standing(kernelVersion: KernelVersion, always: boolean) {
    const engine = new Engine({ seed: 1, box: boxWith(kernelVersion, "movable_node") });
    const kernel = engine.kernel("A");
    const write = (block: MemoryBlock, text: string): void => {
      const path = `/sys/devices/system/memory/memory${block.number}/state`;
      engine.submit({ do: "write", partition: "A", path, text });
    };
    engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
    engine.settle();
    const added = [...kernel.blocks.values()].filter(({ dimm }) => dimm === "d4");
    // Old kernels take only the last block into ZONE_MOVABLE.
    for (const block of added.toReversed()) {
      write(block, "online_movable");
      engine.settle();
    }
    engine.submit({ do: "load", partition: "A", load: { kind: "pin", mib: 1, node: 2, policy: "bind" } });
    engine.settle();
    const [block] = added.filter((one) => kernel.pages.pinnedIn(sectionOf(one.startPfn)) > 0);
    if (!block) throw new Error("nothing is pinned");
    write(block, "offline");
    let steps = 0;
    engine.runUntil(engine.now + 5.2e9, {
      expired: () => {
        steps++;
        if (always) kernel.epoch++;
        return false;
      },
    });
    const { passes, pagesFailed, log } = [...engine.attempts.values()].at(-1)?.value() ?? { passes: 0, log: [] };
    const told = log.filter((line) => line.startsWith("migrating pfn"));
    const { missed } = kernel.failureLog;
    return { steps, passes, pagesFailed, told, missed, failures: kernel.vmstat.pgmigrateFail };
  }

  // Old kernels take a page less often off its list than they scan for it, and say nothing of it in the log.
  test.each([
    ["3.14", 256, 0],
    ["6.1", 256, 20],
  ] as const)("%s", (version, pages, lines) => {
    const all = standing(version, true);
    const spared = standing(version, false);
    expect(spared.steps).toBeLessThan(all.steps / 5);
    expect(Math.abs(spared.passes - all.passes)).toBeLessThan(all.passes / 100);
    for (const one of [all, spared]) {
      expect(one.failures).toBe(one.passes * pages);
      expect(one.pagesFailed).toBe(pages);
      expect(one.told).toHaveLength(lines);
    }
    expect(spared.told).toEqual(all.told);
    expect(Math.abs(spared.missed - all.missed)).toBeLessThan(all.missed / 50);
  });
});
