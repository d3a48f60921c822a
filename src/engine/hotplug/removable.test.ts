/** The guess of the file `removable`, pageblock by pageblock, against what a look at every page says. */
import { expect, test } from "vitest";
import { Trial, twoNodeBox } from "../experiments/trial.ts";
import { isMovableKind, MigrateType, PageKind, ZoneType } from "../memory/kinds.ts";
import { PAGEBLOCK_PAGES, sectionOf } from "../units.ts";
import { looksRemovable } from "./removable.ts";

test("what is in Movable, in pageblocks of that type, or full of pages that move and free ones", () => {
  const trial = new Trial(twoNodeBox("5.10", "memhp_default_state=online_kernel"));
  const { kernel } = trial;
  const { pages } = kernel;
  const [low, high] = trial.insert("d1", "A/1/0");
  if (!low || !high) throw new Error("no blocks");
  trial.state(high, "offline");
  // Untouched; offline; of boot, with the kernel in it.
  expect(looksRemovable(kernel, low)).toBe(true);
  expect(looksRemovable(kernel, high)).toBe(true);
  const boot = kernel.blocks.get(0);
  if (!boot) throw new Error("no boot memory");
  expect(looksRemovable(kernel, boot)).toBe(false);
  trial.load({ kind: "cache", mib: 40, node: 1, policy: "bind" });
  trial.load({ kind: "slab", mib: 40, node: 1, policy: "bind" });

  // Slab took pageblocks over: each block is looked through, the last page of a pageblock as the first.
  const blocks = [...kernel.blocks.values()].filter(({ state }) => state === "online");
  const plain = blocks.map((block) => {
    for (let frame = block.startPfn as number; frame < block.startPfn + block.pages; frame++) {
      const first = Math.floor(frame / PAGEBLOCK_PAGES) * PAGEBLOCK_PAGES;
      if (kernel.zoneAt(first)?.type === ZoneType.Movable) continue;
      if (kernel.pageblockTypeAt(first) === MigrateType.Movable) continue;
      const kind = pages.kindAt(frame);
      if (kind !== PageKind.Free && kind !== PageKind.Poisoned && !isMovableKind(kind)) return false;
    }
    return true;
  });
  expect(blocks.map((block) => looksRemovable(kernel, block))).toEqual(plain);
  expect(new Set(plain)).toEqual(new Set([true, false]));

  // A pageblock of another type with nothing in it that stays; then one slab page, at each of its ends.
  for (const { startPfn, zone } of [low, high]) if (zone) kernel.buddy.touch(zone, sectionOf(startPfn));
  const index = pages.indexOf(low.startPfn);
  for (let block = 0; block < low.pages / PAGEBLOCK_PAGES; block++)
    pages.setPageblockType(index + block * PAGEBLOCK_PAGES, MigrateType.Unmovable);
  for (const [kind, at, looks] of [
    [PageKind.Free, 0, true],
    [PageKind.Poisoned, 0, true],
    [PageKind.PageCache, 5, true],
    [PageKind.Slab, 0, false],
    [PageKind.Slab, PAGEBLOCK_PAGES - 1, false],
    [PageKind.Slab, low.pages - 1, false],
  ] as const) {
    pages.kind.fill(PageKind.Free, index, index + low.pages);
    pages.kind[index + at] = kind;
    expect([kind, at, looksRemovable(kernel, low)]).toEqual([kind, at, looks]);
  }
  // The page behind the block is not its own.
  pages.kind.fill(PageKind.Free, index, index + low.pages);
  pages.kind[index + low.pages] = PageKind.Slab;
  expect(looksRemovable(kernel, low)).toBe(true);
});
