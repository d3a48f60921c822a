/**
 * What somebody who watches a migration is told while it goes on. Nobody watches unless a view asks
 * (../inspect/migration-watch.ts); whoever does must not change the machine. Pages are indexes.
 */
import type { Zone } from "../memory/zone.ts";
import type { AttemptLog } from "./attempt.ts";
import type { KernelFunction } from "./functions.ts";
import type { ErrnoName } from "./outcome.ts";

/** Pages that are isolated to be emptied. */
export interface WatchedRange {
  readonly zone: Zone;
  readonly startPfn: number;
}

export interface MigrationWatch {
  /** A block's pageblocks are isolated: it is going to be emptied. */
  begins(attempt: AttemptLog, range: WatchedRange): void;
  /** Its emptying has ended, well (`null`) or not. */
  ends(errno: ErrnoName | null): void;
  /** The function whose time passes now. */
  at(name: KernelFunction): void;
  /** A round took these pages off their lists. */
  isolates(list: readonly number[]): void;
  /** A pass over what is left of a list begins. */
  passes(list: readonly number[], pass: number, pending: readonly number[]): void;
  /** The page's entries are migration entries now; `copy` waits for its content. */
  unmaps(page: number, copy: number): void;
  /** `copy` has taken the place of 2^order pages everywhere. The old ones may be free already. */
  moves(page: number, copy: number, order: number): void;
  /** The page's user ended meanwhile, and it was freed. */
  frees(page: number, order: number): void;
  /** The page was tried and stays, for now. */
  stays(page: number, errno: "EAGAIN" | "ENOMEM"): void;
  /** What no pass could move went back to its lists. */
  putsBack(list: readonly number[]): void;
}
