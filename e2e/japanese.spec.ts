/**
 * The page in Japanese: nothing English is left in any view, menu or dialog, nothing is cut, axe finds nothing; and a switch in the
 * middle of what runs loses nothing. What Linux writes, what is typed and names are the same in every language.
 */
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, type PlaygroundPage, test } from "./support/playground.ts";
import { cut, unread } from "./support/reading.ts";

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const READ_IN_ENGLISH = "Read in English (英語で読む)";

test.use({ locale: "ja-JP" });

/** Looks at the page as it is now. `others`: words that are the content's own, in its own language. */
async function look(page: Page, playground: PlaygroundPage, state: string): Promise<void> {
  await playground.idle();
  const said = (await unread(page)).filter(({ text }) => text !== READ_IN_ENGLISH);
  expect.soft(said, `${state}: English`).toEqual([]);
  expect.soft(await cut(page), `${state}: cut`).toEqual([]);
}

const box = (page: Page): Locator => page.locator("[data-panel=box]");
const dimm = (page: Page, name: string): Locator =>
  box(page).getByRole("button", { name: new RegExp(`^DIMM ${name}、`) });

for (const { width, height } of WIDTHS) {
  const wide = width > 600;
  test.describe(`${width} pixels wide`, () => {
    test.use({ viewport: { width, height } });

    test("the box, its menus, every view, answers and dialogs", async ({ page, playground }) => {
      // Each state is read whole; a busy computer needs its time.
      test.setTimeout(600_000);
      await playground.open();
      await look(page, playground, "welcome");
      await dimm(page, "d3").focus();
      await page.keyboard.press("Shift+F10");
      await expect(page.getByRole("menu")).toBeVisible();
      await look(page, playground, "menu of a DIMM");
      await page.keyboard.press("Escape");
      await dimm(page, "d3").focus();
      await page.keyboard.press("m");
      await look(page, playground, "a DIMM is carried");
      await page.keyboard.press("Escape");

      await page.evaluate(() => window.__playground?.setSpeed(8));
      for (const [name, place] of [
        ["d1", { shelf: true }],
        ["d3", { shelf: true }],
        ["d6", { slot: "A/1/2" }],
      ] as const) {
        await playground.send({ do: "move", dimm: name, to: place });
        await look(page, playground, `${name} was moved`);
      }

      const views = page.getByRole("combobox", { name: "大きいパネルに表示するもの" });
      const tabs = page.getByRole("tablist", { name: "大きいパネルに表示するもの" }).getByRole("tab");
      const many = wide ? await tabs.count() : await views.locator("option").count();
      expect(many).toBe(7);
      for (let i = 0; i < many; i++) {
        if (wide) await tabs.nth(i).click();
        else await views.selectOption({ index: i });
        await expect(page.locator("#panel-memory h2, #panel-memory [role=status]").first()).toBeAttached();
        await look(page, playground, `view ${i + 1}`);
      }
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog")).toBeVisible();
      await look(page, playground, "all actions");
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog").getByRole("heading", { level: 3 }).first()).toBeVisible();
      await look(page, playground, "help");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+`");
      await expect(page.locator(".xterm-rows").first()).toContainText(/[#$]\s*$/);
      await look(page, playground, "terminal");
      await expectAccessible(page);
      // A narrow header has no room for the kernels.
      if (!wide) return;
      await page.locator("header select").nth(1).selectOption("3.9");
      await expect(page.locator("[popover] table").first()).toBeVisible();
      await look(page, playground, "another kernel");
    });

    test("the list of lessons, a lesson, an exercise, and where a lesson is written", async ({ page, playground }) => {
      // Each state is read whole; a busy computer needs its time.
      test.setTimeout(600_000);
      await playground.open({ at: "./#lessons" });
      await expect(page.getByRole("heading", { name: "レッスン", exact: true })).toBeVisible();
      await look(page, playground, "lessons");
      await expectAccessible(page);

      const column = page.locator("#panel-lesson");
      await playground.open({ at: "./?lesson#lesson=one-word" });
      await expect(column.getByRole("heading", { name: "1 つの単語が決める" })).toBeVisible();
      await expect(column.getByRole("heading", { name: "目標" })).toBeVisible();
      await look(page, playground, "lesson");
      await playground.send({
        do: "write",
        partition: "A",
        path: "/sys/devices/system/memory/memory56/state",
        text: "online",
      });
      await column.getByRole("button", { name: /^ヒント/ }).click();
      await column.locator("summary").click();
      await expect(column).toContainText("Normal に");
      await look(page, playground, "lesson: a wrong move, a hint, and more");
      // On a narrow page the answer lies over the foot of the lesson until it is put away.
      const away = page.getByRole("button", { name: "閉じる" });
      if (await away.first().isVisible()) await away.first().click();
      await expectAccessible(page);

      await playground.open({ at: "./?worked#lesson=a-node-to-give-away" });
      const question = column.getByRole("group", { name: /実演/ });
      await expect(column.getByRole("group", { name: "起動のしかた" })).toBeVisible();
      await question.getByRole("button", { name: "見る", exact: true }).click();
      await expect(question).toContainText("次の 1 行: for n in");
      await look(page, playground, "worked run: up to the question, and how it boots");
      await question.getByRole("button", { name: "強制終了された" }).click();
      await question.getByRole("button", { name: /^マシンの答え/ }).click();
      await expect(question).toContainText("あなたの予想: 強制終了された。実際は: 動き続け、ページはノード 0 にある。");
      await look(page, playground, "worked run: answered");
      await expectAccessible(page);

      await playground.open({ at: "./?predict#predict=which-stays/1/7" });
      await expect(page.getByRole("heading", { name: "予想して確かめる" })).toBeVisible();
      const see = page.getByRole("button", { name: "マシンがどうするかを見る" });
      await expect(see).toBeVisible();
      await look(page, playground, "exercise");

      await playground.open({ at: "./?write#write" });
      const write = page.getByRole("region", { name: "レッスンを作る" });
      await expect(write.getByText("必要なもの: 1 つ以上の目標。").first()).toBeVisible();
      for (const part of ["フォーム", "ソース", "プレビュー"]) {
        await write.getByRole("button", { name: part, exact: true }).click();
        await look(page, playground, `author mode: ${part}`);
      }
      await expectAccessible(page);
    });
  });
}

test("a switch of language while a block empties loses nothing, and the lesson that is open goes on", async ({
  page,
  playground,
}) => {
  const column = page.locator("#panel-lesson");
  await playground.open({ at: "./#lesson=full-and-still-it-goes" });
  await expect(column.getByRole("heading", { name: "満杯でも抜ける" })).toBeVisible();
  await expect(column.getByRole("listitem").filter({ hasText: "d3 が棚にある" })).toContainText("未達成");
  // So slow that it is not over before the page has been read twice.
  await page.evaluate(() => window.__playground?.setSpeed(1 / 1024));
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  const running = () =>
    page.evaluate(() => {
      const attempts = Object.values(window.__playground?.store.getState().records.attempt ?? {});
      return attempts.find(({ kind, result }) => kind === "eject" && result === "running")?.id ?? null;
    });
  await expect.poll(running).not.toBeNull();
  const before = await running();
  await page.getByRole("button", { name: READ_IN_ENGLISH }).click();
  await expect(column.getByRole("heading", { name: "Full, and still it goes" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  expect(await running()).toBe(before);
  await page.getByRole("button", { name: /日本語で読む/ }).click();
  await expect(column.getByRole("heading", { name: "満杯でも抜ける" })).toBeVisible();
  expect(await running()).toBe(before);
  await page.evaluate(() => window.__playground?.setSpeed(8));
  // No page was followed: all else that the lesson asks for was reached meanwhile.
  await expect(column.getByRole("listitem").filter({ hasText: "d3 が棚にある" })).toContainText(/, 達成/, {
    timeout: 60_000,
  });
  const { records } = await playground.state();
  expect(Object.values(records.attempt).filter(({ kind }) => kind === "eject")).toHaveLength(1);
  expect(records.dimm.d3?.slot).toBeNull();
  expect(await playground.audit()).toEqual([]);
});
