/** Why the machine did what it did, by its own account: the check that decided, and the page that was in the way. */
import { ownerWords } from "../../client/owners.ts";
import type { RecordTables } from "../../client/playground.ts";
import type { Check } from "../../engine/chronicle/outcome.ts";
import type { Exercise, Said } from "./format.ts";

export interface Why {
  readonly rule: Check["rule"];
  readonly verdict: Check["verdict"];
  /** Kernel function that decided. */
  readonly where: string;
  readonly data: Said["data"];
}

/** Of the attempt that was made last: what decided it. `null`: the kernel needed none to answer. */
export function whyOf({ observation, moves }: Exercise, { attempt, block }: RecordTables, since: number): Why | null {
  const made = Object.values(attempt).filter(({ startedAt, parent }) => startedAt >= since && parent === null);
  const wanted =
    observation.see === "refused"
      ? made.find(({ errno }) => errno !== null)
      : observation.see === "free" || observation.see === "memmap-host"
        ? Object.values(attempt).findLast(({ kind, startedAt }) => kind === "add" && startedAt >= since)
        : "block" in observation && moves.length === 1
          ? attempt[block[observation.block]?.attempt ?? ""]
          : made.at(-1);
  if (!wanted || wanted.startedAt < since) return null;
  const usual = wanted.kind === "online" ? "online-zone" : wanted.kind === "add" ? "vmemmap" : "migrate";
  const decided =
    wanted.checks.find(({ verdict }) => verdict === "fail") ??
    (wanted.result === "running" ? wanted.checks.findLast(({ verdict }) => verdict === "pending") : undefined) ??
    wanted.checks.find(({ rule }) => rule === usual) ??
    wanted.checks.at(-1);
  if (!decided) return null;
  const { rule, where, data } = decided;
  const verdict = wanted.result === "running" ? "fail" : decided.verdict;
  return {
    rule,
    verdict,
    where,
    data: { ...data, ...(wanted.culprit && { owner: ownerWords(wanted.culprit.owner) }), moved: wanted.pagesMoved },
  };
}
