import { describe, expect, it } from "vitest";
import { sampleRecords } from "../../client/sample-records.ts";
import { createFloorSelector, liftObstacle, placeObstacle, readFloor, SHELF, targetsOf } from "./floor.ts";

describe("the floor", () => {
  it("lists the slots in reading order and the spare DIMMs", () => {
    const floor = readFloor(sampleRecords());
    expect(floor.slots.map((slot) => slot.key)).toEqual([
      "A/0/0",
      "A/0/1",
      "A/0/2",
      "A/1/0",
      "A/1/1",
      "A/1/2",
      "B/0/0",
      "B/0/1",
      "B/0/2",
    ]);
    expect(floor.shelf).toEqual(["d6", "d7", "d8"]);
  });

  it("offers the free slots of every partition, and the shelf to what is not on it", () => {
    const floor = readFloor(sampleRecords());
    expect(targetsOf(floor, "d1")).toEqual(["A/1/2", "B/0/1", "B/0/2", SHELF]);
    expect(targetsOf(floor, "d6")).toEqual(["A/1/2", "B/0/1", "B/0/2"]);
  });

  it("knows why not", () => {
    const floor = readFloor(sampleRecords());
    expect(placeObstacle(floor, "d1", "A/0/0")).toBe("already-there");
    expect(placeObstacle(floor, "d1", "A/0/1")).toBe("occupied");
    expect(placeObstacle(floor, "d1", "A/0/2")).toBe("reserved");
    expect(liftObstacle(floor, "d4")).toBe("being-emptied");
    expect(liftObstacle(floor, "nobody")).toBe("unknown");
  });

  it("lists slots that belong to no node", () => {
    const records = sampleRecords();
    const shared = { key: "A/s/0", node: null, partition: "A", index: 0, device: "", dimm: null };
    const floor = readFloor({ ...records, slot: { ...records.slot, [shared.key]: shared } });
    expect(floor.partitions[0]?.sharedSlots).toEqual(["A/s/0"]);
    expect(targetsOf(floor, "d6")).toContain("A/s/0");
  });

  it("is the same object while a DIMM is emptied, and another when one moves", () => {
    const records = sampleRecords();
    const select = createFloorSelector();
    const before = select(records);
    const d4 = records.dimm.d4;
    if (!d4) throw new Error("the sample box has d4");
    expect(select({ ...records, dimm: { ...records.dimm, d4: { ...d4, usedPages: d4.usedPages - 1000 } } })).toBe(
      before,
    );
    const after = select({ ...records, dimm: { ...records.dimm, d4: { ...d4, slot: "A/0/2", phase: "in-use" } } });
    expect(after).not.toBe(before);
    expect(after.dimms.get("d4")?.place).toBe("A/0/2");
  });
});
