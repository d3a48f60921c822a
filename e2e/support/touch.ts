/**
 * A finger. Playwright's own touchscreen only taps, so drags go through the DevTools protocol; the browser then makes
 * touch and pointer events of them as of real ones.
 */
import type { Locator, Page } from "@playwright/test";

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** The middle of an element, after scrolling it into view. */
export async function middleOf(target: Locator): Promise<Spot> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error(`${target} is not on the page`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/**
 * Puts a finger down at `from`, moves it to `to` in steps with a display frame each, and lifts it. `onTheWay` runs
 * before it is lifted, so that a spec can look at what a drag shows.
 */
export async function dragByTouch(
  page: Page,
  from: Spot,
  to: Spot,
  { steps = 12, onTheWay }: { steps?: number; onTheWay?: () => Promise<void> } = {},
): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const send = (type: "touchStart" | "touchMove" | "touchEnd", spots: Spot[]) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: spots.map(({ x, y }) => ({ x, y, id: 1 })) });
  await send("touchStart", [from]);
  for (let step = 1; step <= steps; step++) {
    const share = step / steps;
    await send("touchMove", [{ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }]);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  await onTheWay?.();
  await send("touchEnd", []);
  await session.detach();
}
