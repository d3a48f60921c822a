/**
 * Test support: a machine small enough to reason about. One node `A/0` with blocks `A:0` and `A:1`. Writing
 * `offline` to a block's state is an operation of 10 ms; a page map is filled with the number of operations that
 * have ended.
 */
import { bytes, type SimNs, simNs } from "../engine/units.ts";
import { type Cause, type Command, isTerminalCommand, type TerminalCommand } from "../engine/time/commands.ts";
import type { Submission } from "../engine/time/engine.ts";
import type { Instant, JournalEntry } from "../engine/time/journal.ts";
import {
  type ForegroundSleep,
  type LogEntry,
  NO_REMEDIES,
  NOTHING_FORESEEN,
  type Past,
  type Snapshot,
} from "../protocol/messages.ts";
import type { BlockRecord, NodeRecord, Patch } from "../protocol/records.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { TerminalSink } from "../shell/shell-terminals.ts";
import type { EnginePort, TerminalsOfMachine } from "./engine-port.ts";
import type { ShellLines } from "./shell-lines.ts";
import { smallest } from "../engine/lists.ts";

/** A file whose code has to be fetched. */
export const MORE_FILE = "/proc/more";
/** Simulated ns that an operation takes. */
export const OPERATION = 10e6;

export class FakeEngine implements EnginePort {
  now: SimNs = simNs(0);
  /** What was done at terminals, and where what they show goes. */
  readonly typed: TerminalCommand[] = [];
  sink: TerminalSink | null = null;
  /** A command runs in the foreground. */
  busy = false;
  sleep: ForegroundSleep | null = null;
  readonly submitted: { readonly command: Command; readonly origin: string | undefined; readonly at: number }[] = [];
  /** Thrown by the next command. */
  throwNext: Error | null = null;
  #ends: number[] = [];
  #done = 0;
  #patches: Patch[] = [];
  #log: LogEntry[] = [];
  #changed: string[] = [];

  constructor() {
    const node: NodeRecord = {
      key: "A/0",
      partition: "A",
      id: 0,
      cpus: "0",
      online: true,
      hasMemory: true,
      slots: [],
      blocks: ["A:0", "A:1"],
      zones: [],
      totalBytes: 0,
      freeBytes: 0,
      onboardBytes: 0,
      distances: [],
    };
    this.#patches = [
      ["node", node.key, node],
      ["block", "A:0", fakeBlock(0)],
      ["block", "A:1", fakeBlock(1)],
    ];
  }

  get idle(): boolean {
    return this.#ends.length === 0;
  }

  bytes = 2 ** 20;
  readonly #causes: JournalEntry[] = [];

  get journal(): EnginePort["journal"] {
    return { length: this.#causes.length, slice: (first) => this.#causes.slice(first) };
  }

  /** It has no steps. */
  get instant(): Instant {
    return { step: 0, at: this.now };
  }

  advanceTo({ at }: Instant): boolean {
    this.runUntil(at);
    return true;
  }

  needsMoreFiles(command: Command): boolean {
    return command.do === "write" && command.path === MORE_FILE;
  }

  submit = (command: Cause, origin?: string): Submission => {
    if (this.throwNext) throw this.throwNext;
    this.#causes.push({ ...this.instant, origin: origin ?? null, command });
    return isTerminalCommand(command) ? this.#type(command) : this.act(command, origin);
  };

  act(command: Command, origin?: string): Submission {
    this.submitted.push({ command, origin, at: this.now });
    if (command.do !== "write")
      return { errno: "EINVAL", rejection: { why: "in-no-slot", dimm: "d1" }, op: null } as const;
    this.#ends.push(this.now + OPERATION);
    return { errno: null, rejection: null, op: this.submitted.length } as const;
  }

  /** Terminals that echo what is typed, and end with Ctrl-D. */
  #type(command: TerminalCommand): Submission {
    this.typed.push(command);
    const { terminal } = command;
    if (command.do === "terminal-open" && command.partition !== "A")
      return { errno: "ENODEV", rejection: { why: "no-partition", partition: command.partition }, op: null };
    if (command.do === "terminal-input") {
      if (command.text === "\x04") this.sink?.ended(terminal, 3);
      else this.sink?.output(terminal, command.text);
    }
    return { errno: null, rejection: null, op: null };
  }

  runUntil(t: SimNs, budget?: { expired(): boolean }): void {
    while (true) {
      const end = smallest(this.#ends);
      if (end > t) break;
      if (budget?.expired()) return;
      this.now = simNs(end);
      this.#ends = this.#ends.filter((other) => other !== end);
      this.#done++;
      this.#changed.push("A:0");
      this.#patches.push(["block", "A:0", fakeBlock(0, "offline")]);
      this.#log.push({
        seq: this.#done,
        at: end,
        partition: "A",
        level: "info",
        line: "done",
        transaction: this.#done,
      });
    }
    this.now = t;
  }

  outcome(): null {
    return null;
  }

  settle(): boolean {
    while (!this.idle) this.runUntil(simNs(smallest(this.#ends)));
    return true;
  }

  drainPatches(): Patch[] {
    return this.#patches.splice(0);
  }
  keepMoments(): void {}
  callStacks(): [] {
    return [];
  }
  drainMoments(): [] {
    return [];
  }
  drainLog(): LogEntry[] {
    return this.#log.splice(0);
  }
  drainChangedBlocks(): string[] {
    return this.#changed.splice(0);
  }
  showAgain(): void {}
  culprit(): null {
    return null;
  }
  provenance(): number {
    return 0;
  }
  pageMap(_block: string, into: Uint8Array): void {
    into.fill(this.#done);
  }
  pageblockMap(_block: string, into: Uint8Array): void {
    into.fill(this.#done);
  }
  shellLines(command: Command): ShellLines | null {
    return command.do === "move" ? { partition: "A", lines: ["echo 1 > eject"] } : null;
  }
  async joinTerminals(sink: TerminalSink): Promise<TerminalsOfMachine> {
    this.sink = sink;
    return { busy: () => this.busy, sleep: () => this.sleep };
  }
  past(): Past {
    const journal = { version: 1, texts: [], bytes: new Uint8Array() } as const;
    return { journal, instant: { step: 0, at: this.now }, hash: "" };
  }
  async chain(): Promise<null> {
    return null;
  }
  async snapshot(): Promise<Snapshot> {
    return { at: this.now, patches: [], partitions: [], pages: [] };
  }
  look(): null {
    return null;
  }
  async search(): Promise<null> {
    return null;
  }
  hit(): null {
    return null;
  }
  inspect(): null {
    return null;
  }
  async remedies() {
    return NO_REMEDIES;
  }
  foreseeOffline() {
    return this.foresee();
  }
  foresee() {
    return NOTHING_FORESEEN;
  }
  async audit(): Promise<string[]> {
    return [];
  }
}

function fakeBlock(number: number, state: BlockRecord["state"] = "online"): BlockRecord {
  return {
    key: `A:${number}`,
    partition: "A",
    number,
    nodes: [0],
    state,
    zone: state === "online" ? "Normal" : null,
    validZones: [],
    dimm: null,
    startPfn: number * 32768,
    pages: 32768,
    kinds: [],
    pinned: 0,
    staying: 0,
    onliner: null,
    attempt: null,
  };
}

/** A scenario that the fake machine plays. */
export const fakeScenario = (parts: Partial<Scenario> = {}): Scenario => ({
  version: 1,
  name: "fake",
  title: "Fake",
  about: "",
  seed: 1,
  box: {
    partitions: [
      {
        id: "A",
        name: "A",
        nodes: [{ onboard: bytes(2 ** 28), cpus: "0", slots: [] }],
        maxMemory: bytes(2 ** 30),
        kernel: "6.1",
        cmdline: "",
      },
    ],
    shelf: [],
  },
  setup: [],
  script: [],
  ...parts,
});

export const fakeOffline: Command = {
  do: "write",
  partition: "A",
  path: "/sys/devices/system/memory/memory0/state",
  text: "offline",
};
