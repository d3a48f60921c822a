/**
 * A person with time in hand, by chance: commands, undo, redo, ways back to culprits, scrubbing, commands given in the past,
 * futures that are kept, named, taken up. Whatever the way, the machine agrees with itself and is one that never went another
 * way, and the past is shown as it was.
 */
import { expect, test } from "vitest";
import { smallBox } from "../engine/testing/small-box.ts";
import type { Command } from "../engine/time/commands.ts";
import type { JournalEntry } from "../engine/time/journal.ts";
import { seededRandom } from "../engine/time/random.ts";
import type { FromWorker } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { Session } from "../worker/session.ts";
import { createPlayground } from "./create-playground.ts";
import type { Reel } from "./film/reel.ts";
import { forksOf } from "./forks.ts";
import { FrameScheduler } from "./frame-scheduler.ts";
import type { Kept } from "./keeper.ts";
import type { Playground } from "./playground.ts";
import type { ChannelEnds } from "./worker-channel.ts";

/** TIME_STEPS takes more of them. */
const STEPS = Number(process.env.TIME_STEPS ?? 80);
const SEED = Number(process.env.TIME_SEED ?? 1);
/** Steps after which another machine begins. */
const SESSION = 100;

const scenarioOf = (seed: number): Scenario => ({
  version: 1,
  name: "random",
  title: "Random",
  about: "",
  seed,
  box: smallBox(["memhp_default_state=online_kernel", "memhp_default_state=online_movable"][seed % 2]),
  setup: [
    // A module that was empty at boot: what kernel memory comes to it came later.
    { do: "move", dimm: "d4", to: { slot: "A/2/0" } },
    { do: "load", partition: "A", load: { kind: "cache", mib: 20, node: 1, policy: "preferred" } },
  ],
  script: [{ at: 30e6, command: { do: "load", partition: "B", load: { kind: "anon", mib: 5 } } }],
  focus: { node: "A/1", block: "A:36", speed: 1 },
});

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** A page over a session in this thread, in a world whose time goes on when the test says so. */
class World {
  readonly playground: Playground;
  #simulator: { readonly ends: ChannelEnds; readonly turns: (() => void)[]; readonly inbox: FromWorker[] }[] = [];
  #displays: ((now: number) => void)[] = [];
  #deferred: (() => void)[] = [];
  #time = 0;
  /** Of the clock on the wall: who breaks again soon is not replaced. */
  #later = 0;

  constructor(scenario: Scenario) {
    this.playground = createPlayground(scenario.name, {
      scenarios: () => scenario,
      scheduler: new FrameScheduler({ request: (callback) => this.#displays.push(callback), mark: () => {} }),
      defer: (callback) => this.#deferred.push(callback),
      heartbeat: { now: () => this.#time + this.#later, hidden: () => false, every: () => () => {} },
      open: (ends) => {
        const simulator = { ends, turns: [] as (() => void)[], inbox: [] as FromWorker[] };
        this.#simulator.push(simulator);
        const session = new Session({
          build: (given) => new EngineHost(given),
          send: (message, transfer) => {
            if (message.type === "fault") throw new Error(JSON.stringify(message.trouble));
            simulator.inbox.push(structuredClone(message, { transfer }));
          },
          clock: () => this.#time,
          later: (callback) => simulator.turns.push(callback),
        });
        return {
          send: (message, transfer = []) => session.receive(structuredClone(message, { transfer })),
          close: () => {
            this.#simulator = this.#simulator.filter((one) => one !== simulator);
          },
        };
      },
    });
  }

  /** The simulator is gone from one moment to the next. */
  lose(): void {
    this.#later += 60_000;
    const [simulator] = this.#simulator;
    if (simulator) simulator.turns.length = 0;
    simulator?.ends.fail("it is gone");
  }

  async frames(many: number): Promise<void> {
    for (let i = 0; i < many; i++) {
      for (const callback of this.#deferred.splice(0)) callback();
      for (let turn = 0; turn < 4; turn++) {
        this.#time += 4;
        for (const { turns } of this.#simulator) for (const callback of turns.splice(0)) callback();
      }
      for (const { ends, inbox } of this.#simulator) for (const message of inbox.splice(0)) ends.receive(message);
      for (const callback of this.#displays.splice(0)) callback(this.#time);
      await Promise.resolve();
    }
    await tick();
  }

  /** Lets time pass until something is answered. */
  async until<T>(answer: Promise<T>): Promise<T> {
    let settled = false;
    const done = answer.finally(() => {
      settled = true;
    });
    for (let i = 0; !settled; i++) {
      if (i > 5000) throw new Error("no answer comes");
      await this.frames(1);
    }
    return done;
  }
}

/** What views hold, in short: a sum of each part. */
function held({ playground }: World): readonly string[] {
  const { records, log, idle } = playground.store.getState();
  const pages = playground.pageMap();
  const maps = Object.keys(records.block)
    .sort()
    .map((block) => [block, sumOf(playground.pageblockMap(block) ?? [])]);
  const parts = {
    ...records,
    log: log.map(({ line }) => line),
    idle,
    pages: pages && [pages.block, sumOf(pages.bytes)],
    maps,
  };
  return Object.entries(parts).map(([name, part]) => {
    const rows = name === "log" || Array.isArray(part) ? [part] : Object.entries(part ?? {});
    const text = rows.map((row) => JSON.stringify(row)).sort();
    return `${name} ${rows.length} ${sumOf(new TextEncoder().encode(text.join()))}`;
  });
}

function sumOf(bytes: ArrayLike<number>): number {
  let value = 7;
  for (let i = 0; i < bytes.length; i++) value = (Math.imul(value, 31) + (bytes[i] as number)) | 0;
  return value;
}

/** The state of a machine that went no way but this one. */
function neverElsewhere({ scenario, resume: { causes, instant } }: Kept): string {
  const never = new EngineHost(scenario);
  never.replay(causes as JournalEntry[], instant);
  return never.past().hash;
}

class Person {
  readonly #world: World;
  readonly #reel: Reel;
  readonly #random: () => number;
  /** By number of the shot: what was shown live. */
  #seen = new Map<number, readonly string[]>();
  done = { undone: 0, redone: 0, culprits: 0, scrubbed: 0, followed: 0, lost: 0, forked: 0, takenUp: 0, commands: 0 };

  static async sitsDown(seed: number): Promise<Person> {
    const world = new World(scenarioOf(seed));
    await world.frames(3);
    const reel = await world.until(world.playground.reel());
    await world.frames(2);
    return new Person(world, reel, seededRandom(seed));
  }

  private constructor(world: World, reel: Reel, random: () => number) {
    this.#world = world;
    this.#reel = reel;
    this.#random = random;
    let film = reel.film;
    world.playground.onFrame(() => {
      if (reel.film !== film) {
        film = reel.film;
        this.#seen = new Map();
      }
      if (reel.present || film.length === 0) return;
      const { id } = film.seek(film.length - 1);
      // What comes in between two frames, such as a selection, is not in the shot.
      if (!this.#seen.has(id)) this.#seen.set(id, held(world));
    });
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }
  #one<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }

  #command(): Command {
    const kind = this.#one(["anon", "cache", "slab", "pipes", "vmalloc", "pin"] as const);
    switch (this.#below(5)) {
      case 0:
        return {
          do: "move",
          dimm: this.#one(["d1", "d2", "d3", "d4"]),
          to: this.#one([{ shelf: true } as const, { slot: "A/2/0" }, { slot: "B/0/0" }]),
        };
      case 1:
      case 2:
        return {
          do: "load",
          partition: "A",
          load: { kind, mib: 1 + this.#below(12), node: this.#below(3), policy: "preferred" },
        };
      case 3:
        return { do: "press", dimm: this.#one(["d1", "d2", "d3", "d4", "d4", "d4"]) };
      default:
        return {
          do: "write",
          partition: "A",
          path: `/sys/devices/system/memory/memory${this.#below(16)}/state`,
          text: this.#one(["offline", "offline", "online", "online_movable"]),
        };
    }
  }

  async #hash(): Promise<string | undefined> {
    return (await this.#world.until(this.#world.playground.past()))?.hash;
  }

  /** Time stands, and all that happened was shown. */
  async #stand(): Promise<void> {
    const { playground } = this.#world;
    if (this.#reel.present) {
      this.#reel.leave();
      await this.#world.frames(2);
    }
    playground.setSpeed(0);
    await this.#world.frames(3);
  }

  async #scrub(): Promise<void> {
    const { film } = this.#reel;
    for (let i = 0; i < 3; i++) {
      if (this.#random() < 0.5) this.#reel.goTo(this.#below(film.length));
      else this.#reel.step(this.#one([-2, -1, 1]));
      await this.#world.frames(1);
      const { scene } = this.#reel;
      if (!scene || !this.#reel.present) continue;
      this.done.scrubbed++;
      const live = this.#seen.get(scene.id);
      if (live !== undefined) expect(held(this.#world), `shot ${scene.id}`).toEqual(live);
    }
    if (this.#random() < 0.2) {
      this.#reel.play(1);
      await this.#world.frames(1 + this.#below(6));
    }
  }

  async #takeUp(): Promise<void> {
    const { playground } = this.#world;
    const forks = forksOf(playground);
    if (forks.length === 0) return;
    await this.#stand();
    const gone = playground.kept;
    const fork = this.#one(forks);
    playground.takeUp(fork);
    playground.setSpeed(0);
    for (let i = 0; i < 200 && !playground.kept; i++) await this.#world.frames(1);
    expect(playground.kept?.resume.causes).toEqual(fork.resume.causes);
    expect(await this.#hash()).toBe(neverElsewhere(fork));
    // What ran until then is one of them now, or part of one.
    if (gone && this.#random() < 0.5)
      expect([...forksOf(playground), playground.kept as Kept].some((one) => holdsAll(one, gone))).toBe(true);
    this.done.takenUp++;
  }

  /** Another simulator makes the machine again, and knows as well what can be done again. */
  async #lose(): Promise<void> {
    await this.#stand();
    const { playground } = this.#world;
    const { offers } = playground.store.getState();
    const { kept } = playground;
    this.#world.lose();
    expect(playground.store.getState().silence).not.toBeNull();
    for (let i = 0; i < 200 && playground.store.getState().silence !== null; i++) await this.#world.frames(1);
    await this.#world.frames(2);
    expect(kept && (await this.#hash())).toBe(kept && neverElsewhere(kept));
    expect(playground.store.getState().offers).toEqual(offers);
    this.done.lost++;
  }

  async step(): Promise<void> {
    const { playground } = this.#world;
    const { futures } = playground;
    const what = this.#random();
    if (what < 0.35) {
      // In the past, too: then the machine goes on from there.
      if (this.#reel.present) this.done.followed++;
      await this.#world.until(playground.send(this.#command()));
      this.done.commands++;
      playground.setSpeed(1);
    } else if (what < 0.5) {
      await this.#stand();
      const gone = await this.#hash();
      // A key that is held down: no frame comes between the two.
      const twice = this.#random() < 0.3;
      const undone = [playground.travel("undo"), ...(twice ? [playground.travel("undo")] : [])];
      const went = (await this.#world.until(Promise.all(undone))).filter(Boolean).length;
      this.done.undone += went;
      if (went > 0) {
        await this.#world.frames(2);
        if (this.#random() < 0.6) {
          if (went > 1) await this.#world.until(playground.travel("redo"));
          expect(await this.#world.until(playground.travel("redo"))).toBe(true);
          await this.#world.frames(2);
          expect(await this.#hash()).toBe(gone);
          this.done.redone++;
        }
      }
    } else if (what < 0.56) {
      if (await this.#world.until(playground.travel("redo"))) this.done.redone++;
    } else if (what < 0.62) {
      const refused = Object.values(playground.store.getState().records.attempt).filter(
        ({ culprit, result }) => result === "failed" && culprit !== null && culprit.transaction !== 0,
      );
      if (refused.length > 0 && !this.#reel.present)
        if (await this.#world.until(playground.travel({ culprit: this.#one(refused).key }))) this.done.culprits++;
    } else if (what < 0.8) await this.#scrub();
    else if (what < 0.86) {
      futures.keep((number) => `Fork ${number}`, this.#reel.present ?? playground.store.getState());
      this.done.forked++;
      if (this.#reel.present) await this.#world.until(this.#reel.follow());
    } else if (what < 0.88 && futures.left.length > 3) futures.forget(this.#one(futures.left).number);
    else if (what < 0.91) await this.#takeUp();
    else if (what < 0.94) await this.#lose();
    else if (what < 0.97) playground.setSpeed(this.#one([0, 0.1, 1]));
    await this.#world.frames(1 + this.#below(8));
    expect(playground.store.getState()).toMatchObject({ status: "running", fault: null });
    expect(await this.#world.until(playground.audit())).toEqual([]);
  }

  /** The machine that is there now is one that went no other way. */
  async check(): Promise<void> {
    await this.#stand();
    const { kept } = this.#world.playground;
    if (!kept) throw new Error("nothing is kept");
    const past = await this.#world.until(this.#world.playground.past());
    if (!past) throw new Error("there is no past");
    // The last of time that passes is not shown when it is stopped and nothing happened.
    const resume = { ...kept.resume, instant: past.instant };
    expect(past.hash).toBe(neverElsewhere({ ...kept, resume }));
  }
}

const holdsAll = (one: Kept, other: Kept): boolean =>
  JSON.stringify(one.resume.causes).startsWith(JSON.stringify(other.resume.causes).slice(0, -1));

test(`${STEPS} steps through time`, { timeout: 60_000 + 2000 * STEPS }, async () => {
  const done: Record<string, number> = {};
  for (let step = 0, seed = SEED; step < STEPS; seed++) {
    const person = await Person.sitsDown(seed);
    for (let own = 0; own < SESSION && step < STEPS; own++, step++) {
      try {
        await person.step();
        if (own % 10 === 9) await person.check();
      } catch (error) {
        throw new Error(`seed ${seed}, step ${own}`, { cause: error });
      }
    }
    if (process.env.TIME_STEPS) process.stderr.write(`${step} steps\n`);
    for (const [what, many] of Object.entries(person.done)) done[what] = (done[what] ?? 0) + many;
  }
  if (process.env.TIME_STEPS) console.log(JSON.stringify(done));
  // Nothing of it was left out by chance.
  if (STEPS < 1000) return;
  // Most refusals are by pages that were there since boot: to those there is no way back.
  const { culprits, ...others } = done;
  for (const many of Object.values(others)) expect(many).toBeGreaterThan(STEPS / 150);
  expect(culprits).toBeGreaterThan(STEPS / 2000);
});

test("function by function: each step shows where the operation is, and the film leads back the same way", async () => {
  const world = new World(scenarioOf(2));
  const { playground } = world;
  await world.frames(3);
  const reel = await world.until(playground.reel());
  playground.setSpeed(0);
  playground.watchCalls(true);
  await world.frames(3);
  await world.until(playground.send({ do: "press", dimm: "d1" }));
  const at = (): string | undefined => playground.store.getState().calls.at(-1)?.stack.at(-1);
  const seen: (string | undefined)[] = [];
  for (let i = 0; i < 6; i++) {
    expect(await world.until(playground.step())).toBe(true);
    await world.frames(2);
    seen.push(at());
  }
  expect(seen).not.toContain(undefined);
  expect(new Set(seen).size).toBeGreaterThan(3);
  for (let i = 4; i >= 0; i--) {
    reel.stepFunction(-1);
    await world.frames(2);
    expect(at()).toBe(seen[i]);
  }
  reel.stepFunction(1);
  await world.frames(2);
  expect(at()).toBe(seen[1]);
});
