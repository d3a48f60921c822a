/** Test support: a session over real machines in this thread. What it sends is kept, and so are the machines that it built. */
import type { FromWorker } from "../../protocol/messages.ts";
import { EngineHost } from "../engine-host.ts";
import { Session, type SessionHost } from "../session.ts";

/** `later` calls back after a pause; left out, time stands between messages. */
export function realSession(later: SessionHost["later"] = () => {}) {
  const sent: FromWorker[] = [];
  const hosts: EngineHost[] = [];
  const session = new Session({
    build: (given) => {
      const host = new EngineHost(given);
      hosts.push(host);
      return host;
    },
    send: (message) => sent.push(message),
    clock: () => performance.now(),
    later,
  });
  const answers = () => sent.flatMap((message) => (message.type === "answer" ? [message] : []));
  return { session, sent, hosts, answers };
}
