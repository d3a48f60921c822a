/**
 * Page maps as they were: cut into cells, of which a shot keeps those that changed. A cell of a page map is a pageblock, a
 * byte a page; the map of a block by pageblock is one cell.
 */
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { Pool } from "./pool.ts";

/** A map of one block: which pools' slots its cells are in changes, what it is a map of doesn't. */
export interface MapId {
  /** `fine`: pages of a block that is seen besides the selected one. */
  readonly of: "pages" | "fine" | "pageblocks";
  readonly block: string;
  readonly cells: number;
  readonly pool: Pool;
}

/** The slot of each cell of each map that is there. */
export type Maps = Map<MapId, Int32Array>;

/** What became of a map: pairs of a cell and its slot; `null` when it is gone. `whole`: all its cells, for it was not there. */
export interface MapChange {
  readonly map: MapId;
  readonly whole: boolean;
  readonly cells: Int32Array | null;
}

/** Cells that are marked in one step of a sweep. */
const MARKED_EACH = 4096;
/** What a change takes beside its cells, and an entry of a `Maps`. */
const CHANGE_WEIGHT = 160;
const ENTRY_WEIGHT = 240;

export const weighChange = ({ cells }: MapChange): number => CHANGE_WEIGHT + (cells?.byteLength ?? 0);

export class MapTrack {
  readonly #pools = new Map<number, Pool>();
  /** By block and what they are of; more than one where a block has come back in another form. */
  readonly #ids = new Map<string, MapId[]>();
  /** The last that is known of each map, also of those that are gone: what comes back is mostly what it was. */
  readonly #last: Maps = new Map();
  #present: Maps = new Map();
  /** Arrays of `#present` that somebody else has, too. */
  readonly #shared = new Set<Int32Array>();

  /** Bytes of the pools. */
  get bytes(): number {
    return [...this.#pools.values()].reduce((sum, pool) => sum + pool.bytes, 0);
  }

  /** Takes the maps as they are now; for whoever keeps them nothing changes in them any more. */
  get present(): Maps {
    for (const cells of this.#present.values()) this.#shared.add(cells);
    return new Map(this.#present);
  }

  /** From now on what is there is something else. */
  become(maps: Maps): void {
    this.#shared.clear();
    this.#present = new Map(maps);
    for (const [map, cells] of maps) {
      this.#shared.add(cells);
      this.#last.set(map, cells);
    }
  }

  /** What `maps` takes that `before` doesn't have already. */
  static weigh(maps: Maps, before: Maps | undefined): number {
    let sum = 0;
    for (const [map, cells] of maps) sum += ENTRY_WEIGHT + (before?.get(map) === cells ? 0 : cells.byteLength);
    return sum;
  }

  clear(): void {
    this.#present.clear();
  }

  /** A map as it was shown: what changed in it. */
  take(of: MapId["of"], block: string, bytes: Uint8Array): MapChange[] {
    const map = this.#id(of, block, bytes.length);
    if (!map) return [];
    const { pool } = map;
    const changes = this.#others(map);
    const known = this.#present.get(map);
    const last = known ?? this.#last.get(map);
    const slots = known && !this.#shared.has(known) ? known : (last?.slice() ?? new Int32Array(map.cells));
    const changed: number[] = [];
    for (let cell = 0; cell < map.cells; cell++) {
      const same = last !== undefined && pool.holds(last[cell] as number, bytes, cell * pool.length);
      if (!same) slots[cell] = pool.put(bytes, cell * pool.length);
      if (!same || !known) changed.push(cell, slots[cell] as number);
    }
    if (changed.length > 0) {
      this.#present.set(map, slots);
      this.#last.set(map, slots);
      changes.push({ map, whole: !known, cells: Int32Array.from(changed) });
    }
    return changes;
  }

  /** Maps of the same block in another form end. */
  #others(map: MapId): MapChange[] {
    return (this.#ids.get(`${map.of} ${map.block}`) ?? [])
      .filter((other) => other !== map && this.#present.delete(other))
      .map((other) => ({ map: other, whole: false, cells: null }));
  }

  /** A block is gone, and its maps with it. */
  forget(block: string): MapChange[] {
    return [...this.#present.keys()]
      .filter((map) => map.block === block)
      .map((map) => {
        this.#present.delete(map);
        return { map, whole: false, cells: null };
      });
  }

  /**
   * Forgets what no change and no maps of those given need, nor what is there now, in as many parts as it is asked for.
   * In between maps may be taken, found, and become others of those given.
   */
  *sweep(changes: Iterable<MapChange>, kept: Iterable<Maps>): Generator<void> {
    this.#last.clear();
    for (const [map, cells] of this.#present) this.#last.set(map, cells);
    const pools = [...this.#pools.values()];
    for (const pool of pools) pool.beginMarks();
    const seen = new Set<Int32Array>();
    const mark = ({ pool }: MapId, cells: Int32Array, step: 1 | 2): void => {
      for (let i = step - 1; i < cells.length; i += step) pool.mark(cells[i] as number);
    };
    for (const [map, cells] of this.#present) mark(map, cells, 1);
    for (const maps of kept)
      for (const [map, cells] of maps) {
        if (seen.has(cells)) continue;
        seen.add(cells);
        mark(map, cells, 1);
        yield;
      }
    let marked = 0;
    for (const { map, cells } of changes) {
      if (cells) mark(map, cells, 2);
      marked += cells?.length ?? 1;
      if (marked < MARKED_EACH) continue;
      marked = 0;
      yield;
    }
    for (const pool of pools) yield* pool.forgetUnmarked();
  }

  /** The bytes of a map among those given; not to be changed. */
  find(maps: Maps, of: MapId["of"], block: string): Uint8Array | null {
    const map = this.#ids.get(`${of} ${block}`)?.find((one) => maps.has(one));
    const slots = map && maps.get(map);
    if (!map || !slots) return null;
    const { pool } = map;
    if (map.cells === 1) return pool.read(slots[0] as number);
    const bytes = new Uint8Array(map.cells * pool.length);
    for (let cell = 0; cell < map.cells; cell++) bytes.set(pool.read(slots[cell] as number), cell * pool.length);
    return bytes;
  }

  /** A map of another length is another map: a block by that name has come back in another form. */
  #id(of: MapId["of"], block: string, length: number): MapId | null {
    const cells = of === "pageblocks" ? 1 : length / PAGEBLOCK_PAGES;
    if (length === 0 || !Number.isInteger(cells)) return null;
    const key = `${of} ${block}`;
    const ids = this.#ids.get(key) ?? [];
    const known = ids.find((one) => one.cells * one.pool.length === length);
    if (known) return known;
    const each = length / cells;
    let pool = this.#pools.get(each);
    if (!pool) {
      pool = new Pool(each);
      this.#pools.set(each, pool);
    }
    const map: MapId = { of, block, cells, pool };
    this.#ids.set(key, [...ids, map]);
    return map;
  }
}

/** Carries changes out in maps that nobody else has; `own`: arrays that are these maps' own already. */
export function applyChanges(maps: Maps, changes: readonly MapChange[], own: Set<Int32Array>): void {
  for (const { map, whole, cells } of changes) {
    if (cells === null) {
      maps.delete(map);
      continue;
    }
    let slots = maps.get(map);
    if (!slots || whole || !own.has(slots)) {
      slots = whole || !slots ? new Int32Array(map.cells) : slots.slice();
      own.add(slots);
      maps.set(map, slots);
    }
    for (let i = 0; i < cells.length; i += 2) slots[cells[i] as number] = cells[i + 1] as number;
  }
}

/** Pairs of a cell and its slot as they add up: where each cell's is, and the pairs; used again and again, and grown. */
let placeOf = new Int32Array(0);
let pairs = new Int32Array(0);

/** Changes that follow each other, made into one of each map. */
export class MapMerger {
  /** Of each map those that count; the first may have all its cells, or `null` for gone. */
  readonly #runs = new Map<MapId, MapChange[]>();

  /** What there was is gone. */
  clear(): void {
    this.#runs.clear();
  }

  add(changes: readonly MapChange[]): void {
    for (const change of changes) {
      const run = this.#runs.get(change.map);
      if (!run || change.whole || change.cells === null || run[0]?.cells === null) this.#runs.set(change.map, [change]);
      else run.push(change);
    }
  }

  changes(): MapChange[] {
    return Array.from(this.#runs.values(), (run) => {
      const [first] = run as [MapChange, ...MapChange[]];
      return run.length === 1 ? first : { map: first.map, whole: first.whole, cells: mergedCells(first.map, run) };
    });
  }
}

/** For each cell the slot that it was given last. */
function mergedCells({ cells }: MapId, run: readonly MapChange[]): Int32Array {
  if (placeOf.length < cells) placeOf = new Int32Array(cells).fill(-1);
  if (pairs.length < 2 * cells) pairs = new Int32Array(2 * cells);
  let used = 0;
  for (const { cells: told } of run) {
    if (!told) continue;
    for (let i = 0; i < told.length; i += 2) {
      const cell = told[i] as number;
      let place = placeOf[cell] as number;
      if (place < 0) {
        place = placeOf[cell] = used;
        pairs[place] = cell;
        used += 2;
      }
      pairs[place + 1] = told[i + 1] as number;
    }
  }
  for (let i = 0; i < used; i += 2) placeOf[pairs[i] as number] = -1;
  return pairs.slice(0, used);
}
