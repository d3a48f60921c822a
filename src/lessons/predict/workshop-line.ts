/** The way to the workshop: a worker where machines are tried that nobody sees. Its code is fetched when it is first needed. */
import { trustingWorker } from "../../client/worker-channel.ts";
import type { FromWorkshop, ToWorkshop } from "./format.ts";

/** Gives the workshop a job, and hears what it makes; returns how to end it. */
export type BeginWork = (job: ToWorkshop, hear: (message: FromWorkshop) => void) => () => void;

/** One worker for all jobs, one after the other; what is not wanted any more is not heard of. */
export function workshop(): { readonly begin: BeginWork; close(): void } {
  let worker: Worker | null = null;
  let hears: ((message: FromWorkshop) => void) | null = null;
  const close = () => {
    worker?.terminate();
    worker = null;
  };
  const broke = (reason: string) => {
    const told = hears;
    hears = null;
    close();
    told?.({ type: "broke", reason });
  };
  const begin: BeginWork = (job, hear) => {
    // Who is in the middle of a job is let go: the next one waits for nobody.
    if (hears) close();
    hears = hear;
    try {
      if (!worker) {
        const Worker = trustingWorker();
        worker = new Worker(new URL("../../author/workshop.ts", import.meta.url), { type: "module", name: "workshop" });
        worker.onmessage = ({ data }: MessageEvent<FromWorkshop>) => {
          const told = hears;
          if (data.type !== "finding") hears = null;
          told?.(data);
        };
        worker.onerror = ({ message }) => broke(message || "it could not be loaded");
        worker.onmessageerror = () => broke("a message from it could not be read");
      }
      worker.postMessage(job);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      queueMicrotask(() => broke(reason));
    }
    return () => {
      if (hears === hear) {
        hears = null;
        close();
      }
    };
  };
  return { begin, close };
}
