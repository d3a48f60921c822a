/**
 * A room of a NATS server. What is said lies in subjects that name who says it, and the server's permissions hold that. A driver
 * says an entry in `talk.<room>.drive.<driver>`; JetStream keeps it, if it is the next, and only then says it itself in
 * `talk.<room>.log.<driver>`, where all hear it and nobody else can say anything. `talk.<room>.said` is for the audience's guesses,
 * `talk.<room>.beat` and `talk.<room>.sums` for what was counted. History comes from files (`segments.ts`): no follower costs the
 * server more than a socket and two subscriptions.
 */
import { headers, type NatsConnection } from "@nats-io/nats-core";
import * as v from "valibot";
import { isName, type Line, LONGEST_ENTRY, read } from "./entries.ts";
import { readSegment, segmentOf } from "./segments.ts";
import type { DriverTransport, Listener } from "./transport.ts";

export const subjects = (room: string) => ({
  drive: `talk.${room}.drive`,
  log: `talk.${room}.log`,
  said: `talk.${room}.said`,
  /** For everybody, every few seconds. */
  beat: `talk.${room}.beat`,
  /** For who drives, every second in which something has changed. */
  sums: `talk.${room}.sums`,
});
export const streamOf = (room: string): string => `TALK_${room}`;
/** Where answers to a driver arrive: nobody else may listen there. */
export const inboxOf = (room: string, driver: string): string => `_INBOX_${room}_${driver}`;

/** Bytes of a message that are looked at, at most. */
const LONGEST = 4 * LONGEST_ENTRY;
/** Answer within, ms. */
const PATIENCE = 3000;
/** Entries fetched one by one when another window of the same driver was faster. */
const MOST_MISSED = 64;
const WRONG_LAST_SEQUENCE = 10_071;

/** A refusal has a number, too: 0. */
const answerSchema = v.union([
  v.object({ error: v.object({ err_code: v.number(), description: v.string() }) }),
  v.object({ seq: v.pipe(v.number(), v.minValue(1)) }),
]);
const messageSchema = v.object({ message: v.object({ subject: v.string(), data: v.string() }) });

export interface RoomEnds {
  readonly room: string;
  /** `null`: of the audience. */
  readonly driver: string | null;
  /** Resolves once connected; comes back by itself from then on. */
  connect(): Promise<NatsConnection>;
  /** Text of a file of the history; empty where there is none. Throws where nobody answers. */
  fetchSegment(segment: number): Promise<string>;
}

export class RoomTransport implements DriverTransport {
  readonly #ends: RoomEnds;
  readonly #subjects: ReturnType<typeof subjects>;
  #listener: Listener | null = null;
  #connection: NatsConnection | null = null;
  #closed = false;
  /** The stream's last message, as far as it is known. */
  #last = 0;

  constructor(ends: RoomEnds) {
    this.#ends = ends;
    this.#subjects = subjects(ends.room);
  }

  listen(listener: Listener): void {
    this.#listener = listener;
    void this.#ends.connect().then(
      (connection) => this.#open(connection),
      () => listener.connected(false),
    );
  }

  async history(from: number): Promise<readonly Line[]> {
    const segment = segmentOf(from);
    return readSegment(await this.#ends.fetchSegment(segment), from);
  }

  async publish(text: string, seq: number): Promise<"taken" | "late"> {
    const { driver } = this.#ends;
    const connection = this.#connection;
    if (!connection || driver === null) throw new Error("not connected");
    const expected = Math.max(seq, this.#last);
    const head = headers();
    // One at a time is the server's to hold: of two with the same number it refuses the second.
    head.set("Nats-Expected-Last-Sequence", String(expected));
    const reply = await connection.request(`${this.#subjects.drive}.${driver}`, text, {
      timeout: PATIENCE,
      headers: head,
    });
    const answer = read(answerSchema, reply.string(), LONGEST);
    if (!answer) throw new Error("no answer that is one");
    if (!("error" in answer)) {
      this.#last = answer.seq;
      return "taken";
    }
    const { err_code: code, description } = answer.error;
    const last = Number(/\d+$/.exec(description)?.[0]);
    if (code !== WRONG_LAST_SEQUENCE || !(last > expected)) throw new Error(description);
    await this.#fetch(expected + 1, last);
    this.#last = last;
    return "late";
  }

  say(text: string): void {
    if (this.#connection && !this.#connection.isClosed()) this.#connection.publish(this.#subjects.said, text);
  }

  close(): void {
    this.#closed = true;
    this.#listener = null;
    // What was said last is still on its way.
    void this.#connection?.drain().catch(() => {});
  }

  #open(connection: NatsConnection): void {
    if (this.#closed) {
      void connection.close();
      return;
    }
    this.#connection = connection;
    const { log, beat, sums } = this.#subjects;
    connection.subscribe(`${log}.*`, {
      callback: (error, { subject, data }) => {
        if (!error) this.#hear(log, subject, data);
      },
    });
    connection.subscribe(this.#ends.driver === null ? beat : sums, {
      callback: (error, { data }) => {
        if (!error && data.length <= LONGEST) this.#listener?.sums(textOf(data));
      },
    });
    this.#listener?.connected(true);
    void this.#watch(connection);
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === "disconnect") this.#listener?.connected(false);
      else if (type === "reconnect") this.#listener?.connected(true);
    }
  }

  #hear(above: string, subject: string, data: Uint8Array): void {
    const from = subject.slice(above.length + 1);
    if (data.length <= LONGEST && isName(from)) this.#listener?.line({ from, text: textOf(data) });
  }

  /** What is kept and was not heard, from the stream itself: it knows before all files do. */
  async #fetch(first: number, last: number): Promise<void> {
    const connection = this.#connection;
    for (let seq = Math.max(first, last - MOST_MISSED); connection && seq <= last; seq++) {
      const asked = JSON.stringify({ seq });
      const reply = await connection.request(`$JS.API.STREAM.MSG.GET.${streamOf(this.#ends.room)}`, asked, {
        timeout: PATIENCE,
      });
      const kept = read(messageSchema, reply.string(), 4 * LONGEST);
      if (!kept) continue;
      const { subject, data } = kept.message;
      this.#hear(
        this.#subjects.drive,
        subject,
        Uint8Array.from(atob(data), (c) => c.charCodeAt(0)),
      );
    }
  }
}

const decoder = new TextDecoder();
const textOf = (data: Uint8Array): string => decoder.decode(data);
