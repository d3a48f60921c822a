/** What stands on the lanes of the unfolded time bar: for each partition its operations, commands and loads. */
import { ownerWords } from "../../client/owners.ts";
import type { PlaygroundState } from "../../client/playground.ts";
import type { PartitionRecord } from "../../protocol/records.ts";
import { hexPfn } from "../verdict/phrase.ts";
import { type Happening, happeningsSince } from "./happenings.ts";
import { lengthOf } from "./durations.ts";
import { timeStrings as strings } from "./strings.ts";

export interface View {
  /** Simulated ns at both ends. */
  readonly from: number;
  readonly to: number;
}

/** An operation, or a command that was no more than a command. */
export interface Span extends Happening {
  readonly from: number;
  /** `null` while it runs. */
  readonly to: number | null;
  readonly errno: string | null;
}

export interface Lane {
  readonly partition: PartitionRecord;
  readonly spans: readonly Span[];
}

/** From a refusal back to when the page in the way was allocated. */
export interface Arc {
  readonly partition: string;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Partitions in their order. A command that names none stands where what it began is, or in the first lane. */
export function lanesOf({ log, records }: Pick<PlaygroundState, "log" | "records">, begin: number): readonly Lane[] {
  const partitions = Object.values(records.partition);
  const spans = new Map<string, Span[]>(partitions.map(({ key }) => [key, []]));
  const happenings = happeningsSince(begin, log, records.attempt);
  const commandAt = new Map(
    log
      .filter(({ level }) => level === "command")
      .map(({ seq, partition }): readonly [string, string] => [`line ${seq}`, partition]),
  );
  const begun = new Map<number, string>();
  for (const { attempt: key } of happenings) {
    const attempt = key === null ? undefined : records.attempt[key];
    if (!attempt) continue;
    begun.set(attempt.startedAt, attempt.partition);
  }
  for (const happening of happenings) {
    const attempt = happening.attempt === null ? undefined : records.attempt[happening.attempt];
    const named = attempt?.partition ?? commandAt.get(happening.key) ?? "";
    const partition = named || begun.get(happening.at) || (partitions[0]?.key ?? "");
    spans.get(partition)?.push({
      ...happening,
      from: attempt?.startedAt ?? happening.at,
      to: attempt ? attempt.endedAt : happening.at,
      errno: attempt?.errno ?? null,
    });
  }
  return partitions.map((partition) => ({ partition, spans: spans.get(partition.key) ?? [] }));
}

/** The arc of the attempt that is looked at, or of the last that was refused for a page; `null`: none, or since boot. */
export function arcOf({ records, selection }: Pick<PlaygroundState, "records" | "selection">): Arc | null {
  const refused = Object.values(records.attempt).filter(
    ({ parent, endedAt, culprit }) => parent === null && endedAt !== null && culprit?.allocatedAt != null,
  );
  const chosen = refused.find(({ key }) => key === selection.attempt) ?? refused.at(-1);
  const { culprit, endedAt } = chosen ?? {};
  if (!chosen || !culprit || culprit.allocatedAt === null || endedAt == null) return null;
  const earlier = lengthOf(endedAt - culprit.allocatedAt);
  return {
    partition: chosen.partition,
    from: culprit.allocatedAt,
    to: endedAt,
    get text() {
      return strings.arc(earlier, hexPfn(culprit.pfn), ownerWords(culprit.owner));
    },
  };
}

/** The view after zooming by a factor about a time that stays where it is; never more than all of it. */
export function zoomed(view: View, about: number, factor: number, all: View): View {
  const length = Math.min(all.to - all.from, Math.max(1000, (view.to - view.from) * factor));
  const share = (about - view.from) / (view.to - view.from);
  const from = Math.min(Math.max(all.from, about - share * length), all.to - length);
  return { from, to: from + length };
}
