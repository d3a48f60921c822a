/** Isolation gives back what it took, in pieces as large as they were (mm/page_isolation.c, unset_migratetype_isolate). */
import { expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { PAGEBLOCK_PAGES, PAGES_PER_MAX_ORDER, PAGES_PER_SECTION } from "../units.ts";
import { IsolatedRange } from "./isolation.ts";

/** A Movable block with a page of a user in it, so that its section has entries. */
function machine() {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 4, node: 2, policy: "bind" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const block = [...kernel.blocks.values()].find(
    ({ zone, startPfn }) => zone?.name === "Movable" && kernel.pages.indexOf(startPfn) >= 0,
  );
  if (!block?.zone) throw new Error("no Movable block has entries");
  return { kernel, block, zone: block.zone };
}

test.each([
  ["the lower half", 0, 1],
  ["the upper half", 1, 1],
  ["the upper half and the chunk above", 1, 3],
])("%s of a free chunk of 4 MiB, isolated and released, is one piece with the other again", (_, from, pageblocks) => {
  const { kernel, block, zone } = machine();
  // Chunks at the end of the section, where nothing was taken yet.
  const chunk = block.startPfn + PAGES_PER_SECTION - 4 * PAGES_PER_MAX_ORDER;
  const orderAt = (frame: number) => kernel.pages.order[kernel.pages.indexOf(frame)];
  const orders = () => [0, 1, 2, 3].map((i) => orderAt(chunk + i * PAGES_PER_MAX_ORDER));
  const [before, free] = [orders(), zone.free];
  expect(before).toEqual([10, 10, 10, 10]);
  const range = new IsolatedRange(
    kernel,
    zone,
    chunk + from * PAGEBLOCK_PAGES,
    pageblocks * PAGEBLOCK_PAGES,
    "allocation",
  );
  const steps = range.isolate();
  let step = steps.next();
  while (!step.done) step = steps.next();
  expect(step.value).toEqual({ ok: true });
  expect(zone.free).toBe(free - pageblocks * PAGEBLOCK_PAGES);
  range.release();
  expect(orders()).toEqual(before);
  expect(zone.free).toBe(free);
  expect(audit(kernel)).toEqual([]);
});
