/** All of a large machine's memory: by keys from the box to one page and back, and found by what it is. */
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

/** What a person can point at, or a screen reader reads, of drawings and lists: canvases hold the rest. */
const MARKS = "svg *, [role=option], #panel-memory *";

// Eight thousand blocks: what a busy computer needs for them is not what is tested here.
test.slow();

test("16 TiB are gone through by keys, from the box to one page and back", async ({ page, playground }) => {
  await playground.open({ at: "./?scenario=sixteen-nodes" });
  await page.getByRole("tab", { name: "All memory" }).click();
  const view = page.getByRole("region", { name: "All memory", exact: true });
  const trail = view.getByRole("navigation", { name: "Where you are" }).getByRole("listitem");
  await expect(trail.first()).toHaveText("16 TiB");
  const picture = view.getByRole("region", { name: /^All memory, from the box/ });
  await picture.focus();
  await page.keyboard.press("Home");
  await expect(trail).toHaveCount(2);
  for (const [key, last] of [
    ["Enter", /^memory\d+$/],
    ["ArrowDown", /^memory\d+$/],
    ["Enter", "pageblock 0"],
    ["ArrowRight", "pageblock 1"],
    ["Enter", /^0x/],
    ["ArrowDown", /^0x/],
  ] as const) {
    await page.keyboard.press(key);
    await expect(trail.last()).toHaveText(last);
    expect(await page.locator(MARKS).count()).toBeLessThan(1000);
  }
  const block = Number((await trail.nth(2).textContent())?.slice("memory".length));
  const pfn = block * 524_288 + 512 + 32;
  await expect(trail.last()).toHaveText(`0x${pfn.toString(16)}`);
  await expect(view.getByText("direct map", { exact: true })).toBeVisible();
  const selection = await page.evaluate(() => window.__playground?.store.getState().selection);
  expect(selection).toMatchObject({ block: `A:${block}`, pfn });

  // The whole stage: the stops stand side by side, and the way back is as it was.
  await page.keyboard.press("m");
  await expect(view.getByRole("figure")).toHaveCount(5);
  expect(await page.locator(MARKS).count()).toBeLessThan(1000);
  await page.keyboard.press("m");
  await expect(view.getByRole("figure")).toHaveCount(0);
  await picture.focus();
  for (const left of [4, 3, 2]) {
    await page.keyboard.press("Escape");
    await expect(trail).toHaveCount(left);
  }
  // The time bar unfolds: the box yields, or in a low window the page scrolls under it; the picture stays.
  const heightOf = async () => (await picture.boundingBox())?.height ?? 0;
  await page.getByRole("button", { name: /^Unfold the time bar/ }).click();
  await expect(page.getByRole("button", { name: /^Fold the time bar/ })).toBeVisible();
  expect(await heightOf()).toBeGreaterThan(60);
  await page.getByRole("button", { name: /^Fold the time bar/ }).click();
  await view.getByRole("button", { name: "Table" }).click();
  await expect(view.getByRole("row")).toHaveCount(17);
  await expectAccessible(page);
});

test("what is asked for is found in all of memory, and gone to", async ({ page, playground }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await playground.open({ at: "./?scenario=sixteen-nodes" });
  await page.keyboard.press("/");
  const field = page.getByRole("textbox", { name: "Find pages" });
  await expect(field).toBeFocused();
  await field.fill("pinned");
  const view = page.getByRole("region", { name: "All memory", exact: true });
  await expect(view.getByRole("search").getByRole("status")).toHaveText("4,096 pages on 1 node");
  expect(await page.locator(MARKS).count()).toBeLessThan(1000);
  await page.keyboard.press("Enter");
  const trail = view.getByRole("navigation", { name: "Where you are" }).getByRole("listitem");
  await expect(trail.nth(1)).toHaveText("node 2");
  await expect(view.getByText(/pinned/).first()).toBeVisible();
  const first = await trail.last().textContent();
  await page.keyboard.press("Enter");
  await expect(trail.last()).not.toHaveText(first ?? "");
  await expectAccessible(page);

  await field.fill("elephants");
  await expect(view.getByRole("alert")).toHaveText(/^Nothing here is called “elephants”\. You can ask for/);
  await page.keyboard.press("Escape");
  await expect(view.getByRole("alert")).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  await expect(view).toBeVisible();
});
