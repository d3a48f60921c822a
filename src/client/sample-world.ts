/**
 * Test support: a playground without a worker, over the records of ./sample-records.ts. It records what it was
 * told, answers what a test wants it to answer, and shows a new frame when a test changes a record.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import { PAGEBLOCK_PAGES, PAGES_PER_SECTION } from "../engine/units.ts";
import type { Command, Place } from "../engine/time/commands.ts";
import type { Hit, SearchProgress } from "../engine/inspect/scale/index.ts";
import {
  type Foresight,
  type Look,
  NO_REMEDIES,
  NOTHING_FORESEEN,
  type Remedies,
  type Snapshot,
} from "../protocol/messages.ts";
import type { PageInfo, RecordKind, Records } from "../protocol/records.ts";
import { Keeper } from "./keeper.ts";
import type { KernelChoice } from "../protocol/scenario.ts";
import type { TerminalEnds, TerminalLine, TerminalSize } from "./terminal-lines.ts";
import type { CommandAnswer, FrameInfo, Pace, Playground, PlaygroundState, Selection } from "./playground.ts";
import { Reel } from "./film/reel.ts";
import { sample, sampleLog, samplePages, sampleRecords } from "./sample-records.ts";

/** A terminal that was opened: what it was told, and how to answer. */
export interface FakeTerminal {
  readonly partition: string;
  readonly ends: TerminalEnds;
  readonly typed: string[];
  readonly dropped: [string, string][];
  closed: boolean;
}

export class FakePlayground implements Playground {
  readonly store: StoreApi<PlaygroundState>;
  /** Every command sent, in order. */
  readonly sent: Command[] = [];
  readonly loaded: string[] = [];
  framesAskedFor = 0;
  readonly speeds: number[] = [];
  readonly terminals: FakeTerminal[] = [];
  /** What the next commands are answered; replace it in a test. */
  answer: CommandAnswer = { to: "command", errno: null, rejection: null, op: 1 };
  foresight: Foresight = {
    ...NOTHING_FORESEEN,
    outlook: "leaves",
    kernel: "6.1",
    blocks: 8,
    pagesToMove: 104_212,
    target: 0,
  };
  remedy: Remedies = NO_REMEDIES;
  beside: readonly string[] = [];
  problems: readonly string[] = [];
  /** What was looked at, and searched for, in order; and what a search finds. */
  readonly looks: (Look | null)[] = [];
  readonly searched: string[] = [];
  found: SearchProgress | null = null;
  /** What the machine is as a snapshot; `null`: it does not answer. */
  taken: Snapshot | null = null;
  hits: readonly Hit[] = [];
  #listeners = new Set<(frame: FrameInfo) => void>();
  #pace: Pace | null = null;
  #pages = new Map<string, Uint8Array>();

  constructor(overrides: Partial<PlaygroundState> = {}) {
    this.store = createStore<PlaygroundState>(() => ({
      status: "running",
      fault: null,
      silence: null,
      replaced: null,
      looked: null,
      calls: [],
      scenario: "busy-server",
      title: "Pull a DIMM from a busy server",
      kernels: {},
      records: sampleRecords(),
      now: sample.now,
      idle: false,
      speed: 1,
      log: sampleLog(),
      offers: { undo: null, redo: null, back: null },
      travelled: null,
      cursor: null,
      selection: { node: "A/1", block: "A:48", dimm: null, attempt: null, pfn: null },
      ...overrides,
    }));
  }

  /** It has no past. */
  async reel(): Promise<Reel> {
    return new Reel({
      shown: () => this.store.getState(),
      run: (speed) => this.setSpeed(speed),
      requestFrame: () => this.requestFrame(),
      travel: async () => false,
      returned: () => {},
    });
  }

  async send(command: Command): Promise<CommandAnswer> {
    this.sent.push(command);
    return this.answer;
  }

  async inspect(partition: string, pfn: number): Promise<PageInfo | null> {
    const before = sample.inspected.filter((page) => page.partition === partition && page.pfn <= pfn);
    const near = before.toSorted((a, b) => a.pfn - b.pfn).at(-1);
    return near?.block === Math.floor(pfn / PAGES_PER_SECTION) ? { ...near, pfn } : null;
  }

  openTerminal(partition: string, _size: TerminalSize, ends: TerminalEnds): TerminalLine {
    const terminal: FakeTerminal = { partition, ends, typed: [], dropped: [], closed: false };
    this.terminals.push(terminal);
    return {
      input: (text) => terminal.typed.push(text),
      resize: () => {},
      drop: (name, text) => terminal.dropped.push([name, text]),
      close: () => {
        terminal.closed = true;
      },
    };
  }

  async foresee(_dimm: string, _to: Place): Promise<Foresight> {
    return this.foresight;
  }

  async foreseeOffline(_block: string): Promise<Foresight> {
    return this.foresight;
  }

  async rehearse(): Promise<null> {
    return null;
  }

  watchMoments(): void {}
  watchCalls(): void {}
  steps = 0;
  async step(): Promise<boolean> {
    this.steps++;
    return true;
  }

  async remedies(_attempt: number): Promise<Remedies> {
    return this.remedy;
  }

  async chain(): Promise<null> {
    return null;
  }

  async snapshot(): Promise<Snapshot | null> {
    return this.taken;
  }

  hurry(): void {}

  async stretch(): Promise<null> {
    return null;
  }

  async goTo(): Promise<boolean> {
    return false;
  }

  watchFine(): void {}

  fineMap(): Uint8Array | undefined {
    return undefined;
  }

  watchBeside(blocks: readonly string[]): void {
    this.beside = blocks;
  }

  look(look: Look | null): void {
    this.looks.push(look);
  }

  async search(_partition: string, text: string): Promise<SearchProgress | null> {
    this.searched.push(text);
    return this.found;
  }

  async hit(_partition: string, from: number, step: 1 | -1): Promise<Hit | null> {
    const hits = step > 0 ? this.hits : this.hits.toReversed();
    return hits.find(({ pfn }) => (step > 0 ? pfn > from : pfn < from)) ?? hits[0] ?? null;
  }

  async travel(): Promise<boolean> {
    return false;
  }

  async past(): Promise<null> {
    return null;
  }

  async audit(): Promise<readonly string[]> {
    return this.problems;
  }

  setSpeed(speed: number): void {
    this.speeds.push(speed);
    this.store.setState({ speed });
  }

  readonly kept = null;
  readonly futures = new Keeper();
  takeUp(): void {}
  load(name: string, kernels: KernelChoice = {}): void {
    this.loaded.push(name);
    this.store.setState({ scenario: name, kernels });
  }

  select(selection: Partial<Selection>): void {
    this.store.setState((state) => ({ selection: { ...state.selection, ...selection } }));
  }

  pageMap(): { readonly block: string; readonly bytes: Uint8Array } | null {
    const { block } = this.store.getState().selection;
    return block === null || !this.store.getState().records.block[block]
      ? null
      : { block, bytes: this.#bytesOf(block) };
  }

  pageblockMap(block: string): Uint8Array | undefined {
    if (!this.store.getState().records.block[block]) return undefined;
    const bytes = this.#bytesOf(block);
    return Uint8Array.from(
      { length: PAGES_PER_SECTION / PAGEBLOCK_PAGES },
      (_, index) => bytes[index * PAGEBLOCK_PAGES + 3] ?? 0,
    );
  }

  onFrame(listener: (frame: FrameInfo) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  pacedBy(pace: Pace): () => void {
    this.#pace = pace;
    return () => {
      this.#pace = null;
    };
  }

  /** Nothing here fades by itself: a test calls `frame`. */
  requestFrame(): void {
    this.framesAskedFor++;
  }

  async whenIdle(): Promise<void> {}

  dispose(): void {
    this.#listeners.clear();
  }

  /** Replaces a record (`null` removes it) and shows a frame, as a real playground does. */
  setRecord<K extends RecordKind>(kind: K, key: string, record: Records[K] | null): void {
    this.store.setState((state) => {
      const records: Record<string, Records[K]> = { ...state.records[kind] };
      if (record === null) delete records[key];
      else records[key] = record;
      return { records: { ...state.records, [kind]: records } };
    });
    this.frame();
  }

  /** Tells the frame listeners that a frame was shown. */
  frame(info: Partial<FrameInfo> = {}): void {
    const now = this.store.getState().now;
    const { news = false, pagesChanged = false } = info;
    const panel = this.#pace?.({ news, pagesChanged }) ?? false;
    for (const listener of this.#listeners)
      listener({
        panel,
        now,
        elapsed: 16,
        changedBlocks: [],
        pagesChanged: false,
        news: false,
        anew: false,
        moments: [],
        ...info,
      });
  }

  #bytesOf(key: string): Uint8Array {
    const known = this.#pages.get(key) ?? samplePages(key) ?? new Uint8Array(PAGES_PER_SECTION);
    this.#pages.set(key, known);
    return known;
  }
}

/** A playground over the sample box; `overrides` replaces parts of its state. */
export const createFakePlayground = (overrides?: Partial<PlaygroundState>): FakePlayground =>
  new FakePlayground(overrides);
