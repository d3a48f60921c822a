/** Gathers what an attempt finds while it runs; views read it at any time as the plain value `Attempt`. */
import type { Attempt, AttemptKind, AttemptStep, Check, CheckRule, Culprit, ErrnoName } from "./outcome.ts";
import type { KernelFunction } from "./functions.ts";
import type { SimNs } from "../units.ts";

type StepStates = Readonly<Record<Attempt["result"], AttemptStep["state"]>>;
const OFFLINE_STEPS: StepStates = { running: "emptying", ok: "offline", failed: "stayed" };
const RETURN_STEPS: StepStates = { running: "coming-back", ok: "rolled-back", failed: "not-back" };
const ONLINE_STEPS: StepStates = { running: "coming-online", ok: "online", failed: "not-online" };

export class AttemptLog {
  readonly id: number;
  readonly kind: AttemptKind;
  readonly partition: string;
  readonly target: string;
  /** Attempt that this one is a part of: what happens here shows there too. */
  readonly whole: AttemptLog | null;
  readonly startedAt: SimNs;
  private endedAt: SimNs | null = null;
  private result: Attempt["result"] = "running";
  private errno: ErrnoName | null = null;
  private readonly checks = new Map<CheckRule, Check>();
  culprit: Culprit | null = null;
  pagesMoved = 0;
  pagesFailed = 0;
  /** Rounds over the pages that are left. */
  passCount = 0;
  private readonly movedTo = new Map<string, [number, string, number]>();
  private readonly lines: string[] = [];
  private readonly steps = new Map<string, AttemptStep>();
  /** Goes up with every change to what `value` says. */
  revision = 0;

  /** Eject that this add follows. */
  follows: number | null = null;
  private readonly cause: string;

  constructor(begun: {
    readonly id: number;
    readonly kind: AttemptKind;
    readonly partition: string;
    readonly target: string;
    readonly at: SimNs;
    readonly whole: AttemptLog | null;
    readonly cause: string;
  }) {
    this.id = begun.id;
    this.kind = begun.kind;
    this.partition = begun.partition;
    this.target = begun.target;
    this.startedAt = begun.at;
    this.whole = begun.whole;
    this.cause = begun.cause;
    this.whole?.step(this);
  }

  get running(): boolean {
    return this.result === "running";
  }

  /** States a check's verdict; a later statement about the same rule replaces it. */
  check(rule: CheckRule, verdict: Check["verdict"], where: KernelFunction, data: Check["data"] = {}): void {
    this.checks.set(rule, { rule, verdict, where, data });
    this.revision++;
  }

  /** States a check that passed, and adds its figures to what was stated before, here and in the whole. */
  tally(rule: CheckRule, where: KernelFunction, amounts: Readonly<Record<string, number>>): void {
    const before = this.checks.get(rule)?.data ?? {};
    const data = Object.fromEntries(
      Object.entries(amounts).map(([name, amount]) => [
        name,
        Math.round((Number(before[name] ?? 0) + amount) * 100) / 100,
      ]),
    );
    this.check(rule, "pass", where, data);
    this.whole?.tally(rule, where, amounts);
  }

  /** A part began or ended: what it means for its block, in this attempt. */
  private step(part: AttemptLog): void {
    const { target, kind, result, id } = part;
    if (kind !== "offline" && kind !== "online") return;
    const before = this.steps.get(target);
    const tries = (before?.tries ?? 0) + (kind === "offline" && result === "running" ? 1 : 0);
    const state = kind === "offline" ? OFFLINE_STEPS[result] : (tries > 0 ? RETURN_STEPS : ONLINE_STEPS)[result];
    this.steps.set(target, { target, state, attempt: id, tries });
    this.revision++;
  }

  blame(culprit: Culprit): void {
    this.culprit = culprit;
    this.revision++;
    this.whole?.blame(culprit);
  }

  /** One more round over the pages that are left. */
  pass(): void {
    this.passCount++;
    this.revision++;
    this.whole?.pass();
  }

  failed(pages: number): void {
    this.pagesFailed = pages;
    this.revision++;
    this.whole?.failed(pages);
  }

  moved(node: number, zone: string, pages: number): void {
    this.pagesMoved += pages;
    const key = `${node}/${zone}`;
    const known = this.movedTo.get(key);
    if (known) known[2] += pages;
    else this.movedTo.set(key, [node, zone, pages]);
    this.revision++;
    this.whole?.moved(node, zone, pages);
  }

  log(line: string): void {
    if (this.lines.length < 200) this.lines.push(line);
    this.revision++;
    this.whole?.log(line);
  }

  end(errno: ErrnoName | null, at: SimNs): void {
    this.result = errno === null ? "ok" : "failed";
    this.errno = errno;
    this.endedAt = at;
    this.revision++;
    this.whole?.step(this);
    // A refusal of a part explains the whole: its checks are the interesting ones.
    if (errno !== null && this.whole)
      for (const check of this.checks.values()) this.whole.check(check.rule, check.verdict, check.where, check.data);
  }

  /** The kernel stopped in the middle of it, or its machine restarts: there is no errno, and nobody to get one. */
  halt(at: SimNs, restarts: boolean): void {
    if (restarts) this.check("kernel-runs", "fail", "kernel_restart", { restarted: 1 });
    else this.check("kernel-runs", "fail", "panic");
    this.result = "failed";
    this.endedAt = at;
    this.whole?.step(this);
  }

  value(): Attempt {
    return {
      id: this.id,
      kind: this.kind,
      partition: this.partition,
      target: this.target,
      startedAt: this.startedAt,
      endedAt: this.endedAt,
      result: this.result,
      errno: this.errno,
      checks: [...this.checks.values()],
      culprit: this.culprit,
      pagesMoved: this.pagesMoved,
      pagesFailed: this.pagesFailed,
      movedTo: [...this.movedTo.values()].map(([node, zone, pages]) => [node, zone, pages] as const),
      passes: this.passCount,
      log: [...this.lines],
      parent: this.whole?.id ?? null,
      cause: this.cause,
      follows: this.follows,
      steps: [...this.steps.values()],
    };
  }
}
