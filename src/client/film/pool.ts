/**
 * Byte strings of few lengths, held in large buffers: a thousand small arrays made anew cost the browser half a second,
 * copies into what is there already less than one millisecond. What is kept is named by a number, its slot.
 */

/** Bytes of a buffer. What is forgotten is mostly old and so lies together: buffers of this size come free as a whole. */
const CHUNK = 2 ** 16;

/** Slot of a string of which all bytes are the same: it takes no room. */
const uniform = (byte: number): number => -1 - byte;

/** Strings of one length. */
export class Pool {
  /** Bytes of each. */
  readonly length: number;
  readonly #perChunk: number;
  readonly #chunks: Uint8Array<ArrayBuffer>[] = [];
  #free: number[] = [];
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
    if (this.#free.length === 0) this.#grow();
    const slot = this.#free.pop() as number;
    this.#at(slot).set(bytes.subarray(offset, offset + this.length));
    return slot;
  }

  /** What is in a slot; not to be changed, and only until it is forgotten. */
  read(slot: number): Uint8Array {
    if (slot >= 0) return this.#at(slot);
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

  /** One byte for each slot, to be marked by whoever uses it (see `compact`). */
  marks(): Uint8Array {
    return new Uint8Array(this.#chunks.length * this.#perChunk);
  }

  /** Forgets all slots but the marked ones, and moves those together. Returns where each of them is now, by its slot. */
  compact(marks: Uint8Array): Int32Array {
    const moved = new Int32Array(marks.length);
    let used = 0;
    for (let slot = 0; slot < marks.length; slot++) {
      if (marks[slot] === 0) continue;
      // In order of the slots, so nothing is overwritten that is still to be moved.
      if (slot !== used) this.#at(used).set(this.#at(slot));
      moved[slot] = used++;
    }
    this.#chunks.length = Math.ceil(used / this.#perChunk);
    this.#free = [];
    for (let slot = this.#chunks.length * this.#perChunk - 1; slot >= used; slot--) this.#free.push(slot);
    return moved;
  }

  #at(slot: number): Uint8Array<ArrayBuffer> {
    const chunk = this.#chunks[Math.floor(slot / this.#perChunk)] as Uint8Array<ArrayBuffer>;
    const from = (slot % this.#perChunk) * this.length;
    return chunk.subarray(from, from + this.length);
  }

  #grow(): void {
    const first = this.#chunks.length * this.#perChunk;
    this.#chunks.push(new Uint8Array(this.#perChunk * this.length));
    for (let slot = first + this.#perChunk - 1; slot >= first; slot--) this.#free.push(slot);
  }
}

function isUniform(bytes: Uint8Array, from: number, length: number): boolean {
  const byte = bytes[from];
  for (let i = from + 1; i < from + length; i++) if (bytes[i] !== byte) return false;
  return true;
}
