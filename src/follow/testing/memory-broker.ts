/** A broker in memory: what one says is heard by all, in a turn of its own; it can stop, start, and cut some off. */
import type { Line } from "../entries.ts";
import { readEntry } from "../entries.ts";
import { Tally } from "../tally.ts";
import type { DriverTransport, Listener } from "../transport.ts";

/** Lines that one answer brings. */
const PAGE = 256;

export class MemoryBroker {
  readonly kept: Line[] = [];
  readonly tally = new Tally();
  /** Milliseconds, as the tally knows them. */
  now = 0;
  #up = true;
  readonly #ends = new Set<MemoryTransport>();

  /** `name`: a driver's, as its key says; `null`: somebody who may only guess. */
  join(name: string | null): MemoryTransport {
    const end = new MemoryTransport(this, name);
    this.#ends.add(end);
    return end;
  }

  get up(): boolean {
    return this.#up;
  }

  stop(): void {
    this.#up = false;
    for (const end of this.#ends) end.listener?.connected(false);
  }

  /** What was kept is still there. */
  start(): void {
    this.#up = true;
    for (const end of this.#ends) if (!end.cut) end.listener?.connected(true);
  }

  keep(line: Line): void {
    this.kept.push(line);
    const entry = readEntry(line.text);
    if (entry && "place" in entry.do) this.tally.goTo(entry.do.place);
    this.spread(line);
  }

  /** As if it had been said, though it is not kept. */
  spread(line: Line): void {
    for (const end of this.#ends) end.later(() => end.listener?.line(line));
  }

  sum(): void {
    const text = JSON.stringify(this.tally.sums(this.kept.length - 1, this.now));
    for (const end of this.#ends) end.later(() => end.listener?.sums(text));
  }

  forget(end: MemoryTransport): void {
    this.#ends.delete(end);
  }
}

export class MemoryTransport implements DriverTransport {
  listener: Listener | null = null;
  cut = false;
  readonly #broker: MemoryBroker;
  readonly #name: string | null;

  constructor(broker: MemoryBroker, name: string | null) {
    this.#broker = broker;
    this.#name = name;
  }

  /** Hears nothing from here on, or again. */
  cutOff(cut: boolean): void {
    this.cut = cut;
    this.listener?.connected(!cut && this.#broker.up);
  }

  /** In a turn of its own, unless there is no way. */
  later(callback: () => void): void {
    setTimeout(() => {
      if (this.#reaches()) callback();
    });
  }

  listen(listener: Listener): void {
    this.listener = listener;
    setTimeout(() => listener.connected(this.#reaches()));
  }

  async history(from: number): Promise<readonly Line[]> {
    await this.#turn();
    return this.#broker.kept.slice(from, from + PAGE);
  }

  async publish(text: string, seq: number): Promise<"taken" | "late"> {
    await this.#turn();
    if (this.#name === null) throw new Error("permissions violation");
    if (this.#broker.kept.length !== seq) return "late";
    this.#broker.keep({ from: this.#name, text });
    return "taken";
  }

  say(text: string): void {
    if (this.#reaches()) this.#broker.tally.hear(text, this.#broker.now);
  }

  close(): void {
    this.#broker.forget(this);
    this.listener = null;
  }

  #reaches(): boolean {
    return this.#broker.up && !this.cut;
  }

  async #turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve));
    if (!this.#reaches()) throw new Error("nobody answers");
  }
}
