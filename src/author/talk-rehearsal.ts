/** A talk's machine in this thread, behind the same session, line and client as in the page: for who writes talks, and for tests. */
import { createPlayground } from "../client/create-playground.ts";
import { FrameScheduler } from "../client/frame-scheduler.ts";
import type { Playground } from "../client/playground.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { Session } from "../worker/session.ts";
import { LONGEST_CUE, type Talk } from "../talks/format.ts";
import { TalkPlayer } from "../talks/player.ts";

/** Real ms between two turns, as the session's clock tells them. */
const TURN = 16;

/** After what is due now. A worker of a browser has no `setImmediate`, and its timers wait for milliseconds. */
const soonest: (callback: () => void) => void =
  typeof setImmediate === "function"
    ? (callback) => void setImmediate(callback)
    : (callback) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          callback();
        };
        port2.postMessage(null);
      };

export class Rehearsal {
  readonly playground: Playground;
  readonly player: TalkPlayer;
  /** Real ms that the page has seen pass. */
  time = 0;
  #scenario: Scenario;
  #open = true;

  constructor(talk: Talk) {
    const [first] = talk.scenes;
    if (!first) throw new Error("a talk without scenes");
    this.#scenario = first.machine as Scenario;
    const soon = (callback: () => void): void => soonest(() => this.#open && callback());
    this.playground = createPlayground("", {
      scenarios: () => this.#scenario,
      scheduler: new FrameScheduler({ request: (callback) => soon(() => callback(this.time)), mark: () => {} }),
      heartbeat: { now: () => 0, hidden: () => true, every: () => () => {} },
      open: (ends) => {
        const session = new Session({
          build: (scenario) => new EngineHost(scenario),
          send: (message, transfer) => {
            const copy = structuredClone(message, { transfer });
            soon(() => ends.receive(copy));
          },
          clock: () => this.time,
          later: (callback) =>
            soon(() => {
              this.time += TURN;
              callback();
            }),
        });
        return {
          send: (message, transfer = []) => session.receive(structuredClone(message, { transfer })),
          close: () => {},
        };
      },
    });
    this.player = new TalkPlayer(
      talk,
      this.playground,
      (scenario) => {
        this.#scenario = scenario;
        this.playground.load(scenario.name);
      },
      // By the clock of the session, not of the test.
      () => () => {},
    );
  }

  /** The hash of the machine when all that was asked is done. */
  async at(scene: number, cue: number): Promise<string> {
    await this.player.goTo({ scene, cue });
    const { hash, place } = this.player.store.getState();
    if (hash === null || place.scene !== scene || place.cue !== cue)
      throw new Error(`scene ${scene} cue ${cue} was not reached: ${this.playground.store.getState().fault}`);
    return hash;
  }

  close(): void {
    this.#open = false;
    this.player.close();
    this.playground.dispose();
  }
}

/** Plays every click of a talk: what lasts too long, and what points at nothing, as `field: reason`. */
export async function* talkFindings(talk: Talk): AsyncGenerator<string> {
  const rehearsal = new Rehearsal(talk);
  const { playground } = rehearsal;
  try {
    for (const [scene, { cues }] of talk.scenes.entries()) {
      await rehearsal.at(scene, 0);
      for (const [i, { point, rewind }] of cues.entries()) {
        const field = `scenes[${scene}].cues[${i}]`;
        const before = rehearsal.time;
        const block = point?.block ?? rewind?.block;
        if (block !== undefined) {
          await playground.whenIdle();
          const { records } = playground.store.getState();
          if (!records.attempt[records.block[block]?.attempt ?? ""]?.culprit)
            yield `${field}: expected a block that was refused for a page, got ${JSON.stringify(block)}`;
        }
        await rehearsal.at(scene, i + 1);
        const seconds = (rehearsal.time - before) / 1000;
        if (seconds > LONGEST_CUE) yield `${field}.speed: expected to be over in ${LONGEST_CUE} s, took ${seconds} s`;
      }
    }
  } finally {
    rehearsal.close();
  }
}
