/**
 * What a speaker's machine tells those who follow: entries, numbered, each with the hash of the one before it. An entry is a
 * line of JSON, checked as strictly as a file from a stranger; its hash is that of its very text.
 */
import * as v from "valibot";
import { hashOfText } from "../engine/hash.ts";

/** UTF-16 units of an entry's text; real ones have about 150. */
export const LONGEST_ENTRY = 512;
/** Entries of a talk: a click a second for a day. */
export const MOST_ENTRIES = 100_000;
/** Stands for the hash of what comes before the first entry. */
export const NOTHING = "0".repeat(16);

const whole = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/));
/** A room's or a driver's name: also part of a broker's subject, so nothing that means something there. */
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
export const isName = (text: string): boolean => NAME.test(text);
const name = v.pipe(v.string(), v.regex(NAME));
const placeSchema = v.strictObject({ scene: whole(199), cue: whole(50) });

const deedSchema = v.variant("is", [
  /** First of all: who drives. */
  v.strictObject({ is: v.literal("begin"), driver: name }),
  /** The machine goes to a place of the talk. */
  v.strictObject({ is: v.literal("go"), place: placeSchema }),
  /** The machine is there; what its state comes to. */
  v.strictObject({ is: v.literal("there"), place: placeSchema, state: hash }),
  /** What is played is over at once. */
  v.strictObject({ is: v.literal("finish") }),
  /** What is seen of the screen. */
  v.strictObject({ is: v.literal("show"), black: v.boolean(), frozen: v.boolean(), trip: v.boolean() }),
  /** Somebody else drives from here on. */
  v.strictObject({ is: v.literal("hand"), to: name }),
  v.strictObject({ is: v.literal("end") }),
]);
const entrySchema = v.strictObject({
  seq: whole(MOST_ENTRIES),
  prev: hash,
  /** Simulated time of the driver's machine, ns. */
  at: whole(1e17),
  do: deedSchema,
});

export type Deed = v.InferOutput<typeof deedSchema>;
export type Entry = v.InferOutput<typeof entrySchema>;
export type TalkPlace = v.InferOutput<typeof placeSchema>;

/** An entry's text, and by whom a broker says it was said. */
export interface Line {
  readonly from: string;
  readonly text: string;
}

/** `null`: not an entry. Never throws. */
export function readEntry(text: string): Entry | null {
  return read(entrySchema, text, LONGEST_ENTRY);
}

/** The text of the entry after another, and its hash. */
export function writeEntry(
  head: { readonly seq: number; readonly hash: string },
  at: number,
  deed: Deed,
): { readonly text: string; readonly hash: string } {
  const entry: Entry = { seq: head.seq + 1, prev: head.hash, at: Math.round(at), do: deed };
  const text = JSON.stringify(entry);
  return { text, hash: hashOfText(text) };
}

/** A text from elsewhere, no longer than `longest`, as what a schema says; `null` where it is anything else. */
export function read<T>(schema: v.GenericSchema<unknown, T>, text: unknown, longest: number): T | null {
  if (typeof text !== "string" || text.length > longest) return null;
  try {
    const checked = v.safeParse(schema, JSON.parse(text), { abortEarly: true });
    return checked.success ? checked.output : null;
  } catch {
    // Not JSON.
    return null;
  }
}
