import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

test("the page opens on a box, at rest and sound", async ({ playground, page }) => {
  await playground.open();
  await expect(page).toHaveTitle(/Hotplug Playground/);
  const { status, records } = await playground.state();
  expect(status).toBe("running");
  expect(Object.keys(records.partition).length).toBeGreaterThanOrEqual(2);
  expect(Object.keys(records.block).length).toBeGreaterThan(0);
  expect(await playground.audit()).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in the ${colorScheme} theme`, async ({ playground, page }) => {
    await page.emulateMedia({ colorScheme });
    await playground.open();
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    await expectAccessible(page);
  });
}
