/**
 * Who holds kernel memory. Each owner has a list of its chunks, so that it can give them all back; each page names
 * its owner in `a` and its place in the owner's list in `b`.
 */
import type { Holding } from "../memory/holding.ts";
import { NOT_HEAD } from "../memory/page-array.ts";
import type { Slices } from "../chronicle/slices.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import type { Allocator, Gfp, NodeMask } from "../memory/allocator.ts";
import { type Lifetime, PageKind } from "../memory/kinds.ts";

export interface Owner {
  readonly id: number;
  readonly what: Holding;
  readonly kind: number;
  readonly gfp: Gfp;
  /** The process on whose behalf the memory was taken. */
  readonly pid: number | null;
  readonly comm: string | null;
  readonly lifetime: Lifetime;
  /** First pages of its chunks. */
  chunks: Int32Array;
  count: number;
}

/** On whose behalf an owner holds memory, and for how long. */
type Cause = Pick<Owner, "pid" | "comm" | "lifetime">;

export class Owners {
  private readonly all: (Owner | undefined)[] = [];
  /** Numbers of owners that are gone, to give out again. */
  private readonly unused: number[] = [];
  private readonly allocator: Allocator;

  constructor(allocator: Allocator) {
    this.allocator = allocator;
  }

  /** A new owner; of the kernel's own unless a process is named. */
  add(
    what: Holding,
    kind: number,
    gfp: Gfp,
    { pid = null, comm = null, lifetime = pid === null ? "kernel" : "process" }: Partial<Cause> = {},
  ): Owner {
    const id = this.unused.pop() ?? this.all.length;
    const owner: Owner = { id, what, kind, gfp, pid, comm, lifetime, chunks: new Int32Array(4), count: 0 };
    this.all[id] = owner;
    return owner;
  }

  /** Gives back all that an owner holds, and forgets it. */
  remove(owner: Owner): void {
    this.giveDownTo(owner, 0);
    this.all[owner.id] = undefined;
    this.unused.push(owner.id);
  }

  get(id: number): Owner | undefined {
    return this.all[id];
  }

  *[Symbol.iterator](): Iterator<Owner> {
    for (const owner of this.all) if (owner) yield owner;
  }

  /** Puts a page that was taken from a zone directly (boot) on an owner's list. */
  adopt(owner: Owner, page: number): void {
    const { pages } = this.allocator;
    pages.setKind(page, 1, owner.kind, 0);
    pages.born[page] = this.allocator.stamp;
    pages.a[page] = owner.id;
    pages.b[page] = owner.count;
    this.append(owner, page);
  }

  /** Takes one chunk for an owner. Returns its first page or -1 (-ENOMEM). */
  take(owner: Owner, order: number, node: number, mask: NodeMask): number {
    const page = this.allocator.alloc(owner.gfp, order, node, mask, owner.kind, 0, owner.id, -1);
    if (page < 0) return -1;
    // Its place is known only now: finding the page may have reclaimed others of this owner.
    this.allocator.pages.b.fill(owner.count, page, page + (1 << order));
    this.append(owner, page);
    return page;
  }

  private append(owner: Owner, page: number): void {
    if (owner.count === owner.chunks.length) {
      const wider = new Int32Array(owner.count * 2);
      wider.set(owner.chunks);
      owner.chunks = wider;
    }
    owner.chunks[owner.count++] = page;
  }

  /** Takes `pages` single pages; stops at the first that cannot be had. Returns how many were taken. */
  takePages(owner: Owner, pages: number, node: number, mask: NodeMask): number {
    for (let i = 0; i < pages; i++) if (this.take(owner, 0, node, mask) < 0) return i;
    return pages;
  }

  /** Gives back one chunk of its owner. */
  give(owner: Owner, page: number): void {
    const order = this.orderOf(page);
    this.strike(owner, page);
    this.allocator.free(page, order);
  }

  /** Gives back the first page of a chunk of its owner. The others are nobody's from then on, and never free. */
  giveFirst(owner: Owner, page: number): void {
    const { pages } = this.allocator;
    const others = 2 ** this.orderOf(page) - 1;
    this.strike(owner, page);
    this.allocator.free(page, 0);
    pages.setKind(page + 1, others, PageKind.Lost, 0);
    pages.order.fill(NOT_HEAD, page + 1, page + 1 + others);
    pages.a.fill(-1, page + 1, page + 1 + others);
    pages.b.fill(-1, page + 1, page + 1 + others);
    pages.born.fill(this.allocator.stamp, page + 1, page + 1 + others);
  }

  /** Takes a chunk off its owner's list. */
  private strike(owner: Owner, page: number): void {
    const { pages } = this.allocator;
    const at = pages.b[page] as number;
    const last = owner.chunks[--owner.count] as number;
    owner.chunks[at] = last;
    if (last !== page) pages.b.fill(at, last, last + (1 << this.orderOf(last)));
  }

  /** Gives back the newest chunks until `keep` are left. */
  giveDownTo(owner: Owner, keep: number): void {
    while (owner.count > keep) this.give(owner, owner.chunks[owner.count - 1] as number);
  }

  /** Gives back all chunks in slices. */
  *giving(owner: Owner, slices: Slices): Steps<void> {
    while (owner.count > 0) {
      const newest = owner.chunks[owner.count - 1] as number;
      const pages = 1 << this.orderOf(newest);
      this.give(owner, newest);
      if (slices.full(pages)) yield spend(slices.cost, "do_exit");
    }
  }

  /** Makes the newest `count` single pages of an owner another's. */
  handOver(from: Owner, to: Owner, count: number): void {
    const { pages } = this.allocator;
    for (let left = Math.min(count, from.count); left > 0; left--) {
      const page = from.chunks[--from.count] as number;
      pages.a[page] = to.id;
      pages.b[page] = to.count;
      this.append(to, page);
    }
  }

  private orderOf(page: number): number {
    const order = this.allocator.pages.order[page] as number;
    return order <= 10 ? order : 0;
  }
}
