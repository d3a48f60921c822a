/**
 * Pages of kernel memory that were moved and kept their virtual address: who uses them finds them through the lent
 * virtual page of the frame where they first were. No Linux has this (the `what-if` profile; docs/decisions.md).
 */
import type { Allocator } from "../memory/allocator.ts";
import type { DirectMap } from "./direct-map.ts";

export class DisplacedPages {
  /** Frame of whose virtual page a page index is the contents. */
  private readonly frames = new Map<number, number>();
  private readonly allocator: Allocator;
  private readonly directMap: DirectMap;

  constructor(allocator: Allocator, directMap: DirectMap) {
    this.allocator = allocator;
    this.directMap = directMap;
  }

  get count(): number {
    return this.frames.size;
  }

  /** Page indexes that are displaced, for the audit. */
  indexes(): Iterable<number> {
    return this.frames.keys();
  }

  /**
   * A page was copied: its virtual address leads to the copy now. Returns how many entries were split for it, or -1
   * (-ENOMEM) with nothing changed.
   */
  move(from: number, to: number, frame: number, node: number): number {
    const known = this.frames.get(from);
    if (known !== undefined && this.allocator.pages.pfnOf(to) === known) {
      // It came home.
      this.frames.delete(from);
      this.directMap.restore(known);
      return 0;
    }
    const splits = known === undefined ? this.directMap.lend(frame, node) : 0;
    if (splits < 0) return -1;
    this.frames.delete(from);
    this.frames.set(to, known ?? frame);
    this.allocator.onFree ??= (index, order) => this.freed(index, order);
    return splits;
  }

  /** Freed pages give their virtual addresses back. */
  private freed(index: number, order: number): void {
    if (this.frames.size === 0) return;
    for (let page = index; page < index + (1 << order); page++) {
      const frame = this.frames.get(page);
      if (frame === undefined) continue;
      this.frames.delete(page);
      this.directMap.restore(frame);
    }
  }
}
