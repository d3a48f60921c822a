/** Why the machine did what it did, by its own account: the check that decided, and the page that was in the way. */
import type { RecordTables } from "../../client/playground.ts";
import type { Check } from "../../engine/chronicle/outcome.ts";
import type { Said } from "./format.ts";

export interface Why {
  readonly rule: Check["rule"];
  readonly verdict: Check["verdict"];
  /** Kernel function that decided. */
  readonly where: string;
  readonly data: Said["data"];
}

/** Of a block's last attempt: what decided it. `null`: the kernel needed no attempt to answer. */
export function whyOf(records: RecordTables, block: string, since: number): Why | null {
  const attempt = records.attempt[records.block[block]?.attempt ?? ""];
  if (!attempt || attempt.startedAt < since) return null;
  const decided =
    attempt.checks.find(({ verdict }) => verdict === "fail") ??
    (attempt.result === "running" ? attempt.checks.findLast(({ verdict }) => verdict === "pending") : undefined) ??
    attempt.checks.find(({ rule }) => rule === (attempt.kind === "online" ? "online-zone" : "migrate")) ??
    attempt.checks.at(-1);
  if (!decided) return null;
  const { rule, where, data } = decided;
  const verdict = attempt.result === "running" ? "fail" : decided.verdict;
  return {
    rule,
    verdict,
    where,
    data: { ...data, ...(attempt.culprit && { owner: attempt.culprit.owner }), moved: attempt.pagesMoved },
  };
}
