/**
 * Views over the machine while it works: a million pages a second that leave a DIMM with *Migration* open, a hot add with
 * *Page tables* open, a search over 16 TiB, and how soon each tab shows its first picture.
 */
import type { Page } from "@playwright/test";
import type { NodeDescription } from "../../src/engine/hardware/description.ts";
import { bytes, GIB } from "../../src/engine/units.ts";
import type { Scenario } from "../../src/protocol/scenario.ts";
import { TODAYS_KERNEL } from "../../src/protocol/scenarios/standard-box.ts";
import type { BuiltPage } from "../setup/built-page.ts";
import { type Bench, type Figure, quantile } from "./bench.ts";
import { closeBuilt, onPage } from "./built.ts";
import { type MainThread, recordMainThread } from "./main-thread.ts";

/** Real milliseconds until what loading began is over: fonts, first pictures, compilers. */
const SETTLE_MS = 1500;
/** Pages that are to move in a second, Migration open. */
const RATE = 1e6;
const TABS = ["All memory", "Page tables", "Migration", "Zones in depth", "What runs", "Compare"] as const;

/** A fresh page, settled, in which something is done. */
async function inPage<T>(query: string, action: (page: Page, built: BuiltPage) => Promise<T>): Promise<T> {
  return await onPage(query, async (page, built) => {
    await page.waitForTimeout(SETTLE_MS);
    return await action(page, built);
  });
}

const SMOOTH: readonly Figure[] = [
  { name: "main-thread time of a frame, p95", unit: "ms", better: "lower", target: 16.7 },
  { name: "longest task", unit: "ms", better: "lower", target: 50 },
  { name: "processor time of a frame, p95", unit: "ms", better: "lower", target: 16.7 },
  { name: "processor time of the longest task", unit: "ms", better: "lower", target: 50 },
];

const smooth = ({ wall, processor }: MainThread): readonly number[] => [
  quantile(wall.frames, 0.95),
  wall.longestTask,
  quantile(processor.frames, 0.95),
  processor.longestTask,
];

const node = (slots: NodeDescription["slots"], cpus: string): NodeDescription => ({
  onboard: bytes(8 * GIB),
  cpus,
  slots,
});

/** A DIMM of 4 GiB, full of single pages of a process. */
const FULL_DIMM: Scenario = {
  version: 1,
  name: "full-dimm",
  title: "A full DIMM",
  about: "Four GiB of single pages that can all move.",
  seed: 2026,
  box: {
    partitions: [
      {
        id: "A",
        name: "Server",
        nodes: [node([null], "0-3"), { ...node([{ id: "d1", size: bytes(4 * GIB) }], "4-7"), onboard: bytes(GIB) }],
        maxMemory: bytes(32 * GIB),
        kernel: TODAYS_KERNEL,
        cmdline: "movable_node memhp_default_state=online_movable",
      },
    ],
    shelf: [],
  },
  setup: [
    {
      do: "load",
      partition: "A",
      load: { kind: "anon", mib: 4000, node: 1, policy: "preferred", cpus: [4, 5, 6, 7], comm: "postgres" },
    },
  ],
  script: [],
};

async function migrating(): Promise<readonly number[]> {
  return await inPage("speed=0", async (page, { browser }) => {
    await page.evaluate((scenario) => window.__playground?.load(scenario), FULL_DIMM);
    await page.waitForFunction((name) => {
      const { scenario, status, records } = window.__playground?.store.getState() ?? {};
      return scenario === name && status === "running" && Object.keys(records?.process ?? {}).length > 0;
    }, FULL_DIMM.name);
    await page.getByRole("tab", { name: "Migration" }).click();
    await page.evaluate(() => window.__playground?.whenIdle());
    await page.waitForTimeout(SETTLE_MS);
    let took = Number.NaN;
    const cost = await recordMainThread(browser, page, async () => {
      took = await page.evaluate(async () => {
        const playground = window.__playground;
        if (!playground) throw new Error("The page has no playground.");
        // As fast as this computer can.
        playground.setSpeed(8);
        const begun = performance.now();
        await playground.send({ do: "move", dimm: "d1", to: { shelf: true } });
        return await new Promise<number>((resolve) => {
          const look = () => {
            if (playground.store.getState().records.dimm.d1?.phase !== "shelf") return;
            stop();
            resolve(performance.now() - begun);
          };
          const stop = playground.store.subscribe(look);
          look();
        });
      });
    });
    const moved = await page.evaluate(
      () =>
        Object.values(window.__playground?.store.getState().records.attempt ?? {}).find(({ kind }) => kind === "eject")
          ?.pagesMoved ?? Number.NaN,
    );
    return [moved / took, moved / cost.workers, ...smooth(cost)];
  });
}

const migration: Bench = {
  name: "a full DIMM leaves, Migration open",
  figures: [
    { name: "pages moved in a second", unit: "k pages/s", better: "higher", target: RATE / 1000 },
    { name: "in a second of the simulator on a processor", unit: "k pages/s", better: "higher", target: RATE / 1000 },
    ...SMOOTH,
  ],
  runs: 3,
  run: migrating,
  close: closeBuilt,
};

const hotAdd: Bench = {
  name: "hot add, Page tables open",
  figures: SMOOTH,
  runs: 3,
  run: () =>
    inPage("scenario=busy-server", async (page, { browser }) => {
      await page.getByRole("tab", { name: "Page tables" }).click();
      await page.evaluate(() => window.__playground?.whenIdle());
      await page.waitForTimeout(SETTLE_MS);
      const cost = await recordMainThread(browser, page, () =>
        page.evaluate(async () => {
          const playground = window.__playground;
          if (!playground) throw new Error("The page has no playground.");
          const { errno } = await playground.send({ do: "move", dimm: "d7", to: { slot: "A/1/2" } });
          if (errno) throw new Error(`d7 was refused: ${errno}`);
          await new Promise<void>((resolve) => {
            const look = () => {
              if (playground.store.getState().records.dimm.d7?.phase !== "in-use") return;
              stop();
              resolve();
            };
            const stop = playground.store.subscribe(look);
            look();
          });
        }),
      );
      return smooth(cost);
    }),
  close: closeBuilt,
};

const search: Bench = {
  name: "a search over 16 TiB, on the page",
  figures: [{ name: "first counts", unit: "ms", better: "lower", target: 200 }, ...SMOOTH],
  runs: 3,
  run: () =>
    inPage("scenario=sixteen-nodes&speed=0", async (page, { browser }) => {
      await page.getByRole("tab", { name: "All memory" }).click();
      const field = page.getByRole("textbox", { name: "Find pages" });
      await field.waitFor();
      await page.evaluate(() => window.__playground?.whenIdle());
      await page.waitForTimeout(SETTLE_MS);
      await field.fill("unmovable older than 2 ms");
      let took = Number.NaN;
      const cost = await recordMainThread(browser, page, async () => {
        took = await page.evaluate(
          () =>
            new Promise<number>((resolve) => {
              const status = document.querySelector("#panel-memory [role=search] [role=status]");
              const input = document.querySelector("#panel-memory [role=search] input");
              if (!status || !input) throw new Error("There is no search.");
              const begun = performance.now();
              new MutationObserver((_, observer) => {
                if (!/\d/.test(status.textContent ?? "")) return;
                observer.disconnect();
                requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)));
              }).observe(status, { childList: true, characterData: true, subtree: true });
              input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
            }),
        );
        await page.evaluate(() => window.__playground?.whenIdle());
      });
      return [took, ...smooth(cost)];
    }),
  close: closeBuilt,
};

/** From the click to the first display frame after it whose picture has an instant. */
const openings: Bench = {
  name: "opening a tab",
  figures: TABS.flatMap((tab): Figure[] => [
    { name: `${tab}, first picture`, unit: "ms", better: "lower", target: 100 },
    { name: `${tab}, page and simulator until then, processor time`, unit: "ms", better: "lower", target: 100 },
    { name: `${tab}, longest task, processor time`, unit: "ms", better: "lower", target: 50 },
  ]),
  runs: 3,
  run: async () => {
    const figures: (readonly number[])[] = [];
    for (const tab of TABS)
      figures.push(
        await inPage("scenario=busy-server", async (page, { browser }) => {
          // The code of the views comes when the page has been idle for a while.
          await page.waitForFunction(
            () => performance.getEntriesByType("resource").some(({ name }) => name.includes("CompareView")),
            null,
            { timeout: 60_000 },
          );
          await page.waitForTimeout(SETTLE_MS);
          let took = Number.NaN;
          const cost = await recordMainThread(browser, page, async () => {
            took = await page.evaluate(openTab, tab);
          });
          const ours = cost.processor.frames.reduce((sum, time) => sum + time, 0);
          return [took, ours + cost.workers, cost.processor.longestTask];
        }),
      );
    return figures.flat();
  },
  close: closeBuilt,
};

function openTab(name: string): Promise<number> {
  const tab = [...document.querySelectorAll<HTMLElement>("#panel-memory [role=tab]")].find(
    ({ textContent }) => textContent === name,
  );
  const panel = document.getElementById("panel-memory");
  if (!tab || !panel) throw new Error(`There is no tab ${name}.`);
  return new Promise((resolve) => {
    const begun = performance.now();
    const look = () => {
      const view = panel.querySelector<HTMLElement>("section[data-at]");
      if (!view || view.dataset.at === "" || panel.querySelector("[data-coming]")) requestAnimationFrame(look);
      // What is drawn in this frame has been painted when the next task runs.
      else setTimeout(() => resolve(performance.now() - begun));
    };
    tab.click();
    requestAnimationFrame(look);
  });
}

export const benches: readonly Bench[] = [migration, hotAdd, search, openings];
