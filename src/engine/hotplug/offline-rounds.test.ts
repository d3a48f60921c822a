/** How offlines of kernels before 4.15 come to their end: five rounds that go wrong, 120 s, a signal, or an empty block. */
import { expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { audit } from "../kernel/audit.ts";
import { Trial } from "../experiments/trial.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { PAGES_PER_MAX_ORDER, sectionOf } from "../units.ts";

const POOL = "/sys/devices/system/node/node2/hugepages/hugepages-2048kB/nr_hugepages";

/** Node 2 is DIMM d4, its last block Movable; what is allocated there, and how the block's offline goes. */
function offlining(version: KernelVersion, prepare: (trial: Trial) => void) {
  const trial = new Trial(boxWith(version, "movable_node"));
  const block = trial.insert("d4", "A/2/0").at(-1);
  if (!block) throw new Error("d4 has no block");
  expect(trial.state(block, "online_movable")).toBe(null);
  prepare(trial);
  const reader = trial.engine.transactions.reader();
  const began = trial.engine.now;
  const path = `/sys/devices/system/memory/memory${block.number}/state`;
  const { op } = trial.engine.submit({ do: "write", partition: "A", path, text: "offline" });
  const attempt = () => [...trial.engine.attempts.values()].at(-1)?.value();
  /** Pages that each round moved. */
  const rounds = () =>
    reader
      .read()
      .flatMap(({ changes }) => changes.flatMap((change) => (change.c === "migrated" ? [change.pagesMoved] : [])));
  const ended = () => trial.engine.operation(op ?? -1);
  const seconds = () => Math.floor((trial.engine.now - began) / 1e9);
  return { trial, block, op: op ?? -1, attempt, rounds, ended, seconds };
}

test("rounds of 256 pages at most, until nothing is left", () => {
  const { trial, attempt, rounds, ended } = offlining("3.14", (on) =>
    on.load({ kind: "anon", mib: 3, node: 2, policy: "bind" }),
  );
  trial.engine.settle();
  expect(ended()).toMatchObject({ done: true, errno: null });
  expect(rounds()).toEqual([256, 256, 256]);
  expect(attempt()).toMatchObject({ passes: 3, pagesMoved: 768 });
  expect(audit(trial.kernel)).toEqual([]);
});

test.each<[KernelVersion, string | null]>([
  ["3.9", "EBUSY"],
  ["3.14", null],
])(
  "%s: a pool's page among those that move ends it in the fifth round, where such pages don't move",
  (version, errno) => {
    const { trial, block, attempt, rounds, ended } = offlining(version, (on) => {
      on.load({ kind: "anon", mib: 1.5, node: 2, policy: "bind" });
      expect(on.write(POOL, "2")).toBe(null);
    });
    const { pages } = trial.kernel;
    const frames = Array.from({ length: block.pages }, (_, page) => block.startPfn + page);
    const pooled = frames.filter((frame) => pages.kindAt(frame) === PageKind.Hugetlb);
    expect(pooled.length).toBe(1024);
    trial.engine.settle();
    expect(ended()).toMatchObject({ done: true, errno });
    const { passes, culprit, checks } = attempt() ?? {};
    expect(checks?.find(({ rule }) => rule === "isolate")?.verdict).toBe("pass");
    if (errno === null) {
      expect(block.state).toBe("offline");
      return;
    }
    // The first round is full before it meets one; then five do, and move nothing.
    expect(rounds()).toEqual([256]);
    expect(passes).toBe(6);
    expect(culprit?.pfn).toBe(pooled[0]);
    expect(checks?.find(({ rule }) => rule === "all-free")).toMatchObject({ verdict: "fail" });
    expect(block.state).toBe("online");
    expect(audit(trial.kernel)).toEqual([]);
  },
);

test("a pin keeps it at it for 120 s; a signal ends it at once; a pin that goes lets it end", () => {
  const pinned = (on: Trial) => on.load({ kind: "pin", mib: 1, node: 2, policy: "bind" });
  const patient = offlining("3.14", pinned);
  patient.trial.engine.runFor(119.9e9);
  expect(patient.ended()).toMatchObject({ done: false });
  patient.trial.engine.runFor(0.2e9);
  expect(patient.ended()).toMatchObject({ done: true, errno: "EAGAIN" });
  expect(patient.attempt()?.checks.at(-1)).toMatchObject({ rule: "in-time", verdict: "fail", data: { seconds: 120 } });
  expect(patient.block.state).toBe("online");

  const called = offlining("3.14", pinned);
  called.trial.engine.runFor(1e9);
  called.trial.engine.submit({ do: "signal", op: called.op });
  called.trial.engine.runFor(0.1e9);
  expect(called.ended()).toMatchObject({ done: true, errno: "EINTR" });
  expect(called.attempt()?.checks.at(-1)).toMatchObject({ rule: "signal", verdict: "fail" });

  const freed = offlining("3.14", pinned);
  freed.trial.engine.runFor(1e9);
  const holder = [...freed.trial.kernel.processes.values()].at(-1);
  freed.trial.engine.submit({ do: "kill", partition: "A", pid: holder?.pid ?? 0 });
  freed.trial.engine.settle();
  expect(freed.ended()).toMatchObject({ done: true, errno: null });
  expect(freed.block.state).toBe("offline");
  expect(audit(freed.trial.kernel)).toEqual([]);
});

test("a page that is in use and on no list is named when nothing else is left", () => {
  let held = -1;
  const { trial, block, attempt, ended } = offlining("3.14", (on) => {
    const { pages, buddy } = on.kernel;
    const last = [...on.kernel.blocks.values()].findLast(({ dimm }) => dimm === "d4");
    if (!last?.zone) throw new Error("d4 has no block that is online");
    held = last.startPfn + 5 * PAGES_PER_MAX_ORDER;
    buddy.touch(last.zone, sectionOf(held));
    buddy.takeChunk(last.zone, pages.indexOf(held));
    pages.setKind(pages.indexOf(held), PAGES_PER_MAX_ORDER, PageKind.Offline, PageFlag.Pinned);
  });
  expect(trial.kernel.blockNumberOf(held)).toBe(block.number);
  trial.engine.settle();
  expect(ended()).toMatchObject({ done: true, errno: "EBUSY" });
  expect(attempt()).toMatchObject({ passes: 0, culprit: { pfn: held } });
});
