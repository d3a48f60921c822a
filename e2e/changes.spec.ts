/** *Show changes*: one moment, chosen in one view, to which every view compares; twins say it, too. */
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

test("a moment that is chosen in one view holds in all of them, as picture and as table", async ({
  playground,
  page,
}) => {
  test.slow();
  await playground.open({ scenario: "busy-server" });
  await page.evaluate(() => window.__playground?.setSpeed(0));
  const panel = page.locator("#panel-memory");
  const tab = (name: string) => page.getByRole("tab", { name }).click();
  const chosen = panel.getByRole("button", { name: "Show changes" });
  await chosen.click();
  await expect(chosen).toHaveAttribute("aria-pressed", "true");
  await expect(panel).toContainText(/since \d+\.\d{3} s: nothing yet/);
  await page.evaluate(async () => {
    const playground = window.__playground;
    const load = { kind: "anon", mib: 64, node: 1, policy: "bind", comm: "later" } as const;
    await playground?.stretch(
      [
        { do: "load", partition: "A", load },
        { do: "move", dimm: "d6", to: { slot: "A/1/2" } },
      ],
      { length: null, speed: 8 },
    );
  });
  await playground.idle();

  await tab("Page tables");
  await expect(panel).toContainText(/1 page table built.*memory map of \d sections built \(\d+ MiB\)/);
  const feet = panel.locator("[data-feet]");
  await expect(feet).toHaveCount(1);
  expect(Number(await feet.getAttribute("data-feet"))).toBeGreaterThan(4);
  await expectAccessible(page, "#panel-memory");
  await page.keyboard.press("t");
  await expect(panel.locator("thead")).toContainText("Changed");
  await expect(panel.getByRole("row").filter({ hasText: "built" })).not.toHaveCount(0);
  await page.keyboard.press("t");

  // Of a process that came later every table is new; of one that stayed only what was moved.
  const whose = panel.getByRole("combobox", { name: "Whose page tables" });
  await whose.selectOption(await whose.locator("option", { hasText: "later" }).getAttribute("value"));
  await expect(panel).toContainText(/since .* s: \d+ tables and 2 MiB entries built.*memory\d+ \+\d/);
  expect(Number(await feet.getAttribute("data-feet"))).toBeGreaterThan(31);
  await expectAccessible(page, "#panel-memory");
  await page.keyboard.press("t");
  await expect(panel.locator("thead")).toContainText("Changed");
  await expect(panel.getByRole("row").filter({ hasText: "built" })).not.toHaveCount(0);
  await page.keyboard.press("t");

  await tab("What runs");
  await expect(panel).toContainText(/1 started.*node 1 \+\d/);
  await expect(panel.getByRole("listitem").filter({ hasText: "later" })).toContainText("new");
  await expectAccessible(page, "#panel-memory");

  await tab("Zones in depth");
  await expect(panel).toContainText(/managed \+\d/);
  await expectAccessible(page, "#panel-memory");

  await tab("All memory");
  await expect(panel).toContainText(/\d memory blocks new.*anonymous \+\d/);
  await expectAccessible(page, "#panel-memory");

  // Pressed again, anywhere, it ends everywhere.
  await chosen.click();
  await tab("Page tables");
  await expect(chosen).toHaveAttribute("aria-pressed", "false");
  await expect(feet).toHaveCount(0);
});
