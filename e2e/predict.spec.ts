/** Predict, then see: what the page says is what its machine does; by mouse, keys and touch. */
import type { Locator, Page } from "@playwright/test";
import { observe } from "../src/lessons/predict/observe.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

const answers = (page: Page): Locator => page.getByRole("group").getByRole("button");

test("by mouse: a write is predicted, the machine does it, and what is said is what it did", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#predict=what-answer/1/7" });
  await expect(page.getByRole("heading", { name: "What does this write return?" })).toBeVisible();
  await expectAccessible(page);
  const line = /echo (\w+) > (memory\d+)\/state/.exec((await page.getByText(/^echo /).textContent()) ?? "");
  const [, word = "", block = ""] = line ?? [];
  const before = (await playground.state()).records;
  await answers(page).first().click();
  await page.getByRole("button", { name: "See what the machine does" }).click();
  const verdict = page.getByText(/^You said: /);
  await expect(verdict).toBeVisible();
  await expect(page.getByText("This machine did something else")).toHaveCount(0);
  // The machine is at hand, and did what is said of it.
  const { records, log } = await playground.state();
  const told = log.findLast(({ level, line: said }) => level === "shell" && said.includes(`${block}/state`));
  expect(told?.line).toContain(word);
  const refused = log.find(({ rejected }) => rejected)?.rejected?.errno;
  const key = `A:${block.replace("memory", "")}`;
  const attempt = records.attempt[records.block[key]?.attempt ?? ""];
  const outcome = refused ?? attempt?.errno ?? null;
  const truth = observe({ see: "answer", block: key }, { before, records, outcomes: [outcome] });
  await expect(verdict).toContainText(truth === "0" ? "returns 0" : truth);
  expect(await playground.audit()).toEqual([]);
  await page.getByRole("button", { name: "Look round in this machine" }).click();
  await expect(page.locator("[data-panel=box]")).toBeVisible();
});

test("by keys alone, on a link that names nothing; the next is another one, and the level is kept", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#predict=which-zone" });
  await expect(page).toHaveURL(/#predict=which-zone\/1\/\d+$/);
  const first = page.url();
  await expect(answers(page).first()).toBeVisible();
  await answers(page).first().focus();
  await page.keyboard.press("2");
  await expect(answers(page).nth(1)).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("s");
  await expect(page.getByText(/^You said: /)).toBeVisible();
  const saw = await page.getByText(/^You said: /).textContent();
  const block = (await page.getByText(/^echo online > /).textContent())?.match(/memory(\d+)/)?.[1];
  const zone = (await playground.state()).records.block[`A:${block}`]?.zone;
  expect(saw).toContain(zone);
  await expectAccessible(page);
  await page.keyboard.press("n");
  await expect(page).not.toHaveURL(first);
  await expect(page.getByText(/of 1 right/)).toBeVisible();
});
