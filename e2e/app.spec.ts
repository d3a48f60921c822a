/** The shell, the verdict and the event log, as a person meets them. */
import { test as bare, type Page } from "@playwright/test";
import type { Command } from "../src/engine/time/commands.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

const verdict = (page: Page) => page.locator("#panel-verdict");
const log = (page: Page) => page.getByRole("log");
const offline = (number: number): Command => ({
  do: "write",
  partition: "A",
  path: `/sys/devices/system/memory/memory${number}/state`,
  text: "offline",
});
const setSpeed = (page: Page, speed: number) => page.evaluate((value) => window.__playground?.setSpeed(value), speed);

test("a DIMM that can be emptied: progress, then where its pages went", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await setSpeed(page, 1 / 64);
  await playground.send({ do: "move", dimm: "d3", to: { slot: "A/0/2" } });
  await expect(verdict(page)).toContainText("d3 is being emptied, to leave node 1");
  await expect(verdict(page).getByRole("progressbar")).toBeVisible();
  await expect(verdict(page).getByRole("button", { name: "Cancel" })).toBeVisible();
  await setSpeed(page, 1);
  await playground.idle();
  await expect(verdict(page)).toContainText(/d3 left node 1: \d[\d,]+ pages moved/);
  await expect(verdict(page)).toContainText(/It was added to node 0, and 8 blocks of it are online/);
  expect(await playground.audit()).toEqual([]);
});

test("a DIMM with kernel memory: the verdict names page, owner and rule, and leads to the page", async ({
  playground,
  page,
}) => {
  await playground.open({ scenario: "device-busy" });
  await playground.send({ do: "move", dimm: "d3", to: { slot: "A/0/2" } });
  await playground.idle();
  await expect(verdict(page)).toContainText("d3 stayed in node 1: EBUSY");
  await expect(verdict(page)).toContainText(/unmovable pages?(, the first)? at pfn 0x[0-9a-f]+/);
  await expect(verdict(page)).toContainText("dentry");
  await expect(verdict(page)).toContainText("Kernel data is used by its address");
  await expect(verdict(page).getByRole("listitem").filter({ hasText: "Movable only" })).toContainText("cannot move");
  await expect(log(page)).toContainText("page dumped because: unmovable page");

  await verdict(page).getByRole("button", { name: "Show the page" }).click();
  const { selection, records } = await playground.state();
  const culprit = Object.values(records.attempt).find((attempt) => attempt.culprit)?.culprit;
  expect(selection).toMatchObject({ block: `A:${culprit?.block}`, pfn: culprit?.pfn });
  expect(records.slot["A/1/0"]?.dimm).toBe("d3");

  await verdict(page)
    .getByText(/^Kernel log/)
    .click();
  await expect(verdict(page).locator("pre")).toContainText("unmovable page");
  // Nothing has changed since: what can't succeed is not offered.
  await expect(verdict(page)).toContainText("Nothing has changed: it would end the same way.");
  await expect(verdict(page).getByRole("button", { name: "Retry" })).toHaveCount(0);
  await playground.send({ do: "move", dimm: "d3", to: { slot: "A/0/2" } });
  await playground.idle();
  await expect(verdict(page)).toContainText("2 of 2");
  expect(await playground.audit()).toEqual([]);
});

test("what runs can be called off, and a block can come back as movable", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await setSpeed(page, 1 / 64);
  const block = Object.values((await playground.state()).records.block).find(
    ({ partition, zone, kinds }) =>
      partition === "A" && zone === "Movable" && (kinds[2] ?? 0) + (kinds[3] ?? 0) > 20_000,
  );
  const number = block?.number ?? 0;
  await playground.send(offline(number));
  await expect(verdict(page)).toContainText(`memory${number} is going offline`);
  await verdict(page).getByRole("button", { name: "Cancel" }).click();
  await playground.idle();
  await expect(verdict(page)).toContainText(`memory${number} stayed online: called off (EINTR)`);

  await setSpeed(page, 1);
  await verdict(page).getByRole("button", { name: "Retry" }).click();
  await playground.idle();
  await expect(verdict(page)).toContainText(`memory${number} is offline`);
  await verdict(page).getByRole("button", { name: "Online as movable" }).click();
  await playground.idle();
  await expect(verdict(page)).toContainText(`memory${number} is online`);
  await page.getByRole("button", { name: "Older attempt" }).click();
  await expect(verdict(page)).toContainText(`memory${number} is offline`);
  expect(await playground.audit()).toEqual([]);
});

test("the log shows commands and kernel lines, narrows down, and copies", async ({ playground, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await playground.open({ scenario: "device-busy" });
  await playground.send({ do: "press", dimm: "d3" });
  await playground.idle();
  await expect(log(page)).toContainText("# attention button of d3");
  await page.getByRole("button", { name: "Choose which lines are shown" }).click();
  await expect(page.getByRole("searchbox", { name: "Filter" })).toBeFocused();
  await page.getByRole("searchbox", { name: "Filter" }).fill("attention");
  await expect(log(page).locator("[data-level]")).toHaveCount(1);
  await page.getByRole("button", { name: "Copy the lines shown" }).click();
  await expect(page.getByText("1 line copied")).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("# attention button of d3");
  await page.getByRole("searchbox", { name: "Filter" }).fill("no such line");
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByRole("combobox", { name: "Level" }).selectOption("warn");
  await log(page)
    .getByRole("button", { name: /pfn:0x/ })
    .first()
    .click();
  expect((await playground.state()).selection.pfn).not.toBeNull();
});

test("everything in the shell can be reached by keys", async ({ playground, page }) => {
  await playground.open();
  await page.keyboard.press("Shift+?");
  await expect(page.getByRole("dialog", { name: "Keys and ways around" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const speed = async () => (await playground.state()).speed;
  await page.keyboard.press("s");
  expect(await speed()).toBe(1 / 64);
  await page.keyboard.press("p");
  expect(await speed()).toBe(0);
  await page.keyboard.press("p");
  expect(await speed()).toBe(1 / 64);

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).fill("resource busy");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await playground.state()).scenario).toBe("device-busy");
  await playground.idle();

  await page.keyboard.press("v");
  await expect(page.locator("#panel-verdict")).toBeFocused();
  await page.keyboard.press("Shift+?");
  await page.getByRole("checkbox", { name: /Single-letter keys/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("p");
  expect(await speed()).not.toBe(0);
});

test("the theme is chosen once and kept", async ({ playground, page }) => {
  await playground.open();
  await page.getByRole("button", { name: "Theme: as the system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("button", { name: "Theme: dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
});

test("the line of events tells what happened and leads back to it", async ({ playground, page }) => {
  await playground.open({ scenario: "device-busy" });
  await setSpeed(page, 1);
  await playground.send({ do: "press", dimm: "d3" });
  await playground.idle();
  await playground.send(offline(51));
  await playground.idle();
  await expect(verdict(page)).toContainText("memory51 is offline");
  const marks = page.getByRole("list", { name: "What happened, oldest first" });
  await marks.getByRole("button", { name: /d3 stayed in its slot: EBUSY/ }).click();
  await expect(verdict(page)).toContainText("d3 stayed in node 1: EBUSY");
  await page.keyboard.press("End");
  await expect(marks.getByRole("button", { name: /memory51 is offline/ })).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing in a verdict, a dialog or a list of actions, ${colorScheme}`, async ({
    playground,
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    await playground.open({ scenario: "device-busy" });
    await playground.send({ do: "move", dimm: "d3", to: { slot: "A/0/2" } });
    await playground.idle();
    await expect(verdict(page)).toContainText("EBUSY");
    await expectAccessible(page);
    await page.keyboard.press("Shift+?");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await expectAccessible(page);
  });
}

test("for a projector, too, axe finds nothing", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await page.keyboard.press("Shift+P");
  await expect(page.locator("html")).toHaveAttribute("data-projector");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
});

for (const [width, height] of [
  [390, 844],
  [1024, 768],
  [1440, 900],
  [3840, 2160],
] as const) {
  test(`nothing is cut off sideways at ${width}×${height}`, async ({ playground, page }) => {
    await page.setViewportSize({ width, height });
    await playground.open();
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await overflow()).toBeLessThanOrEqual(0);
    if (width > 720) return;
    await page.getByRole("navigation").getByRole("button", { name: "Log" }).click();
    await expect(log(page)).toBeInViewport();
    await page.getByRole("navigation").getByRole("button", { name: "Box" }).click();
    await expect(page.locator("[data-box]")).toBeInViewport();
  });
}

test("the first usable frame is marked", async ({ playground, page }) => {
  await playground.open();
  const marks = await page.evaluate(() => performance.getEntriesByName("first-usable-frame").length);
  expect(marks).toBe(1);
});

bare("when the simulator cannot be loaded the page says so, and offers ways out", async ({ page }) => {
  await page.addInitScript(() => {
    const Original = window.Worker;
    window.Worker = class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(new URL("./no-such-worker.js", location.href), options);
        void url;
      }
    };
  });
  await page.goto("./");
  await expect(page.getByRole("alert")).toContainText("The simulation cannot go on");
  await expect(page.getByRole("button", { name: "Load the page again" })).toBeVisible();
  await expectAccessible(page);
});

test("the log stays at its end while lines come, until someone scrolls away, and again once they are back", async ({
  playground,
  page,
}) => {
  await playground.open({ scenario: "busy-server" });
  const toEnd = () => log(page).evaluate((list) => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight));
  const lines = () => log(page).locator("> div > div").count();
  const refused = async (times: number) => {
    // memory0 lies in two zones: each write is a line, and its answer another.
    for (let i = 0; i < times; i++) await playground.send(offline(0));
    await expect.poll(async () => (await playground.state()).log.length).toBeGreaterThan(times);
  };
  await expect.poll(toEnd).toBeLessThanOrEqual(1);
  const before = await lines();
  await refused(12);
  await expect.poll(lines).toBeGreaterThan(before + 11);
  await expect.poll(toEnd).toBeLessThanOrEqual(1);

  await log(page).evaluate((list) => list.scrollTo({ top: 40 }));
  await page.getByRole("button", { name: "Newest" }).waitFor();
  await refused(6);
  expect(await log(page).evaluate((list) => list.scrollTop)).toBe(40);
  await page.getByRole("button", { name: "Newest" }).click();
  await expect.poll(toEnd).toBeLessThanOrEqual(1);
  // More than are kept in the page: what goes above takes nothing from the end.
  await page.evaluate(async (command) => {
    for (let i = 0; i < 400; i++) await window.__playground?.send(command);
  }, offline(0));
  await expect.poll(lines).toBe(400);
  await refused(3);
  await expect.poll(toEnd).toBeLessThanOrEqual(1);
});
