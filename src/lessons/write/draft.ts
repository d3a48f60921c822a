/** A lesson that somebody writes: the file as a plain value, and how each thing that can be done to it changes it. Pure. */
import type { PlaygroundState } from "../../client/playground.ts";
import type { Command } from "../../engine/time/commands.ts";
import { isTerminalCommand } from "../../engine/time/commands.ts";
import type { JournalEntry } from "../../engine/time/journal.ts";
import type { Scenario } from "../../protocol/scenario.ts";

/** As it stands in a file; nothing of it is checked. */
export type Raw = Readonly<Record<string, unknown>>;

export const EMPTY: Raw = {
  version: 1,
  id: "my-lesson",
  track: "own",
  order: 1,
  minutes: 5,
  title: "title",
  idea: "idea",
  text: { en: { title: "A lesson of mine", idea: "What it is about, in a line.", "step-1": "What is to be done." } },
  start: "busy-server",
  steps: [{ say: "step-1" }],
  goal: [],
  hints: [],
  solutions: [],
};

export const isObject = (value: unknown): value is Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const listOf = (raw: Raw, field: string): readonly Raw[] => {
  const value = raw[field];
  return Array.isArray(value) ? value.map((one: unknown) => (isObject(one) ? one : { value: one })) : [];
};
export const rawList = (raw: Raw, field: string): readonly unknown[] =>
  Array.isArray(raw[field]) ? (raw[field] as unknown[]) : [];

/** The file's text as a value; `null`: it is not JSON, or no object. */
export function parse(text: string): Raw | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export const write = (raw: Raw): string => `${JSON.stringify(raw, null, 2)}\n`;

const texts = (raw: Raw): Readonly<Record<string, Raw>> =>
  isObject(raw.text) ? (raw.text as Record<string, Raw>) : {};
export const languagesOf = (raw: Raw): readonly string[] => {
  const languages = Object.keys(texts(raw));
  return languages.length > 0 ? languages : ["en"];
};
export const wordOf = (raw: Raw, language: string, key: string): string => {
  const word = texts(raw)[language]?.[key];
  return typeof word === "string" ? word : "";
};

export const withWord = (raw: Raw, language: string, key: string, word: string): Raw => ({
  ...raw,
  text: { ...texts(raw), [language]: { ...texts(raw)[language], [key]: word } },
});

/** Without a text, in any language. */
export function withoutWord(raw: Raw, key: string): Raw {
  const kept = Object.entries(texts(raw)).map(([language, { [key]: _, ...words }]) => [language, words] as const);
  return { ...raw, text: Object.fromEntries(kept) };
}

/** Another language: every key is there, with no words yet, so that what is missing is seen. */
export const withLanguage = (raw: Raw, language: string): Raw => ({
  ...raw,
  text: { ...texts(raw), [language]: texts(raw)[language] ?? {} },
});

export const withItem = (raw: Raw, field: string, item: unknown): Raw => ({
  ...raw,
  [field]: [...rawList(raw, field), item],
});
export const withoutItem = (raw: Raw, field: string, index: number): Raw => ({
  ...raw,
  [field]: rawList(raw, field).filter((_, i) => i !== index),
});
export const changedItem = (raw: Raw, field: string, index: number, change: Raw): Raw => ({
  ...raw,
  [field]: rawList(raw, field).map((one, i) => (i === index ? { ...(isObject(one) ? one : {}), ...change } : one)),
});

/** A name that no text of the lesson has. */
export function freshKey(raw: Raw, stem: string): string {
  const taken = new Set(Object.values(texts(raw)).flatMap((words) => Object.keys(words)));
  let number = 1;
  while (taken.has(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}

/** Moves as lines: those that no shell line says are JSON. */
export const linesOf = (moves: unknown): readonly string[] =>
  (Array.isArray(moves) ? moves : []).map((move: unknown) => (typeof move === "string" ? move : JSON.stringify(move)));

export const movesIn = (lines: readonly string[]): unknown[] => lines.map((line) => parse(line) ?? line);

/** A goal about something that was pointed at. */
export interface Wish {
  readonly id: string;
  /** What it is called (./strings.ts), and of whom. */
  readonly wish: "offline" | "online" | "movable" | "normal" | "shelf" | "allOnline" | "allMovable" | "in" | "kept";
  readonly name: string;
  /** Of `in`: the partition. */
  readonly partition?: string;
  readonly what: Raw;
}

/** What can be asked of the things that are selected on the page. */
export function wishesOf({ selection, records }: Pick<PlaygroundState, "selection" | "records">): Wish[] {
  const wishes: Wish[] = [];
  const block = selection.block === null ? undefined : records.block[selection.block];
  if (block) {
    const name = `memory${block.number}`;
    const where = { block: name, partition: block.partition };
    const is = (state: Raw, wish: Wish["wish"]) =>
      wishes.push({ id: `${name}-${wish}`, wish, name, what: { all: "blocks", where, is: state } });
    is({ state: "offline" }, "offline");
    is({ state: "online" }, "online");
    is({ zone: "Movable" }, "movable");
    is({ zone: "Normal" }, "normal");
  }
  const dimm = selection.dimm === null ? undefined : records.dimm[selection.dimm];
  if (dimm) {
    const { key } = dimm;
    const on = { dimm: key };
    wishes.push(
      { id: `${key}-shelf`, wish: "shelf", name: key, what: { all: "dimms", where: on, is: { in: "shelf" } } },
      {
        id: `${key}-online`,
        wish: "allOnline",
        name: key,
        what: { all: "blocks", where: on, is: { state: "online" } },
      },
      {
        id: `${key}-movable`,
        wish: "allMovable",
        name: key,
        what: { all: "blocks", where: on, is: { zone: "Movable" } },
      },
    );
    for (const partition of Object.keys(records.partition))
      wishes.push({
        id: `${key}-in-${partition}`,
        wish: "in",
        name: key,
        partition,
        what: { all: "dimms", where: on, is: { in: partition } },
      });
  }
  wishes.push({ id: "kept", wish: "kept", name: "", what: { kind: "keep", is: "nothing-killed" } });
  return wishes;
}

/** `say`: the goal in words of that language. */
export function withGoal(raw: Raw, language: string, { id, what }: Wish, say: string): Raw {
  if (listOf(raw, "goal").some((goal) => goal.id === id)) return raw;
  return withWord(withItem(raw, "goal", { id, say: id, ...what }), language, id, say);
}

/** Commands of a shell about its own processes, and those that name operations of one machine. */
const OWN: ReadonlySet<string> = new Set(["fork", "affinity", "signal", "chmod"]);
const FOLDER = "/sys/devices/system/memory/";

/** What was done as a line of a lesson, where a shell has one; `null`: nothing that a lesson repeats. */
export function moveOf(command: Command): string | Command | null {
  if (OWN.has(command.do)) return null;
  if (command.do !== "write") return command;
  const text = command.text.trim();
  if (!/^[\w .:-]+$/.test(text) || command.partition !== "A") {
    const { by: _, ...plain } = command;
    return plain;
  }
  return `echo ${text} > ${command.path.startsWith(FOLDER) ? command.path.slice(FOLDER.length) : command.path}`;
}

/**
 * A scenario that leads to the machine on the page: what it began with, and what was done since, each to its end. What was
 * typed into a terminal is keys, not commands: it is not in there, and `typed` says so.
 */
export function startFrom(
  scenario: Scenario,
  causes: readonly JournalEntry[],
): { readonly start: Scenario; readonly typed: boolean } {
  const given = causes.filter(({ origin }) => origin !== "setup");
  const done = given.flatMap(({ command }) => (isTerminalCommand(command) ? [] : [command]));
  const start: Scenario = {
    ...scenario,
    name: "own",
    setup: [...scenario.setup, ...done.filter((command) => command.do !== "signal")],
    script: [],
  };
  return { start, typed: given.some(({ command }) => isTerminalCommand(command)) };
}

/** Where a finding belongs: the first word of its field. */
export const fieldOf = (finding: string): string => /^[a-z]+/.exec(finding.replace(/^[^:\s]+\.json: /, ""))?.[0] ?? "";
