/** Two futures made from the time bar: forked and compared, by keys. */
import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test, type PlaygroundPage } from "./support/playground.ts";

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
