/** Pages of 1 GiB that a process maps: they move to one that is free, stay where there is none, and go back to the pool. */
import { expect, test } from "vitest";
import { Trial } from "../experiments/trial.ts";
import { GIGANTIC_ORDER, GIGANTIC_PAGES } from "../holders/gigantic-pool.ts";
import { entryOf } from "../holders/mappings.ts";
import { audit } from "../kernel/audit.ts";
import { PageKind } from "../memory/kinds.ts";
import { Pte } from "../memory/page-tables.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { bytes, GIB, sectionOf } from "../units.ts";

const pool = (node: number) => `/sys/devices/system/node/node${node}/hugepages/hugepages-1048576kB/nr_hugepages`;

/** A node of its own for each of two DIMMs of 2 GiB, whole gibibytes in the kernel's zones; one page on node 2. */
function machine() {
  const box = boxWith("7.3", "default_hugepagesz=1G hugepagesz=1G hugepages=0 memhp_default_state=online_kernel");
  const large = ["g1", "g2"].map((id) => ({ id, size: bytes(3 * GIB) }));
  const trial = new Trial({ ...box, shelf: [...box.shelf, ...large] });
  trial.insert("g1", "A/1/1");
  trial.insert("g2", "A/2/0");
  expect(trial.write(pool(2), "1")).toBe(null);
  trial.load({ kind: "huge", mib: 1024, node: 2, policy: "bind" });
  const { kernel } = trial;
  const process = [...kernel.processes.values()].find((one) =>
    one.areas.some(({ mapping }) => mapping.kind === PageKind.Hugetlb),
  );
  const area = process?.areas.find(({ mapping }) => mapping.kind === PageKind.Hugetlb);
  if (!process || !area) throw new Error("nobody maps a huge page");
  const page = () => area.mapping.at(0);
  const blockOf = (index: number, nth = 0) =>
    kernel.blocks.get(kernel.blockNumberOf(kernel.pages.pfnOf(index)) + nth) ?? expect.fail("no block");
  return { trial, kernel, process, area, page, blockOf };
}

test("a process maps it by one entry of the second level, and gives it back to the pool", () => {
  const { kernel, process, area, page } = machine();
  expect([kernel.gigantic.pages, kernel.gigantic.freePages, kernel.gigantic.reserved]).toEqual([1, 0, 0]);
  expect([area.mapping.order, area.mapping.resident, area.start % GIGANTIC_PAGES]).toEqual([
    GIGANTIC_ORDER,
    GIGANTIC_PAGES,
    0,
  ]);
  const entry = entryOf(area, 0);
  expect(process.store.entries[entry]).toBe(page());
  expect((process.store.bits[entry] as number) & Pte.Huge).toBe(Pte.Huge);
  // No table below it: the way ends with the table of the second level.
  expect(process.tables.pagesAbove(area.start)).toHaveLength(2);
  expect(audit(kernel)).toEqual([]);
  kernel.mappings.remove(area.mapping);
  expect([kernel.gigantic.pages, kernel.gigantic.freePages]).toEqual([1, 1]);
});

test("where no other is free the offline goes on until it is interrupted, and tells so ten times", () => {
  const { trial, kernel, page, blockOf } = machine();
  const before = page();
  // Any of its blocks: its head is what can't move.
  const block = blockOf(before, 3);
  trial.log();
  const path = `/sys/devices/system/memory/memory${block.number}/state`;
  const { op } = trial.engine.submit({ do: "write", partition: "A", path, text: "offline\n" });
  if (op === null) throw new Error("it was over at once");
  trial.engine.runFor(100e6);
  expect([trial.engine.operation(op)?.done, block.state]).toEqual([false, "going-offline"]);
  expect(trial.log().filter((line) => line.includes("failed ret:-12"))).toHaveLength(10);
  trial.engine.submit({ do: "signal", op });
  trial.engine.settle();
  expect(trial.engine.operation(op)?.errno).toBe("EINTR");
  expect([page(), block.state, kernel.gigantic.freePages]).toEqual([before, "online", 0]);
  expect(audit(kernel)).toEqual([]);
});

test("it moves as one to a free one, and what it left is dissolved with the block", () => {
  const { trial, kernel, process, area, page, blockOf } = machine();
  const before = page();
  const block = blockOf(before, 3);
  expect(trial.write(pool(1), "1")).toBe(null);
  const born = () => [0, 1, GIGANTIC_PAGES - 1].map((nth) => kernel.pages.born[page() + nth]);
  const allocated = born();
  expect(trial.state(block, "offline")).toBe(null);
  // Whoever asks of any of its pages hears when it was allocated, not when it moved.
  expect(born()).toEqual(allocated);
  expect(kernel.zoneOfIndex(page()).node).toBe(1);
  expect(process.store.entries[entryOf(area, 0)]).toBe(page());
  expect(kernel.gigantic.total).toEqual([0, 1, 0]);
  const left = sectionOf(block.startPfn) - 3;
  expect(kernel.pages.countIn(left, PageKind.Hugetlb)).toBe(0);
  expect(audit(kernel)).toEqual([]);
});

test("the pool keeps what is in use, whatever number it is told", () => {
  const { trial, kernel } = machine();
  expect(trial.write(pool(2), "0")).toBe(null);
  expect(kernel.gigantic.total).toEqual([0, 0, 1]);
  trial.load({ kind: "huge", mib: 1024, node: 2, policy: "bind" });
  expect([kernel.gigantic.reserved, kernel.gigantic.freePages]).toEqual([0, 0]);
  expect(audit(kernel)).toEqual([]);
});
