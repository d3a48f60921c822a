import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Place } from "../../engine/time/commands.ts";
import { type Foresight, NOTHING_FORESEEN } from "../../protocol/messages.ts";
import { createOracle, foreseen } from "./oracle.ts";

const answer: Foresight = { ...NOTHING_FORESEEN, outlook: "leaves", pagesToMove: 1 };
const foresee = vi.fn(async (_dimm: string, _to: Place) => answer);

describe("foresight", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    foresee.mockClear();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is asked where the person rests, not on the way there", async () => {
    const oracle = createOracle(foresee);
    const then = vi.fn();
    oracle.ask("d1", "A/0/1", then);
    await vi.advanceTimersByTimeAsync(40);
    oracle.ask("d1", "A/0/2", then);
    await vi.advanceTimersByTimeAsync(200);
    expect(foresee.mock.calls).toEqual([["d1", { slot: "A/0/2" }]]);
    expect(then).toHaveBeenCalledTimes(1);
    expect(foreseen(oracle.store.getState(), "d1", "A/0/2")).toBe(answer);
  });

  it("is remembered for a while, then asked again", async () => {
    const oracle = createOracle(foresee);
    oracle.ask("d1", "shelf", () => {});
    await vi.advanceTimersByTimeAsync(200);
    oracle.ask("d1", "shelf", () => {});
    await vi.advanceTimersByTimeAsync(200);
    expect(foresee).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(3000);
    oracle.ask("d1", "shelf", () => {});
    await vi.advanceTimersByTimeAsync(200);
    expect(foresee).toHaveBeenCalledTimes(2);
  });

  it("asks a list one at a time, and stops when told", async () => {
    let release: (value: Foresight) => void = () => {};
    const slow = vi.fn((_dimm: string, _to: Place) => new Promise<Foresight>((resolve) => (release = resolve)));
    const oracle = createOracle(slow);
    oracle.askAll("d1", ["A/0/1", "A/0/2", "shelf"]);
    await vi.advanceTimersByTimeAsync(10);
    expect(slow).toHaveBeenCalledTimes(1);
    release(answer);
    await vi.advanceTimersByTimeAsync(10);
    expect(slow).toHaveBeenCalledTimes(2);
    oracle.stop();
    release(answer);
    await vi.advanceTimersByTimeAsync(10);
    expect(slow).toHaveBeenCalledTimes(2);
  });

  it("is forgotten when the DIMM moved", async () => {
    const oracle = createOracle(foresee);
    oracle.askAll("d1", ["shelf"]);
    await vi.advanceTimersByTimeAsync(10);
    oracle.forget("d1");
    expect(foreseen(oracle.store.getState(), "d1", "shelf")).toBeUndefined();
  });
});
