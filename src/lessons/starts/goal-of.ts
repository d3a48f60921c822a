/**
 * The machine that another lesson leaves: its start, and one of its solutions done. A scenario begins with commands, so it is a
 * solution without anything that only a shell can do: moves, `echo WORD > FILE`, and loops over block numbers of that.
 */
import { type Boot, bootedWith, isBoot } from "../boot.ts";
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

function solutionOf({ solutions, partition }: Lesson): (Command | Boot)[] | null {
  const all = solutions.map(({ moves }) =>
    moves.flatMap((move: Doing): readonly (Command | Boot | null)[] => {
      if (typeof move === "string") return commandsOf(move, partition) ?? [null];
      return isPoint(move) ? [] : [move];
    }),
  );
  return all.find((moves): moves is (Command | Boot)[] => moves.every((move) => move !== null)) ?? null;
}

/** The goal state of a lesson, as a scenario of its own; `null` where all its solutions need a shell. */
export function goalOf(lesson: Lesson, scenario: Scenario): Scenario | null {
  const moves = solutionOf(lesson);
  if (!moves) return null;
  // What was done before it was booted otherwise was done to another machine.
  const booted = moves.findLastIndex(isBoot);
  const how = moves[booted];
  const done = moves.slice(booted + 1).filter((move): move is Command => !isBoot(move));
  const { box } = isBoot(how) ? bootedWith(scenario, lesson.partition, how) : scenario;
  return { ...scenario, name: `after-${lesson.id}`, box, setup: [...scenario.setup, ...done], script: [] };
}
