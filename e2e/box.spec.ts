/** Moving DIMMs as a person does: by mouse, by two clicks, by keys, by finger, by menu; refused, and called off. */
import type { Locator, Page } from "@playwright/test";
import type { Command } from "../src/engine/time/commands.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, type PlaygroundPage, test } from "./support/playground.ts";
import { dragByTouch, middleOf } from "./support/touch.ts";

const MOVE: Command = { do: "move", dimm: "d4", to: { slot: "A/0/2" } };

const box = (page: Page) => page.locator("[data-box]");
const dimm = (page: Page, key: string) => box(page).getByRole("button", { name: new RegExp(`^DIMM ${key},`) });
const slot = (page: Page, key: string) => box(page).locator(`li[data-place="${key}"]`);
const voice = (page: Page) => box(page).getByRole("status");

/** Keeps what the page commands from here on. */
async function listen(page: Page): Promise<() => Promise<readonly Command[]>> {
  const kept = await page.evaluateHandle(() => {
    const playground = window.__playground;
    if (!playground) throw new Error("The page has no playground.");
    const commands: Command[] = [];
    const send = playground.send.bind(playground);
    playground.send = (command) => {
      commands.push(command);
      return send(command);
    };
    return commands;
  });
  return () => kept.jsonValue();
}

const setSpeed = (page: Page, speed: number) => page.evaluate((value) => window.__playground?.setSpeed(value), speed);

async function dragByMouse(page: Page, from: Locator, to: Locator): Promise<void> {
  const start = await middleOf(from);
  const end = await middleOf(to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(end.x, end.y, { steps: 10 });
}

/** The DIMM has left its slot with all that was in it, and nothing was lost. */
async function expectArrived(page: Page, playground: PlaygroundPage): Promise<void> {
  await expect(slot(page, "A/0/2").getByRole("button", { name: /^DIMM d4,/ })).toBeVisible({ timeout: 60_000 });
  await playground.idle();
  expect((await playground.state()).records.dimm.d4).toMatchObject({ slot: "A/0/2", phase: "in-use" });
  expect(await playground.audit()).toEqual([]);
}

/** A DIMM of partition A that will be refused. */
async function stubbornDimm(page: Page): Promise<string> {
  const found = await page.evaluate(async () => {
    const playground = window.__playground;
    for (const candidate of ["d4", "d3", "d2", "d1"]) {
      const foresight = await playground?.foresee(candidate, { shelf: true });
      if (foresight && !foresight.possible) return candidate;
    }
    return undefined;
  });
  expect(found, "device-busy has a DIMM that cannot be emptied").toBeDefined();
  return found ?? "";
}

test.describe("a DIMM is moved to another node", () => {
  test.beforeEach(async ({ page, playground }) => {
    await playground.open({ scenario: "busy-server" });
    await setSpeed(page, 1);
  });

  test("by mouse", async ({ page, playground }) => {
    const commands = await listen(page);
    await dragByMouse(page, dimm(page, "d4"), slot(page, "A/0/2"));
    await expect(slot(page, "A/0/2")).toHaveAttribute("data-reception", "over");
    await expect(slot(page, "A/0/2")).toHaveAttribute("data-outlook", "yes");
    await expect(slot(page, "A/0/0")).toHaveAttribute("data-reception", "inert");
    await page.mouse.up();
    expect(await commands()).toEqual([MOVE]);
    await expectArrived(page, playground);
  });

  test("by two clicks", async ({ page, playground }) => {
    const commands = await listen(page);
    await dimm(page, "d4").click();
    await slot(page, "A/0/2")
      .getByRole("button", { name: /^Put it in / })
      .click();
    expect(await commands()).toEqual([MOVE]);
    await expectArrived(page, playground);
  });

  test("by keys alone, with every step said", async ({ page, playground }) => {
    const commands = await listen(page);
    await dimm(page, "d4").focus();
    await page.keyboard.press("Enter");
    await expect(voice(page)).toContainText("Picked up DIMM d4 from Database server, node 1, slot 1.");
    await page.keyboard.press("Home");
    await expect(slot(page, "A/0/2").getByRole("button")).toBeFocused();
    await expect(voice(page)).toContainText("Over Database server, node 0, slot 2:");
    await page.keyboard.press("Enter");
    expect(await commands()).toEqual([MOVE]);
    await expectArrived(page, playground);
    await expect(dimm(page, "d4")).toBeFocused();
  });

  test("by its menu", async ({ page, playground }) => {
    const commands = await listen(page);
    await dimm(page, "d4").focus();
    await page.keyboard.press("Shift+F10");
    const entry = page.getByRole("menuitem", { name: "Database server, node 0, slot 2" });
    await expect(entry).toBeFocused();
    await expect(entry).not.toContainText("looking ahead");
    await page.keyboard.press("Enter");
    expect(await commands()).toEqual([MOVE]);
    await expectArrived(page, playground);
  });

  test("between partitions: out of one server, into the other", async ({ page, playground }) => {
    await dragByMouse(page, dimm(page, "d4"), slot(page, "B/0/1"));
    await page.mouse.up();
    await expect(slot(page, "B/0/1").getByRole("button", { name: /^DIMM d4,/ })).toBeVisible({ timeout: 60_000 });
    await playground.idle();
    const { records } = await playground.state();
    expect(records.dimm.d4?.blocks.every((block) => records.block[block]?.partition === "B")).toBe(true);
    expect(await playground.audit()).toEqual([]);
  });

  test("or not: Escape in the middle of a drag puts it back", async ({ page }) => {
    const commands = await listen(page);
    await dragByMouse(page, dimm(page, "d4"), slot(page, "A/0/2"));
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await expect(voice(page)).toContainText("DIMM d4 is back");
    expect(await commands()).toEqual([]);
  });
});

test.describe("by finger", () => {
  test.use({ hasTouch: true });

  test("a DIMM is dragged, and the machine does the same", async ({ page, playground }) => {
    await playground.open({ scenario: "busy-server" });
    await setSpeed(page, 1);
    const commands = await listen(page);
    const to = await middleOf(slot(page, "A/0/2"));
    await dragByTouch(page, await middleOf(dimm(page, "d4")), to, {
      onTheWay: () => expect(slot(page, "A/0/2")).toHaveAttribute("data-reception", "over"),
    });
    expect(await commands()).toEqual([MOVE]);
    await expectArrived(page, playground);
  });

  test("two taps do it too, and what is no DIMM scrolls the page", async ({ page, playground }) => {
    await page.setViewportSize({ width: 390, height: 700 });
    await playground.open({ scenario: "busy-server" });
    await setSpeed(page, 1);
    const heading = box(page).getByRole("heading", { name: "Database server" });
    const from = await middleOf(heading);
    await dragByTouch(page, { x: from.x, y: 500 > from.y ? from.y : 500 }, { x: from.x, y: from.y - 160 });
    expect(await page.evaluate(() => window.scrollY)).toBeGreaterThan(20);

    const commands = await listen(page);
    const module = dimm(page, "d4");
    const size = await module.boundingBox();
    expect(size?.height).toBeGreaterThanOrEqual(44);
    await module.tap();
    await slot(page, "A/0/2").getByRole("button").tap();
    expect(await commands()).toEqual([MOVE]);
    await expectArrived(page, playground);
  });
});

test("a refused DIMM goes back to its slot and carries the verdict", async ({ page, playground }) => {
  await playground.open({ scenario: "device-busy" });
  await setSpeed(page, 1);
  const key = await stubbornDimm(page);
  const home = (await playground.state()).records.dimm[key]?.slot ?? "";
  const shelf = box(page).locator('[data-place="shelf"]');
  await dragByMouse(page, dimm(page, key), shelf);
  await expect(shelf).toHaveAttribute("data-outlook", "no");
  await page.mouse.up();
  const badge = slot(page, home).getByRole("button", { name: `${key} was refused with EBUSY: show why` });
  await expect(badge).toBeVisible({ timeout: 60_000 });
  await expect(voice(page)).toContainText("EBUSY");
  await playground.idle();
  expect((await playground.state()).records.dimm[key]).toMatchObject({ slot: home, phase: "in-use" });
  expect(await playground.audit()).toEqual([]);
  await badge.click();
  const { selection, records } = await playground.state();
  expect(records.attempt[selection.attempt ?? ""]).toMatchObject({ result: "failed", errno: "EBUSY" });
});

test("emptying can be called off half way", async ({ page, playground }) => {
  await playground.open({ scenario: "busy-server" });
  await setSpeed(page, 1 / 64);
  const commands = await listen(page);
  await dimm(page, "d3").focus();
  await page.keyboard.press("m");
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  const progress = box(page).getByRole("progressbar", { name: "Emptying d3" });
  await expect(progress).not.toHaveAttribute("aria-valuenow", "0");
  await box(page).getByRole("button", { name: "Cancel emptying d3" }).click();
  await setSpeed(page, 1);
  await expect(slot(page, "A/1/0").getByRole("button", { name: /^Emptying d3 was cancelled/ })).toBeVisible();
  await expect(voice(page)).toContainText("Cancelled. DIMM d3 stays in Database server, node 1, slot 0.");
  expect((await commands()).map((command) => command.do)).toEqual(["move", "signal"]);
  await playground.idle();
  expect((await playground.state()).records.dimm.d3).toMatchObject({ slot: "A/1/0", phase: "in-use" });
  expect(await playground.audit()).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in the ${colorScheme} theme`, () => {
    test.use({ colorScheme });
    test("axe finds nothing: at rest, while a DIMM is carried, with its menu open", async ({ page, playground }) => {
      await playground.open({ scenario: "busy-server" });
      await expectAccessible(page);
      await dimm(page, "d4").focus();
      await page.keyboard.press("m");
      await page.keyboard.press("Home");
      await expect(voice(page)).toContainText("Over ");
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Shift+F10");
      await expect(page.getByRole("menu")).toBeVisible();
      await expectAccessible(page);
    });
  });
}

test("a shelf with more DIMMs than it can show is reached by keys, and cuts no words off before that", async ({
  playground,
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  await playground.open({ scenario: "busy-server" });
  const shelf = page.getByRole("list", { name: "Spare shelf" });
  const overflow = () => shelf.evaluate((row) => row.scrollWidth - row.clientWidth);
  expect(await overflow()).toBeLessThanOrEqual(0);
  await setSpeed(page, 1);
  for (const key of ["d3", "d4"]) await playground.send({ do: "move", dimm: key, to: { shelf: true } });
  await playground.idle();
  // In a narrow window the page scrolls, and the shelf has as many rows as it needs.
  await page.setViewportSize({ width: 760, height: 900 });
  await expect.poll(overflow).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1000, height: 768 });
  await expect.poll(overflow).toBeGreaterThan(0);
  await expect(shelf).toHaveAttribute("tabindex", "0");
  await expectAccessible(page);
});
