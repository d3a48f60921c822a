/**
 * Exercises of "predict, then see": one is a generator, a level and a seed, so it fits in a link. What it asks, and what can
 * be answered, is found out by machines (src/author/exercises); the page's own machine then does it for all to see.
 */
import type { Command } from "../../engine/time/commands.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import type { Observation } from "./observe.ts";

export const GENERATORS = [
  "what-answer",
  "which-stays",
  "which-zone",
  "valid-zones",
  "where-lands",
  "movable-start",
  "free-falls",
  "memmap-host",
  "leave-order",
  "one-different",
] as const;
export type GeneratorName = (typeof GENERATORS)[number];

export const LEVELS = 4;
/** Seeds that a link may name: 0 to this. */
export const LAST_SEED = 999_999;

export interface ExerciseName {
  readonly generator: GeneratorName;
  /** 1 to `LEVELS`. */
  readonly level: number;
  readonly seed: number;
}

/** Words by code, filled with data: the sentences are the view's. */
export interface Said {
  readonly code: string;
  readonly data: Readonly<Record<string, string | number>>;
}

/** Something that can be answered. */
export interface Option {
  /** As `observe` reads it; of "how often": `always`, `sometimes`, `never`. */
  readonly value: string;
  /** The machine that does so, where it isn't the one that is asked about: what is different there. */
  readonly from: Said | null;
}

export interface ExerciseMove {
  readonly command: Command;
  /** Simulated ns until it has decided itself. */
  readonly takes: number;
  /** It has come to its end by then; else it is looked at for so long. */
  readonly ends: boolean;
}

export interface Exercise {
  readonly name: ExerciseName;
  readonly scenario: Scenario;
  /** Done one after the other. */
  readonly moves: readonly ExerciseMove[];
  readonly ask: Said;
  readonly observation: Observation;
  readonly options: readonly Option[];
  /** What another machine does that differs in one thing: told with the question, which then says in what. */
  readonly first: string | null;
  /** Index of the only option that is true. */
  readonly truth: number;
  /** What this machine does. */
  readonly value: string;
  /** Where chance has a part, or is asked for: what is looked for, and what machines did that differ only in their seed. */
  readonly often: { readonly value: string; readonly tally: readonly (readonly [string, number])[] } | null;
  /** What of the machine would tell the answer, and is not drawn before it. */
  readonly hides: "machine" | null;
  /** It is decided before the last move has come to its end. */
  readonly inMidst: boolean;
}

/** Jobs of the workshop's worker (src/author/workshop.ts). */
export type ToWorkshop =
  | { readonly type: "exercise"; readonly name: ExerciseName }
  /** Tries a lesson, a file's text, as `npm run lesson -- check` does. `beside`: the page's address, for other lessons. */
  | { readonly type: "check"; readonly text: string; readonly beside: string }
  /** Plays every click of a talk, a file's text, as `npm run talk -- check` does. */
  | { readonly type: "rehearse"; readonly text: string };
export type FromWorkshop =
  | { readonly type: "exercise"; readonly exercise: Exercise }
  /** One thing that is wrong with a lesson, as `field: reason`; more may come. */
  | { readonly type: "finding"; readonly finding: string }
  | { readonly type: "checked" }
  | { readonly type: "broke"; readonly reason: string };

const ADDRESS = /^#predict(?:=([\w-]{1,32})(?:\/(\d)(?:\/(\d{1,6}))?)?)?$/;

/** What an address names; `null`: no exercise. What it doesn't say, or says wrongly, is left out. */
export function readExercise(hash: string): Partial<ExerciseName> | null {
  const said = ADDRESS.exec(hash);
  if (!said) return null;
  const generator = GENERATORS.find((name) => name === said[1]);
  const level = Number(said[2] ?? 0);
  return {
    ...(generator && { generator }),
    ...(generator &&
      level >= 1 &&
      level <= LEVELS && { level, ...(said[3] !== undefined && { seed: Number(said[3]) }) }),
  };
}

export const addressOf = ({ generator, level, seed }: ExerciseName): string => `#predict=${generator}/${level}/${seed}`;
