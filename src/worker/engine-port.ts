/**
 * What the worker needs of the engine. `Engine` in src/engine/time/engine.ts has this shape; tests put a small
 * machine of their own behind it.
 */
import type { BoxDescription } from "../engine/hardware/description.ts";
import type { ErrnoName } from "../engine/hotplug/outcome.ts";
import type { Command, Place } from "../engine/time/commands.ts";
import type { Transaction } from "../engine/time/transactions.ts";
import type { SimNs } from "../engine/units.ts";
import type { Foresight, LogEntry } from "../protocol/messages.ts";
import type { PageInfo, Patch } from "../protocol/records.ts";

export interface EnginePort {
  readonly now: SimNs;
  /** Nothing left to simulate but the passing of time. */
  readonly idle: boolean;
  submit(
    command: Command,
    origin?: string,
  ): { readonly errno: ErrnoName | null; readonly message: string | null; readonly op: number | null };
  /** Advances to `t`; returns early, with `now` where it got, when the budget expires. */
  runUntil(t: SimNs, budget?: { expired(): boolean }): void;
  /** Runs until all running operations ended. */
  settle(): void;
  /** Each `drain` hands over what came up since the last call, and forgets it. */
  drainPatches(): Patch[];
  drainLog(): LogEntry[];
  drainTransactions(): Transaction[];
  drainChangedBlocks(): string[];
  /** One byte a page of this block (see MapFlag), into an array of exactly that length. */
  pageMap(block: string, into: Uint8Array): void;
  /** One byte a pageblock of this block, the dominant kind. */
  pageblockMap(block: string, into: Uint8Array): void;
  inspect(partition: string, pfn: number): PageInfo | null;
  foresee(dimm: string, to: Place): Foresight;
  /** Sentences about what does not agree with itself; empty when all is well. */
  audit(): string[];
}

export type BuildEngine = (scenario: { readonly seed: number; readonly box: BoxDescription }) => EnginePort;
