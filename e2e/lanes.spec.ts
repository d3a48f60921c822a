/** The time bar unfolded: lanes, forks and their names, function by function, the list, the sheet of a phone. */
import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

const lanes = (page: Page) => page.getByRole("region", { name: "Lanes of time" });
const speed = (page: Page, to: number) => page.evaluate((value) => window.__playground?.setSpeed(value), to);

async function refuse(page: Page, send: () => Promise<unknown>): Promise<void> {
  await speed(page, 1);
  await send();
  await page.getByRole("button", { name: "Back to when it was allocated" }).waitFor();
  await speed(page, 0);
}

test("lanes, forks by key and list, and what they came to; by mouse and keys, in both themes", async ({
  page,
  playground,
}) => {
  // axe goes over the page three times, and a comparison is computed.
  test.slow();
  await playground.open({ scenario: "device-busy" });
  const footer = page.locator("footer");
  expect((await footer.boundingBox())?.height).toBeLessThanOrEqual(40);
  await page.getByRole("button", { name: /^Unfold the time bar/ }).click();
  await expect(lanes(page)).toBeVisible();
  await refuse(page, () => playground.send({ do: "move", dimm: "d3", to: { shelf: true } }));
  await playground.idle();
  const lane = lanes(page).getByRole("list", { name: "Database server" });
  await expect(lane.getByRole("button", { name: /EBUSY/ })).toBeVisible();

  // Back to before the pull, and another future from there: the first one stays, by a name.
  await lane.getByRole("button", { name: /move d3 to the shelf/ }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(lane.getByRole("button", { name: /EBUSY/ })).toBeFocused();
  await page.locator("footer").getByRole("slider").first().press("Home");
  await expect(page.getByText("Past,")).toBeVisible();
  await page.keyboard.press("k");
  await expect(page.getByText("Past,")).toBeHidden();
  await expect(lanes(page).getByText(/^from .*: move d3 to the shelf: .*EBUSY/)).toBeVisible();
  await playground.send({ do: "move", dimm: "d6", to: { slot: "A/1/2" } });
  await lanes(page).getByRole("button", { name: "Fork 1" }).click();
  const list = page.getByRole("region", { name: "What happened" });
  await list.getByRole("textbox", { name: "Name of Fork 1" }).fill("refused");
  await page.keyboard.press("Enter");
  await expect(lanes(page).getByRole("button", { name: "refused" })).toBeVisible();
  await expectAccessible(page, "footer");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page, "footer");

  await list.getByRole("button", { name: "Compare refused with the present" }).click();
  const panel = page.locator("[data-panel=memory]");
  await expect(panel.getByRole("heading", { name: /^One machine, two futures/ })).toBeVisible();
  await expect(panel.getByRole("button", { name: "Keep this one: refused" })).toBeEnabled({ timeout: 60_000 });
  await expect(panel.getByText(/d3 stayed: EBUSY/)).toBeVisible();
  await expectAccessible(page, "[data-panel=memory]");
  await page.getByRole("button", { name: "List", exact: true }).click();
  await list.getByRole("button", { name: "Go on with refused" }).click();
  await expect.poll(async () => Object.values((await playground.state()).records.attempt).length).toBeGreaterThan(0);
  expect((await playground.state()).records.dimm.d6?.slot).toBeNull();
  expect(await playground.audit()).toEqual([]);
});

test("one function a key, forward and back, with the call chain; when it became impossible", async ({
  page,
  playground,
}) => {
  await playground.open({ scenario: "device-busy" });
  await page.getByRole("button", { name: /^Unfold the time bar/ }).click();
  await speed(page, 0);
  await playground.idle();
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await playground.idle();
  const chain = page.getByRole("region", { name: /^Kernel functions of the operation/ });
  const seen: string[] = [];
  for (let i = 0; i < 4; i++) {
    const before = await page.evaluate(() => window.__playground?.store.getState().now);
    await page.keyboard.press(".");
    await playground.idle();
    await expect(chain).toBeVisible();
    seen.push(await chain.locator("[aria-current] code").innerText());
    expect((await playground.state()).now).toBeGreaterThanOrEqual(before ?? 0);
  }
  expect(seen).toEqual(["memory_block_offline", "zone_pcp_disable", "lru_cache_disable", "set_migratetype_isolate"]);
  // Back is what was seen, function by function.
  await page.keyboard.press(",");
  await playground.idle();
  await expect(chain.locator("[aria-current] code")).toHaveText(seen.at(-2) as string);
  await expect(chain.getByText("next", { exact: true })).toBeVisible();
  // Its name leads to what it does and who calls it; Escape leads back.
  const at = chain.locator("[aria-current] button");
  await at.focus();
  await page.keyboard.press("Enter");
  const glossary = page.getByRole("dialog", { name: "Kernel functions" });
  const entry = glossary.locator("[data-entry][aria-current]");
  await expect(entry).toBeFocused();
  await expect(entry.locator("dfn")).toHaveText(seen.at(-2) as string);
  await expect(entry).toContainText("mm/swap.c · called by offline_pages");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(entry.locator("dfn")).toHaveText("offline_pages");
  await expect(entry).toBeFocused();
  await expectAccessible(page, "dialog");
  await glossary.getByRole("button", { name: "Back" }).click();
  await expect(entry.locator("dfn")).toHaveText(seen.at(-2) as string);
  await page.keyboard.press("Escape");
  await expect(glossary).toBeHidden();
  await expect(at).toBeFocused();
  await page.keyboard.press("e");

  await speed(page, 1);
  await page.getByRole("button", { name: "When did it become impossible?" }).click();
  const since = page.getByRole("region", { name: "When did it become impossible?" });
  await expect(since.getByText(/^Impossible since/)).toBeVisible({ timeout: 60_000 });
  await expect(since.getByText("d3 leaves").first()).toBeVisible({ timeout: 60_000 });
  await expect(since).toHaveAttribute("aria-busy", "false", { timeout: 60_000 });
  await expectAccessible(page, "[data-panel=verdict]");
  await since.getByRole("button", { name: "Go to that instant" }).click();
  await playground.idle();
  expect((await playground.state()).records.attempt).toEqual({});
});

test.describe("by finger", () => {
  test.use({ hasTouch: true });
  test("on a phone the lanes are a sheet; two fingers zoom", async ({ page, playground }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await playground.open({ scenario: "device-busy" });
    await page.getByRole("button", { name: /^Unfold the time bar/ }).click();
    await expect(lanes(page)).toBeVisible();
    await speed(page, 1);
    await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
    await expect(
      lanes(page).getByRole("list", { name: "Database server" }).getByRole("button", { name: /EBUSY/ }),
    ).toBeVisible();
    await speed(page, 0);
    await playground.idle();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    // What the arc says is there to its end.
    const told = lanes(page).getByText(/earlier 0x165400 was taken: slab dentry/);
    expect(await told.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0);
    const pane = await lanes(page).getByRole("list", { name: "Web server" }).boundingBox();
    if (!pane) throw new Error("no lanes");
    const session = await page.context().newCDPSession(page);
    const y = pane.y + pane.height / 2;
    const fingers = (apart: number) => [
      { x: pane.x + 90 - apart, y, id: 1 },
      { x: pane.x + 90 + apart, y, id: 2 },
    ];
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: fingers(15) });
    for (const apart of [25, 40, 60])
      await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: fingers(apart) });
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await expect(page.getByRole("button", { name: "All of it" })).toBeVisible();
    // Fingers that zoom leave the instant that is shown where it was.
    expect((await playground.state()).cursor).toBeNull();
    await expectAccessible(page, "footer");
    // One finger is a way into the past; what comes after it is pale, and can be read.
    await page.touchscreen.tap(pane.x + 20, y);
    await expect.poll(async () => (await playground.state()).cursor).not.toBeNull();
    await expectAccessible(page, "footer");
    // What decided a check is a way into the glossary, by finger, too.
    await page.keyboard.press("e");
    await expect.poll(async () => (await playground.state()).cursor).toBeNull();
    await page.getByRole("navigation").getByRole("button", { name: "Verdict" }).tap();
    const decided = page.locator("[data-panel=verdict] [data-function]").last();
    await decided.tap();
    const glossary = page.getByRole("dialog", { name: "Kernel functions" });
    await expect(glossary.locator("[aria-current] dfn")).toHaveText(await decided.innerText());
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await glossary.getByRole("button", { name: "Close" }).tap();
    await expect(decided).toBeFocused();
  });
});
