import { describe, expect, it } from "vitest";
import { sampleAttempts, sampleRecords } from "../../client/sample-records.ts";
import type { Attempt } from "../../engine/chronicle/outcome.ts";
import type { DimmRecord } from "../../protocol/records.ts";
import { happenings } from "./happenings.ts";

const before = sampleRecords();
function changed(key: string, change: Partial<DimmRecord>, attempt?: Attempt) {
  const dimm = before.dimm[key];
  if (!dimm) throw new Error(`the sample box has no ${key}`);
  return {
    ...before,
    dimm: { ...before.dimm, [key]: { ...dimm, ...change } },
    attempt: attempt ? { ...before.attempt, [attempt.id]: { ...attempt, key: String(attempt.id) } } : before.attempt,
  };
}

describe("what is said of what happened", () => {
  it("an emptied DIMM arrived", () => {
    const now = changed("d4", { slot: "A/0/2", phase: "in-use", destination: null });
    expect(happenings(before, now)).toEqual([
      `DIMM d4 is empty, ${sampleAttempts.ejecting.pagesMoved.toLocaleString("en")} pages moved. It is now in Database server, node 0, slot 2.`,
    ]);
  });

  it("a refused DIMM stays, with errno, page and owner", () => {
    const refused: Attempt = { ...sampleAttempts.refused, id: sampleAttempts.ejecting.id, kind: "eject", target: "d4" };
    const now = changed("d4", { phase: "in-use", destination: null }, refused);
    expect(happenings(before, now)).toEqual([
      "DIMM d4 stays in Database server, node 1, slot 1: EBUSY, unmovable page in memory37, held by slab dentry, filled by find (pid 702).",
    ]);
  });

  it("a refusal that began and ended between two frames is told too", () => {
    const resting = {
      ...before,
      dimm: {
        ...before.dimm,
        d4: { ...changed("d4", {}).dimm.d4, phase: "in-use", attempt: null, destination: null } as DimmRecord,
      },
    };
    const refused: Attempt = { ...sampleAttempts.refused, id: 99, kind: "eject", target: "d4" };
    const now = {
      ...resting,
      dimm: { ...resting.dimm, d4: { ...resting.dimm.d4, attempt: "99" } },
      attempt: { ...before.attempt, 99: { ...refused, key: "99" } },
    };
    expect(happenings(resting, now)).toEqual([
      "DIMM d4 stays in Database server, node 1, slot 1: EBUSY, unmovable page in memory37, held by slab dentry, filled by find (pid 702).",
    ]);
    expect(happenings(now, now)).toEqual([]);
  });

  it("a cancelled one is not a refusal", () => {
    const cancelled: Attempt = { ...sampleAttempts.ejecting, result: "failed", errno: "EINTR" };
    const now = changed("d4", { phase: "in-use", destination: null }, cancelled);
    expect(happenings(before, now)).toEqual(["Cancelled. DIMM d4 stays in Database server, node 1, slot 1."]);
  });

  it("half way is said once, other progress is not", () => {
    const half = (before.dimm.d4?.usedPagesAtStart ?? 0) / 2;
    const above = changed("d4", { usedPages: half + 10 });
    const below = changed("d4", { usedPages: half - 10 });
    expect(happenings(before, above)).toEqual([]);
    expect(happenings(above, below)).toEqual(["DIMM d4 is half empty."]);
    expect(happenings(below, changed("d4", { usedPages: half - 20 }))).toEqual([]);
  });

  it("an inserted DIMM comes into use", () => {
    const inserting = changed("d6", { slot: "B/0/1", phase: "inserting" });
    expect(happenings(before, inserting)).toEqual(["DIMM d6 is in Web server, node 0, slot 1."]);
    const used = changed("d6", { slot: "B/0/1", phase: "in-use", blocks: ["B:36", "B:37"] });
    expect(happenings(inserting, used)).toEqual(["DIMM d6 is in use: 2 memory blocks."]);
  });
});
