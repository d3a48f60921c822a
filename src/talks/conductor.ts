/**
 * Keeps the windows of a talk in step: each plays the same cues on a machine of its own, and at every place each hears the
 * other's state hash. What one does is numbered; of two things done at once the later number counts, then the window's name.
 * Closing a window loses nothing, for each has all of it; a window that comes asks where the talk is.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import * as v from "valibot";
import type { Place } from "./format.ts";
import type { TalkPlayer } from "./player.ts";

const number = v.pipe(v.number(), v.integer(), v.minValue(0));
const place = v.strictObject({ scene: number, cue: number });
const sharedSchema = v.strictObject({
  turn: number,
  by: v.pipe(v.string(), v.maxLength(64)),
  place,
  black: v.boolean(),
  frozen: v.boolean(),
  /** A side trip from this place; it goes on in the audience's window. */
  trip: v.boolean(),
  /** Where the talk can be followed, over all of the screen. */
  code: v.boolean(),
  /** When the clock was started, ms of the wall's clock. */
  started: v.nullable(v.number()),
});
const messageSchema = v.variant("is", [
  v.strictObject({ is: v.literal("hello"), from: v.string(), role: v.picklist(["audience", "speaker"]) }),
  v.strictObject({ is: v.literal("bye"), from: v.string() }),
  v.strictObject({ is: v.literal("shared"), shared: sharedSchema }),
  /** What is played is to be over at once. */
  v.strictObject({ is: v.literal("finish") }),
  /** Where a window's machine is; no hash while it is on its way. */
  v.strictObject({
    is: v.literal("at"),
    from: v.string(),
    role: v.picklist(["audience", "speaker"]),
    place,
    hash: v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))),
  }),
  /** Make the machine anew, and go there. */
  v.strictObject({ is: v.literal("again"), to: v.string(), place }),
]);
export type Shared = v.InferOutput<typeof sharedSchema>;
export type Role = "audience" | "speaker";
type Message = v.InferOutput<typeof messageSchema>;

/** The other window, as it was heard last. */
export interface Other {
  readonly from: string;
  readonly role: Role;
  readonly place: Place;
  readonly hash: string | null;
}

export interface ConductorState {
  readonly shared: Shared;
  readonly others: readonly Other[];
}

/** The part of BroadcastChannel that is used here. */
export interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
  close(): void;
}

/** A window that takes part. */
export interface Participant {
  readonly role: Role;
  /** No other window of the talk has it. */
  readonly id: string;
  /** Where it begins. */
  readonly start: Place;
  /** When the talk began, as `Date.now` says; `null` before. */
  readonly started?: number | null;
}

export class Conductor {
  readonly store: StoreApi<ConductorState>;
  readonly player: TalkPlayer;
  readonly id: string;
  readonly role: Role;
  readonly #channel: Channel;
  readonly #stop: () => void;
  readonly #finishing = new Set<() => void>();

  constructor(player: TalkPlayer, channel: Channel, { role, id, start, started = null }: Participant) {
    this.player = player;
    this.#channel = channel;
    this.role = role;
    this.id = id;
    this.store = createStore<ConductorState>(() => ({
      shared: { turn: 0, by: id, place: start, black: false, frozen: false, trip: false, code: false, started },
      others: [],
    }));
    channel.onmessage = ({ data }) => {
      const message = v.safeParse(messageSchema, data);
      if (message.success) this.#hear(message.output);
    };
    this.#stop = player.store.subscribe((state, before) => {
      if (state.hash !== before.hash || state.place !== before.place) this.#report();
    });
    this.#send({ is: "hello", from: id, role });
    void player.goTo(start);
  }

  get shared(): Shared {
    return this.store.getState().shared;
  }

  /** One click further: what is played is over at once; a second one goes on. */
  forward(): void {
    if (this.player.store.getState().playing) {
      if (this.shared.frozen) this.#do({ frozen: false });
      this.#finish();
      this.#send({ is: "finish" });
      return;
    }
    this.#step(1);
  }

  /** Calls whenever a click, here or in another window, ends what is played; returns how to stop. */
  onFinish(listener: () => void): () => void {
    this.#finishing.add(listener);
    return () => this.#finishing.delete(listener);
  }

  back(): void {
    this.#step(-1);
  }

  goTo(to: Place): void {
    const cues = this.player.talk.scenes[to.scene]?.cues.length;
    if (cues !== undefined && to.cue >= 0 && to.cue <= cues)
      this.#do({ place: to, black: false, frozen: false, trip: false, code: false });
  }

  toggle(what: "black" | "frozen" | "trip" | "code"): void {
    this.#do({ [what]: !this.shared[what] });
  }

  startClock(now: number): void {
    this.#do({ started: now });
  }

  /** Another window at the same place has another machine, or is at another place though nothing is on its way. */
  differs(): Other | null {
    const { place: own, hash } = this.player.store.getState();
    if (hash === null) return null;
    const { others } = this.store.getState();
    return others.find((other) => other.hash !== null && !(isSame(other.place, own) && other.hash === hash)) ?? null;
  }

  /** The other window makes its machine anew, as it is here; or this one does, as it is there. */
  settle(whose: "mine" | "theirs"): void {
    const other = this.differs();
    if (!other) return;
    if (whose === "mine") this.#send({ is: "again", to: other.from, place: this.player.store.getState().place });
    else {
      void this.player.again(other.place);
      this.#do({ place: other.place });
    }
  }

  close(): void {
    this.#send({ is: "bye", from: this.id });
    this.#stop();
    this.#channel.onmessage = null;
    this.#channel.close();
  }

  #step(step: 1 | -1): void {
    const to = this.player.next(step, this.shared.place);
    if (to) this.goTo(to);
  }

  #do(change: Partial<Shared>): void {
    const shared = { ...this.shared, ...change, turn: this.shared.turn + 1, by: this.id };
    this.#send({ is: "shared", shared });
    this.#take(shared);
  }

  #take(shared: Shared): void {
    const before = this.shared;
    this.store.setState({ shared });
    if (shared.frozen !== before.frozen) this.player.freeze(shared.frozen);
    // Going where one is would hurry what is played there.
    if (!isSame(shared.place, before.place)) void this.player.goTo(shared.place);
  }

  #hear(message: Message): void {
    switch (message.is) {
      case "hello":
        this.#send({ is: "shared", shared: this.shared });
        this.#report();
        return;
      case "bye":
        this.#forget(message.from);
        return;
      case "finish":
        this.#finish();
        return;
      case "shared": {
        const { shared } = this;
        const isNewer =
          message.shared.turn > shared.turn || (message.shared.turn === shared.turn && message.shared.by > shared.by);
        const scene = this.player.talk.scenes[message.shared.place.scene];
        if (isNewer && scene && message.shared.place.cue <= scene.cues.length) this.#take(message.shared);
        return;
      }
      case "at": {
        const { is: _, ...other } = message;
        this.store.setState(({ others }) => ({ others: [...others.filter(({ from }) => from !== other.from), other] }));
        return;
      }
      case "again":
        if (message.to === this.id) void this.player.again(message.place);
    }
  }

  #finish(): void {
    this.player.finish();
    for (const listener of this.#finishing) listener();
  }

  #forget(from: string): void {
    this.store.setState(({ others }) => ({ others: others.filter((other) => other.from !== from) }));
  }

  #report(): void {
    const { place: at, hash } = this.player.store.getState();
    if (at.scene >= 0) this.#send({ is: "at", from: this.id, role: this.role, place: at, hash });
  }

  #send(message: Message): void {
    this.#channel.postMessage(message);
  }
}

const isSame = (a: Place, b: Place): boolean => a.scene === b.scene && a.cue === b.cue;
