/**
 * The page in Japanese: nothing English is left in any view, menu or dialog, nothing is cut, axe finds nothing. What Linux writes,
 * what is typed and names are the same in every language.
 */
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, type PlaygroundPage, test } from "./support/playground.ts";
import { cut, unread } from "./support/reading.ts";

const READ_IN_ENGLISH = "Read in English (英語で読む)";

test.use({ locale: "ja-JP" });

/** Looks at the page as it is now. */
async function look(page: Page, playground: PlaygroundPage, state: string): Promise<void> {
  await playground.idle();
  const said = (await unread(page)).filter(({ text }) => text !== READ_IN_ENGLISH);
  expect.soft(said, `${state}: English`).toEqual([]);
  expect.soft(await cut(page), `${state}: cut`).toEqual([]);
}

const box = (page: Page): Locator => page.locator("[data-panel=box]");
const dimm = (page: Page, name: string): Locator =>
  box(page).getByRole("button", { name: new RegExp(`^DIMM ${name}、`) });

test("the box, its menus, every view, answers and dialogs", async ({ page, playground }) => {
  // Each state is read whole; a busy computer needs its time.
  test.setTimeout(600_000);
  await playground.open();
  await look(page, playground, "welcome");
  await dimm(page, "d3").focus();
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menu")).toBeVisible();
  await look(page, playground, "menu of a DIMM");
  await page.keyboard.press("Escape");
  await dimm(page, "d3").focus();
  await page.keyboard.press("m");
  await look(page, playground, "a DIMM is carried");
  await page.keyboard.press("Escape");

  await page.evaluate(() => window.__playground?.setSpeed(8));
  for (const [name, place] of [
    ["d1", { shelf: true }],
    ["d3", { shelf: true }],
    ["d6", { slot: "A/1/2" }],
  ] as const) {
    await playground.send({ do: "move", dimm: name, to: place });
    await look(page, playground, `${name} was moved`);
  }

  const tabs = page.getByRole("tablist", { name: "大きいパネルに表示するもの" }).getByRole("tab");
  await expect(tabs).toHaveCount(7);
  for (let i = 0; i < 7; i++) {
    await tabs.nth(i).click();
    await expect(page.locator("#panel-memory h2, #panel-memory [role=status]").first()).toBeAttached();
    await look(page, playground, `view ${i + 1}`);
  }
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await look(page, playground, "all actions");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByRole("heading", { level: 3 }).first()).toBeVisible();
  await look(page, playground, "help");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+`");
  await expect(page.locator(".xterm-rows").first()).toContainText(/[#$]\s*$/);
  await look(page, playground, "terminal");
  await expectAccessible(page);
  await page.locator("header select").nth(1).selectOption("3.9");
  await expect(page.locator("[popover] table").first()).toBeVisible();
  await look(page, playground, "another kernel");
});
