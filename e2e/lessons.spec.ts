/** Lessons are finished by what is visible alone, by mouse and by keys; and the list of them. */
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

const column = (page: Page): Locator => page.locator("#panel-lesson");
const goal = (page: Page, name: RegExp): Locator => column(page).getByRole("listitem").filter({ hasText: name });
const screen = (page: Page): Locator => page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-rows");
const tile = (page: Page, number: number): Locator =>
  page.getByRole("option", { name: new RegExp(`^memory${number},`) });

test("a lesson is found, read and finished by mouse; a wrong move says what it did and is taken back", async ({
  page,
  playground,
}) => {
  await playground.open();
  await page.getByRole("button", { name: "Learn: all lessons" }).click();
  await expect(page.getByRole("heading", { name: "Lessons" })).toBeVisible();
  await expectAccessible(page);
  await page
    .getByRole("link", { name: /One word decides/ })
    .first()
    .click();
  await expect(column(page).getByRole("heading", { name: "One word decides" })).toBeVisible();
  await expect(goal(page, /All four blocks/)).toContainText("not yet, 0 of 4");
  await expect(column(page)).toContainText("3,932");
  // The lesson asks; what the page asked who came for the first time would only be in its way.
  await expect(page.locator("[data-panel=verdict]")).not.toContainText("Which one is it?");
  await page.evaluate(() => window.__playground?.setSpeed(1));

  await column(page).getByRole("button", { name: "Run cat memory56/valid_zones" }).click();
  await expect(screen(page)).toContainText("Normal Movable");

  await tile(page, 56).click({ button: "right" });
  await page
    .getByRole("menuitem", { name: /^Online\b/ })
    .first()
    .click();
  await expect(column(page)).toContainText("went into Normal");
  await expect(goal(page, /All four blocks/)).toContainText("not yet, 1 of 4");
  await expect(goal(page, /All of d6 is in/)).toContainText("not yet, 0 of 4");

  // A copy answers; the machine stays as it is.
  await column(page).getByRole("button", { name: "Watch it" }).click();
  await column(page).getByRole("button", { name: "says EBUSY" }).click();
  await column(page)
    .getByRole("button", { name: /^See what the machine answers/ })
    .click();
  await expect(column(page)).toContainText("You said: says EBUSY. It is: returns 0.");
  await expect(goal(page, /All four blocks/)).toContainText("not yet, 1 of 4");

  // Back in time goes the book with the machine; forward again it says what it said.
  await column(page).getByRole("button", { name: "Undo my last move" }).click();
  await expect(goal(page, /All four blocks/)).toContainText("not yet, 0 of 4");
  await expect(column(page)).not.toContainText("went into Normal");
  await page.getByRole("button", { name: /^Redo/ }).click();
  await expect(column(page)).toContainText("went into Normal");
  await column(page).getByRole("button", { name: "Run echo offline > memory56/state" }).click();
  await expect(column(page)).not.toContainText("went into Normal");

  for (const number of [56, 57, 58, 59]) {
    await tile(page, number).click({ button: "right" });
    await page.getByRole("menuitem", { name: /^Online as movable/ }).click();
    await expect(tile(page, number)).toHaveAccessibleName(`memory${number}, Movable, online`);
  }
  await expect(goal(page, /All of d6 is in/)).toContainText("reached");
  await page
    .locator("[data-panel=box]")
    .getByRole("button", { name: /^DIMM d6,/ })
    .click({ button: "right" });
  await page.getByRole("menuitem", { name: /shelf/ }).click();
  await expect(goal(page, /Then d6 leaves again/)).toContainText("reached", { timeout: 60_000 });
  await expect(goal(page, /All four blocks/)).toContainText("reached");
  await expect(column(page)).toContainText("The zone is chosen once");
  expect(await playground.audit()).toEqual([]);

  // What was reached is kept, and the list says so.
  await column(page).getByRole("button", { name: "All lessons" }).click();
  await expect(page.getByRole("link", { name: /One word decides, 6 minutes, solved/ })).toBeVisible();
});

test("the same by keys alone, in one line of the shell; hints stay, and the situation is text", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#lesson=one-word" });
  await expect(goal(page, /All four blocks/)).toContainText("not yet, 0 of 4");
  await page.evaluate(() => window.__playground?.setSpeed(8));
  await column(page).getByRole("button", { name: /^Hint/ }).focus();
  await page.keyboard.press("Enter");
  await expect(column(page)).toContainText("cat memory56/valid_zones says, and at the order");

  await page.keyboard.press("Control+`");
  await expect(screen(page)).toContainText(/[#$]\s*$/);
  // What the lesson offers stands behind the cursor, and Tab types it: the way to its folder first.
  const ghost = page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-screen > [aria-hidden]").last();
  await expect(ghost).toHaveText("cd /sys/devices/system/memoryTab");
  await page.keyboard.press("Tab");
  await expect(ghost).toBeHidden();
  await page.keyboard.press("Enter");
  await expect(ghost).toHaveText("cat memory56/valid_zonesTab");
  await page.keyboard.type("cat");
  await expect(ghost).toHaveText(" memory56/valid_zonesTab");
  await page.keyboard.press("Tab");
  await expect(screen(page)).toContainText("# cat memory56/valid_zones");
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText("Normal Movable");
  await expect(ghost).toBeHidden();
  // Shorter than a frame is what all of it takes: no instant may be missed.
  await page.keyboard.type(
    "for n in 56 57 58 59; do echo online_movable > memory$n/state; done; echo 1 > /sys/bus/acpi/devices/PNP0C80:05/eject\n",
  );
  await expect(goal(page, /Then d6 leaves again/)).toContainText("reached");
  await expect(goal(page, /All four blocks/)).toContainText("reached");
  await expect(column(page)).toContainText("Reached");
  await expect(column(page)).toContainText("cat memory56/valid_zones says, and at the order");

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await column(page).getByText("More").focus();
  await page.keyboard.press("Enter");
  await column(page).getByRole("button", { name: "Copy my situation as text" }).focus();
  await page.keyboard.press("Enter");
  await expect(column(page)).toContainText("Copied.");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("Lesson: One word decides");
  expect(copied).toContain("[x] Then d6 leaves again");
  expect(copied).toContain("echo online_movable > /sys/devices/system/memory/memory59/state");
});

test("a lesson file that is broken is told by field, and the box behind it is as it was", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#lessons" });
  const before = await playground.state();
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({
      name: "mine.json",
      mimeType: "application/json",
      buffer: Buffer.from(
        '{"id": "x", "track": "own", "order": 1, "minutes": 2, "start": "busy-server", "goal": [{"id": "a", "all": "pigs"}], "solutions": [["true"]]}',
      ),
    });
  await expect(column(page).getByRole("alert")).toContainText("mine.json: goal[0].all: expected one of blocks");
  await expectAccessible(page);
  await column(page).getByRole("button", { name: "Leave the lesson" }).click();
  await expect(column(page)).toHaveCount(0);
  expect((await playground.state()).scenario).toBe(before.scenario);
});

test("who comes for the first time is asked, and told where to go on by the answer; never again after that", async ({
  page,
  playground,
}) => {
  await playground.open();
  const box = page.locator("[data-panel=box]");
  const verdict = page.locator("[data-panel=verdict]");
  await expect(box).toContainText("Linux will let one of d1 and d3 go, and refuse the other.");
  await expect(verdict).toContainText("Which one is it?");
  await expect(verdict.getByRole("list", { name: "More to do here" }).getByRole("link")).toHaveText([
    /^Learn it/,
    /^Cases from the field/,
    /^Predict, then see/,
    /^The talk of 2013/,
  ]);
  await expect(box.getByRole("button", { name: /^DIMM d3,.*question 2 of 2$/ })).toBeVisible();
  await expectAccessible(page);
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await box.getByRole("button", { name: /^DIMM d1,/ }).click({ button: "right" });
  await page.getByRole("menuitem", { name: /shelf/ }).click();
  await expect(verdict).toContainText("EBUSY", { timeout: 30_000 });
  // Its lines keep their room, so that nothing moves.
  await expect(box.getByText("refuse the other")).toBeHidden();
  await expect(verdict.getByRole("link", { name: "Lesson: A server that must not stop" })).toBeVisible();
  await page.reload();
  await page.waitForFunction(() => window.__playground?.store.getState().status === "running");
  await page.goto("./");
  await page.waitForFunction(() => window.__playground?.store.getState().status === "running");
  await playground.idle();
  await expect(verdict).toContainText("Nothing was tried yet");
  await expect(box).not.toContainText("refuse the other");
});

test.describe("whose language is Japanese", () => {
  test.use({ locale: "ja-JP" });
  test("reads a lesson that has Japanese words in them", async ({ page, playground }) => {
    await playground.open({ at: "./#lesson=two-phases" });
    await expect(column(page).getByRole("heading", { name: "2 つの段階" })).toBeVisible();
    await expect(page.locator("[lang=ja]").first()).toContainText("d6 は棚にあります。");
    await expectAccessible(page);
  });
});
