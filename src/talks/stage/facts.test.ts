/** What the stage reads off records: held to what /proc and the chassis of a machine say. */
import { expect, test } from "vitest";
import { Rehearsal } from "../../author/talk-rehearsal.ts";
import { talk2013 } from "../built-in/talk-2013.ts";
import { bytesOf, partsOf, phaseOf, refusalOf } from "./facts.ts";

const GIB = 2 ** 30;

async function after(id: string, cue: number) {
  const scene = talk2013.scenes.findIndex((one) => one.id === id);
  const rehearsal = new Rehearsal({ ...talk2013, scenes: talk2013.scenes.slice(scene, scene + 1) });
  await rehearsal.at(0, cue);
  await rehearsal.playground.whenIdle();
  const { records } = rehearsal.playground.store.getState();
  rehearsal.close();
  const node = (key: string) => {
    const { blocks = [], zones = [], slots = [] } = records.node[key] ?? {};
    return {
      blocks: blocks.flatMap((block) => records.block[block] ?? []),
      zones: zones.flatMap((zone) => records.zone[zone] ?? []),
      slots: slots.map((slot) => records.slot[slot]?.dimm ?? null),
    };
  };
  return { records, node };
}

test("a node that firmware marked is Movable throughout, and the other is the kernel's", async () => {
  const { node } = await after("movable-node", 0);
  expect(bytesOf(node("A/1").zones)).toEqual({ kernel: 0, movable: 0.75 * GIB });
  const { kernel, movable } = bytesOf(node("A/0").zones);
  expect(movable).toBe(0);
  // Less what firmware keeps for itself.
  expect(kernel).toBeGreaterThan(0.74 * GIB);
  expect(kernel).toBeLessThan(0.75 * GIB);
  expect(bytesOf([])).toEqual({ kernel: 0, movable: 0 });
});

test("a guest's DIMM is in a slot that no node has", async () => {
  const { node, records } = await after("resize", 1);
  const { blocks, slots } = node("G/0");
  const { soldered, shared } = partsOf(blocks, slots);
  expect(shared).toEqual(["dimm1"]);
  expect(soldered.every(({ dimm }) => dimm === null)).toBe(true);
  expect(soldered.length + blocks.filter(({ dimm }) => dimm === "dimm1").length).toBe(blocks.length);
  expect(partsOf(blocks, ["dimm1"]).shared).toEqual([]);
  const own = blocks.filter(({ dimm }) => dimm === "dimm1");
  expect(phaseOf(records.dimm.dimm1, own)).toEqual({ at: "online", online: own.length });
});

test("a DIMM that was refused says why as long as it is in use", async () => {
  const { records } = await after("one-word", talk2013.scenes.find(({ id }) => id === "one-word")?.cues.length ?? 0);
  const { d1, d2 } = records.dimm;
  if (!d1 || !d2) throw new Error("the machine has no d1 and d2");
  expect(refusalOf(d1, records.attempt[d1.attempt ?? ""])).toBe("EBUSY");
  expect(refusalOf({ ...d1, phase: "ejecting" }, records.attempt[d1.attempt ?? ""])).toBeNull();
  expect(refusalOf(d2, records.attempt[d2.attempt ?? ""])).toBeNull();
  expect(phaseOf(d2, [])).toEqual({ at: "shelf", online: 0 });
});
