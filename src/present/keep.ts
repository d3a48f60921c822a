/** For rooms whose servers run elsewhere: their configurations, and who keeps and counts. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ExitCode, Output } from "../conformance/run.ts";
import { startKeeper } from "./keeper.ts";
import { natsConfig } from "./nats-config.ts";
import { roomIn } from "./room-file.ts";

/** Ports of each server of a cluster on one machine; on machines of their own all can have the first. */
const CLIENT = 4222;
const WEBSOCKET = 8222;
const CLUSTER = 6222;

/** Keeps a room's history as files in `folder`, and counts, until it is ended by a signal. */
export async function keep(
  ends: { readonly servers: string[]; readonly folder: string; readonly drivers: number; readonly replicas: number },
  { out }: Output,
): Promise<ExitCode> {
  const room = roomIn(ends.folder, ends.drivers);
  const keeper = await startKeeper({ servers: ends.servers, room, folder: ends.folder, replicas: ends.replicas });
  out(`Keeps ${room.room} in ${join(ends.folder, room.room)}\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await keeper.stop();
  return 0;
}

/** Writes a configuration for each server of a room, one or a cluster. */
export function writeConfigs(
  { folder, drivers, servers }: { readonly folder: string; readonly drivers: number; readonly servers: number },
  { out }: Output,
): ExitCode {
  const room = roomIn(folder, drivers);
  mkdirSync(folder, { recursive: true });
  const routes = Array.from({ length: servers }, (_, i) => `nats://127.0.0.1:${CLUSTER + i}`);
  for (let i = 0; i < servers; i++) {
    const cluster = servers > 1 ? { name: `n${i + 1}`, port: CLUSTER + i, routes } : null;
    const file = join(folder, `n${i + 1}.conf`);
    const ports = { client: CLIENT + i, websocket: WEBSOCKET + i };
    writeFileSync(file, natsConfig(room, ports, join(folder, `jetstream-${i + 1}`), cluster), { mode: 0o600 });
    out(`${file}: clients ${ports.client}, pages ${ports.websocket}${cluster ? `, cluster ${cluster.port}` : ""}\n`);
  }
  return 0;
}
