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

test("a lesson is written: goal by selection, solution by doing it, tried at once, previewed and opened from a link", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./?scenario=busy-server#write" });
  const column = page.locator("#panel-lesson");
  await expect(column.getByRole("heading", { name: "Write a lesson" })).toBeVisible();
  await expect(column.getByRole("region", { name: "Goals" })).toContainText("goal: expected at least one goal");
  await page.evaluate(() => window.__playground?.select({ dimm: "d3" }));
  await column.getByRole("combobox", { name: "What must be true" }).selectOption({ label: "d3 is on the shelf" });
  await column.getByRole("region", { name: "Goals" }).getByRole("button", { name: "Add" }).click();
  await expect(column.getByRole("region", { name: "Solutions" })).toContainText("expected at least one solution");
  await column.getByRole("button", { name: "Record: do it on the right" }).click();
  await playground.idle();
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await column.getByRole("button", { name: "Stop, and keep one move" }).click();
  await expect(column.getByRole("textbox", { name: /^Solution 1/ })).toHaveValue(/"dimm":"d3"/);
  await expect(column.getByText(/^It holds/)).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await column.getByRole("button", { name: "Copy a link" }).click();
  await expect(column.getByText("Copied. The whole lesson is in the link.")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await column.getByRole("button", { name: "Preview" }).click();
  await expect(column.getByRole("heading", { name: "A lesson of mine", level: 2 })).toBeVisible();
  await column.getByRole("button", { name: "a screen reader’s text" }).click();
  await expect(column.getByRole("list", { name: "What a screen reader says of it" })).toContainText(
    "heading 2: A lesson of mine",
  );
  await page.goto("about:blank");
  await page.goto(link);
  await expect(column.getByRole("listitem").filter({ hasText: "d3 is on the shelf" })).toContainText("not yet");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("by touch: nothing is wider than the page, and what is tapped is large enough", async ({ page, playground }) => {
    await playground.open({ at: "./#predict=which-stays/2/3" });
    await answers(page).first().tap();
    await page.getByRole("button", { name: "See what the machine does" }).tap();
    await expect(over(page).getByText(/^You said: memory\d+\./)).toBeVisible();
    const refused = Object.values((await playground.state()).records.attempt).filter(({ errno }) => errno !== null);
    expect(refused).toHaveLength(1);
    await expect(over(page).getByText(/^You said: /)).toContainText(refused[0]?.target ?? "nothing");
    await expectAccessible(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    const sizes = await over(page)
      .locator("button:visible")
      .evaluateAll((all) => all.map((button) => button.getBoundingClientRect().height));
    for (const size of sizes) expect(size).toBeGreaterThanOrEqual(40);
  });
});
