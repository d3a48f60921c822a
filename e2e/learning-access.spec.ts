/**
 * Whoever learns here by ear, by keys or in the dark: axe finds nothing in any state of welcome, index and exercise, and of a
 * lesson and author mode in either theme; what is read stands in the order that it is to be read in; and what changes is said once.
 */
import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

const column = (page: Page) => page.locator("#panel-lesson");

for (const theme of ["light", "dark"] as const)
  test.describe(`axe, ${theme}`, () => {
    test.use({ colorScheme: theme });

    test("a lesson: begun, chosen and answered, gone wrong, with hints, reached", async ({ page, playground }) => {
      test.slow();
      await playground.open({ at: "./#lesson=one-word" });
      await expect(column(page).getByRole("heading", { name: "Goal" })).toBeVisible();
      await expectAccessible(page);
      const question = column(page).getByRole("group", { name: /what do you expect/ });
      await question.getByRole("button", { name: "Watch it" }).click();
      await question.getByRole("button", { name: "returns 0" }).click();
      await expectAccessible(page, "#panel-lesson");
      await question.getByRole("button", { name: /^See what the machine answers/ }).click();
      await expect(question.getByRole("status").last()).toContainText("You said: ");
      await expectAccessible(page, "#panel-lesson");
      await page.evaluate(() => window.__playground?.setSpeed(8));
      const write = (text: string, block: number) => {
        const path = `/sys/devices/system/memory/memory${block}/state`;
        return playground.send({ do: "write", partition: "A", path, text });
      };
      await write("online", 56);
      await expect(column(page)).toContainText("went into Normal");
      await column(page).getByRole("button", { name: /^Hint/ }).click();
      await column(page).getByText("More", { exact: true }).click();
      await expectAccessible(page);
      await write("offline", 56);
      for (const block of [56, 57, 58, 59]) await write("online_movable", block);
      await playground.send({ do: "move", dimm: "d6", to: { shelf: true } });
      await expect(column(page).getByText("Reached", { exact: true })).toBeVisible();
      await expectAccessible(page);
    });

    test("a lesson that asks to point, with something selected, and after it", async ({ page, playground }) => {
      await playground.open({ at: "./#lesson=kernel-memory-says-no" });
      await expect(column(page).getByRole("heading", { name: "Goal" })).toBeVisible();
      await page.evaluate(() => window.__playground?.setSpeed(8));
      const path = "/sys/devices/system/memory/memory44/state";
      await playground.send({ do: "write", partition: "A", path, text: "offline" });
      await expect(column(page).getByRole("heading", { name: "Point at it" })).toBeVisible();
      await expectAccessible(page, "#panel-lesson");
      await page.locator("[data-panel=verdict]").getByRole("button", { name: "Show the page" }).click();
      await column(page)
        .getByRole("button", { name: /^This is it: page/ })
        .click();
      await expect(column(page)).toContainText("That is it.");
      // What was asked has gone, and the focus is still in the lesson.
      await expect(column(page).locator("section:focus")).toBeAttached();
      await expectAccessible(page, "#panel-lesson");
    });

    test("a lesson that asks how its machine boots: as it was, and booted otherwise", async ({ page, playground }) => {
      await playground.open({ at: "./#lesson=a-node-to-give-away" });
      const form = column(page).getByRole("group", { name: "How it boots" });
      await expect(form.getByRole("status")).toHaveText("Booted without options.");
      await expectAccessible(page);
      await form.getByRole("checkbox", { name: "movable_node" }).check();
      await form.getByRole("checkbox", { name: "node 1" }).check();
      await form.getByRole("button", { name: "Boot it" }).click();
      await expect(form.getByRole("status")).toHaveText("Booted with movable_node.");
      await expect(column(page)).toContainText("All 8 of node 1’s blocks are Movable");
      await expectAccessible(page, "#panel-lesson");
    });

    test("author mode: form, source, each preview, and what is wrong", async ({ page, playground }) => {
      test.slow();
      await playground.open({ at: "./#write" });
      const write = page.getByRole("region", { name: "Write a lesson" });
      await expect(write.getByText(/expected at least one goal/).first()).toBeVisible();
      await expectAccessible(page);
      await write.getByRole("button", { name: "Source", exact: true }).click();
      await expectAccessible(page, "#panel-lesson");
      await write.getByRole("button", { name: "Preview", exact: true }).click();
      await expectAccessible(page, "#panel-lesson");
      for (const preview of ["a phone", "a screen reader’s text"]) {
        await write.getByRole("button", { name: preview }).click();
        await expectAccessible(page, "#panel-lesson");
      }
      // Any lesson can be gone on from.
      await write.getByRole("combobox", { name: "Begin with a lesson" }).selectOption({ label: "One word decides" });
      await write.getByRole("button", { name: "Form", exact: true }).click();
      await expect(write.getByRole("textbox", { name: "Title", exact: true })).toHaveValue("One word decides");
      // Its worked run is a form, too: a line more can be seen before the question, where there is one.
      const runs = write.getByRole("region", { name: "Worked runs" });
      const seen = runs.getByRole("combobox", { name: "Lines that are seen before the question" });
      const lines = runs.getByRole("textbox", { name: /^Worked run 1/ });
      const before = await lines.inputValue();
      await lines.press("Control+End");
      await lines.pressSequentially("\nlsmem");
      await expect(lines).toHaveValue(`${before}\nlsmem`);
      await expect(seen.getByRole("option").last()).toHaveText(String(before.split("\n").length));
      await page.evaluate(() => window.__playground?.select({ dimm: "d3" }));
      await runs
        .getByRole("combobox", { name: "What may be true after it" })
        .selectOption({ label: "d3 is on the shelf" });
      await runs.getByRole("button", { name: "Add that it is not so" }).click();
      // The lesson speaks two languages, and the answer one.
      await expect(write.getByText(/^text\.ja\.answer-1: missing/).first()).toBeVisible();
      await expectAccessible(page, "#panel-lesson");
    });
  });

test("at 400 % neither the question, the lessons, one of them, an exercise nor where one is written is wider than the page", async ({
  page,
  playground,
}) => {
  // 1280 by 1024 pixels, four times as large.
  await page.setViewportSize({ width: 320, height: 256 });
  const places = [
    ["./", "Linux will let one of d1 and d3 go"],
    ["./?a#lessons", "A server that must not stop"],
    ["./?b#lesson=one-word", "One word decides"],
    ["./?c#predict", "Predict, then see"],
    ["./?d#write", "Goal"],
  ] as const;
  for (const [at, words] of places) {
    await playground.open({ at });
    await expect(page.getByText(words).first()).toBeAttached();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, at).toBe(320);
  }
});

test("welcome and the list of lessons: with nothing done, something and everything", async ({ page, playground }) => {
  test.slow();
  await playground.open();
  await expect(page.locator("[data-panel=verdict]")).toContainText("Which one is it?");
  await expectAccessible(page);
  await playground.open({ at: "./?a#lessons" });
  await expect(page.getByRole("link", { name: "Begin: A server that must not stop" })).toBeVisible();
  await expectAccessible(page);
  const ids = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLAnchorElement>('a[href^="#lesson="]')].map(({ hash }) => hash.slice(8)),
  );
  const bring = (some: readonly string[]) => {
    const lessons = Object.fromEntries(some.map((id) => [id, { at: 1, way: "", hints: 0, commands: 3 }]));
    const file = { version: 1, lessons };
    return page
      .locator("input[type=file]")
      .nth(1)
      .setInputFiles({
        name: "progress.json",
        mimeType: "application/json",
        buffer: Buffer.from(JSON.stringify(file)),
      });
  };
  await bring(ids.slice(0, 3));
  await expect(page.getByText(/^Progress of .* was added\.$/)).toBeVisible();
  await expect(page.getByRole("link", { name: /^Go on: / })).toBeVisible();
  await expectAccessible(page);
  await bring(ids);
  await expect(page.getByRole("link", { name: "All solved. Predict, then see" })).toBeVisible();
  await expectAccessible(page);
});

test("an exercise: asked, chosen, answered", async ({ page, playground }) => {
  await playground.open({ at: "./#predict=which-zone/1/3" });
  const see = page.getByRole("button", { name: "See what the machine does" });
  await expect(see).toBeVisible();
  await expectAccessible(page);
  await page.locator("main:not([inert])").getByRole("group").getByRole("button").first().click();
  await expectAccessible(page);
  await see.click();
  await expect(page.getByText(/^You said: /)).toBeVisible();
  await expectAccessible(page);
});

/** Collects what live regions say from now on. */
const listen = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const said: string[] = [];
    (window as { __said?: string[] }).__said = said;
    const LIVE = "[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]";
    new MutationObserver((changes) => {
      const regions = new Set<Element>();
      for (const { target } of changes) {
        const region = (target instanceof Element ? target : target.parentElement)?.closest(LIVE);
        if (region) regions.add(region);
      }
      for (const region of regions) {
        const text = region.textContent?.replace(/\s+/g, " ").trim() ?? "";
        if (text !== "" && said.at(-1) !== text) said.push(text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
const heard = (page: Page): Promise<string[]> => page.evaluate(() => (window as { __said?: string[] }).__said ?? []);

test("a lesson is read in its order: what it is, what to do, what has to become so, what you expect", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#lesson=one-word" });
  await expect(column(page).getByRole("heading", { name: "Goal" })).toBeVisible();
  await expect(column(page)).toMatchAriaSnapshot(`
    - region "One word decides":
      - button "Leave the lesson"
      - heading "One word decides" [level=2]
      - paragraph
      - button "Type cat memory56/valid_zones into the terminal"
      - button "Run cat memory56/valid_zones"
      - heading "Goal" [level=3]
      - list:
        - listitem: /All four blocks of d6 are online.*, not yet, 0 of 4/
        - listitem: /All of d6 is in Movable.*, not yet, 0 of 4/
        - listitem: /Then d6 leaves again.*, not yet/
        - listitem: /Nothing was killed.*, so far/
      - group /what do you expect/:
        - heading /what do you expect/ [level=3]
        - paragraph
        - button "Watch it"
        - status
      - button /^Hint/
      - button "Undo my last move" [disabled]
      - button "Start again"
  `);
  await column(page).getByRole("button", { name: "Watch it" }).click();
  await expect(column(page)).toMatchAriaSnapshot(`
    - region "One word decides":
      - group /what do you expect/:
        - heading /what do you expect/ [level=3]
        - status:
          - list:
            - listitem:
              - list:
                - listitem:
                  - paragraph: /What memory56 may become/
                  - code: cat memory56/valid_zones
                  - text: Normal Movable
                - listitem:
                  - paragraph: The plain word takes the first of them.
                  - code: echo online > memory56/state
                  - paragraph: prints nothing
                - listitem
        - paragraph:
          - text: "Next:"
          - code: echo offline > memory56/state
        - paragraph
        - button "returns 0"
        - button "says EBUSY"
        - button "never returns"
        - button "See what the machine answers, in a copy" [disabled]
      - button /^Hint/
      - button "Undo my last move" [disabled]
      - button "Start again"
  `);
});

test("a wrong move is said once, beside the change of a goal, and not with every frame", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#lesson=one-word" });
  await expect(column(page).getByRole("heading", { name: "Goal" })).toBeVisible();
  await page.evaluate(() => window.__playground?.setSpeed(8));
  await playground.idle();
  await listen(page);
  const write = (text: string, block: number) => {
    const path = `/sys/devices/system/memory/memory${block}/state`;
    return playground.send({ do: "write", partition: "A", path, text });
  };
  await write("online", 56);
  await expect(column(page)).toContainText("went into Normal");
  await playground.idle();
  const first = await heard(page);
  const about = (said: readonly string[], what: RegExp) => said.filter((text) => what.test(text));
  expect(about(first, /went into Normal/)).toHaveLength(1);
  expect(about(first, /not reached any more|: reached/)).toEqual([]);
  expect(new Set(first).size).toBe(first.length);
  await write("offline", 56);
  for (const block of [56, 57, 58, 59]) await write("online_movable", block);
  await expect.poll(async () => about(await heard(page), /All of d6 is in Movable: reached/)).toHaveLength(1);
  await playground.idle();
  const all = await heard(page);
  expect(about(all, /All four blocks of d6 are online: reached/)).toHaveLength(1);
  // Ten commands are told of: what each did, and its verdict; never how far it is.
  expect(all.length).toBeLessThan(30);
});

test("who comes by keys meets the way past the header, then the two DIMMs of the question", async ({
  page,
  playground,
}) => {
  await playground.open();
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveAccessibleName("Skip to the box");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^DIMM d1,.*question 1 of 2$/);
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveAccessibleName(/^DIMM d3,.*question 2 of 2$/);
  await page.keyboard.press("m");
  await expect(page.locator("[data-panel=box]").getByRole("status").first()).not.toBeEmpty();
  await page.keyboard.press("Escape");
});
