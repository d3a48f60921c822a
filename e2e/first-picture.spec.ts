/** The page as it comes: nothing that has been seen moves, and the box comes before the rest. */
import { layoutShift } from "../scripts/setup/layout-shift.ts";
import { expect, test } from "./support/playground.ts";

for (const [width, height] of [
  [390, 844],
  [768, 1024],
  [1024, 768],
  [1440, 900],
  [1920, 1080],
] as const) {
  test(`nothing moves while the page comes, at ${width}×${height}`, async ({ page, playground }) => {
    await page.setViewportSize({ width, height });
    await playground.open();
    await expect(page.getByRole("region", { name: "Zones" }).getByRole("heading", { name: "Movable" })).toBeVisible();
    expect(await page.evaluate(layoutShift)).toBeLessThanOrEqual(0.02);
  });
}

test("the box is there before its machines answer, and the same afterwards", async ({ page, playground }) => {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  // The worker's code waits: so does every record.
  await page.route(/assets\/main-[^/]+\.js$/, async (route) => {
    await asked;
    await route.continue();
  });
  await page.goto("./");
  const dimm = page.getByRole("button", { name: /^DIMM d3,/ });
  await expect(dimm).toBeVisible();
  const before = await dimm.boundingBox();
  const box = await page.getByRole("region", { name: "The box" }).boundingBox();
  await expect(page.getByRole("listbox")).toHaveCount(0);
  answer();
  await expect(page.getByRole("listbox")).toBeVisible();
  await playground.idle();
  expect(await dimm.boundingBox()).toEqual(before);
  expect(await page.getByRole("region", { name: "The box" }).boundingBox()).toEqual(box);
});

test("one file draws the first picture; another brings what follows, once the box has been seen", async ({
  page,
  playground,
}) => {
  await playground.open();
  const { early, late } = await page.evaluate(() => {
    const usable = performance.getEntriesByName("first-usable-frame")[0]?.startTime ?? Number.NaN;
    const scripts = performance.getEntriesByType("resource").flatMap(({ name, startTime }) => {
      const file = /([^/]*)-.{8}\.js$/.exec(new URL(name).pathname)?.[1];
      return file === undefined ? [] : [{ file, startTime }];
    });
    return {
      early: scripts.filter(({ startTime }) => startTime < usable).map(({ file }) => file),
      late: scripts.filter(({ startTime }) => startTime >= usable).map(({ file }) => file),
    };
  });
  // `main` is the simulator, a thread of its own; the runtime is what the bundler gives all files.
  expect(early.filter((file) => file !== "main" && file !== "rolldown-runtime")).toEqual(["index"]);
  expect(late[0]).toBe("late-views");
});

test("what is round the panels is painted before the box is drawn: both take longer than a frame has", async ({
  page,
  playground,
}) => {
  await page.addInitScript(() => {
    let frames = 0;
    const count = () => {
      frames++;
      requestAnimationFrame(count);
    };
    const seen: { header?: number; box?: number } = {};
    const look = () => {
      if (seen.header === undefined && document.querySelector("header")) seen.header = frames;
      if (seen.box === undefined && document.querySelector("[data-box]")) seen.box = frames;
    };
    requestAnimationFrame(count);
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
    Object.assign(window, { seenIn: seen });
  });
  await playground.open();
  const { header, box } = await page.evaluate(() => Reflect.get(window, "seenIn"));
  expect(box).toBeGreaterThan(header);
});

test("views that could not be fetched are fetched again when asked for", async ({ page, playground }) => {
  // The browser's own word about the file that it did not get.
  playground.provoked.push(/late-views/);
  let broken = true;
  await page.route(/late-views-[^/]+\.js/, (route) => (broken ? route.abort() : route.continue()));
  await page.goto("./");
  const again = page.getByRole("button", { name: "Fetch it again" }).first();
  await expect(again).toBeVisible();
  broken = false;
  await again.click();
  await expect(page.getByRole("listbox")).toBeVisible();
  await expect(again).toHaveCount(0);
});
