/**
 * One instant everywhere: inside one offline of a full block, at ten instants at which time stands still, a page in the map, its
 * page-table entry, the zone's counters, the free lists and the log say the same, as read from the page, at one `data-at`.
 */
import type { Page } from "@playwright/test";
import { MAP_KIND_MASK, MapFlag } from "../src/protocol/messages.ts";
import { busyServer } from "../src/protocol/scenarios/busy-server.ts";
import { standardBox } from "../src/protocol/scenarios/standard-box.ts";
import { PageKind } from "../src/engine/memory/kinds.ts";
import { expect, test } from "./support/playground.ts";

/** With what 6.1 tells at the debug level only: "Offlined Pages". */
const BOX = standardBox('movable_node memhp_default_state=online_movable dyndbg="file mm/memory_hotplug.c +p"', "6.1");
/** Simulated ns from one instant to the next: the first while it waits, then over all of the offline. */
const STEPS = [330_000, 60_000, 3e6, 4e6, 4e6, 4e6, 4e6, 4e6, 4e6, 4e6, 4e6, 30e6];
/** From this instant on a page is followed that was on its way then. */
const ON_ITS_WAY = 5;

interface Seen {
  readonly at: number;
  readonly zonesAt: number;
  /** Moved, left, to try again. */
  readonly figures: readonly number[];
  readonly inUse: number;
  readonly entry: string;
  readonly entryText: string;
  readonly free: number;
  /** Chunks by order. */
  readonly orders: readonly number[];
  readonly map: { readonly block: string; readonly bytes: readonly number[] } | null;
  readonly log: string;
}

/** What stands on the page at this moment, read at once. */
const read = (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    const number = (text: string | null | undefined) => Number(text?.replaceAll(",", ""));
    const view = document.querySelector<HTMLElement>("#panel-memory [data-at]");
    const zones = document.querySelector<HTMLElement>("#panel-zones [data-at]");
    const mine = [...(zones?.querySelectorAll("section") ?? [])].find(({ ariaLabel }) => ariaLabel === "Movable");
    const row = [...(mine?.querySelectorAll("tr") ?? [])].find(({ textContent }) => /^free/i.test(textContent ?? ""));
    const entry = view?.querySelector<HTMLElement>("[data-entry]");
    const map = window.__playground?.pageMap();
    return {
      at: number(view?.dataset.at),
      zonesAt: number(zones?.dataset.at),
      figures: [...(view?.querySelectorAll("dl dd") ?? [])].map(({ textContent }) => number(textContent)),
      inUse: number(/of ([\d,]+)/.exec(view?.querySelector("dl dt")?.textContent ?? "")?.[1]),
      entry: entry?.dataset.entry ?? "",
      entryText: entry?.textContent ?? "",
      free: number(row?.querySelector("td")?.textContent),
      orders: [...(mine?.querySelectorAll("svg rect title") ?? [])].flatMap(({ textContent }) => {
        const chunks = /^order \d+: ([\d,]+)/.exec(textContent ?? "")?.[1];
        return chunks === undefined ? [] : [number(chunks)];
      }),
      map: map ? { block: map.block, bytes: [...map.bytes] } : null,
      log: document.querySelector("#panel-log")?.textContent ?? "",
    };
  });

/** A page whose entry is a migration entry now, among the first of the block that are off their lists; -1 when there is none. */
const inMigration = (page: Page, startPfn: number): Promise<number> =>
  page.evaluate(
    async ({ first, isolated, mask }) => {
      const bytes = window.__playground?.pageMap()?.bytes ?? new Uint8Array();
      let looked = 0;
      for (let at = 0; at < bytes.length && looked < 64; at++) {
        const byte = bytes[at] ?? 0;
        if (!(byte & isolated) || (byte & mask) < 2) continue;
        looked++;
        const chain = await window.__playground?.chain("A", first + at);
        if (chain?.mappers[0]?.migrating) return first + at;
      }
      return -1;
    },
    { first: startPfn, isolated: MapFlag.Isolated, mask: MAP_KIND_MASK },
  );

test("page map, entry, counters, free lists and log agree at ten instants of one offline", async ({
  playground,
  page,
}) => {
  await playground.open();
  const scenario = { ...busyServer, name: "one-instant", box: BOX };
  await page.evaluate((one) => window.__playground?.load(one), scenario);
  await page.waitForFunction(() => window.__playground?.store.getState().scenario === "one-instant");
  await page.waitForFunction(() => window.__playground?.store.getState().status === "running");
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await page.getByRole("tab", { name: "Migration" }).click();
  const panel = page.locator("#panel-memory");
  await expect(panel).toContainText("Nothing is being moved.");
  const [block] = Object.values((await playground.state()).records.block)
    .filter(({ partition, zone }) => partition === "A" && zone === "Movable")
    .sort((x, y) => (x.kinds[1] ?? 0) - (y.kinds[1] ?? 0));
  if (!block) throw new Error("no Movable block");
  const { key, number, pages, startPfn } = block;
  // A page in its middle that a process maps.
  let pfn = await page.evaluate(
    async ({ first, last }) => {
      for (let frame = first; frame < last; frame++)
        if (((await window.__playground?.chain("A", frame))?.mapperCount ?? 0) > 0) return frame;
      return -1;
    },
    { first: startPfn + pages / 2, last: startPfn + pages },
  );
  await page.evaluate((chosen) => window.__playground?.select(chosen), { block: key, pfn });
  await page.locator("#panel-zones section[aria-label=Movable] summary").click();
  const log = page.locator("#panel-log");
  await log.getByRole("button", { name: "Choose which lines are shown" }).click();
  await log.getByLabel("Level").selectOption("all");
  const path = `/sys/devices/system/memory/memory${number}/state`;
  const play = (length: number, offline: boolean) =>
    page.evaluate(
      async (given) => {
        const stretched = await window.__playground?.stretch(given.commands, { length: given.length, speed: 1 / 4 });
        return stretched?.place.instant.at;
      },
      { length, commands: offline ? [{ do: "write" as const, partition: "A", path, text: "offline" }] : [] },
    );

  const states: string[] = [];
  for (const [nth, length] of STEPS.entries()) {
    let at = await play(length, nth === 0);
    if (nth === 0) await panel.getByRole("button", { name: /^Follow pfn/ }).click();
    if (nth === ON_ITS_WAY) {
      // Then one that is on its way, wherever that is: there is one within a few batches.
      let moving = -1;
      for (let tries = 0; moving < 0 && tries < 30; tries++) {
        if (tries > 0) at = await play(10_000, false);
        await expect(panel.locator("[data-at]")).toHaveAttribute("data-at", String(at));
        moving = await inMigration(page, startPfn);
      }
      expect(moving).toBeGreaterThan(0);
      pfn = moving;
      await page.evaluate((chosen) => window.__playground?.select({ pfn: chosen }), pfn);
      await panel.getByRole("button", { name: /^Follow pfn/ }).click();
      await expect(panel.locator("[data-entry=migration]")).toBeVisible();
    }
    // Both views come to this instant: time stands still at it.
    await expect(panel.locator("[data-at]")).toHaveAttribute("data-at", String(at));
    await expect(page.locator("#panel-zones [data-at]")).toHaveAttribute("data-at", String(at));
    const seen = await read(page);
    expect(seen).toMatchObject({ at, zonesAt: at, map: { block: key } });
    const { figures, inUse, entry, orders, free } = seen;
    const bytes = seen.map?.bytes ?? [];
    const [moved = 0, left = 0, again = 0] = figures;
    const kinds = bytes.map((byte) => byte & MAP_KIND_MASK);
    const used = kinds.filter((kind) => kind > PageKind.Free).length;
    const isolated = kinds.filter((kind) => kind === PageKind.Free).length;
    const offline = seen.log.includes(`Offlined Pages ${pages}`);
    // The map's pages in use are the figures'.
    expect(left + again).toBe(used);
    expect(moved + used).toBe(inUse);
    // What is free in the zone stands in its lists, with what is isolated in the block.
    const listed = orders.reduce((sum, chunks, order) => sum + chunks * 2 ** order, 0);
    expect(free + (offline ? 0 : isolated)).toBe(listed);
    // The page is where its entry says, and its copy nowhere else.
    const byte = bytes[pfn - startPfn] ?? 0;
    if (entry === "new") expect([PageKind.Free, PageKind.None]).toContain(byte & MAP_KIND_MASK);
    else {
      expect(byte & MAP_KIND_MASK).toBeGreaterThan(PageKind.Free);
      if (entry === "migration") expect(byte & MapFlag.Isolated).toBe(MapFlag.Isolated);
      expect(seen.entryText).toContain(`0x${pfn.toString(16)}`);
    }
    // What the log says happened, has, and nothing else.
    expect(kinds.every((kind) => kind === PageKind.None)).toBe(offline);
    states.push(offline ? "offline" : entry);
  }
  expect(states.length).toBeGreaterThanOrEqual(10);
  expect(states[0]).toBe("old");
  expect(new Set(states)).toEqual(new Set(["old", "migration", "new", "offline"]));
});
