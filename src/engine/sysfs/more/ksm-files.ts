/** /sys/kernel/mm/ksm (mm/ksm.c): what merging of pages has come to, and how fast ksmd goes about it. */
import type { Kernel } from "../../kernel/kernel.ts";
import { Ksm, type KsmRun } from "../../holders/ksm.ts";
import { ksmOf, newKsm, passes, setRun, waitsForOffline, wakeKsmd } from "../../workload/ksm.ts";
import { PAGE_SIZE } from "../../units.ts";
import { lineOccasion } from "../../chronicle/occasion.ts";
import { unsignedNumber } from "../numbers.ts";
import { DONE, type Entry, type File, failed, readable, writable } from "../tree.ts";

/** Bytes of what ksmd keeps for each page that it looks at (struct ksm_rmap_item). */
const ITEM_BYTES = 64;
const RUN: readonly KsmRun[] = ["stop", "merge", "unmerge"];
/** Stands in `run` while a block goes offline (KSM_RUN_OFFLINE). */
const OFFLINING = 4;
const MOST = 0xffff_ffffn;

/** Files that mean something to the simulation; `recent`: those that came by 6.12. */
export function ksmFiles(kernel: Kernel, recent: boolean): Record<string, Entry> {
  // To look changes nothing: merging begins with the first write.
  const untouched = newKsm(kernel);
  const ksm = (): Ksm => (kernel.ksm instanceof Ksm ? kernel.ksm : untouched);
  const figure = (value: () => number): File => readable(() => `${value()}\n`);
  /** A number that is kept; `refuses` says why it may not be changed. */
  const setting = (now: () => number, [least, most]: readonly [number, bigint], set: (value: number) => void): File =>
    writable(
      () => `${now()}\n`,
      (text) => {
        const given = unsignedNumber(text, 10, most);
        if (typeof given === "string" || given < least) return failed("EINVAL");
        const value = Number(given);
        if (value === now()) return DONE;
        if (HANGS_ON_PAGES.has(now) && ksm().isInUse) return failed("EBUSY");
        set(value);
        wakeKsmd(kernel);
        return DONE;
      },
    );
  const mostSharers = (): number => ksm().mostSharers;
  const across = (): number => Number(ksm().acrossNodes);
  /** Which node a merged page lies on, and how many share it, is settled when it is made. */
  const HANGS_ON_PAGES: ReadonlySet<() => number> = new Set([mostSharers, across]);
  return {
    full_scans: figure(() => passes(kernel).full),
    pages_shared: figure(() => ksm().counts.shared),
    pages_sharing: figure(() => ksm().counts.sharing),
    pages_unshared: figure(() => ksm().counts.unshared),
    pages_volatile: figure(() => ksm().counts.volatile),
    stable_node_chains: figure(() => ksm().counts.chains),
    stable_node_dups: figure(() => ksm().counts.dups),
    ...(recent
      ? {
          general_profit: figure(() => {
            const { sharing, items } = ksm().counts;
            return sharing * PAGE_SIZE - items * ITEM_BYTES;
          }),
          pages_scanned: figure(() => passes(kernel).pages),
        }
      : {}),
    pages_to_scan: setting(
      () => ksm().pagesToScan,
      [0, MOST],
      (pages) => {
        ksmOf(kernel).pagesToScan = pages;
      },
    ),
    sleep_millisecs: setting(
      () => ksm().sleepMs,
      [0, MOST],
      (ms) => {
        ksmOf(kernel).sleepMs = ms;
      },
    ),
    max_page_sharing: setting(mostSharers, [2, 0x7fff_ffffn], (most) => {
      const one = ksmOf(kernel);
      one.forget();
      one.mostSharers = most;
    }),
    merge_across_nodes: setting(across, [0, 1n], (value) => {
      const one = ksmOf(kernel);
      one.forget();
      one.acrossNodes = value === 1;
    }),
    run: writable(
      () => `${RUN.indexOf(ksm().run) + (waitsForOffline(kernel) ? OFFLINING : 0)}\n`,
      (text, by) => {
        const given = unsignedNumber(text, 10, BigInt(RUN.length - 1));
        const run = typeof given === "string" ? undefined : RUN[Number(given)];
        if (run === undefined) return failed("EINVAL");
        const line = `echo ${text.trim()} > /sys/kernel/mm/ksm/run`;
        const op = kernel.start(lineOccasion(line), (task) => setRun(kernel, run, by ?? null, () => task.signalled));
        return { errno: null, op };
      },
    ),
  };
}
