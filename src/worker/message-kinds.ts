/** What kinds of messages there are to the session: which need a machine, and which must wait while it is on its way elsewhere. */
import { QUESTIONS } from "./questions.ts";

/** Messages that need a machine. */
export const REQUESTS: ReadonlySet<string> = new Set([
  ...QUESTIONS,
  "command",
  "undo",
  "redo",
  "culprit",
  "stretch",
  "goto",
  "step",
]);

/** Messages that lead to another instant. */
export const TRAVELS: ReadonlySet<string> = new Set(["undo", "redo", "culprit", "goto"]);

/** Messages that have to wait while the machine is on its way to another instant. */
export const WAITING: ReadonlySet<string> = new Set([
  ...REQUESTS,
  "terminal-open",
  "terminal-input",
  "terminal-resize",
  "terminal-drop",
  "terminal-close",
]);
