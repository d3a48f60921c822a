/** What happened since the page was opened, as marks on a line of simulated time. */
import { commandWords } from "../../client/owners.ts";
import type { PlaygroundState, RecordTables } from "../../client/playground.ts";
import { topLevel } from "../verdict/attempts.ts";
import { headline } from "../verdict/headline.ts";

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
    .filter(({ level, at, rejected }) => level === "command" && !rejected && at >= begin)
    .map((entry): Happening => {
      const { seq, at } = entry;
      return {
        key: `line ${seq}`,
        at,
        kind: "command",
        get text() {
          return commandWords(entry);
        },
        attempt: null,
      };
    });
  const attempted = topLevel(attempts)
    .filter((attempt) => (attempt.endedAt ?? attempt.startedAt) >= begin)
    .map(
      (attempt): Happening => ({
        key: `attempt ${attempt.key}`,
        at: attempt.endedAt ?? attempt.startedAt,
        kind: attempt.result,
        get text() {
          return headline(attempt, null);
        },
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

export interface AxisTick {
  /** Simulated ns since power-on, as the clock counts them. */
  readonly at: number;
  /** With its unit, e.g. `250 ms`. */
  readonly label: string;
}

/** Round times (1, 2 or 5 times a power of ten) from `begin` on for `length` ns: at least 2, at most `most` of them. */
export function axisTicks(begin: number, length: number, most: number): readonly AxisTick[] {
  const rough = length / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power);
  const ticks: AxisTick[] = [];
  for (let index = Math.ceil(begin / step); index * step <= begin + length; index++)
    ticks.push({ at: index * step, label: tickLabel(index * step, step) });
  return ticks;
}

/** In the unit that suits the time, with as many digits as the step between two needs. */
function tickLabel(at: number, step: number): string {
  const digits = (unit: number) => Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9));
  if (at < 1e9) return `${(at / 1e6).toFixed(digits(1e6))} ms`;
  if (at < 60e9) return `${(at / 1e9).toFixed(digits(1e9))} s`;
  const seconds = (at / 1e9) % 60;
  const width = digits(1e9) === 0 ? 2 : 3 + digits(1e9);
  return `${Math.floor(at / 60e9)}:${seconds.toFixed(digits(1e9)).padStart(width, "0")} min`;
}
