/** All of a 16 TiB machine at once: what a search costs, how soon its first counts come, and a zoom to one page. */
import { Scale } from "../../src/engine/inspect/scale/index.ts";
import { Engine } from "../../src/engine/time/engine.ts";
import { PAGEBLOCK_PAGES } from "../../src/engine/units.ts";
import { findScenario } from "../../src/protocol/scenarios/index.ts";
import type { Bench } from "./bench.ts";
import { closeBuilt, onPage } from "./built.ts";
import { recordMainThread } from "./main-thread.ts";

const SCENARIO = "sixteen-nodes";
/** Real milliseconds that the worker searches at a stretch (src/worker/session.ts). */
const SLICE_MS = 8;
const QUERIES = ["pinned", "pid 700", "unmovable older than 2 ms", "free"] as const;

let shared: Engine | undefined;
function machine(): Engine {
  if (shared) return shared;
  const scenario = findScenario(SCENARIO);
  if (!scenario) throw new Error(`There is no scenario ${SCENARIO}.`);
  shared = new Engine(scenario);
  for (const command of scenario.setup) {
    shared.submit(command);
    shared.settle();
  }
  return shared;
}

/** Processor time of this process so far, in milliseconds. */
const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const search: Bench = {
  name: "search over 16 TiB",
  figures: [
    { name: "first counts, processor time", unit: "ms", better: "lower", target: 200 },
    ...QUERIES.map(
      (query) => ({ name: `"${query}", all pages, processor time`, unit: "ms", better: "lower" }) as const,
    ),
    { name: "what is on screen, processor time", unit: "ms", better: "lower", target: 16.7 },
  ],
  runs: 7,
  warmUp: 1,
  run() {
    const engine = machine();
    const kernel = engine.kernel("A");
    const scale = new Scale();
    const slices: number[] = [];
    const whole = QUERIES.map((query) => {
      const began = processor();
      for (let begin = true, done = false; !done; begin = false) {
        const start = processor();
        const deadline = performance.now() + SLICE_MS;
        ({ done } = scale.search(kernel, engine.now, query, begin, { expired: () => performance.now() >= deadline }));
        if (begin) slices.push(processor() - start);
      }
      return processor() - began;
    });
    const block = kernel.blocks.get(4608);
    if (!block) throw new Error("memory4608 is not there");
    const began = processor();
    scale.details(kernel, [block.number], [block.startPfn / PAGEBLOCK_PAGES], true);
    return [Math.max(slices[0] ?? Number.NaN, slices[1] ?? 0), ...whole, processor() - began];
  },
  close() {
    shared = undefined;
  },
};

/** Main-thread cost of a zoom by wheel from the whole box to one page and back. */
async function zoomThere(): Promise<readonly number[]> {
  return await onPage(`scenario=${SCENARIO}&speed=0`, async (page, { browser }) => {
    await page.evaluate(() => window.__playground?.whenIdle());
    await page.getByRole("tab", { name: "All memory" }).click();
    const picture = page.getByRole("region", { name: /^All memory, from the box/ });
    const box = await picture.boundingBox();
    if (!box) throw new Error("The picture is not on the page.");
    await page.evaluate(() => window.__playground?.whenIdle());
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.4);
    const { processor: cost } = await recordMainThread(browser, page, async () => {
      for (let turn = 0; turn < 40; turn++) await page.mouse.wheel(0, -120);
      await page.evaluate(() => window.__playground?.whenIdle());
      for (let turn = 0; turn < 40; turn++) await page.mouse.wheel(0, 120);
      await page.evaluate(() => window.__playground?.whenIdle());
    });
    // It has to have been to a page: what the trail says, asked where it costs the measurement nothing.
    for (let turn = 0; turn < 40; turn++) await page.mouse.wheel(0, -120);
    await page.getByRole("navigation", { name: "Where you are" }).getByRole("listitem").nth(4).waitFor();
    const sorted = [...cost.frames].sort((one, other) => one - other);
    return [sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN, cost.longestTask];
  });
}

const zoom: Bench = {
  name: "zoom from 16 TiB to one page and back",
  figures: [
    { name: "processor time of a frame, p95", unit: "ms", better: "lower", target: 16.7 },
    { name: "processor time of the longest task", unit: "ms", better: "lower", target: 50 },
  ],
  runs: 3,
  run: zoomThere,
  close: closeBuilt,
};

export const benches: readonly Bench[] = [search, zoom];
