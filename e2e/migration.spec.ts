/** Migration: a full block goes offline while the tab watches; what it draws is one instant's and adds up at each of them. */
import { expectAccessible } from "./support/accessibility.ts";
import { expect, type PlaygroundPage, test } from "./support/playground.ts";

/** Takes the fullest Movable block offline, with time standing still; returns its key. */
async function offlineFullest(playground: PlaygroundPage): Promise<string> {
  const [block] = Object.values((await playground.state()).records.block)
    .filter(({ partition, zone }) => partition === "A" && zone === "Movable")
    .sort((x, y) => (x.kinds[1] ?? 0) - (y.kinds[1] ?? 0));
  const path = `/sys/devices/system/memory/memory${block?.number}/state`;
  await playground.send({ do: "write", partition: "A", path, text: "offline" });
  return block?.key ?? "";
}

async function moved(playground: PlaygroundPage): Promise<number> {
  const look = (await playground.state()).looked?.look;
  return look?.of === "migration" ? (look.state?.moved ?? 0) : 0;
}

test("a full offline, watched: moved, left and to try again add up at every instant, and the twin says the same", async ({
  playground,
  page,
}) => {
  const panel = await playground.openTab("Migration", { speed: 0, view: "MigrationView" });
  await expect(panel).toContainText("Nothing is being moved.");
  const block = await offlineFullest(playground);
  // What is on the page at each of many instants, told by the page itself as it is drawn.
  await page.evaluate(() => {
    const seen: { at: string; figures: number[]; inUse: number }[] = [];
    Object.assign(window, { seen });
    const number = (text: string | null | undefined) => Number(text?.replaceAll(",", ""));
    new MutationObserver(() => {
      const view = document.querySelector<HTMLElement>("#panel-memory [data-at]");
      const figures = [...(view?.querySelectorAll("dl dd") ?? [])].map((one) => number(one.textContent));
      const inUse = number(/of ([\d,]+)/.exec(view?.querySelector("dl dt")?.textContent ?? "")?.[1]);
      const at = view?.dataset.at ?? "";
      if (figures.length === 3 && seen.at(-1)?.at !== at) seen.push({ at, figures, inUse });
    }).observe(document.querySelector("#panel-memory") as Element, { attributes: true, subtree: true });
    window.__playground?.setSpeed(1 / 64);
  });
  await expect.poll(() => moved(playground)).toBeGreaterThan(500);
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await panel.getByRole("button", { name: "Table", exact: true }).click();
  const twin = await panel.getByRole("table").first().getByRole("row").allInnerTexts();
  const look = (await playground.state()).looked?.look;
  const state = look?.of === "migration" ? look.state : null;
  const there = twin.slice(1).reduce((sum, row) => sum + Number(row.split("\t")[3]?.replaceAll(",", "")), 0);
  expect(there).toBe((state?.left ?? 0) + (state?.again ?? 0));
  await panel.getByRole("button", { name: "Picture" }).click();
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await playground.idle();
  await expect(panel).toContainText("emptied in");
  const seen = await page.evaluate(
    () => (window as unknown as { seen: { at: string; figures: number[]; inUse: number }[] }).seen,
  );
  expect(seen.length).toBeGreaterThan(2);
  for (const { figures, inUse } of seen) expect(figures.reduce((sum, one) => sum + one, 0)).toBe(inUse);
  expect(new Set(seen.map(({ inUse }) => inUse)).size).toBe(1);
  expect(seen.at(-1)?.figures.slice(1)).toEqual([0, 0]);
  expect((await playground.state()).records.block[block]?.state).toBe("offline");

  // A reference opens what it leads to in its own tab.
  await page.locator("#panel-log [data-ref]").last().press("o");
  await expect(page.getByRole("tab", { name: "Physical memory" })).toHaveAttribute("aria-selected", "true");
  await page.getByRole("tab", { name: "Migration" }).click();
  await page
    .locator("#panel-log [data-ref]")
    .last()
    .click({ modifiers: ["Control"] });
  await expect(page.getByRole("tab", { name: "Physical memory" })).toHaveAttribute("aria-selected", "true");
});

test("axe finds nothing while a block is being emptied: as picture, and as tables in the dark", async ({
  playground,
  page,
}) => {
  await playground.openTab("Migration");
  await offlineFullest(playground);
  await expect.poll(() => moved(playground)).toBeGreaterThan(500);
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.locator("#panel-memory").getByRole("button", { name: "Table", exact: true }).click();
  await expectAccessible(page);
});
