/** Predict, then see: what the page says is what its machine does; by mouse and by keys. */
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

/** What lies over the box. */
const over = (page: Page): Locator => page.locator("main:not([inert])");
const answers = (page: Page): Locator => over(page).getByRole("group").getByRole("button");

test("by mouse: what memory is left is predicted, the machine adds the DIMM, and what is said is what it did", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#predict=free-falls/1/3" });
  await expect(page.getByRole("heading", { name: /What becomes of MemFree/ })).toBeVisible();
  await expectAccessible(page);
  const free = async () =>
    Object.values((await playground.state()).records.node).reduce((sum, { freeBytes }) => sum + freeBytes, 0);
  const before = await free();
  await answers(page).first().click();
  await page.getByRole("button", { name: "See what the machine does" }).click();
  const verdict = over(page).getByText(/^You said: /);
  await expect(verdict).toBeVisible();
  await expect(page.getByText("This machine did something else")).toHaveCount(0);
  const change = Math.round(((await free()) - before) / 2 ** 20);
  await expect(verdict).toContainText(change === 0 ? "it stays the same" : `${Math.abs(change)} MiB`);
  expect(await playground.audit()).toEqual([]);
  await page.getByRole("button", { name: "Look round in this machine" }).click();
  await expect(over(page).locator("[data-panel=box]")).toBeVisible();
});

test("by keys alone, on a link that names nothing; the next is another one, and the level is kept", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#predict=which-zone" });
  await expect(page).toHaveURL(/#predict=which-zone\/1\/\d+$/);
  const first = page.url();
  await expect(answers(page).first()).toBeVisible();
  await answers(page).first().focus();
  await page.keyboard.press("2");
  await expect(answers(page).nth(1)).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("s");
  await expect(over(page).getByText(/^You said: /)).toBeVisible();
  const saw = await over(page)
    .getByText(/^You said: /)
    .textContent();
  const block = (
    await over(page)
      .getByText(/^echo online > /)
      .textContent()
  )?.match(/memory(\d+)/)?.[1];
  const zone = (await playground.state()).records.block[`A:${block}`]?.zone;
  expect(saw).toContain(zone);
  await expectAccessible(page);
  await page.keyboard.press("n");
  await expect(page).not.toHaveURL(first);
  await expect(page.getByText(/of 1 right/)).toBeVisible();
});
