/**
 * What outlives the process that caused it, for every kind of load. The lab's kernels, 6.1 and 6.12, were asked the same
 * (public/traces/designed: slab-outlives, drop-caches, tmpfs-shmem).
 */
import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { lifetimeOf } from "../kernel/lifetimes.ts";
import { PAGE_KIND_NAMES } from "../memory/kind-names.ts";
import { PAGE_KINDS, PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { LOAD_KINDS, type LoadDescription, type LoadKind } from "./load-description.ts";
import { Engine } from "../time/engine.ts";
import { sectionOf } from "../units.ts";

const BLOCK_PAGES = 32768;

/** A machine with a DIMM of one block in node 2, which has no other memory: what is bound to the node lies there. */
class Bench {
  readonly engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_kernel") });
  readonly kernel: Kernel;
  readonly block: number;

  constructor() {
    this.engine.submit({ do: "move", dimm: "d3", to: { slot: "A/2/0" } });
    this.engine.settle();
    this.kernel = this.engine.kernel("A");
    this.block = [...this.kernel.blocks.values()].find(({ dimm }) => dimm === "d3")?.number as number;
  }

  write(path: string, text: string): string | null {
    const { errno, op } = this.engine.submit({ do: "write", partition: "A", path, text });
    this.engine.settle();
    return op === null ? errno : (this.engine.operation(op)?.errno ?? null);
  }

  /** Starts a load on node 2, and waits until it has what it wants. */
  load(load: Omit<LoadDescription, "node" | "policy">): number {
    const pid = this.kernel.nextPid;
    this.engine.submit({ do: "load", partition: "A", load: { ...load, node: 2, policy: "bind" } });
    if (load.kind === "server") this.engine.runFor(2e9);
    else this.engine.settle();
    return pid;
  }

  end(pid: number): void {
    this.engine.submit({ do: "kill", partition: "A", pid });
    this.engine.settle();
    expect(audit(this.kernel)).toEqual([]);
  }

  drop(what: 1 | 2 | 3 | 4): void {
    expect(this.write("/proc/sys/vm/drop_caches", `${what}`)).toBeNull();
    expect(audit(this.kernel)).toEqual([]);
  }

  offline(): string | null {
    return this.write(`/sys/devices/system/memory/memory${this.block}/state`, "offline");
  }

  /** Pages in use of the block, by the name of their kind. */
  get used(): Record<string, number> {
    const section = sectionOf(this.block * BLOCK_PAGES);
    const counts: Record<string, number> = {};
    for (let kind = PageKind.Anon as number; kind < PAGE_KINDS; kind++) {
      const count = this.kernel.pages.countIn(section, kind);
      if (count > 0) counts[PAGE_KIND_NAMES[kind] as string] = count;
    }
    return counts;
  }

  get lifetimes(): Set<string | null> {
    const found = new Set<string | null>();
    for (let pfn = this.block * BLOCK_PAGES; pfn < (this.block + 1) * BLOCK_PAGES; pfn++)
      found.add(lifetimeOf(this.kernel, pfn));
    found.delete(null);
    return found;
  }
}

type Case = Omit<LoadDescription, "node" | "policy"> & { readonly kind: LoadKind };
const LOADS: Readonly<Record<LoadKind, Omit<Case, "kind">>> = {
  anon: { mib: 8 },
  thp: { mib: 8 },
  shm: { mib: 8 },
  mlock: { mib: 8 },
  huge: { mib: 8 },
  pin: { mib: 8 },
  longterm: { mib: 8 },
  io_uring: { mib: 8 },
  vfio: { mib: 8 },
  ksm: { mib: 8 },
  mlockall: { mib: 8 },
  pipes: { count: 200 },
  cache: { mib: 8 },
  slab: { mib: 8 },
  vmalloc: { mib: 8 },
  balloon: { mib: 8 },
  server: { mib: 8, churnMibPerSecond: 1 },
};
/** Kinds of pages that are in the block still when the process is gone; and when caches were dropped, too. */
const STAYS: Readonly<Record<LoadKind, readonly [string[], string[]]>> = {
  anon: [[], []],
  thp: [[], []],
  shm: [[], []],
  mlock: [[], []],
  // To the pool, which is the kernel's.
  huge: [["hugetlb"], ["hugetlb"]],
  pin: [[], []],
  longterm: [[], []],
  io_uring: [[], []],
  vfio: [[], []],
  ksm: [[], []],
  mlockall: [[], []],
  // The allocator keeps empty pages of the many caches that pipes use; nothing shrinks those.
  pipes: [["slab"], ["slab"]],
  cache: [["page cache"], []],
  slab: [["reclaimable slab"], ["reclaimable slab"]],
  vmalloc: [[], []],
  // The process stands for what a hypervisor asks for.
  balloon: [[], []],
  server: [["page cache"], []],
};

describe("what a process leaves behind", () => {
  test.each(LOAD_KINDS)("of a %s load", (kind) => {
    const bench = new Bench();
    if (kind === "huge") bench.write("/sys/devices/system/node/node2/hugepages/hugepages-2048kB/nr_hugepages", "4");
    const pid = bench.load({ kind, ...LOADS[kind] });
    expect(Object.keys(bench.used)).not.toEqual([]);
    bench.end(pid);
    expect(Object.keys(bench.used)).toEqual(STAYS[kind][0]);
    expect(bench.lifetimes.has("process")).toBe(false);
    bench.drop(3);
    expect(Object.keys(bench.used)).toEqual(STAYS[kind][1]);
    // Pages of the pool dissolve; kernel memory keeps the block.
    expect(bench.offline()).toBe(kind === "pipes" || kind === "slab" ? "EBUSY" : null);
  });

  test("dentries stay with the kernel until told to go, and some longer: the block stays, too", () => {
    const bench = new Bench();
    const pid = bench.load({ kind: "slab", count: 200_000, comm: "find" });
    const filled = bench.used["reclaimable slab"] as number;
    expect(filled).toBe(9524);
    // Its own kernel stack lies there, too, and goes with it.
    expect(bench.lifetimes).toEqual(new Set(["cache", "kernel", "process"]));
    bench.end(pid);
    expect(bench.lifetimes).toEqual(new Set(["cache", "kernel"]));
    expect(bench.used["reclaimable slab"]).toBe(filled);
    expect(bench.offline()).toBe("EBUSY");
    bench.drop(1);
    expect(bench.used["reclaimable slab"]).toBe(filled);
    bench.drop(4);
    expect(bench.used["reclaimable slab"]).toBe(filled);
    bench.drop(2);
    const left = bench.used["reclaimable slab"] as number;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(filled / 20);
    expect(bench.lifetimes).toEqual(new Set(["kernel"]));
    expect(bench.offline()).toBe("EBUSY");
  });

  test("walking the same way again and again leaves no more behind than once", () => {
    const bench = new Bench();
    const left = [1, 2, 3, 4].map((): [Record<string, number>, number] => {
      for (const load of [
        { kind: "slab", count: 50_000 },
        { kind: "pipes", count: 300 },
      ] as const)
        bench.end(bench.load(load));
      bench.drop(2);
      return [bench.used, [...bench.kernel.owners].length];
    });
    expect(new Set(left.map((each) => JSON.stringify(each))).size).toBe(1);
  });

  test("page cache goes when caches of pages are dropped, shared memory and locked pages do not", () => {
    const bench = new Bench();
    bench.load({ kind: "shm", mib: 4 });
    bench.load({ kind: "mlock", mib: 4 });
    bench.end(bench.load({ kind: "cache", mib: 16 }));
    const before = bench.used;
    bench.drop(2);
    expect(bench.used).toEqual(before);
    bench.drop(1);
    const { "page cache": dropped, ...rest } = before;
    expect(dropped).toBe(4096);
    expect(bench.used).toEqual(rest);
  });

  test("want of memory shrinks caches, whose process is gone, before anything fails", () => {
    const bench = new Bench();
    bench.end(bench.load({ kind: "slab", mib: 60 }));
    bench.end(bench.load({ kind: "cache", mib: 40 }));
    const pid = bench.load({ kind: "anon", mib: 120 });
    expect(bench.kernel.processes.has(pid)).toBe(true);
    expect(bench.used).toMatchObject({ anonymous: 30_720 });
    expect(bench.used["page cache"] ?? 0).toBe(0);
    expect(bench.used["reclaimable slab"]).toBeLessThan(2_000);
  });
});
