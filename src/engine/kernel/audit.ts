/**
 * Does a kernel's memory agree with itself? Each page must be in exactly one state, and everything that counts or
 * names pages must say the same: free lists, counters, zones, owners, mappings, page tables. Returns sentences about
 * what does not; an empty list means that nothing is lost. Costs a look at every materialised page: for tests, and for
 * whoever wants to know.
 */
import { PAGE_KIND_NAMES } from "../memory/kind-names.ts";
import {
  isMovableKind,
  MIGRATE_TYPE_NAMES,
  MIGRATE_TYPES,
  MigrateType,
  PAGE_KINDS,
  PageFlag,
  PageKind,
  ZoneType,
} from "../memory/kinds.ts";
import { NOT_HEAD, SectionState } from "../memory/page-array.ts";
import { sectionOfToken } from "../memory/buddy.ts";
import { Pte } from "../memory/page-tables.ts";
import type { Zone } from "../memory/zone.ts";
import { entryOf } from "../holders/mappings.ts";
import {
  MAX_ORDER,
  PAGE_SIZE,
  PAGES_PER_SECTION,
  SECTION_SHIFT,
  sectionOf,
  toAddress,
  PAGEBLOCK_ORDER,
  TABLE_ENTRIES,
} from "../units.ts";
import { auditKsm } from "./audit-ksm.ts";
import { auditCharges } from "./audit-charges.ts";
import { auditSwap } from "./audit-swap.ts";
import type { Kernel } from "./kernel.ts";
import { GIGANTIC, GIGANTIC_PAGES } from "../holders/gigantic-pool.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";

/** More findings than this only hide the first. */
const MOST = 20;

export function audit(kernel: Kernel): string[] {
  const found: string[] = [];
  const say = (text: string): void => {
    if (found.length < MOST) found.push(`${kernel.id}: ${text}`);
  };
  auditSections(kernel, say);
  auditFreeLists(kernel, say);
  auditZones(kernel, say);
  auditOwners(kernel, say);
  auditDisplaced(kernel, say);
  auditMappings(kernel, say);
  auditHugePages(kernel, say);
  auditTables(kernel, say);
  auditBlocks(kernel, say);
  auditSwap(kernel, say);
  auditKsm(kernel, say);
  for (const text of kernel.disk?.writeback.disagreements() ?? []) say(text);
  auditCharges(kernel, say);
  return found;
}

type Say = (text: string) => void;

/** Page counters of each section, and the shape of free chunks. */
function auditSections(kernel: Kernel, say: Say): void {
  const { pages } = kernel;
  const counts = new Int32Array(PAGE_KINDS);
  for (let section = 0; section < pages.sections; section++) {
    const slot = pages.slotOf[section] as number;
    if (slot < 0) {
      if (pages.state[section] !== SectionState.Online && pages.uniformKind[section] !== PageKind.None)
        say(`section ${section} is not online and has pages`);
      continue;
    }
    if (pages.sectionOfSlot[slot] !== section) say(`section ${section} and slot ${slot} disagree`);
    if (pages.state[section] !== SectionState.Online) say(`section ${section} is materialised and not online`);
    counts.fill(0);
    let pinned = 0;
    const first = slot << SECTION_SHIFT;
    for (let page = first; page < first + PAGES_PER_SECTION; page++) {
      const kind = pages.kind[page] as number;
      counts[kind] = (counts[kind] as number) + 1;
      if (kind !== PageKind.Free && (pages.flags[page] as number) & PageFlag.Pinned) pinned++;
      if (kind === PageKind.Free && pages.flags[page] !== 0) say(`free page ${page} has flags`);
    }
    for (let kind = 0; kind < PAGE_KINDS; kind++) {
      const kept = pages.kindCount[slot * PAGE_KINDS + kind] as number;
      if (kept !== counts[kind])
        say(`section ${section} counts ${kept} pages of ${PAGE_KIND_NAMES[kind]}, has ${counts[kind]}`);
    }
    if (pages.pinnedCount[slot] !== pinned)
      say(`section ${section} counts ${pages.pinnedCount[slot]} pinned pages, has ${pinned}`);
    for (let page = first; page < first + PAGES_PER_SECTION; ) {
      if (pages.kind[page] !== PageKind.Free) {
        page++;
        continue;
      }
      const order = pages.order[page] as number;
      if (order > MAX_ORDER) {
        say(`free page at pfn ${pages.pfnOf(page)} is in no chunk`);
        page++;
        continue;
      }
      for (let i = page + 1; i < page + (1 << order); i++) {
        if (pages.kind[i] !== PageKind.Free || pages.order[i] !== NOT_HEAD)
          say(`chunk of order ${order} at pfn ${pages.pfnOf(page)} is broken`);
      }
      page += 1 << order;
    }
  }
}

/** Every free chunk is on one list, of its order, type and zone; counters say how many. */
function auditFreeLists(kernel: Kernel, say: Say): void {
  const { pages, buddy } = kernel;
  for (const zone of kernel.zones) {
    let free = 0;
    let listed = 0;
    for (let order = 0; order <= MAX_ORDER; order++) {
      for (let type = 0; type < MIGRATE_TYPES; type++) {
        const list = order * MIGRATE_TYPES + type;
        const name = `${zone.node}/${zone.name} order ${order} ${MIGRATE_TYPE_NAMES[type]}`;
        let chunks = 0;
        let previous = -1;
        for (let chunk = zone.head[list] as number; chunk !== -1; chunk = buddy.nextOf(chunk)) {
          if (buddy.prevOf(chunk) !== previous) say(`list ${name} is not linked back at ${chunk}`);
          previous = chunk;
          if (chunk < 0) {
            const section = sectionOfToken(chunk);
            if ((pages.slotOf[section] as number) >= 0 || pages.uniformKind[section] !== PageKind.Free)
              say(`list ${name} has a token of section ${section}, which is not untouched`);
            if (pages.zoneOfSection[section] !== zone.index) say(`list ${name} has a token of another zone`);
            chunks += PAGES_PER_SECTION >> MAX_ORDER;
          } else {
            if (pages.kind[chunk] !== PageKind.Free || pages.order[chunk] !== order)
              say(`list ${name} has pfn ${pages.pfnOf(chunk)}, which is not a free chunk of that order`);
            if (buddy.listTypeOf(chunk) !== type) say(`pfn ${pages.pfnOf(chunk)} is on ${name} and believes otherwise`);
            if (kernel.zoneOfIndex(chunk) !== zone) say(`list ${name} has pfn ${pages.pfnOf(chunk)} of another zone`);
            const isolated = pages.pageblockType[chunk >> PAGEBLOCK_ORDER] === MigrateType.Isolate;
            if (isolated !== (type === MigrateType.Isolate))
              say(
                `pfn ${pages.pfnOf(chunk)} on ${name} lies in a pageblock of type ${pages.pageblockType[chunk >> PAGEBLOCK_ORDER]}`,
              );
            chunks++;
          }
          if (chunks > 2 ** 24) {
            say(`list ${name} has no end`);
            return;
          }
        }
        if ((zone.tail[list] as number) !== previous) say(`list ${name} ends elsewhere`);
        if (zone.chunks[list] !== chunks) say(`list ${name} counts ${zone.chunks[list]} chunks, has ${chunks}`);
        listed += chunks << order;
        if (type !== MigrateType.Isolate) free += chunks << order;
      }
    }
    if (free !== zone.free) say(`zone ${zone.node}/${zone.name} counts ${zone.free} free pages, lists ${free}`);
    const there = countPages(kernel, zone, (kind) => kind === PageKind.Free);
    const aside = kernel.asideSections(zone) * PAGES_PER_SECTION;
    if (listed + aside !== there)
      say(`zone ${zone.node}/${zone.name} lists ${listed} free pages and has ${there - aside}`);
  }
}

/** Present, managed and spans. */
function auditZones(kernel: Kernel, say: Say): void {
  for (const zone of kernel.zones) {
    const name = `zone ${zone.node}/${zone.name}`;
    const leaving = leavingMemmap(kernel, zone);
    const present = countPages(kernel, zone, (kind) => kind !== PageKind.None) - leaving;
    if (present !== zone.present) say(`${name} says ${zone.present} present, has ${present}`);
    const reserved = countPages(
      kernel,
      zone,
      (kind) => (kind >= PageKind.Reserved && kind <= PageKind.BootMemmap) || kind === PageKind.SelfMemmap,
    );
    const held =
      reserved -
      leaving +
      withheldPages(kernel, (section) => kernel.pages.zoneOfSection[section] === zone.index) +
      balloonPages(kernel, zone);
    if (zone.present - held !== zone.managed) say(`${name} says ${zone.managed} managed, has ${zone.present - held}`);
    if (zone.present > zone.spanned) say(`${name} has more present than spanned pages`);
    if (zone.free > zone.managed) say(`${name} has more free than managed pages`);
  }
  for (const node of kernel.nodes) {
    const present = node.zones.reduce((sum, zone) => sum + zone.present, 0);
    if (node.hasMemory !== present > 0) say(`node ${node.id} says it has ${node.hasMemory ? "" : "no "}memory`);
    const normal = node.zones.some((zone) => zone.type <= ZoneType.Normal && zone.present > 0);
    if (kernel.profile.normalMemoryFollows && node.hasNormalMemory !== normal)
      say(`node ${node.id} is wrong about its normal memory`);
    if (!node.online && present > 0) say(`node ${node.id} is offline and has memory`);
  }
}

/** Pages of memory maps on blocks that are about to leave: the zone counts them out before the rest. */
function leavingMemmap(kernel: Kernel, zone: Zone): number {
  let sum = 0;
  for (const block of kernel.blocks.values())
    if (block.zone === zone && block.state === "going-offline") sum += block.selfMemmapPages;
  return sum;
}

function countPages(kernel: Kernel, zone: Zone, wanted: (kind: number) => boolean): number {
  const { pages } = kernel;
  let sum = 0;
  for (let section = sectionOf(zone.startPfn); section * PAGES_PER_SECTION < zone.end; section++) {
    const owner = pages.zoneOfSection[section] as number;
    if (owner === zone.index)
      for (let kind = 0; kind < PAGE_KINDS; kind++) if (wanted(kind)) sum += pages.countIn(section, kind);
  }
  for (const stretch of kernel.mixed) {
    if (stretch.zone !== zone || (pages.zoneOfSection[sectionOf(stretch.start)] as number) !== -2) continue;
    for (let frame = stretch.start; frame < stretch.end; frame++) if (wanted(pages.kindAt(frame))) sum++;
  }
  return sum;
}

/** Pages that drivers keep from the allocator, in some sections: marked offline, and in no balloon. */
function withheldPages(kernel: Kernel, wanted: (section: number) => boolean): number {
  const { pages } = kernel;
  let sum = 0;
  for (let section = 0; section < pages.sections; section++) {
    const offline = pages.countIn(section, PageKind.Offline);
    if (offline === 0 || !wanted(section)) continue;
    const slot = pages.slotOf[section] as number;
    if (slot < 0) sum += offline;
    else
      for (let page = slot << SECTION_SHIFT; page < (slot + 1) << SECTION_SHIFT; page++)
        if (isWithheld(kernel, page)) sum++;
  }
  return sum;
}

/** Pages of balloons in a zone. */
function balloonPages(kernel: Kernel, zone: Zone): number {
  let sum = 0;
  for (const mapping of kernel.mappings) {
    if (mapping.kind !== PageKind.Offline) continue;
    for (const page of mapping.present()) if (kernel.zoneOfIndex(page) === zone) sum++;
  }
  return sum;
}

const isWithheld = ({ pages }: Kernel, page: number): boolean =>
  pages.kind[page] === PageKind.Offline &&
  (pages.a[page] as number) < 0 &&
  ((pages.flags[page] as number) & PageFlag.Isolated) === 0;

/** Kernel memory: each chunk knows its owner and place, and nothing is owned by nobody. */
function auditOwners(kernel: Kernel, say: Say): void {
  const { pages } = kernel;
  const owned = new Map<number, number>();
  for (const owner of kernel.owners) {
    for (let i = 0; i < owner.count; i++) {
      const page = owner.chunks[i] as number;
      if (pages.kind[page] !== owner.kind || pages.a[page] !== owner.id || pages.b[page] !== i)
        say(`${owner.what} does not have its chunk ${i} at pfn ${pages.pfnOf(page)}`);
      const order = pages.order[page] as number;
      owned.set(owner.kind, (owned.get(owner.kind) ?? 0) + (order <= MAX_ORDER ? 1 << order : 1));
    }
  }
  let tables = 0;
  for (const _ of kernel.tables.tables()) tables++;
  owned.set(PageKind.PageTable, (owned.get(PageKind.PageTable) ?? 0) + tables);
  for (let kind = PageKind.Slab as number; kind <= PageKind.KernelPageTable; kind++) {
    const there = countKind(kernel, kind);
    if (there !== (owned.get(kind) ?? 0))
      say(`${there} pages are ${PAGE_KIND_NAMES[kind]}, ${owned.get(kind) ?? 0} are owned`);
  }
}

/** Every page that moved away from its virtual address is in use, and each such address is lent once. */
function auditDisplaced(kernel: Kernel, say: Say): void {
  const { pages, displaced, directMap } = kernel;
  if (displaced.count !== directMap.lent)
    say(`${displaced.count} pages are displaced, ${directMap.lent} virtual pages are lent`);
  for (const index of displaced.indexes())
    if (pages.kind[index] === PageKind.Free) say(`pfn ${pages.pfnOf(index)} is free and displaced`);
}

function countKind(kernel: Kernel, kind: number): number {
  let sum = 0;
  for (let section = 0; section < kernel.pages.sections; section++) sum += kernel.pages.countIn(section, kind);
  return sum;
}

/** The reverse map: every page of a user is where its mapping says, and the other way round. */
function auditMappings(kernel: Kernel, say: Say): void {
  const { pages, mappings } = kernel;
  let mapped = 0;
  for (const mapping of mappings) {
    let resident = 0;
    for (let offset = 0; offset < mapping.length; offset++) {
      const page = mapping.at(offset);
      if (page < 0) continue;
      resident += 1 << mapping.order;
      const kind = pages.kind[page] === PageKind.AnonHuge ? PageKind.Anon : pages.kind[page];
      if (kind !== mapping.kind || pages.a[page] !== mapping.id || pages.b[page] !== offset)
        say(`${mapping.what} does not have its page ${offset} at pfn ${pages.pfnOf(page)}`);
    }
    if (resident !== mapping.resident) say(`${mapping.what} counts ${mapping.resident} pages, has ${resident}`);
    mapped += resident;
  }
  let users = countKind(kernel, PageKind.Offline) - withheldPages(kernel, () => true);
  for (let kind = 0; kind < PAGE_KINDS; kind++) if (isMovableKind(kind)) users += countKind(kernel, kind);
  const held =
    mappings.orphaned + kernel.inFlight + kernel.hugePages.pooledBasePages + kernel.gigantic.freePages * GIGANTIC_PAGES;
  if (users !== mapped + held)
    say(`${users} pages belong to users, ${mapped} are mapped and ${held} in flight or pooled`);
}

/** Huge pages: the pool's figures are those of its pages. */
function auditHugePages(kernel: Kernel, say: Say): void {
  const pool = kernel.hugePages;
  const small = countKind(kernel, PageKind.Hugetlb) - kernel.gigantic.pages * GIGANTIC_PAGES;
  if (small !== pool.pages * HUGE_PAGES) say(`the pool says ${pool.pages} huge pages, there are ${small / HUGE_PAGES}`);
  for (const { node, startPfn, free } of kernel.gigantic.within(0, Number.MAX_SAFE_INTEGER)) {
    const user = free ? GIGANTIC : (kernel.pages.a[kernel.pages.indexOf(startPfn)] as number);
    for (let frame = startPfn; frame < startPfn + GIGANTIC_PAGES; frame++) {
      const index = kernel.pages.indexOf(frame);
      if (
        kernel.pages.kind[index] === PageKind.Hugetlb &&
        kernel.pages.a[index] === user &&
        kernel.zoneOfIndex(index).node === node
      )
        continue;
      say(`pfn ${frame} is no part of the page of 1 GiB at ${startPfn} on node ${node}`);
      break;
    }
  }
  for (const page of pool) {
    if (kernel.pages.kind[page] !== PageKind.Hugetlb || (kernel.pages.a[page] as number) >= 0)
      say(`the pool has pfn ${kernel.pages.pfnOf(page)}, which is not free in it`);
  }
  if (pool.reserved > pool.freePages) say(`${pool.reserved} huge pages are promised, ${pool.freePages} are free`);
}

/** Page tables: entries point to pages that belong there; table pages are accounted for. */
function auditTables(kernel: Kernel, say: Say): void {
  const { pages, tables } = kernel;
  for (const table of tables.tables()) {
    const page = tables.pageOf[table] as number;
    if (pages.kind[page] !== PageKind.PageTable || pages.b[page] !== table)
      say(`page table ${table} is not at pfn ${pages.pfnOf(page)}`);
    let used = 0;
    for (let at = 0; at < TABLE_ENTRIES; at++) if ((tables.entries[table * TABLE_ENTRIES + at] as number) >= 0) used++;
    if (tables.used[table] !== used) say(`page table ${table} counts ${tables.used[table]} entries, has ${used}`);
  }
  for (const process of kernel.processes.values()) {
    for (const area of process.areas) {
      const { mapping } = area;
      for (let i = 0; i < area.pages; i++) {
        const entry = entryOf(area, area.offset + i);
        const at = mapping.at(area.offset + i);
        // A huge entry names the first page of what it maps.
        const page = entry >= 0 && (tables.bits[entry] as number) & Pte.Huge ? at & ~(HUGE_PAGES - 1) : at;
        const value = entry < 0 ? -1 : (tables.entries[entry] as number);
        if (value < 0) {
          if (page >= 0 && mapping.kind === PageKind.Anon)
            say(`${process.comm} has page ${i} of ${mapping.what} and no entry for it`);
          continue;
        }
        if (value !== page) say(`${process.comm} maps page ${i} of ${mapping.what} elsewhere`);
        const bits = tables.bits[entry] as number;
        const migrating = (bits & Pte.Migration) !== 0;
        if (migrating === ((bits & Pte.Present) !== 0))
          say(`entry for page ${i} of ${mapping.what} is neither present nor migrating`);
        if (migrating && !((pages.flags[value] as number) & PageFlag.Isolated))
          say(`page ${i} of ${mapping.what} migrates and is on its list`);
      }
    }
  }
}

function auditBlocks(kernel: Kernel, say: Say): void {
  for (const block of kernel.blocks.values()) {
    const first = sectionOf(block.startPfn);
    for (let section = first; section < first + block.pages / PAGES_PER_SECTION; section++) {
      const state = kernel.pages.state[section];
      if (block.state === "offline" && state !== SectionState.Offline)
        say(`memory${block.number} is offline and section ${section} is not`);
      // The PCI hole lies inside large boot blocks: sections that do not exist belong to no zone.
      if (block.early && state === SectionState.Absent) continue;
      if (
        block.zone &&
        kernel.pages.zoneOfSection[section] !== block.zone.index &&
        kernel.pages.zoneOfSection[section] !== -2
      )
        say(`memory${block.number} is in ${block.zone.name} and section ${section} is not`);
    }
    const driver = kernel.driverOf(block);
    if (
      kernel.offlinePages(block) > 0 &&
      withheldPages(kernel, (section) => kernel.blockNumberOf(section * PAGES_PER_SECTION) === block.number) > 0 &&
      !driver
    )
      say(`memory${block.number} belongs to no driver and has pages that one keeps`);
    if (!block.early && !kernel.resources.covers(toAddress(block.startPfn), block.pages * PAGE_SIZE))
      say(`memory${block.number} is not in iomem`);
  }
}
