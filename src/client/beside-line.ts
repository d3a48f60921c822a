/** The way to a worker beside the one with the machine: what it does changes nothing there. It is fetched when it is first needed. */
import type { FromBeside, ToBeside } from "../protocol/beside.ts";
import { trustingWorker } from "./worker-channel.ts";

export type HeardBeside = FromBeside | { readonly type: "broke"; readonly reason: string };

/** Gives a worker a job; returns how to end it. After `done`, `unusable` or `broke` it has ended by itself. */
export type BeginBeside = (job: ToBeside, hear: (message: HeardBeside) => void) => () => void;

export const beginBeside: BeginBeside = (job, hear) => {
  let worker: Worker;
  try {
    const Worker = trustingWorker();
    worker = new Worker(new URL("../worker/beside/main.ts", import.meta.url), { type: "module", name: "beside" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    queueMicrotask(() => hear({ type: "broke", reason }));
    return () => {};
  }
  let ended = false;
  const end = () => {
    ended = true;
    worker.terminate();
  };
  const broke = (reason: string) => {
    if (ended) return;
    end();
    hear({ type: "broke", reason });
  };
  worker.onmessage = ({ data }: MessageEvent<FromBeside>) => {
    // What was on its way when it was ended is of a job that nobody waits for.
    if (ended) return;
    if (data.type === "done" || data.type === "unusable") end();
    hear(data);
  };
  worker.onerror = ({ message }) => broke(message || "it could not be loaded");
  worker.onmessageerror = () => broke("a message from it could not be read");
  worker.postMessage(job);
  return end;
};
