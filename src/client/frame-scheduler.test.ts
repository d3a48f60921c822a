import { beforeEach, expect, test } from "vitest";
import { FrameScheduler, type Participant } from "./frame-scheduler.ts";

let callbacks: ((now: number) => void)[];
let marks: string[];
let scheduler: FrameScheduler;

beforeEach(() => {
  callbacks = [];
  marks = [];
  scheduler = new FrameScheduler({
    request: (callback) => callbacks.push(callback),
    mark: (name) => marks.push(name),
  });
});

const display = (now: number) => {
  for (const callback of callbacks.splice(0)) callback(now);
};

const participant = () => {
  const shown: number[] = [];
  const self: { busy: boolean; readonly shown: number[]; show: Participant["show"] } = {
    busy: false,
    shown,
    show: (elapsed) => shown.push(elapsed),
  };
  return self;
};

test("however often it is asked, a participant shows once a display frame", () => {
  const one = participant();
  const other = participant();
  scheduler.add(one);
  scheduler.add(other);
  scheduler.invalidate(one);
  scheduler.invalidate(one);
  expect(callbacks).toHaveLength(1);
  display(100);
  expect(one.shown).toEqual([0]);
  expect(other.shown).toEqual([]);
  expect(callbacks).toHaveLength(0);
  scheduler.invalidate(one);
  display(116);
  expect(one.shown).toEqual([0, 16]);
});

test("idle comes when nobody is busy and nothing waits to be drawn", async () => {
  const one = participant();
  scheduler.add(one);
  one.busy = true;
  let idle = false;
  const waiting = scheduler.whenIdle().then(() => {
    idle = true;
  });
  display(0);
  display(16);
  await Promise.resolve();
  expect(idle).toBe(false);
  one.busy = false;
  scheduler.invalidate(one);
  display(32);
  await waiting;
  expect(one.shown).toHaveLength(1);
});

/** A participant that has something to show in each frame, and whether waiting for it has ended. */
function restless() {
  const one = participant();
  one.show = (elapsed) => {
    one.shown.push(elapsed);
    scheduler.invalidate(one);
  };
  scheduler.add(one);
  scheduler.invalidate(one);
  let idle = false;
  void scheduler.whenIdle().then(() => {
    idle = true;
  });
  return { one, rests: () => idle };
}

test("what goes on moving is waited for, but not for ever", async () => {
  const { one, rests } = restless();
  for (let frame = 0; frame < 50; frame++) display(frame * 16);
  await Promise.resolve();
  expect(rests()).toBe(false);
  for (let frame = 50; frame < 80; frame++) display(frame * 16);
  await Promise.resolve();
  expect(rests()).toBe(true);
  expect(one.shown.length).toBeGreaterThan(60);
});

test("what asks now and then while it moves keeps nobody waiting for ever", async () => {
  const { one, rests } = restless();
  for (let frame = 0; frame < 90; frame++) {
    one.busy = frame % 25 === 0;
    display(frame * 16);
  }
  await Promise.resolve();
  expect(rests()).toBe(true);
});

test("who leaves is neither shown nor waited for", async () => {
  const one = participant();
  const leave = scheduler.add(one);
  one.busy = true;
  scheduler.invalidate(one);
  const waiting = scheduler.whenIdle();
  leave();
  await waiting;
  display(0);
  expect(one.shown).toEqual([]);
});

test("the first usable frame is marked once, when the display has moved on", () => {
  scheduler.markUsable();
  scheduler.markUsable();
  expect(marks).toEqual([]);
  display(0);
  expect(marks).toEqual(["first-usable-frame"]);
});
