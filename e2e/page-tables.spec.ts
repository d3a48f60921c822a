/** Page tables: what a hot add builds and a hot remove deletes, live, beside what /proc says. */
import type { Locator } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

test("a hot add builds its table and memory map, pins two blocks, and the eject takes all of it away", async ({
  playground,
  page,
}) => {
  const panel = await playground.openTab("Page tables", { speed: 1, view: "PageTables" });
  await expect(panel.getByRole("region", { name: /^Kernel page tables of Database server/ })).toBeVisible();
  await panel.getByRole("button", { name: "Table" }).click();
  const rows = panel.getByRole("row");
  await expect(rows.first()).toBeVisible();
  const before = await rows.allInnerTexts();

  await page.evaluate(() => window.__playground?.send({ do: "move", dimm: "d6", to: { slot: "A/1/2" } }));
  await expect(panel).toContainText("cannot go offline while d6 is in");
  const added = rows.filter({ hasText: "by the last operation" });
  // One entry of the direct mapping with its table, and the memory map of four blocks.
  await expect(added).toHaveCount(5);
  const looked = await page.evaluate(() => window.__playground?.store.getState().looked);
  const d6 = looked?.look.of === "kernel" ? looked.look.pins.find(({ dimm }) => dimm === "d6") : undefined;
  for (const { block } of d6?.pins ?? []) {
    await expect(panel).toContainText(`memory${block}`);
    const refused = await page.evaluate(
      (number) =>
        window.__playground?.send({
          do: "write",
          partition: "A",
          path: `/sys/devices/system/memory/memory${number}/state`,
          text: "offline",
        }),
      block,
    );
    expect(refused?.errno).toBeNull();
    await playground.idle();
    expect((await playground.state()).records.block[`A:${block}`]?.state).toBe("online");
  }
  await page.evaluate(() => window.__playground?.send({ do: "move", dimm: "d6", to: { shelf: true } }));
  await expect(panel).not.toContainText("memory59");
  await playground.idle();
  expect((await rows.allInnerTexts()).slice(1)).toEqual(before.slice(1));
});

test("the chain of a page leads from its number to its struct page and to who maps it", async ({
  playground,
  page,
}) => {
  const panel = await playground.openTab("Page tables");
  const [block] = Object.values((await playground.state()).records.block).filter(
    ({ partition, zone, kinds }) => partition === "A" && zone === "Movable" && (kinds[0] ?? 0) < 32_768,
  );
  await page.evaluate((key) => {
    const one = window.__playground?.store.getState().records.block[key];
    if (one) window.__playground?.select({ block: key, pfn: one.startPfn + 1500 });
  }, block?.key ?? "");
  await expect(panel).toContainText("ffff888");
  await expect(panel).toContainText("ffffea0");
  const holder = panel.getByRole("button", { name: /^in page 0x/ });
  const pfn = Number.parseInt((await holder.innerText()).match(/0x([0-9a-f]+)/)?.[1] ?? "", 16);
  await holder.click();
  expect((await playground.state()).selection.pfn).toBe(pfn);
});

test("keys go from mark to mark, each said in a sentence; axe finds nothing, as picture and as table", async ({
  playground,
  page,
}) => {
  await playground.open({ scenario: "busy-server" });
  const physical = page.getByRole("tab", { name: "Physical memory" });
  await physical.focus();
  for (const name of ["All memory", "Page tables"]) {
    await page.keyboard.press("ArrowRight");
    await expect(page.getByRole("tab", { name })).toBeFocused();
  }
  const picture = page.getByRole("region", { name: /^Kernel page tables/ });
  await picture.focus();
  const panel = page.locator("#panel-memory");
  const said = panel.locator("[role=status]").first();
  await page.keyboard.press("ArrowRight");
  await expect(said).toContainText("PGD entry 273");
  await page.keyboard.press("ArrowDown");
  await expect(said).toContainText("PUD entry 4 maps 1 GiB itself");
  await page.keyboard.press("ArrowLeft");
  await expect(said).toContainText("PUD entry 0, table made at boot");
  await page.keyboard.press("ArrowDown");
  await expect(said).toContainText(/^memory\d, online, node 0, on-board/);
  await page.keyboard.press("ArrowDown");
  await expect(said).toContainText(/^Struct pages of memory\d lie at pfn 0x[0-9a-f]+ in memory\d+/);
  const host = (await said.innerText()).match(/in (memory\d+)/)?.[1];
  await page.keyboard.press("Enter");
  const { selection } = await playground.state();
  expect(`memory${selection.block?.split(":")[1]}`).toBe(host);
  // Enter went into the block, Escape leads out again; nearer there are pages, and the pages that describe them.
  await expect(panel.getByRole("button", { name: "All", exact: true })).toBeEnabled();
  await page.keyboard.press("Escape");
  await expect(panel.getByRole("button", { name: "All", exact: true })).toBeDisabled();
  for (let i = 0; i < 24; i++) await page.keyboard.press("+");
  await page.keyboard.press("ArrowRight");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowDown");
  await expect(said).toContainText(/^Struct pages of 64 pages from 0x[0-9a-f]+ on lie at pfn 0x[0-9a-f]+ in memory\d+/);
  await page.keyboard.press("ArrowUp");
  await expect(said).toContainText(/^Page 0x[0-9a-f]+ of memory\d+/);
  const pfn = Number((await said.innerText()).match(/0x[0-9a-f]+/)?.[0]);
  await page.keyboard.press("Enter");
  expect((await playground.state()).selection.pfn).toBe(pfn);
  await page.keyboard.press("Home");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Table", exact: true }).click();
  await expectAccessible(page);
  expect(await page.locator("#panel-memory svg *").count()).toBeLessThan(1000);
});

test("a process's tables: the twin has a row for each column, and axe finds nothing in either", async ({
  playground,
  page,
}) => {
  const panel = await playground.openTab("Page tables");
  const process = Object.values((await playground.state()).records.process).find(({ comm }) => comm === "postgres");
  await panel.getByRole("combobox", { name: "Whose page tables" }).selectOption({ label: `postgres ${process?.pid}` });
  await expect(panel.getByRole("list", { name: "Memory blocks that hold its pages" })).toBeVisible();
  await page.evaluate(() => window.__playground?.setSpeed(0));
  // By keys into one table, and to a page that one of its entries leads to.
  await panel.getByRole("region", { name: /^Page tables of postgres/ }).focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await expect(panel.getByRole("heading", { name: /^Table 0x/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(panel.getByRole("region", { name: /^Entries of the table/ })).toBeFocused();
  const [entry, pfn] = await page.evaluate(() => {
    const { look } = window.__playground?.store.getState().looked ?? {};
    const frames = look?.of === "process" ? [...(look.entries?.frames ?? [])] : [];
    const at = frames.findIndex((frame, i) => i > 64 && frame > 0);
    return [at, frames[at] ?? 0];
  });
  for (let i = 0; i < Math.floor(entry / 32); i++) await page.keyboard.press("ArrowDown");
  for (let i = 0; i < entry % 32; i++) await page.keyboard.press("ArrowRight");
  await expect(panel.getByText(`Entry ${entry}: page 0x${pfn.toString(16)} in memory`)).toBeAttached();
  await page.keyboard.press("Enter");
  await expect(panel.getByLabel("The chain of a page")).toContainText(`PTE ${entry} of table`);
  expect((await playground.state()).selection.pfn).toBe(pfn);
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await panel.getByRole("button", { name: "Table", exact: true }).click();
  await expect(panel.getByRole("row").nth(1)).toBeVisible();
  await page.waitForTimeout(500);
  const told = await page.evaluate(() => {
    const { looked } = window.__playground?.store.getState() ?? {};
    return looked?.look.of === "process" ? (looked.look.tables?.leaves.map(({ used }) => String(used)) ?? []) : [];
  });
  expect(told.length).toBeGreaterThan(10);
  const shown = await panel
    .getByRole("row")
    .evaluateAll((rows) => rows.slice(1).map((row) => row.children[2]?.textContent));
  expect(shown).toEqual(told);
  await expectAccessible(page);
});

test("on a phone the axis runs downward: the direct mapping left of the memory, the memory map right, and keys go along it", async ({
  playground,
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await playground.open({ scenario: "busy-server" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  const panel = page.locator("#panel-memory");
  await panel.getByRole("combobox", { name: "What the large panel shows" }).selectOption("Page tables");
  await page.evaluate(() => window.__playground?.send({ do: "move", dimm: "d6", to: { slot: "A/1/2" } }));
  await playground.idle();
  const figure = panel.getByRole("region", { name: /^Kernel page tables of Database server/ });
  await expect(figure).toBeVisible();
  const placeOf = async (what: Locator) => {
    const box = await what.boundingBox();
    if (!box) throw new Error("it is nowhere");
    return box;
  };
  const boxOf = (mark: string) => placeOf(figure.locator(`[data-mark="${mark}"] rect`).first());
  const [low, high, entry] = [await boxOf("A:40"), await boxOf("A:41"), await boxOf("pud 7")];
  expect(high.y).toBeGreaterThan(low.y);
  expect(high.x).toBeCloseTo(low.x, 1);
  expect(entry.x + entry.width).toBeLessThan(low.x);
  const map = await figure.locator('[data-mark^="map "] rect').first().boundingBox();
  expect(map?.x).toBeGreaterThan(low.x + low.width);
  // Nothing is beyond the panel, and where the new table lies is a line of words.
  const [all, room] = [await figure.locator("svg").boundingBox(), await panel.boundingBox()];
  expect((all?.x ?? 0) + (all?.width ?? 0)).toBeLessThanOrEqual((room?.x ?? 0) + (room?.width ?? 0));
  await expect(panel.getByText(/^this table is page 0x[0-9a-f]+ of memory\d+/)).toBeVisible();
  await figure.focus();
  await page.keyboard.press("ArrowDown");
  const said = panel.getByRole("status").filter({ hasText: /./ }).first();
  await expect(said).toContainText("PGD");
  await page.keyboard.press("ArrowRight");
  await expect(said).toContainText("PUD entry");
  const above = await said.innerText();
  await page.keyboard.press("ArrowDown");
  await expect(said).not.toHaveText(above);
  await expect(said).toContainText("PUD entry");
  // Nearer, marks end where the picture does.
  for (let i = 0; i < 3; i++) await panel.getByRole("button", { name: "Nearer" }).click();
  const near = await placeOf(figure.locator("svg"));
  for (const rect of await figure.locator("[data-mark] rect").all()) {
    const box = await rect.boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(near.y + near.height + 2);
  }
  await expectAccessible(page);
});
