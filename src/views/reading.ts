/**
 * Numbers and names as English readers expect them. The browser's own (`Intl`) would cost a page 40 ms of processor
 * time before its first picture, for loading the tables of every language.
 */

/** `104,212`; of a fraction at most three digits are kept, as `Intl.NumberFormat("en")` does. */
export function count(value: number): string {
  const [whole = "", fraction] = String(Math.round(value * 1000) / 1000).split(".");
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Order of names in which numbers count as numbers: `d2` before `d10`. */
export function natural(one: string, other: string): number {
  const ours = one.split(/(\d+)/);
  const theirs = other.split(/(\d+)/);
  for (let index = 0; index < Math.min(ours.length, theirs.length); index++) {
    const a = ours[index] ?? "";
    const b = theirs[index] ?? "";
    // Every other part is a number.
    const difference = index % 2 === 1 ? Number(a) - Number(b) : 0;
    if (difference !== 0) return difference;
    if (a !== b) return a < b ? -1 : 1;
  }
  return ours.length - theirs.length;
}
