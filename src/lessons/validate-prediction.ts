/** Questions of a lesson file that copies answer, checked where they enter. */
import * as v from "valibot";
import { expected, fields, list } from "../protocol/border.ts";
import type { Predicate, Prediction } from "./format.ts";
import { boot, key, MOST_ENTRIES, move, name, optional, several } from "./validate-parts.ts";
import { predicateSchema } from "./validate-predicate.ts";

const MOST_BESIDE = 3;

const option = v.lazy((input): v.GenericSchema<unknown, RawOption> => {
  const inside = input !== null && typeof input === "object" && "when" in input;
  const own = { say: key };
  return (inside
    ? fields("an option", { ...own, when: predicateSchema })
    : v.intersect([fields("an option", own), predicateSchema])) as unknown as v.GenericSchema<unknown, RawOption>;
});
type RawOption = { readonly say: string; readonly when?: Predicate };

const commands = v.pipe(
  list(move, MOST_ENTRIES, "a list of commands"),
  v.minLength(1, expected("at least one command")),
);

export const prediction = v.pipe(
  fields("a prediction", {
    id: optional(name),
    name: optional(key),
    boot: optional(boot),
    beside: several(fields("a copy", { say: optional(key), boot: optional(boot), commands }), MOST_BESIDE),
    question: key,
    options: v.pipe(list(option, 8, "a list of options"), v.minLength(2, expected("at least two options"))),
    commands,
    watch: several(key),
    after: optional(key),
    yours: optional(key),
    chance: optional(v.boolean(expected("true or false"))),
  }),
  v.check(
    ({ commands, watch = [] }) => watch.length < commands.length,
    "expected words for fewer commands than there are: the run stops before the last",
  ),
);
export type RawPrediction = v.InferOutput<typeof prediction>;

/** `id` where it has none of its own. */
export function predictionOf(raw: RawPrediction, id: string): Prediction {
  return {
    id: raw.id ?? id,
    name: raw.name ?? null,
    boot: raw.boot ?? null,
    beside: (raw.beside ?? []).map(({ say, boot, commands }) => ({ say: say ?? null, boot: boot ?? null, commands })),
    question: raw.question,
    options: raw.options.map(({ say, when, ...rest }) => ({ say, when: when ?? (rest as Predicate) })),
    commands: raw.commands,
    watch: raw.watch ?? [],
    after: raw.after ?? null,
    yours: raw.yours ?? null,
    chance: raw.chance ?? false,
  };
}
