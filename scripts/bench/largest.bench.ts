/** How soon the largest machine is seen, and what that costs the page: time on a processor. */
import type { Page } from "@playwright/test";
import type { Bench } from "./bench.ts";
import { closeBuilt, onPage } from "./built.ts";
import { type MainThread, recordMainThread } from "./main-thread.ts";

const LARGEST = "sixteen-nodes";
/** Real milliseconds until what loading began is over: fonts, first pictures, compilers. */
const SETTLE_MS = 1000;

/** What `action` costs the main thread of a page that shows a scenario. */
async function measure(query: string, action: (page: Page) => Promise<void>): Promise<MainThread> {
  return await onPage(query, async (page, { browser }) => {
    await page.waitForTimeout(SETTLE_MS);
    return await recordMainThread(browser, page, () => action(page));
  });
}

const largest: Bench = {
  name: "16 TiB, from the choice of the scenario to its first picture",
  figures: [
    { name: "longest task, processor time", unit: "ms", better: "lower", target: 50 },
    { name: "main thread, processor time", unit: "ms", better: "lower" },
    { name: "simulator, processor time", unit: "ms", better: "lower" },
  ],
  runs: 3,
  warmUp: 1,
  async run() {
    const cost = await measure("speed=0", async (page) => {
      await page.evaluate((name) => window.__playground?.load(name), LARGEST);
      await page.waitForFunction((name) => {
        const { scenario, status, records } = window.__playground?.store.getState() ?? {};
        return scenario === name && status === "running" && Object.keys(records?.node ?? {}).length === 16;
      }, LARGEST);
      await page.evaluate(() => window.__playground?.whenIdle());
    });
    const { processor, workers } = cost;
    return [processor.longestTask, processor.frames.reduce((sum, time) => sum + time, 0), workers];
  },
  close: closeBuilt,
};

export const benches: readonly Bench[] = [largest];
