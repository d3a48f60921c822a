/** Two futures made from the time bar: forked, named, both kept, compared; by mouse, by keys, and by finger on a phone. */
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test, type PlaygroundPage } from "./support/playground.ts";

const bar = (page: Page) => page.locator("footer");
const lanes = (page: Page) => page.getByRole("region", { name: "Lanes of time" });
const list = (page: Page) => page.getByRole("region", { name: "What happened" });
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

const name = async (field: Locator, text: string): Promise<void> => {
  await field.fill(text);
  await field.press("Enter");
};

test("by mouse: forked where it was refused, both named and kept, compared, played, one taken up", async ({
  page,
  playground,
}) => {
  await refused(page, playground);
  const forkAtTheBeginning = async () => {
    // With a fork more, the lanes are elsewhere.
    const pane = await lanes(page).getByRole("list", { name: "Web server" }).boundingBox();
    if (!pane) throw new Error("no lanes");
    await page.mouse.click(pane.x + 3, pane.y + pane.height / 2);
    await expect.poll(() => cursor(playground)).not.toBeNull();
    await page.getByRole("button", { name: "Fork here" }).click();
    await expect.poll(() => cursor(playground)).toBeNull();
  };
  await forkAtTheBeginning();
  await playground.send({ do: "move", dimm: "d6", to: { slot: "A/1/2" } });
  await playground.idle();
  await forkAtTheBeginning();
  await page.getByRole("button", { name: "List", exact: true }).click();
  const fork = (what: string) =>
    list(page)
      .getByRole("row")
      .filter({ hasText: what })
      .filter({ has: page.getByRole("textbox") })
      .last();
  await name(fork("d3").getByRole("textbox"), "d3 pulled");
  await name(fork("d6").getByRole("textbox"), "d6 put in");
  await expectAccessible(page, "footer");
  await list(page).getByRole("button", { name: "Go on with d6 put in" }).click();
  await expect.poll(async () => (await playground.state()).records.dimm.d6?.slot).toBe("A/1/2");
  await page.getByRole("button", { name: "List", exact: true }).click();
  await list(page).getByRole("button", { name: "Compare d3 pulled with the present" }).click();
  await expect(panel(page).getByRole("button", { name: "Keep this one: d3 pulled" })).toBeEnabled({ timeout: 60_000 });
  await expectNumbersAtBothPlaces(page);
  await expect(panel(page).getByText(/d3 stayed: EBUSY/)).toBeVisible();
  // Both play from their beginning to their end, and stand there.
  const axis = panel(page).getByRole("slider", { name: "Time" });
  await panel(page)
    .getByRole("button", { name: /^Play both/ })
    .click();
  await expect(panel(page).getByRole("button", { name: /^Pause both/ })).toBeVisible();
  await expect(panel(page).getByRole("button", { name: /^Play both/ })).toBeVisible({ timeout: 30_000 });
  expect(await axis.getAttribute("aria-valuenow")).toBe(await axis.getAttribute("aria-valuemax"));
  await expectAccessible(page, "[data-panel=memory]");
  await panel(page).getByRole("button", { name: "Keep this one: d3 pulled" }).click();
  await expect.poll(async () => (await playground.state()).records.dimm.d6?.slot ?? null).toBeNull();
  await expect(lanes(page).getByRole("button", { name: "d6 put in" })).toBeAttached();
  expect(await playground.audit()).toEqual([]);
});

test("by keys: there, forked, compared by what can be, and back", async ({ page, playground }) => {
  await refused(page, playground);
  await bar(page).getByRole("slider").first().press("Home");
  await expect.poll(() => cursor(playground)).not.toBeNull();
  await page.keyboard.press("k");
  await expect.poll(() => cursor(playground)).toBeNull();
  await page.getByRole("tab", { name: "Compare" }).press("Enter");
  await expect(panel(page).getByRole("region", { name: "Ready to compare" }).getByRole("button")).toHaveCount(5);
  await expectAccessible(page, "[data-panel=memory]");
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

test.describe("by finger", () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 844 } });
  test("on a phone: a long press forks, the futures are compared one at a time", async ({ page, playground }) => {
    await refused(page, playground);
    await expectAccessible(page, "footer");
    const pane = await lanes(page).getByRole("list", { name: "Web server" }).boundingBox();
    if (!pane) throw new Error("no lanes");
    await page.touchscreen.tap(pane.x + 3, pane.y + pane.height / 2);
    await expect.poll(() => cursor(playground)).not.toBeNull();
    await lanes(page).scrollIntoViewIfNeeded();
    const session = await page.context().newCDPSession(page);
    const spot = { x: pane.x + 3, y: pane.y + pane.height / 2, id: 1 };
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [spot] });
    const held = page.getByRole("menu", { name: /^Here/ });
    await expect(held).toBeVisible();
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    // What it covers is not pressed meanwhile.
    await expectAccessible(page, "[role=menu]");
    await held.getByRole("menuitem", { name: "Fork here" }).tap();
    await expect.poll(() => cursor(playground)).toBeNull();
    await expect(lanes(page).getByRole("button", { name: "Fork 1" })).toBeAttached();
    await page.getByRole("button", { name: "List", exact: true }).tap();
    await list(page).getByRole("button", { name: "Compare Fork 1 with the present" }).tap();
    await expect(panel(page).getByRole("button", { name: "Keep this one: Fork 1" })).toBeEnabled({ timeout: 60_000 });
    await expectNumbersAtBothPlaces(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await expectAccessible(page, "[data-panel=memory]");
  });
});
