/**
 * Byte strings of few lengths, held in large buffers: a thousand small arrays made anew cost the browser half a second,
 * copies into what is there already less than one millisecond. What is kept is named by a number, its slot, for as long as
 * it is kept. In the buffers all lies close together: what is forgotten is filled up with what lies last.
 */

/** Bytes of a buffer. */
const CHUNK = 2 ** 16;
/** Place of a slot that holds nothing. */
const NOWHERE = -1;

/** Slot of a string of which all bytes are the same: it takes no room. */
const uniform = (byte: number): number => -1 - byte;

/** Strings of one length. */
export class Pool {
  /** Bytes of each. */
  readonly length: number;
  readonly #perChunk: number;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  /** Where in the buffers a slot's string is. */
  #place = new Int32Array(0);
  /** The slot of each place. */
  #holder = new Int32Array(0);
  /** Places that are taken, from the first on. */
  #used = 0;
  /** Slots that were ever given. */
  #given = 0;
  /** Slots that hold nothing, below the last that was given. */
  readonly #free: number[] = [];
  /** While it is found out what is still needed: which slots are. */
  #marks: Uint8Array | null = null;
  #uniform = new Map<number, Uint8Array>();

  /** `length`: bytes of each string, a multiple of four. */
  constructor(length: number) {
    this.length = length;
    this.#perChunk = Math.max(1, Math.floor(CHUNK / length));
  }

  /** Bytes of all buffers. */
  get bytes(): number {
    return this.#chunks.length * this.#perChunk * this.length;
  }

  /** Keeps a copy of the bytes at an offset. */
  put(bytes: Uint8Array, offset: number): number {
    const first = bytes[offset] as number;
    if (isUniform(bytes, offset, this.length)) return uniform(first);
    const slot = this.#free.pop() ?? this.#given++;
    const place = this.#used++;
    if (place >= this.#chunks.length * this.#perChunk) this.#chunks.push(new Uint8Array(this.#perChunk * this.length));
    if (slot >= this.#place.length) this.#place = grown(this.#place);
    if (place >= this.#holder.length) this.#holder = grown(this.#holder);
    this.#place[slot] = place;
    this.#holder[place] = slot;
    this.#at(place).set(bytes.subarray(offset, offset + this.length));
    this.mark(slot);
    return slot;
  }

  /** What is in a slot; not to be changed, and only until something is forgotten. */
  read(slot: number): Uint8Array {
    if (slot >= 0) return this.#at(this.#place[slot] as number);
    let bytes = this.#uniform.get(slot);
    if (!bytes) {
      bytes = new Uint8Array(this.length).fill(-1 - slot);
      this.#uniform.set(slot, bytes);
    }
    return bytes;
  }

  /** Whether a slot holds just these bytes. */
  holds(slot: number, bytes: Uint8Array, offset: number): boolean {
    const held = this.read(slot);
    for (let i = 0; i < held.length; i++) if (held[i] !== bytes[offset + i]) return false;
    return true;
  }

  /** From now on slots are marked that are needed; those that are given meanwhile are. */
  beginMarks(): void {
    this.#marks = new Uint8Array(this.#given);
  }

  /** A slot is needed. */
  mark(slot: number): void {
    // What is given beyond them is not looked at.
    if (this.#marks && slot >= 0 && slot < this.#marks.length) this.#marks[slot] = 1;
  }

  /** Forgets what was not marked, in as many parts as it is asked for. */
  *forgetUnmarked(): Generator<void> {
    const marks = this.#marks ?? new Uint8Array(0);
    for (let slot = 0; slot < marks.length; slot++) {
      if (marks[slot] === 0 && this.#place[slot] !== NOWHERE) this.#forget(slot);
      if (slot % 256 === 255) yield;
    }
    this.#marks = null;
  }

  #forget(slot: number): void {
    const place = this.#place[slot] as number;
    const last = --this.#used;
    if (place !== last) {
      const moved = this.#holder[last] as number;
      this.#at(place).set(this.#at(last));
      this.#place[moved] = place;
      this.#holder[place] = moved;
    }
    this.#place[slot] = NOWHERE;
    this.#free.push(slot);
    if (this.#used <= (this.#chunks.length - 1) * this.#perChunk) this.#chunks.pop();
  }

  #at(place: number): Uint8Array<ArrayBuffer> {
    const chunk = this.#chunks[Math.floor(place / this.#perChunk)] as Uint8Array<ArrayBuffer>;
    const from = (place % this.#perChunk) * this.length;
    return chunk.subarray(from, from + this.length);
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(256, 2 * array.length));
  larger.set(array);
  return larger;
}

function isUniform(bytes: Uint8Array, from: number, length: number): boolean {
  const byte = bytes[from];
  for (let i = from + 1; i < from + length; i++) if (bytes[i] !== byte) return false;
  return true;
}
