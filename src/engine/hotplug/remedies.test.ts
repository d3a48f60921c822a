/** Remedies where random machines seldom get: what the allocator keeps when a process ends, caches, and both together. */
import { expect, test } from "vitest";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { ownedBy, startProcess } from "../workload/processes.ts";
import type { Lifetime } from "../memory/kinds.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { ownerOf } from "../migration/describe.ts";
import { bytes, GIB } from "../units.ts";
import { foreseeOffline } from "./foresight.ts";
import { couldBeMovable, remedyFor, remedyUnderWay } from "./remedies.ts";

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
    kernel.owners.takePages(ownedBy(kernel, process, "slab:thing", kind, { lifetime }), pages, 2, null);
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

/** Partition A with d4 on node 2, all Movable. */
function movable() {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const load = (kind: "pin" | "anon", mib: number) => {
    const pid = kernel.nextPid;
    engine.submit({ do: "load", partition: "A", load: { kind, mib, node: 2, policy: "bind", comm: `the-${kind}` } });
    engine.settle();
    return pid;
  };
  const blocks = [...kernel.blocks.values()].filter(({ dimm }) => dimm === "d4");
  return { engine, kernel, load, blocks };
}

test("an offline that runs in vain comes to its end when all who hold pages of its block end", () => {
  const { kernel, load, blocks } = movable();
  expect(remedyUnderWay(kernel, blocks)).toBeNull();
  load("anon", 2);
  expect(remedyUnderWay(kernel, blocks)).toBeNull();
  const [one, two] = [load("pin", 1), load("pin", 1)];
  const kill = (pid: number) => ({ do: "kill", pid, comm: "the-pin" });
  expect(remedyUnderWay(kernel, blocks)).toEqual({ steps: [kill(one), kill(two)], certain: false });
  // Only who holds pages of these blocks.
  const free = blocks.filter(({ startPfn }) => kernel.pages.pinnedIn(startPfn / 32768) === 0);
  expect(free.length).toBeGreaterThan(0);
  expect(remedyUnderWay(kernel, free)).toBeNull();
  expect(remedyFor(kernel, blocks)).toEqual({ steps: [kill(one), kill(two)], certain: true });
  // A pin that no process explains: nothing is known to help.
  const [held] = blocks.filter(({ startPfn }) => kernel.pages.pinnedIn(startPfn / 32768) > 0);
  const first = kernel.pages.indexOf(held?.startPfn ?? 0);
  const page = [...Array(32768).keys()].find((at) => (kernel.pages.flags[first + at] as number) & PageFlag.Pinned) ?? 0;
  kernel.pages.a[first + page] = 99_999;
  expect([remedyUnderWay(kernel, blocks), remedyFor(kernel, blocks)]).toEqual([null, null]);
});

test("nothing has to be done for what leaves; a veto is lifted", () => {
  const { kernel, blocks } = movable();
  expect(remedyFor(kernel, blocks)).toBeNull();
  kernel.injected.set("MEM_GOING_OFFLINE", -12);
  expect(remedyFor(kernel, blocks)).toEqual({ steps: [{ do: "lift-veto" }], certain: true });
});

test("a block that is offline could be Movable, unless it is broken where kernels mind that", () => {
  const { engine, kernel, blocks } = movable();
  const [block] = blocks;
  if (!block) throw new Error("no block");
  expect(couldBeMovable(kernel, block)).toBe(false);
  const path = `/sys/devices/system/memory/memory${block.number}/state`;
  engine.submit({ do: "write", partition: "A", path, text: "offline" });
  engine.settle();
  expect(couldBeMovable(kernel, block)).toBe(true);
  expect(couldBeMovable(kernel, { ...block, poisoned: 1 })).toBe(!kernel.profile.refusesPoisonedBlocks);
});

const POOL = "/sys/devices/system/node/node0/hugepages/hugepages-1048576kB/nr_hugepages";
const HELD = {
  crash: { cmdline: "crashkernel=256M", step: { do: "shrink-crash" }, path: "/sys/kernel/kexec_crash_size" },
  pool: { cmdline: "hugepagesz=1G hugepages=2", step: { do: "shrink-gigantic", node: 0, keep: 0 }, path: POOL },
} as const;

test.each([
  ["6.1", "crash"],
  ["7.3", "crash"],
  ["6.1", "pool"],
] as const)("on %s, what boot set aside (%s) is given back by a write, and then the block leaves", (version, held) => {
  const { cmdline, step, path } = HELD[held];
  const box = smallBox(cmdline);
  const [partition] = box.partitions;
  if (!partition) throw new Error("the box has no partition");
  const nodes = partition.nodes.map((node) => ({ ...node, onboard: bytes(3 * GIB) }));
  const engine = new Engine({ seed: 1, box: { ...box, partitions: [{ ...partition, nodes, kernel: version }] } });
  addFiles(engine.files("A"));
  const write = (to: string, text: string) => engine.submit({ do: "write", partition: "A", path: to, text }).errno;
  const kernel = engine.kernel("A");
  const refused = [...kernel.blocks.values()].filter((block) => {
    const { outlook, pfn: at } = foreseeOffline(kernel, block);
    return outlook === "refused" && at >= 0 && ["crash-kernel", "huge-pool"].includes(ownerOf(kernel, at).owner.what);
  });
  const block = refused.find((one) => remedyFor(kernel, [one]) !== null);
  if (!block) throw new Error(`nothing helps any of ${refused.length} blocks`);
  expect(remedyFor(kernel, [block])).toEqual({ steps: [step], certain: true });
  expect(write(path, "0")).toBeNull();
  engine.settle();
  expect(write(`/sys/devices/system/memory/memory${block.number}/state`, "offline")).toBeNull();
  engine.settle();
  expect(block.state).toBe("offline");
});
