/** Two futures made from the time bar: forked and compared, by keys, by mouse and by finger. */
import type { Locator, Page } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./support/accessibility.ts";
import { expect, test, type PlaygroundPage } from "./support/playground.ts";
import { middleOf } from "./support/touch.ts";

const bar = (page: Page) => page.locator("footer");
const lanes = (page: Page) => page.getByRole("region", { name: "Lanes of time" });
const panel = (page: Page) => page.locator("[data-panel=memory]");
const cursor = async (playground: PlaygroundPage) => (await playground.state()).cursor;

async function refused(page: Page, playground: PlaygroundPage): Promise<void> {
  await playground.open({ scenario: "device-busy" });
  await page.getByRole("button", { name: /^Unfold the time bar/ }).click();
  await expect(lanes(page)).toBeVisible();
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await playground.idle();
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await playground.idle();
}

/** Each difference that is told has its number at both places. */
async function expectNumbersAtBothPlaces(page: Page): Promise<void> {
  const told = panel(page).getByRole("region", { name: "What differs" }).getByRole("listitem");
  await expect(told.first()).toBeVisible({ timeout: 60_000 });
  const many = await told.count();
  for (const side of [0, 1])
    for (let number = 1; number <= many; number++)
      await expect(
        panel(page)
          .locator(`[data-side="${side}"]`)
          .getByRole("img", { name: `Difference ${number}`, exact: true, includeHidden: true })
          .first(),
        `${number} on side ${side}`,
      ).toBeAttached();
}

test("by keys: there, forked, compared by what can be, and back", async ({ page, playground }) => {
  await refused(page, playground);
  await bar(page).getByRole("slider").first().press("Home");
  await expect.poll(() => cursor(playground)).not.toBeNull();
  await page.keyboard.press("k");
  await expect.poll(() => cursor(playground)).toBeNull();
  await page.getByRole("tab", { name: "Compare" }).press("Enter");
  await expect(panel(page).getByRole("region", { name: "Ready to compare" }).getByRole("button")).toHaveCount(5);
  await expectAccessibleInBothThemes(page, "[data-panel=memory]");
  const policy = panel(page).getByRole("button", { name: /^Another policy/ });
  await policy.press("Enter");
  await expect(policy).toHaveAttribute("aria-pressed", "true");
  await panel(page).getByRole("combobox", { name: "The other policy" }).press("Home");
  await panel(page).getByRole("button", { name: "Compare", exact: true }).focus();
  await panel(page)
    .getByRole("button", { name: /^Fork 1/ })
    .press("Enter");
  await expect(panel(page).getByRole("button", { name: "Keep this one: Fork 1" })).toBeEnabled({ timeout: 60_000 });
  await expectNumbersAtBothPlaces(page);
  await panel(page).getByRole("slider", { name: "Time" }).press("Home");
  await page.keyboard.press("]");
  await page.keyboard.press("End");
  await page.keyboard.press("]");
  await expect(panel(page).locator("li[data-chosen=true]").first()).toBeAttached();
});

/** A place on the first lane on which there is no mark, so far from its beginning. */
async function placeOnLanes(page: Page, share: number): Promise<{ x: number; y: number }> {
  const lane = await lanes(page).getByRole("list", { name: "Web server" }).boundingBox();
  if (!lane) throw new Error("no lanes");
  return { x: lane.x + share * lane.width, y: lane.y + lane.height / 2 };
}

/** What forks left comes to beside what runs: d3 stayed in one of them. */
async function expectCompared(page: Page): Promise<void> {
  await expect(panel(page).getByRole("button", { name: "Keep this one: Fork 1" })).toBeEnabled({ timeout: 60_000 });
  await expectNumbersAtBothPlaces(page);
}

test("by mouse: asked at an instant, forked there, compared, scrubbed, and the refused one kept", async ({
  page,
  playground,
}) => {
  // axe goes over the page four times.
  test.slow();
  await refused(page, playground);
  const early = await placeOnLanes(page, 0.03);
  await page.mouse.click(early.x, early.y, { button: "right" });
  const menu = lanes(page).getByRole("menu", { name: /^Here, at/ });
  await expect(menu).toBeVisible();
  await expectAccessibleInBothThemes(page, "footer");
  await menu.getByRole("menuitem", { name: "Fork here" }).click();
  await expect(menu).toBeHidden();
  await expect.poll(() => cursor(playground)).toBeNull();
  expect(Object.values((await playground.state()).records.attempt)).toEqual([]);
  await page.getByRole("tab", { name: "Compare" }).click();
  await panel(page)
    .getByRole("button", { name: /^Fork 1/ })
    .click();
  await expectCompared(page);
  await expectAccessibleInBothThemes(page, "[data-panel=memory]");

  // One axis for both, dragged to its beginning and to its end.
  const slider = panel(page).getByRole("slider", { name: "Time" });
  await slider.scrollIntoViewIfNeeded();
  const axis = await slider.boundingBox();
  if (!axis) throw new Error("no axis");
  const y = axis.y + axis.height / 2;
  await page.mouse.move(axis.x + axis.width / 2, y);
  await page.mouse.down();
  await page.mouse.move(axis.x + 1, y, { steps: 4 });
  const least = Number(await slider.getAttribute("aria-valuemin"));
  const most = Number(await slider.getAttribute("aria-valuemax"));
  const at = async () => (Number(await slider.getAttribute("aria-valuenow")) - least) / (most - least);
  await expect.poll(at).toBeLessThan(0.02);
  await page.mouse.move(axis.x + axis.width - 1, y, { steps: 4 });
  await page.mouse.up();
  await expect.poll(at).toBeGreaterThan(0.98);
  const told = panel(page).getByRole("region", { name: "What differs" }).getByRole("listitem");
  await told.first().getByRole("button").click();
  await expect(told.first()).toHaveAttribute("data-chosen", "true");
  await panel(page).getByRole("button", { name: "Keep this one: Fork 1" }).click();
  await expect
    .poll(async () => Object.values((await playground.state()).records.attempt).map(({ result }) => result))
    .toContain("failed");
  expect(await playground.audit()).toEqual([]);
});

test.describe("by finger", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const menuOf = (page: Page) => lanes(page).getByRole("menu", { name: /^Here, at/ });
  const tap = async (page: Page, target: Locator) => {
    // Not beneath the bars at the lower edge.
    await target.evaluate((element) => element.scrollIntoView({ block: "center" }));
    const { x, y } = await middleOf(target);
    await page.touchscreen.tap(x, y);
  };
  async function hold(page: Page, share: number): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const place = await placeOnLanes(page, share);
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ ...place, id: 1 }] });
    await expect(menuOf(page)).toBeVisible();
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await session.detach();
  }

  test("on a phone: held for a bookmark", async ({ page, playground }) => {
    await refused(page, playground);
    await hold(page, 0.6);
    const menu = menuOf(page);
    for (const item of await menu.getByRole("menuitem").all()) {
      const { x = 0, width = 0, height = 0 } = (await item.boundingBox()) ?? {};
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(390);
    }
    await expectAccessibleInBothThemes(page, "footer");
    await tap(page, menu.getByRole("menuitem", { name: "Bookmark" }));
    await expect(lanes(page).getByRole("button", { name: /^Go to/ })).toHaveCount(1);
    await expect(menu).toBeHidden();
    await expectAccessibleInBothThemes(page, "footer");
  });

  test("on a phone: held for a fork, which is compared, one future at a time", async ({ page, playground }) => {
    await refused(page, playground);
    await hold(page, 0.03);
    await tap(page, menuOf(page).getByRole("menuitem", { name: "Fork here" }));
    await expect.poll(() => cursor(playground)).toBeNull();
    expect(Object.values((await playground.state()).records.attempt)).toEqual([]);
    await tap(page, page.locator("footer").getByRole("button", { name: /^Fold the time bar/ }));
    await page.getByRole("combobox", { name: "What the large panel shows" }).selectOption("compare");
    await tap(page, panel(page).getByRole("button", { name: /^Fork 1/ }));
    await expectCompared(page);
    await expectAccessibleInBothThemes(page, "[data-panel=memory]");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const side = (number: 0 | 1) => panel(page).locator(`[data-side="${number}"]`);
    await expect(side(0)).toBeVisible();
    await expect(side(1)).toBeHidden();
    const other = panel(page).getByRole("group", { name: "Which future is shown" }).getByRole("button").nth(1);
    await other.evaluate((element) => element.scrollIntoView({ block: "center" }));
    const { x, y } = await middleOf(other);
    const scrolled = () => page.locator("main").evaluate((main) => [main.scrollTop, scrollY]);
    const before = await scrolled();
    await page.touchscreen.tap(x, y);
    await expect(side(1)).toBeVisible();
    await expect(side(0)).toBeHidden();
    expect(await scrolled()).toEqual(before);
    await tap(page, panel(page).getByRole("button", { name: "Keep this one: as it is" }));
    await expect(panel(page).getByRole("region", { name: "Ready to compare" })).toBeVisible();
    expect(await playground.audit()).toEqual([]);
  });
});
