/**
 * One instant everywhere: at ten instants inside one offline of a full block, what a frame would bring of the followed page in
 * the page map, its page-table entry, the zones' counters, the free lists and the log agree with one another.
 */
import { expect, test } from "vitest";
import type { KernelFunction } from "../engine/chronicle/functions.ts";
import { PageKind } from "../engine/memory/kinds.ts";
import { simNs } from "../engine/units.ts";
import { MAP_KIND_MASK, MapFlag, type Look, type Looked } from "../protocol/messages.ts";
import type { Patch, ZoneRecord } from "../protocol/records.ts";
import { busyServer } from "../protocol/scenarios/busy-server.ts";
import { standardBox } from "../protocol/scenarios/standard-box.ts";
import { EngineHost } from "./engine-host.ts";

type Seen = Extract<Looked, { of: "migration" }>;

const INSTANTS = 10;
const OFFLINING: readonly KernelFunction[] = [
  "state_store",
  "device_offline",
  "memory_subsys_offline",
  "memory_block_offline",
  "offline_pages",
];

test("the page in the map, its entry, the zone's counters, the free list and the log line agree at ten instants", async () => {
  // With what 6.1 tells at the debug level only: "Offlined Pages".
  const box = standardBox('movable_node memhp_default_state=online_movable dyndbg="file mm/memory_hotplug.c +p"');
  const host = new EngineHost({ seed: busyServer.seed, box });
  for (const command of busyServer.setup) {
    host.submit(command);
    host.settle();
  }
  const zones = new Map<string, ZoneRecord>();
  const blocks = new Map<string, Extract<Patch, readonly ["block", string, unknown]>[2]>();
  const lines: string[] = [];
  /** What goes into one frame, taken at one instant. */
  const frame = () => {
    for (const [kind, key, record] of host.drainPatches()) {
      if (kind === "zone" && record) zones.set(key, record);
      if (kind === "block") blocks.set(key, record);
    }
    for (const { line, partition } of host.drainLog()) if (partition === "A") lines.push(line);
    return host.now;
  };
  frame();
  const [key, fullest] = [...blocks]
    .filter(([id, block]) => id.startsWith("A:") && block?.zone === "Movable")
    .sort(([, x], [, y]) => (x?.kinds[PageKind.Free] ?? 0) - (y?.kinds[PageKind.Free] ?? 0))[0] ?? ["", null];
  if (!fullest) throw new Error("no Movable block");
  const { startPfn, pages, number } = fullest;
  const source = `A/${fullest.nodes[0]}/Movable`;
  // A page in the middle that a process maps.
  let followed = -1;
  for (let pfn = startPfn + pages / 2; followed < 0; pfn++)
    if (((await host.chain("A", pfn))?.mapperCount ?? 0) > 0) followed = pfn;
  const pid = (await host.chain("A", followed))?.mappers[0]?.pid;
  const look: Look = { of: "migration", partition: "A", attempt: null, follow: followed, next: 1 };
  // The code that looks is fetched with the first look.
  for (let tries = 0; tries < 200 && !host.look(look, true); tries++) await new Promise((done) => setTimeout(done, 5));

  const map = new Uint8Array(pages);
  const states = new Set<string>();
  let instants = 0;
  let isolatedFree: number | null = null;

  /** Reads all five at the present instant, and holds them to one another. */
  const check = async (): Promise<string> => {
    const at = frame();
    const seen = host.look(look, true) as Seen;
    host.pageMap(key, map);
    expect(host.now).toBe(at);
    const { state, page } = seen;
    if (!state || !page) throw new Error("nothing is seen of the migration");
    const byte = map[followed - startPfn] as number;
    const kind = byte & MAP_KIND_MASK;
    const old = await host.chain("A", followed);
    const steps = page.steps.length;
    const where = steps === 0 ? "waiting" : page.outcome;

    // The entry, as the view tells it, is the one that the page tables hold.
    const entry = page.mapper;
    expect(entry?.pid).toBe(pid);
    if (page.outcome === "moved") {
      const copy = page.copy ?? -1;
      const other = Math.floor(copy / pages);
      const elsewhere = new Uint8Array(pages);
      host.pageMap(`A:${other}`, elsewhere);
      expect(entry).toMatchObject({ entry: "present", leadsTo: copy });
      expect((await host.chain("A", copy))?.mappers[0]).toMatchObject({ pid, migrating: false });
      expect((elsewhere[copy - other * pages] as number) & MAP_KIND_MASK).toBe(page.kind);
      expect(old?.mapperCount).toBe(0);
      expect([PageKind.Free, PageKind.None]).toContain(kind);
    } else {
      expect(kind).toBe(page.kind);
      expect(entry?.leadsTo).toBe(followed);
      const migrating = page.steps.at(-1)?.entry === "migration";
      expect(entry?.entry).toBe(migrating ? "migration" : "present");
      expect(old?.mappers[0]).toMatchObject({ pid, migrating });
      expect((byte & MapFlag.Isolated) !== 0, where).toBe(steps > 0);
    }
    // The map's pages in use are the figures'.
    let used = 0;
    let isolated = 0;
    for (const one of map) {
      if ((one & MAP_KIND_MASK) > PageKind.Free) used++;
      if ((one & MAP_KIND_MASK) === PageKind.Free) isolated++;
    }
    expect(state.left + state.again).toBe(used);
    expect(state.moved + used).toBe(state.inUse);
    expect(blocks.get(key)?.kinds[PageKind.Free]).toBe(isolated);
    // Every zone's free pages are those on its lists, but for what is isolated; so are the migration's destinations.
    for (const zone of zones.values()) {
      const listed = zone.freeByOrder.reduce((sum, chunks, order) => sum + chunks * 2 ** order, 0);
      const typed = zone.freeByType.reduce((sum, one) => sum + one, 0);
      expect(typed, zone.key).toBe(listed);
      const apart = zone.key === source && state.endedAt === null ? isolated : 0;
      expect(zone.free + apart, zone.key).toBe(listed);
    }
    for (const { node, zone, free } of state.destinations) expect(zones.get(`A/${node}/${zone}`)?.free).toBe(free);
    isolatedFree ??= isolated - state.moved;
    if (state.endedAt === null) expect(isolated).toBe(isolatedFree + state.moved);
    // What the log says happened, has; and what has not, it does not say.
    const offline = blocks.get(key)?.state === "offline";
    expect(lines.some((line) => line.includes(`Offlined Pages ${pages}`))).toBe(offline);
    expect(kind === PageKind.None).toBe(offline);
    if (state.endedAt === null) expect(blocks.get(key)?.state).toBe("going-offline");
    // Its functions are those that do this to it.
    const [calls] = host.callStacks();
    if (!host.idle) {
      expect(calls?.stack.slice(0, OFFLINING.length).join(" ")).toBe(OFFLINING.join(" "));
      expect(calls).toMatchObject({ partition: "A", attempt: state.attempt });
      expect(calls?.until).toBeGreaterThanOrEqual(at);
      if (entry?.entry === "migration") expect(calls?.stack.at(-1)).toBe("try_to_migrate");
    } else expect(calls).toBeUndefined();
    states.add(page.outcome === "moving" ? `${entry?.entry}` : where);
    instants++;
    return page.outcome;
  };

  const path = `/sys/devices/system/memory/memory${number}/state`;
  expect(host.submit({ do: "write", partition: "A", path, text: "offline" }).errno).toBeNull();
  /** One step of whatever is due. */
  const one = () => host.runUntil(simNs(host.now + 1e9), { expired: () => true });
  /** Runs step by step, the smallest there is, until the followed page's entry is so. */
  const until = async (done: (migrating: boolean, mappers: number) => boolean): Promise<void> => {
    for (;;) {
      const chain = await host.chain("A", followed);
      if (done(chain?.mappers[0]?.migrating ?? false, chain?.mapperCount ?? 0)) return;
      one();
    }
  };
  const flags = () => {
    host.pageMap(key, map);
    return map[followed - startPfn] as number;
  };
  const seen = () => (host.look(look, true) as Seen | null)?.state;
  while (!seen()) one();
  await check();
  // Some while it waits on the round's list, one with its migration entry, the rest behind it.
  while ((flags() & MapFlag.Isolated) === 0) one();
  await check();
  for (let i = 0; i < 3; i++) {
    host.runUntil(simNs(host.now + 6e6));
    await check();
  }
  await until((migrating) => migrating);
  await check();
  await until((_, mappers) => mappers === 0);
  await check();
  for (let i = 0; i < 3; i++) {
    host.runUntil(simNs(host.now + 5e6));
    await check();
  }
  expect(instants).toBeGreaterThanOrEqual(INSTANTS);
  expect([...states]).toEqual(["waiting", "present", "migration", "moved"]);
  // The last instant: that in which it is offline.
  while (!host.idle) one();
  await check();
  expect(blocks.get(key)?.state).toBe("offline");
}, 120_000);
