/** Test support: a playground over a session of the real machine in this thread, in a world whose time the test moves. One anew for each test. */
import { beforeEach } from "vitest";
import type { FromWorker, ToWorker } from "../../protocol/messages.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import { EngineHost } from "../../worker/engine-host.ts";
import { Session } from "../../worker/session.ts";
import { smallScenario } from "../../worker/testing/small-machine.ts";
import { createPlayground } from "../create-playground.ts";
import { FrameScheduler } from "../frame-scheduler.ts";
import type { Playground } from "../playground.ts";
import type { ChannelEnds } from "../worker-channel.ts";

/** The machine that runs. */
export let engine: EngineHost;
export let playground: Playground;
export let ends: ChannelEnds;
export let opened: number;
export let time: number;
export let turns: (() => void)[];
export let displays: ((now: number) => void)[];
export let inbox: FromWorker[];
export let told: ToWorker[];
export let deferred: (() => void)[];
export let beats: (() => void)[];
export let hidden: boolean;

export const scenarios: Readonly<Record<string, Scenario>> = {
  plain: smallScenario({ name: "plain" }),
  focused: smallScenario({ name: "focused", focus: { node: "A/0", block: "A:1", speed: 0.5 } }),
};

beforeEach(() => {
  opened = 0;
  time = 0;
  turns = [];
  displays = [];
  inbox = [];
  told = [];
  deferred = [];
  beats = [];
  hidden = false;
  playground = createPlayground("plain", {
    scenarios: (name) => scenarios[name],
    scheduler: new FrameScheduler({ request: (callback) => displays.push(callback), mark: () => {} }),
    defer: (callback) => deferred.push(callback),
    heartbeat: {
      now: () => time,
      hidden: () => hidden,
      every: (_milliseconds, callback) => {
        beats.push(callback);
        return () => {};
      },
    },
    open: (channelEnds) => {
      opened++;
      ends = channelEnds;
      let mine: (() => void)[] = [];
      const session = new Session({
        build: (scenario) => {
          const built = new EngineHost(scenario);
          // Those that are built at other times follow the one that runs.
          if (told.at(-1)?.type === "start") engine = built;
          return built;
        },
        send: (message, transfer) => inbox.push(structuredClone(message, { transfer })),
        clock: () => time,
        later: (callback) => {
          mine.push(callback);
          turns.push(callback);
        },
      });
      return {
        send: (message, transfer = []) => {
          told.push(message);
          session.receive(structuredClone(message, { transfer }));
        },
        close: () => {
          turns = turns.filter((turn) => !mine.includes(turn));
          mine = [];
        },
      };
    },
  });
});

export const state = () => playground.store.getState();
/** One display frame of 16 ms: turns of the simulator, messages, and what the page shows then. */
export function frame(): void {
  for (const callback of deferred.splice(0)) callback();
  for (let i = 0; i < 4; i++) {
    time += 4;
    for (const turn of turns.splice(0)) turn();
  }
  for (const message of inbox.splice(0)) ends.receive(message);
  for (const callback of displays.splice(0)) callback(time);
}
export const run = (frames: number) => {
  for (let i = 0; i < frames; i++) frame();
};
/** Lets milliseconds pass in which nobody does anything. */
export function pass(milliseconds: number): void {
  time += milliseconds;
}

/** The page goes to the background, or comes back. */
export function hide(is: boolean): void {
  hidden = is;
}

/** What the simulator's answers come to, from now on. */
export function answerTo(to: ChannelEnds): void {
  ends = to;
}
