/** What a generator gives: a machine, what is done to it, what is asked; and other machines, from which wrong answers come. */
import type { RecordTables } from "../../client/playground.ts";
import type { Command } from "../../engine/time/commands.ts";
import type { Exercise, Said } from "../../lessons/predict/format.ts";
import type { Observation } from "../../lessons/predict/observe.ts";
import type { Scenario } from "../../protocol/scenario.ts";

/** A machine, what is done to it one after the other, and what is read off it then. */
export interface Trial {
  readonly scenario: Scenario;
  readonly moves: readonly Command[];
  readonly observation: Observation;
  /** It is decided before the last move has come to its end, and looked at then. */
  readonly inMidst?: boolean;
}

/** The same, with one thing different: `from` says which. */
export interface Variant extends Trial {
  readonly from: Said;
}

export interface Draft extends Trial {
  readonly ask: Said;
  readonly variants: readonly Variant[];
  /** Another machine, whose answer is told with the question. */
  readonly first?: Trial;
  readonly hides: Exercise["hides"];
  /** What came of it is not worth asking about. */
  readonly refuses?: (tried: { readonly value: string; readonly before: RecordTables }) => boolean;
}

/** Chance, from the exercise's seed alone. */
export interface Dice {
  /** A whole number, both ends included. */
  between(low: number, high: number): number;
  /** True once in so many times. */
  once(in_: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** All of them, in another order. */
  shuffled<T>(choices: readonly T[]): T[];
}

/** `level` is 1 to `LEVELS`. A draft that asks nothing worth asking is left out by who tries it (./trial.ts). */
export type Generator = (level: number, dice: Dice) => Draft;

export function diceOf(random: () => number): Dice {
  const below = (count: number): number => Math.floor(random() * count);
  return {
    between: (low, high) => low + below(high - low + 1),
    once: (in_) => below(in_) === 0,
    pick: (choices) => {
      if (choices.length === 0) throw new Error("nothing to choose from");
      return choices[below(choices.length)] as (typeof choices)[number];
    },
    shuffled: (choices) => {
      const left = [...choices];
      for (let i = left.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [left[i], left[j]] = [left[j] as (typeof left)[number], left[i] as (typeof left)[number]];
      }
      return left;
    },
  };
}
