/**
 * A lesson file, version 1: words, a machine to start from, and what has to become true of it. All of it is data; what a
 * move leads to is nowhere in it, for the machine answers that.
 */
import type { Command } from "../engine/time/commands.ts";
import type { Scenario } from "../protocol/scenario.ts";
import type { Boot, BootChoice } from "./boot.ts";
import type { Point } from "./pointing.ts";
import type { GeneratorName } from "./predict/format.ts";

/** The longest text of a lesson file that is read, in UTF-16 units. */
export const LONGEST_LESSON = 256 * 1024;

/** What predicates are about: what the client's store knows. */
export const COLLECTIONS = [
  "blocks",
  "nodes",
  "zones",
  "dimms",
  "partitions",
  "processes",
  "attempts",
  "pages",
  // What was done so far, with the answers.
  "acts",
] as const;
export type Collection = (typeof COLLECTIONS)[number];

/** What an item is compared with: a value, one of several, or for numbers a comparison like `>= 100`. */
export type Expectation = string | number | boolean | readonly (string | number)[];
export type Expectations = Readonly<Record<string, Expectation>>;

/** Keeps that are not made of records of one instant. */
export const BUILT_IN = ["nothing-killed", "nothing-lost", "no-reboot"] as const;
export type BuiltIn = (typeof BUILT_IN)[number];

/** Quantifiers and what else is named must all hold. `all` of nothing is false: what is not there is not so. */
export interface Predicate {
  readonly all?: Collection;
  readonly any?: Collection;
  readonly none?: Collection;
  readonly count?: Collection;
  readonly where?: Expectations;
  readonly is?: Expectations;
  /** Of `count`: a number, or a comparison. */
  readonly value?: number | string;
  /** What a person did last. */
  readonly last?: Expectations;
  readonly and?: readonly Predicate[];
  readonly or?: readonly Predicate[];
  readonly not?: Predicate;
  readonly built?: BuiltIn;
}

export interface Goal {
  readonly id: string;
  readonly kind: "reach" | "keep" | "then";
  /** Key of its words; its id where none is given. */
  readonly say: string;
  /** Of `then`: the goal before it. */
  readonly after: string | null;
  readonly what: Predicate;
}

/** Where lines of lessons are run. */
export const FOLDER = "/sys/devices/system/memory";

/** A line for a shell in `FOLDER`, or a command as a drag gives it. */
export type Move = string | Command;

/** Something that a reader does: a move of the machine, booting it otherwise, or pointing at what they hold to be the cause. */
export type Doing = Move | Boot | Point;

export interface Wrong {
  readonly when: Predicate;
  readonly say: string;
  /** Id of the goal that it leads away from. */
  readonly goal: string | null;
  /** What takes it back. */
  readonly try: readonly string[];
  /** Moves after which it is shown: tried when the lesson is checked. Where there are none, they are looked for. */
  readonly moves: readonly Doing[];
}

export interface Solution {
  /** Key of what it is called; itself where there are no such words. */
  readonly name: string;
  readonly moves: readonly Doing[];
}

/** A copy that is watched beside the one that is asked about. */
export interface Beside {
  /** Key of what it is called. */
  readonly say: string | null;
  /** Booted otherwise than the lesson's machine. */
  readonly boot: Boot | null;
  readonly commands: readonly Move[];
}

/** A question that a copy answers. It begins as the lesson's machine began, and is a worked run: seen line by line. */
export interface Prediction {
  readonly id: string;
  /** Key of what the copy is called where others stand beside it. */
  readonly name: string | null;
  readonly boot: Boot | null;
  readonly beside: readonly Beside[];
  readonly question: string;
  readonly options: readonly { readonly say: string; readonly when: Predicate }[];
  /** What settles it. */
  readonly commands: readonly Move[];
  /** Keys of what is said of the first commands, which are seen before the question: there the run stops. */
  readonly watch: readonly string[];
  /** Key of what is left to the reader: the same with one thing changed. */
  readonly yours: string | null;
  /** Words for after it, right or wrong. */
  readonly after: string | null;
  /** The answer differs from seed to seed. */
  readonly chance: boolean;
}

/** Something that a text says and a kernel can be asked: checked with the lesson. */
export interface Claim {
  /** Key of the text that says so. */
  readonly say: string;
  /** Done from the start on. */
  readonly commands: readonly Move[];
  readonly holds: Predicate | null;
  /** What the terminal shows then. */
  readonly shows: string | null;
}

/** Panels that a step may light up, besides DIMMs and memory blocks. */
export const PANELS: readonly string[] = ["verdict", "terminal", "memory", "box", "log"];

export interface Step {
  readonly say: string | null;
  /** Key of what is to be done, in a sentence; it stands beside what lights up, too. */
  readonly act: string | null;
  /** What lights up while this step is shown: at most one place, a DIMM, a memory block or a panel. */
  readonly show: readonly string[];
  readonly ask: Prediction | null;
  /** Asks to point at something, in the words of this key. */
  readonly point: string | null;
  readonly try: readonly string[];
  /** Moves on when it holds. */
  readonly until: Predicate | null;
}

/** A live figure in a text: of all items that match, their number, a sum, the first, or each. */
export interface Figure {
  readonly how: "count" | "sum" | "first" | "list";
  readonly over: Collection;
  readonly where: Expectations;
  readonly is: Expectations;
  readonly of: string | null;
}

export interface View {
  readonly node?: string;
  readonly block?: string;
  readonly dimm?: string;
  readonly speed?: number;
  readonly panels?: readonly string[];
  readonly hide?: readonly string[];
}

export type Words = Readonly<Record<string, string>>;

export interface Lesson {
  readonly version: 1;
  readonly id: string;
  readonly track: string;
  readonly order: number;
  readonly minutes: number;
  readonly needs: readonly string[];
  /** Keys of `text`, or words where there is no such key. */
  readonly title: string;
  readonly idea: string;
  /** By language; each has the same keys. */
  readonly text: Readonly<Record<string, Words>>;
  readonly start: string | Scenario | { readonly lesson: string };
  /** Partition whose shell the lines of moves are for. */
  readonly partition: string;
  readonly view: View;
  /** The reader boots it, and chooses from these. */
  readonly boot: BootChoice | null;
  readonly steps: readonly Step[];
  readonly goal: readonly Goal[];
  readonly wrong: readonly Wrong[];
  readonly hints: readonly string[];
  readonly solutions: readonly Solution[];
  readonly predict: readonly Prediction[];
  readonly claims: readonly Claim[];
  readonly figures: Readonly<Record<string, Figure>>;
  readonly after: string | null;
  /** Exercises in which it comes back (./predict/format.ts). */
  readonly back: readonly GeneratorName[];
  readonly next: string | null;
}
