/** A room of the page's own host: its socket lies beside the page, and so do the files of its history. */
import { wsconnect } from "@nats-io/nats-core";
import { inboxOf, RoomTransport } from "./room.ts";
import { LONGEST_SEGMENT, segmentName } from "./segments.ts";

/** What a driver's link has in it. */
export interface Key {
  readonly driver: string;
  readonly secret: string;
}

/** Beneath the page's address. */
export const LIVE = "live";
/** A file comes within, ms. */
const PATIENCE = 8000;

/** `base`: the page's address. */
export function pageRoom(base: URL, room: string, key: Key | null): RoomTransport {
  const socket = new URL(`${LIVE}/socket`, base);
  socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
  return new RoomTransport({
    room,
    driver: key?.driver ?? null,
    connect: () =>
      wsconnect({
        servers: socket.href,
        // Other servers of a cluster stand behind the same address; the page may reach no other.
        ignoreClusterUpdates: true,
        waitOnFirstConnect: true,
        maxReconnectAttempts: -1,
        // Whoever was cut off with all others doesn't come back with all of them at once.
        reconnectDelayHandler: () => 500 + Math.random() * 3500,
        pingInterval: 15_000,
        maxPingOut: 2,
        noAsyncTraces: true,
        ...(key ? { user: key.driver, pass: key.secret, inboxPrefix: inboxOf(room, key.driver) } : {}),
      }),
    fetchSegment: async (segment) => {
      const answer = await fetch(new URL(`${LIVE}/${segmentName(room, segment)}`, base), {
        cache: "no-cache",
        signal: AbortSignal.timeout(PATIENCE),
      });
      if (answer.status === 404) return "";
      if (!answer.ok) throw new Error(String(answer.status));
      if (Number(answer.headers.get("content-length") ?? 0) > LONGEST_SEGMENT) return "";
      return answer.text();
    },
  });
}
