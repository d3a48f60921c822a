/**
 * The one place of the app that asks for animation frames. Participants say when they have something to show; in the
 * next display frame each of them shows it, once. Whatever waits to be drawn is known here, so here is also where
 * a test can wait for quiet.
 */
export interface Participant {
  /** Shows what is due. `elapsed`: real milliseconds since this participant's last turn (0 the first time). */
  show(elapsed: number): void;
  /** True while more is to come: work that the participant knows of and that is not shown yet. */
  readonly busy: boolean;
}

/** The two things a browser is needed for; tests bring their own. */
export interface DisplayClock {
  request(callback: (now: number) => void): void;
  mark(name: string): void;
}

const browserClock: DisplayClock = {
  request: (callback) => requestAnimationFrame(callback),
  mark: (name) => performance.mark(name),
};

/** Display frames that idle waits for drawings to end: where a server is at work, pictures of it move for ever. */
const DRAWING_FRAMES = 60;

export class FrameScheduler {
  readonly #clock: DisplayClock;
  /** Time of each participant's last turn. */
  readonly #participants = new Map<Participant, number | null>();
  readonly #due = new Set<Participant>();
  #requested = false;
  #after: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  /** Display frames in which nobody was busy and something was drawn all the same, since someone waits. */
  #onlyDrawing = 0;
  #marked = false;

  constructor(clock: DisplayClock = browserClock) {
    this.#clock = clock;
  }

  /** Returns the function that takes the participant out again. */
  add(participant: Participant): () => void {
    this.#participants.set(participant, null);
    return () => {
      this.#participants.delete(participant);
      this.#due.delete(participant);
      this.#settle();
    };
  }

  /** The participant has something to show. */
  invalidate(participant: Participant): void {
    if (!this.#participants.has(participant)) return;
    this.#due.add(participant);
    this.#request();
  }

  /**
   * Marks `first-usable-frame` (User Timing) once the display frame after this one begins: what is shown now has
   * then been painted. Only the first call counts.
   */
  markUsable(): void {
    if (this.#marked) return;
    this.#marked = true;
    this.#clock.request(() => this.#clock.mark("first-usable-frame"));
  }

  /** Calls back after the next display frame has been shown. */
  nextFrame(callback: () => void): void {
    this.#after.push(callback);
    this.#request();
  }

  /** Resolves when no participant is busy and nothing waits to be drawn; or nothing but what goes on moving. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      // Never within the same display frame: what was just set in motion must have had its chance to show up.
      this.#request();
    });
  }

  #request(): void {
    if (this.#requested) return;
    this.#requested = true;
    this.#clock.request((now) => this.#show(now));
  }

  #show(now: number): void {
    this.#requested = false;
    const due = [...this.#due];
    this.#due.clear();
    for (const participant of due) {
      const last = this.#participants.get(participant);
      if (last === undefined) continue;
      this.#participants.set(participant, now);
      try {
        participant.show(last === null ? 0 : now - last);
      } catch (error) {
        // What breaks in one of them keeps nothing from the others.
        reportError(error);
      }
    }
    for (const callback of this.#after.splice(0)) callback();
    this.#settle();
  }

  #settle(): void {
    if (this.#waiting.length === 0) return;
    const busy = [...this.#participants.keys()].some((participant) => participant.busy);
    // A question that a view asks again and again while a server is at work begins nothing anew.
    if (!busy && this.#due.size > 0) this.#onlyDrawing++;
    if (busy || (this.#due.size > 0 && this.#onlyDrawing < DRAWING_FRAMES)) {
      this.#request();
      return;
    }
    this.#onlyDrawing = 0;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
