/**
 * One picture of each view, light and dark: docs/views/NAME-light.png and NAME-dark.png. What a view is pictured with is
 * done by commands and questions that a person could give, in a built-in scenario: the same pictures every time.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {import("@playwright/test").Page} Page
 * @typedef {{ name: string, tab?: string, panel: string, scenario?: string, full?: boolean, prepare?: (page: Page) => Promise<void> }} View
 */

/** @type {readonly View[]} */
export const VIEWS = [
  { name: "box", panel: "#panel-box" },
  { name: "memory-map", panel: "#panel-memory", prepare: emptySome },
  { name: "scale", panel: "#panel-memory", tab: "All memory", scenario: "sixteen-nodes", full: true, prepare: search },
  { name: "page-tables", panel: "#panel-memory", tab: "Page tables", prepare: addDimm },
  { name: "page-tables-process", panel: "#panel-memory", tab: "Page tables", prepare: ofProcess },
  { name: "migration", panel: "#panel-memory", tab: "Migration", full: true, prepare: emptySome },
  { name: "zones-in-depth", panel: "#panel-memory", tab: "Zones in depth", full: true },
  { name: "running", panel: "#panel-memory", tab: "What runs" },
  { name: "zones", panel: "#panel-zones" },
  { name: "verdict", panel: "#panel-verdict", scenario: "device-busy", prepare: refused },
  { name: "log", panel: "#panel-log" },
  { name: "terminal", panel: "#panel-terminal", prepare: inTerminal },
];

/**
 * @param {import("./setup/built-page.ts").BuiltPage} built
 * @param {string} folder
 * @param {readonly string[]} names of views; none: all
 */
export async function viewPictures({ browser, url }, folder, names = []) {
  mkdirSync(folder, { recursive: true });
  for (const view of VIEWS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => window.__playground?.store.getState().status === "running");
    const scenario = view.scenario ?? "busy-server";
    await page.evaluate(async (name) => {
      window.__playground?.load(name);
      await window.__playground?.whenIdle();
      window.__playground?.setSpeed(0);
    }, scenario);
    if (view.tab) await page.getByRole("tab", { name: view.tab }).click();
    if (view.full) await page.getByRole("tab", { name: view.tab ?? "" }).dblclick();
    await view.prepare?.(page);
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    for (const theme of /** @type {const} */ (["light", "dark"])) {
      await page.emulateMedia({ colorScheme: theme });
      await page.waitForFunction((name) => document.documentElement.dataset.theme === name, theme);
      await page.waitForTimeout(400);
      const path = join(folder, `${view.name}-${theme}.png`);
      await page.locator(view.panel).screenshot({ path, animations: "disabled" });
      console.log(path);
    }
    await context.close();
  }
}

/** Lets time run until `done` holds, then stops it. @param {Page} page @param {() => boolean} done */
async function runUntil(page, done, speed = 1 / 64) {
  await page.evaluate((value) => window.__playground?.setSpeed(value), speed);
  await page.waitForFunction(done, undefined, { polling: 20 });
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await page.waitForTimeout(300);
}

/** Half of the fullest Movable block has left. @param {Page} page */
async function emptySome(page) {
  await page.evaluate(async () => {
    const playground = window.__playground;
    const [block] = Object.values(playground?.store.getState().records.block ?? {})
      .filter(({ partition, zone }) => partition === "A" && zone === "Movable")
      .sort((x, y) => (x.kinds[1] ?? 0) - (y.kinds[1] ?? 0));
    playground?.select({ block: block?.key ?? null });
    const path = `/sys/devices/system/memory/memory${block?.number}/state`;
    await playground?.send({ do: "write", partition: "A", path, text: "offline" });
  });
  await runUntil(page, () =>
    Object.values(window.__playground?.store.getState().records.attempt ?? {}).some(
      ({ result, pagesMoved }) => result === "running" && pagesMoved > 9000,
    ),
  );
}

/** d6 has just been added, and a page of node 1 is chosen. @param {Page} page */
async function addDimm(page) {
  await page.evaluate(async () => {
    const playground = window.__playground;
    playground?.setSpeed(1);
    await playground?.send({ do: "move", dimm: "d6", to: { slot: "A/1/2" } });
    await playground?.whenIdle();
    playground?.setSpeed(0);
    playground?.select({ block: "A:44", pfn: 0x162560, dimm: "d6" });
  });
  await page.waitForTimeout(500);
}

/** @param {Page} page */
async function ofProcess(page) {
  const choice = page.getByRole("combobox", { name: "Whose page tables" });
  const postgres = await choice.locator("option").filter({ hasText: "postgres" }).first().getAttribute("value");
  await choice.selectOption(postgres);
  await emptySome(page);
}

/** @param {Page} page */
async function search(page) {
  const field = page.getByRole("search").getByRole("searchbox").or(page.getByRole("search").getByRole("textbox"));
  await field.first().fill("pinned");
  await field.first().press("Enter");
  await page.waitForTimeout(3000);
  await field.first().press("Enter");
  await page.waitForTimeout(1000);
}

/** @param {Page} page */
async function refused(page) {
  await page.evaluate(async () => {
    const playground = window.__playground;
    playground?.setSpeed(1);
    await playground?.send({ do: "move", dimm: "d3", to: { shelf: true } });
    await playground?.whenIdle();
    playground?.setSpeed(0);
  });
}

/** @param {Page} page */
async function inTerminal(page) {
  await page.keyboard.press("Control+Backquote");
  await page.locator(".xterm-helper-textarea").first().waitFor({ state: "attached" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await page.keyboard.type("numactl -H | head -5; grep DirectMap /proc/meminfo\n");
  await page.waitForTimeout(1500);
}
