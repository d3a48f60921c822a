/** Colours of what migrates: slots of the engine's counters, and kinds of page. */
import { PageKind } from "../../engine/memory/kinds.ts";
import { kindToken } from "../kinds.ts";
import { SLOTS } from "./rate-shapes.ts";

/** Kernel memory and balloons share the last slot. */
export const OTHER = SLOTS - 1;
export const slotOfKind = (kind: number): number =>
  kind >= PageKind.Anon && kind < PageKind.Anon + OTHER ? kind - PageKind.Anon : OTHER;
export const slotToken = (slot: number): string => kindToken(slot === OTHER ? PageKind.Slab : PageKind.Anon + slot);
/** What had gone before anybody watched has no kind. */
export const tokenOf = (kind: number | null): string => (kind === null ? "--edge" : slotToken(slotOfKind(kind)));
