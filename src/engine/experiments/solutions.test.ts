/** What the talk said for and against its two solutions, measured. */
import { describe, expect, test } from "vitest";
import { solutionCosts } from "./solutions.ts";

const DISTANCE = 21;

describe("the same scenario", () => {
  const neither = solutionCosts("neither", DISTANCE);
  const kernelMemory = solutionCosts("offline kernel memory", DISTANCE);
  const movableNode = solutionCosts("movable node", DISTANCE);

  test("without either, the DIMM stays: kernel memory is in it", () => {
    expect(neither.answers).toEqual(["EBUSY", "EBUSY"]);
    expect(neither.stayBehind).toBeGreaterThan(15_000);
    expect(neither.inUse.remote).toBeLessThan(0.02);
  });

  test("moving kernel memory leaves accesses local, but splits the direct mapping, stops all CPUs, and leaves device buffers behind", () => {
    expect(kernelMemory.answers).toEqual(["EBUSY", null]);
    expect(kernelMemory.stayBehind).toBeGreaterThan(500);
    expect(kernelMemory.stayBehind).toBeLessThan(neither.stayBehind / 10);
    expect(kernelMemory.inUse).toEqual(neither.inUse);
    expect(kernelMemory.entriesSplit).toBeGreaterThan(20);
    expect(kernelMemory.tablePages).toBe(kernelMemory.entriesSplit);
    expect(kernelMemory.addressesLent).toBeGreaterThan(10_000);
    expect(kernelMemory.stoppedNs).toBeGreaterThan(1e6);
  });

  test("a movable node empties at the first request and splits nothing, but its kernel memory is remote all the time", () => {
    expect(movableNode.answers).toEqual([null]);
    expect(movableNode).toMatchObject({
      stayBehind: 0,
      entriesSplit: 0,
      addressesLent: 0,
      stoppedNs: 0,
      smallMapped: 0,
    });
    expect(movableNode.inUse.remote).toBeGreaterThan(0.1);
    expect(movableNode.inUse.slowDown).toBeGreaterThan(kernelMemory.inUse.slowDown + 0.1);
  });

  test("the farther the nodes are apart, the slower", () => {
    const slow = [15, 30].map((distance) => solutionCosts("movable node", distance).inUse.slowDown);
    expect(slow[0]).toBeLessThan(movableNode.inUse.slowDown);
    expect(slow[1]).toBeGreaterThan(movableNode.inUse.slowDown);
    expect(movableNode.inUse.slowDown).toBeCloseTo(1 + (movableNode.inUse.remote * (DISTANCE - 10)) / 10, 6);
  });
});
