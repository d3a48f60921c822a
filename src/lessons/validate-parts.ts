/** What several fields of a lesson file are made of: names, keys, lines, moves, and how its machine is booted. */
import * as v from "valibot";
import { expected, fields, list, text, whole } from "../protocol/border.ts";
import { commandSchema } from "../protocol/validate-scenario.ts";
import type { Move } from "./format.ts";

export const MOST_ENTRIES = 64;
const MOST_NODES = 64;
const LONGEST_CMDLINE = 2000;

export const name = v.pipe(
  text(64, "a name"),
  v.regex(/^[A-Za-z0-9][\w.-]*$/, expected("a name of letters, digits, _ . -")),
);
export const key = v.pipe(text(512, "a text"), v.minLength(1, expected("a text")));
export const optional = <T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);
export const several = <T extends v.GenericSchema>(schema: T, most = MOST_ENTRIES) => optional(list(schema, most));
export const line = v.pipe(text(2000, "a line"), v.minLength(1, expected("a line")));
export const move = v.lazy((input) =>
  typeof input === "string" ? line : (commandSchema as v.GenericSchema<unknown, unknown>),
) as v.GenericSchema<unknown, Move>;

const nodes = list(whole(0, MOST_NODES), MOST_NODES, "a list of nodes");

export const boot = v.pipe(
  fields("a way to boot", {
    do: optional(v.literal("boot", expected("boot"))),
    cmdline: text(LONGEST_CMDLINE),
    hotpluggable: optional(nodes),
  }),
  v.transform(({ cmdline, hotpluggable }) => ({ do: "boot" as const, cmdline, hotpluggable: hotpluggable ?? [] })),
);

export const bootChoice = fields("what a machine can be booted with", {
  words: list(
    v.pipe(text(64, "a word"), v.regex(/^\S+$/, expected("one word of a command line"))),
    8,
    "a list of words",
  ),
  nodes,
});
