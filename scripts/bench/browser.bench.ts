/** What a person feels: how soon the page can be used, and whether it stays smooth while a DIMM is emptied. */
import type { Page } from "@playwright/test";
import type { Playground } from "../../src/client/playground.ts";
import { PageKind } from "../../src/engine/memory/kinds.ts";
import { type Bench, quantile } from "./bench.ts";
import { type BuiltPage, openBuiltPage } from "../setup/built-page.ts";
import { recordMainThread } from "./main-thread.ts";

declare global {
  interface Window {
    __playground?: Playground;
  }
}

/** Set by the app (performance.mark) when its first frame with records of the box has been drawn. */
const FIRST_USABLE_FRAME = "first-usable-frame";
const SCENARIO = "busy-server";
const SETTLE_MS = 1000;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

let built: Promise<BuiltPage> | undefined;
const builtPage = (): Promise<BuiltPage> => {
  built ??= openBuiltPage();
  return built;
};
const close = async (): Promise<void> => {
  await (await built)?.close();
  built = undefined;
};

async function firstUsableFrame(): Promise<readonly number[]> {
  const { fresh, url } = await builtPage();
  const { page, context } = await fresh();
  try {
    await page.goto(url);
    await page.waitForFunction((name) => performance.getEntriesByName(name).length > 0, FIRST_USABLE_FRAME);
    return [
      await page.evaluate((name) => performance.getEntriesByName(name)[0]?.startTime ?? Number.NaN, FIRST_USABLE_FRAME),
    ];
  } finally {
    await context.close();
  }
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
    if (answer.errno) throw new Error(`${fullest.key} was refused: ${answer.message ?? answer.errno}`);
    return fullest.key;
  }, PageKind.Free);
  const phase = await page.waitForFunction(
    (key) => {
      const now = window.__playground?.store.getState().records.dimm[key]?.phase;
      // It was in use before the command took effect, and is again when the eject was refused: its attempt tells.
      const attempt = window.__playground?.store.getState().records.dimm[key]?.attempt ?? "";
      const result = window.__playground?.store.getState().records.attempt[attempt]?.result;
      return now === "shelf" || result === "failed" ? now : undefined;
    },
    dimm,
    { timeout: 120_000 },
  );
  if ((await phase.jsonValue()) !== "shelf") throw new Error(`${dimm} was not emptied.`);
}

export const benches: readonly Bench[] = [
  {
    name: "page",
    figures: [{ name: "navigation to first usable frame", unit: "ms", better: "lower", target: 1500 }],
    runs: 7,
    warmUp: 1,
    run: firstUsableFrame,
    close,
  },
  {
    name: "page while a DIMM is emptied",
    figures: [
      { name: "main-thread time of a frame, p95", unit: "ms", better: "lower", target: 16.7 },
      { name: "longest task", unit: "ms", better: "lower", target: 50 },
      // The same without what other programs on the machine cost: what to compare between runs.
      { name: "processor time of a frame, median", unit: "ms", better: "lower" },
      { name: "processor time of a frame, p95", unit: "ms", better: "lower" },
      { name: "processor time of the longest task", unit: "ms", better: "lower" },
      { name: "layouts a frame", unit: "×", better: "lower" },
      // Far below 1, others had the processors, and the times above say little about the page.
      { name: "share of its time that it had a processor", unit: "×", better: "higher" },
    ],
    runs: 5,
    warmUp: 1,
    run: emptyingDimm,
    close,
  },
];
