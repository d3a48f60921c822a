/** The entry of a worker beside the one with the machine that runs: does one job, as far as nobody ends it. */
import type { ToBeside } from "../../protocol/beside.ts";
import { begin } from "./bench.ts";

declare const self: DedicatedWorkerGlobalScope;

/** Whatever breaks is the worker's own error, which the page hears of. */
const rethrow = (error: unknown): void => {
  setTimeout(() => {
    throw error;
  });
};

self.onmessage = ({ data }: MessageEvent<ToBeside>) => {
  const work = async (): Promise<void> => {
    for await (const told of begin(data)) self.postMessage(told);
  };
  work().catch(rethrow);
};
