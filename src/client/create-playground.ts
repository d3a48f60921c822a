/**
 * A playground: the page's end of the line to the simulator, and the store that mirrors it.
 *
 * The data path, once: a view calls `send` → the command goes to the worker → the engine applies it at its simulated
 * time → what changed is added up → a frame of patches, log lines and maps comes here → in the next display frame it
 * is put into the store, listeners draw from it, and the acknowledgement (with the map buffers) asks for the next.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Command, Place } from "../engine/time/commands.ts";
import type { Ability, Finding } from "../engine/experiments/support-report.ts";
import type { KernelVersion } from "../engine/hardware/description.ts";
import type { Chain } from "../engine/inspect/index.ts";
import type { Hit, SearchProgress } from "../engine/inspect/scale/index.ts";
import {
  type Foresight,
  type Frame,
  type LogEntry,
  type Look,
  type Move,
  NO_REMEDIES,
  NOTHING_FORESEEN,
  type Past,
  type PlaceInTime,
  type Remedies,
  type Resume,
  type Stretched,
} from "../protocol/messages.ts";
import type { PageInfo } from "../protocol/records.ts";
import { type KernelChoice, type Scenario, withKernels } from "../protocol/scenario.ts";
import { findScenario, SCENARIOS } from "../protocol/scenarios/index.ts";
import {
  appendLog,
  applyFrame,
  applyPatches,
  chooseIn,
  momentsOf,
  NO_OFFERS,
  NO_RECORDS,
  NO_SELECTION,
} from "./apply-frame.ts";
import { outlineOf } from "./outline.ts";
import { FrameScheduler, type Participant } from "./frame-scheduler.ts";
import { type Fork, type Kept, Keeper } from "./keeper.ts";
import { PageMaps } from "./page-maps.ts";
import type { Reel, Showing } from "./film/reel.ts";
import type {
  CommandAnswer,
  FrameInfo,
  Moment,
  Pace,
  Playground,
  PlaygroundState,
  Rehearsal,
  Selection,
} from "./playground.ts";
import { type LineParts, SimulatorLine } from "./simulator-line.ts";
import { type TerminalEnds, type TerminalLine, TerminalLines, type TerminalSize } from "./terminal-lines.ts";

export interface PlaygroundParts extends LineParts {
  /** Shared by all playgrounds of a page. */
  readonly scheduler?: FrameScheduler;
  readonly scenarios?: (name: string) => Scenario | undefined;
  /** Other kernels than the scenario's own, to begin with. */
  readonly kernels?: KernelChoice;
}

/**
 * Whether a frame has anything for those who look at the state. Most have only maps, which whoever draws them takes as
 * the frame is shown; time alone is no reason to ask everyone what they need of it.
 */
function hasNews(frame: Frame, { status, idle }: PlaygroundState): boolean {
  const maps = frame.pages !== null || frame.pageblocks.length > 0 || frame.fine !== undefined;
  return (
    !maps ||
    frame.look !== null ||
    frame.offers !== null ||
    frame.patches.length > 0 ||
    frame.log.length > 0 ||
    frame.idle !== idle ||
    status !== "running"
  );
}

/** Starts the simulator with a built-in scenario (the first one when there is none by that name). */
export function createPlayground(scenario: string, parts: PlaygroundParts = {}): Playground {
  return new WorkerPlayground(scenario, parts);
}

class WorkerPlayground implements Playground, Participant {
  readonly store: StoreApi<PlaygroundState>;
  readonly #scheduler: FrameScheduler;
  readonly #scenarios: (name: string) => Scenario | undefined;
  readonly #maps = new PageMaps();
  readonly #terminals = new TerminalLines((message) => {
    // Terminals are always of the present.
    if (message.type === "terminal-input") this.#reel?.leave();
    this.#line.post(message);
  });
  readonly #keeper = new Keeper();
  readonly #listeners = new Set<(frame: FrameInfo) => void>();
  readonly #leave: () => void;
  readonly #unsubscribe: () => void;
  readonly #line: SimulatorLine;
  /** The frame that came and is not shown yet. */
  #arrived: Frame | null = null;
  /** An answer came, and no frame after it: what it set in motion is in none that has arrived. */
  #awaitsFrame = true;
  #showing = false;
  #pace: Pace | null = null;
  /** What a scenario that was loaded selects when its first frame is shown; `null` once that is so. */
  #entrance: Selection | null = null;
  /** Page tables that a view shows. */
  #look: Look | null = null;
  #beside: readonly string[] = [];
  /** The scenario that was loaded last, as it came. */
  #given: Scenario | null = null;
  /** Somebody has to know of every instant. */
  #moments = false;
  #fine: readonly string[] = [];
  #reel: Reel | null = null;
  #reelToCome: Promise<Reel> | null = null;
  /** Of the last frame that was shown. */
  #place: PlaceInTime | null = null;

  constructor(scenario: string, parts: PlaygroundParts) {
    this.#scheduler = parts.scheduler ?? new FrameScheduler();
    this.#scenarios = parts.scenarios ?? findScenario;
    this.store = createStore<PlaygroundState>(() => ({
      status: "starting",
      fault: null,
      silence: null,
      replaced: null,
      scenario,
      title: "",
      kernels: {},
      records: NO_RECORDS,
      now: 0,
      idle: false,
      speed: 1,
      log: [],
      offers: NO_OFFERS,
      travelled: null,
      cursor: null,
      looked: null,
      selection: NO_SELECTION,
    }));
    this.#leave = this.#scheduler.add(this);
    this.#unsubscribe = this.store.subscribe((state, before) => {
      if (state.selection.block !== before.selection.block || state.selection.node !== before.selection.node)
        this.#watch(state.selection);
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
        broke: (reason, log) => this.#fault(reason, log),
        fellSilent: (reason) => {
          // Where it went silent is where another one goes on: what came before that is shown.
          if (this.#arrived) attempt(() => this.show(0));
          this.store.setState({ silence: reason });
        },
        spokeAgain: () => this.store.setState({ silence: null }),
        kept: (now) => this.#keeper.kept(this.#terminals.opened, now),
        replaced: () => this.#replaced(),
      },
      parts,
    );
    this.load(scenario, parts.kernels);
  }

  async send(command: Command): Promise<CommandAnswer> {
    if (this.#past && !(await this.#past.follow())) return STAYS_PAST;
    return this.#line.ask("command", (id) => ({ type: "command", id, command }));
  }

  async inspect(partition: string, pfn: number): Promise<PageInfo | null> {
    if (this.#past) return null;
    return (await this.#line.ask("inspect", (id) => ({ type: "inspect", id, partition, pfn }))).page;
  }

  async foresee(dimm: string, place: Place): Promise<Foresight> {
    if (this.#past) return NOTHING_FORESEEN;
    const to = "slot" in place ? place.slot : "shelf";
    return (await this.#line.ask("foresee", (id) => ({ type: "foresee", id, dimm, to }))).foresight;
  }

  async foreseeOffline(block: string): Promise<Foresight> {
    if (this.#past) return NOTHING_FORESEEN;
    return (await this.#line.ask("foresee", (id) => ({ type: "foresee-offline", id, block }))).foresight;
  }

  async remedies(attempt: number): Promise<Remedies> {
    if (this.#past) return NO_REMEDIES;
    return (await this.#line.ask("remedies", (id) => ({ type: "remedies", id, attempt }))).remedies;
  }

  async audit(): Promise<readonly string[]> {
    return (await this.#line.ask("audit", (id) => ({ type: "audit", id }))).problems;
  }

  async past(): Promise<Past | null> {
    return (await this.#line.ask("past", (id) => ({ type: "past", id }))).past;
  }

  async travel(to: "undo" | "redo" | { readonly culprit: string }): Promise<boolean> {
    if (this.#past) await this.#leavePast(this.#past);
    const { speed } = this.store.getState();
    if (typeof to === "object") this.setSpeed(0);
    const { went, what, at } = await this.#line.ask("travel", (id) =>
      typeof to === "string" ? { type: to, id } : { type: "culprit", id, attempt: Number(to.culprit) },
    );
    if (went === "after" || went === "back") this.#reel?.film.comeBack();
    if (went !== null) this.store.setState({ travelled: { went, what, at } });
    else if (typeof to === "object") this.setSpeed(speed);
    return went !== null;
  }

  async chain(partition: string, pfn: number): Promise<Chain | null> {
    if (this.#past) return null;
    return (await this.#line.ask("chain", (id) => ({ type: "chain", id, partition, pfn }))).chain;
  }

  async search(partition: string, text: string, begin: boolean): Promise<SearchProgress | null> {
    if (this.#past) return null;
    return (await this.#line.ask("search", (id) => ({ type: "search", id, partition, text, begin }))).search;
  }

  async hit(partition: string, from: number, step: 1 | -1): Promise<Hit | null> {
    if (this.#past) return null;
    return (await this.#line.ask("hit", (id) => ({ type: "hit", id, partition, from, step }))).hit;
  }

  async stretch(
    commands: readonly Command[],
    { length, speed, follows = false }: Parameters<Playground["stretch"]>[1],
  ): Promise<Stretched | null> {
    if (this.#past) await this.#leavePast(this.#past);
    this.store.setState({ speed });
    const { stretched } = await this.#line.ask("stretch", (id) => ({
      type: "stretch",
      id,
      commands,
      length,
      speed,
      follows,
    }));
    if (stretched) this.store.setState({ speed: 0 });
    return stretched;
  }

  async support(kernel: KernelVersion, ability: Ability): Promise<Finding | null> {
    return (await this.#line.ask("support", (id) => ({ type: "support", id, kernel, ability }))).finding;
  }

  hurry(speed: number): void {
    this.#line.post({ type: "speed", speed, stretch: true });
  }

  async goTo(place: PlaceInTime): Promise<boolean> {
    if (this.#past) await this.#leavePast(this.#past);
    this.setSpeed(0);
    return (await this.#line.ask("travel", (id) => ({ type: "goto", id, place }))).went !== null;
  }

  watchFine(blocks: readonly string[]): void {
    this.#fine = blocks;
    this.#watch(this.store.getState().selection);
  }

  fineMap(block: string): Uint8Array | undefined {
    return this.#past?.scene ? this.#past.scene.fine(block) : this.#maps.fine(block);
  }

  watchBeside(blocks: readonly string[]): void {
    this.#beside = blocks;
    this.#watch(this.store.getState().selection);
  }

  async rehearse(partition: string, moves: readonly Move[]): Promise<Rehearsal | null> {
    const { rehearsal } = await this.#line.ask("rehearse", (id) => ({ type: "rehearse", id, partition, moves }));
    if (!rehearsal) return null;
    const { patches, ...rest } = rehearsal;
    return { ...rest, records: applyPatches(NO_RECORDS, patches) };
  }

  watchMoments(wanted: boolean): void {
    this.#moments = wanted;
    this.#watch(this.store.getState().selection);
  }

  look(look: Look | null): void {
    if (JSON.stringify(look) === JSON.stringify(this.#look)) return;
    // Who moves about in memory goes on seeing what was there until the next comes.
    const moves = look?.of === "scale" && this.#look?.of === "scale" && look.partition === this.#look.partition;
    this.#look = look;
    if (!moves) this.store.setState({ looked: null });
    this.#watch(this.store.getState().selection);
  }

  openTerminal(partition: string, size: TerminalSize, ends: TerminalEnds): TerminalLine {
    return this.#terminals.open(partition, size, ends);
  }

  setSpeed(speed: number): void {
    if (this.#past) {
      this.#past.play(speed);
      this.store.setState({ speed });
    } else {
      this.#line.post({ type: "speed", speed });
      this.store.setState({ speed });
    }
  }

  get kept(): Kept | null {
    return this.#keeper.now;
  }

  get forks(): readonly Fork[] {
    return this.#keeper.forks;
  }

  takeUp({ scenario, resume }: Kept): void {
    this.load(scenario, {}, resume);
  }

  load(given: string | Scenario, kernels: KernelChoice = {}, resume?: Resume): void {
    const found = typeof given === "string" ? (this.#scenarios(given) ?? this.#called(given)) : given;
    this.#given = found;
    const scenario = withKernels(found, kernels);
    this.#terminals.abandon("Another scenario was loaded.");
    this.#reel?.reset();
    this.#arrived = null;
    this.#awaitsFrame = true;
    this.#line.start(scenario, resume);
    this.#keeper.begin(scenario, resume && "kept");
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
    this.#past?.select();
    this.store.setState((state) => ({ selection: chooseIn(state, selection) }));
  }

  pageMap(): { readonly block: string; readonly bytes: Uint8Array } | null {
    return this.#past?.scene ? this.#past.scene.pages() : this.#maps.pages;
  }

  pageblockMap(block: string): Uint8Array | undefined {
    return this.#past?.scene ? this.#past.scene.pageblocks(block) : this.#maps.pageblocks(block);
  }

  onFrame(listener: (frame: FrameInfo) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  pacedBy(pace: Pace): () => void {
    this.#pace = pace;
    return () => {
      if (this.#pace === pace) this.#pace = null;
    };
  }

  requestFrame(): void {
    this.#scheduler.invalidate(this);
  }

  whenIdle(): Promise<void> {
    return this.#scheduler.whenIdle();
  }

  dispose(): void {
    this.#line.close();
    this.#terminals.abandon("The playground was closed.");
    this.#listeners.clear();
    this.#unsubscribe();
    this.#leave();
  }

  /** Running operations, questions without an answer, and frames that are on their way. */
  get busy(): boolean {
    const { status, silence, records, idle, speed } = this.store.getState();
    if (status === "fault" || silence !== null) return false;
    if (this.#reel?.playing) return true;
    if (status === "starting" || this.#line.waiting || this.#awaitsFrame || this.#arrived) return true;
    // Loads can go on forever; operations end, unless time stands still.
    return !idle && speed > 0 && Object.values(records.attempt).some((attempt) => attempt.result === "running");
  }

  reel(): Promise<Reel> {
    this.#reelToCome ??= import("./film/reel.ts").then(
      ({ Reel }) => {
        const reel = new Reel({
          shown: () => this.store.getState(),
          run: (speed) => this.#line.post({ type: "speed", speed }),
          requestFrame: () => this.requestFrame(),
          travel: async (place) =>
            (await this.#line.ask("travel", (id) => ({ type: "goto", id, place }))).went !== null,
          returned: () => this.#watch(this.store.getState().selection),
        });
        const state = this.store.getState();
        if (this.#place && state.status === "running")
          reel.film.begin(
            state,
            this.#place,
            () => this.#maps.pages,
            (block) => this.#maps.pageblocks(block),
          );
        this.#reel = reel;
        return reel;
      },
      (error: unknown) => {
        this.#reelToCome = null;
        throw error;
      },
    );
    return this.#reelToCome;
  }

  /** The reel, while it shows the past. */
  get #past(): Reel | null {
    return this.#reel?.present ? this.#reel : null;
  }

  async #leavePast(reel: Reel): Promise<void> {
    reel.leave();
    while (reel.present) await new Promise<void>((resolve) => this.#scheduler.nextFrame(resolve));
  }

  show(elapsed: number): void {
    const frame = this.#arrived;
    this.#arrived = null;
    const reel = this.#reel;
    let buffers: ArrayBuffer[] = [];
    let state: PlaygroundState | null = null;
    let moments: readonly Moment[] = [];
    if (frame) {
      this.#keeper.take(frame);
      const before = reel?.present ?? this.store.getState();
      moments = momentsOf(frame, frame.anew ? NO_RECORDS : before.records);
      const selection = this.#entrance;
      if (selection || frame.anew) this.#maps.clear();
      buffers = this.#maps.take(frame);
      const entered = selection ? { ...before, selection } : before;
      this.#entrance = null;
      this.#place = frame.place;
      if (selection !== null || hasNews(frame, before)) state = { ...entered, ...applyFrame(entered, frame) };
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
    const paced = { news: showing.state !== null, pagesChanged: showing.pagesChanged };
    let panel = false;
    attempt(() => {
      panel = this.#pace?.(paced) ?? false;
    });
    const info: FrameInfo = {
      ...paced,
      panel,
      now: reel?.scene?.now ?? frame?.now ?? this.store.getState().now,
      elapsed,
      changedBlocks: showing.changedBlocks,
      anew: frame?.anew != null,
      moments,
    };
    for (const listener of this.#listeners) attempt(() => listener(info));
    if (!frame) return;
    this.#line.post({ type: "ack", frame: frame.frame, buffers }, buffers);
    this.#scheduler.markUsable();
  }

  #arrive(frame: Frame): void {
    // What comes before a start has been answered is of another scenario; what comes after a fault, of none.
    if (this.#line.starting || this.store.getState().status === "fault") return;
    this.#arrived = frame;
    this.#awaitsFrame = false;
    this.#scheduler.invalidate(this);
  }

  #watch({ block, node }: Selection): void {
    if (this.#past) return;
    const look = this.#look;
    this.#line.post({
      type: "watch",
      watch:
        look?.of === "scale"
          ? { block: null, node: null, look, moments: this.#moments }
          : { block, node, beside: this.#beside, fine: this.#fine, look, moments: this.#moments },
    });
  }

  /** Another simulator has made the machine again, and goes on as the one before did. */
  #replaced(): void {
    const { speed, now, selection } = this.store.getState();
    this.#arrived = null;
    this.#awaitsFrame = true;
    this.#line.post({ type: "speed", speed });
    this.#watch(selection);
    this.#terminals.replaced();
    this.store.setState({ silence: null, replaced: now });
  }

  /** What came before it is shown all the same: it is the last that is known of the box. */
  #fault(reason: string, log: readonly LogEntry[]): void {
    if (this.#arrived) attempt(() => this.show(0));
    this.#terminals.abandon(reason);
    this.store.setState((state) => ({
      status: "fault",
      fault: reason,
      silence: null,
      log: appendLog(state.log, log),
    }));
  }
}

const STAYS_PAST: CommandAnswer = {
  to: "command",
  errno: "EINVAL",
  rejection: { why: "no-simulator", reason: "The machine can't go back to this instant." },
  op: null,
};

/** What breaks in one view is told, and keeps nothing from the others, nor the simulator from its answer. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    reportError(error);
  }
}
