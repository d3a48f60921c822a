/** A room with a real server, and followers that have no machine: what carries a talk, measured and broken. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Driver } from "../../follow/driver.ts";
import { type Followed, Follower } from "../../follow/follower.ts";
import { inboxOf, RoomTransport, streamOf } from "../../follow/room.ts";
import { segmentName } from "../../follow/segments.ts";
import { type Keeper, startKeeper } from "../keeper.ts";
import { natsConfig } from "../nats-config.ts";
import { freePorts, type RunningServer, startServer } from "../nats-server.ts";
import { makeRoom, type Room } from "../room-file.ts";

/** Clicks of each scene of a talk that is only gone through. */
export const SHAPE: readonly number[] = Array.from({ length: 20 }, () => 5);
export const stateAt = ({ scene, cue }: { readonly scene: number; readonly cue: number }): string =>
  `${scene}0${cue}`.padStart(16, "0");

/** Ports of a server. */
interface Place {
  readonly client: number;
  readonly websocket: number;
  readonly cluster: number;
}

export interface Seat {
  readonly follower: Follower;
  readonly transport: RoomTransport;
  /** Where it went. */
  readonly went: string[];
}

export class RealRoom {
  readonly room: Room = makeRoom(2);
  readonly folder = mkdtempSync(join(tmpdir(), "room-"));
  readonly #places: readonly Place[];
  readonly #path: string;
  readonly #servers = new Map<number, RunningServer>();
  keeper: Keeper | null = null;
  readonly #closing: (() => void)[] = [];

  private constructor(path: string, places: readonly Place[]) {
    this.#path = path;
    this.#places = places;
  }

  /** `servers`: more than one are a cluster, and each keeps a copy of what is said. */
  static async open(path: string, servers = 1): Promise<RealRoom> {
    const ports = await freePorts(3 * servers);
    const port = (i: number): number => ports[i] ?? 0;
    const places = Array.from({ length: servers }, (_, i) => ({
      client: port(3 * i),
      websocket: port(3 * i + 1),
      cluster: port(3 * i + 2),
    }));
    const room = new RealRoom(path, places);
    await Promise.all(places.map((_, i) => room.start(i)));
    try {
      room.keeper = await startKeeper({
        servers: room.addresses,
        room: room.room,
        folder: room.folder,
        replicas: servers,
      });
    } catch (error) {
      await room.close();
      throw error;
    }
    return room;
  }

  get addresses(): string[] {
    return this.#places.map(({ client }) => `127.0.0.1:${client}`);
  }

  /** Of the servers' processes. */
  get pids(): number[] {
    return [...this.#servers.values()].map(({ pid }) => pid);
  }

  /** `server`: which of them, from 0. */
  async start(server = 0): Promise<void> {
    const place = this.#places[server];
    if (!place) throw new RangeError(`there is no server ${server}`);
    const routes = this.#places.map(({ cluster }) => `nats://127.0.0.1:${cluster}`);
    const cluster = this.#places.length > 1 ? { name: `n${server + 1}`, port: place.cluster, routes } : null;
    const folder = join(this.folder, `n${server + 1}`);
    const config = natsConfig(this.room, place, join(folder, "jetstream"), cluster);
    this.#servers.set(server, await startServer(this.#path, folder, config, place.client));
  }

  /** As if it had crashed. */
  async crash(server = 0): Promise<void> {
    await this.#servers.get(server)?.stop("SIGKILL");
  }

  /**
   * How many servers hold all that was said and keep up with their leader; 0 while there is none. One that has just started
   * holds less: who takes another away meanwhile leaves no majority that could go on.
   */
  async whole(): Promise<number> {
    const connection = await connect({ servers: this.addresses, user: "keeper", pass: this.room.keeper });
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false });
      const { cluster } = await manager.streams.info(streamOf(this.room.room));
      if (!cluster?.leader) return 0;
      return 1 + (cluster.replicas ?? []).filter(({ current, offline }) => current && !offline).length;
    } catch {
      return 0;
    } finally {
      await connection.close();
    }
  }

  /** `driver`: `null` for one of the audience. `servers`: where it looks for one. */
  transport(driver: string | null, servers: readonly string[] = this.addresses): RoomTransport {
    const { room } = this.room;
    const secret = driver === null ? undefined : this.room.drivers[driver];
    return new RoomTransport({
      room,
      driver,
      connect: () =>
        connect({
          servers: [...servers],
          waitOnFirstConnect: true,
          maxReconnectAttempts: -1,
          reconnectDelayHandler: () => 50 + Math.random() * 300,
          noAsyncTraces: true,
          ...(driver !== null && secret !== undefined
            ? { user: driver, pass: secret, inboxPrefix: inboxOf(room, driver) }
            : {}),
        }),
      fetchSegment: async (segment) => {
        try {
          return readFileSync(join(this.folder, segmentName(room, segment)), "utf8");
        } catch {
          return "";
        }
      },
    });
  }

  drive(id: string): Driver {
    const driver = new Driver(id, this.transport(id), SHAPE, { go: () => {}, show: () => {}, finish: () => {} });
    this.#closing.push(() => driver.close());
    return driver;
  }

  /** `took` hears of every way, and when. */
  follow(took: (place: string) => void = () => {}, servers = this.addresses): Seat {
    const went: string[] = [];
    let at = { place: { scene: 0, cue: 0 }, hash: null as string | null, playing: false, at: 0 };
    const listeners = new Set<() => void>();
    const player: Followed = {
      goTo: (place) => {
        went.push(`${place.scene}/${place.cue}`);
        took(`${place.scene}/${place.cue}`);
        at = { place, hash: stateAt(place), playing: false, at: 0 };
        for (const listener of listeners) listener();
      },
      again: () => {
        throw new Error("nobody's state differs here");
      },
      finish: () => {},
      freeze: () => {},
      now: () => at,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
    const transport = this.transport(null, servers);
    const follower = new Follower(player, transport, SHAPE);
    this.#closing.push(() => follower.close());
    return { follower, transport, went };
  }

  async close(): Promise<void> {
    for (const close of this.#closing) close();
    await this.keeper?.stop();
    await Promise.all([...this.#servers.values()].map((server) => server.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A wire to a server that can be cut and mended, as a laptop's lid or a bad network does it. */
export class Wire {
  readonly #ends = new Set<Socket>();
  readonly #server: Server;
  #isCut = false;

  private constructor(to: string) {
    const [host = "", port = ""] = to.split(":");
    this.#server = createServer((near) => {
      if (this.#isCut) {
        near.destroy();
        return;
      }
      const far = dial({ host, port: Number(port) });
      for (const [end, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#ends.add(end);
        end.on("error", () => {});
        end.once("close", () => {
          this.#ends.delete(end);
          other.destroy();
        });
        end.pipe(other);
      }
    });
  }

  static async to(address: string): Promise<Wire> {
    const wire = new Wire(address);
    await new Promise<void>((resolve) => wire.#server.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  get address(): string {
    const address = this.#server.address();
    return `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  }

  cut(): void {
    this.#isCut = true;
    for (const end of this.#ends) end.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

/** Tells a click, and the state that it led to. */
export function click(driver: Driver, scene: number, cue: number): void {
  const place = { scene, cue };
  driver.tell({ is: "go", place }, 0);
  driver.tell({ is: "there", place, state: stateAt(place) }, 0);
}
