/** What plain data takes in memory, roughly, in bytes: as V8 keeps it without compressed pointers. */

const POINTER = 8;
const OBJECT = 3 * POINTER;
const ARRAY = 4 * POINTER;
const STRING = 3 * POINTER;
const DOUBLE = 2 * POINTER;
const BUFFER = 200;
const SMALLEST = -(2 ** 31);
const LARGEST = 2 ** 31 - 1;

export function weigh(value: unknown): number {
  if (typeof value === "string") return STRING + value.length;
  if (typeof value === "number") return Number.isInteger(value) && value >= SMALLEST && value <= LARGEST ? 0 : DOUBLE;
  if (typeof value !== "object" || value === null) return 0;
  if (ArrayBuffer.isView(value)) return BUFFER + value.byteLength;
  let sum: number;
  if (Array.isArray(value)) {
    sum = ARRAY + POINTER * value.length;
    for (const item of value) sum += weigh(item);
    return sum;
  }
  sum = OBJECT;
  for (const item of Object.values(value)) sum += POINTER + weigh(item);
  return sum;
}
