/** How the first per-CPU chunk is cut up (pcpu_build_alloc_info, mm/percpu.c). */
import { MIB, PAGE_SIZE } from "../../units.ts";

const ATOM = 2 * MIB;

export interface PercpuUnits {
  /** Units in one 2 MiB chunk. */
  readonly perChunk: number;
  readonly bytes: number;
}

/**
 * The number of units a 2 MiB chunk is cut into: as many as hold one CPU's data, without wasting more than a third of
 * the CPUs' worth and without more chunks than needed.
 * @param groups number of CPUs of each node that has any
 */
export function percpuUnits(groups: readonly number[], unitBytes: number): PercpuUnits {
  const cpus = groups.reduce((sum, count) => sum + count, 0);
  let best = 1;
  let fewest = Number.POSITIVE_INFINITY;
  for (let units = Math.max(1, Math.floor(ATOM / unitBytes)); units >= 1; units -= 1) {
    if (ATOM % units !== 0 || (ATOM / units) % PAGE_SIZE !== 0) continue;
    const chunks = groups.reduce((sum, count) => sum + Math.ceil(count / units), 0);
    if (chunks * units - cpus > cpus / 3) continue;
    if (chunks > fewest) break;
    fewest = chunks;
    best = units;
  }
  return { perChunk: best, bytes: ATOM / best };
}
