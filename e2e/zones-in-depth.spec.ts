/** Zones in depth and What runs: one instant, the allocator's own answer, and what is started the same from page and shell. */
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

test("zones in depth: free lists are those of /proc, and an allocation goes where it was said that it would", async ({
  playground,
  page,
}) => {
  await playground.open({ scenario: "busy-server" });
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await page.locator("#panel-zones").getByRole("button", { name: "In depth" }).click();
  const panel = page.locator("#panel-memory");
  await expect(page.getByRole("tab", { name: "Zones in depth" })).toHaveAttribute("aria-selected", "true");
  await expect(panel.getByRole("region", { name: "Where would this go?" })).toContainText("Node 1, Movable");

  // The kernel, bound to a node of its own choice, goes no higher than Normal: said zone by zone.
  await panel.getByLabel("Who asks").selectOption("kernel");
  await panel.getByLabel("Policy").selectOption("bind");
  await expect(panel.getByRole("list", { name: "The path" })).toContainText("passed over: GFP_KERNEL goes no higher");
  const looked = await page.evaluate(() => window.__playground?.store.getState().looked);
  const look = looked?.look.of === "zones" ? looked.look : null;
  const found = look?.placement?.found;
  expect(found).toMatchObject({ node: 1, zone: "Normal" });
  await expect(panel.locator("[data-at]")).toHaveAttribute("data-at", String(looked?.at));

  // What the page names is what its map then selects.
  await panel.getByRole("button", { name: `page 0x${found?.pfn.toString(16)}` }).click();
  expect((await playground.state()).selection.pfn).toBe(found?.pfn);

  // Keys go from pageblock to pageblock, each said in a sentence.
  await panel.getByRole("region", { name: /^Pageblocks of Movable: arrow keys/ }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(
    panel.getByRole("status").filter({ hasText: /^memory\d+, pageblock 0, from 0x[0-9a-f]+: Movable\.$/ }),
  ).toBeAttached();
  await expectAccessible(page);
  await panel.getByRole("button", { name: "Table", exact: true }).click();
  await expect(panel.getByRole("table", { name: /^Pageblocks of Movable/ })).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page);
});

test("what runs: started from the page and from the shell is the same; moved to other CPUs it pays otherwise; ended it is gone", async ({
  playground,
  page,
}) => {
  await playground.open({ scenario: "busy-server" });
  await page.getByRole("tab", { name: "What runs" }).click();
  const panel = page.locator("#panel-memory");
  const form = panel.getByRole("form", { name: "Start something" });
  await form.getByLabel("What it takes").selectOption("anon");
  await form.getByLabel("Size, MiB").fill("16");
  await form.getByLabel("Node").selectOption("1");
  const line = await form.locator("code").innerText();
  expect(line).toBe("mem anon 16 1 bind");
  await form.getByRole("button", { name: "Start" }).press("Enter");
  const mine = panel.getByRole("listitem").filter({ hasText: /^mem \d+/ });
  await expect(mine).toHaveCount(1);
  await expect(page.locator("#panel-log")).toContainText(line);

  await page.evaluate((typed) => {
    const ends = { output: () => {}, busy: () => {}, ended: () => {} };
    window.__playground?.openTerminal("A", { columns: 80, rows: 24 }, ends).input(`${typed}\r`);
  }, line);
  await expect(mine).toHaveCount(2);
  await expect(mine.first()).toContainText(/node 1 · 16 MiB at 21.*mean 20\.9/);
  await expect(mine.last()).toContainText(/node 1 · 16 MiB at 21.*mean 20\.9/);
  // What was to be taken is taken; that time stands still keeps nobody from moving and ending processes.
  await page.evaluate(() => window.__playground?.setSpeed(0));
  const [first, second] = await page.evaluate(() => {
    const { looked } = window.__playground?.store.getState() ?? {};
    return looked?.look.of === "running" ? looked.look.processes.filter(({ comm }) => comm === "mem") : [];
  });
  expect({ ...second, pid: first?.pid }).toEqual(first);

  await mine.first().getByRole("combobox").selectOption({ label: "node 1, CPU 4-7" });
  await expect(mine.first()).toContainText("remote · mean 10.1");
  await expectAccessible(page);
  await panel.getByRole("button", { name: "Table", exact: true }).click();
  await expect(panel.getByRole("row").filter({ hasText: `mem ${first?.pid}` })).toContainText("CPU 4-7, node 1");
  await page.emulateMedia({ colorScheme: "dark" });
  await expectAccessible(page);
  await panel.getByRole("button", { name: `End mem ${first?.pid}` }).press("Enter");
  await expect(panel.getByRole("row").filter({ hasText: /^mem \d+/ })).toHaveCount(1);
  await expect(page.locator("#panel-log")).toContainText(`kill ${first?.pid}`);
});
