/**
 * Every command that came from outside, with its exact place: between which two steps of the scheduler it was given, at
 * what simulated time, by whom. That is enough to play all of it again (./replay.ts): what follows from a command, such
 * as a shell's own forks, is not in it. Most entries are keys, so an entry takes a few bytes.
 */
import { type SimNs, simNs } from "../units.ts";
import type { Cause } from "./commands.ts";

/** A place in a machine's run: after so many steps of the scheduler, at this simulated time. */
export interface Instant {
  readonly step: number;
  readonly at: SimNs;
}

export interface JournalEntry extends Instant {
  /** Who gave it: `setup`, `script`; `null` for a person. */
  readonly origin: string | null;
  readonly command: Cause;
}

/** A journal as it is stored or sent. */
export interface JournalData {
  readonly version: 1;
  /** What commands say, once each, as JSON of `[origin, command]`. */
  readonly texts: readonly string[];
  /** For each entry the number of its text, the steps and the nanoseconds since the last; counts of seven bits a byte, the low ones first. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Of so many entries one is marked, to begin reading at. */
const MARKED = 256;

/** Where an entry begins, and what the counts in it are counted from. */
interface Mark extends Instant {
  readonly place: number;
}
const START: Mark = { place: 0, step: 0, at: simNs(0) };

export class Journal implements Iterable<JournalEntry> {
  private readonly bytes = new Bytes();
  private readonly texts: string[] = [];
  private readonly numberOfText = new Map<string, number>();
  private last: Instant = START;
  private readonly marks: Mark[] = [];
  private written = 0;

  get length(): number {
    return this.written;
  }

  /** Bytes and characters that it takes. */
  get size(): number {
    return this.texts.reduce((sum, text) => sum + text.length, this.bytes.length);
  }

  /** Adds what was given at the same instant as the last or later. */
  add({ step, at, origin, command }: JournalEntry): void {
    if (step < this.last.step || at < this.last.at) throw new Error("the journal goes forward only");
    const text = JSON.stringify([origin, command]);
    let number = this.numberOfText.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numberOfText.set(text, number);
    }
    if (this.written % MARKED === 0) this.marks.push({ ...this.last, place: this.bytes.length });
    this.bytes.putCount(number);
    this.bytes.putCount(step - this.last.step);
    this.bytes.putCount(at - this.last.at);
    this.last = { step, at };
    this.written++;
  }

  /** From the first command to the last one so far: what is added meanwhile is not for this reader. */
  [Symbol.iterator](): Iterator<JournalEntry> {
    return journalEntries(this.save())[Symbol.iterator]();
  }

  /** The commands from the `first`th on (0 is the first ever). */
  slice(first: number): JournalEntry[] {
    const mark = Math.floor(first / MARKED);
    return [...journalEntries(this.save(), this.marks[mark])].slice(first - mark * MARKED);
  }

  save(): JournalData {
    return { version: 1, texts: [...this.texts], bytes: this.bytes.slice() };
  }
}

/** The entries of a journal that was saved, from a mark on. Throws where it is cut or names what it does not have. */
export function* journalEntries({ texts, bytes }: JournalData, from: Mark = START): Generator<JournalEntry, void> {
  const said = new Map<number, readonly [string | null, Cause]>();
  let { place, step, at }: { place: number; step: number; at: number } = from;
  const count = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = bytes[place++];
      if (byte === undefined) throw new Error("the journal is cut off");
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  while (place < bytes.length) {
    const number = count();
    const text = texts[number];
    if (text === undefined) throw new Error("the journal names a command that it does not have");
    const parsed = said.get(number) ?? (JSON.parse(text) as readonly [string | null, Cause]);
    said.set(number, parsed);
    const [origin, command] = parsed;
    step += count();
    at += count();
    yield { step, at: simNs(at), origin, command };
  }
}

/** Bytes at whose end more are put. */
class Bytes {
  private held = new Uint8Array(256);
  length = 0;

  /** A whole number from 0 on. */
  putCount(count: number): void {
    if (!Number.isSafeInteger(count) || count < 0) throw new Error(`${count} is no count`);
    let rest = count;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.put(128 | (rest % 128));
    this.put(rest);
  }

  slice(): Uint8Array<ArrayBuffer> {
    return this.held.slice(0, this.length);
  }

  private put(byte: number): void {
    if (this.length === this.held.length) {
      const wider = new Uint8Array(2 * this.length);
      wider.set(this.held);
      this.held = wider;
    }
    this.held[this.length++] = byte;
  }
}
