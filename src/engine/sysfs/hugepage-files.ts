/** /sys/kernel/mm/hugepages and nodeN/hugepages: the pools of pages of 1 GiB and 2 MiB (mm/hugetlb.c, nr_hugepages_store and its siblings). */
import { lineOccasion } from "../chronicle/occasion.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { begin, Slices } from "../chronicle/slices.ts";
import type { PoolFigures } from "../holders/gigantic-pool.ts";
import { demoteGigantic, resizeGigantic } from "../migration/gigantic.ts";
import { unsignedNumber } from "./numbers.ts";
import {
  DONE,
  type Directory,
  directory,
  type Entry,
  failed,
  readable,
  writable,
  type WriteResult,
  writeOnly,
} from "./tree.ts";

const MOST = 2 ** 30;

/** The pool of the default size: /proc/meminfo and the sysctls tell of it. */
export const defaultPool = (kernel: Kernel): PoolFigures =>
  kernel.gigantic.isDefault ? kernel.gigantic : kernel.hugePages;

/** Begins to make a pool as large as asked; the number of the operation that goes on, or null when it is done. */
export function beginResize(
  kernel: Kernel,
  count: number,
  node: number | null,
  pool = defaultPool(kernel),
): number | null {
  const slices = new Slices(kernel.slicePages, Cost.zeroPage);
  const most = Math.min(count, MOST);
  const steps =
    pool === kernel.gigantic ? resizeGigantic(kernel, most, node) : kernel.hugePages.resizing(most, node, slices);
  return begin(kernel.start, lineOccasion(`echo ${count} > nr_hugepages`), steps);
}

/** A file of a count, written by the administrator; what can't be read is refused. */
const countFile = (read: () => number | bigint | undefined, write: (count: bigint) => WriteResult): Entry =>
  writable(
    () => `${read()}\n`,
    (text) => {
      const count = unsignedNumber(text, 10);
      return typeof count === "string" ? failed(count) : write(BigInt(count));
    },
  );

/** A count written to nr_hugepages: best effort, so the write succeeds whatever could be had. `node` null is all nodes. */
const sizeFile = (kernel: Kernel, pool: PoolFigures, node: number | null): Entry =>
  countFile(
    () => (node === null ? pool.pages : pool.total[node]),
    (count) => ({ errno: null, op: beginResize(kernel, Math.min(Number(count), MOST), node, pool) }),
  );

/** Turning pages of 1 GiB into pages of 2 MiB, as many as are written; the size that they get, which is the only one. */
function demotion(kernel: Kernel, pool: PoolFigures, node: number | null): Record<string, Entry> {
  if (pool !== kernel.gigantic || !kernel.profile.demotesGigantic) return {};
  return {
    demote: writeOnly((text) => {
      const count = unsignedNumber(text, 10);
      if (typeof count === "string") return failed(count);
      return {
        errno: null,
        op: begin(
          kernel.start,
          lineOccasion(`echo ${count} > demote`),
          demoteGigantic(kernel, Math.min(Number(count), MOST), node),
        ),
      };
    }),
    demote_size: writable(
      () => "2048kB\n",
      (text) => (/^2(?:M|048k)\b/i.test(text.trim()) ? DONE : failed("EINVAL")),
    ),
  };
}

/** Sizes that the CPU has, the larger first. */
const pools = (kernel: Kernel): readonly (readonly [string, PoolFigures])[] => [
  ["hugepages-1048576kB", kernel.gigantic],
  ["hugepages-2048kB", kernel.hugePages],
];

export const hugepagesDirectory = (kernel: Kernel): Directory =>
  directory(Object.fromEntries(pools(kernel).map(([name, pool]) => [name, poolDirectory(kernel, pool)])));

function poolDirectory(kernel: Kernel, pool: PoolFigures): Directory {
  const number = sizeFile(kernel, pool, null);
  return directory({
    ...demotion(kernel, pool, null),
    free_hugepages: readable(() => `${pool.freePages}\n`),
    nr_hugepages: number,
    // By the writer's memory policy, which is no other than the default here.
    nr_hugepages_mempolicy: number,
    nr_overcommit_hugepages: countFile(
      () => pool.overcommit,
      (count) => {
        if (pool === kernel.gigantic && !kernel.profile.overcommitsGigantic) return failed("EINVAL");
        pool.overcommit = count;
        return DONE;
      },
    ),
    resv_hugepages: readable(() => `${pool.reserved}\n`),
    surplus_hugepages: readable(() => `${pool.surplusPages}\n`),
  });
}

/** What of the pools lies on a node. */
export const nodeHugepagesDirectory = (kernel: Kernel, node: number): Directory =>
  directory(
    Object.fromEntries(
      pools(kernel).map(([name, pool]) => [
        name,
        directory({
          ...demotion(kernel, pool, node),
          free_hugepages: readable(() => `${pool.freeOn(node)}\n`),
          nr_hugepages: sizeFile(kernel, pool, node),
          surplus_hugepages: readable(() => `${pool.surplus[node]}\n`),
        }),
      ]),
    ),
  );
