/** The way to the simulator and back. Behind this interface it can be a worker, or a session in the same thread. */
import type { FromWorker, ToWorker } from "../protocol/messages.ts";

export interface Channel {
  send(message: ToWorker, transfer?: ArrayBuffer[]): void;
  close(): void;
}

export interface ChannelEnds {
  receive(message: FromWorker): void;
  /** The simulator cannot be reached any more: it failed to load, or broke. */
  fail(reason: string): void;
}

export type OpenChannel = (ends: ChannelEnds) => Channel;

/** The part of Trusted Types used here, which the DOM's types don't have yet. */
interface ScriptAddresses {
  /** Gives a TrustedScriptURL, which `Worker` takes in an address's place. */
  createScriptURL(address: string): string;
}
declare global {
  var trustedTypes: { createPolicy(name: string, rules: ScriptAddresses): ScriptAddresses } | undefined;
}

/** A policy's name can be taken once a page. */
let policy: ScriptAddresses | undefined;

/**
 * `Worker` for a page that refuses script addresses which are mere text (scripts/setup/page-policy.ts). Its policy is
 * the only one allowed, is reachable from here alone, and passes what comes from where this code came from.
 */
export function trustingWorker() {
  policy ??= globalThis.trustedTypes?.createPolicy("simulator-worker", {
    createScriptURL(address) {
      if (new URL(address).origin !== new URL(import.meta.url).origin) throw new TypeError(`not from here: ${address}`);
      return address;
    },
  });
  return class extends globalThis.Worker {
    constructor(address: URL, options: WorkerOptions) {
      super(policy?.createScriptURL(address.href) ?? address, options);
    }
  };
}

/** Starts the worker. The URL stays inside `new Worker`: that is how the bundler finds the worker's code, by name. */
export const openWorker: OpenChannel = (ends) => {
  let worker: Worker;
  try {
    const Worker = trustingWorker();
    worker = new Worker(new URL("../worker/main.ts", import.meta.url), { type: "module", name: "simulator" });
  } catch (error) {
    // Refused at once, as in some frames: told as if it had broken, when whoever opens it can hear.
    const reason = `this page may not start a worker (${error instanceof Error ? error.message : String(error)})`;
    queueMicrotask(() => ends.fail(reason));
    return { send: () => {}, close: () => {} };
  }
  worker.onmessage = (event: MessageEvent<FromWorker>) => ends.receive(event.data);
  worker.onerror = (event) => ends.fail(event.message || "it could not be loaded");
  worker.onmessageerror = () => ends.fail("a message from it could not be read");
  return {
    send: (message, transfer = []) => worker.postMessage(message, transfer),
    close: () => worker.terminate(),
  };
};
