/** `npm run present -- serve`: the page, a broker beside it behind the same address, and the links of a room. */
import { existsSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { correction, generate } from "lean-qr";
import { build, type PreviewServer, preview } from "vite";
import { BadInput } from "../conformance/input.ts";
import type { ExitCode, Output } from "../conformance/run.ts";
import { LIVE } from "../follow/page-room.ts";
import { startKeeper } from "./keeper.ts";
import { natsConfig } from "./nats-config.ts";
import { findServer, freePorts, NO_SERVER, startServer } from "./nats-server.ts";
import { type Room, roomIn } from "./room-file.ts";

export interface ServeOptions {
  readonly port: number;
  /** Under which address the room reaches it; `null`: this machine's own in its network. */
  readonly at: string | null;
  /** Name of a built-in talk, or where a file is. */
  readonly talk: string;
  readonly drivers: number;
  /** Where the room's name, keys and history are. */
  readonly folder: string;
  /** Built already. */
  readonly built: boolean;
}

/** npm runs what it runs in the project's folder. */
const root = process.cwd();

/** A file of a room's history, as its address names it. */
const SEGMENT_PATH = new RegExp(`/${LIVE}/([a-z0-9]{4,16}/\\d{1,4}\\.log)(?:\\?|$)`);

/** Serves until it is ended by a signal. */
export async function serve(options: ServeOptions, { out, err }: Output): Promise<ExitCode> {
  const server = findServer();
  if (!server) throw new BadInput(NO_SERVER);
  const room = roomIn(options.folder, options.drivers);
  const [client = 0, websocket = 0] = await freePorts(2);
  if (!options.built || !existsSync(join(root, "dist/index.html"))) {
    out("Building …\n");
    await build({ root, logLevel: "warn" });
  }
  const broker = await startServer(
    server.path,
    options.folder,
    natsConfig(room, { client, websocket }, join(options.folder, "jetstream")),
    client,
  );
  const keeper = await startKeeper({ servers: `127.0.0.1:${client}`, room, folder: options.folder });
  const page = await servePage(options, websocket);
  tell(options, room, page, out);
  const why = await Promise.race([signalled(), broker.ended]);
  await keeper.stop();
  await broker.stop();
  await page.close();
  if (why === null) return 0;
  err(`The broker ended: ${why}\n`);
  return 1;
}

/** The built page; what lies beneath `live/` is the broker's socket and the room's history. */
function servePage({ port, folder }: ServeOptions, websocket: number): Promise<PreviewServer> {
  return preview({
    root,
    logLevel: "warn",
    preview: {
      port,
      host: true,
      allowedHosts: true,
      proxy: { [`/${LIVE}/socket`]: { target: `ws://127.0.0.1:${websocket}`, ws: true } },
    },
    plugins: [
      {
        name: "history",
        configurePreviewServer: ({ middlewares }) => {
          middlewares.use((request, response, next) => {
            const file = SEGMENT_PATH.exec(request.url ?? "")?.[1];
            if (file === undefined) {
              next();
              return;
            }
            response.setHeader("cache-control", "no-cache");
            try {
              response.setHeader("content-type", "text/plain; charset=utf-8");
              response.end(readFileSync(join(folder, file)));
            } catch {
              response.statusCode = 404;
              response.end();
            }
          });
        },
      },
    ],
  });
}

function tell({ at, talk }: ServeOptions, { room, drivers }: Room, page: PreviewServer, out: Output["out"]): void {
  const port = new URL(page.resolvedUrls?.local[0] ?? "http://localhost").port;
  const base = at ?? `http://${ownAddress()}:${port}/`;
  const link = `${base}#talk=${encodeURIComponent(talk)}&live=${room}`;
  const code = generate(link, { minCorrectionLevel: correction.M });
  out(`\nThe audience follows at\n\n  ${link}\n\n`);
  // Two modules a character, dark on light: readers want it so.
  out(`${code.toString({ on: "  ", off: "██", pad: 2 })}\n\n`);
  out("Who speaks opens, on this machine (the key is in the link: keep it to yourself)\n\n");
  for (const [name, secret] of Object.entries(drivers))
    out(
      `  ${name}: http://localhost:${port}/#talk=${encodeURIComponent(talk)}&speaker&live=${room}&key=${name}.${secret}\n`,
    );
  out("\nCtrl-C ends it; the same room, with the same links and history, is there again when it is served again.\n");
}

/** This machine's address in its network. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "localhost";
}

const signalled = (): Promise<null> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(null));
  });
