/** CPU lists (`0-1,4`), as descriptions and sysfs write them. */
export function parseCpus(text: string): number[] {
  return text.split(",").flatMap((range) => {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range.trim());
    if (!match) return [];
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    return last < first ? [] : Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** cpumap: the same as hexadecimal words of 32 CPUs, highest first. */
export function cpuMask(cpus: readonly number[], words: number): string {
  const mask = new Array<number>(words).fill(0);
  for (const cpu of cpus) {
    const word = words - 1 - Math.floor(cpu / 32);
    if (word >= 0) mask[word] = (mask[word]! | (1 << (cpu % 32))) >>> 0;
  }
  return mask
    .map((word, i) => (i === 0 && words > 1 ? word.toString(16) : word.toString(16).padStart(words > 1 ? 8 : 1, "0")))
    .join(",");
}
