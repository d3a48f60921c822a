/** Which migrate types a kernel's files name, in their order (mm/vmstat.c, mm/page_alloc.c migratetype_names). */
import type { Kernel } from "../kernel/kernel.ts";
import { MigrateType } from "../memory/kinds.ts";

const { Unmovable, Movable, Reclaimable, HighAtomic, Cma, Isolate } = MigrateType;
/** Migrate types in the order of the kernel's files. */
export const migrateTypesOf = (kernel: Kernel): readonly number[] => [
  Unmovable,
  Movable,
  Reclaimable,
  HighAtomic,
  ...(kernel.profile.hasCma ? [Cma] : []),
  Isolate,
];
