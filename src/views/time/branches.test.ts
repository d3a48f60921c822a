/** What a future that was left says of itself on the time bar: from where, what differs, how it ended. */
import { expect, test } from "vitest";
import { commonCauses } from "../../client/forks.ts";
import type { Fork, LastShown } from "../../client/keeper.ts";
import { OFFLINED, sampleAttempts } from "../../client/sample-records.ts";
import { createFakePlayground } from "../../client/sample-world.ts";
import type { JournalEntry } from "../../engine/time/journal.ts";
import { simNs } from "../../engine/units.ts";
import { SCENARIOS } from "../../protocol/scenarios/index.ts";
import { branchOf } from "./branches.ts";

const state = createFakePlayground().store.getState();
const [scenario] = SCENARIOS;
const cause = (at: number): JournalEntry => ({
  step: at,
  at: simNs(at),
  origin: null,
  command: { do: "kill", partition: "A", pid: at },
});
const line = (at: number, text: string) => ({
  seq: at,
  at,
  partition: "A",
  level: "command" as const,
  line: text,
  transaction: 0,
});
const kept = (causes: readonly JournalEntry[], at: number) => ({
  scenario,
  resume: { causes, instant: { step: at, at: simNs(at) }, terminals: [] },
});
const shown = (log: LastShown["log"], attempts: LastShown["records"]["attempt"] = {}): LastShown => ({
  now: 0,
  log,
  records: { ...state.records, attempt: attempts },
});
const fork = (
  causes: readonly JournalEntry[],
  at: number,
  last: LastShown | null,
  name: string | null = null,
): Fork => ({
  ...kept(causes, at),
  number: 3,
  name,
  shown: last,
});

test("it parts at the first cause that only one of both has, and says what was done there", () => {
  const there = fork([cause(10), cause(30)], 90, shown([line(10, "both"), line(30, "kill 30")]));
  const branch = branchOf(there, kept([cause(10), cause(40)], 50), shown([line(10, "both"), line(40, "kill 40")]));
  expect(branch).toEqual({
    number: 3,
    name: "Fork 3",
    named: false,
    partition: "A",
    from: 30,
    to: 90,
    differs: "kill 30",
    ended: null,
  });
});

test("what only the present did is what it is without; where only time differs, nothing is said", () => {
  const before = fork([cause(10)], 90, shown([line(10, "both")]), "quiet");
  const did = shown([line(10, "both"), line(40, "kill 40")]);
  expect(branchOf(before, kept([cause(10), cause(40)], 50), did)).toMatchObject({
    name: "quiet",
    named: true,
    from: 40,
    differs: "without kill 40",
  });
  const earlier = fork([cause(10)], 20, shown([line(10, "both")]));
  expect(branchOf(earlier, kept([cause(10), cause(40)], 50), did)).toMatchObject({ from: 20, to: 20, differs: "" });
});

test("its end is that of its last attempt since then", () => {
  const attempts = { [OFFLINED]: { ...sampleAttempts.offlined, key: OFFLINED } };
  const { startedAt } = sampleAttempts.offlined;
  const there = fork([cause(startedAt)], 9e9, shown([line(startedAt, "echo offline")], attempts));
  expect(branchOf(there, kept([], 9e9), shown([]))).toMatchObject({ ended: { kind: "ok" }, from: startedAt });
  const later = fork([cause(startedAt + 1)], 9e9, shown([line(startedAt + 1, "echo offline")], attempts));
  expect(branchOf(later, kept([], 9e9), shown([])).ended).toBeNull();
});

test("journals begin alike as far as causes and their places are the same", () => {
  expect(commonCauses([cause(1), cause(2)], [cause(1), cause(3)])).toBe(1);
  expect(commonCauses([cause(1)], [cause(1), cause(3)])).toBe(1);
  expect(commonCauses([], [cause(1)])).toBe(0);
});
