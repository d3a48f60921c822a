/** What is said of a page: who holds it, where it lies, and what is unknown of it. */
import { expect, test } from "vitest";
import { BOOT } from "../chronicle/occasion.ts";
import { PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { PAGEBLOCK_PAGES } from "../units.ts";
import { culpritAt, mappedAt, ownerOf, provenanceOf } from "./describe.ts";

const engine = new Engine({ seed: 1, box: smallBox() });
const kernel = engine.kernel("A");
const load = (kind: "anon" | "slab" | "vmalloc" | "balloon") => {
  const pid = kernel.nextPid;
  engine.submit({
    do: "load",
    partition: "A",
    load: { kind, mib: 4, node: 1, policy: "preferred", comm: `a-${kind}` },
  });
  engine.settle();
  return pid;
};
/** Frames by kind, of blocks with entries of their own. */
function framesByKind(): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { startPfn, pages } of kernel.blocks.values()) {
    if (kernel.pages.indexOf(startPfn) < 0) continue;
    for (let frame: number = startPfn; frame < startPfn + pages; frame++) {
      const kind = kernel.pages.kindAt(frame);
      const of = found.get(kind) ?? [];
      if (of.push(frame) === 1) found.set(kind, of);
    }
  }
  return found;
}
let frames = framesByKind();
const framesOf = (kind: number): readonly number[] => frames.get(kind) ?? [];
const ownersOf = (kind: number) => new Set(framesOf(kind).map((frame) => JSON.stringify(ownerOf(kernel, frame).owner)));

test("memory of a process, of a cache that it filled, of the kernel for it, and of nobody", () => {
  const [anon, slab, vmalloc, balloon] = (["anon", "slab", "vmalloc", "balloon"] as const).map(load);
  frames = framesByKind();
  const by = (comm: string, pid: number | undefined, as: string) => ({ comm, pid, as });
  expect(ownersOf(PageKind.Anon)).toContain(
    JSON.stringify({ what: "process", kind: PageKind.Anon, by: by("a-anon", anon, "holder") }),
  );
  expect(ownersOf(PageKind.SlabReclaimable)).toContain(
    JSON.stringify({ what: "slab:dentry", kind: PageKind.SlabReclaimable, by: by("a-slab", slab, "filler") }),
  );
  expect(ownersOf(PageKind.Vmalloc)).toContain(
    JSON.stringify({ what: "vmalloc", kind: PageKind.Vmalloc, by: by("a-vmalloc", vmalloc, "holder") }),
  );
  expect(ownersOf(PageKind.Offline)).toContain(
    JSON.stringify({ what: "balloon", kind: PageKind.Offline, by: by("a-balloon", balloon, "holder") }),
  );
  expect(ownersOf(PageKind.Shmem)).toContain(JSON.stringify({ what: "root-files", kind: PageKind.Shmem, by: null }));
  // Whose end frees it: a process's own memory and the kernel's for it, no cache, no balloon's, nobody's.
  const pids = (kind: number) => new Set(framesOf(kind).map((frame) => ownerOf(kernel, frame).pid));
  expect(pids(PageKind.Vmalloc)).toContain(vmalloc);
  expect(pids(PageKind.SlabReclaimable)).toEqual(new Set([null]));
  expect(pids(PageKind.Offline)).toEqual(new Set([null]));
  expect(pids(PageKind.Shmem)).toEqual(new Set([null]));
});

test("where a page to blame lies: its pageblock in its block, zone and node; of a frame in no zone, nothing", () => {
  load("vmalloc");
  frames = framesByKind();
  for (const frame of framesOf(PageKind.Vmalloc)) {
    const culprit = culpritAt(kernel, frame, "unmovable page", 0);
    const start = culprit.block * kernel.blockPages;
    expect(culprit.pageblock.index).toBe(Math.floor((frame - start) / PAGEBLOCK_PAGES));
    expect(culprit.pageblock.index).toBeLessThan(kernel.blockPages / PAGEBLOCK_PAGES);
    expect([culprit.zone, culprit.node]).toEqual([kernel.zoneAt(frame)?.name, kernel.zoneAt(frame)?.node]);
  }
  const nowhere = [...kernel.blocks.keys()].reduce((most, number) => Math.max(most, number), 0) + 1;
  expect(culpritAt(kernel, nowhere * kernel.blockPages, "unmovable page", 0)).toMatchObject({ zone: "none", node: 0 });
});

test("what boot took has no time and no cause of its own; a free page has neither, and a load's has both", () => {
  frames = framesByKind();
  const boot = { at: null, why: BOOT, id: 0 };
  for (const kind of [PageKind.Reserved, PageKind.Free])
    for (const frame of framesOf(kind).slice(0, 50)) expect(provenanceOf(kernel, frame)).toEqual(boot);
  const at = engine.now;
  load("vmalloc");
  frames = framesByKind();
  const born = framesOf(PageKind.Vmalloc).map((frame) => provenanceOf(kernel, frame));
  expect(born.some(({ at: when, id }) => when !== null && when >= at && id > 0)).toBe(true);
  const nowhere = [...kernel.blocks.keys()].reduce((most, number) => Math.max(most, number), 0) + 1;
  expect(provenanceOf(kernel, nowhere * kernel.blockPages)).toEqual(boot);
});

test("a user's page is mapped at the addresses of its areas, as many as are asked for", () => {
  const pid = load("anon") as number;
  const mapping = [...kernel.mappings].find(
    ({ areas, resident }) => areas[0]?.process.pid === pid && resident === 1024,
  );
  const [area] = mapping?.areas ?? [];
  if (!mapping || !area) throw new Error("nothing is mapped");
  for (const offset of [0, 7, 1023]) {
    const frame = kernel.pages.pfnOf(mapping.at(offset));
    const address = `0x${((area.start + offset - area.offset) * 4096).toString(16)}`;
    expect(mappedAt(kernel, frame)).toEqual([[pid, address]]);
    // A process's child sees the same page.
    mapping.areas.push({ ...area, process: { ...area.process, pid: 4711 } as typeof area.process });
    expect(mappedAt(kernel, frame)).toEqual([
      [pid, address],
      [4711, address],
    ]);
    expect(mappedAt(kernel, frame, 1)).toEqual([[pid, address]]);
    // An area that shows other offsets shows none of it.
    mapping.areas[1] = { ...area, offset: 5000 };
    expect(mappedAt(kernel, frame)).toEqual([[pid, address]]);
    mapping.areas.pop();
  }
  const slab = framesOf(PageKind.Slab)[0] ?? -1;
  expect(mappedAt(kernel, slab)).toEqual([]);
});

test("memory of the kernel's own is nobody's doing", () => {
  frames = framesByKind();
  const own = framesOf(PageKind.Slab).map((frame) => ownerOf(kernel, frame).owner.by);
  expect(own).toContain(null);
  for (const by of own) if (by !== null) expect(by.comm).not.toBeNull();
});
