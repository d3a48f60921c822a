import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { ownerOf } from "../migration/describe.ts";
import { PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { mlockedPages } from "../sysfs/statistics.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { bytes, GIB, MIB } from "../units.ts";

/** Partition B with one Movable block, d3. */
function withMovableBlock() {
  const engine = new Engine({ seed: 1, box: smallBox() });
  engine.submit({ do: "move", dimm: "d3", to: { slot: "B/0/0" } });
  engine.settle();
  const kernel = engine.kernel("B");
  const block = [...kernel.blocks.values()].find((one) => one.dimm === "d3");
  if (!block) throw new Error("d3 has no block");
  const offline = () =>
    engine.submit({
      do: "write",
      partition: "B",
      path: `/sys/devices/system/memory/memory${block.number}/state`,
      text: "offline",
    });
  return { engine, kernel, block, offline };
}

describe("pins", () => {
  test("a long-term pin leaves ZONE_MOVABLE first, so that the block can go", () => {
    const { engine, kernel, block, offline } = withMovableBlock();
    engine.submit({ do: "load", partition: "B", load: { kind: "longterm", mib: 16, node: 0 } });
    engine.settle();
    let pinned = 0;
    for (const mapping of kernel.mappings) {
      for (const page of mapping.present()) {
        if (!((kernel.pages.flags[page] as number) & PageFlag.Pinned)) continue;
        pinned++;
        expect(kernel.zoneOfIndex(page).type).not.toBe(ZoneType.Movable);
      }
    }
    expect(pinned).toBe(4096);
    offline();
    engine.settle();
    expect(block.state).toBe("offline");
  });

  test("buffers registered with io_uring keep a block of a kernel zone, and are named as what keeps it", () => {
    const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_kernel") });
    const kernel = engine.kernel("A");
    addFiles(engine.files("A"));
    engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
    engine.settle();
    const pid = kernel.nextPid;
    engine.submit({ do: "load", partition: "A", load: { kind: "io_uring", mib: 300, node: 2, comm: "nginx" } });
    engine.settle();
    const status = engine.files("A").read(`/proc/${pid}/status`);
    expect("text" in status && status.text).toMatch(/VmPin:\t +307200 kB/);
    const blocks = [...kernel.blocks.values()].filter(({ zone }) => zone?.node === 2 && zone.name === "Normal");
    for (const { number } of blocks) {
      const path = `/sys/devices/system/memory/memory${number}/state`;
      engine.submit({ do: "write", partition: "A", path, text: "offline" });
      engine.runFor(1e9);
      for (const { id, running } of engine.attempts.values()) if (running) engine.signal(id);
      engine.settle();
    }
    const owners = [...engine.attempts.values()].flatMap((each) => {
      const { culprit } = each.value();
      return culprit?.owner ? [culprit.owner] : [];
    });
    expect(owners).toContainEqual({
      what: "io_uring-buffers",
      kind: PageKind.Anon,
      by: { comm: "nginx", pid, as: "holder" },
    });
  });

  test.each([
    ["longterm", "registered-buffers", /VmLck:\t +0 kB\nVmPin:\t +16384 kB/],
    ["io_uring", "io_uring-buffers", /VmLck:\t +0 kB\nVmPin:\t +16384 kB/],
    ["vfio", "guest-memory", /VmLck:\t +16384 kB\nVmPin:\t +0 kB/],
  ] as const)(
    "%s: who pins is named, counted where its driver counts, and the count goes with it",
    (kind, what, told) => {
      const { engine, kernel } = withMovableBlock();
      const files = engine.files("B");
      addFiles(files);
      const counted = () => {
        const read = files.read("/proc/vmstat");
        const number = (name: string) =>
          Number(new RegExp(`${name} (\\d+)`).exec("text" in read ? read.text : "")?.[1]);
        return number("nr_foll_pin_acquired") - number("nr_foll_pin_released");
      };
      const pid = kernel.nextPid;
      engine.submit({ do: "load", partition: "B", load: { kind, mib: 16, node: 0 } });
      engine.settle();
      const status = files.read(`/proc/${pid}/status`);
      expect("text" in status && status.text).toMatch(told);
      expect(counted()).toBe(4096);
      const pinned = [...kernel.mappings].find((mapping) => mapping.what === what);
      const [page] = pinned?.present() ?? [];
      expect(ownerOf(kernel, kernel.pages.pfnOf(page as number)).owner).toMatchObject({ what, by: { pid } });
      engine.submit({ do: "kill", partition: "B", pid });
      engine.settle();
      expect(counted()).toBe(0);
      expect(audit(kernel)).toEqual([]);
    },
  );

  // Asked: a machine of 512 MiB and a DIMM of 1 GiB in ZONE_MOVABLE, 600 MiB registered with io_uring.
  test.each(["5.10", "6.1", "6.12", "7.3"] as const)(
    "on %s more pins than the kernel's zones have room for kill who pins, or stay in Movable",
    (version) => {
      const nodes = [{ onboard: bytes(512 * MIB), cpus: "0-1", slots: [null] }];
      const cmdline = "memhp_default_state=online_movable";
      const partition = { id: "A", name: "a", nodes, maxMemory: bytes(8 * GIB), kernel: version, cmdline };
      const box = { partitions: [partition], shelf: [{ id: "d0", size: bytes(GIB) }] };
      const engine = new Engine({ seed: 1, box });
      const kernel = engine.kernel("A");
      engine.submit({ do: "move", dimm: "d0", to: { slot: "A/0/0" } });
      engine.settle();
      const pid = kernel.nextPid;
      engine.submit({ do: "load", partition: "A", load: { kind: "io_uring", mib: 600 } });
      engine.settle();
      const lines = engine.transactions
        .reader("first")
        .read()
        .flatMap(({ changes }) => changes.flatMap((each) => (each.c === "log" ? [each.line] : [])));
      const stays = version === "5.10";
      expect(kernel.processes.has(pid)).toBe(stays);
      expect(kernel.vmstat.pins).toBe(153_600);
      const asked =
        "mem invoked oom-killer: gfp_mask=0x142cc2(GFP_HIGHUSER|__GFP_NOWARN|__GFP_COMP), order=0, oom_score_adj=0";
      expect(lines.includes(asked)).toBe(!stays);
      expect(audit(kernel)).toEqual([]);
    },
  );

  test("all of a process that is locked is unevictable, stays out of swap, and leaves with its block", () => {
    const { engine, kernel, block, offline } = withMovableBlock();
    addFiles(engine.files("B"));
    const before = mlockedPages(kernel, null);
    engine.submit({ do: "load", partition: "B", load: { kind: "mlockall", mib: 16, node: 0 } });
    engine.settle();
    // What it brought with its binary, too.
    expect(mlockedPages(kernel, null) - before).toBe(4096 + 24);
    const meminfo = engine.files("B").read("/proc/meminfo");
    expect("text" in meminfo && meminfo.text).toMatch(/Unevictable: +16480 kB\nMlocked: +16480 kB\n/);
    for (const zone of kernel.zones) kernel.swap.shrink([zone], 10_000);
    offline();
    engine.settle();
    expect(block.state).toBe("offline");
    expect(mlockedPages(kernel, null) - before).toBe(4096 + 24);
    expect(audit(kernel)).toEqual([]);
  });

  test("a pin that meets an offline waits for its pages, whenever it comes", () => {
    for (const lead of [100_000, 400_000, 900_000, 2_000_000, 5_000_000]) {
      const { engine, kernel, offline } = withMovableBlock();
      engine.submit({ do: "load", partition: "B", load: { kind: "longterm", mib: 16, node: 0 } });
      engine.runFor(lead);
      offline();
      for (let i = 0; i < 30; i++) {
        engine.runFor(300_000);
        expect(audit(kernel)).toEqual([]);
      }
      engine.settle();
      expect(audit(kernel)).toEqual([]);
    }
  });
});

test.each(["pin", "longterm", "vfio", "ksm", "pipes", "huge", "slab", "vmalloc", "mlock", "thp"] as const)(
  "a %s load that is ended at any moment leaves nothing behind but what caches keep",
  (kind) => {
    const leftBehind = (after: number): number => {
      const { engine, kernel } = withMovableBlock();
      engine.submit({ do: "write", partition: "B", path: "/proc/sys/vm/nr_hugepages", text: "4" });
      engine.settle();
      const inUse = () => {
        kernel.dropCaches(2);
        return kernel.zones.reduce((sum, zone) => sum + zone.managed - zone.free, 0);
      };
      const before = inUse();
      engine.submit({ do: "load", partition: "B", load: { kind, mib: 2, count: 20, node: 0 } });
      const pid = Math.max(...kernel.processes.keys());
      engine.runUntil((engine.now + after) as typeof engine.now);
      engine.submit({ do: "kill", partition: "B", pid });
      engine.settle();
      expect(audit(kernel)).toEqual([]);
      return inUse() - before;
    };
    // A few empty pages of each cache that objects of the process were in, and dentries in use of a cache that it filled.
    const kept = kind === "pipes" || kind === "slab" ? 16 : 6;
    for (let after = 1_000; after < 2e6; after *= 1.2)
      expect(leftBehind(Math.round(after)), `ended after ${Math.round(after)} ns`).toBeLessThanOrEqual(kept);
  },
);
