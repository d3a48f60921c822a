/** The worker's entry: joins a session to the worker's message port and clock. */
import { EngineHost } from "./engine-host.ts";
import { Session } from "./session.ts";

declare const self: DedicatedWorkerGlobalScope;

/** A timer of 0 ms waits for 4 ms when it was set by another one; a message comes after those that have been sent. */
const soon = new MessageChannel();
const due: (() => void)[] = [];
soon.port1.onmessage = () => due.shift()?.();

const session = new Session({
  build: (scenario) => new EngineHost(scenario),
  send: (message, transfer) => self.postMessage(message, transfer),
  clock: () => performance.now(),
  later: (callback, milliseconds) => {
    if (milliseconds > 0) setTimeout(callback, milliseconds);
    else {
      due.push(callback);
      soon.port2.postMessage(null);
    }
  },
});

self.onmessage = (event: MessageEvent<unknown>) => session.receive(event.data);
self.addEventListener("unhandledrejection", (event) => session.fail(event.reason));
