/**
 * Every scene of the talk of 2013 as its speaker plays it, by a clicker's keys, with no network: each click forward and back,
 * twice, and at each place the machine is the same one.
 */
import type { Page, Request } from "@playwright/test";
import { talk2013 } from "../src/talks/built-in/talk-2013.ts";
import { LONGEST_CUE, type Place } from "../src/talks/format.ts";
import { expect, test } from "./support/playground.ts";

/** From the start to the end, as clicks lead there. */
const WAY: readonly Place[] = talk2013.scenes.flatMap(({ cues }, scene) =>
  [...Array(cues.length + 1).keys()].map((cue) => ({ scene, cue })),
);
const name = ({ scene, cue }: Place): string => `${talk2013.scenes[scene]?.id}/${cue}`;
const runs = ({ scene, cue }: Place): boolean => talk2013.scenes[scene]?.cues[cue - 1]?.run !== undefined;

/** The hash of the machine's state at a place, once it is there. */
async function arrive(page: Page, place: Place): Promise<string> {
  const hash = await page.waitForFunction(
    ({ scene, cue }) => {
      const { player } = window.__talk ?? {};
      const state = player?.store.getState();
      return state?.place.scene === scene && state.place.cue === cue && state.hash;
    },
    place,
    { timeout: 30_000 },
  );
  return String(await hash.jsonValue());
}

/** How many simulators fetch their code ahead: the talk's own and those that stand by. */
const SIMULATORS = 3;
/** Without a request for so long, ms, nothing more comes. */
const QUIET = 2000;

/** Waits until all simulators have begun to fetch ahead, and nothing more is asked for. `networkidle` is about the page's start. */
function untilQuiet(page: Page): () => Promise<void> {
  let begun = 0;
  let last = Date.now();
  const asked = new Set<Request>();
  page.on("request", (request) => {
    asked.add(request);
    last = Date.now();
    if (/\/ahead-[^/]*\.js$/.test(request.url())) begun++;
  });
  for (const end of ["requestfinished", "requestfailed"] as const)
    page.on(end as "requestfinished", (request) => {
      asked.delete(request);
      last = Date.now();
    });
  return () =>
    expect
      .poll(() => begun >= SIMULATORS && asked.size === 0 && Date.now() - last > QUIET, { timeout: 60_000 })
      .toBe(true);
}

/** Goes a way by a key; `hurried`: as if it were pressed once more while something is played. */
async function walk(page: Page, key: string, way: readonly Place[], hurried = false): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const place of way) {
    await page.keyboard.press(key);
    if (hurried) await page.evaluate(() => window.__talk?.player.finish());
    hashes.set(name(place), await arrive(page, place));
  }
  return hashes;
}

test("with the network off, each click of the twenty scenes, forward and back and both again, leads to the same machine at each place", async ({
  context,
}) => {
  // A speaker's pace: most of it is what an audience watches.
  test.setTimeout(600_000);
  const page = await context.newPage();
  const faults: unknown[] = [];
  page.on("pageerror", ({ stack }) => faults.push(stack));
  const fetched = untilQuiet(page);
  await page.goto("./#talk=2013");
  const [start] = WAY;
  if (!start) throw new Error("a talk without scenes");
  const first = new Map([[name(start), await arrive(page, start)]]);
  // Code that is needed later is fetched once the first picture is there.
  await fetched();
  await context.setOffline(true);
  await context.route("**/*", (route) => {
    const asked = new URL(route.request().url()).pathname;
    // The browser wants the tab's icon again with each address.
    if (!asked.endsWith("/icon.svg")) faults.push(`asked for ${asked}`);
    return route.abort();
  });

  const forward = WAY.slice(1);
  const back = WAY.toReversed().slice(1);
  const began = performance.now();
  for (const [place, hash] of await walk(page, "PageDown", forward)) first.set(place, hash);
  expect(first.size).toBe(WAY.length);
  expect(performance.now() - began, "ms, at a speaker's pace").toBeLessThan(forward.length * LONGEST_CUE * 1000);
  // What runs changes the machine; what is only shown doesn't.
  for (const [i, place] of forward.entries())
    if (runs(place)) expect(first.get(name(place)), name(place)).not.toBe(first.get(name(WAY[i] as Place)));

  const at = (way: readonly Place[]) => new Map(way.map((place) => [name(place), first.get(name(place))]));
  expect(await walk(page, "PageUp", back)).toEqual(at(back));
  expect(await walk(page, "PageDown", forward, true), "given again, in a hurry").toEqual(at(forward));
  expect(await walk(page, "PageUp", back), "and back again").toEqual(at(back));
  // A side trip has the whole playground, on a simulator that stood by.
  await page.keyboard.press("f");
  await expect(page.getByRole("region", { name: "Box" })).toBeVisible({ timeout: 30_000 });
  expect(faults).toEqual([]);
});
