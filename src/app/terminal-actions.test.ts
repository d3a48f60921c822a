// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { createFakePlayground } from "../client/sample-world.ts";
import type { ActionContext } from "./action.ts";
import { findAction } from "./actions.ts";
import { isShortcut } from "./shortcuts.ts";
import type { TerminalPlace } from "./terminal-place.ts";

let place: TerminalPlace;
let screenReader: boolean;

beforeEach(() => {
  place = "closed";
  screenReader = false;
  document.body.innerHTML = `
    <button id="elsewhere">elsewhere</button>
    <div id="panel-log" tabindex="-1"></div>
    <div id="panel-terminal" tabindex="-1">
      <div role="tabpanel"><div hidden><textarea id="behind"></textarea></div><div><textarea id="front"></textarea></div></div>
    </div>`;
  document.getElementById("elsewhere")?.focus();
});

const perform = (id: string) =>
  findAction(id).perform({
    playground: createFakePlayground(),
    runningSpeed: 1,
    theme: "auto",
    setTheme: () => {},
    open: () => {},
    stage: { view: "physical", show: () => {}, full: false, setFull: () => {} },
    terminal: {
      place,
      usualPlace: "drawer",
      height: 30,
      screenReader,
      setPlace: (to) => {
        place = to;
      },
      setHeight: () => {},
      texts: () => [],
      provideTexts: () => {},
      setScreenReader: (on) => {
        screenReader = on;
      },
    },
  } satisfies ActionContext);
const focused = () => document.activeElement?.id;

test("one key opens the terminal where it was last, ready to type, and gives the focus back when it closes", () => {
  perform("terminal");
  expect([place, focused()]).toEqual(["drawer", "front"]);
  perform("terminal");
  expect([place, focused()]).toEqual(["closed", "elsewhere"]);
});

test("open but without the focus, the same key goes there", () => {
  place = "side";
  perform("terminal");
  expect([place, focused()]).toEqual(["side", "front"]);
});

test("the log comes out of the terminal's shadow, and the terminal opens, when someone goes there", () => {
  place = "side";
  perform("show-log");
  expect([place, focused()]).toEqual(["closed", "panel-log"]);
  perform("show-terminal");
  expect([place, focused()]).toEqual(["drawer", "front"]);
  perform("show-log");
  expect(place).toBe("drawer");
});

test("it moves between the column and the bottom, and its screen reader mode is a setting", () => {
  place = "side";
  perform("terminal-drawer");
  expect(place).toBe("drawer");
  perform("terminal-drawer");
  expect(place).toBe("side");
  perform("terminal-reader");
  expect(screenReader).toBe(true);
});

test("its key works while someone types in it", () => {
  const { shortcut = "" } = findAction("terminal");
  const press = { key: "`", ctrlKey: true, metaKey: false, altKey: false, shiftKey: false };
  expect(isShortcut(shortcut, press)).toBe(true);
});
