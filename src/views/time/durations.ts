/** Lengths of simulated time in words, with three digits at most. */
export function lengthOf(ns: number): string {
  if (ns < 1e6) return `${digits(ns / 1e3)} µs`;
  if (ns < 1e9) return `${digits(ns / 1e6)} ms`;
  if (ns < 60e9) return `${digits(ns / 1e9)} s`;
  return `${Math.floor(ns / 60e9)} min ${Math.round((ns / 1e9) % 60)} s`;
}

const digits = (value: number): string => String(Number(value.toPrecision(value < 1 ? 2 : 3)));

/** Bytes in words: `1.83 GiB`. */
export function sizeOf(bytes: number): string {
  const mib = bytes / 2 ** 20;
  return mib >= 1024 ? `${(mib / 1024).toFixed(2)} GiB` : `${digits(mib)} MiB`;
}
