/** Which attempts can be opened, and which of them is. Pure. */
import type { RecordTables } from "../../client/playground.ts";
import type { Records } from "../../protocol/records.ts";

type Attempt = Records["attempt"];

/** Attempts to choose from, at most. */
const SHOWN = 12;

/** Attempts of a partition that somebody asked for and that move pages, the newest first. */
export function emptyings({ attempt }: RecordTables, partition: string | null): Attempt[] {
  return Object.values(attempt)
    .filter((one) => one.partition === partition && one.parent === null)
    .filter(({ kind }) => kind === "offline" || kind === "eject")
    .sort((x, y) => y.id - x.id)
    .slice(0, SHOWN);
}

/** What somebody chose: an attempt, and one of its blocks; `null` for whatever runs. */
export interface Choice {
  readonly whole: number | null;
  readonly part: number | null;
}
export const NEWEST: Choice = { whole: null, part: null };

/** The attempt on one block that is to be looked at; `null`: the one that runs, else the last. */
export function opened(choice: Choice, whole: Attempt | undefined): number | null {
  if (choice.part !== null) return choice.part;
  if (choice.whole === null || !whole) return choice.whole;
  if (whole.kind === "offline") return whole.id;
  const step = whole.steps.find(({ state }) => state === "emptying") ?? whole.steps.at(-1);
  return step?.attempt ?? null;
}
