/**
 * A playground: the page's end of the line to the simulator, and the store that mirrors it.
 *
 * The data path, once: a view calls `send` → the command goes to the worker → the engine applies it at its simulated
 * time → what changed is added up → a frame of patches, log lines and maps comes here → in the next display frame it
 * is put into the store, listeners draw from it, and the acknowledgement (with the map buffers) asks for the next.
 */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Command, Place } from "../engine/time/commands.ts";
import {
  type Answer,
  type Foresight,
  type Frame,
  type FromWorker,
  type Past,
  PROTOCOL_VERSION,
} from "../protocol/messages.ts";
import type { PageInfo } from "../protocol/records.ts";
import { type KernelChoice, type Scenario, withKernels } from "../protocol/scenario.ts";
import { findScenario, SCENARIOS } from "../protocol/scenarios/index.ts";
import { applyFrame, chooseIn, NO_RECORDS, NO_SELECTION } from "./apply-frame.ts";
import { outlineOf } from "./outline.ts";
import { FrameScheduler, type Participant } from "./frame-scheduler.ts";
import { PageMaps } from "./page-maps.ts";
import type { CommandAnswer, FrameInfo, Playground, PlaygroundState, Selection } from "./playground.ts";
import { type TerminalEnds, type TerminalLine, TerminalLines, type TerminalSize } from "./terminal-lines.ts";
import { type Channel, type OpenChannel, openWorker } from "./worker-channel.ts";

export interface PlaygroundParts {
  readonly open?: OpenChannel;
  /** Shared by all playgrounds of a page. */
  readonly scheduler?: FrameScheduler;
  readonly scenarios?: (name: string) => Scenario | undefined;
}

type To = Answer["to"];
type AnswerTo<T extends To> = Extract<Answer, { to: T }>;
interface Pending {
  readonly to: To;
  readonly resolve: (answer: Answer) => void;
}

/** What a question is answered that the simulator will not answer any more, and why. */
function answerInstead(to: To, reason: string): Answer {
  switch (to) {
    case "command":
      return { to, errno: "ENODEV", message: reason, op: null };
    case "inspect":
      return { to, page: null };
    case "foresee":
      return { to, foresight: { possible: false, text: reason, unmovableBlocks: 0, pagesToMove: 0 } };
    case "past":
      return { to, past: null };
    case "audit":
      return { to, problems: [reason] };
  }
}

/**
 * Whether a frame has anything for those who look at the state. Most have only maps, which whoever draws them takes as
 * the frame is shown; time alone is no reason to ask everyone what they need of it.
 */
function hasNews(frame: Frame, { status, idle }: PlaygroundState): boolean {
  const maps = frame.pages !== null || frame.pageblocks.length > 0;
  return !maps || frame.patches.length > 0 || frame.log.length > 0 || frame.idle !== idle || status !== "running";
}

/** Starts the simulator with a built-in scenario (the first one when there is none by that name). */
export function createPlayground(scenario: string, parts: PlaygroundParts = {}): Playground {
  return new WorkerPlayground(scenario, parts);
}

class WorkerPlayground implements Playground, Participant {
  readonly store: StoreApi<PlaygroundState>;
  readonly #scheduler: FrameScheduler;
  readonly #scenarios: (name: string) => Scenario | undefined;
  readonly #open: OpenChannel;
  readonly #maps = new PageMaps();
  readonly #terminals = new TerminalLines((message) => this.#channel.send(message));
  readonly #listeners = new Set<(frame: FrameInfo) => void>();
  readonly #pending = new Map<number, Pending>();
  readonly #leave: () => void;
  readonly #unsubscribe: () => void;
  #channel: Channel;
  #lastId = 0;
  /** Starts that the simulator has not said `ready` to: frames that come before are of another scenario, and not shown. */
  #starting = 0;
  /** The frame that came and is not shown yet. */
  #arrived: Frame | null = null;
  /** An answer came, and no frame after it: what it set in motion is in none that has arrived. */
  #awaitsFrame = true;
  #showing = false;
  /** What a scenario that was loaded selects when its first frame is shown; `null` once that is so. */
  #entrance: Selection | null = null;

  constructor(scenario: string, parts: PlaygroundParts) {
    this.#open = parts.open ?? openWorker;
    this.#scheduler = parts.scheduler ?? new FrameScheduler();
    this.#scenarios = parts.scenarios ?? findScenario;
    this.store = createStore<PlaygroundState>(() => ({
      status: "starting",
      fault: null,
      scenario,
      kernels: {},
      records: NO_RECORDS,
      now: 0,
      idle: false,
      speed: 1,
      log: [],
      selection: NO_SELECTION,
    }));
    this.#leave = this.#scheduler.add(this);
    this.#unsubscribe = this.store.subscribe((state, before) => {
      if (state.selection.block !== before.selection.block || state.selection.node !== before.selection.node)
        this.#watch(state.selection);
      // A change that did not come with a frame is drawn in the next display frame all the same.
      if (!this.#showing) this.#scheduler.invalidate(this);
    });
    this.#channel = this.#connect();
    this.load(scenario);
  }

  async send(command: Command): Promise<CommandAnswer> {
    return this.#request("command", (id) => this.#channel.send({ type: "command", id, command }));
  }

  async inspect(partition: string, pfn: number): Promise<PageInfo | null> {
    return (await this.#request("inspect", (id) => this.#channel.send({ type: "inspect", id, partition, pfn }))).page;
  }

  async foresee(dimm: string, place: Place): Promise<Foresight> {
    const to = "slot" in place ? place.slot : "shelf";
    return (await this.#request("foresee", (id) => this.#channel.send({ type: "foresee", id, dimm, to }))).foresight;
  }

  async audit(): Promise<readonly string[]> {
    return (await this.#request("audit", (id) => this.#channel.send({ type: "audit", id }))).problems;
  }

  async past(): Promise<Past | null> {
    return (await this.#request("past", (id) => this.#channel.send({ type: "past", id }))).past;
  }

  openTerminal(partition: string, size: TerminalSize, ends: TerminalEnds): TerminalLine {
    return this.#terminals.open(partition, size, ends);
  }

  setSpeed(speed: number): void {
    this.#channel.send({ type: "speed", speed });
    this.store.setState({ speed });
  }

  load(name: string, kernels: KernelChoice = {}): void {
    const scenario = withKernels(this.#scenarios(name) ?? SCENARIOS[0], kernels);
    this.#abandon("Another scenario was loaded.");
    this.#arrived = null;
    this.#awaitsFrame = true;
    if (this.store.getState().status === "fault") {
      // A simulator that broke may not answer any more.
      this.#channel.close();
      this.#channel = this.#connect();
      this.#starting = 0;
    }
    const { node = null, block = null, speed = 1 } = scenario.focus ?? {};
    // The box before stays on the page until the new one is there, and before the first one its outline: nothing
    // collapses or comes back.
    this.#entrance = { ...NO_SELECTION, node, block };
    const { records: before } = this.store.getState();
    const records = before === NO_RECORDS ? outlineOf(scenario) : before;
    this.store.setState({ status: "starting", fault: null, scenario: scenario.name, kernels, speed, records });
    this.#starting++;
    this.#channel.send({ type: "start", scenario });
    this.#watch(this.#entrance);
  }

  select(selection: Partial<Selection>): void {
    if (this.#entrance) this.#entrance = { ...this.#entrance, ...selection };
    this.store.setState((state) => ({ selection: chooseIn(state, selection) }));
  }

  pageMap(): { readonly block: string; readonly bytes: Uint8Array } | null {
    return this.#maps.pages;
  }

  pageblockMap(block: string): Uint8Array | undefined {
    return this.#maps.pageblocks(block);
  }

  onFrame(listener: (frame: FrameInfo) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  requestFrame(): void {
    this.#scheduler.invalidate(this);
  }

  whenIdle(): Promise<void> {
    return this.#scheduler.whenIdle();
  }

  dispose(): void {
    this.#abandon("The playground was closed.");
    this.#listeners.clear();
    this.#unsubscribe();
    this.#leave();
    this.#channel.close();
  }

  /** Running operations, questions without an answer, and frames that are on their way. */
  get busy(): boolean {
    const { status, records, idle, speed } = this.store.getState();
    if (status === "fault") return false;
    if (status === "starting" || this.#pending.size > 0 || this.#awaitsFrame || this.#arrived) return true;
    // Loads can go on forever; operations end, unless time stands still.
    return !idle && speed > 0 && Object.values(records.attempt).some((attempt) => attempt.result === "running");
  }

  show(elapsed: number): void {
    const frame = this.#arrived;
    this.#arrived = null;
    let buffers: ArrayBuffer[] = [];
    if (frame) {
      const before = this.store.getState();
      const selection = this.#entrance;
      if (selection) this.#maps.clear();
      buffers = this.#maps.take(frame);
      const state = selection ? { ...before, selection, records: NO_RECORDS, log: [] } : before;
      this.#entrance = null;
      if (selection || hasNews(frame, before)) {
        this.#showing = true;
        this.store.setState(applyFrame(state, frame));
        this.#showing = false;
      }
    }
    const info: FrameInfo = {
      now: frame?.now ?? this.store.getState().now,
      elapsed,
      changedBlocks: frame?.pageblocks.map(({ block }) => block) ?? [],
      pagesChanged: Boolean(frame?.pages),
    };
    for (const listener of this.#listeners) listener(info);
    if (!frame) return;
    this.#channel.send({ type: "ack", frame: frame.frame, buffers }, buffers);
    this.#scheduler.markUsable();
  }

  #connect(): Channel {
    return this.#open({
      receive: (message) => this.#receive(message),
      fail: (reason) => this.#fault(`The simulator cannot run: ${reason}.`),
    });
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "ready":
        if (message.version !== PROTOCOL_VERSION) {
          this.#fault("The page and the simulator are of different versions. Load the page again.");
          return;
        }
        this.#starting--;
        return;
      case "frame":
        if (this.#starting > 0 || this.store.getState().status === "fault") return;
        this.#arrived = message;
        this.#awaitsFrame = false;
        this.#scheduler.invalidate(this);
        return;
      case "answer":
        this.#awaitsFrame = true;
        this.#pending.get(message.id)?.resolve(message.answer);
        this.#pending.delete(message.id);
        return;
      case "fault":
        this.#fault(message.message);
        return;
      default:
        this.#terminals.receive(message);
    }
  }

  #request<T extends To>(to: T, ask: (id: number) => void): Promise<AnswerTo<T>> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const { status, fault } = this.store.getState();
      const answered = (answer: Answer) => resolve(answer as AnswerTo<T>);
      if (status === "fault") {
        answered(answerInstead(to, fault ?? ""));
        return;
      }
      this.#pending.set(id, { to, resolve: answered });
      ask(id);
    });
  }

  #watch({ block, node }: Selection): void {
    this.#channel.send({ type: "watch", watch: { block, node } });
  }

  #fault(reason: string): void {
    this.#abandon(reason);
    this.store.setState({ status: "fault", fault: reason });
  }

  /** Nobody waits forever: open questions are answered by the reason why they stay open. */
  #abandon(reason: string): void {
    for (const { to, resolve } of this.#pending.values()) resolve(answerInstead(to, reason));
    this.#pending.clear();
    this.#terminals.abandon(reason);
  }
}
