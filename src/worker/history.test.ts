/** Undo and redo: back to a machine that never did it, and forward to one that never undid it. */
import { expect, test } from "vitest";
import { seededRandom } from "../engine/time/random.ts";
import type { Cause } from "../engine/time/commands.ts";
import type { LoadKind } from "../engine/workload/load-description.ts";
import { hearNames, objectionsTo } from "../engine/testing/refusals.ts";
import { smallBox } from "../engine/testing/small-box.ts";
import { simNs } from "../engine/units.ts";
import { EngineHost } from "./engine-host.ts";
import { History } from "./history.ts";
import { Play } from "./play.ts";
import { scenarioOf } from "./testing/random-session.ts";

/** UNDO_RUNS searches longer, from UNDO_SEED on. */
const RUNS = Number(process.env.UNDO_RUNS ?? 12);
const FIRST = Number(process.env.UNDO_SEED ?? 1);
const ENDLESS = { expired: () => false };
const build = (given: ConstructorParameters<typeof EngineHost>[0]) => new EngineHost(given);
const stateOf = (play: Play) => play.engine.past()?.hash;

/** Goes all the way, in parts of chance length. */
async function arrive(way: ReturnType<History["undo"]>, random: () => number): Promise<Play> {
  if (!way) throw new Error("there is no way");
  for (;;) {
    let left = Math.ceil(random() * 400);
    const play = way.run({ expired: () => --left <= 0 });
    if (play) return play;
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const LINES = [
  "echo offline > /sys/devices/system/memory/memory9/state\r",
  "mem anon 8 1 &\r",
  "echo 3 > /proc/sys/vm/drop_caches; ls /tmp\r",
  "for b in 9 10; do echo online > /sys/devices/system/memory/memory$b/state; sleep 0.01; done\r",
  "x=1; echo $x $RANDOM\r",
];

function doSomething(play: Play, random: () => number): void {
  const below = (n: number): number => Math.floor(random() * n);
  const causes: Cause[] = [
    {
      do: "move",
      dimm: `d${1 + below(4)}`,
      to: [{ shelf: true } as const, { slot: "A/2/0" }, { slot: "B/0/0" }][below(3)]!,
    },
    { do: "load", partition: "A", load: { kind: "anon", mib: 1 + below(20), node: below(3), policy: "preferred" } },
    { do: "write", partition: "A", path: `/sys/devices/system/memory/memory${below(16)}/state`, text: "offline" },
    { do: "signal", op: below(40) },
  ];
  if (random() < 0.6) play.submit(causes[below(causes.length)] as Cause);
  else
    for (const text of LINES[below(LINES.length)] as string) {
      play.submit({ do: "terminal-input", terminal: 1, text });
      play.engine.runUntil(simNs(play.engine.now + below(200_000)));
    }
  play.engine.runUntil(simNs(play.engine.now + below(40e6)));
}

test(
  "a machine that was taken back is one that never did it, and forward again one that never went back",
  async () => {
    let travelled = 0;
    for (let seed = FIRST; seed < FIRST + RUNS; seed++) {
      const random = seededRandom(seed);
      const scenario = scenarioOf(seed);
      const history = new History(build, scenario);
      let play = new Play(build, scenario);
      play.setUp();
      await play.join();
      play.submit({ do: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
      play.engine.runUntil(simNs(play.engine.now + 1e6));
      for (let step = 0; step < 14; step++) {
        const what = random();
        if (what < 0.5) doSomething(play, random);
        else if (what < 0.75) {
          const deed = play.deeds.at(-1);
          if (!deed) continue;
          const gone = stateOf(play);
          const before = await arrive(history.undo(play), random);
          expect(before.engine.instant).toEqual(deed.instant);
          expect(before.engine.journal.length).toBe(deed.entry);
          expect(before.begin).toBe(play.begin);
          // The same by a machine of its own that never did it.
          const never = build(scenario);
          const told = { output: () => {}, ended: () => {} };
          await never.joinTerminals(told, (command, origin) => never.act(command, origin));
          never.replay(play.engine.journal.slice(0).slice(0, deed.entry), deed.instant);
          expect(stateOf(before), `seed ${seed}`).toBe(never.past().hash);
          expect(before.ahead).toEqual([]);
          travelled++;
          if (random() < 0.5) before.engine.runUntil(simNs(before.engine.now + Math.floor(random() * 5e6)));
          if (random() < 0.5) {
            const after = await arrive(history.redo(before), random);
            expect(stateOf(after), `seed ${seed}`).toBe(gone);
            play = after;
          } else play = before;
        } else if (what < 0.85) {
          const { redo } = history.offers(play);
          const way = history.redo(play);
          expect(way?.what ?? null).toBe(redo);
          if (way) play = await arrive(way, random);
        } else for (let turn = 0; turn < 40; turn++) history.follow(play, { expired: () => random() < 0.02 });
        expect(await play.engine.audit()).toEqual([]);
      }
    }
    expect(travelled).toBeGreaterThan(RUNS);
  },
  300_000 + 60_000 * RUNS,
);

test("what a shell's line did is undone to before its last key, and a line that did nothing is no deed", async () => {
  const scenario = scenarioOf(3);
  const history = new History(build, scenario);
  const play = new Play(build, scenario);
  play.setUp();
  await play.join();
  play.submit({ do: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
  const type = (text: string): void => {
    for (const key of text) {
      play.submit({ do: "terminal-input", terminal: 1, text: key });
      play.engine.runUntil(simNs(play.engine.now + 2e6));
    }
  };
  type("ls /tmp\r");
  play.engine.runUntil(simNs(play.engine.now + 50e6));
  expect(history.offers(play)).toEqual({ undo: null, redo: null, back: null });
  type("echo 1 > /proc/sys/vm/compact_memory\r");
  play.engine.runUntil(simNs(play.engine.now + 50e6));
  expect(history.offers(play).undo).toEqual({ is: "line", line: "echo 1 > /proc/sys/vm/compact_memory" });
  const before = history.undo(play)?.run(ENDLESS) ?? (await arrive(history.undo(play), () => 0.5));
  expect(before.screens.get(1)?.line).toContain("echo 1 > /proc/sys/vm/compact_memory");
  expect(history.offers(before)).toMatchObject({ undo: null });
});

test("with something else done, what was undone is not offered any more", async () => {
  const scenario = scenarioOf(4);
  const history = new History(build, scenario);
  const play = new Play(build, scenario);
  play.setUp();
  play.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 4 } });
  play.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 5 } });
  const back = history.undo(play)?.run(ENDLESS) as Play;
  const further = history.undo(back)?.run(ENDLESS) as Play;
  expect(history.offers(further)).toMatchObject({ undo: null, redo: { is: "start", comm: "anon" } });
  const forth = history.redo(further)?.run(ENDLESS) as Play;
  expect(stateOf(forth)).toBe(stateOf(back));
  expect(history.offers(forth).redo).not.toBeNull();
  forth.submit({ do: "load", partition: "A", load: { kind: "cache", mib: 5 } });
  expect(history.offers(forth).redo).toBeNull();
  expect(history.redo(forth)).toBeNull();
});

test(
  "back to the culprit: the page is allocated there, and what was done comes again until something else is",
  async () => {
    let found = 0;
    let blamed = 0;
    for (let seed = FIRST; seed < FIRST + 2 * RUNS; seed++) {
      const random = seededRandom(seed);
      const scenario = { ...scenarioOf(seed), box: smallBox("memhp_default_state=online_kernel") };
      const history = new History(build, scenario);
      const play = new Play(build, scenario);
      const { named, stop } = hearNames((play.engine as EngineHost).engine);
      play.setUp();
      await play.join();
      play.submit({ do: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
      // A module that was empty at boot, with kernel memory that came at different times.
      play.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
      play.engine.runUntil(simNs(play.engine.now + 100e6));
      for (let step = 0; step < 4; step++) {
        const kind = (["slab", "pipes", "vmalloc"] as const)[Math.floor(3 * random())] as LoadKind;
        play.submit({ do: "load", partition: "A", load: { kind, mib: 2 + step, node: 2, policy: "preferred" } });
        if (random() < 0.5) doSomething(play, random);
        if (random() < 0.5) play.submit({ do: "press", dimm: "d4" });
        play.engine.runUntil(simNs(play.engine.now + 20e6));
      }
      play.submit({ do: "press", dimm: "d4" });
      play.engine.runUntil(simNs(play.engine.now + 100e6));
      stop();
      for (const { culprit, objection } of named)
        expect(objection, `seed ${seed}, 0x${culprit.pfn.toString(16)}`).toBeNull();
      const watched = build(scenario);
      await watched.joinTerminals({ output: () => {}, ended: () => {} }, (command, origin) =>
        watched.act(command, origin),
      );
      const causes = play.engine.journal.slice(0);
      const end = play.engine.instant;
      expect(
        objectionsTo(named, watched.engine, () => watched.replay(causes, end)),
        `seed ${seed}`,
      ).toEqual([]);
      blamed += named.length;
      const refused = play.engine
        .drainPatches()
        .flatMap(([kind, , record]) => (kind === "attempt" && record?.culprit?.transaction ? [record] : []));
      const attempt = refused.at(Math.floor(random() * refused.length));
      if (!attempt?.culprit) continue;
      const { pfn: page, allocatedAt, transaction } = attempt.culprit;
      const gone = stateOf(play);
      const there = await arrive(history.culprit(play, attempt.id), random);
      found++;
      expect(there.engine.provenance(attempt.partition, page)).toBe(transaction);
      // Causes within a millisecond share a number.
      expect(Math.abs(there.engine.now - (allocatedAt ?? 0)), `seed ${seed}`).toBeLessThanOrEqual(1e6);
      expect(await there.engine.audit()).toEqual([]);
      // A step before it was another page.
      const before = build(scenario);
      await before.joinTerminals({ output: () => {}, ended: () => {} }, (command, origin) =>
        before.act(command, origin),
      );
      const { step } = there.engine.instant;
      const sooner = causes.filter((cause) => cause.step < step);
      before.replay(sooner, sooner.at(-1) ?? { step: 0, at: simNs(0) });
      expect(before.provenance(attempt.partition, page)).not.toBe(transaction);
      expect(history.offers(there)).toMatchObject({ redo: null, back: end.at });
      if (random() < 0.5) {
        // Time goes on: it all happens again.
        while (there.ahead.length > 0) {
          let left = Math.ceil(random() * 50);
          there.goOn(end.at, { expired: () => --left <= 0 });
        }
        there.engine.advanceTo(end);
        expect(stateOf(there), `seed ${seed}`).toBe(gone);
        expect(history.offers(there).back).toBe(end.at);
      } else {
        there.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 1 } });
        expect(there.ahead).toEqual([]);
        expect(history.offers(there).back).toBeNull();
      }
    }
    if (process.env.UNDO_RUNS) console.log(JSON.stringify({ sequences: 2 * RUNS, blamed, found }));
    expect(found).toBeGreaterThan(RUNS);
    expect(blamed).toBeGreaterThan(2 * RUNS);
  },
  300_000 + 60_000 * RUNS,
);
