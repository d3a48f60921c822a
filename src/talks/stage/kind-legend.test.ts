import { expect, test } from "vitest";
import { PageKind } from "../../engine/memory/kinds.ts";
import { createFakePlayground } from "../../client/sample-world.ts";
import { displayGroups } from "../../views/kinds.ts";
import { coloursOf } from "./KindLegend.tsx";

const { records } = createFakePlayground().store.getState();
const nodes = Object.keys(records.node);

/** The same nodes with these pages in their first block, and nothing in the others. */
function holding(pages: Partial<Record<keyof typeof PageKind, number>>) {
  const [first] = records.node[nodes[0] ?? ""]?.blocks ?? [];
  const kinds = Array.from({ length: Object.keys(PageKind).length }, () => 0);
  for (const [name, many] of Object.entries(pages)) kinds[PageKind[name as keyof typeof PageKind]] = many;
  const block = Object.fromEntries(
    Object.entries(records.block).map(([key, one]) => [key, { ...one, kinds: key === first ? kinds : [] }]),
  );
  return { records: { ...records, block } };
}

test("the legend names the groups that have pages in the picture, in the order of every legend", () => {
  expect(coloursOf(holding({ Slab: 1, Free: 10, Reserved: 4 }), nodes)).toEqual(["free", "kernel", "reserved"]);
  // Two kinds of one colour are one entry.
  expect(coloursOf(holding({ Slab: 1, KernelStack: 1 }), nodes)).toEqual(["kernel"]);
  expect(coloursOf(holding({ Slab: 1 }), [])).toEqual([]);
});

test("of more groups than can be read at a glance those with the most pages are named", () => {
  const all = { Free: 9, Anon: 8, PageCache: 7, Shmem: 1, AnonHuge: 6, Hugetlb: 5, Slab: 4, SlabReclaimable: 3 };
  expect(coloursOf(holding(all), nodes)).toEqual(
    displayGroups
      .map(({ id }) => id)
      .filter((id) => id !== "shmem")
      .slice(0, 7),
  );
});
