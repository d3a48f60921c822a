/** What pictures are drawn from, asked of a kernel without changing it. */
export { type KernelRegions, kernelRegions } from "./addresses.ts";
export { type Chain, chainOf } from "./chain.ts";
export { type KernelTables, kernelTables, type Pin, pinsOf } from "./kernel-tables.ts";
export { type Ask, ASKERS, type Asker, POLICIES } from "./askers.ts";
export { type Placement, placementOf } from "./placement.ts";
export {
  type LeafTable,
  leafTables,
  mostLeafTables,
  type ProcessTables,
  processTables,
  tableEntries,
} from "./process-tables.ts";
export { type Running, running } from "./running.ts";
export { type ZoneLists, zoneLists } from "./zone-lists.ts";
export { MigrationWatcher, type Wanted } from "./migration-watch.ts";
export type { Followed, MigrationState } from "./migration-state.ts";
