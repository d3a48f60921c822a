/** A sample that a seed repeats, and how sure a share is that was found in it. */

/** So many of them, in an order by lot. */
export function chosen<T>(all: readonly T[], size: number, seed: number): T[] {
  const rest = [...all];
  const random = lots(seed);
  const taken: T[] = [];
  while (taken.length < size && rest.length > 0) {
    const place = Math.floor(random() * rest.length);
    taken.push(rest[place] as T);
    rest[place] = rest[rest.length - 1] as T;
    rest.pop();
  }
  return taken;
}

/** Numbers from 0 to 1, by a linear congruence of 32 bits whose high bits are mixed. */
function lots(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x45d9f3b) >>> 0;
    mixed ^= mixed >>> 16;
    return (mixed >>> 0) / 2 ** 32;
  };
}

/** Wilson's interval of a share at 95 %, in percent. */
export function interval(hits: number, of: number): readonly [number, number] {
  if (of === 0) return [0, 100];
  const z = 1.96;
  const share = hits / of;
  const scale = 1 + (z * z) / of;
  const middle = share + (z * z) / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return [(100 * (middle - half)) / scale, (100 * (middle + half)) / scale];
}
