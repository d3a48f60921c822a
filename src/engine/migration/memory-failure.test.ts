import { describe, expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { Engine } from "../time/engine.ts";
import { audit } from "../kernel/audit.ts";
import { poisonedPages } from "../kernel/poisoned-pages.ts";

const MEMORY = "/sys/devices/system/memory";

test("a kernel built without it has no files for it", () => {
  const box = smallBox();
  const partitions = box.partitions.map((one) => ({ ...one, builtWithout: ["CONFIG_MEMORY_FAILURE" as const] }));
  const engine = new Engine({ seed: 1, box: { ...box, partitions } });
  addFiles(engine.files("A"));
  const write = (path: string) => engine.submit({ do: "write", partition: "A", path, text: "0x100000" }).errno;
  expect(write(`${MEMORY}/soft_offline_page`)).toBe("EACCES");
  expect(write(`${MEMORY}/hard_offline_page`)).toBe("EACCES");
  expect(write(`${MEMORY}/auto_online_blocks`)).toBe("EINVAL");
});

/** Partition B runs 6.12; its DIMM d3 is one block in Movable. */
function withDimm(kernel: KernelVersion = "6.12") {
  const box = smallBox();
  const engine = new Engine({
    seed: 1,
    box: { ...box, partitions: box.partitions.map((one) => (one.id === "B" ? { ...one, kernel } : one)) },
  });
  addFiles(engine.files("B"));
  engine.submit({ do: "move", dimm: "d3", to: { slot: "B/0/0" } });
  engine.settle();
  const running = engine.kernel("B");
  const block = [...running.blocks.values()].find((one) => one.dimm === "d3");
  if (!block) throw new Error("d3 has no block");
  const write = (path: string, text: string) => {
    const { errno, op } = engine.submit({ do: "write", partition: "B", path: `${MEMORY}/${path}`, text });
    engine.settle();
    return op === null ? errno : (engine.operation(op)?.errno ?? null);
  };
  return {
    engine,
    kernel: running,
    block,
    write,
    address: (page: number) => `0x${((block.startPfn + page) * 4096).toString(16)}`,
  };
}

describe("memory errors", () => {
  test("a free page leaves the allocator and the block can still go offline", () => {
    const { kernel, block, write, address } = withDimm();
    expect(write("hard_offline_page", address(700))).toBeNull();
    expect(kernel.pages.kindAt(block.startPfn + 700)).toBe(PageKind.Poisoned);
    expect(audit(kernel)).toEqual([]);
    expect(write("hard_offline_page", address(700))).toBe("EHWPOISON");
    expect(write("soft_offline_page", address(700))).toBeNull();
    expect(write(`memory${block.number}/state`, "offline")).toBeNull();
    expect(poisonedPages(kernel)).toBe(1);
    expect(audit(kernel)).toEqual([]);
  });

  test("6.2 and later refuse to bring it online again; 6.1 hands the broken page out", () => {
    const later = withDimm("6.12");
    later.write("hard_offline_page", later.address(3));
    later.write(`memory${later.block.number}/state`, "offline");
    expect(later.write(`memory${later.block.number}/state`, "online")).toBe("EHWPOISON");
    const earlier = withDimm("6.1");
    earlier.write("hard_offline_page", earlier.address(3));
    earlier.write(`memory${earlier.block.number}/state`, "offline");
    expect(earlier.write(`memory${earlier.block.number}/state`, "online")).toBeNull();
    expect(poisonedPages(earlier.kernel)).toBe(1);
  });

  test("soft: what was in a page moves on, and its process keeps it", () => {
    const { engine, kernel, block, write, address } = withDimm();
    engine.submit({ do: "load", partition: "B", load: { kind: "anon", mib: 100, node: 0 } });
    engine.settle();
    const before = [...kernel.processes.values()].reduce((sum, process) => sum + process.resident, 0);
    expect(kernel.pages.kindAt(block.startPfn + 40)).toBe(PageKind.Anon);
    expect(write("soft_offline_page", address(40))).toBeNull();
    expect(kernel.pages.kindAt(block.startPfn + 40)).toBe(PageKind.Poisoned);
    expect([...kernel.processes.values()].reduce((sum, process) => sum + process.resident, 0)).toBe(before);
    expect(audit(kernel)).toEqual([]);
  });

  test("addresses outside memory, offline blocks and nonsense", () => {
    const { kernel, write } = withDimm();
    expect(write("hard_offline_page", "0xffffffff000")).toBe("ENXIO");
    expect(write("soft_offline_page", "0xffffffff000")).toBe("ENXIO");
    expect(write("hard_offline_page", "page")).toBe("EINVAL");
    expect(write("hard_offline_page", "0x1000000")).toBe("EBUSY");
    expect(audit(kernel)).toEqual([]);
  });

  test("a page may break at any moment of an offline", () => {
    for (const wait of [0, 2_000, 60_000, 100_000, 250_000, 330_000, 400_000]) {
      const { engine, kernel, block, address } = withDimm();
      engine.submit({ do: "write", partition: "B", path: `${MEMORY}/memory${block.number}/state`, text: "offline" });
      engine.runFor(wait);
      engine.submit({ do: "write", partition: "B", path: `${MEMORY}/hard_offline_page`, text: address(9000) });
      expect(audit(kernel)).toEqual([]);
      engine.settle();
      expect(block.state).toBe("offline");
      expect(audit(kernel)).toEqual([]);
    }
  });
});

/** A box whose DIMM holds pages by a load (or a pool of huge pages), and the first page of a kind that has these flags. */
function holding(kind: PageKind, load: object | null, flags: number, version: KernelVersion) {
  const machine = withDimm(version);
  const { engine, kernel, block, write } = machine;
  if (load === null) engine.submit({ do: "write", partition: "B", path: "/proc/sys/vm/nr_hugepages", text: "4" });
  else engine.submit({ do: "load", partition: "B", load: { mib: 24, node: 0, ...load } as never });
  engine.settle();
  const { pages } = kernel;
  const frames = Array.from({ length: block.pages }, (_, page) => block.startPfn + page);
  const at = frames.find((frame) => {
    const index = pages.indexOf(frame);
    return pages.kindAt(frame) === kind && (flags === 0 || ((pages.flags[index] as number) & flags) === flags);
  });
  if (at === undefined) throw new Error("no such page");
  return {
    ...machine,
    at,
    ...telling(engine, at),
    breaks: (how: string) => write(how, `0x${(at * 4096).toString(16)}`),
  };
}

/** What the log says from now on, with `PFN` for a page's number. */
function telling(engine: Engine, at: number) {
  const reader = engine.transactions.reader();
  const said = (): string[] =>
    reader
      .read()
      .flatMap(({ changes }) => changes.flatMap((change) => (change.c === "log" ? [change.line] : [])))
      .map((line) => line.replace(`0x${at.toString(16)}`, "PFN"));
  return { said };
}

const recovered = (what: string): string => `Memory failure: PFN: recovery action for ${what}: Recovered`;

describe.each([
  // What the page is, the first of which flags, what is said of a hard error, and of a soft one.
  ["free", PageKind.Free, { kind: "anon", mib: 1 }, 0, recovered("free buddy page"), null],
  ["anonymous", PageKind.Anon, { kind: "anon" }, 0, recovered("dirty LRU page"), null],
  ["huge, transparent", PageKind.AnonHuge, { kind: "thp" }, 0, recovered("dirty LRU page"), null],
  [
    "clean page cache",
    PageKind.PageCache,
    { kind: "cache" },
    0,
    recovered("clean LRU page"),
    "soft_offline: PFN: invalidated",
  ],
  ["shared memory", PageKind.Shmem, { kind: "shm" }, 0, recovered("dirty LRU page"), null],
  ["locked", PageKind.Anon, { kind: "mlock" }, PageFlag.Mlocked, recovered("dirty mlocked LRU page"), null],
  ["huge, free in the pool", PageKind.Hugetlb, null, 0, recovered("free huge page"), null],
] as const)("a page that is %s", (_, kind, load, flags, hard, soft) => {
  test.each([
    ["hard_offline_page", hard === null ? [] : [hard]],
    ["soft_offline_page", soft === null ? [] : [soft]],
  ])("%s: out of use, alone, and the log says so", (how, lines) => {
    const { kernel, block, at, said, breaks } = holding(kind, load, flags, "6.12");
    const { memoryFailures } = kernel.nodes[0] as { memoryFailures: object };
    expect(breaks(how)).toBeNull();
    expect(said()).toEqual(lines);
    expect(kernel.pages.kindAt(at)).toBe(PageKind.Poisoned);
    expect([poisonedPages(kernel), block.poisoned]).toEqual([1, 1]);
    const counted = how === "hard_offline_page" ? 1 : 0;
    expect(memoryFailures).toEqual({ ignored: 0, failed: 0, delayed: 0, recovered: counted });
    expect(audit(kernel)).toEqual([]);
    // A second time.
    expect(breaks(how)).toBe(how === "hard_offline_page" ? "EHWPOISON" : null);
    const again =
      how === "hard_offline_page"
        ? "Memory failure: PFN: recovery action for already poisoned page: Failed"
        : "Soft offline: PFN: page already poisoned";
    expect(said()).toEqual([again]);
  });
});

describe("what can't be taken out of use", () => {
  test.each<[KernelVersion, RegExp]>([
    ["6.1", /^soft offline: PFN: page migration failed 1$/],
    ["6.12", /^Soft offline: PFN: page migration failed 1, type 0x\w+\(.*swapbacked.*\)$/],
  ])("%s: a pinned page", (version, soft) => {
    const { kernel, at, said, breaks } = holding(PageKind.Anon, { kind: "pin" }, PageFlag.Pinned, version);
    expect(breaks("hard_offline_page")).toBe("EBUSY");
    expect(said()).toEqual(["Memory failure: PFN: recovery action for dirty LRU page: Failed"]);
    expect(kernel.nodes[0]?.memoryFailures).toEqual({ ignored: 0, failed: 1, delayed: 0, recovered: 0 });
    expect(breaks("soft_offline_page")).toBe("EBUSY");
    expect(said().join("\n")).toMatch(soft);
    expect(kernel.pages.kindAt(at)).toBe(PageKind.Anon);
    expect(poisonedPages(kernel)).toBe(0);
    expect(audit(kernel)).toEqual([]);
  });

  test.each<[KernelVersion, string, string | null]>([
    ["6.1", "unknown page", "EIO"],
    ["6.12", "get hwpoison page", "EIO"],
    ["7.3", "get hwpoison page", "ENOTRECOVERABLE"],
  ])("%s: slab goes on being used, and counts as broken", (version, what, soft) => {
    const { engine, kernel, write } = withDimm(version);
    const { pages } = kernel;
    const frames = Array.from({ length: 131072 }, (_, frame) => frame);
    const at = frames.find((frame) => pages.kindAt(frame) === PageKind.Slab) ?? -1;
    const { said } = telling(engine, at);
    const text = `0x${(at * 4096).toString(16)}`;
    expect(write("soft_offline_page", text)).toBe(soft);
    expect(said()).toEqual(["Memory failure: PFN: unhandlable page."]);
    expect(write("hard_offline_page", text)).toBe("EBUSY");
    expect(said()).toEqual([
      "Memory failure: PFN: unhandlable page.",
      `Memory failure: PFN: recovery action for ${what}: Ignored`,
    ]);
    expect(pages.kindAt(at)).toBe(PageKind.Slab);
    expect(kernel.nodes[0]?.memoryFailures).toEqual({ ignored: 1, failed: 0, delayed: 0, recovered: 0 });
    expect(kernel.blocks.get(kernel.blockNumberOf(at))?.poisoned).toBe(1);
    expect(write("hard_offline_page", text)).toBe("EHWPOISON");
  });

  test.each<[KernelVersion, PageKind, string]>([
    ["6.12", PageKind.Reserved, "get hwpoison page"],
    ["7.3", PageKind.Reserved, "reserved kernel page"],
    ["7.3", PageKind.KernelImage, "reserved kernel page"],
  ])("%s: of boot memory, kind %i, it says: %s", (version, kind, what) => {
    const { engine, kernel, write } = withDimm(version);
    const at = Array.from({ length: 131072 }, (_, frame) => frame).find((frame) => kernel.pages.kindAt(frame) === kind);
    const { said } = telling(engine, at ?? -1);
    expect(write("hard_offline_page", `0x${((at ?? -1) * 4096).toString(16)}`)).toBe("EBUSY");
    expect(said().at(-1)).toBe(`Memory failure: PFN: recovery action for ${what}: Ignored`);
  });

  test.each<[KernelVersion, string | null, string]>([
    ["6.12", "ENXIO", "memory outside kernel control"],
    ["7.3", "EBUSY", "recovery action for non struct page pfn: Ignored"],
  ])("%s: an address without memory, and memory that is offline", (version, absent, line) => {
    const { engine, block, write, address } = withDimm(version);
    const { said } = telling(engine, 0xffffff);
    expect(write("hard_offline_page", "0xffffff000")).toBe(absent);
    expect(said()).toEqual([`Memory failure: PFN: ${line}`]);
    expect(write("soft_offline_page", "0xffffff000")).toBe("ENXIO");
    write(`memory${block.number}/state`, "offline");
    const offline = telling(engine, block.startPfn + 5);
    expect(write("hard_offline_page", address(5))).toBe("ENXIO");
    expect(offline.said()).toEqual(["Memory failure: PFN: memory outside kernel control"]);
    expect(write("soft_offline_page", address(5))).toBe("EIO");
  });
});

test("the chunk around a broken page is cut up: all its other pages are still to be had, each part as large as can be", () => {
  const { kernel, block, write, address } = withDimm();
  for (const page of [0, 1023, 1024 + 513, 4096 + 7]) expect(write("hard_offline_page", address(page))).toBeNull();
  const { pages } = kernel;
  for (const first of [0, 1024, 4096]) {
    const index = pages.indexOf(block.startPfn + first);
    let free = 0;
    for (let at = 0; at < 1024; ) {
      if (pages.kind[index + at] === PageKind.Poisoned) at++;
      else {
        const order = pages.order[index + at] as number;
        free += 1 << order;
        at += 1 << order;
      }
    }
    expect(free).toBe(first === 0 ? 1022 : 1023);
  }
  expect(audit(kernel)).toEqual([]);
});

describe("a huge page of which one page breaks", () => {
  test("is split: the process keeps the other 511, and no huge page is left of it", () => {
    const { kernel, at, breaks } = holding(PageKind.AnonHuge, { kind: "thp" }, 0, "6.12");
    const { pages } = kernel;
    const head = pages.indexOf(at) & ~511;
    expect(breaks("hard_offline_page")).toBeNull();
    const kinds = [...pages.kind.subarray(head, head + 512)];
    expect(kinds.filter((kind) => kind === PageKind.Anon).length).toBe(511);
    expect(kinds.filter((kind) => kind === PageKind.Poisoned).length).toBe(1);
    expect(audit(kernel)).toEqual([]);
  });

  test.each(["hard_offline_page", "soft_offline_page"])("and what is being moved is left alone by %s", (how) => {
    const { kernel, at, breaks } = holding(PageKind.Anon, { kind: "anon" }, 0, "6.12");
    const { pages } = kernel;
    pages.setFlags(pages.indexOf(at), PageFlag.Isolated, 0);
    expect(breaks(how)).toBe("EBUSY");
    expect(pages.kindAt(at)).toBe(PageKind.Anon);
    pages.setFlags(pages.indexOf(at), 0, PageFlag.Isolated);
    expect(audit(kernel)).toEqual([]);
  });
});

test("of a huge page in use any page may be asked for: its contents move as a whole, and that page alone is out of use", () => {
  const machine = withDimm("6.12");
  const { engine, kernel, block, write } = machine;
  engine.submit({ do: "write", partition: "B", path: "/proc/sys/vm/nr_hugepages", text: "8" });
  engine.settle();
  engine.submit({ do: "load", partition: "B", load: { kind: "huge", mib: 8, node: 0 } as never });
  engine.settle();
  const { pages } = kernel;
  const head = Array.from({ length: block.pages / 512 }, (_, i) => block.startPfn + 512 * i).find(
    (frame) => pages.kindAt(frame) === PageKind.Hugetlb && (pages.a[pages.indexOf(frame)] as number) >= 0,
  );
  if (head === undefined) throw new Error("no huge page in use");
  const used = kernel.hugePages.pages - kernel.hugePages.freePages;
  expect(write("soft_offline_page", `0x${((head + 5) * 4096).toString(16)}`)).toBeNull();
  expect([head, head + 5, head + 6].map((frame) => pages.kindAt(frame))).toEqual([
    PageKind.Free,
    PageKind.Poisoned,
    PageKind.Free,
  ]);
  expect(kernel.hugePages.pages - kernel.hugePages.freePages).toBe(used);
  expect(audit(kernel)).toEqual([]);
});
