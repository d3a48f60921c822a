/** What happens to a page between the steps of a migration: pins that come and go, and who else is at it. */
import { expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { leaveOf } from "./leave.ts";
import { isolatePage, migratePages, putBack } from "./migrate.ts";

/** A page of a user in ZONE_MOVABLE of node 2, taken off its list, and its migration to node 0. */
function migration() {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 1, node: 2, policy: "bind" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const { pages } = kernel;
  const page = [...kernel.mappings].find(({ resident, what }) => resident === 256 && !what.startsWith("image:"))
    ?.pages[7];
  if (page === undefined) throw new Error("the load has no pages");
  isolatePage(kernel, page);
  const steps = migratePages(kernel, [page], { node: 0, mask: null }, () => {});
  const pin = (): void => pages.setFlags(page, PageFlag.Pinned, 0);
  const unpin = (): void => pages.setFlags(page, 0, PageFlag.Pinned);
  const finish = () => {
    let step = steps.next();
    while (!step.done) step = steps.next();
    return step.value;
  };
  return { kernel, page, steps, pin, unpin, finish };
}

test("a page that is pinned after it was unmapped is not copied away: it is mapped again, and stays", () => {
  const { kernel, page, steps, pin, unpin, finish } = migration();
  expect(steps.next().done).toBe(false);
  pin();
  expect(finish()).toMatchObject({ moved: 0, result: 1, left: [page] });
  expect(kernel.pages.kind[page]).toBe(PageKind.Anon);
  unpin();
  putBack(kernel, [page]);
  expect(audit(kernel)).toEqual([]);
});

test("what can't be moved is tried ten times over, and goes when the pin has gone meanwhile", () => {
  const staying = migration();
  staying.pin();
  let tries = 0;
  while (!staying.steps.next().done) tries++;
  expect(tries).toBe(10);
  const { kernel, steps, pin, unpin, finish } = migration();
  pin();
  for (let pass = 0; pass < 8; pass++) expect(steps.next().done).toBe(false);
  unpin();
  expect(finish()).toMatchObject({ moved: 1, result: 0, left: [] });
  expect(audit(kernel)).toEqual([]);
});

test("a page that somebody else has taken off its list does not count as one that can go", () => {
  const { kernel, page } = migration();
  expect(leaveOf(kernel, page, ZoneType.Normal)).toEqual({ can: false, code: "isolated", stage: "isolation" });
  expect(leaveOf(kernel, page, ZoneType.Movable)).toEqual({ can: false, code: "isolated", stage: "never" });
  putBack(kernel, [page]);
  expect(leaveOf(kernel, page, ZoneType.Normal)).toEqual({ can: true, how: "moves" });
});
