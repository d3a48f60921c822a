/** The rest of a line that is offered, behind what was typed of it: text that is not there yet. */
import type { Offer } from "../../client/offered-line.ts";

/** A prompt as the shell writes it, user@host:directory and a sign, and what was typed behind it. */
const PROMPT = /^\S+@\S+?:(?<folder>\S*)[#$] (?<typed>.*)$/;

export interface Prompt {
  readonly folder: string;
  readonly typed: string;
}

/** `line`: from its first column to the cursor. `null`: no prompt stands there. */
export function promptOf(line: string): Prompt | null {
  const { folder, typed } = PROMPT.exec(line)?.groups ?? {};
  return folder === undefined || typed === undefined ? null : { folder, typed };
}

/** What of an offer is missing at a prompt: the way to its directory first, then the first line that was not `run`. */
export function ghostOf({ folder, typed }: Prompt, offer: Offer, run: ReadonlySet<string>): string | null {
  const left = offer.lines.filter((line) => !run.has(line));
  const wanted = folder === offer.folder ? left : left.slice(0, 1).map(() => `cd ${offer.folder}`);
  const next = wanted.find((line) => line.startsWith(typed) && line !== typed);
  return next?.slice(typed.length) ?? null;
}
