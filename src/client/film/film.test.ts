import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { simNs } from "../../engine/units.ts";
import type { Frame, Left, LogEntry, PlaceInTime } from "../../protocol/messages.ts";
import type { BlockRecord, Patch, Records } from "../../protocol/records.ts";
import { applyFrame, NO_RECORDS } from "../apply-frame.ts";
import { PageMaps } from "../page-maps.ts";
import type { PlaygroundState } from "../playground.ts";
import { createFakePlayground } from "../sample-world.ts";
import { changesOfAll } from "./changes.ts";
import { Film } from "./film.ts";
import { STRIDE } from "./thinning.ts";

const PAGES = 4 * 512;

/** A machine of which only what a page can see is there. */
interface Machine {
  readonly place: PlaceInTime;
  readonly blocks: ReadonlyMap<string, { readonly record: BlockRecord; readonly pages: Uint8Array }>;
  readonly attempts: ReadonlyMap<string, Records["attempt"]>;
  readonly log: readonly LogEntry[];
}

const sample = createFakePlayground().store.getState();
const aBlock = Object.values(sample.records.block)[0] as BlockRecord;
const anAttempt = Object.values(sample.records.attempt)[0] as Records["attempt"];

/** What views hold. */
function shown(state: PlaygroundState, pages: Shown["pages"], pageblocks: Shown["pageblocks"]): string {
  const { records, log, idle, looked, selection } = state;
  const maps = Object.keys(records.block)
    .sort()
    .map((block) => [block, pageblocks(block)?.join("")]);
  return JSON.stringify([sorted(records), log, idle, looked, selection, pages()?.block, pages()?.bytes.join(""), maps]);
}
type Shown = Pick<ReturnType<Film["seek"]>, "pages" | "pageblocks">;

const sorted = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, item]) => [key, sorted(item)]),
      )
    : value;

interface Seen {
  readonly id: number;
  readonly hash: string;
  readonly machine: Machine;
}

/** A page that shows a machine, and what it has shown: at each shot of the film what was to be seen then. */
class Rig {
  film: Film;
  readonly #begin: () => Film;
  #machine: Machine = {
    place: { entries: 0, instant: { step: 0, at: simNs(0) } },
    blocks: new Map(),
    attempts: new Map(),
    log: [],
  };
  readonly #maps = new PageMaps();
  #state: PlaygroundState = { ...sample, records: { ...sample.records, block: {}, attempt: {} }, log: [] };
  #seen: Seen[] = [];
  /** `seen`: `null` where another film saw it. */
  #left: { readonly machine: Machine; readonly past: readonly Machine[]; readonly seen: readonly Seen[] | null }[] = [];
  /** All that the machine was until now, seen by this film or not. */
  #past: Machine[] = [];
  #watched = 0;
  #next = 0;

  constructor(budget?: number, clock?: () => number) {
    this.#begin = () => new Film(budget, clock);
    this.film = this.#begin();
    this.#send(this.#machine, this.#machine.place, []);
  }

  /** The machine does something, a frame tells of it; `also`: to another film, too. */
  act(what: number, value: number, also?: Film): void {
    const before = this.#machine;
    const {
      entries,
      instant: { step, at },
    } = before.place;
    const place = {
      entries: entries + (what % 3 === 0 ? 1 : 0),
      instant: { step: step + 1 + (value % 5), at: simNs(at + value) },
    };
    const blocks = new Map(before.blocks);
    const attempts = new Map(before.attempts);
    const patches: Patch[] = [];
    const key = `A:${value % 6}`;
    const known = blocks.get(key);
    if (what === 0 && known) {
      blocks.delete(key);
      patches.push(["block", key, null]);
    } else if (what < 6) {
      const pages = known?.pages.slice() ?? new Uint8Array(PAGES).fill(1);
      pages.fill(value % 19, (value * 7) % PAGES, ((value * 7) % PAGES) + (value % 600));
      const record = { ...aBlock, key, number: value % 6, pinned: value };
      blocks.set(key, { record, pages });
      patches.push(["block", key, record]);
    } else if (what < 9) {
      const id = String(value % 4);
      const result = (["running", "ok", "failed"] as const)[value % 3] ?? "ok";
      const attempt = { ...anAttempt, key: id, id: value % 4, result, pagesMoved: value };
      attempts.set(id, attempt);
      patches.push(["attempt", id, attempt]);
    } else this.#watched = value % 6;
    const line: LogEntry[] =
      what % 4 === 1
        ? [
            {
              seq: before.log.length,
              at: place.instant.at,
              partition: "A",
              level: "info",
              line: `${value}`,
              transaction: 0,
            },
          ]
        : [];
    this.#machine = { place, blocks, attempts, log: [...before.log, ...line] };
    const frame = this.#send(this.#machine, null, patches, line);
    also?.take(frame, this.#state, this.#maps.pages?.block ?? null);
  }

  /** To an instant that was shown, as undo does. */
  goBack(share: number): void {
    const index = Math.floor(share * (this.#seen.length - 1));
    if (index >= this.#seen.length - 1) return;
    const { machine } = this.#seen[index] as Seen;
    // Those that were shown at the same instant of the machine are not after it.
    let from = this.#seen.length;
    while (from > 0 && (this.#seen[from - 1]?.machine.place.instant.step ?? 0) > machine.place.instant.step) from--;
    this.#leave(machine);
    this.#seen = this.#seen.slice(0, from);
    this.#anew(machine, "before");
  }

  #leave(machine: Machine): void {
    this.#left.push({ machine: this.#machine, past: this.#past, seen: this.#seen });
    this.#past = this.#past.slice(0, this.#past.indexOf(machine));
    this.#machine = machine;
  }

  /** The simulator is gone, another one makes the machine again, and knows what can be done again; the film begins anew. */
  lose(): void {
    this.film = this.#begin();
    this.#next = 0;
    this.#seen = [];
    this.#left = this.#left.map((left) => ({ ...left, seen: null }));
    this.#past.pop();
    this.#anew(this.#machine, "before", []);
  }

  /** Twice between two frames to before the film began; then once forward. */
  goBeyond(): void {
    const first = this.#past.indexOf((this.#seen[0] as Seen).machine);
    const [one, other] = [this.#past[first - 1], this.#past[first - 2]];
    if (!one || !other || one.place.instant.step >= (this.#seen[0] as Seen).machine.place.instant.step) return;
    const gone = this.#machine;
    this.#leave(one);
    this.#seen = [];
    this.#leave(other);
    this.#seen = [];
    const left = (machine: Machine, whole: boolean, standing: number): Left => ({
      went: "before",
      what: null,
      // As many causes as the machine had been given.
      causes: whole ? Array.from({ length: machine.place.entries }, () => ({}) as Left["causes"][number]) : [],
      instant: machine.place.instant,
      whole,
      standing,
    });
    const standing = this.#left.length;
    this.#anew(other, "before", [left(gone, false, standing - 1), left(one, true, standing)]);
    this.redo();
  }

  /** To where the last way back began. */
  redo(): void {
    const left = this.#left.pop();
    if (!left) return;
    this.#seen = [...(left.seen ?? [])];
    this.#past = left.past.slice(0, -1);
    this.#machine = left.machine;
    this.#anew(this.#machine, "after");
  }

  #anew(machine: Machine, went: Left["went"], left?: readonly Left[]): void {
    const patches: Patch[] = [
      ...[...machine.blocks].map(([key, { record }]): Patch => ["block", key, structuredClone(record)]),
      ...[...machine.attempts].map(([key, attempt]): Patch => ["attempt", key, structuredClone(attempt)]),
    ];
    this.#send(
      machine,
      machine.place,
      patches,
      machine.log,
      left ?? [
        { went, what: null, causes: [], instant: machine.place.instant, whole: false, standing: this.#left.length },
      ],
    );
  }

  #send(
    machine: Machine,
    anew: PlaceInTime | null,
    patches: readonly Patch[],
    log: readonly LogEntry[] = [],
    left: readonly Left[] = [],
  ): Frame {
    const { place, blocks } = machine;
    const key = `A:${this.#watched}`;
    const pages = blocks.get(key)?.pages;
    const frame: Frame = {
      type: "frame",
      frame: 1,
      anew,
      left,
      offers: null,
      now: place.instant.at,
      place,
      idle: place.instant.step % 2 === 0,
      patches,
      log,
      pages: pages && place.instant.step % 3 > 0 ? { block: key, map: new Uint8Array(pages).buffer } : null,
      look: null,
      pageblocks: [...blocks]
        .filter((_, index) => (index + place.instant.step) % 2 === 0)
        .map(([block, { pages: all }]) => ({ block, map: Uint8Array.from([0, 1, 2, 3], (i) => all[i * 512]!).buffer })),
    };
    if (anew) this.#maps.clear();
    this.#maps.take(frame);
    this.#state = { ...this.#state, ...applyFrame(this.#state, frame) };
    this.film.take(frame, this.#state, this.#maps.pages?.block ?? null);
    this.#seen.push({ id: this.#next++, hash: this.#hash(), machine });
    this.#past.push(machine);
    return frame;
  }

  #hash(): string {
    return shown(
      this.#state,
      () => this.#maps.pages,
      (block) => this.#maps.pageblocks(block),
    );
  }

  /** Compares what the film shows with what was shown; returns the instants of the machine that the film has. */
  check(indices: readonly number[]): void {
    const seen = new Map(this.#seen.map(({ id, hash }) => [id, hash]));
    for (const index of indices) {
      const scene = this.film.seek(index);
      const hash = shown({ ...this.#state, ...scene }, scene.pages, scene.pageblocks);
      expect(hash, `shot ${index} of ${this.film.length}`).toBe(seen.get(scene.id));
    }
  }

  get shown(): number {
    return this.#seen.length;
  }

  get state(): PlaygroundState {
    return this.#state;
  }

  get place(): PlaceInTime {
    return this.#machine.place;
  }
}

const pagesOf = (scene: Shown): string => `${scene.pages()?.bytes.join("")}${scene.pageblocks("A:1")?.join("")}`;

const act = fc.tuple(fc.nat(10), fc.nat(1000));
const script = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: act },
    { weight: 1, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom("redo" as const, "lose" as const, "beyond" as const) },
  ),
  { minLength: 20, maxLength: 300 },
);

function play(rig: Rig, steps: readonly (readonly [number, number] | number | "redo" | "lose" | "beyond")[]): void {
  for (const step of steps) {
    if (step === "redo") rig.redo();
    else if (step === "lose") rig.lose();
    else if (step === "beyond") rig.goBeyond();
    else if (typeof step === "number") rig.goBack(step);
    else rig.act(...step);
  }
}

describe("what is shown of any instant is what was shown then", () => {
  test("over random frames, ways back and returns, in any order", () => {
    fc.assert(
      fc.property(script, fc.array(fc.nat(1000), { minLength: 20, maxLength: 60 }), (steps, order) => {
        const rig = new Rig();
        play(rig, steps);
        expect(rig.film.length).toBe(rig.shown);
        rig.check(order.map((n) => n % rig.film.length));
        rig.check([...Array(rig.film.length).keys()]);
        rig.check([...Array(rig.film.length).keys()].reverse());
      }),
      { numRuns: 40 },
    );
  });

  test("while it is thinned out, a little with each frame, and whatever comes in between", () => {
    let ways = 0;
    fc.assert(
      fc.property(script, script, fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 }), (first, then, order) => {
        let time = 0;
        const rig = new Rig(350_000, () => {
          time += 1.2;
          return time;
        });
        for (let i = 0; i < 250; i++) rig.act(4, i * 37);
        play(rig, first);
        for (const [i, n] of order.entries()) {
          const { film } = rig;
          if (n % 9 === 0) film.keep(n % film.length);
          const scene = film.seek(n % film.length);
          const { epoch } = film;
          const held = pagesOf(scene);
          play(rig, then.slice(5 * i, 5 * i + 5));
          // What was asked for last stays as it was.
          expect(pagesOf(scene)).toBe(held);
          if (film.epoch !== epoch) ways++;
          rig.check([n % rig.film.length, rig.film.length - 1]);
        }
        const { film } = rig;
        expect(film.bytes).toBeLessThanOrEqual(film.budget);
        rig.check([...Array(film.length).keys()]);
      }),
      { numRuns: 25 },
    );
    expect(ways).toBeGreaterThan(25);
  });

  test("however often it was thinned out, and the present is always there", () => {
    fc.assert(
      fc.property(script, script, (first, then) => {
        const rig = new Rig();
        play(rig, first);
        rig.film.thin(0.4 * rig.film.bytes);
        rig.check([...Array(rig.film.length).keys()]);
        play(rig, then);
        rig.film.thin(0.2 * rig.film.bytes);
        const { length } = rig.film;
        expect(length).toBeLessThanOrEqual(rig.shown);
        rig.check([length - 1, ...Array(length).keys()]);
      }),
      { numRuns: 40 },
    );
  });
});

test("it keeps to its budget; refusals and bookmarks stay, and more of late than of long ago", () => {
  const rig = new Rig(300_000);
  const { film } = rig;
  for (let i = 0; i < 100; i++) rig.act(4, i * 37);
  const bookmark = film.seek(50);
  film.keep(50);
  rig.act(7, 2);
  const refusal = film.seek(film.length - 1);
  expect(refusal.records.attempt["2"]?.result).toBe("failed");
  for (let i = 0; i < 6000; i++) {
    rig.act(4, i * 37);
    expect(film.bytes).toBeLessThanOrEqual(film.budget);
  }
  expect(film.thinnings).toBeGreaterThan(2);
  for (const { id } of [bookmark, refusal]) expect(film.seek(film.indexOf(id)).id).toBe(id);
  const gap = (index: number): number => film.seek(index + 1).id - film.seek(index).id;
  const last = film.length - 2;
  expect(gap(last)).toBe(1);
  expect(gap(4)).toBeGreaterThan(4);
  rig.check([...Array(film.length).keys()]);
});

test("refusals that are too much by themselves go, those of long ago first; it is not thinned out again with every frame", () => {
  const rig = new Rig(600_000);
  const { film } = rig;
  for (let i = 0; i < 4; i++) rig.act(4, i * 37);
  film.keep(2);
  const bookmark = film.seek(2);
  const refusals: number[] = [];
  for (let i = 0; i < 1500; i++) {
    rig.act(4, i * 37);
    rig.act(7, 2);
    refusals.push(film.seek(film.length - 1).id);
    expect(film.bytes).toBeLessThanOrEqual(film.budget);
  }
  expect(film.thinnings).toBeGreaterThan(2);
  expect(film.thinnings).toBeLessThan(150);
  expect(film.seek(film.indexOf(bookmark.id)).id).toBe(bookmark.id);
  const there = refusals.map((id) => film.seek(film.indexOf(id)).id === id);
  expect(there.lastIndexOf(false)).toBeGreaterThan(0);
  expect(there.slice(-20)).not.toContain(false);
  rig.check([...Array(film.length).keys()]);
});

test("a film that follows the page holds the page's tables, and no copies of them", () => {
  const rig = new Rig();
  const film = new Film();
  film.begin(
    rig.state,
    rig.place,
    () => null,
    () => undefined,
  );
  expect(film.seek(0).records).toBe(rig.state.records);
  // As far as the next shot that has everything.
  for (let i = 0; i < STRIDE; i++) rig.act(4, i * 37, film);
  expect(film.length).toBe(STRIDE + 1);
  expect(film.seek(STRIDE).records).toBe(rig.state.records);
});

test("a film that begins with a machine's first frame holds the page's tables, too", () => {
  const rig = new Rig();
  const film = new Film();
  const first: Frame = {
    type: "frame",
    frame: 1,
    now: 0,
    idle: false,
    place: rig.place,
    anew: rig.place,
    offers: null,
    patches: [],
    log: [],
    pages: null,
    pageblocks: [],
    look: null,
  };
  film.take(first, sample, null);
  expect(film.seek(0).records).toBe(sample.records);
  for (let i = 0; i < STRIDE; i++) rig.act(4, i * 37, film);
  expect(film.seek(STRIDE).records).toBe(rig.state.records);
});

test("of many records that come with a machine's first frame some are weighed", () => {
  const { records } = sample;
  const [block] = Object.values(records.block) as [BlockRecord, ...BlockRecord[]];
  let read = 0;
  const counted = (key: string) =>
    new Proxy(
      { ...block, key },
      {
        ownKeys: (target) => {
          read++;
          return Reflect.ownKeys(target);
        },
      },
    );
  const many = Object.fromEntries(Array.from({ length: 8192 }, (_, i) => [`A:${i}`, counted(`A:${i}`)]));
  const changes = changesOfAll(NO_RECORDS, { ...records, block: many });
  expect(changes.filter(({ kind }) => kind === "block")).toHaveLength(8192);
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(8192 / 4);
});
