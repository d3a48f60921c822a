/**
 * Where would this go? The path that an allocation would take now through zonelists and free lists. The allocator itself
 * decides (`Allocator.decide`), and is watched doing so; nothing is taken.
 */
import type { Kernel } from "../kernel/kernel.ts";
import {
  GFP_ATOMIC,
  GFP_HIGHUSER,
  GFP_HIGHUSER_MOVABLE,
  GFP_KERNEL,
  GFP_RECLAIMABLE,
  type Gfp,
  type Mark,
  newPlacement,
  type NodeMask,
  pagesOf,
  usableZones,
  usesCma,
  type Verdict,
} from "../memory/allocator.ts";
import { type Choice, sectionOfToken, Steal } from "../memory/buddy.ts";
import { MIGRATE_TYPES, MigrateType, PageKind, ZoneType } from "../memory/kinds.ts";
import type { NumaNode } from "../memory/node.ts";
import { NOT_HEAD } from "../memory/page-array.ts";
import { NIL, type Zone } from "../memory/zone.ts";
import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, PAGES_PER_SECTION } from "../units.ts";
import type { Ask, Asker } from "./askers.ts";
import { HUGE_ORDER } from "../holders/huge-pool.ts";
import { forKernelZones } from "../workload/policy.ts";
import type { Policy } from "../holders/process.ts";

const GFP: Readonly<Record<Asker, Gfp>> = {
  kernel: GFP_KERNEL,
  cache: GFP_RECLAIMABLE,
  atomic: GFP_ATOMIC,
  user: GFP_HIGHUSER,
  movable: GFP_HIGHUSER_MOVABLE,
  // A huge page is not worth reclaim (GFP_TRANSHUGE_LIGHT): the fault falls back to single pages.
  huge: { ...GFP_HIGHUSER_MOVABLE, noReclaim: true },
};

/** What a try said of one zone, with the figures that it was about. In pages. */
export interface Asked {
  readonly node: number;
  readonly zone: string;
  readonly verdict: Verdict;
  readonly free: number;
  /** Free pages that count for the request, once it is served. */
  readonly left: number;
  /** What they must exceed: the mark, and what is kept for requests that can't use higher zones. */
  readonly mark: number;
  readonly protection: number;
}

/** One walk along the zonelist. */
export interface Try {
  readonly mark: Mark;
  /** Whether migrate types may be mixed (ALLOC_NOFRAGMENT is not set). */
  readonly mayFragment: boolean;
  readonly asked: readonly Asked[];
}

export interface Found {
  readonly node: number;
  readonly zone: string;
  readonly pfn: number;
  /** The request's migrate type, and that of the list that the chunk is on. */
  readonly type: MigrateType;
  readonly from: MigrateType;
  /** Order of the chunk that the pages are cut from. */
  readonly order: number;
  readonly steal: Steal;
  /** Migrate type of the pageblock that the page is in: now, and once it is served. */
  readonly pageblock: MigrateType;
  readonly becomes: MigrateType;
}

export interface Placement {
  readonly order: number;
  /** Whose zonelist is walked, and the nodes that the policy allows (`null`: all). A policy may have no say in it. */
  readonly list: number;
  readonly mask: readonly number[] | null;
  readonly highest: number;
  readonly tries: readonly Try[];
  readonly found: Found | null;
  /** What becomes of a request that no zone serves: it reclaims in these zones and tries again, or fails. */
  readonly otherwise: { readonly reclaims: readonly { readonly node: number; readonly zone: string }[] } | null;
}

/** What an ask is to the allocator. `undefined` when there is no such node. */
export function requestOf(
  kernel: Kernel,
  { asker, order, node, policy }: Ask,
): { readonly gfp: Gfp; readonly order: number; readonly node: number; readonly mask: NodeMask } | undefined {
  if (!kernel.nodes[node]?.online) return undefined;
  const gfp = GFP[asker];
  const given: Policy =
    policy === "bind" ? { mode: policy, node, mask: new Set([node]) } : { mode: "default", node, mask: null };
  const cpu = { node: kernel.cpuNode.id };
  const { node: list, mask } = gfp.highest < ZoneType.Movable ? forKernelZones(kernel, cpu, given) : given;
  return { gfp, order: asker === "huge" ? HUGE_ORDER : order, node: list, mask };
}

/** `undefined` when there is no such node. */
export function placementOf(kernel: Kernel, ask: Ask): Placement | undefined {
  const request = requestOf(kernel, ask);
  if (!request) return undefined;
  const { gfp, order, node, mask } = request;
  const placement = newPlacement();
  const tries = new Tries(gfp, order);
  const served = kernel.allocator.decide(gfp, order, node, mask, placement, tries.witness);
  const reclaims = usableZones((kernel.nodes[node] as NumaNode).zonelist, gfp, node, mask);
  return {
    order,
    list: node,
    mask: mask === null ? null : [...mask],
    highest: gfp.highest,
    tries: tries.all,
    found: served ? foundIn(kernel, gfp, order, placement.zone as Zone, placement.chunk) : null,
    otherwise:
      served || gfp.atomic || gfp.noReclaim
        ? null
        : { reclaims: reclaims.map((zone) => ({ node: zone.node, zone: zone.name })) },
  };
}

function foundIn(kernel: Kernel, gfp: Gfp, order: number, zone: Zone, chunk: Choice): Found {
  const { node, name } = zone;
  const { from, steal } = chunk;
  return { node, zone: name, type: gfp.type, from, steal, ...outlookOf(kernel, zone, order, gfp.type, chunk) };
}

/** Sorts what a witness is told into walks: another mark or a zone that was asked already begins another one. */
class Tries {
  readonly #gfp: Gfp;
  readonly #order: number;
  readonly #all: { mark: Mark; mayFragment: boolean; asked: Asked[]; zones: Set<Zone> }[] = [];

  constructor(gfp: Gfp, order: number) {
    this.#gfp = gfp;
    this.#order = order;
  }

  get all(): Try[] {
    return this.#all.map(({ mark, mayFragment, asked }) => ({ mark, mayFragment, asked }));
  }

  readonly witness = (mark: Mark, mayFragment: boolean, zone: Zone, verdict: Verdict): void => {
    let walk = this.#all.at(-1);
    if (!walk || walk.mark !== mark || walk.zones.has(zone)) {
      walk = { mark, mayFragment, asked: [], zones: new Set() };
      this.#all.push(walk);
    }
    // What may not be asked is passed before the walk knows whether it minds about types.
    if (verdict !== "above" && verdict !== "mask" && verdict !== "other node") walk.mayFragment = mayFragment;
    walk.zones.add(zone);
    walk.asked.push({
      node: zone.node,
      zone: zone.name,
      verdict,
      free: zone.free,
      left: zone.wouldLeave(this.#order, usesCma(this.#gfp)),
      mark: pagesOf(zone, mark),
      protection: zone.protection[this.#gfp.highest] as number,
    });
  };
}

/** What carrying a choice out would lead to (`Buddy.carryOut`): the page, and what its pageblock is for, now and then. */
function outlookOf({ buddy, pages }: Kernel, zone: Zone, order: number, type: MigrateType, chunk: Choice) {
  const head = zone.head[chunk.order * MIGRATE_TYPES + chunk.from] as number;
  // A section that nobody has touched: its first chunk.
  if (head < NIL) {
    const becomes = chunk.steal === Steal.Nothing ? MigrateType.Movable : type;
    const pfn = sectionOfToken(head) * PAGES_PER_SECTION;
    return { pfn, order: chunk.order, pageblock: MigrateType.Movable, becomes };
  }
  const start = head & ~(PAGEBLOCK_PAGES - 1);
  const pageblock = pages.pageblockType[head >> PAGEBLOCK_ORDER] as MigrateType;
  if (chunk.steal !== Steal.Pageblock || chunk.order >= PAGEBLOCK_ORDER) {
    const becomes = chunk.steal === Steal.Pageblock ? type : pageblock;
    return { pfn: pages.pfnOf(head), order: chunk.order, pageblock, becomes };
  }
  // All that is free in the pageblock comes along in the order of its addresses: the smallest that is large enough.
  let [page, best] = [head, chunk.order];
  for (let at = start; at < start + PAGEBLOCK_PAGES; ) {
    const o = pages.order[at] as number;
    const isFree = pages.kind[at] === PageKind.Free && o !== NOT_HEAD;
    if (isFree && o >= order && (o < best || (o === best && at < page))) [page, best] = [at, o];
    at += isFree ? 1 << o : 1;
  }
  const becomes = buddy.suits(start, chunk.from, type) ? type : pageblock;
  return { pfn: pages.pfnOf(page), order: best, pageblock, becomes };
}
