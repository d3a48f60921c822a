/**
 * What a machine's whole state comes to, as 16 hexadecimal digits: two machines that did the same have the same, in Node
 * and in every browser. It walks everything that can be reached from the engine, so state that is added later counts, too.
 */
import type { Engine } from "./engine.ts";

/**
/**
 * What does not belong to the machine's state: what waits for readers, who watches a migration, where a walk of page tables
 * was last, and the terminals, whose shells are running programs and can be told by what they print.
 */
const APART: ReadonlySet<string> = new Set([
  "terminals",
  "transactions",
  "migrationWatch",
  "cachedSpan",
  "cachedTable",
]);

/** Sixteen hexadecimal digits. Costs about as much as reading all pages that were ever touched. */
export function stateHash(engine: Engine): string {
  const hash = new Hash();
  const seen = new Map<object, number>();
  const walk = (value: unknown): void => {
    if (typeof value === "function") return;
    if (typeof value !== "object" || value === null) {
      hash.text(String(value));
      return;
    }
    const before = seen.get(value);
    if (before !== undefined) {
      hash.word(before);
      return;
    }
    seen.set(value, seen.size);
    if (ArrayBuffer.isView(value)) hash.bytes(value);
    else if (value instanceof Map) {
      for (const [key, held] of value) {
        walk(key);
        walk(held);
      }
    } else if (Array.isArray(value) || value instanceof Set) for (const held of value) walk(held);
    else {
      // In which order a value got its fields is nobody's business.
      for (const key of Object.keys(value).sort()) {
        const held = (value as Readonly<Record<string, unknown>>)[key];
        if (APART.has(key) || typeof held === "function" || held === undefined) continue;
        hash.text(key);
        walk(held);
      }
    }
  };
  walk(engine);
  return hash.digits();
}

/** Two 32-bit lanes of multiplication and rotation (after MurmurHash3): no secrets here, only chance to guard against. */
class Hash {
  private readonly lanes = Int32Array.of(0x1e3779b1, 0x05ebca6b);

  word(word: number): void {
    const { lanes } = this;
    const mixed = Math.imul(word ^ (lanes[0] as number), 0x4c9e2d51);
    const turned = (mixed << 15) | (mixed >>> 17);
    lanes[0] = Math.imul(turned, 0x1b873593) ^ (lanes[1] as number);
    lanes[1] = Math.imul((lanes[1] as number) ^ mixed, 5) + 0x66546b64;
  }

  text(text: string): void {
    this.word(text.length);
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i));
  }

  bytes(view: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = view;
    this.word(byteLength);
    const aligned = byteOffset % 4 === 0 ? byteLength >> 2 : 0;
    const words = new Int32Array(buffer, aligned > 0 ? byteOffset : 0, aligned);
    for (let i = 0; i < aligned; i++) this.word(words[i] as number);
    const rest = new Uint8Array(buffer, byteOffset + 4 * aligned, byteLength - 4 * aligned);
    for (let i = 0; i < rest.length; i++) this.word(rest[i] as number);
  }

  digits(): string {
    return [...this.lanes].map((lane) => (lane >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
