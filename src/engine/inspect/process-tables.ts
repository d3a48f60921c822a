/**
 * A process's page tables as they are now: areas, the leaf tables with what their entries lead to, and one table entry by
 * entry. Read only.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { ENTRIES, Pte } from "../memory/page-tables.ts";
import { PAGE_SIZE, type Pfn } from "../units.ts";
import type { Process } from "../holders/process.ts";
import { vpnOf } from "../holders/mappings.ts";

/** A stretch of the process's address space. */
export interface AreaInfo {
  /** First virtual address, hexadecimal without 0x. */
  readonly start: string;
  /** Pages of 4 KiB. */
  readonly pages: number;
  readonly name: string;
  /** PageKind of what it shows. */
  readonly kind: number;
  readonly locked: boolean;
}

/** A table whose entries map pages: 512 of 4 KiB (PTE), or a PMD entry that maps 2 MiB and has no table below. */
export interface LeafTable {
  /** Virtual address of its first entry, hexadecimal without 0x. */
  readonly base: string;
  /** The page that holds it; of a huge page the page of the PMD table. */
  readonly table: Pfn;
  readonly huge: boolean;
  /** Entries in use: of a huge page 512, as many pages as it maps. */
  readonly used: number;
  /** Pages by node: `[node, pages]`. */
  readonly nodes: readonly (readonly [number, number])[];
  /** Pages by memory block: `[block, pages]`. */
  readonly blocks: readonly (readonly [number, number])[];
  /** Entries that stand in for pages that are being moved. */
  readonly migrating: number;
}

export interface ProcessTables {
  readonly pid: number;
  readonly comm: string;
  /** Node of the CPU that it runs on. */
  readonly node: number;
  readonly areas: readonly AreaInfo[];
  readonly leaves: readonly LeafTable[];
}

/** `undefined` when there is no such process. */
export function processTables(kernel: Kernel, pid: number): ProcessTables | undefined {
  const process = kernel.processes.get(pid);
  if (!process) return undefined;
  const areas = process.areas.map(
    (area): AreaInfo => ({
      start: (area.start * PAGE_SIZE).toString(16),
      pages: area.pages * 2 ** area.mapping.order,
      name: area.mapping.name,
      kind: area.mapping.kind,
      locked: area.locked,
    }),
  );
  return { pid, comm: process.comm, node: process.node, areas, leaves: leavesOf(kernel, process) };
}

function leavesOf(kernel: Kernel, process: Process): LeafTable[] {
  const { store, tables } = process;
  const leaves: LeafTable[] = [];
  const spans = new Set<number>();
  for (const area of process.areas) {
    const first = Math.floor(vpnOf(area, area.offset) / ENTRIES);
    const last = Math.floor((vpnOf(area, area.offset + area.pages) - 1) / ENTRIES);
    for (let span = first; span <= last; span++) spans.add(span);
  }
  for (const span of [...spans].sort((x, y) => x - y)) {
    const vpn = span * ENTRIES;
    const huge = tables.hugeEntryOf(vpn);
    if (huge >= 0) leaves.push(hugeLeaf(kernel, process, vpn, huge));
    else {
      const entry = tables.entryOf(vpn);
      if (entry >= 0 && (store.used[entry / ENTRIES] as number) > 0)
        leaves.push(smallLeaf(kernel, process, vpn, entry));
    }
  }
  return leaves;
}

function hugeLeaf(kernel: Kernel, process: Process, vpn: number, entry: number): LeafTable {
  const { store } = process;
  const frame = kernel.pages.pfnOf(store.entries[entry] as number);
  return {
    base: (vpn * PAGE_SIZE).toString(16),
    table: kernel.pages.pfnOf(store.pageOf[Math.floor(entry / ENTRIES)] as number),
    huge: true,
    used: ENTRIES,
    nodes: [[kernel.zoneAt(frame)?.node ?? 0, ENTRIES]],
    blocks: [[kernel.blockNumberOf(frame), ENTRIES]],
    migrating: (store.bits[entry] as number) & Pte.Migration ? ENTRIES : 0,
  };
}

function smallLeaf(kernel: Kernel, process: Process, vpn: number, first: number): LeafTable {
  const { store } = process;
  const nodes = new Map<number, number>();
  const blocks = new Map<number, number>();
  let used = 0;
  let migrating = 0;
  for (let entry = first; entry < first + ENTRIES; entry++) {
    const page = store.entries[entry] as number;
    if (page < 0) continue;
    used++;
    if ((store.bits[entry] as number) & Pte.Migration) migrating++;
    const frame = kernel.pages.pfnOf(page);
    const block = kernel.blockNumberOf(frame);
    const node = kernel.zoneAt(frame)?.node ?? kernel.blocks.get(block)?.nodes[0] ?? 0;
    nodes.set(node, (nodes.get(node) ?? 0) + 1);
    blocks.set(block, (blocks.get(block) ?? 0) + 1);
  }
  return {
    base: (vpn * PAGE_SIZE).toString(16),
    table: kernel.pages.pfnOf(store.pageOf[first / ENTRIES] as number),
    huge: false,
    used,
    nodes: [...nodes].sort((x, y) => x[0] - y[0]),
    blocks: [...blocks].sort((x, y) => x[0] - y[0]),
    migrating,
  };
}

/** One table entry by entry: the frames (0 where nothing is mapped) and the bits (`Pte`), 512 each. */
export function tableEntries(
  kernel: Kernel,
  pid: number,
  base: string,
): { readonly frames: Float64Array<ArrayBuffer>; readonly bits: Uint8Array<ArrayBuffer> } | undefined {
  const process = kernel.processes.get(pid);
  if (!process) return undefined;
  const first = process.tables.entryOf(Math.floor(Number.parseInt(base, 16) / PAGE_SIZE / ENTRIES) * ENTRIES);
  const frames = new Float64Array(ENTRIES);
  const bits = new Uint8Array(ENTRIES);
  for (let i = 0; first >= 0 && i < ENTRIES; i++) {
    const page = process.store.entries[first + i] as number;
    if (page < 0) continue;
    frames[i] = kernel.pages.pfnOf(page);
    bits[i] = process.store.bits[first + i] as number;
  }
  return { frames, bits };
}
