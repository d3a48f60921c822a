/** Which attempt the verdict is about, what it is made of, and how far it is. */
import type { Culprit } from "../../engine/chronicle/outcome.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import type { RecordTables } from "../../client/playground.ts";
import type { BlockRecord, Records } from "../../protocol/records.ts";

export type AttemptRecord = Records["attempt"];

/**
 * Attempts that someone asked for, oldest first. Not those they are made of, and not the arrival of a DIMM that left
 * elsewhere for it: that is the same errand.
 */
export function topLevel(attempts: RecordTables["attempt"]): readonly AttemptRecord[] {
  let top = topLevelOf.get(attempts);
  if (!top) {
    const all = Object.values(attempts);
    const isArrival = ({ follows }: AttemptRecord) => follows !== null && attempts[follows] !== undefined;
    top = all.filter((attempt) => attempt.parent === null && !isArrival(attempt)).sort((a, b) => a.id - b.id);
    topLevelOf.set(attempts, top);
  }
  return top;
}

/** Tables are replaced, never changed, and several views ask the same of each. */
const topLevelOf = new WeakMap<RecordTables["attempt"], readonly AttemptRecord[]>();

/** The add that follows an eject: the DIMM goes into its new slot the moment it has left the old one. */
export function arrivalOf(attempts: RecordTables["attempt"], eject: AttemptRecord): AttemptRecord | undefined {
  return Object.values(attempts).find(({ follows }) => follows === eject.id);
}

/** What an attempt is made of, oldest first. */
export const partsOf = (attempts: RecordTables["attempt"], whole: AttemptRecord): readonly AttemptRecord[] =>
  Object.values(attempts)
    .filter((attempt) => attempt.parent === whole.id)
    .sort((a, b) => a.id - b.id);

/** The selected attempt, or the newest one that someone asked for. */
export function shownAttempt(attempts: RecordTables["attempt"], selected: string | null): AttemptRecord | undefined {
  return (selected === null ? undefined : attempts[selected]) ?? topLevel(attempts).at(-1);
}

/** The page that an attempt, or a part of it, failed on. */
export function culpritOf(attempt: AttemptRecord, parts: readonly AttemptRecord[]): Culprit | null {
  // The last one counts: an eject tries its blocks twice, and the second answer is the one that stands.
  return attempt.culprit ?? parts.findLast((part) => part.culprit)?.culprit ?? null;
}

/** The block of `memory34` in the attempt's partition. */
export const blockOf = (tables: RecordTables, attempt: AttemptRecord): BlockRecord | undefined => {
  const number = /^memory(\d+)$/.exec(attempt.target)?.[1];
  return number === undefined ? undefined : tables.block[`${attempt.partition}:${number}`];
};

/** Number of the node that the attempt's DIMM is in now, when that can be told. */
export function placeOf(tables: RecordTables, attempt: AttemptRecord): number | null {
  const slot = tables.slot[tables.dimm[attempt.target]?.slot ?? ""];
  const node = slot?.node ? tables.node[slot.node] : undefined;
  return node ? node.id : null;
}

/** Pages that left and pages that are still there, of an attempt that empties memory. */
export function progressOf(
  tables: RecordTables,
  attempt: AttemptRecord,
): { readonly moved: number; readonly left: number } | null {
  if (attempt.kind === "eject") {
    const dimm = tables.dimm[attempt.target];
    return dimm ? { moved: Math.max(0, dimm.usedPagesAtStart - dimm.usedPages), left: dimm.usedPages } : null;
  }
  if (attempt.kind !== "offline") return null;
  const block = blockOf(tables, attempt);
  if (!block) return null;
  return {
    moved: attempt.pagesMoved,
    left: block.pages - (block.kinds[PageKind.Free] ?? 0) - (block.kinds[PageKind.None] ?? 0),
  };
}
