/** The entry of a worker beside the one with the machine that runs: does one job, as far as nobody ends it. */
import type { ToBeside } from "../../protocol/beside.ts";
import { begin } from "./bench.ts";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data }: MessageEvent<ToBeside>) => {
  for (const told of begin(data)) self.postMessage(told);
};
