import { describe, expect, test } from "vitest";
import type { Kernel } from "../kernel/kernel.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { numaMaps } from "../sysfs/more/process-maps.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { LOAD_KINDS } from "../workload/load-description.ts";
import { running } from "./running.ts";

function machine(cmdline = ""): Engine {
  const engine = new Engine({ seed: 7, box: smallBox(`${cmdline} memhp_default_state=online_movable`) });
  engine.submit({
    do: "write",
    partition: "A",
    path: "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages",
    text: "8",
  });
  return engine;
}
/** Pages of 4 KiB by node, as /proc/PID/numa_maps has them area by area. */
function fromNumaMaps(kernel: Kernel, pid: number): Map<number, number> {
  const process = kernel.processes.get(pid);
  const sums = new Map<number, number>();
  for (const line of process ? numaMaps(kernel, process).split("\n") : []) {
    const each = line.includes("kernelpagesize_kB=2048") ? 512 : 1;
    for (const [, node, pages] of line.matchAll(/ N(\d+)=(\d+)/g))
      sums.set(Number(node), (sums.get(Number(node)) ?? 0) + Number(pages) * each);
  }
  return sums;
}
const freeOf = (kernel: Kernel): number => kernel.nodes.reduce((sum, { free }) => sum + free, 0);
/** Pages that are the kernel's own, its caches among them: they keep a few empty ones of what a process used. */
const ownOf = (kernel: Kernel): number =>
  [...kernel.owners].reduce((sum, { pid, count }) => sum + (pid === null ? count : 0), 0);

describe.each(LOAD_KINDS)("a process that does %s", (kind) => {
  const engine = machine();
  const load = { kind, mib: 16, count: 100, node: 1, policy: "bind" } as const;
  engine.submit({ do: "load", partition: "A", load });
  engine.settle();
  const kernel = engine.kernel("A");
  const one = running(kernel).find((each) => each.load === kind);
  const pid = one?.pid ?? -1;

  test("has its pages where its own numa_maps says, and pays for the distance", () => {
    expect(one).toBeDefined();
    const byNode = fromNumaMaps(kernel, pid);
    expect(new Map(one?.byNode)).toEqual(byNode);
    expect(one?.node).toBe(0);
    const [near = 0, far = 0] = [byNode.get(0), byNode.get(1)];
    expect(one?.pages).toBe(near + far);
    expect(one?.remote).toBe(far);
    expect(one?.mean).toBeCloseTo((10 * near + kernel.distance(0, 1) * far) / (near + far), 9);
    expect(one?.policy).toEqual({ mode: "bind", node: 1 });
  });

  test("gives back what is said to be held for it, and its own pages, when it ends", () => {
    const before = freeOf(kernel) + kernel.hugePages.pooledBasePages + ownOf(kernel);
    const held = running(kernel).find((each) => each.pid === pid);
    engine.submit({ do: "kill", partition: "A", pid });
    const after = freeOf(kernel) + kernel.hugePages.pooledBasePages + ownOf(kernel);
    expect(after - before).toBe((held?.pages ?? 0) + (held?.kernelPages ?? 0));
    expect(running(kernel).some((each) => each.pid === pid)).toBe(false);
  });
});

test("a process that is started on a node's CPUs allocates there, and what an offline moves away from it costs distance", () => {
  const engine = machine("movable_node");
  const load = { kind: "anon", mib: 16, cpus: [2, 3] } as const;
  expect(engine.submit({ do: "load", partition: "A", load: { ...load, cpus: [99] } })).toMatchObject({
    errno: "EINVAL",
    rejection: { why: "no-such-cpus", cpus: [99] },
  });
  engine.submit({ do: "load", partition: "A", load });
  engine.settle();
  const kernel = engine.kernel("A");
  const one = () => running(kernel).at(-1);
  const before = one();
  expect(before).toMatchObject({ node: 1, cpus: [2, 3], remote: 0, mean: 10 });
  // Whatever block of its node goes offline, its pages go to the other node, and the distance with them.
  const pages = [...(kernel.processes.get(before?.pid ?? -1)?.mappings ?? [])].flatMap((one) => [...one.present()]);
  const blocks = new Set(pages.map((page) => kernel.blockNumberOf(kernel.pages.pfnOf(page))));
  for (const block of blocks) {
    const path = `/sys/devices/system/memory/memory${block}/state`;
    engine.submit({ do: "write", partition: "A", path, text: "offline" });
    engine.settle();
  }
  const after = one();
  const far = fromNumaMaps(kernel, before?.pid ?? -1).get(0) ?? 0;
  expect(far).toBeGreaterThan(1000);
  expect(after?.remote).toBe(far);
  expect(after?.mean).toBeCloseTo(10 + ((kernel.distance(1, 0) - 10) * far) / (after?.pages ?? 1), 9);
});

test("a process that is moved to other CPUs pays otherwise; its pages stay", () => {
  const engine = machine();
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 16, node: 1, policy: "bind" } });
  engine.settle();
  const [before] = running(engine.kernel("A")).slice(-1);
  engine.submit({ do: "affinity", partition: "A", pid: before?.pid ?? -1, cpus: [2, 3] });
  const [after] = running(engine.kernel("A")).slice(-1);
  expect(after?.byNode).toEqual(before?.byNode);
  expect(after).toMatchObject({ node: 1, cpus: [2, 3] });
  expect(after?.remote).toBe((before?.pages ?? 0) - (before?.remote ?? 0));
  expect(after?.mean).toBeLessThan(before?.mean ?? 0);
});

test("asked again, only those page tables are read whose entries lead elsewhere since", () => {
  const engine = machine("movable_node");
  addFiles(engine.files("A"));
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 64, cpus: [2, 3] } });
  engine.settle();
  const kernel = engine.kernel("A");
  const process = [...kernel.processes.values()].find(({ load }) => load === "anon");
  if (!process) throw new Error("There is no load.");
  const { entries } = kernel.tables;
  /** Entries that are read while it is counted; those of the tree above the leaf tables among them. */
  const read = (): number => {
    let sum = 0;
    kernel.tables.entries = new Proxy(entries, {
      get: (target, name) => {
        sum++;
        return Reflect.get(target, name, target);
      },
    });
    running(kernel);
    kernel.tables.entries = entries;
    return sum;
  };
  const all = read();
  expect(all).toBeGreaterThan(16_384);
  const again = read();
  expect(again).toBeLessThan(all / 50);
  // One page is moved away: its table is read again, and no other.
  const [page = -1] = process.mappings.flatMap((one) => [...one.present()]);
  const frame = kernel.pages.pfnOf(page);
  const before = running(kernel).find(({ pid }) => pid === process.pid);
  const path = "/sys/devices/system/memory/soft_offline_page";
  const text = `0x${(frame * 4096).toString(16)}`;
  expect(engine.submit({ do: "write", partition: "A", path, text }).errno).toBeNull();
  engine.settle();
  expect(read()).toBeLessThan(again + 2 * 512);
  const after = running(kernel).find(({ pid }) => pid === process.pid);
  expect(after?.pages).toBe(before?.pages);
  expect(new Map(after?.byNode)).toEqual(fromNumaMaps(kernel, process.pid));
});
