/** The talk's slides, and the timeline's table, as experiments find them. */
import { expect, test } from "vitest";
import { KERNEL_VERSIONS } from "../hardware/description.ts";
import { type Ability, type Support, type SupportReport, supportChanges, supportReport } from "./support-report.ts";

const reports = new Map<string, SupportReport>();
const reportOf = (kernel: (typeof KERNEL_VERSIONS)[number]): SupportReport => {
  const known = reports.get(kernel) ?? supportReport(kernel);
  reports.set(kernel, known);
  return known;
};
const found = (report: SupportReport, ability: Ability) =>
  report.findings.find((finding) => finding.ability === ability);

const yes: Support = "support";
const some: Support = "with limitation";
const no: Support = "not support";

/** Columns in the order of KERNEL_VERSIONS: 3.7, 3.8, 3.9, 3.14, 4.14, 5.10, 5.15, 6.1, 6.12, 6.18, 7.3, the proposal, what-if. */
const TABLE: Readonly<Record<Ability, readonly Support[]>> = {
  add: [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  online: [yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  "online as Movable": [no, some, some, some, yes, yes, yes, yes, yes, yes, yes, some, yes],
  offline: [some, some, some, some, some, some, some, some, some, some, some, some, some],
  remove: [no, no, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  "node of Movable memory only": [no, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  "Movable from the SRAT": [no, no, no, yes, yes, yes, yes, yes, yes, yes, yes, yes, yes],
  "online without a hand": [no, no, no, no, some, yes, yes, yes, yes, yes, yes, no, yes],
  "memory map on the memory": [no, no, no, no, no, no, some, some, yes, yes, yes, no, yes],
  "page tables on the memory": [no, no, no, no, no, no, no, no, no, no, no, no, yes],
  "pins leave Movable": [no, no, no, no, no, no, yes, yes, yes, yes, yes, no, yes],
  "offline kernel memory": [no, no, no, no, no, no, no, no, no, no, no, no, yes],
  "offline vmalloc memory": [no, no, no, no, no, no, no, no, no, no, no, no, yes],
};

test.each(KERNEL_VERSIONS.map((kernel, column) => [kernel, column] as const))(
  "what %s supports",
  (kernel, column) => {
    const report = reportOf(kernel);
    expect(Object.fromEntries(report.findings.map(({ ability, support }) => [ability, support]))).toEqual(
      Object.fromEntries(Object.entries(TABLE).map(([ability, row]) => [ability, row[column]])),
    );
    for (const { seen } of report.findings) expect(seen.length).toBeGreaterThan(0);
  },
  60_000,
);

test("from 3.7 to 3.9 hot remove came, and Movable memory", () => {
  expect(supportChanges(reportOf("3.7"), reportOf("3.9")).map(({ ability, from, to }) => [ability, from, to])).toEqual([
    ["online as Movable", no, some],
    ["remove", no, yes],
    ["node of Movable memory only", no, yes],
  ]);
}, 60_000);

test("the slide on offlining names its limits: kernel memory, and references that somebody holds", () => {
  const old = found(reportOf("3.9"), "offline")?.seen.join("\n");
  expect(old).toMatch(/memory of programs: offline done, [\d.]+ MiB moved/);
  expect(old).toMatch(/kernel memory \(slab\): offline EBUSY/);
  expect(old).toMatch(/in the way: slab \w+.*, pfn 0x[0-9a-f]+/);
  expect(old).toMatch(/gave up after 120 s, EAGAIN/);
  expect(found(reportOf("6.1"), "offline")?.seen.join("\n")).toMatch(/until a signal came, EINTR/);
}, 60_000);

test("the proposal gave the SRAT a say, and changed nothing else", () => {
  expect(supportChanges(reportOf("3.9"), reportOf("2013-proposal")).map(({ ability }) => ability)).toEqual([
    "Movable from the SRAT",
  ]);
}, 60_000);
