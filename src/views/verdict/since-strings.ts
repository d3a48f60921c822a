/** Words of when it became impossible, and what would have prevented it. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { occasionWords, ownerWords } from "../../client/owners.ts";
import type { Found, Prevention, Tried } from "../../protocol/beside.ts";
import { lengthOf } from "../time/durations.ts";
import type { AttemptRecord } from "./attempts.ts";
import { hexPfn } from "./phrase.ts";

const at = (ns: number): string => lengthOf(ns);

/** What a fork that tried it came to. */
function outcome({ result, errno, culprit }: Tried): string {
  if (result === "ok") return "it went offline";
  if (result === "running") return "it never came to an end";
  const page = culprit ? `: ${ownerWords(culprit.owner)} at ${hexPfn(culprit.pfn)}` : "";
  return `it was refused, ${errno ?? "failed"}${page}`;
}

function found({ since, before }: Found, { startedAt }: AttemptRecord): string {
  if (since === null)
    return before === "boot"
      ? "It was impossible from boot on: no earlier try would have gone better."
      : "When it began, nothing spoke against it: what was in the way came while it ran.";
  const when = `${at(since.instant.at)}, ${at(Math.max(0, startedAt - since.instant.at))} before it was tried`;
  switch (before) {
    case "absent":
      return `Impossible since the block was there: ${when}.`;
    case "offline":
      return `Impossible since the block went online: ${when}.`;
    default:
      return `Impossible since ${when}: from then on it would have been refused at any moment.`;
  }
}

function tried({ at: then, justBefore }: Found): string {
  const told = [
    ...(justBefore ? [`Tried in a copy one step earlier, ${outcome(justBefore)}`] : []),
    ...(then ? [`${justBefore ? "tried then" : "Tried then in a copy"}, ${outcome(then)}`] : []),
  ];
  return told.length === 0 ? "" : `${told.join("; ")}.`;
}

const english = {
  ask: "When did it become impossible?",
  askWhy: "Tries the same in copies of this machine, at earlier instants; the machine itself goes on",
  trying: "Trying it in copies of this machine, at earlier instants…",
  going: "Trying what would have prevented it…",
  found,
  tried,
  earlier: (stretches: Found["earlier"]) =>
    `It would have been refused before, too, and then not any more: ${stretches
      .slice(0, 3)
      .map(([from, to]) => `${at(from)} to ${at(to)}`)
      .join(", ")}${stretches.length > 3 ? ", …" : ""}.`,
  goThere: "Go to that instant",
  prevented: "What would have prevented it",
  otherwise: (by: Prevention["by"], what: Prevention["what"]) =>
    by === "without" ? `without “${occasionWords(what)}”` : `booted with ${occasionWords(what)}`,
  came: (came: Tried | null, target: string) =>
    came === null
      ? "it does not come to it"
      : came.result === "ok"
        ? `${target} leaves`
        : came.result === "running"
          ? "it never ends"
          : `${target} stays: ${came.errno ?? "refused"}`,
  broke: (reason: string) => `It could not be tried: ${reason}.`,
} as const;

export type SinceWords = Words<typeof english>;
export const sinceStrings = inLanguages<SinceWords>(english, { ja: () => import("./since-strings.ja.ts") });
