import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/playground.ts";

const slider = (page: Page): Locator => page.getByRole("slider", { name: "Instant that is shown" });
const box = (page: Page): Locator => page.locator("[data-panel=box]");

/** What the page holds of the machine, maps included. */
const held = (page: Page) =>
  page.evaluate(() => {
    const playground = window.__playground;
    if (!playground) throw new Error("The page has no playground.");
    const { records, log, cursor, now } = playground.store.getState();
    const pages = playground.pageMap();
    const sum = (bytes: Uint8Array | undefined) => bytes?.reduce((so, byte) => (so * 31 + byte) % 1_000_003, 7);
    return {
      cursor,
      now,
      records: JSON.parse(JSON.stringify(records)),
      log: log.length,
      pages: pages && [pages.block, sum(pages.bytes)],
      maps: Object.keys(records.block).map((block) => sum(playground.pageblockMap(block))),
    };
  });

/** Slow enough to be seen from inside, and stopped when the move of d3 has been refused. */
async function refuse(page: Page, send: () => Promise<unknown>): Promise<void> {
  await page.evaluate(() => window.__playground?.setSpeed(1 / 1024));
  await send();
  await page.getByRole("button", { name: "Back to when it was allocated" }).waitFor();
  await page.evaluate(() => window.__playground?.setSpeed(0));
}

test("a refusal is gone back into, shown as it was, and returned from", async ({ page, playground }) => {
  await playground.open({ scenario: "device-busy" });
  await expect(slider(page)).toBeVisible();
  // What views hold in each display frame, as it happens.
  await page.evaluate(() => {
    const shown: [number, string][] = [];
    Object.assign(window, { shown });
    const playground = window.__playground;
    playground?.onFrame(({ now, news }) => {
      const { records, log, cursor } = playground.store.getState();
      if (cursor || !news) return;
      const pages = playground.pageMap();
      const sum = pages?.bytes.reduce((so, byte) => (so * 31 + byte) % 1_000_003, 7);
      shown.push([now, JSON.stringify([records.block, records.dimm, log.length, pages?.block, sum])]);
    });
  });
  await refuse(page, () => playground.send({ do: "move", dimm: "d3", to: { shelf: true } }));
  await playground.idle();
  const present = await held(page);
  const past = await page.evaluate(() => window.__playground?.past());

  // By keys, into the operation: the DIMM blinks, blocks are going offline, nothing is refused yet.
  await slider(page).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByText("Past,")).toBeVisible();
  for (let i = 0; i < 200; i++) {
    await page.keyboard.press(",");
    await playground.idle();
    const { records } = await playground.state();
    const seen = await page.evaluate(() => {
      const at = window.__playground?.store.getState().cursor?.at;
      return (window as unknown as { shown: [number, string][] }).shown.some(([now]) => now === at);
    });
    // Of an instant that came and went between two display frames nobody can say what was shown.
    if (!seen) continue;
    if (Object.values(records.attempt).some(({ target, result }) => target === "d3" && result === "running")) break;
  }
  const inside = await held(page);
  expect(inside.now).toBeLessThan(present.now);
  expect(inside.records.dimm.d3).toMatchObject({ phase: "ejecting", led: "blinking" });
  expect(Object.values(inside.records.block)).toContainEqual(expect.objectContaining({ state: "going-offline" }));
  await expect(page.locator("[data-panel=verdict]")).not.toContainText("EBUSY");
  await expect(slider(page)).toHaveAttribute("aria-valuetext", /ms, move d3 to the shelf/);
  const same = await page.evaluate(() => {
    const { cursor, records, log } = window.__playground!.store.getState();
    const pages = window.__playground!.pageMap();
    const sum = pages?.bytes.reduce((so, byte) => (so * 31 + byte) % 1_000_003, 7);
    const then = (window as unknown as { shown: [number, string][] }).shown.filter(([now]) => now === cursor?.at);
    return [then.map(([, what]) => what), JSON.stringify([records.block, records.dimm, log.length, pages?.block, sum])];
  });
  expect(same[0]).toContain(same[1]);

  await page.getByRole("button", { name: "Now", exact: true }).click();
  await expect(page.locator("[data-panel=verdict]")).toContainText("EBUSY");
  await playground.idle();
  expect({ ...(await held(page)), now: 0 }).toEqual({ ...present, now: 0 });
  expect((await page.evaluate(() => window.__playground?.past()))?.hash).toBe(past?.hash);
});

test("a command given in the past goes on from there", async ({ page, playground }) => {
  await playground.open({ scenario: "device-busy" });
  await expect(slider(page)).toBeVisible();
  await refuse(page, () => playground.send({ do: "move", dimm: "d3", to: { shelf: true } }));
  await playground.idle();
  const line = await slider(page).boundingBox();
  if (!line) throw new Error("no line");
  const { now } = await playground.state();
  // By mouse, to the beginning of the line.
  await page.mouse.move(line.x + line.width / 2, line.y + line.height / 2);
  await page.mouse.down();
  await page.mouse.move(line.x + 1, line.y + line.height / 2, { steps: 8 });
  await page.mouse.up();
  await expect(page.getByText("Past,")).toBeVisible();
  await playground.idle();
  const then = await playground.state();
  expect(then.now).toBeLessThan(now);
  expect(then.records.dimm.d3).toMatchObject({ phase: "in-use" });
  expect(then.records.attempt).toEqual({});

  const answer = await playground.send({ do: "move", dimm: "d6", to: { slot: "A/1/2" } });
  expect(answer.errno).toBeNull();
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await expect.poll(async () => (await playground.state()).records.dimm.d6?.phase).toBe("in-use");
  await playground.idle();
  const after = await playground.state();
  expect(after.cursor).toBeNull();
  expect(after.records.dimm.d3).toMatchObject({ phase: "in-use" });
  expect(Object.values(after.records.attempt).filter(({ target }) => target === "d3")).toEqual([]);
  expect(await playground.audit()).toEqual([]);
  await expect(box(page).getByRole("button", { name: /^DIMM d3,/ })).toBeVisible();
});
