import { beforeEach, expect, test } from "vitest";
import { sample } from "./sample-records.ts";
import { Pacer } from "./pacer.ts";
import { FakePlayground } from "./sample-world.ts";

const BROKEN = { why: "stopped", said: "it broke" } as const;

let playground: FakePlayground;
let pacer: Pacer;

beforeEach(() => {
  playground = new FakePlayground();
  pacer = new Pacer(playground);
  pacer.start();
});

const parts = (...turns: number[]) =>
  turns.map((turn) => {
    const follower = pacer.follow(turn);
    const leave = follower.join();
    return { leave, now: () => follower.store.getState().now, state: () => follower.store.getState() };
  });
/** Time passes on the machine, without a display frame. */
const pass = (now: number) => playground.store.setState({ now });
const frame = () => playground.frame();

test("what changes reaches one part in a display frame, in the order of their turns", () => {
  const [late, early, middle] = parts(3, 1, 2);
  pass(7e9);
  const seen = () => [early, middle, late].map((part) => part?.now() === 7e9);
  expect(seen()).toEqual([false, false, false]);
  frame();
  expect(seen()).toEqual([true, false, false]);
  frame();
  expect(seen()).toEqual([true, true, false]);
  frame();
  expect(seen()).toEqual([true, true, true]);
});

test("news that comes meanwhile starves nobody, and each part gets the newest", () => {
  const [first, second] = parts(1, 2);
  pass(7e9);
  frame();
  pass(8e9);
  frame();
  expect([first?.now(), second?.now()]).toEqual([7e9, 8e9]);
  frame();
  expect([first?.now(), second?.now()]).toEqual([8e9, 8e9]);
});

test("a frame that takes in what came renders nothing else, unless the one before it did so, too", () => {
  const [first, second] = parts(1, 2);
  pass(7e9);
  playground.frame({ news: true });
  expect([first?.now(), second?.now()]).toEqual([sample.now, sample.now]);
  pass(8e9);
  playground.frame({ news: true });
  expect([first?.now(), second?.now()]).toEqual([8e9, sample.now]);
  pass(9e9);
  playground.frame({ news: true });
  frame();
  expect([first?.now(), second?.now()]).toEqual([8e9, 9e9]);
});

test("parts take every second frame while pages are painted in every one", () => {
  const [first, second] = parts(1, 2);
  const panels: boolean[] = [];
  playground.onFrame(({ panel }) => panels.push(panel));
  pass(7e9);
  for (let i = 0; i < 5; i++) playground.frame({ pagesChanged: true });
  expect(panels).toEqual([false, true, false, true, false]);
  expect([first?.now(), second?.now()]).toEqual([7e9, 7e9]);
});

test("what is selected is so everywhere at once, and records keep their turns", () => {
  const [first, second] = parts(1, 2);
  pass(7e9);
  playground.select({ dimm: "d3" });
  expect([first, second].map((part) => part?.state().selection.dimm)).toEqual(["d3", "d3"]);
  expect([first?.now(), second?.now()]).toEqual([sample.now, sample.now]);
  frame();
  expect([first?.now(), second?.now()]).toEqual([7e9, sample.now]);
});

test("what is selected no more since it is gone comes with the records of each part, in its turn", () => {
  const [first, second] = parts(1, 2);
  const { block, ...rest } = playground.store.getState().selection;
  playground.store.setState(({ records }) => ({ records: { ...records }, selection: { ...rest, block: null } }));
  const seen = () => [first, second].map((part) => part?.state().selection.block);
  expect(seen()).toEqual([block, block]);
  frame();
  expect(seen()).toEqual([null, block]);
  frame();
  expect(seen()).toEqual([null, null]);
});

test("canvases are told of a frame in which parts render what they were given at once", () => {
  parts(1, 2);
  const panels: boolean[] = [];
  playground.onFrame(({ panel }) => panels.push(panel));
  playground.select({ dimm: "d3" });
  frame();
  frame();
  expect(panels).toEqual([true, false]);
});

test("another scenario, a fault, a speed: all parts have everything at once", () => {
  const [first, second] = parts(1, 2);
  pass(7e9);
  playground.store.setState({ status: "fault", fault: BROKEN });
  for (const part of [first, second]) expect(part?.state()).toMatchObject({ now: 7e9, fault: BROKEN });
  pass(8e9);
  frame();
  expect([first?.now(), second?.now()]).toEqual([8e9, 7e9]);
});

test("frames are asked for until all have had their turn, and no longer", () => {
  parts(1, 2, 3);
  const frames = playground.framesAskedFor;
  pass(7e9);
  expect(playground.framesAskedFor).toBe(frames + 1);
  frame();
  frame();
  expect(playground.framesAskedFor).toBe(frames + 3);
  frame();
  expect(playground.framesAskedFor).toBe(frames + 3);
});

test("a part that left is not waited for, and one that comes has the present state", () => {
  const [gone] = parts(1);
  pass(7e9);
  gone?.leave();
  const [comes] = parts(2);
  expect(comes?.now()).toBe(7e9);
  pass(8e9);
  frame();
  expect(gone?.now()).not.toBe(8e9);
  expect(comes?.now()).toBe(8e9);
});

test("what a view looks at comes in its turn; the first picture of another does not wait", () => {
  const [first, second] = parts(1, 2);
  const look = (of: "running" | "scale", at: number) =>
    playground.store.setState({ looked: { at, look: { of, partition: "A" } as never } });
  const seen = () => [first, second].map((part) => part?.state().looked?.at);
  look("running", 1);
  expect(seen()).toEqual([1, 1]);
  look("running", 2);
  expect(seen()).toEqual([1, 1]);
  frame();
  frame();
  expect(seen()).toEqual([2, 2]);
  look("scale", 3);
  expect(seen()).toEqual([3, 3]);
});

test("a machine that has just come is for the first part at once, for the others in their turns", () => {
  const [first, second] = parts(1, 2);
  playground.store.setState({ status: "starting" });
  playground.store.setState({ status: "running", scenario: "another" });
  const seen = () => [first, second].map((part) => part?.state().scenario);
  expect(seen()).toEqual(["another", "busy-server"]);
  frame();
  expect(seen()).toEqual(["another", "another"]);
});

test("a second half has what the first was given, in the turn after it, before any other part", () => {
  const [other] = parts(2);
  const first = pacer.follow(1);
  first.join();
  const half = pacer.follow(first.store);
  const leave = half.join();
  const seen = () => [first.store, half.store].map((store) => store.getState().now).concat(other?.now() ?? 0);
  pass(7e9);
  frame();
  expect(seen()).toEqual([7e9, sample.now, sample.now]);
  // What comes meanwhile is of another instant.
  pass(8e9);
  frame();
  expect(seen()).toEqual([7e9, 7e9, sample.now]);
  frame();
  expect(seen()).toEqual([7e9, 7e9, 8e9]);
  frame();
  expect(seen()).toEqual([8e9, 7e9, 8e9]);
  const frames = playground.framesAskedFor;
  frame();
  expect(seen()).toEqual([8e9, 8e9, 8e9]);
  // Nobody waits any more.
  expect(playground.framesAskedFor).toBe(frames);

  // What all have at once it has, too; and once it has left the first is one part.
  pass(9e9);
  playground.store.setState({ speed: 4 });
  expect(seen()).toEqual([9e9, 9e9, 9e9]);
  leave();
  pass(10e9);
  for (let i = 0; i < 3; i++) frame();
  expect(seen()).toEqual([10e9, 9e9, 10e9]);
});

test("another machine's first picture comes in halves, too; and what is no part has none", () => {
  const first = pacer.follow(0);
  first.join();
  const half = pacer.follow(first.store);
  half.join();
  playground.store.setState({ status: "starting" });
  playground.store.setState({ status: "running", now: 3e9 });
  expect([first, half].map(({ store }) => store.getState().now)).toEqual([3e9, sample.now]);
  frame();
  expect(half.store.getState().now).toBe(3e9);
  const whole = pacer.follow(playground.store);
  whole.join()();
  expect(whole.store).toBe(playground.store);
});
