/**
 * Block devices that keep what is written to them in memory: RAM disks, whose pages are the kernel's own and stay once they
 * were written (drivers/block/brd.c), and zram, which keeps pages compressed in memory that can be moved and gives it
 * back as they are let go (drivers/block/zram/zram_drv.c, mm/zsmalloc.c).
 */
import { type Allocator, GFP_KERNEL, type Gfp } from "../memory/allocator.ts";
import { MigrateType, PageKind, ZoneType } from "../memory/kinds.ts";
import { PAGE_SIZE } from "../units.ts";
import type { Mapping, Mappings } from "./mappings.ts";
import type { Owner, Owners } from "./owners.ts";

/** Of who frees memory itself: may take the last there is, and reclaims none (PF_MEMALLOC). */
const GFP_RAM_DISK: Gfp = { ...GFP_KERNEL, memalloc: true };
const GFP_ZSMALLOC: Gfp = { highest: ZoneType.Movable, type: MigrateType.Movable, memalloc: true };

/** What of a kernel a device needs. */
export interface DeviceMemory {
  readonly owners: Owners;
  readonly mappings: Mappings;
  readonly allocator: Allocator;
  /** Where the kernel's own work runs. */
  readonly cpuNode: { readonly id: number };
}

/** What somebody made of a device: `mkswap`, `mke2fs`. */
export type Signature = "swap" | "ext4";

export interface BlockDevice {
  /** As in /dev. */
  readonly name: string;
  readonly driver: "brd" | "zram";
  /** Its size in pages; 0 of a zram device without a disksize. */
  readonly pages: number;
  signature: Signature | null;
  /** Where the next write of a person begins, in bytes. */
  cursor: number;
  /** Who keeps it open, and keeps others off: swap, or a file system that is mounted. */
  heldBy: "swap" | "mount" | null;
  /** Writes a page that compresses to so many bytes at a place (in pages). False when there is no memory for it. */
  write(at: number, compressed: number): boolean;
  /** What is at a place is wanted no more. */
  discard(at: number): void;
  /** Gives back all that it holds. */
  empty(): void;
}

/** drivers/block/brd.c: a page of its own for each page that was ever written, until the module goes. */
export class RamDisk implements BlockDevice {
  readonly name: string;
  readonly driver = "brd";
  readonly pages: number;
  signature: Signature | null = null;
  cursor = 0;
  heldBy: BlockDevice["heldBy"] = null;
  private readonly memory: DeviceMemory;
  private readonly owner: Owner;
  private readonly written: Uint8Array;

  constructor(memory: DeviceMemory, name: string, pages: number) {
    this.memory = memory;
    this.name = name;
    this.pages = pages;
    this.owner = memory.owners.add(`ram-disk:${name}`, PageKind.KernelBuffer, GFP_RAM_DISK);
    this.written = new Uint8Array(pages);
  }

  write(at: number): boolean {
    if (this.written[at] === 1) return true;
    if (this.memory.owners.take(this.owner, 0, this.memory.cpuNode.id, null) < 0) return false;
    this.written[at] = 1;
    return true;
  }

  discard(): void {}

  empty(): void {
    this.memory.owners.giveDownTo(this.owner, 0);
    this.written.fill(0);
    this.signature = null;
    this.cursor = 0;
  }

  /** Gives back its memory and is no more. */
  remove(): void {
    this.memory.owners.remove(this.owner);
  }
}

/** drivers/block/zram/zram_drv.c: what is written is compressed, and packed into pages of zsmalloc. */
export class ZramDisk implements BlockDevice {
  readonly name: string;
  readonly driver = "zram";
  signature: Signature | null = null;
  cursor = 0;
  heldBy: BlockDevice["heldBy"] = null;
  /** What was chosen to compress with; null is what the kernel would choose. */
  compressor: string | null = null;
  private readonly memory: DeviceMemory;
  private pool: Mapping | null = null;
  /** Compressed size of what is at each place; 0 where nothing is. */
  private sizes = new Uint16Array(0);
  private compressed = 0;
  private stored = 0;
  private most = 0;

  constructor(memory: DeviceMemory, name: string) {
    this.memory = memory;
    this.name = name;
  }

  get pages(): number {
    return this.sizes.length;
  }

  /** Makes it a device of this many pages; it has nothing in it (disksize_store). */
  setSize(pages: number): void {
    this.sizes = new Uint16Array(pages);
    this.pool = this.memory.mappings.add(`compressed:${this.name}`, PageKind.Zsmalloc, 16);
  }

  write(at: number, compressed: number): boolean {
    const before = this.sizes[at] as number;
    const { pool, memory } = this;
    if (!pool || !this.grow(pool, this.compressed - before + compressed)) return false;
    this.sizes[at] = compressed;
    this.compressed += compressed - before;
    if (before === 0) this.stored++;
    else this.shrink(pool);
    this.most = Math.max(this.most, memory.mappings.get(pool.id)?.resident ?? 0);
    return true;
  }

  discard(at: number): void {
    const before = this.sizes[at] as number;
    if (before === 0 || !this.pool) return;
    this.sizes[at] = 0;
    this.compressed -= before;
    this.stored--;
    this.shrink(this.pool);
  }

  empty(): void {
    if (this.pool) this.memory.mappings.remove(this.pool);
    this.pool = null;
    this.sizes = new Uint16Array(0);
    this.compressed = this.stored = this.most = this.cursor = 0;
    this.signature = null;
  }

  /** mm_stat: bytes stored, compressed, in memory used, and in memory used at most. */
  get figures(): {
    readonly stored: number;
    readonly compressed: number;
    readonly used: number;
    readonly most: number;
  } {
    const used = (this.pool?.resident ?? 0) * PAGE_SIZE;
    return { stored: this.stored * PAGE_SIZE, compressed: this.compressed, used, most: this.most * PAGE_SIZE };
  }

  /** Takes pages until there is room for so many bytes. */
  private grow(pool: Mapping, bytes: number): boolean {
    const { mappings, cpuNode } = this.memory;
    const nodes = { node: cpuNode.id, mask: null };
    while (pool.resident * PAGE_SIZE < bytes) {
      pool.reach(pool.resident + 1);
      if (mappings.fill(pool, pool.resident, GFP_ZSMALLOC, nodes, 0) < 0) return false;
    }
    return true;
  }

  /** Gives back pages that are not needed: what is left is packed together. */
  private shrink(pool: Mapping): void {
    const needed = Math.ceil(this.compressed / PAGE_SIZE);
    while (pool.resident > needed) this.memory.mappings.drop(pool, pool.resident - 1);
  }
}

/** Devices in the order in which they came. */
export class BlockDevices {
  private readonly all = new Map<string, RamDisk | ZramDisk>();

  add(device: RamDisk | ZramDisk): void {
    this.all.set(device.name, device);
  }

  get(name: string): RamDisk | ZramDisk | undefined {
    return this.all.get(name);
  }

  *[Symbol.iterator](): Iterator<RamDisk | ZramDisk> {
    yield* this.all.values();
  }

  /** Those of a driver are gone, with all that they held. Nobody may hold one open. */
  removeAll(driver: BlockDevice["driver"]): void {
    for (const [name, device] of this.all) {
      if (device.driver !== driver) continue;
      device.empty();
      if (device instanceof RamDisk) device.remove();
      this.all.delete(name);
    }
  }
}
