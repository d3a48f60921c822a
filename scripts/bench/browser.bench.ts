/** What a person feels: how soon the page can be used, and whether it stays smooth while a DIMM is emptied. */
import type { Page } from "@playwright/test";
import { preview } from "vite";
import type { Playground } from "../../src/client/playground.ts";
import { PageKind } from "../../src/engine/memory/kinds.ts";
import { type Bench, quantile } from "./bench.ts";
import { builtPage, closeBuilt } from "./built.ts";
import { layoutShift } from "../setup/layout-shift.ts";
import { recordMainThread, recordStart } from "./main-thread.ts";

declare global {
  interface Window {
    __playground?: Playground;
  }
}

/** Set by the app (performance.mark) when its first frame with records of the box has been drawn. */
const FIRST_USABLE_FRAME = "first-usable-frame";
const SCENARIO = "busy-server";
const SETTLE_MS = 1000;
/** The two seconds that are summed up, and some for the way there. */
const START_MS = 2300;
/** CSS pixels. */
const WINDOWS = [
  [390, 844],
  [768, 1024],
  [1024, 768],
  [1440, 900],
  [1920, 1080],
] as const;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const usableAt = (page: Page): Promise<number | undefined> =>
  page.evaluate((name) => performance.getEntriesByName(name)[0]?.startTime, FIRST_USABLE_FRAME);

async function start(): Promise<readonly number[]> {
  const { fresh, url, browser } = await builtPage();
  const { page, context } = await fresh();
  try {
    let usable: number | undefined;
    const cost = await recordStart(browser, page, FIRST_USABLE_FRAME, async () => {
      await page.goto(url);
      // Nothing is asked of the page in these seconds: it would answer on the thread that is measured.
      for (let wait = START_MS; usable === undefined; wait = 200) {
        await page.waitForTimeout(wait);
        usable = await usableAt(page);
      }
    });
    const { untilMark, firstTwoSeconds, longestTask, longestTaskSincePaint } = cost;
    return [usable ?? Number.NaN, untilMark, firstTwoSeconds, longestTask, longestTaskSincePaint];
  } finally {
    await context.close();
  }
}

/** Cumulative layout shift of a start, for each width of the window. */
async function layoutShifts(): Promise<readonly number[]> {
  const { fresh, url } = await builtPage();
  const shifts: number[] = [];
  for (const [width, height] of WINDOWS) {
    const { page, context } = await fresh();
    try {
      await page.setViewportSize({ width, height });
      await page.goto(url);
      await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, FIRST_USABLE_FRAME);
      await page.waitForTimeout(SETTLE_MS);
      shifts.push(await page.evaluate(layoutShift));
    } finally {
      await context.close();
    }
  }
  return shifts;
}

async function emptyingDimm(): Promise<readonly number[]> {
  const { fresh, url, browser } = await builtPage();
  const { page, context } = await fresh();
  try {
    await page.goto(url);
    await page.waitForFunction(() => window.__playground?.store.getState().status === "running");
    await page.evaluate((scenario) => window.__playground?.load(scenario), SCENARIO);
    await page.waitForFunction((scenario) => {
      const state = window.__playground?.store.getState();
      return state?.scenario === scenario && Object.keys(state.records.dimm).length > 0;
    }, SCENARIO);
    // What loading began is over: fonts, first pictures, compilers.
    await page.waitForTimeout(SETTLE_MS);
    const { wall, processor, layouts } = await recordMainThread(browser, page, () => pullFullestDimm(page));
    return [
      quantile(wall.frames, 0.95),
      wall.longestTask,
      quantile(processor.frames, 0.5),
      quantile(processor.frames, 0.95),
      processor.longestTask,
      layouts / processor.frames.length,
      sum(processor.frames) / sum(wall.frames),
    ];
  } finally {
    await context.close();
  }
}

/** Pulls the DIMM that holds most, with its fullest block watched page by page, and waits until it is on the shelf. */
async function pullFullestDimm(page: Page): Promise<void> {
  const dimm = await page.evaluate(async (free) => {
    const playground = window.__playground;
    if (!playground) throw new Error("The page has no playground.");
    const { records } = playground.store.getState();
    const [fullest] = Object.values(records.dimm)
      .filter(({ phase }) => phase === "in-use")
      .sort((one, other) => other.usedPages - one.usedPages);
    if (!fullest || fullest.usedPages === 0) throw new Error("No DIMM holds anything.");
    const used = (block: string) => {
      const record = records.block[block];
      return record ? record.pages - (record.kinds[free] ?? 0) : 0;
    };
    const [block] = [...fullest.blocks].sort((one, other) => used(other) - used(one));
    playground.select({ dimm: fullest.key, ...(block ? { block } : {}) });
    const answer = await playground.send({ do: "move", dimm: fullest.key, to: { shelf: true } });
    if (answer.errno) throw new Error(`${fullest.key} was refused: ${JSON.stringify(answer.rejection)}`);
    return fullest.key;
  }, PageKind.Free);
  // Waited for inside the page, and only when records change: to be asked in every frame would count as its work.
  const phase = await page.evaluate(
    (key) =>
      new Promise<string | undefined>((resolve) => {
        const store = window.__playground?.store;
        const look = () => {
          const { dimm: dimms, attempt: attempts } = store?.getState().records ?? {};
          const now = dimms?.[key]?.phase;
          // It was in use before the command took effect, and is again when the eject was refused: its attempt tells.
          const result = attempts?.[dimms?.[key]?.attempt ?? ""]?.result;
          if (now !== "shelf" && result !== "failed") return;
          stop?.();
          resolve(now);
        };
        const stop = store?.subscribe(look);
        look();
      }),
    dimm,
  );
  if (phase !== "shelf") throw new Error(`${dimm} was not emptied.`);
}

/** A folder with another build of the page, to compare with in the same run: `BENCH_AGAINST=…/dist npm run bench`. */
const AGAINST = process.env.BENCH_AGAINST;

/** More simulated time than any computer has: it does all that it can. */
const AHEAD = 8;

/** Thousands of pages that leave a DIMM for each second that the simulator has on a processor. */
async function migrationRate(url: string): Promise<number> {
  const { fresh, browser } = await builtPage();
  const { page, context } = await fresh();
  try {
    await page.goto(url);
    await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, FIRST_USABLE_FRAME);
    await page.waitForTimeout(SETTLE_MS);
    const { workers } = await recordMainThread(browser, page, async () => {
      await page.evaluate((speed) => window.__playground?.setSpeed(speed), AHEAD);
      await pullFullestDimm(page);
    });
    const moved = await page.evaluate(() => {
      const attempts = Object.values(window.__playground?.store.getState().records.attempt ?? {});
      return attempts.find(({ kind }) => kind === "eject")?.pagesMoved ?? Number.NaN;
    });
    return moved / workers;
  } finally {
    await context.close();
  }
}

async function migrationRates(): Promise<readonly number[]> {
  const { url } = await builtPage();
  const rate = await migrationRate(url);
  if (AGAINST === undefined) return [rate];
  const root = process.cwd();
  const other = await preview({ root, logLevel: "warn", build: { outDir: AGAINST }, preview: { port: 4400 } });
  try {
    return [rate, rate / (await migrationRate(other.resolvedUrls?.local[0] ?? ""))];
  } finally {
    await other.close();
  }
}

export const benches: readonly Bench[] = [
  {
    name: "page",
    figures: [
      { name: "navigation to first usable frame", unit: "ms", better: "lower", target: 1500 },
      // Processor time holds on any machine, and whatever else it has to do.
      { name: "main thread up to it, processor time", unit: "ms", better: "lower", target: 150 },
      { name: "main thread in two seconds, processor time", unit: "ms", better: "lower", target: 400 },
      { name: "longest task, processor time", unit: "ms", better: "lower", target: 30 },
      { name: "longest task after the first paint, processor time", unit: "ms", better: "lower", target: 30 },
    ],
    runs: 7,
    warmUp: 1,
    run: start,
    close: closeBuilt,
  },
  {
    name: "layout shift of a start",
    figures: WINDOWS.map(([width, height]) => ({
      name: `at ${width}×${height}`,
      unit: "",
      better: "lower",
      target: 0.02,
    })),
    runs: 3,
    run: layoutShifts,
    close: closeBuilt,
  },
  {
    name: "page while a DIMM is emptied",
    figures: [
      { name: "main-thread time of a frame, p95", unit: "ms", better: "lower", target: 16.7 },
      { name: "longest task", unit: "ms", better: "lower", target: 50 },
      // The same without what other programs on the machine cost: what to compare between runs.
      { name: "processor time of a frame, median", unit: "ms", better: "lower" },
      { name: "processor time of a frame, p95", unit: "ms", better: "lower", target: 8 },
      { name: "processor time of the longest task", unit: "ms", better: "lower", target: 30 },
      { name: "layouts a frame", unit: "×", better: "lower" },
      // Far below 1, others had the processors, and the times above say little about the page.
      { name: "share of its time that it had a processor", unit: "×", better: "higher" },
    ],
    runs: 5,
    warmUp: 1,
    run: emptyingDimm,
    close: closeBuilt,
  },
  {
    name: "a DIMM emptied as fast as can be",
    figures: [
      { name: "pages moved in a second of processor time", unit: "k pages/s", better: "higher" },
      ...(AGAINST === undefined
        ? []
        : [{ name: `against ${AGAINST}`, unit: "×", better: "higher", target: 1.5 } as const]),
    ],
    runs: 5,
    warmUp: 1,
    run: migrationRates,
    close: closeBuilt,
  },
];
