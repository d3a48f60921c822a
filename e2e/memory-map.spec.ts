import { ownerWords } from "../src/client/owners.ts";
import { PageKind } from "../src/engine/memory/kinds.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, type PlaygroundPage, test } from "./support/playground.ts";

/** The record of a block, as the page has it. */
async function blockOf(playground: PlaygroundPage, key: string) {
  const { records } = await playground.state();
  const block = records.block[key];
  if (!block) throw new Error(`no block ${key}`);
  return { block, attempt: block.attempt === null ? undefined : records.attempt[block.attempt] };
}

/** Keys of online blocks of a node in a zone that have pages in use, fullest first. */
async function usedBlocks(playground: PlaygroundPage, node: string, zone: string): Promise<string[]> {
  const { records } = await playground.state();
  const used = (key: string) => (records.block[key]?.pages ?? 0) - (records.block[key]?.kinds[1] ?? 0);
  return (records.node[node]?.blocks ?? [])
    .filter((key) => records.block[key]?.zone === zone && records.block[key]?.state === "online" && used(key) > 0)
    .sort((a, b) => used(b) - used(a));
}

const numberOf = (key: string): string => key.slice(key.indexOf(":") + 1);

test.describe("a busy server", () => {
  test.beforeEach(({ playground }) => playground.open({ scenario: "busy-server" }));

  test("a block is emptied from its menu, and comes back by another", async ({ playground, page }) => {
    const [key = ""] = await usedBlocks(playground, "A/1", "Movable");
    const number = numberOf(key);
    const tile = page.getByRole("option", { name: new RegExp(`^memory${number},`) });
    await tile.click();
    await page.getByRole("button", { name: `Actions for memory${number}` }).click();
    const menu = page.getByRole("menu");
    await expect(menu).toContainText(`echo offline > /sys/devices/system/memory/memory${number}/state`);
    await expect(menu.getByRole("menuitem", { name: /^Online as movable/ })).toHaveAttribute("aria-disabled", "true");
    await menu.getByRole("menuitem", { name: /^Offline/ }).click();
    await expect(tile).toHaveAccessibleName(`memory${number}, offline`, { timeout: 60_000 });
    await playground.idle();

    const { block, attempt } = await blockOf(playground, key);
    expect(block.state).toBe("offline");
    expect(attempt?.result).toBe("ok");
    expect(attempt?.pagesMoved).toBeGreaterThan(0);
    await expect(page.getByRole("region", { name: "Where pages moved" })).toContainText("0 failed");
    expect(await playground.audit()).toEqual([]);

    await tile.click({ button: "right" });
    await page.getByRole("menuitem", { name: /^Online as movable/ }).click();
    await expect(tile).toHaveAccessibleName(`memory${number}, Movable, online`);
  });

  test("the same by keyboard alone", async ({ playground, page }) => {
    const keys = await usedBlocks(playground, "A/1", "Movable");
    const { records } = await playground.state();
    // The block that Right reaches from the first one of the node.
    const movable = (records.node["A/1"]?.blocks ?? []).filter((key) => records.block[key]?.zone === "Movable");
    const key = movable.find((one) => keys.includes(one)) ?? "";
    const number = numberOf(key);
    const tiles = page.getByRole("listbox", { name: /^Memory blocks of/ });
    await tiles.focus();
    await page.keyboard.press("Home");
    for (let step = 0; step < 200; step++) {
      if ((await playground.state()).selection.block === key) break;
      await page.keyboard.press("ArrowRight");
    }
    expect((await playground.state()).selection.block).toBe(key);
    await page.keyboard.press("o");
    const tile = page.getByRole("option", { name: new RegExp(`^memory${number},`) });
    await expect(tile).toHaveAccessibleName(`memory${number}, offline`, { timeout: 60_000 });
    await playground.idle();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("menuitem", { name: /^Online\b/ }).first()).toBeFocused();
    await page.keyboard.press("m");
    await expect(tile).toHaveAccessibleName(`memory${number}, Movable, online`);
    await expect(tiles).toBeFocused();
    expect(await playground.audit()).toEqual([]);
  });

  test("a running attempt is cancelled, and the block stays online", async ({ playground, page }) => {
    const [key = ""] = await usedBlocks(playground, "A/1", "Movable");
    const number = numberOf(key);
    await page.evaluate(() => window.__playground?.setSpeed(1 / 1024));
    await page.getByRole("option", { name: new RegExp(`^memory${number},`) }).click();
    await page.getByRole("listbox", { name: /^Memory blocks of/ }).press("o");
    await page.getByRole("button", { name: `Cancel the attempt on memory${number}` }).click();
    await page.evaluate(() => window.__playground?.setSpeed(1));
    await expect(page.getByRole("option", { name: `memory${number}, Movable, online` })).toBeAttached();
    await playground.idle();
    const { block, attempt } = await blockOf(playground, key);
    expect(block.state).toBe("online");
    expect(attempt?.errno).toBe("EINTR");
    expect(await playground.audit()).toEqual([]);
  });

  test("while pages move, the block that is filled is seen beside the one that empties, and gains what leaves", async ({
    playground,
    page,
  }) => {
    const [key = ""] = await usedBlocks(playground, "A/1", "Movable");
    const number = numberOf(key);
    const flow = page.getByRole("region", { name: "Where pages moved" });
    await page.evaluate(() => window.__playground?.setSpeed(1 / 256));
    await page.getByRole("option", { name: new RegExp(`^memory${number},`) }).click();
    await page.getByRole("listbox", { name: /^Memory blocks of/ }).press("o");
    await expect(flow.getByRole("img", { name: `memory${number}, emptying` })).toBeVisible({ timeout: 30_000 });
    const filled = flow.getByRole("img", { name: /^memory\d+, being filled$/ });
    const name = (await filled.getAttribute("aria-label")) ?? "";
    const other = `A:${/\d+/.exec(name)?.[0]}`;
    expect(other).not.toBe(key);
    const free = async (of: string) => (await blockOf(playground, of)).block.kinds[PageKind.Free] ?? 0;
    // Time stands still: what is counted belongs together.
    await page.evaluate(() => window.__playground?.setSpeed(0));
    await playground.idle();
    const before = { free: await free(other), moved: (await blockOf(playground, key)).attempt?.pagesMoved ?? 0 };
    await page.evaluate(() => window.__playground?.setSpeed(1 / 256));
    await expect
      .poll(async () => (await blockOf(playground, key)).attempt?.pagesMoved ?? 0)
      .toBeGreaterThan(before.moved);
    await expect.poll(() => free(other)).toBeLessThan(before.free);
    await page.evaluate(() => window.__playground?.setSpeed(1));
    await playground.idle();
    // What has arrived is no longer told.
    await expect(filled).toHaveCount(0);
    expect((await blockOf(playground, key)).block.state).toBe("offline");
  });

  test("any page can be inspected by keyboard and by pointer", async ({ playground, page }) => {
    const map = page.getByRole("application", { name: /page by page/ });
    await map.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("ArrowDown");
    const { selection, records } = await playground.state();
    const block = records.block[selection.block ?? ""];
    expect(selection.pfn).toBe((block?.startPfn ?? 0) + 512 + 16);
    const inspector = page.getByRole("region", { name: "Page", exact: true });
    await expect(inspector).toContainText(`pfn 0x${selection.pfn?.toString(16)}`);
    await expect(inspector).toContainText(`pageblock`);
    await expect(inspector.locator("[aria-live=polite]")).toContainText(`pfn 0x${selection.pfn?.toString(16)}`);

    const box = await map.boundingBox();
    if (!box) throw new Error("the map has no size");
    await page.mouse.move(box.x + box.width - 3, box.y + box.height - 3);
    const last = (block?.startPfn ?? 0) + (block?.pages ?? 0) - 1;
    await expect(inspector).toContainText(`pfn 0x${last.toString(16)}`);
  });

  test("axe finds nothing with a page chosen and the menu open", async ({ page }) => {
    const map = page.getByRole("application", { name: /page by page/ });
    await map.focus();
    await page.keyboard.press("Home");
    await expect(page.getByRole("region", { name: "Page", exact: true })).toContainText("pfn");
    await page.getByRole("button", { name: /^Actions for memory/ }).click();
    await expect(page.getByRole("menu")).toBeVisible();
    await expectAccessible(page);
  });
});

test("a device that is busy: the page to blame is pointed at", async ({ playground, page }) => {
  await playground.open({ scenario: "device-busy" });
  const { records } = await playground.state();
  // A block with kernel pages: slab of either sort.
  const key = (records.node["A/1"]?.blocks ?? []).find((one) => {
    const kinds = records.block[one]?.kinds ?? [];
    return (kinds[7] ?? 0) + (kinds[8] ?? 0) > 0 && records.block[one]?.dimm !== null;
  });
  if (!key) throw new Error("the scenario has no DIMM with kernel pages");
  const number = numberOf(key);
  const tile = page.getByRole("option", { name: new RegExp(`^memory${number},`) });
  await tile.click();
  await page.getByRole("button", { name: `Actions for memory${number}` }).click();
  const offline = page.getByRole("menuitem", { name: /^Offline/ });
  await expect(offline).toContainText("expect EBUSY");
  await offline.click();
  await expect(tile).toHaveAccessibleName(/its last attempt was refused/);
  await playground.idle();
  const { attempt } = await blockOf(playground, key);
  expect(attempt?.errno).toBe("EBUSY");
  const culprit = attempt?.culprit;
  expect(culprit?.block).toBe(Number(number));
  const map = page.getByRole("application", { name: `memory${number}, page by page` });
  await expect(map).toContainText(`0x${culprit?.pfn.toString(16)}`);
  await expect(map).toContainText(culprit ? ownerWords(culprit.owner) : "no page");
  await expectAccessible(page);
});

test("at 390 px the tiles are above the pages, and a finger finds both", async ({ playground, browser, baseURL }) => {
  void playground;
  const context = await browser.newContext({
    ...(baseURL === undefined ? {} : { baseURL }),
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 3,
    hasTouch: true,
  });
  const page = await context.newPage();
  await page.goto("./");
  await page.waitForFunction(() => window.__playground?.store.getState().status === "running");
  const tiles = page.getByRole("listbox", { name: /^Memory blocks of/ });
  const map = page.getByRole("application", { name: /page by page/ });
  await map.scrollIntoViewIfNeeded();
  const above = await tiles.boundingBox();
  const below = await map.boundingBox();
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
  expect((below?.x ?? 0) + (below?.width ?? 0)).toBeLessThanOrEqual(390);
  await map.tap();
  await expect(page.getByRole("region", { name: "Page", exact: true })).toContainText("pfn");
  await tiles.getByRole("option").last().tap();
  await expect(tiles.getByRole("option").last()).toHaveAttribute("aria-selected", "true");
  await context.close();
});
