/** Plain keys: whose they are after menus and lists were used, and while the terminal is being fetched. */
import { expect, test } from "./support/playground.ts";

test("plain keys work after a menu, a radio button, a list or a DIMM was used", async ({ playground, page }) => {
  await playground.open();
  const speed = async () => (await playground.state()).speed;
  const pauses = async (after: string) => {
    const before = await speed();
    await page.keyboard.press("p");
    await expect.poll(speed, after).toBe(before === 0 ? 1 / 4 : 0);
    if (before !== 0) await page.keyboard.press("p");
    await expect.poll(speed, after).toBe(1 / 4);
  };
  await page.getByRole("combobox", { name: "Speed of simulated time" }).selectOption(String(1 / 4));
  await page.getByRole("combobox", { name: "Speed of simulated time" }).focus();
  await pauses("a select");
  await page
    .getByRole("radio", { name: /node 0/i })
    .first()
    .check({ force: true });
  await page
    .getByRole("radio", { name: /node 0/i })
    .first()
    .focus();
  await pauses("a radio button");
  await page.getByRole("listbox", { name: /blocks/i }).click({ position: { x: 120, y: 10 } });
  await pauses("the list of blocks");
  await page.locator("[data-handle=d2]").focus();
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menu")).toBeVisible();
  await page.keyboard.press("Escape");
  await pauses("a menu");
});

test("keys typed while the terminal is fetched are the shell's, and nothing of them acts on the page", async ({
  playground,
  page,
}) => {
  let fetched = () => {};
  const held = new Promise<void>((resolve) => {
    fetched = resolve;
  });
  await page.route(/TerminalView.*\.js/, async (route) => {
    await held;
    await route.continue();
  });
  await playground.open();
  const before = await playground.state();
  await page.keyboard.press("Control+`");
  await page.keyboard.type("echo p,c.t?f > 1; cat 1");
  await page.keyboard.press("Enter");
  fetched();
  const rows = page.locator("#panel-terminal .xterm-rows");
  await expect(rows).toContainText("p,c.t?f");
  await expect(rows).toContainText(/cat 1\s*p,c\.t\?f/);
  const after = await playground.state();
  expect([after.speed, after.scenario]).toEqual([before.speed, before.scenario]);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("textbox", { name: /^Shell on/ })).toBeFocused();

  // A shell that ended hears nothing, but the page doesn't hear what is meant for it either.
  await page.keyboard.type("exit");
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(0);
  await page.keyboard.type("p,.t");
  expect((await playground.state()).speed).toBe(before.speed);
});
