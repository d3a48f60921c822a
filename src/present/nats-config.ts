/** The configuration of a NATS server for a room: who may say what stands here, and every ledger holds it a second time. */
import { inboxOf, streamOf, subjects } from "../follow/room.ts";
import type { Room } from "./room-file.ts";

export interface Ports {
  /** For who keeps and counts. */
  readonly client: number;
  /** For pages. */
  readonly websocket: number;
}

/** A server of a cluster: the routes to the others, and its own name. */
export interface ClusterPlace {
  readonly name: string;
  readonly port: number;
  readonly routes: readonly string[];
}

const list = (words: readonly string[]): string => `[${words.map((word) => JSON.stringify(word)).join(", ")}]`;

/** Folder: where JetStream keeps what was said. Everything listens on this machine alone: pages come through the page's own address. */
export function natsConfig(room: Room, ports: Ports, folder: string, cluster: ClusterPlace | null = null): string {
  const { drive, log, said, beat, sums } = subjects(room.room);
  const stream = streamOf(room.room);
  const user = (name: string, password: string, publish: readonly string[], subscribe: readonly string[]) =>
    `    { user: ${JSON.stringify(name)}, password: ${JSON.stringify(password)}, permissions: { publish: { allow: ${list(publish)} }, subscribe: { allow: ${list(subscribe)} } } }`;
  const drivers = Object.entries(room.drivers).map(([name, secret]) =>
    user(
      name,
      secret,
      // Its own name alone; and to read what was kept.
      [`${drive}.${name}`, `$JS.API.STREAM.MSG.GET.${stream}`],
      [`${log}.*`, sums, `${inboxOf(room.room, name)}.>`],
    ),
  );
  return `# Made by npm run present.
${cluster ? `server_name: ${JSON.stringify(cluster.name)}\n` : ""}listen: "127.0.0.1:${ports.client}"
max_payload: 4096
max_connections: 100000
max_subscriptions: 8
write_deadline: "10s"
jetstream { store_dir: ${JSON.stringify(folder)}, max_memory_store: 16MB, max_file_store: 256MB }
websocket { listen: "127.0.0.1:${ports.websocket}", no_tls: true, compression: false, handshake_timeout: "5s", no_auth_user: "audience" }
no_auth_user: "audience"
authorization {
  timeout: 5
  users: [
${[
  user("keeper", room.keeper, [beat, sums, "$JS.API.>", "$JS.ACK.>"], [`${log}.*`, said, "_INBOX.>"]),
  ...drivers,
  user("audience", "", [said], [`${log}.*`, beat]),
].join(",\n")}
  ]
}
${cluster ? `cluster { name: "room", listen: "127.0.0.1:${cluster.port}", routes: ${list(cluster.routes)} }\n` : ""}`;
}
