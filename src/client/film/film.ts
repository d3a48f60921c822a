/**
 * The seen past: what the page showed of a machine, shot by shot, to be looked at again without the machine. Records are
 * kept as they came, for they never change; of page maps the cells that changed are copied into pooled buffers. Every so many
 * shots there is all of it, so any instant is a few hundred small steps away.
 *
 * It keeps to a budget: when that is used up the older shots are thinned out, those long ago more than those of late, by
 * passing what they told on to the next. Refusals, bookmarks and the present stay; where refusals alone are too much, those of late.
 */
import { append } from "../../engine/lists.ts";
import { applyPatches, NO_RECORDS } from "../apply-frame.ts";
import type { Frame, Left, PlaceInTime } from "../../protocol/messages.ts";
import type { Patch, RecordKind, Records } from "../../protocol/records.ts";
import type { PlaygroundState, RecordTables } from "../playground.ts";
import { changesIn, changesOfAll, isRefusal, KINDS } from "./changes.ts";
import { LogTrack } from "./log-track.ts";
import { applyChanges, type MapChange, type Maps, MapTrack } from "./map-track.ts";
import {
  asPatch,
  type Cursor,
  type Future,
  isAfter,
  type Shot,
  type Shown,
  shownIn,
  weighShot,
  weightOf,
  type Whole,
} from "./shot.ts";
import { STRIDE, thinned } from "./thinning.ts";
import { weigh } from "./weigh.ts";
import { FILM_BUDGET } from "../../protocol/pasts.ts";

/** With this share of the budget it begins to be thinned out; then it takes no more than this. */
const FULL = 0.9;
const THINNED = 0.75;
/** Real milliseconds that a frame gives to that: at first, and when there is hardly any room left. */
const SLICE = 2;
const LONGEST_SLICE = 5;
/** Of shots of some age, one in this share of their age stays as long as there are refusals that could go instead. */
const COARSE = 1 / 8;
/** An entry of a table of records, and of the log's array. */
const ENTRY_WEIGHT = 24;

/** An instant as it was shown. */
export interface Scene extends Shown {
  readonly index: number;
  readonly place: PlaceInTime;
  /** Of the shot, for as long as it is kept. */
  readonly id: number;
  /** The block that was seen page by page. */
  readonly pagesOf: string | null;
  /** Bytes of that block's pages, anew with every call. */
  pages(): { readonly block: string; readonly bytes: Uint8Array } | null;
  pageblocks(block: string): Uint8Array | undefined;
  /** Pages of the blocks that were seen page by page besides. */
  fine(block: string): Uint8Array | undefined;
}

export class Film {
  readonly budget: number;
  #shots: Shot[] = [];
  #futures: Future[] = [];
  /** What the last shot tells. */
  #records: RecordTables = NO_RECORDS;
  /** The page's tables at the last shot; one and the same as the film's while that has followed it. */
  #page: RecordTables | null = null;
  #track = new MapTrack();
  readonly #log = new LogTrack();
  #looked: PlaygroundState["looked"] = null;
  /** Number of the next shot. */
  #next = 0;
  #sinceWhole = STRIDE;
  /** Bytes of shots; logs and the maps' pools count themselves. */
  #weight = 0;
  #cursor: Cursor | null = null;
  /** Maps of the scene that was asked for last. */
  #held: Maps = new Map();
  /** It is being thinned out. */
  #thinning: Generator<void> | null = null;
  /** Goes up when shots are others than those that are being thinned out. */
  #turns = 0;
  readonly #clock: () => number;
  /** Bytes of the machines that stand by for undo and redo, as the simulator told last. */
  standby = 0;
  /** How often it was thinned out. */
  thinnings = 0;

  /** `clock`: real milliseconds. */
  constructor(budget = FILM_BUDGET, clock: () => number = () => performance.now()) {
    this.budget = budget;
    this.#clock = clock;
  }

  get length(): number {
    return this.#shots.length;
  }

  /** Bytes. */
  get bytes(): number {
    return this.#weight + this.#log.bytes + this.#track.bytes;
  }

  /** When a shot was taken, simulated ns. */
  at(index: number): number {
    return this.place(index).instant.at;
  }

  place(index: number): PlaceInTime {
    return (this.#shots[index] as Shot).place;
  }

  /** Where a shot is now; where it would be when it is gone. */
  indexOf(id: number): number {
    return this.#lastWith((shot) => shot.id <= id);
  }

  /** Where operations were at a shot. */
  callsAt(index: number): Shot["calls"] {
    return this.#shots[index]?.calls ?? [];
  }

  /** The last shot at a simulated time or before it; the first when there is none. */
  indexAt(time: number): number {
    return this.#lastWith(({ place }) => place.instant.at <= time);
  }

  /** The first shot at a simulated time or after it; the last when there is none. */
  indexFrom(time: number): number {
    const last = this.#lastWith(({ place }) => place.instant.at < time);
    return last < this.length - 1 && this.at(last) < time ? last + 1 : last;
  }

  /** The last shot of those at the beginning of which this is true. */
  #lastWith(holds: (shot: Shot) => boolean): number {
    let low = 0;
    let high = this.#shots.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (holds(this.#shots[middle] as Shot)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Goes up whenever other shots than the newest are not what they were. */
  epoch = 0;

  /** Every record of a kind as it changed, in shots from `first` on. */
  each<K extends RecordKind>(
    kind: K,
    first: number,
    tell: (at: number, key: string, record: Records[K] | null) => void,
  ) {
    for (let index = first; index < this.length; index++)
      for (const change of (this.#shots[index] as Shot).changes)
        if (change.kind === kind) tell(this.at(index), change.key, change.record as Records[K] | null);
  }

  /** What was undone last, as it was shown last; `null` when nothing is. */
  get future(): Shown | null {
    return this.#futures.at(-1)?.last ?? null;
  }

  /** A shot stays, whatever is thinned out; or no longer. */
  keep(index: number, keep = true): void {
    const shot = this.#shots[index];
    if (!shot) return;
    shot.keep = keep ? "bookmark" : null;
    this.#turns++;
  }

  /** Begins with what is shown already. */
  begin(state: Shown, place: PlaceInTime, pages: Scene["pages"], pageblocks: Scene["pageblocks"]): void {
    const page = pages();
    this.#track.clear();
    this.#log.begin(state.log);
    const maps = page ? this.#track.take("pages", page.block, page.bytes) : [];
    for (const block of Object.keys(state.records.block)) {
      const bytes = pageblocks(block);
      if (bytes) append(maps, this.#track.take("pageblocks", block, bytes));
    }
    const changes = changesOfAll(NO_RECORDS, state.records);
    this.#add(state, state.records, { place, cleared: true, changes, maps, pagesOf: page?.block ?? null });
  }

  /** Takes up a frame as it was shown. `state`: after it. `pagesOf`: the block whose page map is shown now. */
  take(frame: Frame, state: Shown, pagesOf: string | null): void {
    const { place, anew, standby } = frame;
    this.standby = standby ?? this.standby;
    if (anew) {
      this.#turn(anew, frame.left ?? []);
      this.#track.clear();
      this.#log.begin(frame.log);
    } else this.#log.write(frame.log);
    const changes = anew ? changesOfAll(this.#records, state.records) : changesIn(this.#records, state.records, frame);
    const maps = frame.pages ? this.#track.take("pages", frame.pages.block, new Uint8Array(frame.pages.map)) : [];
    for (const { block, map } of frame.pageblocks)
      append(maps, this.#track.take("pageblocks", block, new Uint8Array(map)));
    for (const { block, map } of frame.fine ?? []) append(maps, this.#track.take("fine", block, new Uint8Array(map)));
    for (const [kind, key, record] of frame.patches)
      if (kind === "block" && record === null) append(maps, this.#track.forget(key));
    // Tables of a large machine are large: a film that follows the page, or begins with it, takes the page's, and copies none of
    // them. After another machine of the same kind it has its own: a record that says the same is still the one that it had.
    const follows = anew === null ? this.#records === this.#page : this.#records === NO_RECORDS;
    const records = follows ? state.records : applyPatches(this.#records, changes.map(asPatch));
    this.#add(state, records, { place, cleared: anew !== null, changes, maps, pagesOf });
    const latest = this.#shots.at(-1);
    if (latest && frame.log.some(({ rejected }) => rejected !== undefined)) latest.keep ??= "refusal";
    if (frame.offers && frame.offers.redo === null && frame.offers.back === null) this.#drop();
    if (this.bytes > FULL * this.budget) this.#thinning ??= this.#thinOut(THINNED * this.budget);
    this.#goOnThinning();
  }

  /** A part of it with each frame, the more the less room there is; all that is left when there is none. */
  #goOnThinning(): void {
    const thinning = this.#thinning;
    if (!thinning) return;
    const room = (this.budget - this.bytes) / ((1 - FULL) * this.budget);
    const slice = SLICE + (LONGEST_SLICE - SLICE) * Math.min(1, Math.max(0, 1 - room));
    const end = this.#clock() + slice;
    while (this.bytes > this.budget || this.#clock() < end)
      if (thinning.next().done) {
        this.#thinning = null;
        return;
      }
  }

  #add(
    { idle, looked, calls, selection, records: page }: Shown,
    records: RecordTables,
    told: Pick<Shot, "place" | "cleared" | "changes" | "maps" | "pagesOf">,
  ): void {
    const { changes, maps } = told;
    this.#records = records;
    this.#page = page;
    const weight = weighShot(changes, maps, (looked?.look === this.#looked?.look ? 0 : weigh(looked)) + weigh(calls));
    this.#looked = looked;
    const { run: log, logged } = this.#log;
    const shot: Shot = {
      id: this.#next++,
      ...told,
      idle,
      log,
      logged,
      looked,
      calls,
      selection,
      keep: changes.some(isRefusal) ? "refusal" : null,
      whole: null,
      weight,
    };
    if (++this.#sinceWhole >= STRIDE) {
      this.#sinceWhole = 0;
      const before = this.#shots.findLast(({ whole }) => whole !== null)?.whole;
      shot.whole = this.#wholeNow(before ?? undefined);
    }
    this.#weight += weightOf(shot);
    this.#shots.push(shot);
  }

  #wholeNow(before: Whole | undefined): Whole {
    const maps = this.#track.present;
    let weight = MapTrack.weigh(maps, before?.maps);
    for (const kind of KINDS)
      if (this.#records[kind] !== before?.records[kind])
        weight += ENTRY_WEIGHT * Object.keys(this.#records[kind]).length;
    return { records: this.#records, maps, weight };
  }

  /** An instant as it was shown. */
  seek(index: number): Scene {
    const shot = this.#shots[index];
    if (!shot) throw new RangeError(`no shot ${index}`);
    const { records, maps } = this.#goTo(index);
    this.#held = maps;
    const track = this.#track;
    const { pagesOf } = shot;
    return {
      ...shownIn(shot, records),
      index,
      id: shot.id,
      place: shot.place,
      pagesOf,
      pages: () => {
        const bytes = pagesOf === null ? null : track.find(maps, "pages", pagesOf);
        return bytes && pagesOf !== null ? { block: pagesOf, bytes } : null;
      },
      pageblocks: (block) => track.find(maps, "pageblocks", block) ?? undefined,
      fine: (block) => track.find(maps, "fine", block) ?? undefined,
    };
  }

  #goTo(index: number): Cursor {
    let from = index;
    while (from > 0 && this.#shots[from]?.whole === null) from--;
    const whole = this.#shots[from]?.whole;
    if (!whole) throw new Error("the first shot has not everything");
    let cursor = this.#cursor;
    // Forward from where it was, when that is nearer.
    if (!cursor || cursor.index > index || cursor.index < from)
      cursor = { index: from, records: whole.records, maps: new Map(whole.maps) };
    const patches: Patch[] = [];
    const own = new Set<Int32Array>();
    const maps = new Map(cursor.maps);
    for (let i = cursor.index + 1; i <= index; i++) {
      const { changes, cleared, maps: mapChanges } = this.#shots[i] as Shot;
      for (const change of changes) patches.push(asPatch(change));
      if (cleared) maps.clear();
      applyChanges(maps, mapChanges, own);
    }
    this.#cursor = { index, records: applyPatches(cursor.records, patches), maps };
    return this.#cursor;
  }

  /** The machine is at another instant: at one that an undo had left, or at an earlier one. Between two frames it may go twice. */
  #turn(place: PlaceInTime, left: readonly Left[]): void {
    this.epoch++;
    this.#turns++;
    for (const [i, { went }] of left.entries()) {
      this.#cursor = null;
      const next = left[i + 1];
      if (went === "after" || went === "back") this.#comeBack();
      else this.#leaveFor(next ? { entries: next.causes.length, instant: next.instant } : place);
    }
    this.#cursor = null;
    this.#sinceWhole = STRIDE;
  }

  /** What was shown after an instant waits. */
  #leaveFor(place: PlaceInTime): void {
    const last = this.#shots.at(-1);
    // The machine was left all the same, and is come back to in its turn.
    if (!last) {
      this.#futures.push({ after: -1, shots: [], last: null, end: null });
      return;
    }
    let from = this.#shots.length;
    while (from > 0 && isAfter(this.place(from - 1), place)) from--;
    const end: Whole = { records: this.#records, maps: this.#track.present, weight: 0 };
    const shown = shownIn(last, this.#records);
    this.#stand(this.#standAt(from - 1));
    const shots = this.#shots.splice(from);
    this.#futures.push({ after: this.#shots.at(-1)?.id ?? -1, shots, last: shown, end });
  }

  /** What waited is shown again, in place of what came since. */
  #comeBack(): void {
    // What was left before the film began is another past than what came since: where they part is not known.
    const future = this.#futures.pop() ?? { after: -1, shots: [], end: null };
    this.#forget(this.#shots.splice(future.after < 0 ? 0 : this.indexOf(future.after) + 1));
    for (const shot of future.shots) this.#shots.push(shot);
    this.#stand(future.end ?? this.#standAt(this.#shots.length - 1));
  }

  /** What a shot tells; of what comes before the first nothing is known. */
  #standAt(index: number): Pick<Whole, "records" | "maps"> {
    return index < 0 ? { records: NO_RECORDS, maps: new Map() } : this.#goTo(index);
  }

  #stand({ records, maps }: Pick<Whole, "records" | "maps">): void {
    this.#records = records;
    this.#track.become(maps);
  }

  #forget(shots: readonly Shot[]): void {
    for (const shot of shots) this.#weight -= weightOf(shot);
  }

  /** What was left can't be come back to any more. */
  #drop(): void {
    for (const { shots } of this.#futures.splice(0)) this.#forget(shots);
  }

  /** Thins out what is old until it takes less, and lets go of what nothing needs. */
  thin(target = THINNED * this.budget): void {
    for (const thinning of [this.#thinning, this.#thinOut(target)]) while (thinning && !thinning.next().done);
    this.#thinning = null;
  }

  /** The same in parts; in between frames may be taken and instants sought. */
  *#thinOut(target: number): Generator<void> {
    this.thinnings++;
    const film = this;
    function* enough(coarse: number): Generator<void, boolean> {
      yield* film.#pass(coarse);
      yield* film.#sweep();
      return film.bytes <= target;
    }
    let coarse = 4 / this.#shots.length;
    for (; coarse < COARSE; coarse *= 2) if (yield* enough(coarse)) return;
    // What is of late is worth more than a refusal of long ago.
    while (this.#letRefusalsGo()) if (yield* enough(COARSE)) return;
    for (; coarse < this.#shots.length; coarse *= 2) if (yield* enough(coarse)) return;
    for (const { shots } of this.#futures) this.#forget(shots);
    this.#futures = this.#futures.map((future) => ({ ...future, shots: [], end: null }));
    yield* this.#sweep();
  }

  /** The older half of the refusals is no more than other shots are; `false`: there is none. */
  #letRefusalsGo(): boolean {
    const refusals = this.#shots.filter(({ keep }) => keep === "refusal");
    for (const shot of refusals.slice(0, Math.ceil(refusals.length / 2))) shot.keep = null;
    return refusals.length > 0;
  }

  *#pass(coarse: number): Generator<void> {
    for (;;) {
      const turns = this.#turns;
      const shots = this.#shots.slice();
      const { kept, less, sinceWhole } = yield* thinned(
        shots,
        coarse,
        new Set(this.#futures.map(({ after }) => after)),
      );
      // Where the past has become another meanwhile, it is that one's turn.
      if (turns !== this.#turns) continue;
      const since = this.#shots.slice(shots.length);
      for (const shot of less) shot.whole = null;
      for (const shot of since) kept.push(shot);
      const whole = since.findLastIndex((shot) => shot.whole !== null);
      this.#sinceWhole = whole < 0 ? Math.min(STRIDE, sinceWhole + since.length) : since.length - 1 - whole;
      this.#shots = kept;
      this.#weighShots();
      this.epoch++;
      this.#cursor = null;
      return;
    }
  }

  *#sweep(): Generator<void> {
    const all = this.#allShots();
    const wholes = all.flatMap(({ whole }) => whole?.maps ?? []);
    const ends = this.#futures.flatMap(({ end }) => end?.maps ?? []);
    const cursor = this.#cursor ? [this.#cursor.maps] : [];
    yield* this.#track.sweep(changesOf(all), [...wholes, ...ends, ...cursor, this.#held]);
    yield* this.#log.trim(this.#allShots());
    this.#weighShots();
  }

  #allShots(): Shot[] {
    return [...this.#shots, ...this.#futures.flatMap(({ shots }) => shots)];
  }

  #weighShots(): void {
    this.#weight = 0;
    for (const shot of this.#shots) this.#weight += weightOf(shot);
    for (const { shots } of this.#futures) for (const shot of shots) this.#weight += weightOf(shot);
  }
}

function* changesOf(shots: readonly Shot[]): Generator<MapChange> {
  for (const { maps } of shots) yield* maps;
}
