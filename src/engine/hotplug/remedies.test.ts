/** Remedies where random machines seldom get: what the allocator keeps when a process ends, caches, and both together. */
import { expect, test } from "vitest";
import { PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { ownedBy, startProcess } from "../workload/processes.ts";
import type { Lifetime } from "../memory/kinds.ts";
import { remedyFor } from "./remedies.ts";

/** Partition A with d4 alone on node 2, for the kernel, and a process. */
function machine() {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_kernel") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const process = startProcess(kernel, "holder", "command");
  if (!process) throw new Error("no memory for a process");
  /** Takes pages on node 2, and tells what would help there. */
  const holding = (pages: number, kind: PageKind, lifetime: Lifetime) => {
    kernel.owners.takePages(ownedBy(kernel, process, "slab:thing", kind, undefined, lifetime), pages, 2, null);
    const index = [...kernel.owners].find(({ what }) => what === "slab:thing")?.chunks[0] as number;
    const block = [...kernel.blocks.values()].find(
      ({ startPfn, pages: length }) =>
        startPfn <= kernel.pages.pfnOf(index) && kernel.pages.pfnOf(index) < startPfn + length,
    );
    if (!block) throw new Error("the pages are in no block");
    return remedyFor(kernel, [block]);
  };
  return { kill: { do: "kill", pid: process.pid, comm: "holder" } as const, holding };
}

test("what goes with its process goes when that is ended", () => {
  const { kill, holding } = machine();
  expect(holding(10, PageKind.KernelBuffer, "process")).toEqual({ steps: [kill], certain: true });
});

test("empty pages of a cache that the allocator keeps stay though the process ends", () => {
  expect(machine().holding(10, PageKind.Slab, "process")).toBeNull();
});

test("a cache of the kernel's is dropped, and no process ended for it", () => {
  expect(machine().holding(10, PageKind.SlabReclaimable, "cache")).toEqual({
    steps: [{ do: "drop-caches" }],
    certain: false,
  });
});

test("nothing is offered for what nothing frees", () => {
  expect(machine().holding(10, PageKind.KernelBuffer, "kernel")).toBeNull();
});
