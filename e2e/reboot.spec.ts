/** A partition is rebooted on the page, with another command line: what survives, and the way back. */
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

test("by keys: another command line, Movable memory after it, the load gone, and undo brings all back", async ({
  playground,
  page,
}) => {
  test.slow();
  await playground.open({ scenario: "device-busy" });
  await page.getByRole("tab", { name: "What runs" }).click();
  const panel = page.locator("#panel-memory");
  await panel.locator("summary", { hasText: "Reboot this partition" }).press("Enter");
  const form = panel.getByRole("form", { name: "Reboot this partition" });
  await expect(form).toContainText("The same from a terminal: reboot");
  const before = await page.evaluate(() => {
    const { records } = window.__playground?.store.getState() ?? {};
    return { cmdline: records?.partition.A?.cmdline, processes: records?.partition.A?.processes.length };
  });
  expect(before.processes).toBeGreaterThan(0);
  const field = form.getByRole("textbox", { name: "Command line of its kernel" });
  await field.fill("kernelcore=2G");
  await expect(form).toContainText("edited in the boot loader");
  await expectAccessible(page, "#panel-memory");
  await page.keyboard.press("Enter");
  const cmdline = () => page.evaluate(() => window.__playground?.store.getState().records.partition.A?.cmdline);
  await expect.poll(cmdline).toBe("kernelcore=2G");
  await expect(form.getByRole("status")).toHaveText("It runs again.");
  await expect(panel.getByText(/^Nothing/)).toBeVisible();
  const zones = () =>
    page.evaluate(() =>
      Object.values(window.__playground?.store.getState().records.zone ?? {}).map(({ zone }) => zone),
    );
  expect(await zones()).toContain("Movable");
  await expectAccessible(page, "#panel-memory");
  await page.evaluate(() => window.__playground?.travel("undo"));
  await expect.poll(cmdline).toBe(before.cmdline);
});
