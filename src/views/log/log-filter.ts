/** Which lines of the log are shown, and how a line reads as text. */
import { commandWords } from "../../client/owners.ts";
import type { LogEntry } from "../../protocol/messages.ts";
import { logStrings } from "./strings.ts";

export type LevelChoice = "all" | "notice" | "warn" | "command";

/** A line as it is read. */
export const lineOf = (entry: LogEntry): string =>
  entry.rejected
    ? logStrings.rejected(entry.rejected.errno, entry.rejected.rejection)
    : logStrings.line(commandWords(entry));

export interface LogFilter {
  /** Key of a partition; `null` shows all. */
  readonly partition: string | null;
  readonly level: LevelChoice;
  /** Words that must all occur in the line, in any case. */
  readonly text: string;
}

export const NO_FILTER: LogFilter = { partition: null, level: "notice", text: "" };

const SHOWN: Readonly<Record<LevelChoice, ReadonlySet<LogEntry["level"]>>> = {
  all: new Set(["warn", "info", "debug", "command", "shell"]),
  notice: new Set(["warn", "info", "command", "shell"]),
  warn: new Set(["warn"]),
  command: new Set(["command", "shell"]),
};

export function filterLog(log: readonly LogEntry[], { partition, level, text }: LogFilter): readonly LogEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const levels = SHOWN[level];
  return log.filter((entry) => {
    if (partition !== null && entry.partition !== partition) return false;
    if (!levels.has(entry.level)) return false;
    const line = words.length > 0 ? lineOf(entry).toLowerCase() : "";
    return words.every((word) => line.includes(word));
  });
}

/** Time of a line as the kernel prints it: seconds and microseconds, `   12.481203`. */
export function kernelTime(ns: number): string {
  const micros = Math.floor(ns / 1000);
  const seconds = Math.floor(micros / 1e6);
  return `${String(seconds).padStart(5)}.${String(micros % 1e6).padStart(6, "0")}`;
}

/** The lines as plain text, as `dmesg` prints them, commands as a shell shows them. */
export const logText = (log: readonly LogEntry[]): string =>
  log
    .map((entry) => {
      const { at, partition, level } = entry;
      const asked = level === "command" || level === "shell";
      return `${partition} ${asked ? "#" : `[${kernelTime(at)}]`} ${lineOf(entry)}`;
    })
    .join("\n");
