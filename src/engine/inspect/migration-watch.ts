/**
 * Whoever watches the migrations of a kernel: told page by page (../migration/watch.ts), it keeps sums, and what the last
 * attempts came to. It changes nothing, and what it keeps is bounded: of an attempt a few KiB and a number for each page
 * that was tried and stays.
 */
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind } from "../memory/kinds.ts";
import type { KernelFunction } from "../chronicle/functions.ts";
import type { WatchedRange } from "../chronicle/migration-watch.ts";
import type { MigrationWatch } from "../chronicle/migration-watch.ts";
import { FollowedPage } from "./followed-page.ts";
import { slotOf } from "./migration-source.ts";
import { type Followed, type MigrationState, SLOTS } from "./migration-state.ts";
import { MigrationTrace } from "./migration-trace.ts";
import { HUGE_PAGES } from "../holders/huge-pool.ts";

/** Attempts that ended and can be opened again as they were at their end. */
export const KEPT_ATTEMPTS = 16;

/** Pages that nobody maps, one after the other, before one of them is followed. */
const MOST_PASSED_OVER = 1_024;

export interface Wanted {
  /** `null`: the one that runs, else the last. */
  readonly attempt: number | null;
  /** Page to follow; `null`: the next that moves. */
  readonly follow: number | null;
  /** Another number asks for another page that moves next. */
  readonly next: number;
}

export class MigrationWatcher implements MigrationWatch {
  readonly kernel: Kernel;
  private trace: MigrationTrace | null = null;
  /** Newest last. */
  private readonly ended: MigrationState[] = [];
  private followed: FollowedPage | null = null;
  private wanted = { follow: null as number | null, next: -1 };
  /** When the last round took its pages off their lists. */
  private isolatedAt = 0;
  private passedOver = 0;
  /** When the last page's entries became migration entries. */
  private unmappedAt = 0;
  /** Somebody looks: attempts that begin are watched, too. */
  private looked = false;
  /** Changes with whatever it was told. */
  version = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Begins to watch, also what goes on already. */
  look(): void {
    this.looked = true;
    const { kernel } = this;
    if (kernel.migrationWatch === this) return;
    kernel.migrationWatch = this;
    this.trace = null;
    this.isolatedAt = this.unmappedAt = kernel.now;
  }

  /** Nobody looks any more; what is being watched is watched to its end. */
  rest(): void {
    this.looked = false;
    if (this.trace === null && this.kernel.migrationWatch === this) this.kernel.migrationWatch = null;
  }

  /** Takes up an attempt that began before anybody watched. `attempts`: those that run. */
  catchUp(attempts: Iterable<AttemptLog>): void {
    if (this.trace !== null || this.kernel.isolated.size === 0) return;
    for (const attempt of attempts) {
      if (!attempt.running || attempt.kind !== "offline" || attempt.partition !== this.kernel.id) continue;
      // After its emptying ended an offline still has its block isolated for a while: there is nothing left to watch.
      const { checks } = attempt.value();
      if (!checks.some(isIsolated) || checks.some(isEmptied)) continue;
      const number = Number(attempt.target.slice("memory".length));
      for (const range of this.kernel.isolated)
        if (this.kernel.blockNumberOf(range.startPfn) === number)
          this.trace = new MigrationTrace(this.kernel, attempt, range, true);
    }
  }

  /** Which page is followed from now on. */
  follow({ follow, next }: Pick<Wanted, "follow" | "next">): void {
    if (follow === this.wanted.follow && next === this.wanted.next) return;
    this.wanted = { follow, next };
    this.followed = null;
    this.version++;
    if (follow === null) return;
    const index = this.kernel.pages.indexOf(follow);
    if (index < 0 || slotOf(this.kernel.pages.kind[index] as number) === SLOTS - 1) return;
    const { isolatedAt, unmappedAt, kernel } = this;
    this.followed = new FollowedPage(kernel, this.headOf(index), this.nodeOf(index), isolatedAt, unmappedAt);
  }

  /** An attempt as it stands, or stood when it ended; `null` when nothing is kept of it. */
  state(attempt: number | null): MigrationState | null {
    const running = this.trace;
    if (running && (attempt === null || attempt === running.attempt.id)) return running.state();
    return (attempt === null ? this.ended.at(-1) : this.ended.find((one) => one.attempt === attempt)) ?? null;
  }

  /** Attempts whose state is kept, oldest first, the running one last. */
  get kept(): number[] {
    const ids = this.ended.map(({ attempt }) => attempt);
    return this.trace ? [...ids, this.trace.attempt.id] : ids;
  }

  get running(): boolean {
    return this.trace !== null;
  }

  get page(): Followed | null {
    return this.followed?.state() ?? null;
  }

  begins(attempt: AttemptLog, range: WatchedRange): void {
    this.version++;
    this.trace = new MigrationTrace(this.kernel, attempt, range, false);
  }

  ends(errno: ErrnoName | null): void {
    this.version++;
    if (this.trace) {
      this.ended.push(this.trace.end(errno));
      if (this.ended.length > KEPT_ATTEMPTS) this.ended.shift();
      this.trace = null;
    }
    if (!this.looked) this.kernel.migrationWatch = null;
  }

  at(name: KernelFunction): void {
    this.version++;
    if (this.trace) this.trace.function = name;
  }

  isolates(list: readonly number[]): void {
    this.version++;
    this.isolatedAt = this.kernel.now;
    this.trace?.isolates(list);
    for (const page of list) if (this.followed?.is(page)) this.followed.isolated(this.kernel.now);
  }

  passes(list: readonly number[], pass: number, pending: readonly number[]): void {
    this.trace?.passes(list, pass, pending);
  }

  unmaps(page: number, copy: number): void {
    this.version++;
    this.trace?.reaches(page);
    if (this.wanted.follow === null && this.followed === null && this.trace?.holds(page) && this.tells(page)) {
      this.followed = new FollowedPage(this.kernel, page, this.trace.node, this.isolatedAt, this.kernel.now);
      this.followed.isolated(this.isolatedAt);
    }
    this.unmappedAt = this.kernel.now;
    if (this.followed?.is(page)) this.followed.unmapped(copy);
  }

  moves(page: number, copy: number, order: number): void {
    this.version++;
    this.trace?.moves(page, copy, order);
    if (this.followed?.is(page)) this.followed.moved(copy);
  }

  frees(page: number, order: number): void {
    this.version++;
    this.trace?.frees(page, order);
    if (this.followed?.is(page)) this.followed.freed();
  }

  stays(page: number, errno: "EAGAIN" | "ENOMEM"): void {
    this.version++;
    this.trace?.stays(page, errno);
    if (this.followed?.is(page)) this.followed.stayed(errno);
  }

  putsBack(list: readonly number[]): void {
    this.version++;
    this.trace?.putsBack();
    if (this.followed) for (const page of list) if (this.followed.is(page)) this.followed.putBack();
  }

  /** Whether somebody maps the page, so that there is an entry to see; where nobody maps any, one that nobody maps will do. */
  private tells(page: number): boolean {
    const mapped = (this.kernel.mappings.get(this.kernel.pages.a[page] as number)?.areas.length ?? 0) > 0;
    this.passedOver = mapped ? 0 : this.passedOver + 1;
    return mapped || this.passedOver > MOST_PASSED_OVER;
  }

  private headOf(index: number): number {
    const { pages, gigantic } = this.kernel;
    const { kind } = pages;
    const head = gigantic.usedAt(pages.pfnOf(index));
    if (head >= 0) return head;
    const huge = kind[index] === PageKind.AnonHuge || kind[index] === PageKind.Hugetlb;
    return huge ? index - (index % HUGE_PAGES) : index;
  }

  private nodeOf(index: number): number {
    return this.kernel.zoneOfIndex(index)?.node ?? 0;
  }
}

const isIsolated = ({ rule, verdict }: { rule: string; verdict: string }): boolean =>
  rule === "isolate" && verdict === "pass";

const isEmptied = ({ rule, verdict }: { rule: string; verdict: string }): boolean =>
  rule === "migrate" && verdict === "pass";
