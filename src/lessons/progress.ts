/** What somebody has reached, kept on the device, and taken along as a file. Taking one in adds, and never lowers. */
import * as v from "valibot";
import type { Deed } from "./items.ts";
import { type Checked, fields, list, readJson, text, whole } from "../protocol/border.ts";

export interface Reached {
  /** Real time, ms since 1970. */
  readonly at: number;
  /** Name of the stored solution that was looked at; empty: their own way. */
  readonly way: string;
  readonly hints: number;
  /** The fewest commands with which it was reached. */
  readonly commands: number;
  /** The ways in which it was reached (`wayOf`), each once, in order; of files from before they were counted none. */
  readonly ways: readonly string[];
}

export type Progress = Readonly<Record<string, Reached>>;

const KEY = "hotplug-lessons";
const MOST = 1000;
const MOST_WAYS = 16;

const schema = fields("progress", {
  version: v.literal(1, "expected version 1"),
  lessons: v.pipe(
    v.record(
      text(64),
      fields("a lesson", {
        at: whole(0, Number.MAX_SAFE_INTEGER),
        way: text(200),
        hints: whole(0, 100),
        commands: whole(0, 1_000_000),
        ways: v.optional(list(text(200), MOST_WAYS), []),
      }),
      "expected lessons by name",
    ),
    v.check((lessons) => Object.keys(lessons).length <= MOST, `expected at most ${MOST} lessons`),
  ),
});

export function readProgress(content: string, file: string): Checked<Progress> {
  const checked = readJson(schema, content, file);
  return checked.ok ? { ok: true, value: checked.value.lessons } : checked;
}

/** `more`: what else is taken along in the same file. */
export const writeProgress = (lessons: Progress, more: object = {}): string =>
  `${JSON.stringify({ version: 1, lessons, ...more }, null, 2)}\n`;

/** Both: of a lesson in both the first time and the fewest commands and hints. */
export function merge(one: Progress, other: Progress): Progress {
  const merged: Record<string, Reached> = { ...one };
  for (const [id, reached] of Object.entries(other)) {
    const own = merged[id];
    merged[id] = own
      ? {
          at: Math.min(own.at, reached.at),
          way: own.commands <= reached.commands ? own.way : reached.way,
          hints: Math.min(own.hints, reached.hints),
          commands: Math.min(own.commands, reached.commands),
          ways: [...new Set([...own.ways, ...reached.ways])].sort().slice(0, MOST_WAYS),
        }
      : reached;
  }
  return merged;
}

/** What tells one way from another: which kinds of things were done, and to which files, however often and in which order. */
export function wayOf(done: readonly Deed[]): string {
  const kinds = done.flatMap(({ command }) => {
    if (command.do === "point") return [];
    return command.do === "write" ? `write ${command.path.slice(command.path.lastIndexOf("/") + 1)}` : command.do;
  });
  return [...new Set(kinds)].sort().join(", ").slice(0, 200);
}

/** Where storage is forbidden it lasts as long as the page. */
let here: Progress = {};

export function storedProgress(): Progress {
  try {
    const read = readProgress(localStorage.getItem(KEY) ?? "", "stored");
    return read.ok ? merge(read.value, here) : here;
  } catch {
    return here;
  }
}

export function addProgress(more: Progress): Progress {
  here = merge(storedProgress(), more);
  try {
    localStorage.setItem(KEY, writeProgress(here));
  } catch {
    // It lasts as long as the page.
  }
  return here;
}
