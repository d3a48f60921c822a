import { expect, test } from "vitest";
import { type Desk, onOneScreen, toOtherScreen } from "./other-screen.ts";

const laptop = { availLeft: 0, availTop: 25, availWidth: 1440, availHeight: 875 };
const projector = { availLeft: 1440, availTop: 0, availWidth: 1920, availHeight: 1080 };
const desk = (isExtended: boolean, getScreenDetails?: Desk["getScreenDetails"]): Desk => ({
  screen: { isExtended },
  ...(getScreenDetails && { getScreenDetails }),
});
function windowThere() {
  const done: [string, number, number][] = [];
  return {
    done,
    moveTo: (x: number, y: number) => void done.push(["move", x, y]),
    resizeTo: (x: number, y: number) => void done.push(["size", x, y]),
  };
}

test("the second window has all of the screen that the first is not on", async () => {
  for (const [currentScreen, other] of [
    [laptop, projector],
    [projector, laptop],
  ] as const) {
    const opened = windowThere();
    const screens = async () => ({ screens: [laptop, projector], currentScreen });
    expect(await toOtherScreen(opened, desk(true, screens))).toBe(true);
    expect(opened.done).toEqual([
      ["move", other.availLeft, other.availTop],
      ["size", other.availWidth, other.availHeight],
    ]);
  }
});

test("it stays where it is where there is one screen, nobody is asked then, and where nothing may be known", async () => {
  const opened = windowThere();
  expect(
    await toOtherScreen(
      opened,
      desk(false, () => expect.fail("asked")),
    ),
  ).toBe(false);
  expect(await toOtherScreen(opened, desk(true))).toBe(false);
  expect(
    await toOtherScreen(
      opened,
      desk(true, () => Promise.reject(new Error("denied"))),
    ),
  ).toBe(false);
  expect(
    await toOtherScreen(
      opened,
      desk(true, async () => ({ screens: [laptop], currentScreen: laptop })),
    ),
  ).toBe(false);
  expect(
    await toOtherScreen(
      null,
      desk(true, () => expect.fail("asked")),
    ),
  ).toBe(false);
  expect(opened.done).toEqual([]);
});

test("one screen is one only where the browser says so", () => {
  expect(onOneScreen(desk(false))).toBe(true);
  expect(onOneScreen(desk(true))).toBe(false);
  expect(onOneScreen({ screen: {} })).toBe(false);
});
