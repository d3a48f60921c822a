import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/playground.ts";

const screen = (page: Page): Locator => page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-rows");
const box = (page: Page): Locator => page.locator("[data-panel=box]");

test("a drag is undone and done again by keys, and a shell's line with the shell", async ({ page, playground }) => {
  await playground.open({ scenario: "busy-server" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  const undo = page.getByRole("button", { name: /^Undo/ });
  const redo = page.getByRole("button", { name: /^Redo/ });
  await expect(undo).toHaveAttribute("aria-disabled", "true");
  await playground.send({ do: "move", dimm: "d4", to: { shelf: true } });
  await playground.idle();
  expect((await playground.state()).records.dimm.d4).toMatchObject({ slot: null });
  await expect(undo).toHaveAccessibleName("Undo: move d4 to the shelf");
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await playground.idle();
  const after = await page.evaluate(() => window.__playground?.past());
  const { log } = await playground.state();

  await box(page)
    .getByRole("button", { name: /^DIMM d3,/ })
    .focus();
  await page.keyboard.press("Control+z");
  await expect(redo).toHaveAccessibleName("Redo: move d4 to the shelf");
  await expect(page.getByRole("status").filter({ hasText: "Undone: move d4 to the shelf" })).toBeAttached();
  await playground.idle();
  const state = await playground.state();
  expect(state.records.dimm.d4).toMatchObject({ slot: "A/1/1", phase: "in-use" });
  expect(state.records.attempt).toEqual({});
  expect(state.log.length).toBeLessThan(log.length);
  expect(log.slice(0, state.log.length)).toEqual(state.log);
  await expect(undo).toHaveAttribute("aria-disabled", "true");
  expect(await playground.audit()).toEqual([]);

  await page.keyboard.press("Control+Shift+z");
  await playground.idle();
  await expect(undo).toHaveAccessibleName("Undo: move d4 to the shelf");
  expect((await page.evaluate(() => window.__playground?.past()))?.hash).toBe(after?.hash);
  expect((await playground.state()).log).toEqual(log);

  await page.evaluate(() => window.__playground?.setSpeed(1));
  await page.keyboard.press("Control+`");
  await expect(screen(page)).toContainText(/[#$]\s*$/);
  await page.keyboard.type("echo 1 > /proc/sys/vm/compact_memory\n");
  await expect(undo).toHaveAccessibleName("Undo: echo 1 > /proc/sys/vm/compact_memory");
  // In the terminal the key is the shell's.
  await page.keyboard.press("Control+z");
  await undo.click();
  await expect(undo).toHaveAccessibleName("Undo: move d4 to the shelf");
  await expect(screen(page)).toContainText("and so is this shell");
  // What was typed is at the prompt again, as it was before the last key.
  await expect(screen(page)).toContainText(/\$? ?echo 1 > \/proc\/sys\/vm\/compact_memory\s*$/);
  await page.getByRole("textbox", { name: /^Shell on/ }).focus();
  await page.keyboard.press("Control+u");
  await page.keyboard.type("echo still here\n");
  await expect(screen(page)).toContainText(/echo still here\s*still here/);
  expect(await playground.audit()).toEqual([]);
});

test("from a refusal back to when its page was allocated, and return", async ({ page, playground }) => {
  await playground.open({ scenario: "device-busy" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await page.getByRole("button", { name: "Back to when it was allocated" }).waitFor();
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await playground.idle();
  const past = await page.evaluate(() => window.__playground?.past());
  const refused = await playground.state();
  const attempt = Object.values(refused.records.attempt).find(({ parent }) => parent === null);
  const culprit = attempt?.culprit;
  expect(culprit?.owner.what).toContain("dentry");

  await page.keyboard.press("r");
  const back = page.getByRole("button", { name: /^Back to 0/ });
  await expect(back).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "The page was allocated just now" })).toBeAttached();
  await playground.idle();
  const then = await playground.state();
  expect(then.speed).toBe(0);
  expect(Math.abs(then.now - (culprit?.allocatedAt ?? 0))).toBeLessThanOrEqual(1e6);
  expect(then.selection).toMatchObject({ block: `A:${culprit?.block}`, pfn: culprit?.pfn });
  await expect(page.locator("[data-panel=memory]")).toContainText("dentry");
  expect(then.records.attempt).toEqual({});

  await page.keyboard.press("r");
  await expect(page.locator("[data-panel=verdict]")).toContainText("EBUSY");
  await playground.idle();
  expect((await page.evaluate(() => window.__playground?.past()))?.hash).toBe(past?.hash);
  expect(await playground.audit()).toEqual([]);
});
