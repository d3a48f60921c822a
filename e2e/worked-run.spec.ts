/** Worked runs of lessons, what stands beside the place where to act, and where a lesson leads on to. */
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/playground.ts";

const column = (page: Page) => page.locator("#panel-lesson");
const question = (page: Page) => column(page).getByRole("group", { name: /what do you expect/ });

/** Words of the box and the panels that lie below something. */
const covered = (over: Locator): Promise<string[]> =>
  over.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const found: string[] = [];
    for (const panel of document.querySelectorAll("[data-panel=box], [data-panel=memory], [data-panel=verdict]")) {
      const walker = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        if (text.nodeValue?.trim() === "" || text.parentElement?.closest(".visually-hidden")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const rect of range.getClientRects())
          if (rect.left < right && rect.right > left && rect.top < bottom && rect.bottom > top)
            found.push(text.nodeValue ?? "");
      }
    }
    return found;
  });

test("a copy does it line by line, stops before the surprise, and leaves the machine as it is", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#lesson=kernel-memory-says-no" });
  await question(page).getByRole("button", { name: "Watch it" }).focus();
  await page.keyboard.press("Enter");
  await expect(question(page)).toContainText("echo offline > memory45/state");
  // The button has gone; whoever came by keys goes on from here.
  await expect(question(page)).toBeFocused();
  await expect(question(page)).toContainText("prints nothing");
  await expect(question(page)).toContainText("Next: echo offline > memory44/state");
  await expect(question(page)).not.toContainText("Device or resource busy");
  await question(page).getByRole("button", { name: "none" }).click();
  await question(page)
    .getByRole("button", { name: /^See what/ })
    .click();
  await expect(question(page)).toContainText("You said: none. So it is.");
  await expect(question(page)).toContainText("Device or resource busy");
  await expect(question(page)).toContainText("Now you, with one thing changed");
  // It was a copy that lost memory45.
  const { records } = await playground.state();
  expect(records.block["A:45"]?.state).toBe("online");
  expect(Object.keys(records.attempt)).toEqual([]);
});

test("three copies stand beside each other, each booted in its own way", async ({ page, playground }) => {
  await playground.open({ at: "./#lesson=to-do-list" });
  await question(page).getByRole("button", { name: "Watch it" }).click();
  await expect(question(page)).toContainText("Next: echo offline > memory44/state");
  await question(page).getByRole("button", { name: "says EBUSY" }).click();
  await question(page)
    .getByRole("button", { name: /^See what/ })
    .click();
  await expect(question(page)).toContainText("You said: says EBUSY. So it is.");
  const copies = question(page).getByRole("status").first().locator("> ul > li");
  await expect(copies).toHaveText([/^the zone.*Movable/s, /^the memory map.*memmap_on_memory=1/s, /^vmalloc.*busy/s]);
});

test("what to do stands beside the place in the machine, lets the pointer through, and moves on by itself", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#lesson=what-hot-add-builds" });
  const bubble = page.getByText("Act here", { exact: true }).locator("xpath=../..");
  await expect(bubble).toBeVisible();
  await expect(bubble).toContainText("Put d6 into node 1.");
  // Whoever listens hears it once, in the lesson.
  await expect(bubble).toHaveAttribute("aria-hidden", "true");
  await expect(column(page)).toContainText("Put d6 into node 1.");
  const near = async (name: string) => {
    const place = await page.locator(`[data-item="dimm:${name}"]`).boundingBox();
    const spot = await bubble.boundingBox();
    if (!place || !spot) throw new Error("not seen");
    const apart = (a: number, length: number, b: number, other: number) =>
      Math.max(0, b - (a + length), a - (b + other));
    return Math.max(apart(place.x, place.width, spot.x, spot.width), apart(place.y, place.height, spot.y, spot.height));
  };
  await expect.poll(() => near("d6")).toBeLessThan(50);
  expect(await covered(bubble)).toEqual([]);
  const { x, y, width, height } = (await bubble.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const through = await page.evaluate(
    ([left, top]) => document.elementFromPoint(left ?? 0, top ?? 0)?.closest("[aria-hidden]")?.textContent ?? "",
    [x + width / 2, y + height / 2],
  );
  expect(through).not.toContain("Act here");
  await page.evaluate(() => window.__playground?.setSpeed(8));
  await playground.send({ do: "move", dimm: "d6", to: { slot: "A/1/2" } });
  await expect(bubble).toContainText("Now put d7");
  await expect.poll(() => near("d7")).toBeLessThan(50);
  expect(await covered(bubble)).toEqual([]);
  // On a phone the machine is elsewhere, and so is the bubble.
  await page.setViewportSize({ width: 390, height: 844 });
  await expect(bubble).toBeHidden();
});

test("a lesson that was reached says where it comes back, and its solution can be read", async ({
  page,
  playground,
}) => {
  await playground.open({ at: "./#lesson=two-phases" });
  await expect(column(page).getByRole("heading", { name: "Goal" })).toBeVisible();
  await column(page).getByText("More", { exact: true }).click();
  await column(page).getByRole("button", { name: "Type the solution “by hand”" }).click();
  await expect(column(page).getByText("move d6 to A/1/2")).toBeVisible();
  await page.evaluate(() => window.__playground?.setSpeed(8));
  await playground.send({ do: "move", dimm: "d6", to: { slot: "A/1/2" } });
  await playground.idle();
  for (const block of [56, 57, 58, 59]) {
    const path = `/sys/devices/system/memory/memory${block}/state`;
    await playground.send({ do: "write", partition: "A", path, text: "online" });
  }
  await expect(column(page).getByText("Reached", { exact: true })).toBeVisible();
  await column(page).getByRole("link", { name: "How much does MemFree fall" }).click();
  await expect(page.getByRole("heading", { name: "Predict, then see" })).toBeVisible();
});

test("who points at a figure of the text sees its place in the machine", async ({ page, playground }) => {
  await playground.open({ at: "./#lesson=a-server-that-must-not-stop" });
  const figure = column(page).locator("[data-step] span").first();
  await expect(figure).toHaveText(/^1\d\d,\d{3}$/);
  await figure.hover();
  await expect(page.locator("[data-figured]")).toHaveAttribute("data-item", "dimm:d3");
  await column(page).getByRole("heading", { name: "Goal" }).hover();
  await expect(page.locator("[data-figured]")).toHaveCount(0);
});
