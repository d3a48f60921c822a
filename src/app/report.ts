/** What the page shows, as a text to keep: for when the simulation is over before the reader is. */
import { troubleWords } from "../views/troubles.ts";
import type { PlaygroundState } from "../client/playground.ts";
import { saveFile } from "../client/save-file.ts";
import { logText } from "../views/log/log-filter.ts";
import { topLevel } from "../views/verdict/attempts.ts";
import { headline } from "../views/verdict/headline.ts";
import { clockTime } from "../views/time/clock.ts";
import { reportStrings as strings } from "./report-strings.ts";

/** A terminal's name, and all that can be scrolled to in it. */
export interface TerminalText {
  readonly label: string;
  readonly text: string;
}

/** Scenario, reason, verdicts, log and terminals, in this order, with a heading each. */
export function reportText(state: PlaygroundState, terminals: readonly TerminalText[]): string {
  const kernels = Object.values(state.records.partition).map(({ key, kernel, cmdline }) =>
    strings.partition(key, kernel, cmdline),
  );
  const attempts = topLevel(state.records.attempt).flatMap((attempt) => [
    `${clockTime(attempt.endedAt ?? attempt.startedAt)}  ${headline(attempt)}`,
    ...attempt.log.map((line) => `    ${line}`),
  ]);
  const trouble = state.fault ?? state.silence;
  const parts: readonly (readonly [string, string])[] = [
    [
      strings.title,
      [
        strings.scenario(state.scenario),
        ...kernels,
        strings.at(clockTime(state.now)),
        ...(trouble ? [troubleWords(trouble)] : []),
      ].join("\n"),
    ],
    [strings.verdicts, attempts.join("\n")],
    [strings.log, logText(state.log)],
    ...terminals.map(({ label, text }) => [strings.terminal(label), text] as const),
  ];
  return parts.map(([title, text]) => `${title}\n${"=".repeat(title.length)}\n${text || strings.nothing}\n`).join("\n");
}

/** Has the browser save the report as a file. */
export function saveReport(state: PlaygroundState, terminals: readonly TerminalText[]): void {
  saveFile(`hotplug-${state.scenario}.txt`, reportText(state, terminals));
}
