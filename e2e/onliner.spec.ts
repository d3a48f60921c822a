/** Who brings new memory online is chosen on the page; where the kernel and udev both want to, the verdict says who came first. */
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

test("by keys: both are chosen, the kernel wins, the remedy is one button, and the next DIMM is the rule's", async ({
  playground,
  page,
}) => {
  test.slow();
  await playground.open({ scenario: "device-busy" });
  await page.getByRole("tab", { name: "What runs" }).click();
  const panel = page.locator("#panel-memory");
  const form = panel.getByRole("form", { name: "Who onlines new memory" });
  const field = form.getByRole("combobox", { name: "Brought online by" });
  // What stands is told in one line, above the fold of a laptop; the choice opens below it.
  const line = panel.locator("summary", { hasText: "Who onlines new memory" });
  await expect(line).toContainText("as booted");
  await expect(line).toBeInViewport({ ratio: 1 });
  await line.press("Enter");
  const boot = form.getByRole("button", { name: "Boot anew with it" });
  await expect(boot).toBeDisabled();
  await expect(form).toContainText("does not run");
  await field.focus();
  await page.keyboard.press("End");
  await expect(field).toHaveValue("both");
  await page.keyboard.press("Tab");
  await expect(boot).toBeFocused();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => {
    const state = window.__playground?.store.getState();
    return state?.status === "running" && state.scenario === "device-busy.both";
  });
  await expect(line).toContainText("both");
  await line.press("Enter");
  await expect(field).toHaveValue("both");
  await expect(form).toContainText('ATTR{state}="online_movable"');
  await expectAccessible(page, "#panel-memory");

  await page.evaluate(() => window.__playground?.setSpeed(16));
  await playground.send({ do: "move", dimm: "d7", to: { slot: "A/1/2" } });
  const verdict = page.locator("#panel-verdict");
  const late = verdict.locator("[data-late-rule=d7]");
  await expect(late).toContainText("its online_movable was refused (EINVAL)");
  await expect(late).toContainText("all 8 blocks of d7 went to Normal");
  await expectAccessible(page, "#panel-verdict");
  await late.getByRole("button", { name: "Set auto_online_blocks to offline" }).press("Enter");
  await expect(late).toContainText("the rule alone decides about the next DIMM");

  await playground.send({ do: "move", dimm: "d6", to: { slot: "A/0/2" } });
  const movable = () =>
    page.evaluate(() => {
      const { dimm, block } = window.__playground?.store.getState().records ?? {};
      return dimm?.d6?.blocks.map((key) => block?.[key]?.zone?.split("/").at(-1));
    });
  await expect.poll(async () => new Set(await movable())).toEqual(new Set(["Movable"]));
  await expect(late).toHaveCount(0);

  await page.setViewportSize({ width: 390, height: 844 });
  await form.scrollIntoViewIfNeeded();
  await expect(field).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await expectAccessible(page, "#panel-memory");
});
