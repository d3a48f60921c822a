/** Memory without a kernel: a page array, zones of whole sections with their free lists, an allocator. For tests that count pages. */
import { Allocator } from "../memory/allocator.ts";
import { Buddy } from "../memory/buddy.ts";
import { PageKind, ZONE_TYPES, type ZoneType } from "../memory/kinds.ts";
import { NumaNode } from "../memory/node.ts";
import { PageArray, SectionState } from "../memory/page-array.ts";
import { Zone } from "../memory/zone.ts";
import { PAGES_PER_SECTION } from "../units.ts";

/** Nodes by number, each with the sections of its zones; sections follow each other in the order given. All marks are 0. */
export function plainMemory(nodes: readonly Partial<Record<ZoneType, number>>[]) {
  const own = nodes.map((_, id) =>
    Array.from({ length: ZONE_TYPES }, (__, type) => new Zone(id * ZONE_TYPES + type, id, type as ZoneType)),
  );
  const sizes = nodes.flatMap((zones, id) =>
    Object.entries(zones).map(([type, sections]) => ({ zone: own[id]?.[Number(type)] as Zone, sections })),
  );
  const pages = new PageArray(
    sizes.reduce((sum, { sections }) => sum + sections, 0),
    0,
  );
  const buddy = new Buddy(pages);
  let section = 0;
  for (const { zone, sections } of sizes) {
    zone.setSpan(section * PAGES_PER_SECTION, sections * PAGES_PER_SECTION);
    zone.countPresent(zone.spanned);
    zone.countManaged(zone.spanned);
    for (const end = section + sections; section < end; section++) {
      pages.state[section] = SectionState.Online;
      pages.zoneOfSection[section] = zone.index;
      pages.uniformKind[section] = PageKind.Free;
      buddy.giveSection(zone, section);
    }
  }
  const numa = own.map((zones, id) => new NumaNode(id, id === 0 ? "0" : "", zones));
  const populated = (node: NumaNode | undefined): Zone[] =>
    (node?.zones.filter((zone) => zone.populated) ?? []).reverse();
  // Its own zones first, the highest before the others, then those of the other nodes.
  for (const node of numa)
    node.zonelist = [node, ...numa.filter((other) => other !== node)].flatMap((each) => populated(each));
  const allocator = new Allocator(pages, buddy, numa);
  allocator.zones = own.flat();
  allocator.onlineNodes = numa.length;
  return { pages, buddy, allocator, nodes: numa, zones: own };
}
