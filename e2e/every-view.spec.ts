/**
 * Every view of the large panel, in the standard box, the one with large blocks and the largest, at rest and within
 * operations: few marks, nothing that axe finds, and room at 390 pixels and at 400 %.
 */
import type { Page } from "@playwright/test";
import type { Command } from "../src/engine/time/commands.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

const TABS = ["Physical memory", "All memory", "Page tables", "Migration", "Zones in depth", "What runs"] as const;
const MOST_MARKS = 1000;

/**
 * Marks on the page: shapes of drawings, and the innermost elements of the box, the views and the side panel that are seen. Not
 * the lines of the log, of terminals and of twin tables, which are read.
 */
const countMarks = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const shapes = [...document.querySelectorAll("main svg *")].filter(
      (one) => one.childElementCount === 0 && !one.closest("defs, #panel-log, #panel-terminal"),
    );
    const leaves = [...document.querySelectorAll("main *")].filter(
      (one) =>
        one.childElementCount === 0 &&
        !one.closest("svg, [data-twin], option, #panel-log, #panel-terminal") &&
        one.getClientRects().length > 0,
    );
    return shapes.length + leaves.length;
  });

const settled = (page: Page, tab: string): Promise<unknown> =>
  page.waitForFunction((name) => {
    const panel = document.querySelector("#panel-memory");
    const at = panel?.querySelector<HTMLElement>("[data-at]")?.dataset.at;
    if (panel?.querySelector("[data-coming]")) return false;
    return name === "Physical memory" || at !== "" || panel?.textContent?.includes("Nothing is being moved");
  }, tab);

for (const scenario of ["busy-server", "sixteen-nodes"]) {
  test(`every view of ${scenario} has at most 1,000 marks`, async ({ playground, page }) => {
    await playground.open({ scenario });
    for (const tab of [...TABS, "Compare"]) {
      await page.getByRole("tab", { name: tab }).click();
      await settled(page, tab);
      await playground.idle();
      const marks = await countMarks(page);
      expect(marks, tab).toBeGreaterThan(50);
      expect(marks, tab).toBeLessThanOrEqual(MOST_MARKS);
    }
  });
}

for (const tab of TABS.slice(1))
  test(`axe finds nothing in ${tab}, light and dark, as picture and as table, and 400 % cut nothing off sideways`, async ({
    playground,
    page,
  }) => {
    await playground.open({ scenario: "busy-server" });
    await page.evaluate(() => window.__playground?.setSpeed(0));
    await page.getByRole("tab", { name: tab }).click();
    await settled(page, tab);
    // Light as a picture, dark as a table: the other two are in the views' own specs.
    await expectAccessible(page, "#panel-memory");
    const twin = page.locator("#panel-memory").getByRole("button", { name: "Table", exact: true });
    if ((await twin.count()) > 0) {
      // The focus is on the view's tab.
      await page.keyboard.press("t");
      await expect(twin).toHaveCount(0);
    }
    await page.emulateMedia({ colorScheme: "dark" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expectAccessible(page, "#panel-memory");
    // 1280 by 1024 at 400 % are 320 by 256, as WCAG 1.4.10 has it.
    await page.setViewportSize({ width: 320, height: 256 });
    await playground.idle();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

/** Where time stands still within operations: what was done, for how long (simulated ns), and what shows it. */
const WITHIN: readonly {
  readonly state: string;
  readonly scenario: string;
  readonly commands: readonly Command[];
  readonly length: number | null;
  readonly theme: "light" | "dark";
}[] = [
  {
    state: "while a block of huge pages is being emptied",
    scenario: "four-nodes",
    commands: [{ do: "move", dimm: "d4", to: { shelf: true } }],
    length: 20e6,
    theme: "light",
  },
  {
    state: "while memory is added",
    scenario: "busy-server",
    commands: [{ do: "move", dimm: "d7", to: { slot: "A/1/2" } }],
    length: 1e6,
    theme: "dark",
  },
  {
    state: "after a refusal",
    scenario: "device-busy",
    commands: [{ do: "move", dimm: "d3", to: { shelf: true } }],
    length: null,
    theme: "light",
  },
];

for (const { state, scenario, commands, length, theme } of WITHIN)
  test(`${state} every view has few marks, nothing that axe finds, and room at 390 pixels and 400 %`, async ({
    playground,
    page,
  }) => {
    // Six views, each looked at by axe: a busy computer needs its time.
    test.slow();
    await page.emulateMedia({ colorScheme: theme });
    await playground.open({ scenario });
    await page.evaluate(() => window.__playground?.setSpeed(0));
    // What moves is known from its beginning to whoever looks.
    await page.getByRole("tab", { name: "Migration" }).click();
    await settled(page, "Migration");
    await page.evaluate(([given, long]) => window.__playground?.stretch(given, { length: long, speed: 1 }), [
      commands,
      length,
    ] as const);
    // Its records come with a frame.
    const attempts = async () =>
      Object.values((await playground.state()).records.attempt).map(({ kind, result }) => `${kind} ${result}`);
    await expect
      .poll(attempts)
      .toContain(
        { "four-nodes": "eject running", "busy-server": "add running", "device-busy": "eject failed" }[scenario],
      );
    for (const tab of TABS) {
      await page.getByRole("tab", { name: tab }).click();
      await settled(page, tab);
      await playground.idle();
      expect(await countMarks(page), tab).toBeLessThanOrEqual(MOST_MARKS);
      await expectAccessible(page, "#panel-memory");
    }
    for (const [width, height] of [
      [390, 844],
      // 1280 by 1024 at 400 %.
      [320, 256],
    ] as const) {
      await page.setViewportSize({ width, height });
      const views = page.getByRole("combobox", { name: "What the large panel shows" });
      for (const tab of TABS) {
        await views.selectOption({ label: tab });
        await settled(page, tab);
        await playground.idle();
        expect(await page.evaluate(() => document.documentElement.scrollWidth), `${tab} at ${width}`).toBe(width);
      }
    }
  });
