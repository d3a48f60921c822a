/**
 * Where x86-64 kernels have their direct mapping and their memory map (Documentation/arch/x86/x86_64/mm.rst), without
 * KASLR, with four levels of page tables and with five.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { PAGE_SIZE, STRUCT_PAGE_BYTES } from "../units.ts";

/** The memory map is at one place since 2.6.24; the direct mapping moved in 4.20 to make room below it. */
const VMEMMAP = 0xffff_ea00_0000_0000n;
const DIRECT_MAP = 0xffff_8880_0000_0000n;
const DIRECT_MAP_BEFORE_4_20 = 0xffff_8800_0000_0000n;
const VMEMMAP_OF_FIVE = 0xffd4_0000_0000_0000n;
const DIRECT_MAP_OF_FIVE = 0xff11_0000_0000_0000n;
const OLDER: ReadonlySet<string> = new Set(["2013", "3.7", "3.8", "3.9", "3.14", "4.14"]);

function base({ levels, profile }: Kernel): bigint {
  if (levels === 5) return DIRECT_MAP_OF_FIVE;
  return OLDER.has(profile.version) ? DIRECT_MAP_BEFORE_4_20 : DIRECT_MAP;
}

const vmemmap = ({ levels }: Kernel): bigint => (levels === 5 ? VMEMMAP_OF_FIVE : VMEMMAP);

const hex = (address: bigint): string => address.toString(16);

/** Index in the top-level table of a kernel address. */
const pgd = ({ levels }: Kernel, address: bigint): number => Number((address >> (levels === 5 ? 48n : 39n)) & 511n);

/** Kernel address of a page in the direct mapping, hexadecimal without 0x (__va). */
export const directMapAddress = (kernel: Kernel, frame: number): string =>
  hex(base(kernel) + BigInt(frame) * BigInt(PAGE_SIZE));

/** Kernel address of a page's struct page (pfn_to_page). */
export const structPageAddress = (kernel: Kernel, frame: number): string =>
  hex(vmemmap(kernel) + BigInt(frame) * BigInt(STRUCT_PAGE_BYTES));

/** The two regions: their first address, hexadecimal without 0x, and the top-level entry that leads to it. */
export interface KernelRegions {
  /** Of page tables. */
  readonly levels: 4 | 5;
  readonly directMap: { readonly base: string; readonly pgd: number };
  readonly memoryMap: { readonly base: string; readonly pgd: number };
}

export function kernelRegions(kernel: Kernel): KernelRegions {
  return {
    levels: kernel.levels,
    directMap: { base: hex(base(kernel)), pgd: pgd(kernel, base(kernel)) },
    memoryMap: { base: hex(vmemmap(kernel)), pgd: pgd(kernel, vmemmap(kernel)) },
  };
}

/** Entries of both regions reach this far: 64 TiB of memory, and its struct pages. */
const DIRECT_MAP_BYTES = 64n << 40n;
const VMEMMAP_BYTES = 1n << 40n;

/**
 * The page that a kernel address of the direct mapping lies in, or that a struct page at an address of the memory map
 * describes; `undefined` of any other address.
 */
export function frameOfAddress(kernel: Kernel, address: bigint): number | undefined {
  const direct = address - base(kernel);
  if (direct >= 0n && direct < DIRECT_MAP_BYTES) return Number(direct / BigInt(PAGE_SIZE));
  const described = address - vmemmap(kernel);
  return described >= 0n && described < VMEMMAP_BYTES ? Number(described / BigInt(STRUCT_PAGE_BYTES)) : undefined;
}
