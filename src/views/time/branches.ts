/** Futures that were left, as what leaves a lane of the time bar: from where, what is different in them, how they ended. */
import { commonCauses } from "../../client/forks.ts";
import type { Fork, Kept, LastShown } from "../../client/keeper.ts";
import { commandWords } from "../../client/owners.ts";
import type { LogEntry } from "../../protocol/messages.ts";
import { topLevel } from "../verdict/attempts.ts";
import { headline } from "../verdict/headline.ts";
import { timeStrings as strings } from "./strings.ts";

export interface Branch {
  readonly number: number;
  readonly name: string;
  /** A person gave it that name. */
  readonly named: boolean;
  /** Key of the partition in which it differs first; `null`: it differs in nothing yet. */
  readonly partition: string | null;
  /** Simulated ns: until then it is the present machine, and where it was left. */
  readonly from: number;
  readonly to: number;
  /** What was done there and not here, or here and not there; empty where that is only time. */
  readonly differs: string;
  /** How the last attempt after that ended; `null`: there was none. */
  readonly ended: { readonly kind: "running" | "ok" | "failed"; readonly text: string } | null;
}

/** Where a future and the present part, simulated ns: at the first cause that only one of them has. */
export function partingOf(fork: Kept, present: Kept): number {
  const [there, here] = [fork.resume.causes, present.resume.causes];
  const common = commonCauses(there, here);
  const end = Number.POSITIVE_INFINITY;
  return Math.min(fork.resume.instant.at, there[common]?.at ?? end, here[common]?.at ?? end);
}

export function branchOf(fork: Fork, present: Kept, shown: LastShown): Branch {
  const from = partingOf(fork, present);
  const { at: to } = fork.resume.instant;
  const there = firstAfter(from, fork.shown);
  const here = firstAfter(from, shown);
  const [last] = fork.shown
    ? topLevel(fork.shown.records.attempt)
        .filter(({ startedAt }) => startedAt >= from)
        .sort((one, other) => (other.endedAt ?? to) - (one.endedAt ?? to))
    : [];
  const partition = last?.partition || there?.partition || here?.partition || null;
  return {
    number: fork.number,
    get name() {
      return fork.name ?? strings.fork(fork.number);
    },
    named: fork.name !== null,
    partition,
    from,
    to,
    get differs() {
      return there ? commandWords(there) : here && here.at < to ? strings.without(commandWords(here)) : "";
    },
    ended: last
      ? {
          kind: last.result,
          get text() {
            return headline(last, null);
          },
        }
      : null,
  };
}

/** The first command that was given then. */
function firstAfter(from: number, shown: LastShown | null): LogEntry | null {
  return shown?.log.find(({ level, at, rejected }) => level === "command" && at >= from && !rejected) ?? null;
}
