/** An administrator's script that takes a DIMM out: what it leaves behind when a block refuses, and what its steps cost. */
import { expect, test } from "vitest";
import { Trial, twoNodeBox } from "../experiments/trial.ts";
import { audit } from "../kernel/audit.ts";
import { Cost } from "../kernel/costs.ts";
import { PAGES_PER_SECTION } from "../units.ts";

/** Blocks of DIMM d1 in node 1, online as these words say, and what taking it out comes to. */
function taking(words: readonly string[], prepare: (trial: Trial) => void = () => {}) {
  const trial = new Trial(twoNodeBox("6.12", "memhp_default_state=offline"));
  const blocks = trial.insert("d1", "A/1/0");
  for (const [nth, block] of blocks.entries()) {
    const word = words[nth] ?? "offline";
    if (word !== "offline") expect(trial.state(block, word)).toBe(null);
  }
  prepare(trial);
  const before = trial.engine.now;
  const { op } = trial.engine.submit({ do: "move", dimm: "d1", to: { shelf: true } });
  trial.engine.settle();
  const attempts = () => [...trial.engine.attempts.values()].map((attempt) => attempt.value());
  return { trial, blocks, attempts, before, outcome: trial.engine.operation(op ?? -1) };
}

/** The first pages of one of the DIMM's blocks are the kernel's. */
function occupy(trial: Trial, nth: number): void {
  const { kernel } = trial;
  const block = trial.blocksOf("d1")[nth];
  if (!block?.zone) throw new Error("no block that is online");
  kernel.buddy.touch(block.zone, block.startPfn / PAGES_PER_SECTION);
  const page = kernel.pages.indexOf(block.startPfn);
  kernel.buddy.takeChunk(block.zone, page);
  kernel.pages.setKind(page, 1024, 15, 0);
}

test.each(["online_movable", "online_kernel"] as const)(
  "a block that went offline before another refused comes back to the zone that it was in: %s",
  (word) => {
    const { blocks, outcome, attempts } = taking([word, "online_kernel"], (trial) => occupy(trial, 1));
    expect(outcome).toMatchObject({ done: true, errno: "EBUSY" });
    const zone = word === "online_movable" ? "Movable" : "Normal";
    expect(blocks.map(({ state, zone: its }) => [state, its?.name])).toEqual([
      ["online", zone],
      ["online", "Normal"],
    ]);
    expect(
      attempts()
        .findLast(({ kind }) => kind === "eject")
        ?.checks.at(-1),
    ).toMatchObject({
      rule: "all-blocks-offline",
      verdict: "fail",
      data: { done: 1 },
    });
  },
);

test("blocks that are offline already are left alone, and the next is taken", () => {
  const { trial, outcome, attempts } = taking(["offline", "online_movable"]);
  expect(outcome).toMatchObject({ done: true, errno: null });
  expect(attempts().filter(({ kind }) => kind === "offline").length).toBe(1);
  expect(trial.blocksOf("d1")).toEqual([]);
  expect(trial.kernel.hotplugLock).toBe(null);
  expect(audit(trial.kernel)).toEqual([]);
});

test("between one block and the next the script makes another system call", () => {
  const { attempts } = taking(["online_movable", "online_movable"]);
  const [first, second] = attempts().filter(({ kind }) => kind === "offline");
  expect((second?.startedAt ?? 0) - (first?.endedAt ?? 0)).toBe(Cost.call);
});
