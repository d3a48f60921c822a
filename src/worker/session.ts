/**
 * One playground's machine, and the pump that lets its time pass.
 *
 * Messages from the page come in at `receive`; the pump runs every few milliseconds and lets simulated time follow
 * real time times speed, within a compute budget, so that a command never waits long. What happened is sent as frames
 * (./frames.ts). Nothing here knows about workers; ./main.ts gives it its mouth and clock.
 */
import type { Trouble } from "../protocol/trouble.ts";
import { type FromWorker, type LogEntry, PROTOCOL_VERSION, type Resume, type ToWorker } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { checkMessage } from "../protocol/validate.ts";
import { advance } from "./advance.ts";
import type { BuildEngine } from "./engine-port.ts";
import { Frames } from "./frames.ts";
import type { History, Travel, Underway } from "./history.ts";
import { LateTerminals } from "./late-terminals.ts";
import { REQUESTS, TRAVELS, WAITING } from "./message-kinds.ts";
import { lateCode } from "./late-code.ts";
import { fetchFiles } from "./more-files.ts";
import { Play } from "./play.ts";
import { answerTo, isQuestion, type Question } from "./questions.ts";
import type { Stretch } from "./stretch.ts";
import { textOf } from "./text-of.ts";

/** Real milliseconds between two turns of the pump, unless the machine is behind. */
const TURN = 4;
/** Real milliseconds that one turn may compute. */
const BUDGET = 8;
/** A page that was away (a hidden tab, a laptop that slept) has missed nothing: no turn makes up for more than this. */
const LONGEST_STEP = 100;

/** Real milliseconds of a quiet turn that go to the machine that follows for undo. */
const FOLLOWING = 2;

/** Real milliseconds after which a way to another instant is told of while it lasts. */
const SOON = 300;

export interface SessionHost {
  readonly build: BuildEngine;
  send(message: FromWorker, transfer: ArrayBuffer[]): void;
  /** Real milliseconds. */
  clock(): number;
  /** Calls back after so many real milliseconds; with 0 as soon as what the page has sent meanwhile is dealt with. */
  later(callback: () => void, milliseconds: number): void;
}

export class Session {
  readonly #host: SessionHost;
  /** What the page has been shown. */
  readonly #frames: Frames;
  readonly #terminals: LateTerminals;
  #play: Play | null = null;
  /** Fetched when the machine runs: there is nothing to be undone before. */
  #history: History | null = null;
  #fetchingHistory = false;
  /** On the way to another instant, and who waits for it. */
  #travel: Underway | null = null;
  #postponed: ToWorker[] = [];
  /** Files that few write to are on their way; they were asked for and came, or did not. */
  #fetchingFiles = false;
  #hasFiles = false;
  /** Time that is played to an exact end, and who waits for it. */
  #stretch: { readonly way: Stretch; readonly id: number } | null = null;
  /** Number of the last start; 0 before the first. */
  #run = 0;
  #broken = false;
  #speed = 1;
  #lastTurn = 0;
  #turning = false;

  constructor(host: SessionHost) {
    this.#host = host;
    this.#frames = new Frames(host);
    this.#terminals = new LateTerminals({
      send: (message) => host.send(message, []),
      running: () => this.#running(),
      run: () => this.#run,
      fail: (error) => this.#break(error),
    });
  }

  /** Takes a message as it came, checks it, and does what it says. Never throws: what goes wrong is a `fault`. */
  receive(raw: unknown): void {
    const message = checkMessage(raw);
    if (!message.ok) {
      this.#fault({ why: "not-understood", said: message.problem }, null);
      return;
    }
    // The page has heard of the fault by now, or will.
    if (this.#broken && REQUESTS.has(message.value.type)) return;
    if (REQUESTS.has(message.value.type) && !this.#play) {
      this.#fault({ why: "nothing-loaded" }, null);
      return;
    }
    const { type } = message.value;
    // What comes after something that waits keeps its order behind it.
    const waits = this.#travel || this.#fetchingFiles || this.#postponed.length > 0;
    if (WAITING.has(type) && (waits || (this.#fetchingHistory && TRAVELS.has(type)))) {
      this.#postponed.push(message.value);
      return;
    }
    try {
      this.#handle(message.value);
    } catch (error) {
      this.#break(error);
    }
  }

  /** Something went wrong that nobody waited for. */
  fail(error: unknown): void {
    this.#break(error);
  }

  #handle(message: ToWorker): void {
    if (isQuestion(message)) {
      this.#ask(message);
      return;
    }
    switch (message.type) {
      case "start":
        this.#run = message.run;
        this.#broken = false;
        if (message.resume)
          this.#resume(message.scenario, message.resume).catch((error: unknown) => this.#break(error));
        else this.#startWith(lateCode(message.scenario), message.scenario);
        return;
      case "ping":
        this.#host.send({ type: "pong", ping: message.ping }, []);
        return;
      case "fetch-ahead":
        void import("./ahead.ts").then(({ fetchAhead }) => fetchAhead()).catch(() => {});
        return;
      case "speed":
        if (!message.stretch || this.#stretch) this.#speed = message.speed;
        return;
      case "watch":
        this.#frames.look(message.watch, this.#play);
        return;
      case "ack":
        this.#frames.acknowledge(message.frame, message.buffers);
        return;
      case "command":
        if (!this.#hasFiles && this.#running().engine.needsMoreFiles(message.command)) {
          this.#postponed.push(message);
          this.#fetchFiles();
          return;
        }
        this.#answer(message.id, { to: "command", ...this.#running().submit(message.command) });
        return;
      case "undo":
      case "redo":
        this.#setOut(message.id, this.#history?.[message.type](this.#running()));
        return;
      case "goto":
        this.#setOut(message.id, this.#history?.goTo(this.#running(), message.place));
        return;
      case "step":
        this.#step(message.id).catch((error: unknown) => this.#break(error));
        return;
      case "stretch":
        this.#setOff(message);
        return;
      case "culprit":
        this.#setOut(message.id, this.#history?.culprit(this.#running(), message.attempt));
        return;
      default:
        this.#terminals.tell(message);
    }
  }

  /** Whoever asked a machine that runs no more has been told so. */
  #ask(question: Question): void {
    const run = this.#run;
    const answer = answerTo(question, this.#running(), this.#host, BUDGET);
    if (!(answer instanceof Promise)) {
      this.#answer(question.id, answer);
      return;
    }
    answer
      .then((late) => {
        if (this.#run === run) this.#answer(question.id, late);
      })
      .catch((error: unknown) => this.#break(error));
  }

  /** Whatever comes meanwhile keeps its order behind the command that needs them; without them it is answered all the same. */
  #fetchFiles(): void {
    this.#fetchingFiles = true;
    fetchFiles()
      .catch(() => {})
      .then(() => {
        this.#hasFiles = true;
        this.#fetchingFiles = false;
        this.#takePostponed();
      })
      .catch((error: unknown) => this.#break(error));
  }

  /** What had to wait. */
  #takePostponed(): void {
    for (const message of this.#postponed.splice(0)) this.receive(message);
  }

  async #fetchHistory(scenario: Scenario, play: Play, resume?: Resume): Promise<void> {
    this.#fetchingHistory = true;
    // Without its code nothing can be undone, and whoever asks is told so.
    const code = await import("./history.ts").catch(() => null);
    if (this.#play !== play) return;
    this.#fetchingHistory = false;
    this.#history = code && new code.History(this.#host.build, scenario);
    if (resume?.futures) this.#history?.resume(play, resume.futures);
    this.#frames.owe();
    this.#takePostponed();
  }

  /** At once, or when the code that its machine needs has come. */
  #startWith(code: Promise<unknown> | null, scenario: Scenario): void {
    if (!code) {
      this.#start(scenario);
      return;
    }
    this.#leave();
    const run = this.#run;
    code
      .then(() => {
        if (this.#run === run) this.#start(scenario);
      })
      .catch((error: unknown) => this.#break(error));
  }

  #start(scenario: Scenario): void {
    this.#leave();
    const play = new Play(this.#host.build, scenario);
    play.setUp();
    this.#begin(play, scenario);
    this.#goOn();
  }

  /** Makes a machine again that another simulator had, with its terminals. */
  async #resume(scenario: Scenario, resume: Resume): Promise<void> {
    this.#leave();
    const run = this.#run;
    const [code, { resumed }] = await Promise.all([
      resume.terminals.length > 0 ? import("./terminals.ts") : null,
      import("./resume.ts"),
      lateCode(scenario, resume.causes),
    ]);
    const play = await resumed(this.#host, scenario, resume);
    if (code) await play.join();
    if (this.#run !== run) return;
    play.engine.showAgain();
    play.log.showAgain();
    // The page hears nothing of this simulator before it is ready; until it says how fast time went, none passes.
    this.#begin(play, scenario, resume);
    this.#speed = 0;
    if (code) this.#terminals.takeOver(code, resume.terminals, play);
    this.#goOn();
  }

  /** The machine that ran is given up, with all that waited for it. */
  #leave(): void {
    this.#play = null;
    this.#travel = null;
    this.#stretch = null;
    this.#postponed = [];
    this.#terminals.end({ why: "other-scenario" });
  }

  #begin(play: Play, scenario: Scenario, resume?: Resume): void {
    this.#history = null;
    this.#play = play;
    this.#fetchHistory(scenario, play, resume).catch((error: unknown) => this.#break(error));
    this.#frames.begin(play);
    this.#speed = scenario.focus?.speed ?? 1;
    this.#host.send({ type: "ready", version: PROTOCOL_VERSION, run: this.#run, scenario: scenario.name }, []);
  }

  #goOn(): void {
    this.#lastTurn = this.#host.clock();
    if (!this.#turning) {
      this.#turning = true;
      this.#turn();
    }
  }

  #setOut(id: number, way: Travel | null | undefined): void {
    if (way) this.#travel = { way, id, begun: this.#host.clock() };
    else this.#answer(id, { to: "travel", went: null, what: null, at: this.#running().engine.now });
  }

  /** Its code is fetched first; nothing passes meanwhile that the stretch would not let pass. */
  #setOff(message: Extract<ToWorker, { type: "stretch" }>): void {
    const play = this.#running();
    this.#speed = 0;
    import("./stretch.ts")
      .then(({ Stretch }) => {
        if (this.#play !== play) return;
        this.#stretch = { way: new Stretch(play, message), id: message.id };
        this.#speed = message.speed;
      })
      .catch((error: unknown) => this.#break(error));
  }

  /** Goes on with a stretch; true when it used up its turn. */
  #stretchOn({ way, id }: { readonly way: Stretch; readonly id: number }, nanoseconds: number): boolean {
    const deadline = this.#host.clock() + BUDGET;
    if (way.advance(nanoseconds, { expired: () => this.#host.clock() >= deadline })) {
      this.#stretch = null;
      this.#speed = 0;
      this.#answer(id, { to: "stretch", stretched: way.result });
    }
    return this.#host.clock() >= deadline;
  }

  /** Goes on its way to another instant. */
  #travelOn({ way, id, begun, arrived }: Underway): void {
    const deadline = this.#host.clock() + BUDGET;
    const play = arrived ?? way.run({ expired: () => this.#host.clock() >= deadline });
    if (!play) {
      // Undo is mostly there at once; who waits is told how long it will take.
      if (this.#play && deadline - begun > SOON) this.#frames.underway(this.#play, way.share);
      return;
    }
    if (this.#terminals.open && !play.terminals) {
      // A machine before its first terminal: the page has one, so it gets what terminals need.
      this.#travel = { way, id, begun, arrived: play };
      play.join().catch((error: unknown) => this.#break(error));
      return;
    }
    this.#travel = null;
    if (this.#play) this.#play.audience = null;
    play.engine.showAgain();
    play.log.showAgain();
    this.#frames.instead(play, this.#play, this.#history, way.went);
    this.#play = play;
    this.#terminals.rejoin(play);
    this.#answer(id, { to: "travel", went: way.went, what: way.what, at: play.engine.now });
    this.#takePostponed();
  }

  #running(): Play {
    if (!this.#play) throw new Error("no scenario is loaded");
    return this.#play;
  }

  #answer(id: number, answer: Extract<FromWorker, { type: "answer" }>["answer"]): void {
    this.#frames.owe();
    this.#host.send({ type: "answer", id, answer }, []);
  }

  #turn(): void {
    const play = this.#play;
    if (!play) {
      this.#turning = false;
      return;
    }
    let behind = false;
    try {
      const now = this.#host.clock();
      const elapsed = Math.min(now - this.#lastTurn, LONGEST_STEP);
      this.#lastTurn = now;
      if (this.#travel) {
        this.#travelOn(this.#travel);
        this.#host.later(() => this.#turn(), 0);
        return;
      }
      const { away } = this.#frames;
      // While time stands still, what needs none goes on: a new shell shows its prompt. With too much to draw time rests.
      if (this.#stretch) behind = this.#stretchOn(this.#stretch, elapsed * 1e6 * this.#speed);
      else if (!away && !this.#terminals.full && (this.#speed > 0 || this.#terminals.open))
        behind = this.#advance(play, elapsed * 1e6 * this.#speed);
      if (!behind && !away) this.#follow(play, now);
      this.#terminals.flush();
      this.#frames.send(play, this.#history, this.#speed === 0);
    } catch (error) {
      this.#break(error);
    }
    this.#host.later(() => this.#turn(), behind ? 0 : TURN);
  }

  /** A turn that began at `begun` and was a short one leaves time for the machine that follows. */
  #follow(play: Play, begun: number): void {
    const now = this.#host.clock();
    if (now - begun < FOLLOWING) this.#history?.follow(play, { expired: () => this.#host.clock() - now >= FOLLOWING });
  }

  /** Lets time pass for a turn (./advance.ts). `stops`: asked after each step, whether that was the last. */
  #advance(play: Play, nanoseconds: number, stops: () => boolean = () => false): boolean {
    const deadline = this.#host.clock() + BUDGET;
    const late = (): boolean => this.#host.clock() >= deadline;
    return advance(play, nanoseconds, { late, expired: () => late() || this.#terminals.full || stops() });
  }

  /** Time stands, but for what it takes an operation to come to another function. */
  async #step(id: number): Promise<void> {
    this.#speed = 0;
    const play = this.#running();
    const code = await import("./step.ts");
    if (this.#play !== play) return;
    const stepped = code.stepOn(play, (nanoseconds, stops) => this.#advance(play, nanoseconds, stops));
    this.#answer(id, { to: "step", stepped });
  }

  /** The machine contradicted itself: it is not run any further, a new start gets a new one. */
  #break(error: unknown): void {
    if (this.#broken) return;
    this.#broken = true;
    const last = this.#play;
    this.#play = null;
    this.#travel = null;
    this.#stretch = null;
    this.#postponed = [];
    const trouble: Trouble = { why: "stopped", said: textOf(error) };
    this.#terminals.end(trouble);
    this.#fault(trouble, this.#run, last?.log.drain());
  }

  #fault(trouble: Trouble, run: number | null, log: readonly LogEntry[] = []): void {
    this.#host.send({ type: "fault", run, trouble, log }, []);
  }
}
