/** The worker's entry: joins a session to the worker's message port and clock. */
import { EngineHost } from "./engine-host.ts";
import { Session } from "./session.ts";

declare const self: DedicatedWorkerGlobalScope;

const session = new Session({
  build: (scenario) => new EngineHost(scenario),
  send: (message, transfer) => self.postMessage(message, transfer),
  clock: () => performance.now(),
  later: (callback, milliseconds) => setTimeout(callback, milliseconds),
});

self.onmessage = (event: MessageEvent<unknown>) => session.receive(event.data);
self.addEventListener("unhandledrejection", (event) => session.fail(event.reason));
