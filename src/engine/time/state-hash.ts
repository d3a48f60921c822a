/**
 * What a machine's whole state comes to, as 16 hexadecimal digits: two machines that did the same have the same, in Node
 * and in every browser. It walks everything that can be reached from the engine, so state that is added later counts, too.
 */
import { Hash } from "../hash.ts";
import type { Engine } from "./engine.ts";

/**
/**
 * What does not belong to the machine's state: what waits for readers, who watches a migration, where a walk of page tables
 * was last, and the terminals, whose shells are running programs and can be told by what they print. Nor does what is kept
 * only to be told again, if somebody asks: that stands in `#` fields, which nobody sees here.
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
