/** A room with a real server, and followers that have no machine: what carries a talk, measured and broken. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import { Driver } from "../../follow/driver.ts";
import { type Followed, Follower } from "../../follow/follower.ts";
import { inboxOf, RoomTransport } from "../../follow/room.ts";
import { segmentName } from "../../follow/segments.ts";
import { type Keeper, startKeeper } from "../keeper.ts";
import { natsConfig } from "../nats-config.ts";
import { freePorts, type RunningServer, startServer } from "../nats-server.ts";
import { makeRoom, type Room } from "../room-file.ts";

/** Clicks of each scene of a talk that is only gone through. */
export const SHAPE: readonly number[] = Array.from({ length: 20 }, () => 5);
export const stateAt = ({ scene, cue }: { readonly scene: number; readonly cue: number }): string =>
  `${scene}0${cue}`.padStart(16, "0");

export interface Seat {
  readonly follower: Follower;
  readonly transport: RoomTransport;
  /** Where it went. */
  readonly went: string[];
}

export class RealRoom {
  readonly room: Room = makeRoom(2);
  readonly folder = mkdtempSync(join(tmpdir(), "room-"));
  readonly #ports: { readonly client: number; readonly websocket: number };
  readonly #path: string;
  #server: RunningServer | null = null;
  keeper: Keeper | null = null;
  readonly #closing: (() => void)[] = [];

  private constructor(path: string, client: number, websocket: number) {
    this.#path = path;
    this.#ports = { client, websocket };
  }

  static async open(path: string): Promise<RealRoom> {
    const [client = 0, websocket = 0] = await freePorts(2);
    const room = new RealRoom(path, client, websocket);
    await room.start();
    try {
      room.keeper = await startKeeper({ servers: room.address, room: room.room, folder: room.folder });
    } catch (error) {
      await room.close();
      throw error;
    }
    return room;
  }

  get address(): string {
    return `127.0.0.1:${this.#ports.client}`;
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  async start(): Promise<void> {
    const config = natsConfig(this.room, this.#ports, join(this.folder, "jetstream"));
    this.#server = await startServer(this.#path, this.folder, config, this.#ports.client);
  }

  /** As if it had crashed. */
  async crash(): Promise<void> {
    await this.#server?.stop("SIGKILL");
  }

  /** `driver`: `null` for one of the audience. */
  transport(driver: string | null): RoomTransport {
    const { room } = this.room;
    const secret = driver === null ? undefined : this.room.drivers[driver];
    return new RoomTransport({
      room,
      driver,
      connect: () =>
        connect({
          servers: this.address,
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
  follow(took: (place: string) => void = () => {}): Seat {
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
    const transport = this.transport(null);
    const follower = new Follower(player, transport, SHAPE);
    this.#closing.push(() => follower.close());
    return { follower, transport, went };
  }

  async close(): Promise<void> {
    for (const close of this.#closing) close();
    await this.keeper?.stop();
    await this.#server?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Tells a click, and the state that it led to. */
export function click(driver: Driver, scene: number, cue: number): void {
  const place = { scene, cue };
  driver.tell({ is: "go", place }, 0);
  driver.tell({ is: "there", place, state: stateAt(place) }, 0);
}
