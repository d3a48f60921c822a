/**
 * A process's page tables as they are now: areas, the leaf tables with what their entries lead to, and one table entry by
 * entry. Read only.
 */
import type { Holding } from "../memory/holding.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Pte, type UpperLevel } from "../memory/page-tables.ts";
import { PAGE_SIZE, type Pfn, TABLE_ENTRIES } from "../units.ts";
import type { Process } from "../holders/process.ts";
import { vpnOf } from "../holders/mappings.ts";
import { COLUMN, MIGRATING } from "./columns.ts";

/** A stretch of the process's address space. */
export interface AreaInfo {
  /** First virtual address, hexadecimal without 0x. */
  readonly start: string;
  /** Pages of 4 KiB. */
  readonly pages: number;
  readonly what: Holding;
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
  /** The same as long as every entry leads to the same page, in the same way: a hash, 32 bits. */
  readonly state: number;
}

export interface ProcessTables {
  readonly pid: number;
  readonly comm: string;
  /** Node of the CPU that it runs on. */
  readonly node: number;
  readonly areas: readonly AreaInfo[];
  readonly leaves: readonly LeafTable[];
  /** Tables above them, top level first: what their first entry of use maps from, and the page that holds each. */
  readonly upper: readonly { readonly level: UpperLevel; readonly base: string; readonly table: Pfn }[];
  /**
   * What each leaf's entries lead to, from the first to the last, `COLUMN` values a leaf, each for the four entries at its
   * place: 0 nothing, else 1 + the node of the last of them, and `MIGRATING` besides where one is a migration entry.
   */
  readonly columns: Uint16Array<ArrayBuffer>;
}

const EACH = TABLE_ENTRIES / COLUMN;

/** Tables that `leafTables` would look through at most; `undefined` when there is no such process. */
export function mostLeafTables(kernel: Kernel, pid: number): number | undefined {
  const process = kernel.processes.get(pid);
  return process && spansOf(process).size;
}

/** Its leaf tables alone, by address; none when there is no such process. */
export function leafTables(kernel: Kernel, pid: number): readonly LeafTable[] {
  const process = kernel.processes.get(pid);
  return process ? leavesOf(kernel, process) : [];
}

/** `undefined` when there is no such process. */
export function processTables(kernel: Kernel, pid: number): ProcessTables | undefined {
  const process = kernel.processes.get(pid);
  if (!process) return undefined;
  const areas = process.areas.map(
    (area): AreaInfo => ({
      start: (area.start * PAGE_SIZE).toString(16),
      pages: area.pages * 2 ** area.mapping.order,
      what: area.mapping.what,
      kind: area.mapping.kind,
      locked: area.locked,
    }),
  );
  const leaves = leavesOf(kernel, process);
  return {
    ...{ pid, comm: process.comm, node: process.node, areas, leaves },
    upper: upperOf(kernel, process, leaves),
    columns: columnsOf(kernel, process, leaves),
  };
}

const vpnAt = ({ base }: LeafTable): number => Number.parseInt(base, 16) / PAGE_SIZE;

function upperOf(kernel: Kernel, process: Process, leaves: readonly LeafTable[]): ProcessTables["upper"] {
  const found = new Map<number, { level: UpperLevel; base: string; table: Pfn }>();
  for (const leaf of leaves)
    for (const [depth, page] of process.tables.pagesAbove(vpnAt(leaf)).entries()) {
      const table = kernel.pages.pfnOf(page);
      const level = process.tables.levels[depth];
      if (level && !found.has(table)) found.set(table, { level, base: leaf.base, table });
    }
  const order = process.tables.levels;
  return [...found.values()].sort((x, y) => order.indexOf(x.level) - order.indexOf(y.level));
}

function columnsOf(kernel: Kernel, { store, tables }: Process, leaves: readonly LeafTable[]): Uint16Array<ArrayBuffer> {
  const columns = new Uint16Array(leaves.length * COLUMN);
  const nodes = new Map<number, number>();
  /** Node of a frame, asked once a block. */
  const nodeOf = (frame: number): number => {
    const block = kernel.blockNumberOf(frame);
    let node = nodes.get(block);
    if (node === undefined) {
      node = kernel.zoneAt(frame)?.node ?? kernel.blocks.get(block)?.nodes[0] ?? 0;
      nodes.set(block, node);
    }
    return node;
  };
  for (const [i, leaf] of leaves.entries()) {
    if (leaf.huge) {
      const value = 1 + (leaf.nodes[0]?.[0] ?? 0) + (leaf.migrating > 0 ? MIGRATING : 0);
      columns.fill(value, i * COLUMN, (i + 1) * COLUMN);
      continue;
    }
    const first = tables.entryOf(vpnAt(leaf));
    for (let at = 0; at < COLUMN; at++) {
      let value = 0;
      for (let entry = first + at * EACH; entry < first + (at + 1) * EACH; entry++) {
        const page = store.entries[entry] as number;
        if (page < 0) continue;
        value = (value & MIGRATING) | (1 + nodeOf(kernel.pages.pfnOf(page)));
        if ((store.bits[entry] as number) & Pte.Migration) value |= MIGRATING;
      }
      columns[i * COLUMN + at] = value;
    }
  }
  return columns;
}

/** Stretches of 2 MiB of addresses in which areas are. */
function spansOf(process: Process): Set<number> {
  const spans = new Set<number>();
  for (const area of process.areas) {
    const first = Math.floor(vpnOf(area, area.offset) / TABLE_ENTRIES);
    const last = Math.floor((vpnOf(area, area.offset + area.pages) - 1) / TABLE_ENTRIES);
    for (let span = first; span <= last; span++) spans.add(span);
  }
  return spans;
}

function leavesOf(kernel: Kernel, process: Process): LeafTable[] {
  const { store, tables } = process;
  const leaves: LeafTable[] = [];
  let before = -1;
  for (const span of [...spansOf(process)].sort((x, y) => x - y)) {
    const vpn = span * TABLE_ENTRIES;
    const huge = tables.hugeEntryOf(vpn);
    // One entry of 1 GiB goes on over the next spans.
    if (huge >= 0 && huge === before) continue;
    before = huge;
    if (huge >= 0) leaves.push(hugeLeaf(kernel, process, vpn, huge));
    else {
      const entry = tables.entryOf(vpn);
      if (entry >= 0 && (store.used[entry / TABLE_ENTRIES] as number) > 0)
        leaves.push(smallLeaf(kernel, process, vpn, entry));
    }
  }
  return leaves;
}

function hugeLeaf(kernel: Kernel, process: Process, vpn: number, entry: number): LeafTable {
  const { store } = process;
  const frame = kernel.pages.pfnOf(store.entries[entry] as number);
  const moves = ((store.bits[entry] as number) & Pte.Migration) !== 0;
  return {
    base: (vpn * PAGE_SIZE).toString(16),
    table: kernel.pages.pfnOf(store.pageOf[Math.floor(entry / TABLE_ENTRIES)] as number),
    huge: true,
    used: TABLE_ENTRIES,
    nodes: [[kernel.zoneAt(frame)?.node ?? 0, TABLE_ENTRIES]],
    blocks: [[kernel.blockNumberOf(frame), TABLE_ENTRIES]],
    migrating: moves ? TABLE_ENTRIES : 0,
    state: hashed(hashed(0, frame), Number(moves)),
  };
}

function smallLeaf(kernel: Kernel, process: Process, vpn: number, first: number): LeafTable {
  const { store } = process;
  const nodes = new Map<number, number>();
  const blocks = new Map<number, number>();
  let used = 0;
  let migrating = 0;
  let state = 0;
  for (let entry = first; entry < first + TABLE_ENTRIES; entry++) {
    const page = store.entries[entry] as number;
    if (page < 0) continue;
    used++;
    const moves = ((store.bits[entry] as number) & Pte.Migration) !== 0;
    if (moves) migrating++;
    const frame = kernel.pages.pfnOf(page);
    state = hashed(hashed(state, frame), 2 * (entry - first) + Number(moves));
    const block = kernel.blockNumberOf(frame);
    const node = kernel.zoneAt(frame)?.node ?? kernel.blocks.get(block)?.nodes[0] ?? 0;
    nodes.set(node, (nodes.get(node) ?? 0) + 1);
    blocks.set(block, (blocks.get(block) ?? 0) + 1);
  }
  return {
    base: (vpn * PAGE_SIZE).toString(16),
    table: kernel.pages.pfnOf(store.pageOf[first / TABLE_ENTRIES] as number),
    huge: false,
    used,
    nodes: [...nodes].sort((x, y) => x[0] - y[0]),
    blocks: [...blocks].sort((x, y) => x[0] - y[0]),
    migrating,
    state,
  };
}

/** A step of FNV-1a, by a value of 32 bits at once. */
function hashed(hash: number, value: number): number {
  const mixed = Math.imul((hash ^ value) | 0, 0x01000193);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** One table entry by entry: the frames (0 where nothing is mapped) and the bits (`Pte`), 512 each. */
export function tableEntries(
  kernel: Kernel,
  pid: number,
  base: string,
): { readonly frames: Float64Array<ArrayBuffer>; readonly bits: Uint8Array<ArrayBuffer> } | undefined {
  const process = kernel.processes.get(pid);
  if (!process) return undefined;
  const first = process.tables.entryOf(
    Math.floor(Number.parseInt(base, 16) / PAGE_SIZE / TABLE_ENTRIES) * TABLE_ENTRIES,
  );
  const frames = new Float64Array(TABLE_ENTRIES);
  const bits = new Uint8Array(TABLE_ENTRIES);
  for (let i = 0; first >= 0 && i < TABLE_ENTRIES; i++) {
    const page = process.store.entries[first + i] as number;
    if (page < 0) continue;
    frames[i] = kernel.pages.pfnOf(page);
    bits[i] = process.store.bits[first + i] as number;
  }
  return { frames, bits };
}
