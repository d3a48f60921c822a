/**
 * Files in memory (mm/shmem.c): their pages are shared memory, whether anybody maps them or not. They stay when who wrote
 * them ends, nothing reclaims them without swap, and all of them together take half of memory at most.
 */
import type { Occasion } from "../chronicle/occasion.ts";
import { type Slices, begin } from "../chronicle/slices.ts";
import type { Steps, Task } from "../chronicle/task.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import type { Zone } from "../memory/zone.ts";
import type { Mapping, Mappings } from "./mappings.ts";

/** What of a kernel files in memory need. */
export interface FileMemory {
  readonly zones: readonly Zone[];
  readonly mappings: Mappings;
  /** Where the kernel's own work runs. */
  readonly cpuNode: { readonly id: number };
  /** How many pages are freed in one go. */
  freeing(): Slices;
  /** Begins an operation and returns its number. */
  start(occasion: Occasion, steps: (task: Task) => Steps<ErrnoName | null>): number;
}

/** What letting go of a file's pages comes to. */
export interface LetGo {
  /** Pages that the file held. */
  readonly pages: number;
  /** The operation that gives back those which the first slice didn't; `null` when all are back. */
  readonly op: number | null;
}

export class Tmpfs {
  private readonly kernel: FileMemory;
  /** Pages that files may hold. */
  private most = 0;
  private held = 0;

  constructor(kernel: FileMemory) {
    this.kernel = kernel;
  }

  /** Sets its size from the memory that there is now (shmem_default_max_blocks). */
  mount(): void {
    this.most = Math.floor(this.kernel.zones.reduce((sum, zone) => sum + zone.managed, 0) / 2);
  }

  create(): TmpfsFile {
    return new TmpfsFile(this.kernel, (pages) => {
      if (this.held + pages > this.most) return false;
      this.held += pages;
      return true;
    });
  }
}

export class TmpfsFile {
  private readonly kernel: FileMemory;
  private readonly claim: (pages: number) => boolean;
  private mapping: Mapping | null = null;
  private pages = 0;

  /** `claim` counts pages (fewer, too) against the file system's size, and refuses what is too much. */
  constructor(kernel: FileMemory, claim: (pages: number) => boolean) {
    this.kernel = kernel;
    this.claim = claim;
  }

  /**
   * Lets go of all its pages (shmem_undo_range): of some at once, of the others by and by. The file has none of them any
   * more; the file system has room for others as they come free.
   */
  empty(): LetGo {
    const { kernel, mapping, pages } = this;
    if (!mapping) return { pages: 0, op: null };
    this.mapping = null;
    this.pages = 0;
    return {
      pages,
      op: begin((what, steps) => kernel.start(what, steps), { is: "file-goes" }, this.freeing(mapping)),
    };
  }

  private *freeing(mapping: Mapping): Steps<void> {
    const slices = this.kernel.freeing();
    let held = mapping.resident;
    for (const ns of this.kernel.mappings.removing(mapping, slices)) {
      this.claim(mapping.resident - held);
      held = mapping.resident;
      yield ns;
    }
    this.claim(-held);
  }

  /** Grows or shrinks to this many pages, one by one: how many it then has, and why not all (ENOSPC, ENOMEM). */
  resize(pages: number): { readonly pages: number; readonly errno: "ENOSPC" | "ENOMEM" | null } {
    const { kernel } = this;
    while (this.pages > pages) {
      kernel.mappings.drop(this.mapping as Mapping, --this.pages);
      this.claim(-1);
    }
    while (this.pages < pages) {
      this.mapping ??= kernel.mappings.add("tmpfs-file", PageKind.Shmem, 1);
      this.mapping.reach(pages);
      if (!this.claim(1)) return { pages: this.pages, errno: "ENOSPC" };
      const nodes = { node: kernel.cpuNode.id, mask: null };
      if (kernel.mappings.fill(this.mapping, this.pages, GFP_HIGHUSER_MOVABLE, nodes, PageFlag.Dirty) < 0) {
        this.claim(-1);
        return { pages: this.pages, errno: "ENOMEM" };
      }
      this.pages++;
    }
    return { pages, errno: null };
  }
}
