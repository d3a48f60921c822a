/**
 * A talk file, version 1: scenes, each a machine, a picture of it, and what every click of the speaker does. All of it is
 * data. What a click leads to is nowhere in it: the machine plays it, and the picture shows what came of it.
 */
import type { Ability } from "../engine/experiments/support-report.ts";
import type { KernelVersion } from "../engine/hardware/description.ts";
import type { Command } from "../engine/time/commands.ts";
import type { Scenario } from "../protocol/scenario.ts";

/** The longest text of a talk file that is read, in UTF-16 units. */
export const LONGEST_TALK = 1024 * 1024;
/** Words that stand in a scene at once, besides commands, names and counts. */
export const MOST_WORDS = 25;
/** Real seconds that a click may take, whatever the machine. */
export const LONGEST_CUE = 6;

export interface Talk {
  readonly version: 1;
  readonly name: string;
  readonly title: string;
  readonly scenes: readonly Scene[];
}

export interface Scene {
  readonly id: string;
  readonly title: string;
  /** Its machine as it is after the setup; or a scene's before it, as its last click leaves it. */
  readonly machine: Scenario | { readonly after: string };
  readonly picture: readonly Panel[];
  readonly cues: readonly Cue[];
  readonly guess?: Guess;
  /** For the speaker, in the small Markdown of lessons. */
  readonly notes: string;
  /** Planned, real seconds. */
  readonly seconds: number;
}

export interface Cue {
  /** What the click does: for the speaker. */
  readonly say: string;
  /** One after the other, each to its end. */
  readonly run?: readonly Step[];
  /** Simulated ns a real ns. */
  readonly speed?: number;
  /** Marks the page that the block's last attempt was refused for. */
  readonly point?: { readonly block: string };
  /** Back to the moment when that page was allocated. */
  readonly rewind?: { readonly block: string };
  /** Words beneath the picture from here on. */
  readonly caption?: string;
  /** What the picture is from here on. */
  readonly picture?: readonly Panel[];
  /** What the audience is asked while this is shown, to be guessed by one tap each. */
  readonly guess?: Guess;
}

export interface Guess {
  readonly question: string;
  readonly choices: readonly string[];
}

export interface Step {
  /** Given at one instant. */
  readonly do: readonly Command[];
  /** Simulated ns; where it is not given: until nothing runs any more. */
  readonly for?: number;
}

interface Titled {
  readonly title?: string;
  readonly note?: string;
}

export type Panel = Titled &
  (
    | { readonly show: "box"; readonly partitions: readonly string[]; readonly shelf?: boolean }
    /** A memory block page by page, and what its last attempt came to. */
    | { readonly show: "block"; readonly block: string }
    /** The memory blocks of nodes, pageblock by pageblock. */
    | { readonly show: "blocks"; readonly nodes: readonly string[] }
    /** The zones of a partition's nodes. */
    | { readonly show: "zones"; readonly partition: string }
    /** The direct mapping, the memory map, and what they take. */
    | { readonly show: "tables"; readonly partition: string }
    /** The last lines of a kernel's log. */
    | { readonly show: "log"; readonly partition: string }
    /** The two phases, and where a DIMM is on its way round. */
    | { readonly show: "phases"; readonly dimm: string }
    /** What kernels support, each cell found by experiment. */
    | { readonly show: "support"; readonly kernels: readonly KernelVersion[]; readonly abilities: readonly Ability[] }
    /** One page of a block (the first is 0): its entry in the direct mapping, and its struct page. */
    | { readonly show: "page"; readonly block: string; readonly page: number }
    /** A setting that the clicks turn, and which of its stops is set. */
    | { readonly show: "dial"; readonly label: string; readonly stops: readonly string[]; readonly at: number }
    /** What a partition's programs have, and what a DIMM holds, over time. */
    | { readonly show: "service"; readonly partition: string; readonly dimm: string }
    /** Where the talk can be followed, to be photographed. */
    | { readonly show: "follow" }
    /** The commands of a partition, or of all, and what they came to. */
    | { readonly show: "commands"; readonly partition?: string }
  );

export type PanelKind = Panel["show"];

/** Where a talk is: a scene, and how many of its cues were played. */
export interface Place {
  readonly scene: number;
  readonly cue: number;
}

/** What is shown at a place: the scene's picture, or that of the last cue that has one. */
export function pictureAt(scene: Scene, cue: number): readonly Panel[] {
  return scene.cues.slice(0, cue).findLast(({ picture }) => picture)?.picture ?? scene.picture;
}

/** What is asked at a place: by the cue that led there, or by the scene before its first. */
export function guessAt(scene: Scene, cue: number): Guess | undefined {
  return cue === 0 ? scene.guess : scene.cues[cue - 1]?.guess;
}

export function captionAt(scene: Scene, cue: number): string | undefined {
  return scene.cues.slice(0, cue).findLast(({ caption }) => caption !== undefined)?.caption;
}

/** Words that an audience reads at a place: not those of commands, names and counts, which the picture brings. */
export function wordsAt(scene: Scene, cue: number): number {
  const texts = [scene.title, captionAt(scene, cue) ?? ""];
  for (const { title = "", note = "" } of pictureAt(scene, cue)) texts.push(title, note);
  return texts.join(" ").match(/[\p{L}\p{N}][\p{L}\p{N}'’.:=_-]*/gu)?.length ?? 0;
}
