/** A NATS server of this machine: found, started, and ended with us. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";

export const NO_SERVER =
  "There is no nats-server on this machine. Debian and Ubuntu: apt install nats-server. macOS: brew install nats-server. " +
  "Others: https://github.com/nats-io/nats-server/releases. Or say where it is: NATS_SERVER=/path/to/nats-server.";

/** Debian has it where only root looks. */
const PLACES = ["nats-server", "/usr/sbin/nats-server", "/usr/local/bin/nats-server", "/opt/homebrew/bin/nats-server"];

/** Its path and version; `null` where none runs. */
export function findServer(): { readonly path: string; readonly version: string } | null {
  const own = process.env.NATS_SERVER;
  for (const path of own ? [own] : PLACES) {
    try {
      const said = execFileSync(path, ["--version"], { encoding: "utf8", timeout: 10_000, stdio: "pipe" });
      const version = /v(\d+\.\d+\.\d+)/.exec(said)?.[1];
      if (version) return { path, version };
    } catch {
      // Not here.
    }
  }
  return null;
}

export interface RunningServer {
  /** Ends it, and resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Resolves with its last words when it ends. */
  readonly ended: Promise<string>;
  readonly pid: number;
}

/**
 * @param folder where its configuration is put.
 * @param port on which it listens once it is ready.
 * @throws where it doesn't within ten seconds.
 */
export async function startServer(path: string, folder: string, config: string, port: number): Promise<RunningServer> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "nats.conf");
  writeFileSync(file, config, { mode: 0o600 });
  const child: ChildProcess = spawn(path, ["-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  let over = false;
  const ended = new Promise<string>((resolve) => {
    const end = () => {
      over = true;
      resolve(said.trim().split("\n").slice(-3).join("; "));
    };
    child.once("exit", end);
    child.once("error", end);
  });
  // Whoever ends this process first, it ends with it.
  const follow = () => child.kill("SIGTERM");
  process.once("exit", follow);
  void ended.then(() => process.off("exit", follow));
  const stop = async (signal: NodeJS.Signals = "SIGTERM") => {
    if (!over) child.kill(signal);
    await ended;
  };
  for (let waited = 0; !(await listens(port)); waited += 50) {
    if (over) throw new Error(`nats-server ended: ${await ended}`);
    if (waited > 10_000) {
      await stop("SIGKILL");
      throw new Error(`nats-server doesn't answer: ${said.slice(-300)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { stop, ended, pid: child.pid ?? 0 };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

/** Ports of this machine that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer();
          server.once("error", reject);
          server.listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === "object" && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
