/** Dumps of pages against what 6.1 and 6.12 printed of the same pages (recorded: pinned-pages, pinned-eject-timeout, no-room). */
import { describe, expect, test } from "vitest";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { dumpPage } from "./page-dump.ts";

function booted(version: "6.1" | "6.12") {
  const box = smallBox();
  const partitions = box.partitions.map((partition) => ({ ...partition, kernel: version }));
  const engine = new Engine({ seed: 1, box: { ...box, partitions } });
  engine.submit({ do: "move", dimm: "d3", to: { slot: "B/0/0" } });
  engine.settle();
  const kernel = engine.kernel("B");
  const load = (kind: "pin" | "shm" | "anon" | "huge" | "slab" | "cache", mib: number): void => {
    engine.submit({ do: "load", partition: "B", load: { kind, mib, node: 0 } });
    engine.settle();
  };
  /** First page in ZONE_MOVABLE, or anywhere, that satisfies the condition. */
  const find = (meets: (index: number) => boolean): number => {
    for (const block of kernel.blocks.values())
      for (let frame = block.startPfn; frame < block.startPfn + block.pages; frame++) {
        const index = kernel.pages.indexOf(frame);
        if (index >= 0 && meets(index)) return frame;
      }
    throw new Error("no such page");
  };
  return { kernel, load, find };
}

/** The lines with addresses and the page's number taken out. */
const shape = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line
      .replace(/(?<=^(?:page|head):)[0-9a-f]{16}/, "<hash>")
      .replace(/(?<=mapping:)(?!0{16})[0-9a-f]{16}/, "<hash>")
      .replace(/(?<=(?:index|pfn):)0x[0-9a-f]+/g, "<n>")
      .replace(/(?<=ino:)\d+/, "<n>")
      .replace(/\bffff[0-9a-f]{12}\b/g, "<address>")
      .replace(/^(raw: )[0-9a-f]{16}(?= \S+ 0{16} \d)/, "$1<index>"),
  );

describe("a pinned page that stays", () => {
  test.each([
    [
      "6.1",
      "page:<hash> refcount:3 mapcount:1 mapping:0000000000000000 index:<n> pfn:<n>",
      /^anon flags: 0x[0-9a-f]*a000e\(referenced\|uptodate\|dirty\|mappedtodisk\|swapbacked\|node=0\|zone=3\|lastcpupid=0x1fffff\)$/,
    ],
    [
      "6.12",
      "page: refcount:3 mapcount:1 mapping:0000000000000000 index:<n> pfn:<n>",
      /^anon flags: 0x[0-9a-f]*20918\(uptodate\|dirty\|active\|owner_2\|swapbacked\|node=0\|zone=3\|lastcpupid=0x1fffff\)$/,
    ],
  ] as const)("%s", (version, first, flags) => {
    const { kernel, load, find } = booted(version);
    load("pin", 4);
    const frame = find((index) => ((kernel.pages.flags[index] as number) & PageFlag.Pinned) !== 0);
    kernel.pages.setFlags(kernel.pages.indexOf(frame), PageFlag.Isolated, 0);
    const lines = dumpPage(kernel, frame, "migration failure");
    const [page, memcg, word, raw, counts, reason, ...more] = shape(lines);
    expect(page).toBe(first);
    expect(memcg).toBe("memcg:<address>");
    expect(word).toMatch(flags);
    expect(raw).toMatch(/^raw: [0-9a-f]{16} <address> <address> <address>$/);
    expect(counts).toMatch(/^raw: \S+ 0{16} 0000000300000000 <address>$/);
    expect(reason).toBe("page dumped because: migration failure");
    expect(more).toEqual([]);
    // The flags word is in both places, and its index too.
    expect(BigInt(`0x${lines[3]?.split(" ")[1]}`)).toBe(BigInt(/0x[0-9a-f]+/.exec(lines[2] ?? "")?.[0] ?? 0));
    expect(BigInt(`0x${lines[4]?.split(" ")[1]}`)).toBe(BigInt(/index:(0x[0-9a-f]+)/.exec(lines[0] ?? "")?.[1] ?? 0));
  });
});

test("shared memory names its file, has a mapping and a reference of the page cache", () => {
  const { kernel, load, find } = booted("6.1");
  load("shm", 4);
  const mapped = (index: number) => kernel.mappings.get(kernel.pages.a[index] as number)?.areas.length === 1;
  const frame = find((index) => kernel.pages.kind[index] === PageKind.Shmem && mapped(index));
  kernel.pages.setFlags(kernel.pages.indexOf(frame), PageFlag.Isolated, 0);
  const [page, memcg, file, flags] = shape(dumpPage(kernel, frame, "migration failure"));
  expect(page).toBe("page:<hash> refcount:3 mapcount:1 mapping:<hash> index:<n> pfn:<n>");
  expect(memcg).toBe("memcg:<address>");
  expect(file).toBe('aops:shmem_aops ino:<n> dentry name(?):"dev/zero"');
  expect(flags).toMatch(/^flags: 0x[0-9a-f]*8000c\(uptodate\|dirty\|swapbacked\|node=0\|zone=3\|/);
});

test.each([
  ["6.1", /^flags: 0x[0-9a-f]*200\(slab\|node=/, "00000001ffffffff"],
  ["6.12", /^flags: 0x[0-9a-f]*000\(node=/, "00000001f5000000"],
] as const)("slab on %s", (version, flags, counts) => {
  const { kernel, load, find } = booted(version);
  load("slab", 2);
  const frame = find((index) => kernel.pages.kind[index] === PageKind.SlabReclaimable);
  const lines = dumpPage(kernel, frame, "unmovable page");
  expect(lines[1]).toMatch(flags);
  expect(lines.includes("page_type: f5(slab)")).toBe(version === "6.12");
  expect(lines.filter((line) => line.startsWith("raw: ")).map((line) => line.split(" ")[3])[1]).toBe(counts);
});

test.each([
  ["6.1", "head:<hash> order:9 compound_mapcount:1 compound_pincount:0", "10000", 0],
  ["6.12", "head: order:9 mapcount:1 entire_mapcount:1 nr_pages_mapped:0 pincount:0", "40", 4],
] as const)("a huge page on %s has a line of its head", (version, head, bit, heads) => {
  const { kernel, load, find } = booted(version);
  kernel.hugePages.resize(2, null);
  load("huge", 4);
  const frame = find((index) => kernel.pages.kind[index] === PageKind.Hugetlb && index % 512 === 0);
  const lines = shape(dumpPage(kernel, frame, "migration failure"));
  expect(lines[1]).toBe(head);
  const flags = lines.find((line) => line.startsWith("anon flags:"));
  expect(flags).toContain("|head|");
  expect(BigInt(/0x[0-9a-f]+/.exec(flags ?? "")?.[0] ?? 0) & BigInt(`0x${bit}`)).toBe(BigInt(`0x${bit}`));
  expect(lines.filter((line) => /^head: [0-9a-f<]/.test(line)).length).toBe(heads);
});

test.each([
  ["6.1", 0x1000n],
  ["6.12", 0x2000n],
] as const)("a page that boot reserved on %s", (version, bit) => {
  const { kernel, find } = booted(version);
  const frame = find((index) => kernel.pages.kind[index] === PageKind.KernelImage);
  const lines = dumpPage(kernel, frame, "unmovable page");
  expect(lines[1]).toContain("(reserved|node=0|");
  expect(BigInt(/0x[0-9a-f]+/.exec(lines[1] ?? "")?.[0] ?? 0) & 0xffffffn).toBe(bit);
  // Its memory map is noted for hot remove (SECTION_INFO).
  const map = find((index) => kernel.pages.kind[index] === PageKind.BootMemmap);
  const [first, flags] = dumpPage(kernel, map, "unmovable page");
  expect(first).toContain("refcount:2 mapcount:0 mapping:0000000000000000 index:0xc ");
  expect(flags).toContain("(reserved|private|");
});
