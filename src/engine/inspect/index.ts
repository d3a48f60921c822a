/** What pictures are drawn from, asked of a kernel without changing it. */
export { type KernelRegions, kernelRegions } from "./addresses.ts";
export { type Chain, chainOf } from "./chain.ts";
export { type KernelTables, kernelTables, type Pin, pinsOf } from "./kernel-tables.ts";
export { type ProcessTables, processTables, tableEntries } from "./process-tables.ts";
