/**
 * Every scene of the talk of 2013 as its speaker plays it, by a clicker's keys, with no network: each click forward and back,
 * twice, and at each place the machine is the same one.
 */
import type { Page } from "@playwright/test";
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

/** Goes a way by a key. */
async function walk(page: Page, key: string, way: readonly Place[]): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const place of way) {
    await page.keyboard.press(key);
    hashes.set(name(place), await arrive(page, place));
  }
  return hashes;
}

test("with the network off, each click of the twenty scenes, forward and back and both again, leads to the same machine at each place", async ({
  context,
}) => {
  // A speaker's pace, twice: most of it is what an audience watches.
  test.setTimeout(600_000);
  const page = await context.newPage();
  const faults: unknown[] = [];
  page.on("pageerror", ({ stack }) => faults.push(stack));
  await page.goto("./#talk=2013");
  const [start] = WAY;
  if (!start) throw new Error("a talk without scenes");
  const first = new Map([[name(start), await arrive(page, start)]]);
  // Code that is needed later is fetched once the first picture is there.
  await page.waitForLoadState("networkidle");
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
  expect(await walk(page, "PageDown", forward), "given again").toEqual(at(forward));
  expect(await walk(page, "PageUp", back), "and back again").toEqual(at(back));
  // A side trip has the whole playground, on a simulator that stood by.
  await page.keyboard.press("f");
  await expect(page.getByRole("region", { name: "Box" })).toBeVisible({ timeout: 30_000 });
  expect(faults).toEqual([]);
});
