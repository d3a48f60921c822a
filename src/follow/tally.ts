/** What those who follow say, and its sums: nobody's name or number leaves who counts, and none is kept. */
import * as v from "valibot";
import { isName, read, type TalkPlace } from "./entries.ts";

export const MODES = ["in-step", "around", "copy", "catching-up"] as const;
export type Mode = (typeof MODES)[number];
/** Choices that a guess has, at most. */
export const MOST_CHOICES = 6;
const LONGEST_SAID = 160;
const LONGEST_SUMS = 512;
/** Who says nothing for so long has gone, ms. */
export const GONE = 60_000;
/** Followers that are counted, at most: more are told as so many. */
const MOST = 250_000;

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
/** Made by the page when it is opened, so that a second word of the same page replaces the first. */
const who = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
/** The click at which was guessed: scene and cue. */
const on = v.pipe(v.string(), v.regex(/^\d{1,3}\/\d{1,2}$/));
const saidSchema = v.variant("is", [
  v.strictObject({ is: v.literal("here"), who, mode: v.picklist(MODES) }),
  v.strictObject({ is: v.literal("bye"), who }),
  v.strictObject({ is: v.literal("guess"), who, on, choice: whole(MOST_CHOICES - 1) }),
]);
const sumsSchema = v.strictObject({
  /** How many follow, by how they do. */
  modes: v.strictObject(Object.fromEntries(MODES.map((mode) => [mode, whole(1e9)])) as Record<Mode, typeof count>),
  /** The last guess, and how many chose what. */
  guess: v.nullable(v.strictObject({ on, counts: v.pipe(v.array(whole(1e9)), v.maxLength(MOST_CHOICES)) })),
  /** Number of the last entry that is kept: who has fewer asks for the rest. */
  head: v.pipe(v.number(), v.integer(), v.minValue(-1), v.maxValue(1e6)),
  /** Who may drive. */
  drivers: v.pipe(v.array(v.pipe(v.string(), v.check(isName))), v.maxLength(8)),
});
const count = whole(1e9);

export type Said = v.InferOutput<typeof saidSchema>;
export type Sums = v.InferOutput<typeof sumsSchema>;

export const placeKey = ({ scene, cue }: TalkPlace): string => `${scene}/${cue}`;

/** `null`: something else. Never throws. */
export const readSums = (text: string): Sums | null => read(sumsSchema, text, LONGEST_SUMS);

export class Tally {
  readonly #drivers: readonly string[];
  readonly #modes = new Map<string, { mode: Mode; at: number }>();
  #place: string | null = null;
  #guess: { readonly on: string; readonly by: Map<string, number> } | null = null;

  constructor(drivers: readonly string[] = []) {
    this.#drivers = drivers;
  }

  /** Counts what was said at a time (ms); false for what is none of it. */
  hear(text: string, now: number): boolean {
    const said = read(saidSchema, text, LONGEST_SAID);
    if (!said) return false;
    if (said.is === "bye") this.#modes.delete(said.who);
    else if (said.is === "here") {
      if (this.#modes.size < MOST || this.#modes.has(said.who)) this.#modes.set(said.who, { mode: said.mode, at: now });
    } else {
      if (this.#place !== said.on) return false;
      if (this.#guess?.on !== said.on) this.#guess = { on: said.on, by: new Map() };
      const { by } = this.#guess;
      if (by.size < MOST || by.has(said.who)) by.set(said.who, said.choice);
    }
    return true;
  }

  /** Only guesses at what is shown now are counted. */
  goTo({ scene, cue }: TalkPlace): void {
    this.#place = placeKey({ scene, cue });
  }

  sums(head: number, now: number): Sums {
    const modes = Object.fromEntries(MODES.map((mode) => [mode, 0])) as Record<Mode, number>;
    for (const [one, { mode, at }] of this.#modes) {
      if (now - at > GONE) this.#modes.delete(one);
      else modes[mode]++;
    }
    const counts: number[] = [];
    for (const choice of this.#guess?.by.values() ?? []) {
      while (counts.length <= choice) counts.push(0);
      counts[choice] = (counts[choice] ?? 0) + 1;
    }
    return { modes, guess: this.#guess && { on: this.#guess.on, counts }, head, drivers: [...this.#drivers] };
  }
}
