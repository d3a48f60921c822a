/** /sys/kernel/mm/hugepages: the pool of 2 MiB pages (mm/hugetlb.c, nr_hugepages_store and its siblings). */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { begin, Slices } from "../chronicle/slices.ts";
import { unsignedNumber } from "./numbers.ts";
import { DONE, type Directory, directory, failed, readable, writable, type WriteResult } from "./tree.ts";

/** A count written to nr_hugepages: best effort, so the write succeeds whatever could be had. `node` null is all nodes. */
export function resizePool(kernel: Kernel, text: string, node: number | null): WriteResult {
  const count = unsignedNumber(text, 10);
  if (typeof count === "string") return failed(count);
  return { errno: null, op: beginResize(kernel, Math.min(Number(count), 2 ** 30), node) };
}

/** Begins to make the pool as large as asked; the number of the operation that goes on, or null when it is done. */
export const beginResize = (kernel: Kernel, count: number, node: number | null): number | null =>
  begin(
    kernel.start,
    "nr_hugepages",
    kernel.hugePages.resizing(count, node, new Slices(kernel.slicePages, Cost.zeroPage)),
  );

export function hugepagesDirectory(kernel: Kernel): Directory {
  const pool = kernel.hugePages;
  const number = writable(
    () => `${pool.pages}\n`,
    (text) => resizePool(kernel, text, null),
  );
  return directory({
    "hugepages-2048kB": directory({
      free_hugepages: readable(() => `${pool.freePages}\n`),
      nr_hugepages: number,
      // By the writer's memory policy, which is no other than the default here.
      nr_hugepages_mempolicy: number,
      nr_overcommit_hugepages: writable(
        () => `${pool.overcommit}\n`,
        (text) => {
          const count = unsignedNumber(text, 10);
          if (typeof count === "string") return failed(count);
          pool.overcommit = count;
          return DONE;
        },
      ),
      resv_hugepages: readable(() => `${pool.reserved}\n`),
      surplus_hugepages: readable(() => `${pool.surplusPages}\n`),
    }),
  });
}
