/**
 * /proc/sys/vm, as far as the simulation acts on it (mm/page_alloc.c, fs/drop_caches.c, mm/compaction.c, mm/hugetlb.c).
 * The others are in ./more/sysctls.ts.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { setMinFree, setReserveRatio, setScaleFactor } from "../kernel/min-free.ts";
import { since } from "../kernel/profiles/versions.ts";
import { begin } from "../chronicle/slices.ts";
import type { Steps } from "../chronicle/task.ts";
import { beginResize, defaultPool } from "./hugepage-files.ts";
import { sysctlInteger, sysctlLong, sysctlNumbers } from "./numbers.ts";
import { DONE, type Directory, type File, directory, failed, writable, writeOnly } from "./tree.ts";

const MAX_SCALE_FACTOR = 3000;
const INT_MAX = 0x7fff_ffff;
const MOST_HUGE_PAGES = 2n ** 30n;

/** A file that holds one int between bounds; what a write does is said. */
export const integer = (
  read: () => number,
  write: (value: number) => void,
  least = -INT_MAX - 1,
  most: number = INT_MAX,
): File =>
  writable(
    () => `${read()}\n`,
    (text) => {
      const value = sysctlInteger(text, least, most);
      if (value === null) return failed("EINVAL");
      write(value);
      return DONE;
    },
    0o644,
    0,
  );

/**
 * A file that holds one unsigned long. `write` may begin an operation, and returns its number then. What is below zero is
 * refused, or does nothing (5.10).
 */
export const long = (
  read: () => bigint | number,
  write: (value: bigint) => number | null | undefined,
  least = 0n,
  negative: "refused" | "ignored" = "refused",
): File =>
  writable(
    () => `${read()}\n`,
    (text) => {
      const value = sysctlLong(text, least);
      if (value === "negative" && negative === "ignored") return DONE;
      if (typeof value !== "bigint") return failed("EINVAL");
      return { errno: null, op: write(value) ?? null };
    },
    0o644,
    0,
  );

/** What becomes of a number with a minus where an unsigned long is kept (do_proc_doulongvec_minmax). */
export const negativeLongs = ({ profile }: Kernel): "refused" | "ignored" =>
  since(profile.version, 5, 15) ? "refused" : "ignored";

/** echo N > drop_caches. Whoever has once written 4 silences the log, for good (drop_caches_sysctl_handler). */
function dropCaches(kernel: Kernel): File {
  let silent = false;
  return writeOnly((text, by) => {
    const { values, failed: wrong, rest } = sysctlNumbers(text, 1, (value) => value >= 1 && value <= 4);
    if (wrong) return failed("EINVAL");
    const what = Number(values[0]);
    const writer = `${by?.comm ?? "bash"} (${by?.pid ?? kernel.nextPid})`;
    function* dropping(): Steps<void> {
      for (let times = rest === "" ? 1 : 2; times > 0; times--) {
        yield* kernel.droppingCaches(what);
        if (!silent) kernel.log("info", `${writer}: drop_caches: ${what}`);
        silent ||= (what & 4) !== 0;
      }
    }
    return { errno: null, op: begin(kernel.start, { is: "drop-caches", by: writer }, dropping()) };
  }, 0);
}

/**
 * Five ratios. A write sets the first of them, as many as it has before one that is no number, and always succeeds; 7.3
 * takes all or nothing, and nothing below zero.
 */
function lowmemReserveRatio(kernel: Kernel): File {
  const ratios = kernel.parameters.lowmemReserveRatio;
  const strict = since(kernel.profile.version, 7, 3);
  return writable(
    () => `${ratios.join("\t")}\n`,
    (text) => {
      const isInt = (value: bigint) => value >= (strict ? 0 : -INT_MAX - 1) && value <= INT_MAX;
      const { values, failed: wrong } = sysctlNumbers(text, ratios.length, isInt);
      if (wrong && strict) return failed("EINVAL");
      setReserveRatio(kernel, values.map(Number));
      return DONE;
    },
    0o644,
    0,
  );
}

export function sysctls(kernel: Kernel): Directory {
  const { parameters } = kernel;
  const pool = defaultPool(kernel);
  // Earlier kernels compact whatever is written.
  const onlyOneCompacts = since(kernel.profile.version, 6, 5);
  const treatAsMovable = integer(
    () => Number(parameters.treatHotaddAsMovable),
    (value) => {
      parameters.treatHotaddAsMovable = value === 1;
      kernel.revision++;
    },
    0,
    1,
  );
  const scaleFactor = integer(
    () => parameters.watermarkScaleFactor,
    (value) => setScaleFactor(kernel, value),
    1,
    MAX_SCALE_FACTOR,
  );
  const negative = negativeLongs(kernel);
  const hugePageCount = long(
    () => pool.most,
    (value) => beginResize(kernel, Number(value < MOST_HUGE_PAGES ? value : MOST_HUGE_PAGES), null),
    0n,
    negative,
  );
  return directory({
    compact_memory: writeOnly(
      (text) => (onlyOneCompacts && sysctlInteger(text, 1, 1) === null ? failed("EINVAL") : DONE),
      0,
    ),
    drop_caches: dropCaches(kernel),
    lowmem_reserve_ratio: lowmemReserveRatio(kernel),
    min_free_kbytes: integer(
      () => kernel.minFreeKb,
      (value) => setMinFree(kernel, value),
      0,
    ),
    nr_hugepages: hugePageCount,
    nr_hugepages_mempolicy: hugePageCount,
    nr_overcommit_hugepages: long(
      () => pool.overcommit,
      (value) => {
        pool.overcommit = value;
      },
      0n,
      negative,
    ),
    ...(kernel.profile.movableGigantic
      ? {
          movable_gigantic_pages: integer(
            () => parameters.movableGiganticPages,
            (value) => {
              parameters.movableGiganticPages = value;
            },
          ),
        }
      : {}),
    ...(kernel.profile.proposal2013 ? { hotadd_memory_treat_as_movable: treatAsMovable } : {}),
    ...(kernel.profile.scalesWatermarks ? { watermark_scale_factor: scaleFactor } : {}),
  });
}
