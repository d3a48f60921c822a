/** What a page is, who owns it and since when, as codes and data: for verdicts, inspection and the log. */
import { BOOT, type Occasion } from "../chronicle/occasion.ts";
import { isLongTerm, type PageOwner } from "../memory/holding.ts";
import type { Culprit } from "../chronicle/outcome.ts";
import { MIGRATE_TYPE_NAMES, PageKind, ZoneType, isMovableKind } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import { isForCrashKernel } from "../kernel/crash-kernel.ts";
import { lifetimeOf } from "../kernel/lifetimes.ts";
import { leaveOfKind } from "./leave.ts";
import { entryOf, vpnOf } from "../holders/mappings.ts";
import type { Process } from "../holders/process.ts";
import { PAGE_SIZE, pfn, sectionOf, PAGEBLOCK_PAGES } from "../units.ts";
import type { Kernel } from "../kernel/kernel.ts";

export interface Ownership {
  readonly owner: PageOwner;
  readonly process: Process | null;
  /** The process whose end frees the page. */
  readonly pid: number | null;
}

export function ownerOf(kernel: Kernel, frame: number): Ownership {
  const kind = kernel.pages.kindAt(frame);
  const nobodys = (what: PageOwner["what"]): Ownership => ({
    owner: { what, kind, by: null },
    process: null,
    pid: null,
  });
  if (kind === PageKind.Reserved && isForCrashKernel(kernel, frame)) return nobodys("crash-kernel");
  const index = kernel.pages.indexOf(frame);
  if (index === NO_PAGE) return nobodys("kind");
  const a = kernel.pages.a[index] as number;
  if (isMovableKind(kind)) {
    if (kind === PageKind.Hugetlb && a < 0) return nobodys("huge-pool");
    const mapping = kernel.mappings.get(a);
    if (mapping?.kind === PageKind.Ksm && mappedAt(kernel, frame, 2).length > 1) return nobodys(mapping.what);
    const process = mapping?.areas.find((area) => entryOf(area, kernel.pages.b[index] as number) >= 0)?.process;
    if (!process) return nobodys(mapping?.what ?? "kind");
    // A ring or a device that they are registered with is why they stay, and goes with it.
    const what = mapping && isLongTerm(mapping.what) ? mapping.what : "process";
    return { owner: { what, kind, by: holder(process) }, process, pid: process.pid };
  }
  switch (kind) {
    case PageKind.Offline: {
      const balloon = kernel.mappings.get(a);
      if (!balloon) return nobodys("virtio-mem");
      const process = [...kernel.processes.values()].find(({ mappings }) => mappings.includes(balloon));
      return {
        owner: { what: balloon.what, kind, by: process ? holder(process) : null },
        process: null,
        pid: null,
      };
    }
    case PageKind.Slab:
    case PageKind.SlabReclaimable:
    case PageKind.PageTable:
    case PageKind.KernelStack:
    case PageKind.Vmalloc:
    case PageKind.KernelBuffer:
    case PageKind.Vmemmap:
    case PageKind.KernelPageTable: {
      const owner = kernel.owners.get(a);
      if (!owner) return nobodys("kind");
      const { what, pid, comm, lifetime } = owner;
      if (lifetime !== "process")
        return {
          owner: { what, kind, by: comm === null ? null : { comm, pid, as: "filler" } },
          process: null,
          pid: null,
        };
      return {
        owner: { what, kind, by: comm === null ? null : { comm, pid, as: "holder" } },
        process: pid === null ? null : (kernel.processes.get(pid) ?? null),
        pid,
      };
    }
    default:
      return nobodys("kind");
  }
}

const holder = ({ comm, pid }: Process): PageOwner["by"] => ({ comm, pid, as: "holder" });

/** When and why a page got its present use. A free page has none; what boot took has no time. */
export function provenanceOf(kernel: Kernel, frame: number): { at: number | null; why: Occasion; id: number } {
  const index = kernel.pages.indexOf(frame);
  const inUse = index !== NO_PAGE && (kernel.pages.kind[index] as number) > PageKind.Free;
  const provenance = inUse ? kernel.recorder.provenances.get(kernel.pages.born[index] as number) : undefined;
  if (!provenance || provenance.id === 0) return { at: null, why: BOOT, id: 0 };
  return { at: provenance.at, why: provenance.occasion, id: provenance.id };
}

/** Virtual addresses that map a page of a user, at most `limit`. */
export function mappedAt(kernel: Kernel, frame: number, limit = 4): (readonly [number, string])[] {
  const index = kernel.pages.indexOf(frame);
  if (index === NO_PAGE || !isMovableKind(kernel.pages.kind[index] as number)) return [];
  const mapping = kernel.mappings.get(kernel.pages.a[index] as number);
  const offset = kernel.pages.b[index] as number;
  const found: (readonly [number, string])[] = [];
  for (const area of mapping?.areas ?? []) {
    if (offset < area.offset || offset >= area.offset + area.pages || found.length >= limit) continue;
    if (area.merged !== null && entryOf(area, offset) < 0) continue;
    found.push([area.process.pid, `0x${(vpnOf(area, offset) * PAGE_SIZE).toString(16)}`]);
  }
  return found;
}

/** The record of a page that stopped an attempt. */
export function culpritAt(kernel: Kernel, frame: number, reason: Culprit["reason"], others: number): Culprit {
  const index = kernel.pages.indexOf(frame);
  const { owner, pid } = ownerOf(kernel, frame);
  const born = provenanceOf(kernel, frame);
  const zone = kernel.zoneAt(frame);
  return {
    pfn: pfn(frame),
    kind: kernel.pages.kindAt(frame),
    flags: index === NO_PAGE ? 0 : (kernel.pages.flags[index] as number),
    owner,
    pid,
    lifetime: lifetimeOf(kernel, frame) ?? "kernel",
    allocatedAt: born.at as Culprit["allocatedAt"],
    allocatedWhy: born.why,
    transaction: born.id,
    pageblock: {
      index: Math.floor((frame - kernel.blockNumberOf(frame) * kernel.blockPages) / PAGEBLOCK_PAGES),
      type: MIGRATE_TYPE_NAMES[kernel.pageblockTypeAt(frame)] as string,
    },
    zone: zone?.name ?? "none",
    node: zone?.node ?? 0,
    block: kernel.blockNumberOf(frame),
    reason,
    others,
  };
}

/** Pages of a block that keep it from leaving: kernel memory in kernel zones, reserved pages anywhere. */
export function unmovablePages(kernel: Kernel, startPfn: number, pages: number, movableZone: boolean): number {
  let sum = 0;
  for (let section = sectionOf(startPfn); section < sectionOf(startPfn + pages - 1) + 1; section++) {
    for (let kind = PageKind.Slab as number; kind <= PageKind.BootMemmap; kind++) {
      const leave = leaveOfKind(kernel, kind, movableZone ? ZoneType.Movable : ZoneType.Normal);
      if (leave.can || leave.stage !== "isolation") continue;
      sum += kernel.pages.countIn(section, kind);
    }
  }
  return sum;
}
