/** A simulator that is heard of no more: noticed, and replaced by one that makes the same machine. */
import { describe, expect, test } from "vitest";
import { offline } from "../worker/testing/small-machine.ts";
import { BEAT } from "./heartbeat.ts";
import {
  playground,
  ends,
  opened,
  turns,
  inbox,
  deferred,
  beats,
  state,
  run,
  pass,
  hide,
  answerTo,
} from "./testing/hand-moved-page.ts";

describe("a simulator that does not answer", () => {
  /** Beats at their times, with nothing heard from the simulator in between. */
  const stuck = (count: number, step = BEAT) => {
    for (let i = 0; i < count; i++) {
      pass(step);
      for (const beat of beats) beat();
      inbox.splice(0);
    }
  };

  test("is noticed within two seconds; what was asked is answered; it is replaced by a new start", async () => {
    run(2);
    const answer = playground.send(offline(1));
    inbox.splice(0);
    stuck(Math.floor(2000 / BEAT));
    expect(state()).toMatchObject({ status: "running", silence: { why: "silent", seconds: 1 } });
    expect((await answer).rejection).toMatchObject({ trouble: { why: "unanswered", since: { why: "silent" } } });
    expect((await playground.send(offline(1))).errno).toBe("ENODEV");
    // Another one was on its way; what is started is neither.
    expect(opened).toBe(2);
    playground.load("plain");
    run(3);
    expect(opened).toBe(3);
    expect(state()).toMatchObject({ status: "running", silence: null, replaced: null });
  });

  /** Another simulator comes to where it can take over, and a few frames are shown. */
  const rescued = async () => {
    // However long its code takes to come for the first time.
    await import("../worker/resume.ts");
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setTimeout(resolve));
      run(1);
    }
  };

  test("is replaced by another one that makes the same machine, with all that was shown and nothing that was not", async () => {
    run(2);
    playground.select({ block: "A:1" });
    playground.setSpeed(0.5);
    void playground.send(offline(1));
    run(3);
    const before = state();
    expect(before.records.block).toMatchObject({ "A:1": { state: "offline" }, "A:2": { state: "online" } });
    // Carried out, and never shown.
    const lost = playground.send(offline(2));
    turns.splice(0);
    stuck(4);
    expect((await lost).errno).toBe("ENODEV");
    expect(state().silence).not.toBeNull();
    playground.setSpeed(0);
    // The simulator that hangs hears nothing of that; the next one is told.
    await rescued();
    expect(opened).toBe(2);
    expect(state()).toMatchObject({ status: "running", silence: null, speed: 0, selection: { block: "A:1" } });
    expect(state().replaced).toBe(before.now);
    expect(state().now).toBe(before.now);
    expect(state().records).toEqual(before.records);
    expect(state().log).toEqual(before.log);
    expect((await Promise.race([playground.past(), rescued()])) ?? null).not.toBeNull();
    playground.setSpeed(1);
    run(30);
    expect(state().now).toBeGreaterThan(before.now);
  });

  test("is not replaced for ever: the one that hangs at the same place again is left to a person", async () => {
    run(3);
    stuck(4);
    await rescued();
    expect(state()).toMatchObject({ silence: null, replaced: expect.any(Number) });
    turns.splice(0);
    stuck(5);
    expect(state().silence).not.toBeNull();
    await rescued();
    expect(opened).toBe(2);
    expect(state().silence).not.toBeNull();
  });

  test("and one that ends altogether is replaced as well", async () => {
    run(3);
    const { now } = state();
    ends.fail("out of memory");
    expect(state()).toMatchObject({ status: "running", silence: { why: "cannot-run", said: "out of memory" } });
    await rescued();
    expect(opened).toBe(2);
    expect(state()).toMatchObject({ silence: null, replaced: now });
  });

  test("loses nothing when it was only held, as by a debugger", () => {
    run(2);
    playground.select({ block: "A:1" });
    const first = ends;
    stuck(10);
    expect(state().silence).not.toBeNull();
    first.receive({ type: "pong", ping: 1 });
    expect(state()).toMatchObject({ silence: null, replaced: null });
    answerTo(first);
    run(3);
    // The other one, that was on its way, has gone.
    expect(opened).toBe(2);
    expect(state()).toMatchObject({ status: "running", selection: { block: "A:1" } });
  });

  test("is not suspected while the page is hidden, or was asleep itself", () => {
    run(2);
    hide(true);
    stuck(20);
    hide(false);
    stuck(20, 5000);
    expect(state().silence).toBeNull();
  });

  test("may take long to build a machine, and longer to arrive", () => {
    stuck(500);
    expect(state().silence).toBeNull();
    run(2);
    playground.load("focused");
    for (const callback of deferred.splice(0)) callback();
    stuck(40);
    expect(state()).toMatchObject({ status: "starting", silence: null });
    stuck(40);
    expect(state().silence?.why).toBe("silent");
  });
});
