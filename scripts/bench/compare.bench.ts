/**
 * Two futures of the standard box side by side: what it costs the page while they are computed, how many engines that takes
 * beside the machine's own, and whether both play at 60 frames a second.
 */
import type { Page } from "@playwright/test";
import { type Bench, type Figure, quantile } from "./bench.ts";
import { closeBuilt, onPage } from "./built.ts";
import { type MainThread, recordMainThread } from "./main-thread.ts";

const SETTLE_MS = 1500;

/** How many workers there are beside that of the machine, at most, while something is done. */
async function workersDuring(page: Page, action: () => Promise<void>): Promise<number> {
  let most = page.workers().length;
  const count = () => {
    most = Math.max(most, page.workers().length);
  };
  page.on("worker", count);
  await action();
  page.off("worker", count);
  return most - 1;
}

/** Shots that come are drawn as they come; what has come is what plays at 60 frames a second. */
const frames = (name: string, target?: number): readonly Figure[] => [
  {
    name: `${name}: processor time of a frame, p95`,
    unit: "ms",
    better: "lower",
    ...(target !== undefined && { target }),
  },
  { name: `${name}: processor time of the longest task`, unit: "ms", better: "lower", target: 50 },
];

const figuresOf = ({ processor }: MainThread): readonly number[] => [
  quantile(processor.frames, 0.95),
  processor.longestTask,
];

async function comparing(): Promise<readonly number[]> {
  return await onPage("scenario=busy-server", async (page, { browser }) => {
    await page.getByRole("tab", { name: "Compare" }).click();
    const card = page.getByRole("region", { name: "Ready to compare" }).getByRole("button").first();
    await card.waitFor();
    await page.waitForTimeout(SETTLE_MS);
    let filming: MainThread | undefined;
    const engines = await workersDuring(page, async () => {
      filming = await recordMainThread(browser, page, async () => {
        await card.click();
        await page.locator("[data-panel=memory] [data-side='1'] h3 button:enabled").waitFor();
      });
    });
    if (!filming) throw new Error("nothing was recorded");
    const slider = page.locator("[data-panel=memory]").getByRole("slider", { name: "Time" });
    await slider.press("Home");
    await page.waitForTimeout(SETTLE_MS);
    const playing = await recordMainThread(browser, page, async () => {
      await page.getByRole("button", { name: /^Play both/ }).click();
      // It stands again at its end.
      await page.getByRole("button", { name: /^Play both/ }).waitFor();
    });
    // Both stand still once they have been seen to the end, and their engine is gone.
    return [
      engines,
      page.workers().length - 1,
      ...figuresOf(filming),
      ...figuresOf(playing),
      playing.processor.frames.length,
    ];
  });
}

const compare: Bench = {
  name: "two futures of the standard box",
  figures: [
    { name: "engines beside the machine's, while they are computed", unit: "", better: "lower", target: 1 },
    { name: "engines beside the machine's, while both play", unit: "", better: "lower", target: 1 },
    ...frames("computing"),
    ...frames("playing", 16.7),
    { name: "playing: frames seen", unit: "", better: "higher" },
  ],
  runs: 3,
  run: comparing,
  close: closeBuilt,
};

export const benches: readonly Bench[] = [compare];
