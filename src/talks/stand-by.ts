/**
 * Simulators for a talk, its side trips and its experiments. They are used again, and some more stand by with their code:
 * where the network is gone a new worker could not be fetched.
 */
import { type Channel, type ChannelEnds, type OpenChannel, openWorker } from "../client/worker-channel.ts";

/** Those that stand by: for a side trip, and for an experiment that has not been given back yet. */
const READY = 2;
/** Whoever doesn't answer for so long when it is given back is stuck, ms. */
const PATIENCE = 5000;

interface Simulator {
  readonly channel: Channel;
  /** Who uses it. */
  ends: ChannelEnds | null;
  /** Number of its last start: those who use it later begin after that. */
  runs: number;
}

export class StandBy {
  readonly #open: OpenChannel;
  readonly #all = new Set<Simulator>();
  #idle: Simulator[] = [];
  #ahead = false;

  constructor(open: OpenChannel = openWorker) {
    this.#open = open;
  }

  /** A simulator that is idle, or a new one. */
  readonly open: OpenChannel = (ends) => {
    const one = this.#idle.pop() ?? this.#make();
    const before = one.runs;
    let ready = false;
    one.ends = {
      fail: (reason) => ends.fail(reason),
      receive: (message) => {
        // What it still says was meant for who used it before.
        if (message.type === "ready" || message.type === "fault") {
          if (message.run !== null && message.run <= before) return;
          ready ||= message.type === "ready";
          ends.receive(message.run === null ? message : { ...message, run: message.run - before });
        } else if (ready || message.type === "pong") ends.receive(message);
      },
    };
    return {
      send: (message, transfer) => {
        if (message.type === "start") {
          one.runs = before + message.run;
          one.channel.send({ ...message, run: one.runs }, transfer);
        } else one.channel.send(message, transfer);
      },
      close: () => this.#takeBack(one),
    };
  };

  /** How many are ready for whoever opens one next, without the network. */
  get idle(): number {
    return this.#idle.length;
  }

  /** Fetches all that simulators may need later, and keeps some more of them ready. */
  prepare(): void {
    if (this.#ahead) return;
    this.#ahead = true;
    for (const { channel } of this.#all) channel.send({ type: "fetch-ahead" });
    while (this.#idle.length < READY) this.#idle.push(this.#make());
  }

  #make(): Simulator {
    const one: Simulator = {
      channel: this.#open({
        receive: (message) => one.ends?.receive(message),
        fail: (reason) => {
          this.#all.delete(one);
          this.#idle = this.#idle.filter((idle) => idle !== one);
          one.ends?.fail(reason);
        },
      }),
      ends: null,
      runs: 0,
    };
    this.#all.add(one);
    if (this.#ahead) one.channel.send({ type: "fetch-ahead" });
    return one;
  }

  /** It is used again when it has shown that it is not stuck. */
  #takeBack(one: Simulator): void {
    if (!this.#all.has(one) || this.#idle.length >= READY) {
      this.#end(one);
      return;
    }
    const waiting = setTimeout(() => this.#end(one), PATIENCE);
    one.ends = {
      fail: () => clearTimeout(waiting),
      receive: ({ type }) => {
        if (type !== "pong") return;
        clearTimeout(waiting);
        one.ends = null;
        if (this.#idle.length < READY) this.#idle.push(one);
        else this.#end(one);
      },
    };
    one.channel.send({ type: "speed", speed: 0 });
    one.channel.send({ type: "ping", ping: 0 });
  }

  #end(one: Simulator): void {
    this.#all.delete(one);
    one.ends = null;
    one.channel.close();
  }
}

/** Those of this page. */
export const simulators = new StandBy();
