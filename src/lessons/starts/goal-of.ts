/**
 * The machine that another lesson leaves: its start, and one of its solutions done. A scenario begins with commands, so it is a
 * solution without anything that only a shell can do: moves, `echo WORD > FILE`, and loops over block numbers of that.
 */
import type { Command } from "../../engine/time/commands.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import type { Doing, Lesson } from "../format.ts";
import { isPoint } from "../pointing.ts";

const FOLDER = "/sys/devices/system/memory";
const LOOP = /^for (\w+) in ([\w .{}]+); do (.+); done$/;
const ECHO = /^echo (\w+) > ([\w/:.{}-]+)$/;
const EJECT = /^\/sys\/bus\/acpi\/devices\/PNP0C80:\{(\w+)\}\/eject$/;
const RANGE = /^\{(\d+)\.\.(\d+)\}$/;

/** `56 57 {60..62}` as words. */
const listed = (words: string): string[] =>
  words.split(/\s+/).flatMap((word) => {
    const [, from, to] = RANGE.exec(word) ?? [];
    if (from === undefined) return [word];
    return Array.from({ length: Math.max(0, Number(to) - Number(from) + 1) }, (_, i) => String(Number(from) + i));
  });

/** What a line writes, in its order; `null` where it takes a shell to know. */
function commandsOf(line: string, partition: string): Command[] | null {
  const [, variable = "", words, body = ""] = LOOP.exec(line) ?? [];
  if (words !== undefined) {
    const all = listed(words).map((word) => commandsOf(body.replaceAll(`$${variable}`, word), partition));
    return all.every((some) => some !== null) ? all.flat() : null;
  }
  const [, text, file = ""] = ECHO.exec(line) ?? [];
  if (text === undefined) return null;
  const [, dimm] = EJECT.exec(file) ?? [];
  if (dimm !== undefined) return [{ do: "move", dimm, to: { shelf: true } }];
  if (file.includes("{")) return null;
  return [{ do: "write", partition, path: file.startsWith("/") ? file : `${FOLDER}/${file}`, text }];
}

function solutionOf({ solutions, partition }: Lesson): Command[] | null {
  const all = solutions.map(({ moves }) =>
    moves.flatMap((move: Doing): readonly (Command | null)[] => {
      if (typeof move === "string") return commandsOf(move, partition) ?? [null];
      return isPoint(move) ? [] : [move];
    }),
  );
  return all.find((commands): commands is Command[] => commands.every((command) => command !== null)) ?? null;
}

/** The goal state of a lesson, as a scenario of its own; `null` where all its solutions need a shell. */
export function goalOf(lesson: Lesson, scenario: Scenario): Scenario | null {
  const done = solutionOf(lesson);
  return done && { ...scenario, name: `after-${lesson.id}`, setup: [...scenario.setup, ...done], script: [] };
}
