/**
 * Every command that was given, with its simulated time: nothing is left out, so the journal is enough to play all of it
 * again. Most commands are a shell's own, thousands of `fork` and `kill` a second, and mostly in the same rhythm. So they
 * are written in a few bytes each, and as a count where the rhythm foretold them.
 */
import { type SimNs, simNs } from "../units.ts";
import type { Command } from "./commands.ts";

export interface JournalEntry {
  readonly at: SimNs;
  readonly command: Command;
}

export class Journal implements Iterable<JournalEntry> {
  private readonly bytes = new Bytes();
  /** What commands say, once each, as JSON; without the number of a process or operation, which differs every time. */
  private readonly texts: string[] = [];
  private readonly numberOfText = new Map<string, number>();
  private readonly rhythm = new Rhythm();
  /** Commands at the end that the rhythm foretold. */
  private foretold = 0;
  private written = 0;

  get length(): number {
    return this.written;
  }

  /** Bytes and characters that it takes. */
  get size(): number {
    return this.texts.reduce((sum, text) => sum + text.length, this.bytes.length);
  }

  add(at: SimNs, command: Command): void {
    const { rhythm } = this;
    const { said, id } = split(command);
    const text = JSON.stringify(said);
    let number = this.numberOfText.get(text);
    if (number === undefined) {
      number = this.texts.push(text) - 1;
      this.numberOfText.set(text, number);
    }
    this.written++;
    const passed = at - rhythm.at;
    const step = id === null ? 0 : id - rhythm.id;
    const exact = rhythm.at + passed === at;
    if (exact && rhythm.foretells(passed, number, step)) this.foretold++;
    else {
      this.bytes.putCount(this.foretold);
      this.foretold = 0;
      // Times are whole nanoseconds and go forward. Should one not, it is written as it is.
      const plain = exact && Number.isSafeInteger(passed) && passed >= 0;
      this.bytes.putCount(2 * number + (plain ? 0 : 1));
      if (plain) this.bytes.putCount(passed);
      else this.bytes.putFloat(at);
      this.bytes.putCount(step < 0 ? -2 * step - 1 : 2 * step);
    }
    rhythm.follow(passed, number, step, at);
  }

  /** From the first command to the last one so far: what is added meanwhile is not for this reader. */
  [Symbol.iterator](): Iterator<JournalEntry> {
    return entries(new Reader(this.bytes), this.foretold, this.texts);
  }

  /** The commands from the `first`th on (0 is the first ever). */
  slice(first: number): JournalEntry[] {
    const found: JournalEntry[] = [];
    let at = 0;
    for (const entry of this) if (at++ >= first) found.push(entry);
    return found;
  }
}

function* entries(bytes: Reader, foretoldLast: number, texts: readonly string[]): Generator<JournalEntry, void> {
  const said = texts.map((text) => JSON.parse(text) as Said);
  const rhythm = new Rhythm();
  const follow = (passed: number, number: number, step: number, at: number): JournalEntry => {
    rhythm.follow(passed, number, step, at);
    return { at: simNs(at), command: join(said[number] as Said, rhythm.id) };
  };
  function* foretold(count: number): Iterable<JournalEntry> {
    for (let i = 0; i < count; i++) {
      const { passed, number, step } = rhythm.next();
      yield follow(passed, number, step, rhythm.at + passed);
    }
  }
  while (!bytes.ended) {
    yield* foretold(bytes.count());
    const tag = bytes.count();
    const at = tag % 2 === 0 ? rhythm.at + bytes.count() : bytes.float();
    const step = bytes.count();
    yield follow(at - rhythm.at, Math.floor(tag / 2), step % 2 === 0 ? step / 2 : -(step + 1) / 2, at);
  }
  yield* foretold(foretoldLast);
}

/** A command without the number of its process or operation. */
type Said = Command | Omit<Extract<Command, { do: "kill" }>, "pid"> | Omit<Extract<Command, { do: "signal" }>, "op">;

function split(command: Command): { readonly said: Said; readonly id: number | null } {
  if (command.do === "kill" && isNumber(command.pid))
    return { said: { do: "kill", partition: command.partition }, id: command.pid };
  if (command.do === "signal" && isNumber(command.op)) return { said: { do: "signal" }, id: command.op };
  return { said: command, id: null };
}

function join(said: Said, id: number): Command {
  if (said.do === "kill") return "pid" in said ? said : { ...said, pid: id };
  if (said.do === "signal") return "op" in said ? said : { ...said, op: id };
  return said;
}

const isNumber = (id: number): boolean => (id | 0) === id;

const CONTEXTS = 2 ** 11;

/**
 * Foretells the next command: what followed the last time that the same three or four came before. It learns from every
 * command, whether written or foretold, so who reads the journal foretells the same.
 */
class Rhythm {
  /** Time of the last command, and the last number of a process or operation. */
  at = 0;
  id = 0;
  private context = 0;
  private readonly passed = new Float64Array(CONTEXTS);
  private readonly numbers = new Int32Array(CONTEXTS).fill(-1);
  private readonly steps = new Int32Array(CONTEXTS);

  foretells(passed: number, number: number, step: number): boolean {
    const { context } = this;
    return this.numbers[context] === number && this.passed[context] === passed && this.steps[context] === step;
  }

  next(): { readonly passed: number; readonly number: number; readonly step: number } {
    const { context } = this;
    return {
      passed: this.passed[context] as number,
      number: this.numbers[context] as number,
      step: this.steps[context] as number,
    };
  }

  follow(passed: number, number: number, step: number, at: number): void {
    const { context } = this;
    this.passed[context] = passed;
    this.numbers[context] = number;
    this.steps[context] = step;
    this.at = at;
    this.id += step;
    const mixed = Math.imul(
      (passed % 2 ** 31) ^ Math.imul(number, 0x85ebca6b) ^ Math.imul(step, 0xc2b2ae35),
      0x9e3779b1,
    );
    this.context = ((context << 3) ^ (mixed >>> 16)) & (CONTEXTS - 1);
  }
}

const CHUNK = 2 ** 14;

/** Bytes at whose end more are put. */
class Bytes {
  readonly chunks: Uint8Array[] = [];
  length = 0;

  put(byte: number): void {
    const at = this.length++ % CHUNK;
    if (at === 0) this.chunks.push(new Uint8Array(CHUNK));
    (this.chunks.at(-1) as Uint8Array)[at] = byte;
  }

  /** A whole number from 0 on: seven bits a byte, the low ones first. */
  putCount(count: number): void {
    let rest = count;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.put(128 | (rest % 128));
    this.put(rest);
  }

  putFloat(value: number): void {
    for (const byte of new Uint8Array(Float64Array.of(value).buffer)) this.put(byte);
  }
}

/** Reads what bytes held when reading began. */
class Reader {
  private readonly chunks: readonly Uint8Array[];
  private readonly end: number;
  private at = 0;

  constructor(bytes: Bytes) {
    this.chunks = bytes.chunks;
    this.end = bytes.length;
  }

  get ended(): boolean {
    return this.at >= this.end;
  }

  count(): number {
    let count = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.byte();
      count += (byte & 127) * unit;
      if (byte < 128) return count;
    }
  }

  float(): number {
    return new Float64Array(Uint8Array.from({ length: 8 }, () => this.byte()).buffer)[0] as number;
  }

  private byte(): number {
    const chunk = this.chunks[Math.floor(this.at / CHUNK)] as Uint8Array;
    return chunk[this.at++ % CHUNK] as number;
  }
}
