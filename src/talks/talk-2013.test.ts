/** The talk of 2013: what its captions say is a claim, and its machines keep it. */
import { expect, test } from "vitest";
import type { PlaygroundState } from "../client/playground.ts";
import { talk2013 } from "./built-in/talk-2013.ts";
import { captionAt, LONGEST_CUE } from "./format.ts";
import { Rehearsal } from "../author/talk-rehearsal.ts";
import { checkTalk } from "./validate.ts";

type Records = PlaygroundState["records"];
const blocks = ({ block }: Records, dimm: string) => Object.values(block).filter((one) => one.dimm === dimm);
const zones = (records: Records, dimm: string) => [...new Set(blocks(records, dimm).map(({ zone }) => zone))];
const kernelBytes = (records: Records, node: string) =>
  Object.values(records.zone)
    .filter(({ key, zone }) => key.startsWith(`${node}/`) && zone !== "Movable")
    .reduce((sum, { present }) => sum + present, 0);
const slotOf = ({ dimm }: Records, id: string) => dimm[id]?.slot;

/** What has to be true where a scene shows a caption. */
const CLAIMS: Readonly<Record<string, (records: Records, outcomes: readonly unknown[]) => void>> = {
  "A simulated machine, page by page": ({ process }) => expect(process).not.toEqual({}),
  "Neither server stops": (records, outcomes) => {
    expect(outcomes).toEqual([null]);
    expect(slotOf(records, "d3")).toBe("B/0/1");
    expect(Object.values(records.process).map(({ comm }) => comm)).toEqual(["postgres", "nginx"]);
  },
  "postgres runs on": (records) => {
    expect([slotOf(records, "d4"), slotOf(records, "d6")]).toEqual([null, "A/1/0"]);
    expect(Object.values(records.process).map(({ comm }) => comm)).toEqual(["postgres"]);
  },
  "By day": (records) => expect(zones(records, "dimm1")).toEqual(["Movable"]),
  "By night": (records) => expect(blocks(records, "dimm1")).toEqual([]),
  "In the slot is not in use": (records) =>
    expect(blocks(records, "d6").map(({ state }) => state)).toEqual(["offline", "offline"]),
  "Now it can be allocated": (records) => expect(zones(records, "d6")).toEqual(["Movable"]),
  "Empty again": (records) => expect(blocks(records, "d6").map(({ state }) => state)).toEqual(["offline", "offline"]),
  "The slot is off": (records) => expect(slotOf(records, "d6")).toBeNull(),
  "Both grow before one byte is usable": (records) => {
    expect(blocks(records, "d7")).toHaveLength(8);
    expect(blocks(records, "d7").every(({ state }) => state === "offline")).toBe(true);
  },
  "What was built is taken down": (records) => expect(blocks(records, "d7")).toEqual([]),
  "Both leave; only one kernel exists": (records, outcomes) => {
    expect(outcomes).toEqual([null, null]);
    expect([slotOf(records, "a1"), slotOf(records, "b1")]).toEqual([null, null]);
    expect(records.partition.A?.kernel).toBe("what-if");
  },
  "The node is free to go": ({ block }) =>
    expect(Object.values(block).filter(({ nodes }) => nodes.includes(1))).toEqual([]),
  "Spread evenly: no node is free of the kernel": (records, outcomes) => {
    expect(outcomes).toEqual(["EBUSY", "EBUSY", "EBUSY"]);
    for (const node of ["A/0", "A/1", "B/0", "B/1", "C/0", "C/1"])
      expect(kernelBytes(records, node)).toBeGreaterThan(0);
  },
  "Node 1 is marked hot-pluggable": (records) => {
    for (const id of ["A", "B"]) expect(kernelBytes(records, `${id}/1`)).toBe(0);
    // Where the bit is not set, the kernel is there.
    for (const id of ["C", "D"]) expect(kernelBytes(records, `${id}/1`)).toBeGreaterThan(0);
  },
  "One word decides": (records, outcomes) => {
    expect(outcomes).toEqual(["EBUSY", null]);
    expect([zones(records, "d1"), slotOf(records, "d2")]).toEqual([["Normal"], null]);
  },
  "Nobody has to type a word any more": (records) =>
    expect(["d1", "d2", "d3"].map((id) => zones(records, id))).toEqual([["Normal"], ["Movable"], ["Movable"]]),
  "Done: the memory map lies on the memory": (records) => {
    // 512 pages of struct pages in each block.
    for (const { kinds } of blocks(records, "d7")) expect(kinds).toContain(512);
  },
  "Not done: vmalloc memory stays": (records, outcomes) => {
    expect(outcomes.at(-1)).toBe("EBUSY");
    expect(slotOf(records, "d7")).toBe("A/1/0");
  },
};

test("the talk of 2013 is a talk of twenty scenes, and within forty minutes", () => {
  expect(checkTalk(structuredClone(talk2013), "talk-2013")).toEqual({ ok: true, value: talk2013 });
  expect(talk2013.scenes).toHaveLength(20);
  expect(talk2013.scenes.reduce((sum, { seconds }) => sum + seconds, 0)).toBeLessThanOrEqual(40 * 60);
});

test("every cue, forward and backward twice, leads to the same machine, keeps what it says, and lasts no longer than an audience waits", async () => {
  const rehearsal = new Rehearsal(talk2013);
  const { player, playground } = rehearsal;
  const kept = new Set<string>();
  for (const [scene, one] of talk2013.scenes.entries()) {
    const hashes: string[] = [];
    for (let cue = 0; cue <= one.cues.length; cue++) {
      const before = rehearsal.time;
      hashes.push(await rehearsal.at(scene, cue));
      if (cue > 0) expect(rehearsal.time - before, `${one.id}, cue ${cue}: real ms`).toBeLessThan(LONGEST_CUE * 1000);
      const caption = one.cues[cue - 1]?.caption;
      if (caption === undefined) continue;
      await playground.whenIdle();
      const outcomes = player.store
        .getState()
        .done.filter((done) => done.cue === cue)
        .map(({ outcome }) => outcome);
      CLAIMS[caption]?.(playground.store.getState().records, outcomes);
      kept.add(caption);
    }
    const way = [...hashes.keys()];
    for (const cue of [...way.toReversed(), ...way, ...way.toReversed()])
      expect(await rehearsal.at(scene, cue), `${one.id}, cue ${cue}`).toBe(hashes[cue]);
  }
  const said = talk2013.scenes.flatMap((scene) => scene.cues.map((_, i) => captionAt(scene, i + 1))).filter(Boolean);
  expect([...kept].sort()).toEqual([...new Set(said)].sort());
  expect(Object.keys(CLAIMS).sort()).toEqual([...kept].sort());
  rehearsal.close();
}, 400_000);

/** One scene, and what is there after a click. */
function sceneOf(name: string) {
  const scene = talk2013.scenes.findIndex(({ id }) => id === name);
  const rehearsal = new Rehearsal({ ...talk2013, scenes: talk2013.scenes.slice(scene, scene + 1) });
  return {
    rehearsal,
    after: async (cue: number): Promise<Records> => {
      await rehearsal.at(0, cue);
      await rehearsal.playground.whenIdle();
      return rehearsal.playground.store.getState().records;
    },
  };
}

test("a DIMM is replaced: it was full, its pages leave, and the service's line stays flat", async () => {
  const { rehearsal, after } = sceneOf("replace");
  const used: number[] = [];
  const programs: number[] = [];
  for (let cue = 0; cue <= 3; cue++) {
    const { dimm, process } = await after(cue);
    used.push(dimm.d4?.usedPages ?? 0);
    programs.push(Object.values(process).reduce((sum, { pages }) => sum + pages, 0));
  }
  expect(used[1]).toBeGreaterThan(0.8 * 65_536);
  expect(used.slice(2)).toEqual([0, 0]);
  const [first = 0] = programs;
  for (const pages of programs) expect(Math.abs(pages / first - 1)).toBeLessThan(0.02);
  rehearsal.close();
}, 60_000);

test("the limitation: one block of two leaves, and not one page of the other, until one goes back to before the dentry", async () => {
  const { rehearsal, after } = sceneOf("limitation");
  // Two copies of one machine: nothing but what the database works with differs.
  const { block: atFirst } = await after(0);
  for (const number of [44, 45]) {
    const [left, right] = ["A", "B"].map((id) => atFirst[`${id}:${number}`]);
    expect(left?.startPfn).toBe(right?.startPfn);
    const differing = left?.kinds.reduce((sum, pages, kind) => sum + Math.abs(pages - (right?.kinds[kind] ?? 0)), 0);
    expect(differing).toBeLessThan(0.01 * 32_768);
  }
  const { block: halfway } = await after(1);
  expect(halfway["A:45"]).toMatchObject({ state: "going-offline" });
  const { block, attempt } = await after(2);
  expect(block["A:45"]).toMatchObject({ state: "offline" });
  const refused = attempt[block["B:44"]?.attempt ?? ""];
  const left = attempt[block["A:45"]?.attempt ?? ""];
  expect(refused).toMatchObject({ errno: "EBUSY", pagesMoved: 0 });
  // The copy that says no does so while the other is still at it.
  expect(refused?.endedAt).toBeLessThan(left?.endedAt ?? 0);
  const allocatedAt = refused?.culprit?.allocatedAt;
  expect((await after(4)).block["B:44"]).toMatchObject({ state: "online" });
  // The step that allocated it is over.
  expect(rehearsal.playground.store.getState().now - (allocatedAt ?? 0)).toBeLessThan(1e6);
  rehearsal.close();
}, 60_000);
