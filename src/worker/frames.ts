/**
 * What the page is shown of the machine that runs. One frame is in flight; the next one leaves after the page has said that
 * it showed the last. What happens in between adds up in the engine and goes into the next frame.
 */
import type { Frame, FromWorker, Left, PlaceInTime, Watch } from "../protocol/messages.ts";
import type { History } from "./history.ts";
import { MapWatch } from "./map-watch.ts";
import type { Play } from "./play.ts";

/** When only time has passed, that is told this often, real milliseconds. */
const HEARTBEAT = 100;
/**
 * Maps are watched, records are read: counters that move all the time are told this often. What someone asked for, and
 * what the log tells of, comes with its records at once. Real milliseconds.
 */
const READING = 125;
/** The page shows nothing while it is hidden; then simulated time stands still too. Real milliseconds. */
const PATIENCE = 1000;
/** Bytes that stand by are told in steps of so many. */
const STANDBY_STEP = 2 ** 20;

export interface FrameHost {
  send(message: FromWorker, transfer: ArrayBuffer[]): void;
  /** Real milliseconds. */
  clock(): number;
}

export class Frames {
  readonly #host: FrameHost;
  readonly #watch = new MapWatch();
  /** Every instant at which records changed is told. */
  #moments = false;
  /** Where operations are is told. */
  #calls = false;
  /** What is looked at has not been sent as it is. */
  #looksAnew = true;
  /** Simulated time at which what is looked at was last told, or said to hold. */
  #lookedAt = -1;
  /** What the page was told could be undone and done again. */
  #offered = "";
  /** Bytes of the machines that stand by, as the page was told. */
  #standby = 0;
  /** The next frame shows another machine than the last, which went on from there. */
  #anew: PlaceInTime | null = null;
  /** Machines that were left on the way to the one that is shown anew. */
  #left: Left[] = [];
  /** Causes of this machine that the page knows of. */
  #told = 0;
  #frame = 0;
  #inFlight: { readonly frame: number; readonly since: number } | null = null;
  #lastSent = Number.NEGATIVE_INFINITY;
  #lastRecords = Number.NEGATIVE_INFINITY;
  /** When an operation was last seen to run, real milliseconds. */
  #workedAt = Number.NEGATIVE_INFINITY;
  /** Something was asked since the last frame: the next one goes out even if nothing changed, to say so. */
  #owed = false;

  constructor(host: FrameHost) {
    this.#host = host;
  }

  /** The page looks elsewhere. */
  look(watch: Watch, play: Play | null): void {
    this.#watch.look(watch);
    this.#moments = watch.moments ?? false;
    this.#calls = watch.calls ?? false;
    play?.engine.keepMoments(this.#moments);
    this.#looksAnew = true;
    this.#owed = true;
  }

  /** The page has shown a frame, and gives its buffers back. */
  acknowledge(frame: number, buffers: Parameters<MapWatch["recycle"]>[0]): void {
    this.#watch.recycle(buffers);
    if (this.#inFlight?.frame === frame) this.#inFlight = null;
  }

  /** The next frame goes out even if nothing changed. */
  owe(): void {
    this.#owed = true;
  }

  /** The page has not shown the last frame for so long that it must be away. */
  get away(): boolean {
    return this.#inFlight !== null && this.#host.clock() - this.#inFlight.since > PATIENCE;
  }

  /** The first machine of a start: whatever was in flight was another's. */
  begin(play: Play): void {
    this.#inFlight = null;
    this.#left = [];
    this.#show(play);
  }

  /** From now on the page sees this machine, all of it anew; `left` is the one that it saw until now. */
  instead(play: Play, left: Play | null, history: History | null, went: Left["went"]): void {
    if (left) {
      const { journal, instant } = left.engine;
      const { standing, what } = history?.stack ?? { standing: 0, what: null };
      this.#left.push({ causes: journal.slice(this.#told), whole: this.#anew !== null, instant, went, standing, what });
    }
    this.#show(play);
  }

  /** The machine that is shown is left for another instant, and so much of the way there is behind (0 to 1). */
  underway(play: Play, share: number): void {
    if (this.#inFlight !== null) return;
    const frame = ++this.#frame;
    this.#inFlight = { frame, since: this.#host.clock() };
    const { engine } = play;
    const nothing = {
      anew: null,
      offers: null,
      patches: [],
      log: [],
      pages: null,
      pageblocks: [],
      look: null,
    } as const;
    this.#host.send(
      { type: "frame", frame, now: engine.now, idle: engine.idle, place: placeIn(play), ...nothing, underway: share },
      [],
    );
  }

  #show(play: Play): void {
    play.engine.keepMoments(this.#moments);
    this.#watch.reset();
    this.#looksAnew = true;
    this.#anew = placeIn(play);
    this.#told = 0;
    this.#offered = "";
    this.#owed = true;
    this.#lastSent = Number.NEGATIVE_INFINITY;
    this.#lastRecords = Number.NEGATIVE_INFINITY;
  }

  /** Sends what there is to show, unless a frame is in flight. While time `stands`, no heartbeat goes out. */
  send(play: Play, history: History | null, stands: boolean): void {
    if (this.#inFlight !== null) return;
    const { engine, log: book } = play;
    const clock = this.#host.clock();
    const log = book.drain();
    if (!engine.idle) this.#workedAt = clock;
    // Records that are held back when the last operation has ended would look like quiet.
    const ended = engine.idle && clock - this.#workedAt < READING;
    // Who looks at something waits for its picture.
    const looked = engine.idle && this.#watch.looksAt !== null;
    const due = this.#owed || log.length > 0 || ended || looked || clock - this.#lastRecords >= READING;
    const patches = due ? engine.drainPatches() : [];
    const moments = due ? engine.drainMoments() : [];
    if (due) this.#lastRecords = clock;
    this.#watch.note(patches, engine.drainChangedBlocks());
    const { pages, pageblocks, fine, transfer } = this.#watch.collect(engine);
    const wanted = this.#watch.looksAt;
    const look = due ? engine.look(wanted, this.#looksAnew) : null;
    if (look?.of === "scale") for (const { buffer } of Object.values(look.details)) transfer.push(buffer);
    if (due) this.#looksAnew = false;
    const holds = due && stands && wanted !== null && look === null && engine.now !== this.#lookedAt;
    if (look || holds) this.#lookedAt = engine.now;
    const offers = due ? this.#offers(play, history) : null;
    const standby = Math.ceil((history?.bytes ?? 0) / STANDBY_STEP) * STANDBY_STEP;
    const told = standby === this.#standby;
    const changed =
      patches.length > 0 ||
      log.length > 0 ||
      pages !== null ||
      pageblocks.length > 0 ||
      fine.length > 0 ||
      look !== null ||
      holds ||
      offers !== null ||
      (due && !told);
    if (!changed && !this.#owed && (stands || clock - this.#lastSent < HEARTBEAT)) return;
    this.#owed = false;
    const frame = ++this.#frame;
    this.#inFlight = { frame, since: clock };
    this.#lastSent = clock;
    const anew = this.#anew;
    const place = placeIn(play);
    this.#anew = null;
    this.#standby = standby;
    const { journal } = engine;
    const causes = journal.length > this.#told ? journal.slice(this.#told) : [];
    this.#told = journal.length;
    const left = this.#left;
    this.#left = [];
    this.#host.send(
      {
        type: "frame",
        frame,
        anew,
        now: engine.now,
        place,
        ...(causes.length > 0 && { causes }),
        ...(left.length > 0 && { left }),
        idle: engine.idle,
        patches,
        ...(moments.length > 0 && { moments }),
        ...(this.#calls && { calls: engine.callStacks() }),
        log,
        pages,
        pageblocks,
        ...(fine.length > 0 && { fine }),
        look,
        ...(holds && { holds }),
        offers,
        ...((anew || !told) && { standby }),
      },
      transfer,
    );
  }

  /** What can be undone and done again; `null` when the page knows that. */
  #offers(play: Play, history: History | null): Frame["offers"] {
    const offers = history?.offers(play) ?? null;
    const said = JSON.stringify(offers);
    if (said === this.#offered) return null;
    this.#offered = said;
    return offers;
  }
}

const placeIn = ({ engine }: Play): PlaceInTime => ({ entries: engine.journal.length, instant: engine.instant });
