/** Starts: one scenario after the other, faults of those that were left, and many starts at once. */
import { describe, expect, test } from "vitest";
import { offline } from "../worker/testing/small-machine.ts";
import {
  engine,
  playground,
  ends,
  opened,
  time,
  turns,
  displays,
  inbox,
  told,
  deferred,
  state,
  run,
  pass,
} from "./testing/hand-moved-page.ts";

test("a scenario brings its focus and its speed", () => {
  playground.load("focused");
  run(3);
  expect(state()).toMatchObject({ scenario: "focused", speed: 0.5, selection: { node: "A/0", block: "A:1" } });
  expect(playground.pageMap()?.block).toBe("A:1");
});

test("the box before stays until the new one is there", () => {
  run(2);
  const before = state().records;
  playground.load("focused");
  expect(state()).toMatchObject({ status: "starting", scenario: "focused", records: before });
  run(3);
  expect(state().status).toBe("running");
  expect(state().records.node).not.toBe(before.node);
});

test("frames of the scenario before are not shown", () => {
  run(2);
  const booted = state().log;
  void playground.send(offline(1));
  for (let i = 0; i < 4; i++) {
    pass(4);
    for (const turn of turns.splice(0)) turn();
  }
  playground.load("plain");
  run(3);
  expect(state().records.block["A:1"]?.state).toBe("online");
  expect(state().log).toEqual(booted);
});

describe("a frame of the scenario before is not shown while the next one is built", () => {
  test.each(["before it is chosen", "after it is chosen", "after the simulator was told"])(
    "when it arrives %s",
    (when) => {
      run(3);
      for (const message of inbox.splice(0)) ends.receive(message);
      const before = state();
      const acks = () => told.filter(({ type }) => type === "ack").length;
      const acknowledged = acks();
      void playground.send(offline(1));
      pass(20);
      for (const turn of turns.splice(0)) turn();
      const late = inbox.splice(0);
      expect(late.filter(({ type }) => type === "frame")).toHaveLength(1);
      const arrive = () => {
        for (const message of late) ends.receive(message);
      };
      if (when.startsWith("before")) arrive();
      playground.load("focused");
      if (when === "after the simulator was told") for (const callback of deferred.splice(0)) callback();
      if (when.startsWith("after")) arrive();
      for (const callback of displays.splice(0)) callback(time);
      expect(state().records).toBe(before.records);
      expect(state().now).toBe(before.now);
      expect(state().log).toEqual(before.log);
      expect(acks()).toBe(acknowledged);
      run(3);
      expect(state()).toMatchObject({ status: "running", scenario: "focused", selection: { block: "A:1" } });
    },
  );
});

test("a fault of a scenario that was left is none of the one that came", () => {
  run(2);
  playground.load("focused");
  ends.receive({ type: "fault", run: 1, trouble: { why: "stopped", said: "of the first" }, log: [] });
  run(3);
  expect(state()).toMatchObject({ status: "running", scenario: "focused", fault: null });
});

test("a start that breaks is a fault; the next one gets a new simulator", () => {
  run(2);
  playground.load("focused");
  for (const callback of deferred.splice(0)) callback();
  inbox.splice(0);
  ends.receive({ type: "fault", run: 2, trouble: { why: "stopped", said: "no such machine" }, log: [] });
  run(2);
  expect(state()).toMatchObject({ status: "fault", fault: { why: "stopped", said: "no such machine" } });
  playground.load("plain");
  run(3);
  expect(opened).toBe(2);
  expect(state()).toMatchObject({ status: "running", scenario: "plain" });
});

test("of 200 starts in a row only the last is built", () => {
  run(2);
  const before = told.filter(({ type }) => type === "start").length;
  for (let i = 0; i < 200; i++) playground.load(i % 2 ? "focused" : "plain");
  run(3);
  expect(told.filter(({ type }) => type === "start")).toHaveLength(before + 1);
  expect(state()).toMatchObject({ status: "running", scenario: "focused" });
});

test("what starts are asked for while one is built waits, and only the last is built; commands follow their own start", () => {
  run(2);
  playground.load("focused");
  for (const callback of deferred.splice(0)) callback();
  playground.load("focused");
  playground.load("plain");
  void playground.send(offline(1));
  const starts = () => told.filter(({ type }) => type === "start").length;
  expect(starts()).toBe(2);
  expect(told.at(-1)?.type).not.toBe("command");
  run(4);
  expect(starts()).toBe(3);
  expect(told.findIndex(({ type }) => type === "command")).toBeGreaterThan(
    told.findLastIndex(({ type }) => type === "start"),
  );
  expect(state().scenario).toBe("plain");
  expect(engine.journal.length).toBe(1);
});
