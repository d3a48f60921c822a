/**
 * Caches of kernel objects. They are the kernel's, whoever filled them: dentries and inodes outlive the process that
 * looked them up, and go when memory is short or drop_caches says so (mm/shrinker.c, shrink_slab; fs/drop_caches.c). A
 * page goes when its last object does, so those with an object in use stay; and of a cache whose objects go with their
 * process, the allocator keeps some empty pages for the next (mm/slub.c, partial lists).
 */
import type { Holding } from "../memory/holding.ts";
import { AT_ONCE, finish, type Slices } from "../chronicle/slices.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import type { Allocator, NodeMask } from "../memory/allocator.ts";
import { GFP_KERNEL, GFP_RECLAIMABLE } from "../memory/allocator.ts";
import { PageKind } from "../memory/kinds.ts";
import type { Owner, Owners } from "./owners.ts";

/** Of so many pages that a walk through a file system fills, one holds an object that somebody uses (2 % on 6.1 and on 6.12). */
const PAGES_FOR_ONE_IN_USE = 50;
/** Empty pages that the allocator keeps of a cache on a node (min_partial). */
const KEPT_EMPTY = 6;

export class SlabCaches {
  private readonly owners: Owners;
  private readonly allocator: Allocator;
  /** Who holds what stays, by cache and node. */
  private readonly lasting = new Map<string, Owner>();

  constructor(owners: Owners, allocator: Allocator) {
    this.owners = owners;
    this.allocator = allocator;
  }

  /**
   * Takes one page for a cache that can be shrunk, the `nth` of `all` that its owner asks for. Some stay with the kernel
   * for the objects in use on them; who walks the same way again finds those objects there. False on -ENOMEM.
   */
  take(owner: Owner, nth: number, all: number, node: number, mask: NodeMask): boolean {
    const isUsed = nth % PAGES_FOR_ONE_IN_USE === PAGES_FOR_ONE_IN_USE - 1;
    const used = isUsed ? this.inUse(owner.what, node) : owner;
    const by = used.count < Math.floor(all / PAGES_FOR_ONE_IN_USE) ? used : owner;
    return this.owners.take(by, 0, node, mask) >= 0;
  }

  /** Pages of a cache that can be shrunk with objects on them that somebody uses. */
  private inUse(what: Holding, node: number): Owner {
    return this.lastingOwner(`slab-in-use:${cacheOf(what)}`, PageKind.SlabReclaimable, node);
  }

  /** Empty pages of a cache that the allocator keeps. */
  keptEmpty(what: Holding, node: number): Owner {
    return this.lastingOwner(keptName(what), PageKind.Slab, node);
  }

  private lastingOwner(what: Holding, kind: PageKind, node: number): Owner {
    const key = keyOf(what, node);
    const gfp = kind === PageKind.Slab ? GFP_KERNEL : GFP_RECLAIMABLE;
    const owner = this.lasting.get(key) ?? this.owners.add(what, kind, gfp);
    this.lasting.set(key, owner);
    return owner;
  }

  /** Of the newest pages of an owner, how many the allocator would keep if its process ended now. */
  wouldKeep(owner: Owner): number {
    const newest = owner.chunks[owner.count - 1];
    if (owner.kind !== PageKind.Slab || owner.count === 0 || newest === undefined) return 0;
    const kept = this.lasting.get(keyOf(keptName(owner.what), this.allocator.zoneOf(newest).node));
    return Math.max(0, KEPT_EMPTY - (kept?.count ?? 0));
  }

  /** The process of an owner has ended: its objects are freed, a few empty pages of each cache are kept. */
  leave(owner: Owner): void {
    const newest = owner.chunks[owner.count - 1];
    if (owner.kind !== PageKind.Slab || owner.count === 0 || newest === undefined) return;
    const kept = this.keptEmpty(owner.what, this.allocator.zoneOf(newest).node);
    this.owners.handOver(owner, kept, KEPT_EMPTY - kept.count);
  }

  /** Frees pages of caches in some zones, as many as wanted. Returns how many. `lives` tells whether a process still does. */
  shrink(inZone: (index: number) => boolean, wanted: number, lives: (pid: number) => boolean): number {
    return finish(this.shrinking(inZone, wanted, lives, AT_ONCE));
  }

  /** The same in slices. */
  *shrinking(
    inZone: (index: number) => boolean,
    wanted: number,
    lives: (pid: number) => boolean,
    slices: Slices,
  ): Steps<number> {
    let freed = 0;
    for (const owner of this.owners) {
      if (freed >= wanted) break;
      if (owner.lifetime !== "cache") continue;
      for (let i = owner.count - 1; i >= 0 && freed < wanted; i--) {
        // Between two slices others may have freed some.
        if (i >= owner.count) continue;
        const page = owner.chunks[i] as number;
        if (!inZone(page)) continue;
        this.owners.give(owner, page);
        freed++;
        if (slices.full(1)) yield spend(slices.cost, "drop_slab");
      }
      if (owner.count === 0 && owner.pid !== null && !lives(owner.pid)) this.owners.remove(owner);
    }
    return freed;
  }
}

const cacheOf = (what: Holding): string => what.slice(what.indexOf(":") + 1);
const keptName = (what: Holding): Holding => `slab-kept:${cacheOf(what)}`;
const keyOf = (what: Holding, node: number): string => `${node} ${what}`;
