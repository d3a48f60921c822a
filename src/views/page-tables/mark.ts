/** A mark of the picture: an entry of a table, a run of entries alike, a block, a page, or the struct pages of a stretch. */
import type { Selection } from "../../client/playground.ts";
import type { AxisBlock } from "./axis.ts";

export const ROWS = ["pgd", "p4d", "pud", "pmd", "pte", "physical", "map"] as const;
export type Row = (typeof ROWS)[number];

export interface Mark {
  readonly key: string;
  readonly row: Row;
  readonly x0: number;
  readonly x1: number;
  /** `table`: leads to a table; `whole`: maps by itself, down through all rows; `small`: maps; `none`: not there yet. */
  readonly what: "table" | "whole" | "small" | "block" | "page" | "map" | "none";
  readonly label: string;
  readonly fresh: boolean;
  /** Physical frames that it stands over. */
  readonly first: number;
  readonly end: number;
  /** Where the table, or the page with the struct pages, lies. */
  readonly host: number | null;
  readonly select: Partial<Selection> | null;
  readonly says: string;
  /** The same as a row of the twin: level, index, virtual address, what it maps, where it lies, who made it. */
  readonly cells: readonly (string | number)[];
  readonly block?: AxisBlock;
  /** What stands below an entry as long as nothing there is drawn entry by entry. */
  readonly below?: string;
}
