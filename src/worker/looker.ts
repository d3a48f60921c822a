/**
 * What a view looks into beyond records and page maps: page tables, free lists, what runs, what is being migrated; and all that
 * views compare with an instant. Fetched when somebody first asks (./looks.ts). Read only.
 */
import {
  kernelRegions,
  kernelTables,
  type LeafTable,
  leafTables,
  MigrationWatcher,
  mostLeafTables,
  pinsOf,
  placementOf,
  processTables,
  running,
  tableEntries,
  zoneLists,
} from "../engine/inspect/index.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import { PAGE_SIZE, PAGES_PER_SECTION, sectionOf } from "../engine/units.ts";
import type { Engine } from "../engine/time/engine.ts";
import {
  type Look,
  type Looked,
  MOST_BYTES_COMPARED,
  MOST_TABLES_COMPARED,
  type Snapshot,
} from "../protocol/messages.ts";
import { blockKey, Projector } from "./projector.ts";

type Looks = Exclude<Look, { of: "scale" }>;
type MigrationLook = Extract<Look, { of: "migration" }>;

export class Looker {
  readonly #engine: Engine;
  /** What the page has been sent, in short. */
  #sent: string | null = null;
  /** Of partitions where migrations were looked at. */
  readonly #watchers = new Map<string, MigrationWatcher>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Another thing is looked at, or the same by somebody who has not seen it. */
  begin(): void {
    this.#sent = null;
  }

  /** Who does not look at migrations any more need not be told of them. */
  rest(look: Look | null): void {
    for (const [partition, watcher] of this.#watchers)
      if (look?.of !== "migration" || look.partition !== partition) watcher.rest();
  }

  /** What is looked at, when it is not what was sent last. */
  take(look: Looks): Looked | null {
    const kernel = this.#engine.kernels.get(look.partition);
    if (!kernel) return null;
    switch (look.of) {
      case "process": {
        const tables = processTables(kernel, look.pid) ?? null;
        const entries = look.table === null ? null : (tableEntries(kernel, look.pid, look.table) ?? null);
        const digest = [tables?.columns, entries?.frames, entries?.bits].map((values) => (values ? sumOf(values) : 0));
        const inShort = JSON.stringify([look, { ...tables, columns: null }, digest]);
        return this.#isNew(inShort) ? { ...look, tables, entries } : null;
      }
      case "zones": {
        const zones = zoneLists(kernel, look.node);
        const placement = placementOf(kernel, look.ask) ?? null;
        return this.#isNew(JSON.stringify([look, zones, placement])) ? { ...look, zones, placement } : null;
      }
      case "running": {
        const processes = running(kernel);
        return this.#isNew(JSON.stringify([look, processes])) ? { ...look, processes } : null;
      }
      case "migration":
        return this.#migration(kernel, look);
      case "kernel":
        return this.#tables(kernel, look);
    }
  }

  /**
   * The machine as views compare it with another instant. Page maps come as far as `MOST_BYTES_COMPARED` go, that of `block`
   * (its key) first.
   *
   * @param pageMap fills one byte a page of a block.
   */
  snapshot(block: string | null, pageMap: (block: string, into: Uint8Array) => void): Snapshot {
    const kernels = [...this.#engine.kernels];
    const pages: (readonly [block: string, map: Uint8Array | number])[] = [];
    let room = MOST_BYTES_COMPARED;
    const keys = kernels.flatMap(([partition, kernel]) =>
      [...kernel.blocks.keys()].map((number) => [blockKey(partition, number), kernel, number] as const),
    );
    for (const [key, kernel, number] of keys.sort(
      ([one], [other]) => Number(other === block) - Number(one === block),
    )) {
      const alike = kindOfAll(kernel, number);
      if (alike !== null) pages.push([key, alike]);
      else if (kernel.blockPages <= room) {
        const map = new Uint8Array(kernel.blockPages);
        pageMap(key, map);
        room -= map.length;
        pages.push([key, map]);
      }
    }
    const leaves = leavesOf(kernels);
    return {
      at: this.#engine.now,
      patches: new Projector(this.#engine).patches(),
      partitions: kernels.map(([partition, kernel]) => ({
        partition,
        tables: kernelTables(kernel),
        zones: kernel.nodes.flatMap((_, node) => zoneLists(kernel, node)),
        processes: running(kernel),
        leaves: leaves.get(partition) ?? [],
      })),
      pages,
    };
  }

  #tables(kernel: Kernel, look: Extract<Look, { of: "kernel" }>): Looked | null {
    const { directMap, memoryMaps, blocks } = kernel;
    const { mapped4k, mapped2M, mapped1G, splits1G, splits2M, lent } = directMap;
    const { slots, dimms } = this.#engine.chassis;
    // A DIMM leaves its slot after its memory has left the kernel.
    const here = [...dimms.values()].filter(
      ({ slot }) => slot !== null && slots.get(slot)?.partition === look.partition,
    );
    const counts = [blocks.size, memoryMaps.size, mapped4k, mapped2M, mapped1G, splits1G, splits2M, lent];
    if (!this.#isNew(JSON.stringify([look, counts, here.map(({ id }) => id)]))) return null;
    const pins = here.map(({ id, ranges }) => ({
      dimm: id,
      pins: ranges.flatMap(({ start, end }) => pinsOf(kernel, start, end)),
      frames: ranges.map(({ start, end }) => ({ first: start / PAGE_SIZE, end: end / PAGE_SIZE })),
    }));
    const pinsHold = !kernel.parameters.whatIf.movableKernel;
    return { ...look, regions: kernelRegions(kernel), tables: kernelTables(kernel), pins, pinsHold };
  }

  #migration(kernel: Kernel, look: MigrationLook): Looked | null {
    let watcher = this.#watchers.get(look.partition);
    // A partition that restarts has another kernel.
    if (watcher?.kernel !== kernel) {
      watcher = new MigrationWatcher(kernel);
      this.#watchers.set(look.partition, watcher);
    }
    watcher.look();
    watcher.catchUp(this.#engine.attempts.values());
    watcher.follow(look);
    const { kept, running: runs, version } = watcher;
    // While something is moved, its surroundings change with every instant.
    const inShort = JSON.stringify([look, kept, version, runs && [this.#engine.now, kernel.epoch]]);
    return this.#isNew(inShort) ? { ...look, kept, state: watcher.state(look.attempt), page: watcher.page } : null;
  }

  #isNew(inShort: string): boolean {
    const isNew = inShort !== this.#sent;
    this.#sent = inShort;
    return isNew;
  }
}

/** Leaf tables of as many processes as there is room for, by partition; of large ones there may be none. */
function leavesOf(kernels: readonly (readonly [string, Kernel])[]): Map<string, [number, readonly LeafTable[]][]> {
  const processes = kernels.flatMap(([partition, kernel]) =>
    [...kernel.processes.keys()].map((pid) => ({ partition, kernel, pid, most: mostLeafTables(kernel, pid) ?? 0 })),
  );
  const found = new Map<string, [number, readonly LeafTable[]][]>();
  let room = MOST_TABLES_COMPARED;
  for (const { partition, kernel, pid, most } of processes.sort((one, other) => one.most - other.most)) {
    room -= most;
    if (room < 0) break;
    const its = found.get(partition) ?? [];
    its.push([pid, leafTables(kernel, pid)]);
    found.set(partition, its);
  }
  return found;
}

/** The kind of all pages of a block that has no pages of its own to tell apart; else `null`. */
function kindOfAll({ pages, blockPages }: Kernel, number: number): number | null {
  const first = sectionOf(number * blockPages);
  const kind = pages.uniformKind[first] ?? null;
  for (let section = first; section < first + blockPages / PAGES_PER_SECTION; section++)
    if ((pages.slotOf[section] ?? -1) >= 0 || pages.uniformKind[section] !== kind) return null;
  return kind;
}

/** Tells arrays apart that differ anywhere, as well as 53 bits can. */
function sumOf(values: ArrayLike<number>): number {
  let sum = 7;
  for (let i = 0; i < values.length; i++) sum = (sum * 31 + (values[i] as number)) % 9_007_199_254_740_881;
  return sum;
}
