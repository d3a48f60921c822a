/** What happened since the page was opened, as marks on a line of simulated time. */
import type { PlaygroundState, RecordTables } from "../client/playground.ts";
import { topLevel } from "../views/verdict/attempts.ts";
import { headline } from "../views/verdict/sentences.ts";

export interface Happening {
  readonly key: string;
  /** Simulated ns since power-on. */
  readonly at: number;
  readonly kind: "command" | "running" | "ok" | "failed";
  readonly text: string;
  /** The attempt to look at, where there is one. */
  readonly attempt: string | null;
}

/** The newest so many are shown. */
const MOST = 80;

/** Commands, and what someone attempted, since `begin`, oldest first. */
export function happeningsSince(
  begin: number,
  log: PlaygroundState["log"],
  attempts: RecordTables["attempt"],
): readonly Happening[] {
  const commands = log
    .filter(({ level, at }) => level === "command" && at >= begin)
    .map(({ seq, at, line }): Happening => ({ key: `line ${seq}`, at, kind: "command", text: line, attempt: null }));
  const attempted = topLevel(attempts)
    .filter((attempt) => (attempt.endedAt ?? attempt.startedAt) >= begin)
    .map(
      (attempt): Happening => ({
        key: `attempt ${attempt.key}`,
        at: attempt.endedAt ?? attempt.startedAt,
        kind: attempt.result,
        text: headline(attempt, null),
        attempt: attempt.key,
      }),
    );
  return [...commands, ...attempted].sort((a, b) => a.at - b.at).slice(-MOST);
}

/**
 * The length of the line in ns: the next round figure (1, 2 or 5 times a power of ten) that holds what has passed, so
 * that marks stay where they are for most of the time.
 */
export function lineLength(passed: number): number {
  const least = 1e6;
  const power = 10 ** Math.floor(Math.log10(Math.max(passed, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((length) => length >= passed) ?? least;
}

/** `00:12.481` */
export function clockTime(ns: number): string {
  const ms = Math.floor(ns / 1e6);
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.floor(ms / 1000) % 60;
  return `${String(minutes).padStart(2, "0")}:${String(seconds).padStart(2, "0")}.${String(ms % 1000).padStart(3, "0")}`;
}
