/**
 * Keeps what is said in a room as files for who comes late, and counts what the audience says. It reads what JetStream keeps, so
 * it can end and start again, and several can do the same; only what holds together gets into the files.
 */
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { jetstreamManager, StorageType } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { type Line, LONGEST_ENTRY } from "../follow/entries.ts";
import { Ledger } from "../follow/ledger.ts";
import { streamOf, subjects } from "../follow/room.ts";
import { SEGMENT, segmentName, segmentOf, writeLine } from "../follow/segments.ts";
import { type Sums, Tally } from "../follow/tally.ts";
import type { Room } from "./room-file.ts";

/** Every place that an entry can name: which of them a talk has, its followers know. */
const ANY_TALK = Array.from({ length: 200 }, () => 50);
/** Sums for drivers, and every so many of them for all. */
const EVERY = 1000;
const BEAT = 5;
/** The server answers within, ms: one that is gone is asked again soon. */
const PATIENCE = 1500;
const PATIENCE_AT_START = 60_000;

export interface KeeperEnds {
  readonly servers: string | string[];
  readonly room: Room;
  /** Where the files go. */
  readonly folder: string;
  /** Copies of the stream: as many as the cluster has servers, up to three. */
  readonly replicas?: number;
}

export interface Keeper {
  readonly sums: () => Sums;
  stop(): Promise<void>;
}

/**
 * Tries until it works. A cluster that has just begun has no leader yet, and what is asked of nobody is not answered later;
 * and making a stream takes a while where much else goes on.
 *
 * @throws what the last try said, after `PATIENCE_AT_START`.
 */
async function atStart<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_AT_START;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

export async function startKeeper({ servers, room, folder, replicas = 1 }: KeeperEnds): Promise<Keeper> {
  const { drive, log, said, beat, sums } = subjects(room.room);
  const stream = streamOf(room.room);
  const connection = await connect({
    servers,
    user: "keeper",
    pass: room.keeper,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    waitOnFirstConnect: true,
  });
  const manager = await atStart(() => jetstreamManager(connection, { timeout: PATIENCE }));
  const config = {
    name: stream,
    subjects: [`${drive}.*`],
    // Only what is kept is heard.
    republish: { src: `${drive}.*`, dest: `${log}.{{wildcard(1)}}` },
    storage: StorageType.File,
    num_replicas: replicas,
    max_msg_size: 4 * LONGEST_ENTRY,
    max_msgs: 200_000,
    deny_delete: true,
    deny_purge: true,
  };
  // One that is there already with the same configuration is taken as it is.
  await atStart(() => manager.streams.add(config));
  const ledger = new Ledger(ANY_TALK);
  const tally = new Tally(Object.keys(room.drivers));

  connection.subscribe(said, {
    callback: (error, message) => {
      if (!error && message.data.length < 1024) tally.hear(message.string(), Date.now());
    },
  });
  const take = (line: Line) => {
    const verdict = ledger.take(line);
    if (verdict.is !== "taken") return;
    const { seq, do: deed } = verdict.entry;
    if ("place" in deed) tally.goTo(deed.place);
    const file = join(folder, segmentName(room.room, segmentOf(seq)));
    mkdirSync(dirname(file), { recursive: true });
    // A file that was there before is written anew: it says the same.
    if (seq % SEGMENT === 0) writeFileSync(file, writeLine(line));
    else appendFileSync(file, writeLine(line));
  };
  /** Number in the stream of what is read next. */
  let next = 1;
  let reading = false;
  let again = false;
  const readOn = async () => {
    again = true;
    if (reading) return;
    reading = true;
    try {
      while (again) {
        again = false;
        for (;;) {
          const kept = await manager.streams.getMessage(stream, { seq: next });
          if (!kept) break;
          next++;
          take({ from: kept.subject.slice(drive.length + 1), text: kept.string() });
        }
      }
    } catch {
      // Nobody answers just now: the next turn asks again.
    } finally {
      reading = false;
    }
  };
  // What is heard says only that there is something to read: what counts is what is kept.
  connection.subscribe(`${log}.*`, { callback: () => void readOn() });
  await readOn();
  let turn = 0;
  let last = "";
  const summing = setInterval(() => {
    if (connection.isClosed()) return;
    void readOn();
    const text = JSON.stringify(tally.sums(ledger.head.seq, Date.now()));
    // Who comes hears them soon, too.
    if (text !== last || turn % BEAT === 0) connection.publish(sums, text);
    if (turn % BEAT === 0) connection.publish(beat, text);
    last = text;
    turn++;
  }, EVERY);
  return {
    sums: () => tally.sums(ledger.head.seq, Date.now()),
    stop: async () => {
      clearInterval(summing);
      await connection.close();
    },
  };
}
