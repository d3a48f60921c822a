import { beforeEach, expect, test } from "vitest";
import { EJECTING } from "../client/sample-records.ts";
import { createFakePlayground, type FakePlayground } from "../client/sample-world.ts";
import type { ActionContext } from "./action.ts";
import { ACTIONS, findAction } from "./actions.ts";
import { actionFor, isShortcut, type Press } from "./shortcuts.ts";
import type { StageView } from "./stage-control.ts";
import type { TerminalPlace } from "./terminal-place.ts";
import { fasterThan, SPEEDS, slowerThan } from "../views/time/speeds.ts";

let playground: FakePlayground;
let opened: string[];
let context: ActionContext;
let places: TerminalPlace[];
let shown: StageView[];

beforeEach(() => {
  playground = createFakePlayground();
  opened = [];
  places = [];
  shown = [];
  context = {
    playground,
    runningSpeed: 1 / 16,
    theme: "auto",
    setTheme: () => {},
    terminal: {
      place: "closed",
      usualPlace: "drawer",
      height: 30,
      screenReader: false,
      setPlace: (place) => places.push(place),
      setHeight: () => {},
      texts: () => [],
      provideTexts: () => {},
      setScreenReader: () => {},
    },
    stage: { view: "physical", show: (view) => shown.push(view), full: false, setFull: () => {} },
    open: (dialog) => opened.push(dialog),
  };
});

const perform = (id: string) => findAction(id).perform(context);
const press = (key: string, modifiers: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
});

test("ids and shortcuts are used once", () => {
  const shortcuts = ACTIONS.flatMap(({ shortcut }) => shortcut ?? []);
  expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length);
  expect(new Set(shortcuts).size).toBe(shortcuts.length);
});

test("running goes back to the speed before the pause", () => {
  playground.setSpeed(1 / 16);
  perform("run");
  expect(playground.store.getState().speed).toBe(0);
  perform("run");
  expect(playground.store.getState().speed).toBe(1 / 16);
});

test("slower and faster go step by step and stop at the ends", () => {
  expect(slowerThan(1)).toBe(1 / 4);
  expect(fasterThan(1 / 4)).toBe(1);
  expect(fasterThan(1)).toBe(1);
  expect(slowerThan(SPEEDS.at(-1) ?? 0)).toBe(SPEEDS.at(-1));
  expect(slowerThan(0.1)).toBe(1 / 16);
  perform("slower");
  expect(playground.speeds).toEqual([1 / 64]);
});

test("another kernel boots in the partition that is looked at, and stays when the scenario is started again", () => {
  const kernel = Object.values(playground.store.getState().records.partition)[0]?.kernel;
  expect(findAction(`kernel-${kernel}`).enabled(context)).toBe(false);
  perform("kernel-3.9");
  expect(playground.store.getState().kernels).toEqual({ A: "3.9" });
  perform("reset");
  expect(playground.store.getState().kernels).toEqual({ A: "3.9" });
  perform("load-device-busy");
  expect(playground.store.getState().kernels).toEqual({});
});

test("cancel signals what was asked for, and is there only while it runs", () => {
  expect(findAction("cancel").enabled(context)).toBe(true);
  perform("cancel");
  expect(playground.sent).toEqual([{ do: "signal", op: Number(EJECTING) }]);
  for (const [key, attempt] of Object.entries(playground.store.getState().records.attempt))
    playground.setRecord("attempt", key, { ...attempt, result: "ok" });
  expect(findAction("cancel").enabled(context)).toBe(false);
});

test("reset and the scenarios load", () => {
  perform("reset");
  perform("load-device-busy");
  expect(playground.loaded).toEqual(["busy-server", "device-busy"]);
});

test("keys stand for actions", () => {
  expect(actionFor(press("?", { shiftKey: true }), true)?.id).toBe("help");
  expect(actionFor(press("p"), true)?.id).toBe("run");
  expect(actionFor(press("P", { shiftKey: true }), true)?.id).toBe("projector");
  expect(actionFor(press("T", { shiftKey: true }), true)).toBeUndefined();
  expect(actionFor(press("R", { shiftKey: true }), true)?.id).toBe("reset");
  expect(actionFor(press("r"), true)?.id).toBe("culprit");
  expect(actionFor(press("z", { ctrlKey: true }), false)?.id).toBe("undo");
  expect(actionFor(press("Z", { ctrlKey: true, shiftKey: true }), false)?.id).toBe("redo");
  expect(actionFor(press("k", { metaKey: true }), true)?.id).toBe("palette");
  expect(actionFor(press("p", { ctrlKey: true }), true)).toBeUndefined();
});

test("time has keys: an event back and on, a bookmark, the next bookmark, the present", () => {
  expect(actionFor(press("<", { shiftKey: true }), true)?.id).toBe("event-back");
  expect(actionFor(press(">", { shiftKey: true }), true)?.id).toBe("event-on");
  expect(actionFor(press("b"), true)?.id).toBe("bookmark");
  expect(actionFor(press("b", { ctrlKey: true }), true)?.id).toBe("next-bookmark");
  expect(actionFor(press("e"), true)?.id).toBe("present");
});

test("with plain keys off only those with Ctrl are left", () => {
  expect(actionFor(press("p"), false)).toBeUndefined();
  expect(actionFor(press("k", { ctrlKey: true }), false)?.id).toBe("palette");
});

test("a sign is read whatever Shift says", () => {
  expect(isShortcut("?", press("?", { shiftKey: true }))).toBe(true);
  expect(isShortcut(",", press(","))).toBe(true);
  expect(isShortcut(",", press(",", { altKey: true }))).toBe(false);
});
