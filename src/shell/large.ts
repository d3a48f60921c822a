/**
 * Tables that grow without ever being moved as a whole: a JavaScript Map of a million entries takes tens of ms to make
 * room for the next one, and as long to be copied for a child. These are made of parts; copies share them until either
 * side changes one.
 */

/** Elements side by side. */
const PART = 1024;

/** Of an array of the shell: texts by index, always in that order. */
export class IndexedArray {
  /** Parts by their first index, in units of `PART`. */
  private readonly parts: Map<number, (string | undefined)[]>;
  /** Parts that a copy has, too. */
  private readonly shared: Set<number>;
  private count: number;
  /** Bytes of elements that were charged to the process. */
  kept = 0;

  constructor(entries: Iterable<readonly [number, string]> = []) {
    this.parts = new Map();
    this.shared = new Set();
    this.count = 0;
    for (const [index, text] of entries) this.set(index, text);
  }

  get size(): number {
    return this.count;
  }

  get(index: number): string | undefined {
    return this.parts.get(Math.floor(index / PART))?.[index % PART];
  }

  has(index: number): boolean {
    return this.get(index) !== undefined;
  }

  private own(place: number): (string | undefined)[] | undefined {
    const part = this.parts.get(place);
    if (!part || !this.shared.delete(place)) return part;
    const mine = part.slice();
    this.parts.set(place, mine);
    return mine;
  }

  set(index: number, text: string): void {
    const place = Math.floor(index / PART);
    let part = this.own(place);
    if (!part) {
      part = [];
      this.parts.set(place, part);
    }
    if (part[index % PART] === undefined) this.count++;
    part[index % PART] = text;
  }

  delete(index: number): boolean {
    if (!this.has(index)) return false;
    const place = Math.floor(index / PART);
    const part = this.own(place) as (string | undefined)[];
    part[index % PART] = undefined;
    this.count--;
    if (part.every((text) => text === undefined)) this.parts.delete(place);
    return true;
  }

  clear(): void {
    this.parts.clear();
    this.shared.clear();
    this.count = 0;
    this.kept = 0;
  }

  copy(): IndexedArray {
    const copied = new IndexedArray();
    for (const [place, part] of this.parts) {
      copied.parts.set(place, part);
      copied.shared.add(place);
      this.shared.add(place);
    }
    copied.count = this.count;
    return copied;
  }

  /** The highest index, -1 of an empty array. */
  get last(): number {
    let highest = -1;
    for (const place of this.parts.keys()) if (place > highest) highest = place;
    const part = this.parts.get(highest) ?? [];
    let at = part.length - 1;
    while (at >= 0 && part[at] === undefined) at--;
    return highest < 0 ? -1 : highest * PART + at;
  }

  *[Symbol.iterator](): Generator<[number, string]> {
    for (const place of [...this.parts.keys()].sort((a, b) => a - b)) {
      const part = this.parts.get(place) ?? [];
      for (const [at, text] of part.entries()) if (text !== undefined) yield [place * PART + at, text];
    }
  }
}

/** Keys whose own places are kept in one Map; more are spread over several. */
const FEW = 4096;
const SHARDS = 256;

/** A Map by text, in the order of insertion. */
export class LargeMap<V> {
  /** Where each key stands in the order. One Map, or `SHARDS` of them. */
  private places: Map<string, number>[] = [new Map()];
  /** In order; what was deleted leaves a hole. */
  private order: ([string, V] | undefined)[][] = [];
  private next = 0;
  private count = 0;

  constructor(entries: Iterable<readonly [string, V]> = []) {
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.count;
  }

  private shard(key: string): Map<string, number> {
    const { places } = this;
    return places[places.length === 1 ? 0 : hash(key) % SHARDS] as Map<string, number>;
  }

  private entry(place: number): [string, V] | undefined {
    return this.order[Math.floor(place / PART)]?.[place % PART];
  }

  get(key: string): V | undefined {
    const place = this.shard(key).get(key);
    return place === undefined ? undefined : this.entry(place)?.[1];
  }

  has(key: string): boolean {
    return this.shard(key).has(key);
  }

  set(key: string, value: V): this {
    const place = this.shard(key).get(key);
    if (place !== undefined) {
      (this.entry(place) as [string, V])[1] = value;
      return this;
    }
    if (this.places.length === 1 && this.count >= FEW) this.spread();
    this.shard(key).set(key, this.next);
    const part = Math.floor(this.next / PART);
    this.order[part] ??= [];
    this.order[part].push([key, value]);
    this.next++;
    this.count++;
    return this;
  }

  private spread(): void {
    const [all] = this.places as [Map<string, number>];
    this.places = Array.from({ length: SHARDS }, () => new Map());
    for (const [key, place] of all) this.shard(key).set(key, place);
  }

  delete(key: string): boolean {
    const shard = this.shard(key);
    const place = shard.get(key);
    if (place === undefined) return false;
    shard.delete(key);
    (this.order[Math.floor(place / PART)] as ([string, V] | undefined)[])[place % PART] = undefined;
    this.count--;
    if (this.count === 0) this.clear();
    else if (this.next > 2 * PART && this.next > 4 * this.count) this.pack();
    return true;
  }

  /** Closes the holes; what is left is a quarter of what there was. */
  private pack(): void {
    const left = [...this];
    this.clear();
    for (const [key, value] of left) this.set(key, value);
  }

  clear(): void {
    this.places = [new Map()];
    this.order = [];
    this.next = 0;
    this.count = 0;
  }

  copy(): LargeMap<V> {
    return new LargeMap(this);
  }

  *keys(): Generator<string> {
    for (const [key] of this) yield key;
  }

  *[Symbol.iterator](): Generator<[string, V]> {
    for (const part of this.order) for (const entry of part) if (entry) yield entry;
  }
}

/** Spreads keys evenly; the last characters of numbers differ most. */
function hash(key: string): number {
  let mixed = key.length;
  for (let i = Math.max(0, key.length - 12); i < key.length; i++)
    mixed = (Math.imul(mixed, 31) + key.charCodeAt(i)) | 0;
  return mixed >>> 0;
}
