/** The verdict on a page, kind by kind: by its flags, for both purposes, inside ZONE_MOVABLE and out of it. */
import { describe, expect, test } from "vitest";
import type { Kernel } from "../kernel/kernel.ts";
import { PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { type LeavePurpose, leaveOf, leaveOfKind, stayingKinds } from "./leave.ts";

const kernel = new Engine({ seed: 1, box: smallBox() }).kernel("A");
const old = new Engine({ seed: 1, box: boxWith("3.7", "") }).kernel("A");
const { Isolated, Pinned } = PageFlag;

/** The verdict on a page that is made to be of a kind, with flags and an owner: `how`, or `code/stage`. */
function verdict(
  on: Kernel,
  kind: PageKind,
  flags = 0,
  { zone = ZoneType.Normal as ZoneType, purpose = "offline" as LeavePurpose, owner = 1 } = {},
): string {
  const { pages } = on;
  const index = pages.indexOf(on.zones.find((each) => each.populated)?.startPfn ?? 0);
  const kept = [pages.kind[index], pages.flags[index], pages.a[index]] as const;
  pages.kind[index] = kind;
  pages.flags[index] = flags;
  pages.a[index] = owner;
  const leave = leaveOf(on, index, zone, purpose);
  [pages.kind[index], pages.flags[index], pages.a[index]] = kept as [number, number, number];
  return leave.can ? leave.how : `${leave.code}/${leave.stage}`;
}

const MOVABLE = { zone: ZoneType.Movable as ZoneType };
const FOR_USE = { purpose: "allocation" as LeavePurpose };
const NOBODYS = { owner: -1 };

describe.each([PageKind.Anon, PageKind.PageCache, PageKind.Shmem, PageKind.AnonHuge])(
  "a user's page, kind %i",
  (kind) => {
    test("moves; pinned it is tried for ever; taken by somebody else it is noticed, in ZONE_MOVABLE never", () => {
      expect(verdict(kernel, kind)).toBe("moves");
      expect(verdict(kernel, kind, 0, { ...MOVABLE, ...FOR_USE })).toBe("moves");
      expect(verdict(kernel, kind, Pinned)).toBe("pinned/never");
      expect(verdict(kernel, kind, Isolated)).toBe("isolated/isolation");
      expect(verdict(kernel, kind, Isolated, MOVABLE)).toBe("isolated/never");
      expect(verdict(kernel, kind, Isolated | Pinned)).toBe("isolated/isolation");
    });
  },
);

test("pages of the huge pool move or are given back, if the kernel can move them at all", () => {
  const huge = PageKind.Hugetlb;
  expect(verdict(kernel, huge)).toBe("moves");
  expect(verdict(kernel, huge, 0, NOBODYS)).toBe("dissolves");
  expect(verdict(kernel, huge, Pinned)).toBe("pinned/never");
  expect(verdict(kernel, huge, Isolated)).toBe("isolated/isolation");
  expect(verdict(old, huge)).toBe("huge-pool/never");
  expect(verdict(old, huge, Isolated)).toBe("isolated/isolation");
});

test("a balloon's page deflates unless it is held; what the hypervisor has is out of use", () => {
  const offline = PageKind.Offline;
  expect(verdict(kernel, offline)).toBe("deflates");
  expect(verdict(kernel, offline, Pinned)).toBe("held-offline/scan");
  expect(verdict(kernel, offline, Isolated)).toBe("isolated/never");
  expect(verdict(kernel, offline, Pinned, FOR_USE)).toBe("out-of-use/isolation");
  expect(verdict(kernel, offline, 0, NOBODYS)).toBe("out-of-use");
  expect(verdict(kernel, offline, 0, { ...NOBODYS, ...FOR_USE })).toBe("out-of-use/isolation");
  expect(verdict(kernel, offline, 0, { ...NOBODYS, ...FOR_USE, ...MOVABLE })).toBe("out-of-use/never");
});

test("a poisoned page goes offline with its block, and is no use to an allocation", () => {
  expect(verdict(kernel, PageKind.Poisoned)).toBe("out-of-use");
  expect(verdict(kernel, PageKind.Poisoned, 0, FOR_USE)).toBe("out-of-use/isolation");
  expect(verdict(kernel, PageKind.Poisoned, 0, { ...FOR_USE, ...MOVABLE })).toBe("out-of-use/never");
});

test.each([PageKind.Slab, PageKind.SlabReclaimable, PageKind.PageTable, PageKind.KernelStack])(
  "kernel memory, kind %i, stays: noticed at isolation, in ZONE_MOVABLE never",
  (kind) => {
    expect(verdict(kernel, kind)).toBe("kernel-memory/isolation");
    expect(verdict(kernel, kind, 0, MOVABLE)).toBe("kernel-memory/never");
    expect(verdict(kernel, kind, 0, FOR_USE)).toBe("kernel-memory/isolation");
  },
);

test.each([
  [PageKind.Free, "free"],
  [PageKind.SelfMemmap, "stays-with-block"],
  [PageKind.Reserved, "reserved/isolation"],
  [PageKind.KernelImage, "reserved/isolation"],
  [PageKind.BootMemmap, "reserved/isolation"],
  [PageKind.None, "hole/isolation"],
] as const)("kind %i: %s, whatever the zone, with an entry of its own or without", (kind, expected) => {
  for (const zone of [ZoneType.Normal, ZoneType.Movable] as const) {
    expect(verdict(kernel, kind, 0, { zone })).toBe(expected);
    const leave = leaveOfKind(kernel, kind, zone);
    expect(leave.can ? leave.how : `${leave.code}/${leave.stage}`).toBe(expected);
  }
});

test("only the what-if kernel moves kernel memory, for an offline and not for an allocation", () => {
  const whatIf = new Engine({ seed: 1, box: boxWith("what-if", "") }).kernel("A");
  expect(verdict(whatIf, PageKind.Slab)).toBe("moves-with-address");
  expect(verdict(whatIf, PageKind.Slab, 0, FOR_USE)).toBe("kernel-memory/isolation");
});

test("kinds that stay are a bit each", () => {
  for (const zone of [ZoneType.Normal, ZoneType.Movable] as const) {
    for (let kind = PageKind.Hugetlb + 1; kind <= PageKind.BootMemmap; kind++)
      expect((stayingKinds(kernel, zone) & (1 << kind)) !== 0, `kind ${kind}`).toBe(
        !leaveOfKind(kernel, kind, zone).can,
      );
    expect(stayingKinds(kernel, zone) & (1 << PageKind.Hugetlb)).toBe(0);
    expect(stayingKinds(old, zone) & (1 << PageKind.Hugetlb)).not.toBe(0);
    // Free pages, those of users, and none at all are no kinds that stay.
    const low = (1 << (PageKind.Hugetlb + 1)) - 1;
    expect(stayingKinds(kernel, zone) & low).toBe(0);
    expect(stayingKinds(old, zone) & low).toBe(1 << PageKind.Hugetlb);
  }
});
