/** What a kernel can be asked to do with memory, in the words of the talk; the order is that of a report. */
export const ABILITIES = [
  "add",
  "online",
  "online as Movable",
  "offline",
  "remove",
  "node of Movable memory only",
  "Movable from the SRAT",
  "online without a hand",
  "memory map on the memory",
  "page tables on the memory",
  "pins leave Movable",
  "offline kernel memory",
  "offline vmalloc memory",
] as const;

export type Ability = (typeof ABILITIES)[number];
