/** What of files waits to be written, is being written, and was (mm/vmstat.c: nr_dirty, nr_writeback, nr_dirtied, nr_written). */
import type { WritebackFigures } from "../../holders/writeback.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Zone } from "../../memory/zone.ts";

const NOTHING: WritebackFigures = { dirty: 0, writing: 0, dirtied: 0, written: 0, sent: 0 };

/** Of a node, a zone, or all memory, in pages; nothing of a machine without a disk. */
export const writebackOf = (kernel: Kernel, where: number | Zone | null): WritebackFigures =>
  kernel.disk?.writeback.figures(where) ?? NOTHING;
