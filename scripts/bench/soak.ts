/**
 * A long stay on the page, without a browser: a session with a real machine, a playground that shows its frames, and a
 * shell that takes a block offline and online again for ever, in simulated time that passes as fast as it can.
 */
import { createPlayground } from "../../src/client/create-playground.ts";
import { FrameScheduler } from "../../src/client/frame-scheduler.ts";
import type { Playground } from "../../src/client/playground.ts";
import type { ChannelEnds } from "../../src/client/worker-channel.ts";
import { PageKind } from "../../src/engine/memory/kinds.ts";
import type { FromWorker, ToWorker } from "../../src/protocol/messages.ts";
import { EngineHost } from "../../src/worker/engine-host.ts";
import { Session } from "../../src/worker/session.ts";

/** Real milliseconds of a display frame, as far as session and page can tell. */
const FRAME_MS = 100;
/** Simulated time runs so much faster than theirs. */
const SPEED = 10;

export interface Soak {
  readonly engine: EngineHost;
  readonly playground: Playground | null;
  /** Attempts that have ended so far, as far as frames told of them. */
  readonly attempts: number;
  /** Lets simulated seconds pass. */
  run(seconds: number): Promise<void>;
  close(): void;
}

/**
 * Begins one, on a built-in scenario. Without a page, frames are acknowledged and thrown away. `pause` is what the shell
 * does between two rounds, such as `sleep 0.1;`.
 */
export async function beginSoak(scenario: string, withPage: boolean, pause = ""): Promise<Soak> {
  let time = 0;
  let host: EngineHost | undefined;
  let ends: ChannelEnds | undefined;
  let attempts = 0;
  const turns: (() => void)[] = [];
  const displays: ((now: number) => void)[] = [];
  const deferred: (() => void)[] = [];
  const inbox: FromWorker[] = [];
  const session = new Session({
    build: (described) => {
      const built = new EngineHost(described);
      // Those that come after it follow it for undo.
      host ??= built;
      return built;
    },
    send: (message) => inbox.push(message),
    clock: () => time,
    later: (callback) => turns.push(callback),
  });
  const send = (message: ToWorker): void => session.receive(message);
  const playground = createPlayground(scenario, {
    open: (channelEnds) => {
      ends = channelEnds;
      return { send, close: () => {} };
    },
    scheduler: new FrameScheduler({ request: (callback) => displays.push(callback), mark: () => {} }),
    defer: (callback) => deferred.push(callback),
    heartbeat: { now: () => time, hidden: () => false, every: () => () => {} },
  });
  let detached = false;
  const frame = (): void => {
    for (const callback of deferred.splice(0)) callback();
    time += FRAME_MS;
    for (const turn of turns.splice(0)) turn();
    for (const message of inbox.splice(0)) {
      if (message.type === "fault") throw new Error(JSON.stringify(message.trouble));
      if (message.type === "frame")
        for (const [kind, , record] of message.patches) if (kind === "attempt" && record?.result === "ok") attempts++;
      // As it crosses from the worker to the page: copied.
      if (!detached) ends?.receive(structuredClone(message));
      else if (message.type === "frame") send({ type: "ack", frame: message.frame, buffers: [] });
      else if (message.type === "terminal-output")
        send({ type: "terminal-ack", terminal: message.terminal, characters: message.text.length });
    }
    for (const callback of displays.splice(0)) callback(time);
  };
  const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

  while (playground.store.getState().status !== "running") frame();
  playground.setSpeed(SPEED);
  // The emptiest: rounds are many, not long.
  const [block] = Object.values(playground.store.getState().records.block)
    .filter(({ partition, zone, dimm }) => partition === "A" && zone === "Movable" && dimm !== null)
    .sort((one, other) => (other.kinds[PageKind.Free] ?? 0) - (one.kinds[PageKind.Free] ?? 0));
  if (!block) throw new Error("No block can be taken offline.");
  playground.select({ block: block.key });
  let closed = false;
  let shown = "";
  const line = playground.openTerminal(
    "A",
    { columns: 100, rows: 30 },
    {
      output: (text, drawn) => {
        shown = (shown + text).slice(-2000);
        drawn();
      },
      busy: () => {},
      ended: (_status, reason) => {
        if (!closed) throw new Error(`the shell ended: ${reason}`);
      },
    },
  );
  for (let i = 0; i < 1000 && !/[#$] $/.test(shown); i++) {
    frame();
    await tick();
  }
  const state = `/sys/devices/system/memory/memory${block.number}/state`;
  line.input(`while :; do echo offline > ${state}; echo online_movable > ${state}; cat ${state}; ${pause} done\r`);
  detached = !withPage;
  if (!host) throw new Error("Nothing was built.");
  return {
    engine: host,
    playground: withPage ? playground : null,
    get attempts() {
      return attempts;
    },
    async run(seconds) {
      const end = (host?.now ?? 0) + seconds * 1e9;
      while ((host?.now ?? end) < end) {
        frame();
        await tick();
      }
    },
    close: () => {
      closed = true;
      if (withPage) playground.dispose();
    },
  };
}
