/** The engine behind the worker's port: records, page maps, inspection and foresight over a running box. */
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import type { BoxDescription } from "../engine/hardware/description.ts";
import type { MemoryBlock } from "../engine/memory/memory-block.ts";
import { mappedAt, ownerOf, provenanceOf } from "../engine/migration/describe.ts";
import type { Chain } from "../engine/inspect/index.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import { leaveOf, leaveOfKind, type WayOut } from "../engine/migration/leave.ts";
import { isMovableKind, MIGRATE_TYPE_NAMES, PAGE_KINDS, PageFlag, PageKind } from "../engine/memory/kinds.ts";
import { NO_PAGE } from "../engine/memory/page-array.ts";
import { type Cause, type Command, isFileCommand, isTerminalCommand, type Place } from "../engine/time/commands.ts";
import { Engine, type Submission } from "../engine/time/engine.ts";
import { isLate } from "../engine/time/late-commands.ts";
import type { CallStack } from "../engine/time/operations.ts";
import type { Instant, JournalEntry } from "../engine/time/journal.ts";
import { replay } from "../engine/time/replay.ts";
import { stateHash } from "../engine/time/state-hash.ts";
import type { TransactionReader } from "../engine/chronicle/transaction-ring.ts";
import { PAGEBLOCK_PAGES, PAGES_PER_SECTION, SECTION_SHIFT, pfn, sectionOf, type SimNs } from "../engine/units.ts";
import {
  type Foresight,
  type LogEntry,
  type Look,
  type Looked,
  MapFlag,
  type MomentMark,
  NO_REMEDIES,
  NOTHING_FORESEEN,
  type Past,
  type Remedies,
  type Snapshot,
} from "../protocol/messages.ts";
import type { PageInfo, Patch } from "../protocol/records.ts";
import type { TerminalSink } from "../shell/shell-terminals.ts";
import type { EnginePort, TerminalsOfMachine } from "./engine-port.ts";
import type { FileTree } from "../engine/sysfs/tree.ts";
import { completeFiles, hasFiles, mayBeMissing } from "./more-files.ts";
import { Looks } from "./looks.ts";
import { Moments } from "./moments.ts";
import { Projector } from "./projector.ts";
import { type ShellLines, shellLines } from "./shell-lines.ts";

/** Pages allocated within this simulated time are drawn as fresh. */
const FRESH_NS = 20e6;

/** A kernel beside its page arrays, a change that readers may still want, what a cause leaves: `npm run bench -- undo` measures it. */
const KERNEL_BYTES = 2 * 2 ** 20;
const CHANGE_BYTES = 800;
const CAUSE_BYTES = 512;

export class EngineHost implements EnginePort {
  readonly engine: Engine;
  private projector: Projector;
  private readonly log: TransactionReader;
  private readonly looks: Looks;
  /** Where somebody has to know of every instant. */
  private moments: Moments | null = null;

  constructor(scenario: { readonly seed: number; readonly box: BoxDescription }) {
    this.engine = new Engine(scenario);
    for (const partition of this.engine.kernels.keys()) completeFiles(this.engine, partition);
    this.projector = new Projector(this.engine);
    this.log = this.reader("first");
    this.looks = new Looks(this.engine);
  }

  get now(): SimNs {
    return this.engine.now;
  }

  get idle(): boolean {
    return this.engine.idle;
  }

  get bytes(): number {
    let sum = CHANGE_BYTES * this.engine.transactions.changes + CAUSE_BYTES * this.journal.length;
    for (const { pages } of this.engine.kernels.values()) sum += KERNEL_BYTES + pages.byteLength;
    return sum;
  }

  submit(command: Cause, origin?: string): Submission {
    if (isTerminalCommand(command)) return this.engine.submit(command, origin);
    if (isFileCommand(command) && this.engine.kernels.has(command.partition))
      completeFiles(this.engine, command.partition);
    return this.noted(command, () => this.engine.submit(command, origin));
  }

  needsMoreFiles(command: Command): boolean {
    if (isLate(command)) return !hasFiles();
    const files = this.#filesOf(command);
    if (!files) return false;
    if (command.do === "write" || command.do === "chmod") return mayBeMissing(files, command.path);
    return files.calls === null;
  }

  /** The files that a command is about. */
  #filesOf(command: Command): FileTree | null {
    if (!isFileCommand(command) || !this.engine.kernels.has(command.partition)) return null;
    return this.engine.files(command.partition);
  }

  act(command: Command, origin: string): Submission {
    return this.noted(command, () => this.engine.act(command, origin));
  }

  private noted(command: Command, carryOut: () => Submission): Submission {
    const submission = carryOut();
    this.moments?.done(command, submission);
    return submission;
  }

  keepMoments(wanted: boolean): void {
    if (!wanted) this.moments = null;
    else this.moments ??= new Moments(this.engine, () => this.projector.patches());
  }

  drainMoments(): MomentMark[] {
    return this.moments?.drain() ?? [];
  }

  callStacks(): CallStack[] {
    return this.engine.callStacks();
  }

  get journal(): EnginePort["journal"] {
    return this.engine.journal;
  }

  get instant(): Instant {
    return this.engine.instant;
  }

  advanceTo(instant: Instant, budget?: { expired(): boolean }): boolean {
    return this.engine.advanceTo(instant, budget);
  }

  runUntil(t: SimNs, budget?: { expired(): boolean }): void {
    this.engine.runUntil(t, this.moments?.during(budget) ?? budget);
  }

  outcome(op: number): ErrnoName | null {
    return this.engine.operation(op)?.errno ?? null;
  }

  settle(limit?: number, budget?: { expired(): boolean }): boolean {
    return this.engine.settle(limit, budget);
  }

  drainPatches(): Patch[] {
    return this.moments?.patches() ?? this.projector.patches();
  }

  drainLog(): Omit<LogEntry, "seq">[] {
    return this.log
      .read()
      .flatMap(({ id: transaction, at, changes }) =>
        changes.flatMap((change) =>
          change.c === "log" || change.c === "journal"
            ? [{ at, partition: change.partition, level: change.level, line: change.line, transaction }]
            : [],
        ),
      );
  }

  /** What happened, for whoever wants to know. */
  reader(from: "now" | "first" = "now"): TransactionReader {
    return this.engine.transactions.reader(from);
  }

  drainChangedBlocks(): string[] {
    return this.projector.takeChangedBlocks();
  }

  culprit(id: number): ReturnType<EnginePort["culprit"]> {
    const attempt = this.engine.attempts.get(id);
    if (!attempt?.culprit || attempt.culprit.transaction === 0) return null;
    return { partition: attempt.partition, pfn: attempt.culprit.pfn, provenance: attempt.culprit.transaction };
  }

  provenance(partition: string, frame: number): number {
    const kernel = this.engine.kernels.get(partition);
    return kernel ? provenanceOf(kernel, frame).id : 0;
  }

  showAgain(): void {
    this.projector = new Projector(this.engine);
    this.moments?.begin();
    this.looks.begin();
  }

  pageMap(block: string, into: Uint8Array): void {
    const found = this.find(block);
    if (!found) return;
    const { kernel, number } = found;
    const { pages } = kernel;
    const first = sectionOf(number * kernel.blockPages);
    const fresh = this.engine.recorder.provenances.since(this.engine.now - FRESH_NS);
    for (let i = 0; i * PAGES_PER_SECTION < into.length; i++) {
      const section = first + i;
      const at = i * PAGES_PER_SECTION;
      const slot = pages.slotOf[section] ?? -1;
      if (slot < 0) {
        into.fill(pages.uniformKind[section] ?? PageKind.None, at, at + PAGES_PER_SECTION);
        continue;
      }
      const base = slot << SECTION_SHIFT;
      const { kind, flags, born } = pages;
      for (let page = 0; page < PAGES_PER_SECTION; page++) {
        const is = kind[base + page] as number;
        let byte = is;
        if (is > PageKind.Free) {
          const set = flags[base + page] as number;
          if (set & PageFlag.Isolated) byte |= MapFlag.Isolated;
          if (set & PageFlag.Pinned) byte |= MapFlag.Pinned;
          if (fresh[born[base + page] as number] === 1) byte |= MapFlag.Fresh;
        }
        into[at + page] = byte;
      }
    }
  }

  pageblockMap(block: string, into: Uint8Array): void {
    const found = this.find(block);
    if (!found) return;
    const { kernel, number } = found;
    const { pages } = kernel;
    const first = sectionOf(number * kernel.blockPages);
    const perSection = PAGES_PER_SECTION / PAGEBLOCK_PAGES;
    const counts = new Uint16Array(PAGE_KINDS);
    for (let i = 0; i * perSection < into.length; i++) {
      const slot = pages.slotOf[first + i] ?? -1;
      if (slot < 0) {
        into.fill(pages.uniformKind[first + i] ?? PageKind.None, i * perSection, (i + 1) * perSection);
        continue;
      }
      const base = slot << SECTION_SHIFT;
      for (let pageblock = 0; pageblock < perSection; pageblock++) {
        counts.fill(0);
        const start = base + pageblock * PAGEBLOCK_PAGES;
        for (let page = start; page < start + PAGEBLOCK_PAGES; page++) counts[pages.kind[page] as number]!++;
        into[i * perSection + pageblock] = dominant(counts);
      }
    }
  }

  inspect(partition: string, frame: number): PageInfo | null {
    const kernel = this.engine.kernels.get(partition);
    if (!kernel || !Number.isSafeInteger(frame) || frame < 0 || sectionOf(frame) >= kernel.pages.sections) return null;
    const block = kernel.blocks.get(kernel.blockNumberOf(frame));
    if (!block) return null;
    const { pages } = kernel;
    const index = pages.indexOf(frame);
    const kind = pages.kindAt(frame);
    const flags = index === NO_PAGE ? 0 : (pages.flags[index] as number);
    const order = index === NO_PAGE ? 10 : (pages.order[index] as number);
    const { owner, pid } = ownerOf(kernel, frame);
    const born = provenanceOf(kernel, frame);
    const zone = kernel.zoneAt(frame);
    return {
      partition,
      pfn: frame,
      block: block.number,
      kind: kind as PageInfo["kind"],
      flags,
      order: order <= 10 ? order : 0,
      owner,
      pid,
      mappedAt: mappedAt(kernel, frame),
      allocatedAt: kind === PageKind.Free || kind === PageKind.None ? null : born.at,
      allocatedWhy: kind === PageKind.Free || kind === PageKind.None ? null : born.why,
      pageblock: Math.floor((frame - block.startPfn) / PAGEBLOCK_PAGES),
      pageblockType: MIGRATE_TYPE_NAMES[kernel.pageblockTypeAt(frame)] as string,
      zone: zone?.name ?? null,
      node: zone?.node ?? block.nodes[0] ?? 0,
      fate: fateOf(kernel, block, frame, index),
    };
  }

  foreseeOffline(key: string): Foresight | Promise<Foresight> {
    return foreseeing(({ foreseeBlock }) => {
      const found = this.find(key);
      return foreseeBlock(found?.kernel, found?.number);
    });
  }

  foresee(id: string, to: Place): Foresight | Promise<Foresight> {
    return foreseeing(({ foreseeMove }) => foreseeMove(this.engine, id, to));
  }

  async remedies(attempt: number): Promise<Remedies> {
    const code = await import("./remedies-of.ts").catch(() => null);
    return code ? code.remediesOf(this.engine, attempt) : NO_REMEDIES;
  }

  shellLines(command: Command): ShellLines | null {
    return shellLines(this.engine, command);
  }

  async joinTerminals(sink: TerminalSink, act: EnginePort["act"]): Promise<TerminalsOfMachine> {
    const { ShellTerminals } = await import("../shell/shell-terminals.ts");
    return new ShellTerminals(this.engine, { sink, act, linesOf: (command) => shellLines(this.engine, command) });
  }

  async chain(partition: string, frame: number): Promise<Chain | null> {
    const { chainOf } = await import("../engine/inspect/index.ts");
    const kernel = this.engine.kernels.get(partition);
    return (kernel && chainOf(kernel, pfn(frame))) ?? null;
  }

  search(
    partition: string,
    text: string,
    begin: boolean,
    budget: { expired(): boolean },
  ): ReturnType<EnginePort["search"]> {
    return this.looks.search(partition, text, begin, budget);
  }

  hit(partition: string, from: number, step: 1 | -1): ReturnType<EnginePort["hit"]> {
    return this.looks.hit(partition, from, step);
  }

  look(look: Look | null, fresh: boolean): Looked | null {
    if (fresh) this.looks.begin();
    return this.looks.take(look);
  }

  snapshot(block: string | null): Promise<Snapshot> {
    return this.looks.snapshot(block, (key, into) => this.pageMap(key, into));
  }

  /** Plays a journal into a machine that has just booted. */
  replay(entries: Iterable<JournalEntry>, end: Instant): void {
    replay(this.engine, entries, end);
  }

  past(): Past {
    const { journal, instant } = this.engine;
    return { journal: journal.save(), instant, hash: stateHash(this.engine) };
  }

  async audit(): Promise<string[]> {
    const { audit } = await import("../engine/kernel/audit.ts");
    return [...this.engine.kernels.values()].flatMap((kernel) => audit(kernel));
  }

  private find(key: string): { kernel: Kernel; number: number } | undefined {
    const [partition, number] = key.split(":");
    const kernel = this.engine.kernels.get(partition ?? "");
    return kernel && number !== undefined ? { kernel, number: Number(number) } : undefined;
  }
}

let foresight: typeof import("./foresee-move.ts") | null = null;

/** Asks the code of foresight, at once where it is here; nothing is foreseen where it can't be had. */
function foreseeing(ask: (code: NonNullable<typeof foresight>) => Foresight): Foresight | Promise<Foresight> {
  if (foresight) return ask(foresight);
  return import("./foresee-move.ts").then(
    (code) => {
      foresight = code;
      return ask(code);
    },
    () => NOTHING_FORESEEN,
  );
}

/** The kind that a pageblock is shown as: what most of its used pages are; free only when all are. */
function dominant(counts: Uint16Array): number {
  let best: number = PageKind.Free;
  let most = 0;
  for (let kind = 0; kind < counts.length; kind++) {
    if (kind === PageKind.Free || (counts[kind] as number) <= most) continue;
    most = counts[kind] as number;
    best = kind;
  }
  // A pageblock that is nearly all free looks free, unless kernel memory in it decides over the whole block.
  const movable = isMovableKind(best);
  return movable && most < PAGEBLOCK_PAGES / 8 ? PageKind.Free : best;
}

/** What offlining a block would do with the page at an index (none where its section has no entries). */
function fateOf(kernel: Kernel, block: MemoryBlock, frame: number, index: number): PageInfo["fate"] {
  const kind = kernel.pages.kindAt(frame);
  if (block.state === "offline" || kind === PageKind.None) return "nothing";
  const zone = kernel.zoneAt(frame)?.type ?? null;
  const leave = index === NO_PAGE ? leaveOfKind(kernel, kind, zone) : leaveOf(kernel, index, zone);
  if (leave.can) return FATES[leave.how];
  // Off its list, it is on its way already: whoever took it is moving it.
  if (leave.code === "isolated") return "moves";
  return leave.stage === "never" ? "stays" : "blocks";
}

const FATES: Readonly<Record<WayOut, PageInfo["fate"]>> = {
  free: "freed",
  dissolves: "freed",
  moves: "moves",
  deflates: "moves",
  "moves-with-address": "moves",
  "stays-with-block": "goes-along",
  "out-of-use": "nothing",
};
