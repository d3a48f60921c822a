/** Lists of numbers as sysfs prints them (lib/bitmap.c, `%*pbl`): `0-2,5`; empty when there is none. */
export function formatList(numbers: Iterable<number>): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i]!;
    let last = first;
    while (sorted[++i] === last + 1) last++;
    ranges.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return ranges.join(",");
}

/** Reads such a list; what is not a list reads as empty. */
export function parseList(text: string): number[] {
  return text.split(",").flatMap((range) => {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range.trim());
    if (!match) return [];
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    return last < first ? [] : Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
