/**
 * What happened to DIMMs between two states of the records, for whoever cannot see it: emptied, arrived, refused.
 * Told from the records rather than from what this page commanded, so that a shell line or a replay is told too.
 */
import { ownerWords } from "../../client/owners.ts";
import type { DimmRecord } from "../../protocol/records.ts";
import type { RecordTables } from "../../client/playground.ts";
import { placeName } from "./naming.ts";
import { SHELF } from "./floor.ts";
import { boxStrings } from "./strings.ts";

type Tables = Pick<RecordTables, "partition" | "node" | "slot" | "dimm" | "attempt">;
const { said } = boxStrings;
const nameOf = (dimm: DimmRecord) => boxStrings.dimm(dimm.key);

/** Sentences for everything that changed, in the order of the DIMMs. */
export function happenings(before: Tables, after: Tables): readonly string[] {
  if (before.dimm === after.dimm) return [];
  return Object.values(after.dimm).flatMap((dimm) => {
    const was = before.dimm[dimm.key];
    if (!was || was === dimm) return [];
    return happened(was, dimm, before, after) ?? [];
  });
}

function happened(was: DimmRecord, is: DimmRecord, before: Tables, after: Tables): string | null {
  const moved = was.slot !== is.slot;
  if (was.phase === "ejecting" && is.phase !== "ejecting") {
    if (moved) return left(was, is, before, after);
    return stayed(is, after, was.attempt);
  }
  if (was.phase !== "ejecting" && is.phase === "ejecting") return said.emptying(nameOf(is), is.usedPagesAtStart);
  if (was.phase === "ejecting") {
    const half = is.usedPagesAtStart / 2;
    return was.usedPages > half && is.usedPages <= half && half > 0 ? said.halfway(nameOf(is)) : null;
  }
  if (was.phase !== is.phase && is.phase === "inert") return said.inert(nameOf(is), errnoOf(is, after));
  if (was.phase === "inserting" && is.phase === "in-use") return said.inUse(nameOf(is), is.blocks.length);
  // A frame may hold a whole story: refused, or gone, before the next one was drawn.
  if (!moved && is.attempt !== was.attempt && is.phase === was.phase) {
    const attempt = is.attempt ? after.attempt[is.attempt] : undefined;
    return attempt?.kind === "eject" && attempt.result === "failed" ? stayed(is, after, is.attempt) : null;
  }
  if (moved && was.slot !== null)
    return left(is.attempt === was.attempt ? was : { ...was, attempt: is.attempt }, is, before, after);
  if (moved)
    return is.slot === null ? said.shelved(nameOf(is), 0) : said.inserted(nameOf(is), placeName(after, is.slot));
  return null;
}

function left(was: DimmRecord, is: DimmRecord, before: Tables, after: Tables): string {
  const attempt = (was.attempt && (after.attempt[was.attempt] ?? before.attempt[was.attempt])) || undefined;
  const pages = attempt?.pagesMoved ?? 0;
  return is.slot === null
    ? said.shelved(nameOf(is), pages)
    : said.arrivedEmpty(nameOf(is), placeName(after, is.slot), pages);
}

function stayed(dimm: DimmRecord, after: Tables, wasAttempt: string | null): string {
  const key = dimm.attempt ?? wasAttempt;
  const attempt = key ? after.attempt[key] : undefined;
  const place = placeName(after, dimm.slot ?? SHELF);
  if (attempt?.errno === "EINTR") return said.cancelled(nameOf(dimm), place);
  const culprit = attempt?.culprit;
  const why = culprit ? said.culprit(culprit.reason, ownerWords(culprit.owner), culprit.block) : "";
  return said.refused(nameOf(dimm), place, attempt?.errno ?? "EBUSY", why);
}

function errnoOf(dimm: DimmRecord, after: Tables): string {
  return (dimm.attempt && after.attempt[dimm.attempt]?.errno) || "EINVAL";
}
