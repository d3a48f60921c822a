/** How a process's leaf tables are told as columns (process-tables.ts). */

/** Values a leaf table has: one for four entries. */
export const COLUMN = 128;
/** Beside the node: one of the four is a migration entry. */
export const MIGRATING = 0x8000;
