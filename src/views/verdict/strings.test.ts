import { expect, test } from "vitest";
import { sampleAttempts } from "../../client/sample-records.ts";
import type { Attempt, Culprit, ErrnoName } from "../../engine/chronicle/outcome.ts";
import { PageFlag, PageKind } from "../../engine/memory/kinds.ts";
import { pfn, simNs } from "../../engine/units.ts";
import { duration, hexPfn, plainText, plural } from "./phrase.ts";
import { headline } from "./headline.ts";
import { arrival, law, summary } from "./sentences.ts";
import { checkTexts, errnoTexts } from "./strings.ts";

const BLAMED = sampleAttempts.refused.culprit as Culprit;
const attempt = (parts: Partial<Attempt>): Attempt => ({ ...sampleAttempts.refused, culprit: null, ...parts });
const culprit = (parts: Partial<Culprit>): Culprit => ({ ...BLAMED, ...parts });

const rules = Object.entries(checkTexts);
const verdicts = ["pass", "fail", "pending"] as const;

test.each(rules.flatMap(([rule, text]) => verdicts.map((verdict) => [rule, verdict, text] as const)))(
  "the check %s says something when its verdict is %s, whatever it knows",
  (_, verdict, text) => {
    const bare = text[verdict]({});
    const full = text[verdict]({
      pages: 32768,
      pageblocks: 64,
      pageblock: 20,
      done: 20,
      moved: 5,
      left: 3,
      failed: 2,
      passes: 2,
      zone: "Normal",
      zones: "DMA32, Normal",
      node: 1,
      blocks: 4,
      block: 71,
      size: 142,
      offline: 2,
      state: "online",
      errno: "EPERM",
      dissolved: 1,
      slot: "A/1/0",
    });
    for (const sentence of [bare, full]) {
      expect(sentence).not.toBe("");
      expect(sentence).not.toMatch(/undefined|NaN|\s{2}|^\s|\s$|\.$/);
    }
    expect(text.title).toMatch(/^[A-Z]/);
    expect(text.asks).toMatch(/[?.]$/);
  },
);

test("what a check found differs from what it would say otherwise", () => {
  for (const [rule, text] of rules) expect(text.pass({}), rule).not.toBe(text.fail({}));
});

test.each(Object.entries(errnoTexts))("%s has the message of a shell and a meaning", (name, { message, meaning }) => {
  expect(message).toMatch(/^[A-Z][^.]*$/);
  expect(meaning).toMatch(/^[A-Z].*\.$/);
  expect(plainText(summary(attempt({ errno: name as ErrnoName }), null))).toBe(`${message}. ${meaning}`);
});

test.each<[string, Partial<Attempt>, number | null]>([
  ["memory71 stayed online: EBUSY", { target: "memory71", kind: "offline", errno: "EBUSY" }, null],
  ["memory71 stayed online: called off (EINTR)", { target: "memory71", kind: "offline", errno: "EINTR" }, null],
  ["memory34 is offline", { target: "memory34", kind: "offline", result: "ok", errno: null }, null],
  ["memory34 is offline: 1 page moved", { target: "memory34", kind: "offline", result: "ok", pagesMoved: 1 }, null],
  ["memory34 is going offline", { target: "memory34", kind: "offline", result: "running" }, null],
  ["memory34 is online", { target: "memory34", kind: "online", result: "ok" }, null],
  ["memory34 stayed offline: ENOMEM", { target: "memory34", kind: "online", errno: "ENOMEM" }, null],
  ["d3 left node 1: 104,212 pages moved", { target: "d3", kind: "eject", result: "ok", pagesMoved: 104_212 }, 1],
  ["d3 stayed in node 1: EBUSY", { target: "d3", kind: "eject", errno: "EBUSY" }, 1],
  ["d3 is being emptied, to leave node 1", { target: "d3", kind: "eject", result: "running" }, 1],
  ["d3 was not added: EEXIST", { target: "d3", kind: "add", errno: "EEXIST" }, 0],
  ["d3 was added to node 0", { target: "d3", kind: "add", result: "ok" }, 0],
])("headline: %s", (text, parts, place) => {
  expect(headline(attempt(parts), place)).toBe(text);
});

test.each(["add", "online", "offline", "remove", "eject"] as const)("every outcome of %s is told", (kind) => {
  const heads = (["running", "ok", "failed"] as const).map((result) => headline(attempt({ kind, result }), 1));
  expect(new Set(heads).size).toBe(3);
  for (const result of ["running", "ok"] as const)
    expect(plainText(summary(attempt({ kind, result, errno: null }), null))).toMatch(/^[A-Z].*\.$/);
});

test("the culprit is told with page, owner, place, age, reason and rule", () => {
  const refused: Attempt = sampleAttempts.refused;
  expect(plainText(summary(refused, refused.culprit))).toBe(
    "32,768 unmovable pages, the first at pfn 0x128000, slab dentry, filled by find (pid 702), in pageblock 0 of " +
      "memory37 (node 0, zone Normal), allocated 4 s earlier. Kernel data is used by its address, and nothing tells " +
      "its users that it moved, so it stays. ZONE_MOVABLE keeps such pages out. It belongs to a cache of the kernel's, " +
      "which outlives the process that filled it; drop_caches frees most of it, not all.",
  );
});

test("a boot allocation has no age, an owner that names its process is not named twice, more pages are counted", () => {
  const text = plainText(
    summary(
      attempt({}),
      culprit({
        allocatedAt: null,
        owner: { what: "process", kind: PageKind.Anon, by: { comm: "postgres", pid: 812, as: "holder" } },
        others: 4,
        reason: "migration failure",
        flags: PageFlag.Pinned,
      }),
    ),
  );
  expect(text).toContain("5 pinned pages, the first at pfn");
  expect(text).toContain("there since boot");
  expect(text).not.toContain("for pid");
  expect(text).toContain("holds a reference");
});

test.each([
  ["registered-buffers", "registered buffers of qemu (pid 812)", "ibv_dereg_mr"],
  ["io_uring-buffers", "io_uring registered buffers of qemu (pid 812)", "IORING_UNREGISTER_BUFFERS"],
  ["guest-memory", "guest memory (VFIO) of qemu (pid 812)", "or the guest ends"],
] as const)("who pins %s, and what lets go of it", (what, named, remedy) => {
  const owner = { what, kind: PageKind.Anon, by: { comm: "qemu", pid: 812, as: "holder" } } as const;
  const told = culprit({ owner, reason: "migration failure", flags: PageFlag.Pinned });
  const text = plainText(summary(attempt({}), told));
  expect(text).toContain(named);
  expect(text).toContain(remedy);
});

test("a DIMM that left is followed to where it arrived", () => {
  const add = (parts: Partial<Attempt>) => attempt({ kind: "add", errno: null, ...parts });
  expect(arrival(add({ result: "running" }), 0, 0)).toBe("It is being added to node 0.");
  expect(arrival(add({ result: "ok" }), 0, 8)).toBe("It was added to node 0, and 8 blocks of it are online.");
  expect(arrival(add({ result: "ok" }), null, 0)).toBe("It was added; its blocks are offline.");
  expect(arrival(add({ errno: "EEXIST" }), 0, 0)).toBe("It was not added to node 0: EEXIST.");
});

test("a cause that the owner names already is not said again", () => {
  const of = culprit({
    owner: { what: "slab:dentry", kind: PageKind.SlabReclaimable, by: { comm: "find", pid: 812, as: "filler" } },
    allocatedWhy: { is: "process", comm: "find", pid: 812 },
  });
  expect(plainText(summary(attempt({}), of))).toContain("allocated 4 s earlier. Kernel data");
});

test("a success has no culprit", () => {
  expect(plainText(summary(attempt({ result: "ok", errno: null }), culprit({})))).not.toContain("unmovable");
});

test("kinds of pages that stay have their own rules", () => {
  const laws = [PageKind.Slab, PageKind.PageTable, PageKind.Reserved, PageKind.Vmemmap, PageKind.Offline].map((kind) =>
    law(culprit({ kind })),
  );
  expect(new Set(laws).size).toBe(5);
});

test("figures", () => {
  expect(plural(1, "page")).toBe("1 page");
  expect(plural(104_212, "page")).toBe("104,212 pages");
  expect(plural(2, "pass", "passes")).toBe("2 passes");
  expect(hexPfn(pfn(0x23a07))).toBe("0x23a07");
  expect([4.2e9, 310e6, 12_000, 7, 999.6e6, 150e9].map((ns) => duration(simNs(ns)))).toEqual([
    "4.2 s",
    "310 ms",
    "12 µs",
    "7 ns",
    "1 s",
    "150 s",
  ]);
});

test("what was set aside on purpose is told as that, not as what never leaves; an add without room says what helps", () => {
  const kept = (what: Culprit["owner"]["what"], kind: number) =>
    law(culprit({ kind, owner: { what, kind, by: null }, reason: "unmovable page" }));
  expect(kept("crash-kernel", PageKind.Reserved)).toMatch(/^crashkernel= .*can be given up\.$/);
  expect(kept("huge-pool", PageKind.Hugetlb)).toMatch(/the pool gets smaller\.$/);
  expect(kept("kind", PageKind.Reserved)).toMatch(/never leaves/);
  const add = plainText(summary(attempt({ kind: "add", errno: "ENOMEM" }), null));
  expect(add).toMatch(/64 bytes a page.*smaller DIMMs.*memmap_on_memory/);
});
