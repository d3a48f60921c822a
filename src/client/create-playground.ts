/**
 * A playground: the page's end of the line to the simulator, and the store that mirrors it.
 *
 * The data path, once: a view calls `send` → the command goes to the worker → the engine applies it at its simulated
 * time → what changed is added up → a frame of patches, log lines and maps comes here → in the next display frame it
 * is put into the store, listeners draw from it, and the acknowledgement (with the map buffers) asks for the next.
 */
import type { Trouble } from "../protocol/trouble.ts";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Command } from "../engine/time/commands.ts";
import type { Frame, LogEntry, Look, PlaceInTime, Resume, Stretched } from "../protocol/messages.ts";
import { type KernelChoice, type Scenario, withKernels } from "../protocol/scenario.ts";
import { findScenario, SCENARIOS } from "../protocol/scenarios/index.ts";
import {
  appendLog,
  applyFrame,
  chooseIn,
  hasNews,
  momentsOf,
  NO_OFFERS,
  NO_RECORDS,
  NO_SELECTION,
  patchedBy,
  stateBefore,
} from "./apply-frame.ts";
import { atWork } from "./at-work.ts";
import { Audience, attempt } from "./audience.ts";
import { outlineOf } from "./outline.ts";
import { FrameScheduler, type Participant } from "./frame-scheduler.ts";
import { type Futures, type Kept, Keeper } from "./keeper.ts";
import { PageMaps } from "./page-maps.ts";
import type { Scene } from "./film/film.ts";
import type { Reel, Showing } from "./film/reel.ts";
import type { CommandAnswer, Moment, Playground, PlaygroundState, RecordTables, Selection } from "./playground.ts";
import { type Questions, questionsOver } from "./questions.ts";
import { type LineParts, SimulatorLine } from "./simulator-line.ts";
import { type TerminalEnds, type TerminalLine, TerminalLines, type TerminalSize } from "./terminal-lines.ts";
import { TimeTravel } from "./time-travel.ts";
import { Watching } from "./watching.ts";

export interface PlaygroundParts extends LineParts {
  /** Shared by all playgrounds of a page. */
  readonly scheduler?: FrameScheduler;
  readonly scenarios?: (name: string) => Scenario | undefined;
  /** Other kernels than the scenario's own, to begin with. */
  readonly kernels?: KernelChoice;
}

/** Starts the simulator with a built-in scenario (the first one when there is none by that name). */
export function createPlayground(scenario: string, parts: PlaygroundParts = {}): Playground {
  const playground = new WorkerPlayground(scenario, parts);
  return Object.assign(playground, playground.questions);
}

class WorkerPlayground implements Omit<Playground, keyof Questions>, Participant {
  readonly store: StoreApi<PlaygroundState>;
  readonly questions: Questions;
  readonly #scheduler: FrameScheduler;
  readonly #scenarios: (name: string) => Scenario | undefined;
  readonly #maps = new PageMaps();
  readonly #terminals = new TerminalLines((message) => {
    // Terminals are always of the present.
    if (message.type === "terminal-input") this.#travels.loaded?.leave();
    this.#line.post(message);
  });
  readonly #keeper = new Keeper();
  readonly #audience = new Audience();
  readonly onFrame = this.#audience.onFrame;
  readonly pacedBy = this.#audience.pacedBy;
  readonly #leave: () => void;
  readonly #unsubscribe: () => void;
  readonly #line: SimulatorLine;
  readonly #travels: TimeTravel;
  readonly #watching = new Watching();
  /** The frame that came and is not shown yet. */
  #arrived: Frame | null = null;
  /** What it makes of the tables of records. */
  #patched: RecordTables = NO_RECORDS;
  /** An answer came, and no frame after it: what it set in motion is in none that has arrived. */
  #awaitsFrame = true;
  #showing = false;
  /** What a scenario that was loaded selects when its first frame is shown; `null` once that is so. */
  #entrance: Selection | null = null;
  /** The scenario that was loaded last, as it came. */
  #given: Scenario | null = null;

  constructor(scenario: string, parts: PlaygroundParts) {
    this.#scheduler = parts.scheduler ?? new FrameScheduler();
    this.#scenarios = parts.scenarios ?? findScenario;
    this.store = createStore(() => stateBefore(scenario));
    this.#leave = this.#scheduler.add(this);
    this.#unsubscribe = this.store.subscribe((state, before) => {
      if (state.selection.block !== before.selection.block || state.selection.node !== before.selection.node)
        this.#watch();
      // A change that did not come with a frame is drawn in the next display frame all the same.
      if (!this.#showing) this.#scheduler.invalidate(this);
    });
    this.#line = new SimulatorLine(
      {
        receive: (message) => {
          if (message.type === "frame") this.#arrive(message);
          else this.#terminals.receive(message);
        },
        answered: () => {
          this.#awaitsFrame = true;
        },
        broke: (trouble, log) => this.#fault(trouble, log),
        fellSilent: (silence) => {
          // Where it went silent is where another one goes on: what came before that is shown.
          if (this.#arrived) attempt(() => this.show(0));
          this.store.setState({ silence });
        },
        spokeAgain: () => this.store.setState({ silence: null }),
        kept: (now) => this.#keeper.kept(this.#terminals.opened, now),
        replaced: () => this.#replaced(),
      },
      parts,
    );
    this.#travels = new TimeTravel({
      store: this.store,
      line: this.#line,
      scheduler: this.#scheduler,
      maps: this.#maps,
      requestFrame: () => this.requestFrame(),
      watch: () => this.#watch(),
    });
    this.questions = questionsOver(this.#line, () => this.#travels.past !== null);
    this.load(scenario, parts.kernels);
  }

  async send(command: Command): Promise<CommandAnswer> {
    const { past } = this.#travels;
    if (past && !(await past.follow())) return STAYS_PAST;
    return this.#line.ask("command", (id) => ({ type: "command", id, command }));
  }

  watchFine(blocks: readonly string[]): void {
    this.#watching.fine = blocks;
    this.#watch();
  }

  fineMap(block: string): Uint8Array | undefined {
    return this.#scene ? this.#scene.fine(block) : this.#maps.fine(block);
  }

  watchBeside(blocks: readonly string[]): void {
    this.#watching.beside = blocks;
    this.#watch();
  }

  watchCalls(wanted: boolean): void {
    this.#watching.calls = wanted;
    this.#watch();
  }

  step(): Promise<boolean> {
    return this.#travels.step();
  }

  watchMoments(wanted: boolean): void {
    this.#watching.moments = wanted;
    this.#watch();
  }

  look(look: Look | null): void {
    const turn = this.#watching.lookAt(look);
    if (turn === "same") return;
    if (turn === "other") this.store.setState({ looked: null });
    this.#watch();
  }

  openTerminal(partition: string, size: TerminalSize, ends: TerminalEnds): TerminalLine {
    return this.#terminals.open(partition, size, ends);
  }

  travel(to: Parameters<Playground["travel"]>[0]): Promise<boolean> {
    return this.#travels.travel(to);
  }

  stretch(commands: readonly Command[], how: Parameters<Playground["stretch"]>[1]): Promise<Stretched | null> {
    return this.#travels.stretch(commands, how);
  }

  hurry(speed: number): void {
    this.#travels.hurry(speed);
  }

  goTo(place: PlaceInTime): Promise<boolean> {
    return this.#travels.goTo(place);
  }

  setSpeed(speed: number): void {
    this.#travels.setSpeed(speed);
  }

  reel(): Promise<Reel> {
    return this.#travels.reel();
  }

  get kept(): Kept | null {
    return this.#keeper.now;
  }

  get futures(): Futures {
    return this.#keeper;
  }

  takeUp({ scenario, resume }: Kept): void {
    this.load(scenario, {}, resume);
  }

  load(given: string | Scenario, kernels: KernelChoice = {}, resume?: Resume): void {
    const found = typeof given === "string" ? (this.#scenarios(given) ?? this.#called(given)) : given;
    this.#given = found;
    const scenario = withKernels(found, kernels);
    this.#terminals.abandon({ why: "other-scenario" });
    const shown = this.#travels.present;
    this.#travels.loaded?.reset();
    this.#arrived = null;
    this.#awaitsFrame = true;
    this.#line.start(scenario, resume);
    this.#keeper.begin(scenario, resume && "kept", shown);
    const { node = null, block = null, speed = 1 } = scenario.focus ?? {};
    // The box before stays on the page until the new one is there, and before the first one its outline: nothing
    // collapses or comes back.
    this.#entrance = { ...NO_SELECTION, node, block };
    const { records: before } = this.store.getState();
    const records = before === NO_RECORDS ? outlineOf(scenario) : before;
    this.store.setState({
      status: "starting",
      fault: null,
      silence: null,
      replaced: null,
      scenario: scenario.name,
      title: scenario.title,
      kernels,
      speed,
      records,
      offers: NO_OFFERS,
      travelled: null,
      cursor: null,
    });
    this.#watch(this.#entrance);
  }

  /** The scenario that runs, when that is its name; else the first of all. */
  #called(name: string): Scenario {
    return this.#given?.name === name ? this.#given : SCENARIOS[0];
  }

  select(selection: Partial<Selection>): void {
    if (this.#entrance) this.#entrance = { ...this.#entrance, ...selection };
    this.#travels.past?.select();
    this.store.setState((state) => ({ selection: chooseIn(state, selection) }));
  }

  pageMap(): { readonly block: string; readonly bytes: Uint8Array } | null {
    return this.#scene ? this.#scene.pages() : this.#maps.pages;
  }

  pageblockMap(block: string): Uint8Array | undefined {
    return this.#scene ? this.#scene.pageblocks(block) : this.#maps.pageblocks(block);
  }

  requestFrame(): void {
    this.#scheduler.invalidate(this);
  }

  whenIdle(): Promise<void> {
    return this.#scheduler.whenIdle();
  }

  dispose(): void {
    this.#line.close();
    this.#terminals.abandon({ why: "closed" });
    this.#audience.leave();
    this.#unsubscribe();
    this.#leave();
  }

  /** Running operations, questions without an answer, and frames that are on their way. */
  get busy(): boolean {
    const { status, silence, records, idle, speed } = this.store.getState();
    if (status === "fault" || silence !== null) return false;
    if (this.#travels.loaded?.playing) return true;
    if (status === "starting" || this.#line.waiting || this.#awaitsFrame || this.#arrived) return true;
    // Operations end, unless time stands still.
    return !idle && speed > 0 && atWork(records);
  }

  show(elapsed: number): void {
    const frame = this.#arrived;
    this.#arrived = null;
    const reel = this.#travels.loaded;
    let buffers: ArrayBuffer[] = [];
    let state: PlaygroundState | null = null;
    let moments: readonly Moment[] = [];
    if (frame) {
      const before = this.#travels.present;
      this.#keeper.take(frame, before);
      moments = momentsOf(frame, frame.anew ? NO_RECORDS : before.records);
      const selection = this.#entrance;
      if (selection || frame.anew) this.#maps.clear();
      buffers = this.#maps.take(frame);
      const entered = selection ? { ...before, selection } : before;
      this.#entrance = null;
      this.#travels.place = frame.place;
      if (selection !== null || hasNews(frame, before))
        state = { ...entered, ...applyFrame(entered, frame, this.#patched) };
    }
    const live: Showing = {
      state,
      changedBlocks: frame?.pageblocks.map(({ block }) => block) ?? [],
      pagesChanged: Boolean(frame?.pages ?? frame?.fine),
    };
    const showing = reel ? reel.show(elapsed, frame, state, live, this.#maps.pages?.block ?? null) : live;
    if (showing.state) {
      this.#showing = true;
      try {
        this.store.setState(showing.state);
      } finally {
        this.#showing = false;
      }
    }
    this.#audience.tell({
      news: showing.state !== null,
      pagesChanged: showing.pagesChanged,
      now: reel?.scene?.now ?? frame?.now ?? this.store.getState().now,
      elapsed,
      changedBlocks: showing.changedBlocks,
      anew: frame?.anew != null,
      moments,
    });
    if (!frame) return;
    this.#line.post({ type: "ack", frame: frame.frame, buffers }, buffers);
    this.#scheduler.markUsable();
  }

  /** The instant of the past that is shown. */
  get #scene(): Scene | null | undefined {
    return this.#travels.past?.scene;
  }

  #arrive(frame: Frame): void {
    // What comes before a start has been answered is of another scenario; what comes after a fault, of none.
    if (this.#line.starting || this.store.getState().status === "fault") return;
    // What a large machine takes long for is done as its frames come, not in a display frame: its first is recorded, and the tables
    // of the next are made.
    this.#travels.loaded?.catchUp();
    this.#patched = patchedBy(this.#travels.present.records, frame);
    this.#arrived = frame;
    this.#awaitsFrame = false;
    this.#scheduler.invalidate(this);
  }

  #watch(selection = this.store.getState().selection): void {
    if (!this.#travels.past) this.#line.post({ type: "watch", watch: this.#watching.of(selection) });
  }

  /** Another simulator has made the machine again, and goes on as the one before did. */
  #replaced(): void {
    const { speed, now } = this.store.getState();
    this.#arrived = null;
    this.#awaitsFrame = true;
    this.#line.post({ type: "speed", speed });
    this.#watch();
    this.#terminals.replaced();
    this.store.setState({ silence: null, replaced: now });
  }

  /** What came before it is shown all the same: it is the last that is known of the box. */
  #fault(fault: Trouble, log: readonly LogEntry[]): void {
    if (this.#arrived) attempt(() => this.show(0));
    this.#terminals.abandon(fault);
    this.store.setState((state) => ({
      status: "fault",
      fault,
      silence: null,
      log: appendLog(state.log, log),
    }));
  }
}

const STAYS_PAST: CommandAnswer = {
  to: "command",
  errno: "EINVAL",
  rejection: { why: "no-simulator", trouble: { why: "stays-past" } },
  op: null,
};
