/**
 * The line to the simulator, as long as it holds and when it breaks.
 *
 * One start is on its way at a time; of those that are asked for meanwhile only the last is sent, so nothing is built
 * that nobody waits for. What a start before it still says is not heard. Every question ends in an answer: the
 * simulator's, or the reason why there is none. A line that broke stays broken until the next start, which gets a new
 * simulator. While one is silent, another makes its machine again from what the page has kept: the first of the two that
 * speaks goes on, and nothing is lost.
 */
import type { Trouble } from "../protocol/trouble.ts";
import {
  type Answer,
  type FromWorker,
  type LogEntry,
  NO_REMEDIES,
  NOTHING_FORESEEN,
  PROTOCOL_VERSION,
  type Resume,
  type ToWorker,
} from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { browserHeartbeat, Heartbeat, type HeartbeatClock } from "./heartbeat.ts";
import type { Kept } from "./keeper.ts";
import { type Channel, type OpenChannel, openWorker } from "./worker-channel.ts";

export interface LineParts {
  readonly open?: OpenChannel;
  readonly heartbeat?: HeartbeatClock;
  /** Calls back when the script that runs now is done. */
  readonly defer?: (callback: () => void) => void;
}

/** What is heard on the line, of the last start only. */
export interface LineEnds {
  receive(message: Exclude<FromWorker, { type: "ready" | "pong" | "answer" | "fault" }>): void;
  /** An answer came. */
  answered(): void;
  /** The simulator broke, for this reason; the last lines of its log. */
  broke(trouble: Trouble, log: readonly LogEntry[]): void;
  /** It does not answer any more. */
  fellSilent(trouble: Trouble): void;
  /** It answers again. */
  spokeAgain(): void;
  /** What another simulator would make the machine again from, at the real time `now`; `null`: it can't. */
  kept(now: number): Kept | null;
  /** That is done, and the line leads to it. */
  replaced(): void;
}

interface Starting {
  readonly scenario: Scenario;
  readonly resume?: Resume;
}

/** What is asked over such a line. */
type To = Exclude<Answer["to"], "support">;
export type AnswerTo<T extends To> = Extract<Answer, { to: T }>;
interface Pending {
  readonly to: To;
  readonly resolve: (answer: Answer) => void;
}

/** What a question is answered that the simulator will not answer any more, and why. */
function answerInstead(to: To, trouble: Trouble): Answer {
  switch (to) {
    case "command":
      return { to, errno: "ENODEV", rejection: { why: "no-simulator", trouble }, op: null };
    case "inspect":
      return { to, page: null };
    case "foresee":
      return {
        to,
        foresight: {
          ...NOTHING_FORESEEN,
          possible: false,
          outlook: "impossible",
          rejection: { why: "no-simulator", trouble },
        },
      };
    case "remedies":
      return { to, remedies: NO_REMEDIES };
    case "stretch":
      return { to, stretched: null };
    case "past":
      return { to, past: null };
    case "rehearse":
      return { to, rehearsal: null };
    case "chain":
      return { to, chain: null };
    case "snapshot":
      return { to, snapshot: null };
    case "travel":
      return { to, went: null, what: null, at: 0 };
    case "step":
      return { to, stepped: false };
    case "search":
      return { to, search: null };
    case "hit":
      return { to, hit: null };
    case "audit":
      return { to, problems: [trouble.why] };
  }
}

const CLOSED: Trouble = { why: "closed" };

export class SimulatorLine {
  readonly #ends: LineEnds;
  readonly #open: OpenChannel;
  readonly #defer: (callback: () => void) => void;
  readonly #clock: HeartbeatClock;
  readonly #heartbeat: Heartbeat;
  readonly #pending = new Map<number, Pending>();
  #channel: Channel;
  #lastId = 0;
  /** Number of the last start that was asked for. */
  #run = 0;
  /** That start, while it waits to be sent, and what is to follow it. */
  #wanted: Starting | null = null;
  #outbox: { readonly message: ToWorker; readonly transfer: ArrayBuffer[] }[] = [];
  #deferred = false;
  /** Number of the start that was sent and that no `ready` has come to; 0 when there is none. */
  #building = 0;
  /** Why nothing more can come from this simulator, or does not for the moment. */
  #broken: Trouble | null = null;
  #silence: Trouble | null = null;
  /** Another simulator, on its way to where a silent one was: the first of them that speaks has the line. */
  #spare: Channel | null = null;
  #closed = false;

  constructor(ends: LineEnds, parts: LineParts) {
    this.#ends = ends;
    this.#open = parts.open ?? openWorker;
    this.#defer = parts.defer ?? ((callback) => queueMicrotask(callback));
    this.#clock = parts.heartbeat ?? browserHeartbeat;
    this.#heartbeat = new Heartbeat(
      this.#clock,
      (ping) => {
        if (this.#broken === null) this.#channel.send({ type: "ping", ping });
      },
      (seconds) => this.#fallSilent(seconds),
    );
    this.#channel = this.#connect();
    this.#heartbeat.begin();
  }

  /** A start is on its way: what is heard now would be of a scenario before. */
  get starting(): boolean {
    return this.#wanted !== null || this.#building > 0;
  }

  /** Questions without an answer. */
  get waiting(): boolean {
    return this.#pending.size > 0;
  }

  /** Builds a scenario; all that was asked of the one before is answered by why it will not be. */
  start(scenario: Scenario, resume?: Resume): void {
    this.#settle({ why: "other-scenario" });
    if (this.#broken !== null || this.#silence !== null) this.#replace();
    this.#run++;
    this.#wanted = { scenario, ...(resume && { resume }) };
    this.#outbox = [];
    if (this.#deferred) return;
    this.#deferred = true;
    this.#defer(() => {
      this.#deferred = false;
      this.#flush();
    });
  }

  /** Sends a message, after the start that it was sent after. */
  post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    if (this.#closed || this.#broken !== null) return;
    if (this.#wanted) this.#outbox.push({ message, transfer });
    else this.#channel.send(message, transfer);
  }

  /** Asks something, and always comes to an answer. */
  ask<T extends To>(to: T, message: (id: number) => ToWorker): Promise<AnswerTo<T>> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const answered = (answer: Answer) => resolve(answer as AnswerTo<T>);
      const trouble = this.#broken ?? this.#silence ?? (this.#closed ? CLOSED : null);
      if (trouble !== null) {
        answered(answerInstead(to, trouble));
        return;
      }
      this.#pending.set(id, { to, resolve: answered });
      try {
        this.post(message(id));
      } catch (error) {
        // What cannot be sent at all, such as a function in a command.
        this.#pending.delete(id);
        answered(
          answerInstead(to, { why: "cannot-send", said: error instanceof Error ? error.message : String(error) }),
        );
      }
    });
  }

  close(): void {
    this.#closed = true;
    this.#settle(CLOSED);
    this.#wanted = null;
    this.#heartbeat.stop();
    this.#dismissSpare();
    this.#channel.close();
  }

  #connect(): Channel {
    // A simulator that was given up has nothing to say any more.
    const current = (): boolean => !this.#closed && this.#channel === channel;
    const channel: Channel = this.#open({
      receive: (message) => {
        if (current()) this.#receive(message);
        else if (!this.#closed && this.#spare === channel) this.#hearSpare(message);
      },
      fail: (said) => {
        if (current()) this.#fail({ why: "cannot-run", said });
        else if (this.#spare === channel) this.#hearSpare(null);
      },
    });
    return channel;
  }

  /** It is gone: with what the page has kept another one goes on. */
  #fail(trouble: Trouble): void {
    if (this.#silence === null && !this.starting) this.#miss(trouble);
    if (!this.#spare) this.#break(trouble);
  }

  #rescue(): void {
    const kept = this.#ends.kept(this.#clock.now());
    if (!kept || this.#spare) return;
    this.#spare = this.#connect();
    this.#spare.send({ type: "start", run: this.#run, ...kept });
  }

  /** `null`: it broke. */
  #hearSpare(message: FromWorker | null): void {
    if (message?.type === "ready") {
      const spare = this.#spare as Channel;
      this.#spare = null;
      this.#channel.close();
      this.#channel = spare;
      this.#silence = null;
      this.#build(0);
      this.#heartbeat.begin();
      this.#ends.replaced();
    } else if (message === null || message.type === "fault") this.#dismissSpare();
  }

  #dismissSpare(): void {
    this.#spare?.close();
    this.#spare = null;
  }

  #replace(): void {
    this.#dismissSpare();
    this.#channel.close();
    this.#broken = null;
    this.#silence = null;
    this.#build(0);
    this.#channel = this.#connect();
    this.#heartbeat.begin();
  }

  #build(run: number): void {
    this.#building = run;
    this.#heartbeat.building = run > 0;
  }

  #flush(): void {
    const wanted = this.#wanted;
    if (!wanted || this.#building > 0 || this.#closed || this.#broken !== null) return;
    this.#wanted = null;
    this.#build(this.#run);
    this.#channel.send({ type: "start", run: this.#run, ...wanted });
    for (const { message, transfer } of this.#outbox.splice(0)) this.#channel.send(message, transfer);
  }

  #receive(message: FromWorker): void {
    this.#heartbeat.heard();
    if (this.#silence !== null) {
      this.#silence = null;
      this.#dismissSpare();
      this.#ends.spokeAgain();
    }
    switch (message.type) {
      case "pong":
        return;
      case "ready":
        if (message.version !== PROTOCOL_VERSION) {
          this.#break({ why: "other-version" });
          return;
        }
        if (message.run === this.#building) this.#build(0);
        this.#flush();
        return;
      case "answer":
        this.#pending.get(message.id)?.resolve(message.answer);
        this.#pending.delete(message.id);
        this.#ends.answered();
        return;
      case "fault":
        if (message.run === null || message.run === this.#run) this.#break(message.trouble, message.log);
        else if (message.run === this.#building) {
          // Nobody waits for what broke there.
          this.#replace();
          this.#flush();
        }
        return;
      default:
        this.#ends.receive(message);
    }
  }

  #fallSilent(seconds: number): void {
    if (this.#broken !== null || this.#silence !== null) return;
    this.#miss({ why: "silent", seconds: Math.floor(seconds) });
  }

  #miss(trouble: Trouble): void {
    this.#silence = trouble;
    this.#settle({ why: "unanswered", since: trouble });
    this.#ends.fellSilent(trouble);
    if (!this.starting) this.#rescue();
  }

  /** The first reason stands: what comes after it follows from it. */
  #break(trouble: Trouble, log: readonly LogEntry[] = []): void {
    if (this.#broken !== null) return;
    this.#broken = trouble;
    this.#silence = null;
    this.#wanted = null;
    this.#build(0);
    this.#settle(trouble);
    this.#ends.broke(trouble, log);
  }

  #settle(trouble: Trouble): void {
    const open = [...this.#pending.values()];
    this.#pending.clear();
    for (const { to, resolve } of open) resolve(answerInstead(to, trouble));
  }
}
