/** Words of two futures side by side. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { ownerWords } from "../../client/owners.ts";
import type { Fork } from "../../client/keeper.ts";
import type { Command } from "../../engine/time/commands.ts";
import { displayGroups } from "../kinds.ts";
import { count } from "../reading.ts";
import type { Attempted, Difference } from "./differences.ts";
import { ms } from "./figures.ts";

const plural = (many: number, one: string, more = `${one}s`): string => `${count(many)} ${many === 1 ? one : more}`;
const label = (group: string): string => displayGroups.find(({ id }) => id === group)?.label ?? group;

/** `memory44–51`, at most three stretches of them. */
function numbers(blocks: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of blocks) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  const said = runs.slice(0, 3).map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`));
  return said.length === 0
    ? "nowhere"
    : `memory${said.join(", ")}${runs.length > 3 ? ` and ${runs.length - 3} more` : ""}`;
}

const WENT = { add: "was added", online: "went online", offline: "went offline", remove: "was removed", eject: "left" };

/** How an attempt ended, in a few words. */
function outcome(attempt: Attempted | null): string {
  if (!attempt) return "not tried";
  const { result, kind, errno } = attempt;
  if (result === "running") return "still at it";
  if (result === "ok") return WENT[kind];
  return kind === "eject" || kind === "offline" ? `stayed: ${errno ?? "failed"}` : `refused: ${errno ?? "failed"}`;
}

function command(given: Command | null): string {
  if (given?.do !== "move") return "what was done";
  return "slot" in given.to ? `${given.dimm} into slot ${given.to.slot}` : `the pull of ${given.dimm}`;
}

/** What was commanded, as the log says it. */
function commandText(given: Command): string {
  switch (given.do) {
    case "move":
      return `move ${given.dimm} to ${"slot" in given.to ? given.to.slot : "the shelf"}`;
    case "write":
      return `echo ${given.text.trim()} > ${given.path.replace("/sys/devices/system/memory/", "")}`;
    case "load":
      return `start ${given.load.comm ?? given.load.kind}`;
    case "press":
      return `attention button of ${given.dimm}`;
    case "kill":
      return `kill ${given.pid}`;
    default:
      return given.do;
  }
}

function title(difference: Difference): string {
  switch (difference.of) {
    case "outcome":
      return difference.target;
    case "zone":
      return `Zone of ${numbers(difference.blocks)}`;
    case "state":
      return numbers(difference.blocks);
    case "kernel-memory":
      return `${plural(difference.pages, "page")} of ${label(difference.group)}`;
    case "moved":
      return "Pages moved";
    case "took":
      return `Time that ${difference.what} took`;
    case "user-pages":
      return `User pages on node ${difference.what.split("/")[1]}`;
    case "node-bytes":
      return `Memory of node ${difference.what.split("/")[1]}`;
    case "distance":
      return `Distance of ${difference.what}`;
    case "kernel":
      return difference.what;
  }
}

function sides(difference: Difference): readonly [string, string] {
  switch (difference.of) {
    case "outcome":
      return [outcome(difference.sides[0]), outcome(difference.sides[1])];
    case "zone":
    case "kernel":
      return [difference.sides[0] ?? "none", difference.sides[1] ?? "none"];
    case "state":
      return [difference.sides[0] ?? "not there", difference.sides[1] ?? "not there"];
    case "kernel-memory":
      return [numbers(difference.sides[0]), numbers(difference.sides[1])];
    case "took":
      return [ms(difference.sides[0]), ms(difference.sides[1])];
    case "node-bytes":
      return [
        `${count(Math.round(difference.sides[0] / 2 ** 20))} MiB`,
        `${count(Math.round(difference.sides[1] / 2 ** 20))} MiB`,
      ];
    case "distance":
      return [difference.sides[0].toFixed(2), difference.sides[1].toFixed(2)];
    default:
      return [count(difference.sides[0]), count(difference.sides[1])];
  }
}

/** Why it matters, where the rule is a general one. */
const WHY: Readonly<Partial<Record<Difference["of"], string>>> = {
  zone: "Movable takes user pages only: all of them can move.",
  "kernel-memory": "Kernel memory stays where it is, and what it is in can't leave.",
  outcome: "The same command, at the same instant.",
  distance: "Memory on another node is farther.",
};

const english = {
  title: "One machine, two futures",
  choose: "What to compare",
  ownGroup: "This machine",
  fork: ({ number, name, resume }: Fork) =>
    `This one, or ${name ?? `the future that was left at ${ms(resume.instant.at)} (${number})`}`,
  otherKernel: "This one, or the same with another kernel",
  otherOptions: "This one, or the same with other boot options",
  otherPolicy: "This one, or the same with another policy for what is added",
  otherCommand: "This one, or the same with one more command now",
  policy: "The other policy",
  command: "The other command",
  commandText,
  without: (given: Command) => `This one, or the same without “${commandText(given)}”`,
  withoutName: (given: Command) => `without ${commandText(given)}`,
  kernel: "The other kernel",
  options: "The other command line",
  start: "Compare",
  present: "as it is",
  left: (number: number) => `left (${number})`,
  empty:
    "Two futures of one machine, side by side: what differs between them, and where. Choose a pair; the machine that runs goes on as if nothing had been asked.",
  parted: (given: Command | null, parting: number) =>
    parting === 0
      ? `the same box, loads and seed, and ${command(given)}; they part at boot`
      : `one journal until ${ms(parting)}; there they part`,
  working: "Both are being run…",
  broke: (reason: string) => `The comparison broke off: ${reason}.`,
  differs: "What differs",
  nothing: "Nothing differs yet.",
  more: (many: number) => `${many} more`,
  fewer: "Fewer",
  keep: "Keep this one",
  keepLabel: (name: string) => `Keep this one: ${name}`,
  table: "Table",
  picture: "Picture",
  columns: ["", "What", "Left", "Right"],
  node: (key: string) => `Node ${key.split("/")[1]}`,
  partition: (name: string) => `of ${name}`,
  blocks: (many: number) => plural(many, "memory block"),
  block: (number: number) => `memory${number}`,
  noBlock: "not there",
  cell: (number: number, state: string, zone: string | null, dimm: string | null) =>
    `memory${number}, ${state}${zone ? `, ${zone}` : ""}${dimm ? `, ${dimm}` : ""}`,
  outcome,
  outcomes: "How it ended",
  attempt: (attempt: Attempted) =>
    `${attempt.target} ${outcome(attempt)}${attempt.endedAt === null ? "" : ` after ${ms(attempt.endedAt - attempt.startedAt)}`}`,
  detail: ({ culprit, pagesMoved, kind }: Attempted) =>
    culprit
      ? `${culprit.reason}, the first 0x${culprit.pfn.toString(16)}: ${ownerWords(culprit.owner)}`
      : kind === "eject" || kind === "offline"
        ? `${plural(pagesMoved, "page")} moved`
        : "",
  zones: "Zones",
  zone: (node: number, zone: string) => `node ${node} ${zone}`,
  free: (free: number, managed: number) =>
    managed === 0 ? "empty zone" : `${Math.floor((100 * free) / managed)} % free`,
  time: "Time",
  axis: (at: number, differing: number) => `${ms(at)}, ${plural(differing, "difference")}`,
  at: ms,
  side: "Which future is shown",
  titleOf: title,
  sides,
  why: (of: Difference["of"]) => WHY[of] ?? "",
  number: (n: number) => `Difference ${n}`,
} as const;

export type FuturesWords = Words<typeof english>;
export const futuresStrings = inLanguages<FuturesWords>(english, { ja: () => import("./futures-strings.ja.ts") });
