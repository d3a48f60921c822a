/** The log as the page reads it: the kernels' lines, and between them the commands that caused them, as they were given. */
import type { Command } from "../engine/time/commands.ts";
import type { Submission } from "../engine/time/engine.ts";
import { occasionOf } from "../engine/time/occasion-of.ts";
import type { LogEntry } from "../protocol/messages.ts";
import type { EnginePort } from "./engine-port.ts";

/** Lines that are kept, for a page that does not take them or shows them again; it would not show more either. */
const MOST = 2000;

export class LogBook {
  readonly #engine: EnginePort;
  #entries: LogEntry[] = [];
  /** Entries, of those that are kept, that were handed over. */
  #told = 0;
  #seq = 0;

  constructor(engine: EnginePort) {
    this.#engine = engine;
  }

  /** Hands a command from outside to the engine, and writes it down between what the kernels wrote before and after it. */
  submit(command: Command, origin?: string): Submission {
    return this.#written(command, () => this.#engine.submit(command, origin));
  }

  /** The same for what follows from such a command: what shells do. */
  act(command: Command, origin: string): Submission {
    return this.#written(command, () => this.#engine.act(command, origin));
  }

  #written(command: Command, carryOut: () => Submission): Submission {
    this.#take();
    const occasion = occasionOf(command);
    const said = occasion.is === "line" ? occasion.line : "";
    const shell = this.#engine.shellLines(command);
    this.#command(command, said, said === "" ? { occasion } : {});
    for (const line of shell?.lines ?? [])
      if (line !== said) this.#write({ ...this.#entry(shell?.partition ?? ""), level: "shell", line });
    const submission = carryOut();
    const { errno, rejection } = submission;
    if (errno !== null) {
      this.#take();
      this.#command(command, "", { rejected: { errno, rejection } });
    }
    return submission;
  }

  drain(): LogEntry[] {
    this.#take();
    const news = this.#entries.slice(this.#told);
    this.#told = this.#entries.length;
    return news;
  }

  /** All that is kept is handed over again, for a page that shows another log. */
  showAgain(): void {
    this.#told = 0;
  }

  #command(command: Command, line: string, more: Pick<LogEntry, "rejected" | "occasion"> = {}): void {
    this.#write({ ...this.#entry("partition" in command ? command.partition : ""), level: "command", line, ...more });
  }

  #entry(partition: string): Omit<LogEntry, "seq" | "level" | "line"> {
    return { at: this.#engine.now, partition, transaction: 0 };
  }

  #take(): void {
    for (const entry of this.#engine.drainLog()) this.#write(entry);
  }

  #write(entry: Omit<LogEntry, "seq">): void {
    this.#entries.push({ ...entry, seq: this.#seq++ });
    if (this.#entries.length <= 2 * MOST) return;
    const dropped = this.#entries.length - MOST;
    this.#entries.splice(0, dropped);
    this.#told = Math.max(0, this.#told - dropped);
  }
}
