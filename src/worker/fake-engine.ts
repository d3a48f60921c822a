/**
 * Test support: a machine small enough to reason about. One node `A/0` with blocks `A:0` and `A:1`. Writing
 * `offline` to a block's state is an operation of 10 ms; a page map is filled with the number of operations that
 * have ended.
 */
import { bytes, type SimNs, simNs } from "../engine/units.ts";
import type { Command } from "../engine/time/commands.ts";
import type { LogEntry } from "../protocol/messages.ts";
import type { BlockRecord, NodeRecord, Patch } from "../protocol/records.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { Session, SessionOptions } from "../shell/session.ts";
import type { EnginePort, Submit } from "./engine-port.ts";
import type { ShellLines } from "./shell-lines.ts";

/** Simulated ns that an operation takes. */
export const OPERATION = 10e6;

export class FakeEngine implements EnginePort {
  now: SimNs = simNs(0);
  readonly shells: FakeShell[] = [];
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

  submit: Submit = (command, origin) => {
    if (this.throwNext) throw this.throwNext;
    this.submitted.push({ command, origin, at: this.now });
    if (command.do !== "write") return { errno: "EINVAL", message: "only writes here", op: null } as const;
    this.#ends.push(this.now + OPERATION);
    return { errno: null, message: null, op: this.submitted.length } as const;
  };

  runUntil(t: SimNs, budget?: { expired(): boolean }): void {
    while (true) {
      const end = Math.min(...this.#ends);
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

  settle(): void {
    while (!this.idle) this.runUntil(simNs(Math.min(...this.#ends)));
  }

  drainPatches(): Patch[] {
    return this.#patches.splice(0);
  }
  drainLog(): LogEntry[] {
    return this.#log.splice(0);
  }
  drainTransactions(): [] {
    return [];
  }
  drainChangedBlocks(): string[] {
    return this.#changed.splice(0);
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
  async openShell(partition: string, options: SessionOptions): Promise<Session> {
    if (partition !== "A") throw new Error(`there is no partition ${partition}`);
    const shell = new FakeShell(options);
    this.shells.push(shell);
    return shell;
  }
  inspect(): null {
    return null;
  }
  foresee() {
    return { possible: true, text: "fine", unmovableBlocks: 0, pagesToMove: 0 };
  }
  audit(): string[] {
    return [];
  }
}

/** A shell that echoes what is typed and writes what a test wants it to write. */
export class FakeShell implements Session {
  readonly options: SessionOptions;
  readonly calls: (readonly [string, ...unknown[]])[] = [];
  busy = false;
  readonly cwd = "/root";

  constructor(options: SessionOptions) {
    this.options = options;
  }
  input(text: string): void {
    this.calls.push(["input", text]);
    if (text === "\x04") this.options.onExit?.(3);
    else this.options.onOutput(text);
  }
  /** Characters that it was told are drawn. */
  get acknowledged(): number {
    return this.calls.reduce((sum, [name, count]) => (name === "acknowledge" ? sum + Number(count) : sum), 0);
  }
  acknowledge(characters: number): void {
    this.calls.push(["acknowledge", characters]);
  }
  resize(columns: number, rows: number): void {
    this.calls.push(["resize", columns, rows]);
  }
  interrupt(): void {
    this.calls.push(["interrupt"]);
  }
  type(line: string): void {
    this.calls.push(["type", line]);
  }
  announce(line: string): void {
    this.calls.push(["announce", line]);
  }
  drop(name: string, text: string): string {
    this.calls.push(["drop", name, text]);
    return `/root/${name}`;
  }
  close(): void {
    this.calls.push(["close"]);
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
