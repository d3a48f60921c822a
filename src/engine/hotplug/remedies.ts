/**
 * What would make memory leave that does not, tried in foresight and changing nothing: ending the processes that hold its
 * pages, dropping caches, giving back free pages of 1 GiB or what is kept for a crash kernel, taking an injected veto back,
 * booting with `movable_node`. Only what foresight says helps is
 * told; `certain` where it never contradicts the outcome.
 */
import { isForCrashKernel } from "../kernel/crash-kernel.ts";
import { layoutBoot } from "../kernel/boot-layout/index.ts";
import type { PartitionDescription } from "../hardware/description.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { isMovableKind, PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import type { Mapping } from "../holders/mappings.ts";
import { GIGANTIC } from "../holders/gigantic-pool.ts";
import type { Owner } from "../holders/owners.ts";
import type { Process } from "../holders/process.ts";
import { type Assumed, type BlockForesight, foreseeOffline } from "./foresight.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { PAGES_PER_SECTION, pfn, sectionOf } from "../units.ts";
import { zoneForBlock } from "./zone-choice.ts";

/** One thing to do first. */
export type RemedyStep =
  | { readonly do: "kill"; readonly pid: number; readonly comm: string }
  | { readonly do: "drop-caches" }
  /** The pool of pages of 1 GiB keeps so many on a node: those in use. */
  | { readonly do: "shrink-gigantic"; readonly node: number; readonly keep: number }
  /** Nothing is kept for a crash kernel any more. */
  | { readonly do: "shrink-crash" }
  /** The error injector is told to refuse no more. */
  | { readonly do: "lift-veto" };

/** What has to be done first, all of it, so that memory leaves. */
export interface Remedy {
  readonly steps: readonly RemedyStep[];
  /** It leaves then, unless somebody else acts; else it may. */
  readonly certain: boolean;
}

/** More processes than these nobody would end for a DIMM. */
const MOST_STEPS = 5;

/** What is assumed to have been done. */
class Assumption {
  readonly steps: RemedyStep[] = [];
  noVeto = false;
  private cachesDropped = false;
  private crashShrunk = false;
  private readonly shrunkNodes = new Set<number>();
  private readonly mappings = new Set<number>();
  private readonly owners = new Set<number>();
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  get assumed(): Assumed {
    return { gone: this.gone, released: this.released, noVeto: this.noVeto };
  }

  get dropsCaches(): boolean {
    return this.cachesDropped;
  }

  /** Whether the page at an index would be free. */
  readonly gone = (index: number): boolean => {
    const { kind: kinds, flags } = this.kernel.pages;
    const kind = kinds[index] as number;
    if (isMovableKind(kind) || kind === PageKind.Offline) {
      // Huge pages go back to their pool, and who has isolated a page frees it in his own time.
      if (kind === PageKind.Hugetlb) return this.shrunkNodes.has(this.giganticNode(index));
      if ((flags[index] as number) & PageFlag.Isolated) return false;
      return this.isLetGo(index);
    }
    const owner = this.ownerAt(index);
    if (!owner) return kind === PageKind.Reserved && this.released(this.kernel.pages.pfnOf(index), 1);
    if (owner.lifetime === "cache") return this.cachesDropped;
    if (!this.owners.has(owner.id)) return false;
    return (
      kind === PageKind.PageTable ||
      (this.kernel.pages.b[index] as number) < owner.count - this.kernel.slabs.wouldKeep(owner)
    );
  };

  /** Whether page frames that boot set aside would have been given back. */
  readonly released = (frame: number, frames: number): boolean =>
    this.crashShrunk && isForCrashKernel(this.kernel, frame, frames);

  /** Whether whoever maps a page of users would have ended. */
  isLetGo(index: number): boolean {
    return this.mappings.has(this.kernel.pages.a[index] as number);
  }

  /** Does, in thought, what would free the page that decides, or undo the refusal. False when nothing is known to. */
  add({ code, pfn }: Pick<BlockForesight, "code" | "pfn">): boolean {
    if (this.steps.length === MOST_STEPS) return false;
    if (code === "veto") {
      this.noVeto = true;
      this.steps.push({ do: "lift-veto" });
      return true;
    }
    if (pfn >= 0 && !this.crashShrunk && isForCrashKernel(this.kernel, pfn)) {
      this.crashShrunk = true;
      this.steps.push({ do: "shrink-crash" });
      return true;
    }
    const index = pfn < 0 ? NO_PAGE : this.kernel.pages.indexOf(pfn);
    if (index === NO_PAGE) return false;
    if (this.kernel.pages.kind[index] === PageKind.Hugetlb) return this.shrinksPool(this.giganticNode(index));
    if (this.ownerAt(index)?.lifetime === "cache" && !this.cachesDropped) {
      this.cachesDropped = true;
      this.steps.push({ do: "drop-caches" });
      return true;
    }
    const process = this.holderOf(index);
    if (!process || this.steps.some((step) => step.do === "kill" && step.pid === process.pid)) return false;
    for (const { id } of process.mappings) this.mappings.add(id);
    for (const { id, lifetime } of process.owners) if (lifetime !== "cache") this.owners.add(id);
    this.steps.push({ do: "kill", pid: process.pid, comm: process.comm });
    return true;
  }

  /** Node of the free page of 1 GiB that a page is part of; -1 where it is part of none. */
  private giganticNode(index: number): number {
    const { gigantic, pages } = this.kernel;
    if (pages.a[index] !== GIGANTIC || gigantic.uses(index)) return -1;
    return this.kernel.zoneAt(pages.pfnOf(index))?.node ?? -1;
  }

  /** All that nobody uses of a node's pages of 1 GiB goes back, unless some of it is promised. */
  private shrinksPool(node: number): boolean {
    const { gigantic } = this.kernel;
    const free = gigantic.freeOn(node);
    if (node < 0 || this.shrunkNodes.has(node) || gigantic.freePages - free < gigantic.reserved) return false;
    this.shrunkNodes.add(node);
    this.steps.push({ do: "shrink-gigantic", node, keep: (gigantic.total[node] as number) - free });
    return true;
  }

  private ownerAt(index: number): Owner | undefined {
    const { kind, a } = this.kernel.pages;
    const is = kind[index] as number;
    if (is < PageKind.Slab || is > PageKind.KernelPageTable) return undefined;
    return this.kernel.owners.get(a[index] as number);
  }

  /** The process whose end frees the page at an index. */
  private holderOf(index: number): Process | undefined {
    const { kind: kinds, a } = this.kernel.pages;
    const kind = kinds[index] as number;
    const { processes } = this.kernel;
    if (isMovableKind(kind) || kind === PageKind.Offline) {
      const mapping = this.kernel.mappings.get(a[index] as number);
      return mapping && [...processes.values()].find((process) => process.mappings.includes(mapping as Mapping));
    }
    const owner = this.ownerAt(index);
    return owner?.lifetime === "process" && owner.pid !== null ? processes.get(owner.pid) : undefined;
  }
}

/**
 * What lets an offline come to its end that runs in vain: the processes to end because they hold pages of these blocks,
 * which can't move as long as they do. `null` where nobody's end frees one of them, and where none is held.
 */
export function remedyUnderWay(kernel: Kernel, blocks: readonly MemoryBlock[]): Remedy | null {
  const { pages } = kernel;
  const assumed = new Assumption(kernel);
  for (const { startPfn, pages: length } of blocks)
    for (let frame: number = startPfn; frame < startPfn + length; ) {
      if (pages.pinnedIn(sectionOf(frame)) === 0) {
        frame = (sectionOf(frame) + 1) * PAGES_PER_SECTION;
        continue;
      }
      const index = pages.indexOf(frame);
      const held = ((pages.flags[index] as number) & PageFlag.Pinned) !== 0 && !assumed.isLetGo(index);
      if (held && !assumed.add({ code: "pinned", pfn: pfn(frame) })) return null;
      frame++;
    }
  return assumed.steps.length > 0 ? { steps: assumed.steps, certain: false } : null;
}

/**
 * What to do first so that these blocks go offline one after the other; `null` when nothing known helps, and when nothing
 * has to be done.
 */
export function remedyFor(kernel: Kernel, blocks: readonly MemoryBlock[]): Remedy | null {
  const assumed = new Assumption(kernel);
  let certain = true;
  let pagesTaken = 0;
  for (const block of blocks) {
    for (;;) {
      const foresight = foreseeOffline(kernel, block, { ...assumed.assumed, pagesTaken });
      if (foresight.outlook === "leaves") break;
      if (foresight.outlook === "may-leave") {
        certain = false;
        break;
      }
      if (!assumed.add(foresight)) return null;
    }
    if (block.state !== "offline") pagesTaken += block.pages;
  }
  if (assumed.steps.length === 0) return null;
  // What is in use of a cache as it shrinks is not foreseen: it stays.
  return { steps: assumed.steps, certain: certain && !assumed.dropsCaches };
}

/** Whether an offline block would come online in ZONE_MOVABLE if that were asked for: then only what can move gets there. */
export function couldBeMovable(kernel: Kernel, block: MemoryBlock): boolean {
  if (block.state !== "offline" || (block.poisoned > 0 && kernel.profile.refusesPoisonedBlocks)) return false;
  const chosen = zoneForBlock(kernel, block, "online_movable");
  return "zone" in chosen && chosen.zone.type === ZoneType.Movable;
}

/**
 * Whether memory that boot put into a kernel zone would be ZONE_MOVABLE as a whole had the machine been booted with
 * `movable_node`: laid out anew, with that word.
 */
export function movableNodeHelps(
  description: PartitionDescription,
  kernel: Kernel,
  blocks: readonly MemoryBlock[],
): boolean {
  const kernelZone = blocks.some(({ zone }) => zone !== null && zone.type !== ZoneType.Movable);
  if (!kernelZone || !blocks.every(({ early }) => early)) return false;
  const cmdline = `movable_node ${description.cmdline}`;
  if (layoutBoot(description).cmdline.movableNode) return false;
  const { movableStart, blockPages } = layoutBoot({ ...description, cmdline });
  return (
    blockPages === kernel.blockPages &&
    blocks.every(({ startPfn, nodes }) => {
      const start = nodes.length === 1 ? movableStart.get(nodes[0] as number) : undefined;
      return start !== undefined && startPfn >= start;
    })
  );
}
