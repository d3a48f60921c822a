import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { Pte } from "../memory/page-tables.ts";
import type { WatchedRange } from "../chronicle/migration-watch.ts";
import { actions, cmdlines } from "../testing/random-actions.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { smallBox } from "../testing/small-box.ts";
import type { Command } from "../time/commands.ts";
import type { LoadKind } from "../workload/load-description.ts";
import { Engine } from "../time/engine.ts";
import { stateHash } from "../time/state-hash.ts";
import { pfn } from "../units.ts";
import { chainOf } from "./chain.ts";
import { pagesByNode } from "./distances.ts";
import { slotOf } from "./migration-source.ts";
import { CELL_WORDS, type MigrationState, NO_PASS, SHARE_WORDS, SLOTS, STAY_WORDS } from "./migration-state.ts";
import { KEPT_ATTEMPTS, MigrationWatcher } from "./migration-watch.ts";
import { Rate } from "./rate.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 10);
const SEED = Number(process.env.PROPERTY_SEED ?? 2016);

/** Counts for itself what was in use, page by page, when a block was isolated. */
class Checked extends MigrationWatcher {
  readonly mine: Kernel;
  there = new Set<number>();
  constructor(kernel: Kernel) {
    super(kernel);
    this.mine = kernel;
  }
  override begins(attempt: AttemptLog, range: WatchedRange): void {
    super.begins(attempt, range);
    const first = this.mine.blockNumberOf(range.startPfn) * this.mine.blockPages;
    this.there = usedIn(this.mine, first);
  }
}

function usedIn(kernel: Kernel, first: number): Set<number> {
  const used = new Set<number>();
  for (let frame = first; frame < first + kernel.blockPages; frame++) {
    const kind = kernel.pages.kindAt(frame);
    const balloon =
      kind === PageKind.Offline && (kernel.pages.a[Math.max(0, kernel.pages.indexOf(frame))] as number) >= 0;
    const unused = [PageKind.None, PageKind.Free, PageKind.Poisoned, PageKind.SelfMemmap, PageKind.Offline] as number[];
    if (balloon || !unused.includes(kind)) used.add(frame);
  }
  return used;
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

const rowsOf = (numbers: Uint32Array, words: number): number[][] =>
  Array.from({ length: numbers.length / words }, (_, row) => [...numbers.subarray(row * words, (row + 1) * words)]);

/** The sums that hold at every instant. */
function check(state: MigrationState, kernel: Kernel): void {
  const { inUse, moved, ended, left, again } = state;
  expect(moved + left + again).toBe(inUse);
  for (const figure of [moved, ended, left, again]) expect(figure).toBeGreaterThanOrEqual(0);
  expect(sum(state.flow.map(({ pages }) => pages)) + ended).toBe(moved);
  expect(sum(state.reasons.filter(({ errno }) => errno !== "EBUSY").map(({ pages }) => pages))).toBe(again);
  const cells = [...state.cells];
  expect(sum(cells.filter((_, i) => i % CELL_WORDS < SLOTS))).toBe(left + again);
  if (!state.late) expect(sum(state.before)).toBe(inUse);
  if (!state.late) {
    const copied = sum(state.flow.map(({ pages }) => pages));
    expect(sum(state.rate.pages)).toBe(copied);
  }
  // What is told cell by cell, by pass and by reason adds up to what is told of all.
  const shares = rowsOf(state.shares, SHARE_WORDS);
  const known = state.flow.filter(({ kind }) => kind !== null);
  for (const { node, zone } of known) {
    const target = state.targets.findIndex((one) => one.node === node && one.zone === zone);
    const there = known.filter((one) => one.node === node && one.zone === zone);
    expect(sum(shares.filter((row) => row[2] === target).map((row) => row[4] ?? 0))).toBe(
      sum(there.map(({ pages }) => pages)),
    );
  }
  for (let slot = 0; slot < SLOTS; slot++)
    expect(sum(shares.filter((row) => row[1] === slot).map((row) => row[4] ?? 0))).toBe(
      sum(known.filter(({ kind }) => slotOf(kind ?? 0) === slot).map(({ pages }) => pages)),
    );
  for (const [cell = 0, , , pass = 0] of shares) {
    expect(cell).toBeLessThan(state.before.length);
    expect(pass === NO_PASS || pass < state.passLimit).toBe(true);
  }
  const stays = rowsOf(state.stays, STAY_WORDS);
  for (const [nth, { pages }] of state.reasons.entries())
    expect(sum(stays.filter((row) => row[2] === nth).map((row) => row[3] ?? 0))).toBe(pages);
  for (const pass of state.passes) expect(pass.moved + pass.stayed).toBeLessThanOrEqual(pass.pages);
  for (const { first, pages } of state.reasons) expect(first === null).toBe(pages === 0);
  const own = state.flow.filter(({ node, zone }) => node === state.node && zone === state.zone);
  // Pages stay on their node only where no other has memory.
  if (own.length > 0 && kernel.profile.migrationTarget === "other nodes" && state.destinations.length > 0)
    expect(state.destinations.some(({ node }) => node === state.node)).toBe(true);
}

describe("moved + left + to try again = pages in use when the block was isolated", () => {
  test("at every instant, over random machines and commands; and who watches changes nothing", () => {
    const seen = { states: 0, moved: 0, again: 0, ended: 0, kept: 0 };
    fc.assert(
      fc.property(cmdlines, actions(8), (line, steps) => {
        const watched = new Engine({ seed: 7, box: smallBox(line) });
        const alone = new Engine({ seed: 7, box: smallBox(line) });
        const watchers = [...watched.kernels.values()].map((kernel) => new Checked(kernel));
        for (const watcher of watchers) watcher.look();
        const look = () => {
          for (const watcher of watchers) {
            watcher.catchUp(watched.attempts.values());
            watcher.follow({ follow: null, next: seen.states % 3 });
            const kernel = watcher.mine;
            for (const id of watcher.kept) {
              const state = watcher.state(id);
              if (!state) throw new Error(`attempt ${id} is kept, and is not`);
              check(state, kernel);
              seen.kept++;
            }
            const state = watcher.state(null);
            watcher.page?.steps.reduce((last, { at }) => {
              expect(at).toBeGreaterThanOrEqual(last);
              return at;
            }, 0);
            if (!state || state.endedAt !== null) continue;
            const now = usedIn(kernel, state.startPfn);
            for (const frame of now) expect(watcher.there.has(frame), "nothing comes into use there").toBe(true);
            expect(state.left + state.again).toBe(now.size);
            expect(state.inUse).toBe(watcher.there.size);
            seen.states++;
            if (state.moved > 0) seen.moved++;
            if (state.again > 0) seen.again++;
            if (state.ended > 0) seen.ended++;
          }
        };
        for (const { resolve, wait } of [...FILL, ...steps]) {
          const command = resolve(watched);
          if (command) watched.submit(command);
          if (command) alone.submit(command);
          const end = watched.now + wait;
          for (let at = watched.now + wait / 5; at < end && wait > 0; at += wait / 5) {
            watched.runUntil(Math.round(at));
            look();
          }
          watched.runUntil(end);
          alone.runUntil(end);
          look();
        }
        expect(stateHash(watched)).toBe(stateHash(alone));
        const told = (engine: Engine) => JSON.stringify(engine.transactions.reader("first").read());
        expect(told(watched)).toBe(told(alone));
      }),
      { numRuns: RUNS, seed: SEED },
    );
    for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(RUNS / 5);
  }, 600_000);
});

/** A box in use, so that there is something to move, and something that can't. */
const FILL = (
  [
    { do: "move", dimm: "d4", to: { slot: "A/2/0" } },
    { do: "load", partition: "A", load: { kind: "anon", mib: 60, node: 2, policy: "preferred" } },
    { do: "load", partition: "A", load: { kind: "pin", mib: 1, node: 2, policy: "preferred" } },
    { do: "load", partition: "A", load: { kind: "server", mib: 60, node: 2, churnMibPerSecond: 400 } },
  ] satisfies Command[]
).map((command) => ({ resolve: () => command, wait: 400_000_000 }));

const machine = (kernelVersion?: "6.12" | "4.14") => {
  const box = smallBox("memhp_default_state=online_movable");
  const [first, ...others] = box.partitions;
  if (!first) throw new Error("a box without partitions");
  const partitions = [kernelVersion ? { ...first, kernel: kernelVersion } : first, ...others];
  const engine = new Engine({ seed: 1, box: { ...box, partitions } });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
  engine.settle();
  const kernel = engine.kernel("A");
  const load = (kind: LoadKind, mib: number, node: number) => {
    const pid = kernel.nextPid;
    engine.submit({ do: "load", partition: "A", load: { kind, mib, node, policy: "preferred", comm: `a-${kind}` } });
    engine.settle();
    return pid;
  };
  const fullest = () => {
    const blocks = [...kernel.blocks.values()].filter(({ zone }) => zone?.name === "Movable");
    const used = (start: number) => usedIn(kernel, start).size;
    const [block] = blocks.sort((x, y) => used(y.startPfn) - used(x.startPfn));
    if (!block) throw new Error("no Movable block");
    return block;
  };
  const offline = (block: number) =>
    engine.submit({
      do: "write",
      partition: "A",
      path: `/sys/devices/system/memory/memory${block}/state`,
      text: "offline",
    }).op;
  const watcher = new MigrationWatcher(kernel);
  return { engine, kernel, load, fullest, offline, watcher };
};

/** Runs step by step until `done`. */
function until(engine: Engine, done: () => boolean, piece = 40_000): void {
  for (let steps = 0; steps < 200_000 && !done(); steps++) engine.runFor(piece);
  expect(done()).toBe(true);
}

describe("an attempt that is watched", () => {
  test("pages that end meanwhile count as moved, and are told apart", () => {
    const { engine, kernel, load, fullest, offline, watcher } = machine();
    const pid = load("anon", 40, 2);
    load("cache", 20, 2);
    watcher.look();
    const block = fullest();
    offline(block.number);
    until(engine, () => (watcher.state(null)?.moved ?? 0) > 2_000);
    const before = watcher.state(null) as MigrationState;
    expect(before.ended).toBe(0);
    const own = [...usedIn(kernel, block.startPfn)].filter((frame) =>
      chainOf(kernel, pfn(frame))?.mappers.some((mapper) => mapper.pid === pid),
    ).length;
    expect(own).toBeGreaterThan(100);
    engine.submit({ do: "kill", partition: "A", pid });
    // What is off its list is freed by the migration when it comes to it.
    until(engine, () => !watcher.running);
    const after = watcher.state(null) as MigrationState;
    expect(after.ended).toBe(own);
    expect(after).toMatchObject({ left: 0, again: 0, errno: null, inUse: before.inUse, moved: before.inUse });
    expect(after.paid.find((one) => one.pid === pid)?.now).toBeNull();
  });

  test.each([true, false])("is over when its block is empty, before its offline is (watched: %s)", (watched) => {
    const { engine, kernel, load, fullest, offline, watcher } = machine();
    load("anon", 20, 2);
    if (watched) watcher.look();
    offline(fullest().number);
    const offlining = () => [...engine.attempts.values()].find(({ kind }) => kind === "offline");
    until(engine, () => offlining() !== undefined, 1_000);
    const attempt = offlining();
    let [emptied, late] = [0, 0];
    while (attempt?.running) {
      engine.runFor(2_000);
      // Whoever looks asks with every frame; one that comes between the last page and the end finds the block isolated.
      if (!attempt.value().checks.some(({ rule, verdict }) => rule === "migrate" && verdict === "pass")) continue;
      if (kernel.isolated.size > 0) emptied++;
      watcher.look();
      watcher.catchUp(engine.attempts.values());
      if (watcher.running) late++;
    }
    expect(emptied).toBeGreaterThan(0);
    expect(late).toBe(0);
    expect(watcher.kept).toEqual(watched ? [attempt?.id] : []);
  });

  test.each(["anon", "thp", "cache", "shm", "balloon"] as const)("every page of a load was copied: %s", (kind) => {
    const { engine, kernel, load, fullest, offline, watcher } = machine();
    load(kind, 60, 2);
    watcher.look();
    const block = fullest();
    offline(block.number);
    engine.settle();
    const state = watcher.state(null) as MigrationState;
    check(state, kernel);
    expect(state).toMatchObject({ ended: 0, left: 0, again: 0, errno: null });
    expect(state.moved).toBeGreaterThan(10_000);
    expect(state.moved).toBe([...engine.attempts.values()].find(({ id }) => id === state.attempt)?.pagesMoved);
    const kinds = new Set(state.flow.map((one) => one.kind));
    const own = { anon: PageKind.Anon, thp: PageKind.AnonHuge, cache: PageKind.PageCache, shm: PageKind.Shmem };
    expect(kinds.has(kind === "balloon" ? PageKind.Offline : own[kind])).toBe(true);
  });

  test("pages that stay have their errno, their number, and the first with its owner", () => {
    const { engine, load, fullest, offline, watcher } = machine();
    load("anon", 20, 2);
    const pid = load("pin", 1, 2);
    watcher.look();
    const block = fullest();
    const op = offline(block.number) as number;
    engine.runFor(300e6);
    const stuck = watcher.state(null) as MigrationState;
    expect(stuck.left).toBe(0);
    expect(stuck.again).toBeGreaterThan(200);
    const [reason] = stuck.reasons;
    const owner = { what: "process", by: { as: "holder", comm: "a-pin", pid } };
    expect(reason).toMatchObject({ errno: "EAGAIN", pages: stuck.again, first: { owner } });
    expect(stuck.roundLimit).toBeNull();
    // Ten passes a run, each over what the last one left.
    expect(stuck.passes).toHaveLength(stuck.passLimit);
    for (const pass of stuck.passes) expect(pass).toEqual({ pages: stuck.again, moved: 0, stayed: stuck.again });
    const rounds = stuck.round;
    engine.runFor(300e6);
    expect(watcher.state(null)?.round).toBeGreaterThan(rounds);
    engine.submit({ do: "signal", op });
    engine.settle();
    expect(watcher.state(null)).toMatchObject({ errno: "EINTR", again: stuck.again, left: 0 });
    expect(watcher.running).toBe(false);
  });

  test("distance is what page tables and /proc/PID/numa_maps say, before and after", () => {
    const { engine, kernel, load, fullest, offline, watcher } = machine();
    const pid = load("anon", 50, 2);
    load("thp", 16, 2);
    watcher.look();
    addFiles(engine.files("A"));
    const figures = (): Map<number, number> => {
      const told = engine.files("A").read(`/proc/${pid}/numa_maps`);
      const found = new Map<number, number>();
      for (const [, node, pages] of ("text" in told ? told.text : "").matchAll(/N(\d+)=(\d+)/g))
        found.set(Number(node), (found.get(Number(node)) ?? 0) + Number(pages));
      return found;
    };
    const before = figures();
    for (const process of kernel.processes.values())
      expect(sum(pagesByNode(kernel, process).map(([, pages]) => pages))).toBe(
        sum(process.areas.map(({ mapping }) => mapping.resident)),
      );
    offline(fullest().number);
    engine.settle();
    const paid = watcher.state(null)?.paid.find((one) => one.pid === pid);
    expect(new Map(paid?.before)).toEqual(before);
    expect(new Map(paid?.now)).toEqual(figures());
    expect(figures()).not.toEqual(before);
    const mean = (pages: Map<number, number>) =>
      sum([...pages].map(([node, many]) => many * kernel.distance(0, node))) / sum(pages.values());
    expect(paid?.distanceBefore).toBeCloseTo(mean(before), 9);
    expect(paid?.distanceNow).toBeCloseTo(mean(figures()), 9);
  });

  test("who comes late knows what had moved by zone only, and the sums hold all the same", () => {
    const { engine, kernel, load, fullest, offline, watcher } = machine();
    load("anon", 80, 2);
    offline(fullest().number);
    const attempt = () => [...engine.attempts.values()].find(({ kind }) => kind === "offline") as AttemptLog;
    until(engine, () => (attempt()?.pagesMoved ?? 0) > 1_000);
    watcher.look();
    watcher.catchUp(engine.attempts.values());
    const state = watcher.state(null) as MigrationState;
    expect(state).toMatchObject({ late: true, moved: attempt().pagesMoved, ended: 0 });
    check(state, kernel);
    until(engine, () => !watcher.running);
    expect(watcher.state(null)?.flow.filter(({ kind }) => kind !== null).length).toBeGreaterThan(0);
    expect(watcher.state(null)?.moved).toBe(attempt().pagesMoved);
  });

  test("the last so many are kept as they were; nobody is told when nobody looks", () => {
    const { engine, kernel, load, offline, watcher } = machine();
    load("anon", 4, 2);
    watcher.look();
    const block = [...kernel.blocks.values()].find(({ zone }) => zone?.name === "Movable");
    const state = `/sys/devices/system/memory/memory${block?.number}/state`;
    const ids: number[] = [];
    for (let times = 0; times < KEPT_ATTEMPTS + 3; times++) {
      offline(block?.number ?? 0);
      engine.settle();
      ids.push(watcher.state(null)?.attempt ?? 0);
      engine.submit({ do: "write", partition: "A", path: state, text: "online_movable" });
      engine.settle();
    }
    expect(watcher.kept).toEqual(ids.slice(-KEPT_ATTEMPTS));
    expect(watcher.state(ids[0] ?? 0)).toBeNull();
    watcher.rest();
    expect(kernel.migrationWatch).toBeNull();
  });
});

describe("a followed page", () => {
  test("goes through its five functions, and its entry with it: present, migration entry, present elsewhere", () => {
    const { engine, kernel, load, fullest, offline, watcher } = machine();
    const pid = load("anon", 30, 2);
    const block = fullest();
    const frame = [...usedIn(kernel, block.startPfn)].find((one) =>
      chainOf(kernel, pfn(one))?.mappers.some((mapper) => mapper.pid === pid),
    ) as number;
    watcher.look();
    watcher.follow({ follow: frame, next: 0 });
    expect(watcher.page).toMatchObject({ outcome: "waiting", steps: [], mapper: { pid, leadsTo: frame } });
    offline(block.number);
    const names = () => watcher.page?.steps.map(({ name }) => name) ?? [];
    until(engine, () => names().length === 1, 1_000);
    expect(names()).toEqual(["isolate_lru_page"]);
    expect((kernel.pages.flags[kernel.pages.indexOf(frame)] as number) & PageFlag.Isolated).not.toBe(0);
    until(engine, () => names().length === 2, 1_000);
    const page = watcher.page;
    expect(page).toMatchObject({ outcome: "moving", mapper: { entry: "migration", leadsTo: frame } });
    const chain = chainOf(kernel, pfn(frame));
    expect(chain?.mappers[0]).toMatchObject({ pid, migrating: true, address: page?.mapper?.address });
    until(engine, () => names().length === 5, 1_000);
    expect(names()).toEqual([
      "isolate_lru_page",
      "try_to_migrate",
      "migrate_folio",
      "remove_migration_ptes",
      "free_one_page",
    ]);
    const after = watcher.page;
    expect(after).toMatchObject({ outcome: "moved", tries: 1, mapper: { entry: "present", leadsTo: after?.copy } });
    expect(kernel.pages.kindAt(frame)).toBe(PageKind.Free);
    expect(kernel.pages.kindAt(after?.copy ?? 0)).toBe(PageKind.Anon);
    expect(chainOf(kernel, pfn(after?.copy ?? 0))?.mappers[0]).toMatchObject({ pid, migrating: false });
    engine.settle();
    expect(watcher.page?.steps).toEqual(after?.steps);
  });

  test("that is pinned is unmapped, found to have more references, mapped again and put back", () => {
    const { engine, kernel, load, fullest, offline, watcher } = machine();
    load("anon", 20, 2);
    load("pin", 1, 2);
    const block = fullest();
    const frame = [...usedIn(kernel, block.startPfn)].find(
      (one) => (kernel.pages.flags[kernel.pages.indexOf(one)] as number) & PageFlag.Pinned,
    ) as number;
    watcher.look();
    watcher.follow({ follow: frame, next: 0 });
    const op = offline(block.number) as number;
    engine.runFor(200e6);
    engine.submit({ do: "signal", op });
    engine.settle();
    expect(watcher.page?.steps.map(({ name, errno }) => errno ?? name)).toEqual([
      "isolate_lru_page",
      "try_to_migrate",
      "EAGAIN",
      "remove_migration_ptes",
      "putback_movable_pages",
    ]);
    expect(watcher.page).toMatchObject({ outcome: "stayed", copy: null, mapper: { entry: "present", leadsTo: frame } });
    const entry = watcher.page?.mapper;
    expect(entry && (kernel.tables.bits.includes(Pte.Migration) ? "some entry still waits" : "none does")).toBe(
      "none does",
    );
  });

  test("the next that moves is one that has just been unmapped; asked again, it is another", () => {
    const { engine, load, fullest, offline, watcher } = machine();
    load("anon", 80, 2);
    watcher.look();
    watcher.follow({ follow: null, next: 1 });
    offline(fullest().number);
    until(engine, () => watcher.page !== null, 1_000);
    const first = watcher.page?.pfn;
    until(engine, () => watcher.page?.outcome === "moved", 1_000);
    watcher.follow({ follow: null, next: 2 });
    until(engine, () => watcher.page !== null, 1_000);
    expect(watcher.page?.pfn).not.toBe(first);
  });
});

test("a rate that runs out of room halves its resolution and loses nothing", () => {
  const rate = new Rate(1_000, 2);
  for (let i = 0; i < 1_000; i++) rate.add(1_000 + i * 1_000_000, i % 2, 3);
  const { stretch, count, pages, from } = rate.series(1_000 + 1e9);
  expect(from).toBe(1_000);
  expect(pages).toHaveLength(count * 2);
  expect(stretch * count).toBeGreaterThan(1e9);
  expect(count).toBeLessThanOrEqual(128);
  expect(sum(pages)).toBe(3_000);
});
