/**
 * Arrays side by side (columns) that get room for more rows before the last is taken. Room for all rows of a large machine
 * takes a quarter of a GiB, and to touch and copy that much at once takes longer than a frame: so it comes in small parts,
 * one with each row that is taken.
 */

export type Column = Uint8Array | Int32Array | Uint32Array;

/** Bytes that are copied with one row, at most: what takes a few milliseconds. Columns that are no longer move whole. */
const PART = 2 ** 23;

/** How far a column has grown is no part of the machine's state: nothing here but private fields. */
export class Columns {
  readonly #owner: Record<string, Column>;
  readonly #widths: Readonly<Record<string, number>>;
  readonly #names: readonly string[];
  /** Rows that every column has room for. */
  #capacity = 0;
  /** Rows that there will be room for. */
  #wanted = 0;
  /** The column that grows: which one, its next array, and how many of its entries were copied there. */
  #at = 0;
  #next: Column | null = null;
  #copied = 0;

  /** `widths`: entries a row of each of the owner's properties that are columns. They are empty yet. */
  constructor(owner: object, widths: Readonly<Record<string, number>>, capacity: number) {
    this.#owner = owner as Record<string, Column>;
    this.#widths = widths;
    this.#names = Object.keys(widths);
    this.reserve(capacity);
  }

  get byteLength(): number {
    return this.#names.reduce((sum, name) => sum + this.#column(name).byteLength, 0);
  }

  /** Makes room for that many rows at once. */
  reserve(capacity: number): void {
    if (capacity <= this.#capacity) return;
    if (capacity > this.#wanted) {
      this.#wanted = capacity;
      this.#at = 0;
      this.#next = null;
    }
    while (this.#capacity < capacity) this.#finishOne();
  }

  /** Makes room for that many rows at once, and for so many more that taking them makes no column grow. */
  reserveAtRest(rows: number): void {
    let capacity = rows;
    while (this.#growsBefore(rows, capacity)) capacity++;
    this.reserve(capacity);
  }

  /** Called before a row is taken, with the number of rows that are: there is room for it after that. */
  makeRoom(taken: number): void {
    const capacity = this.#capacity;
    if (this.#growsBefore(taken, capacity)) {
      if (this.#wanted <= capacity) this.#wanted = Math.ceil(capacity * 1.5);
      this.#copyPart();
    }
    if (taken >= this.#capacity) this.reserve(Math.max(8, this.#wanted, Math.ceil(capacity * 1.5)));
  }

  /** Whether with so many rows taken of those that there is room for the others have to be used to grow. */
  #growsBefore(taken: number, capacity: number): boolean {
    const steps = this.#stepsOf(capacity);
    return steps > 1 && taken + steps >= capacity;
  }

  /** Rows with which the columns are copied when there is room for so many, as `#copyPart` does it. */
  #stepsOf(capacity: number): number {
    const rows = this.#capacity === 0 ? 0 : capacity / this.#capacity;
    let steps = 0;
    let left = 0;
    for (const name of this.#names) {
      const bytes = this.#column(name).byteLength * rows;
      if (bytes > left) {
        steps += Math.ceil(bytes / PART);
        left = PART;
      }
      // A column of more than a part is finished with a row of its own.
      if (bytes > PART) {
        steps++;
        left = 0;
      } else left -= bytes;
    }
    return steps;
  }

  #column(name: string): Column {
    return this.#owner[name] as Column;
  }

  /** The array that is to take the place of the column that grows. */
  #begun(name: string): Column {
    if (this.#next) return this.#next;
    const old = this.#column(name);
    this.#copied = 0;
    this.#next = new (old.constructor as new (length: number) => Column)(this.#wanted * (this.#widths[name] as number));
    return this.#next;
  }

  /**
   * Copies a part of the column that grows, or as many short ones as make up a part. What is copied may change until the column is
   * whole, when all of it is copied again: most of the time goes to the first touch of the new array.
   */
  #copyPart(): void {
    for (let left = PART; left > 0 && this.#capacity < this.#wanted; ) {
      const name = this.#names[this.#at] as string;
      const old = this.#column(name);
      if (old.byteLength <= PART) {
        if (old.byteLength > left) return;
        left -= old.byteLength;
        this.#finishOne();
        continue;
      }
      if (left < PART) return;
      if (this.#next && this.#copied >= old.length) {
        this.#finishOne();
        return;
      }
      const next = this.#begun(name);
      const end = Math.min(old.length, this.#copied + PART / old.BYTES_PER_ELEMENT);
      next.set(old.subarray(this.#copied, end), this.#copied);
      this.#copied = end;
      return;
    }
  }

  /** The column that grows is whole; after the last one there is the room that was wanted. */
  #finishOne(): void {
    const name = this.#names[this.#at] as string;
    const next = this.#begun(name);
    next.set(this.#column(name));
    this.#owner[name] = next;
    this.#next = null;
    this.#at = (this.#at + 1) % this.#names.length;
    if (this.#at === 0) this.#capacity = this.#wanted;
  }
}
