/** Words of the migration view. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { ownerWords } from "../../client/owners.ts";
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import type { Followed, MigrationState } from "../../engine/inspect/index.ts";
import { count } from "../reading.ts";
import type { Filter, Kept } from "./filter.ts";
import { PAGE_SIZE, GIB } from "../../engine/units.ts";

const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const ms = (ns: number): string => {
  const value = ns / 1e6;
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} ms`;
};
const pages = (many: number): string => `${count(many)} ${many === 1 ? "page" : "pages"}`;
const seconds = (ns: number): string => (ns / 1e9).toFixed(6);
const where = (node: number, zone: string): string => `node ${node} · ${zone}`;

/** What an errno says of a page that stays. */
const REASONS = {
  EAGAIN: "pinned: extra references",
  ENOMEM: "no free frame elsewhere",
  EBUSY: "kernel memory, never tried",
} as const;

const KINDS = ["anonymous", "page cache", "shared", "huge pages", "hugetlb", "other"] as const;

const english = {
  title: "Migration",
  scroller: "What moves, where to, and what it costs",
  starting: "The machine is starting.",
  waiting: "Waiting for the figures.",
  choose: "Attempt",
  newest: "the newest",
  option: (target: string, errno: ErrnoName | null, running: boolean, at: number) =>
    `${target} · ${running ? "running" : (errno ?? "went")} · ${seconds(at)} s`,
  blocks: "Memory blocks of this attempt",
  block: (number: number) => `memory${number}`,
  stepStates: {
    emptying: "being emptied",
    offline: "offline",
    stayed: "stayed",
    "coming-back": "coming back",
    "rolled-back": "back online",
    "not-back": "could not come back",
    "coming-online": "coming online",
    online: "online",
    "not-online": "not online",
  },
  cancel: "Cancel",
  cancelling: "Cancelling…",
  twin: "Table",
  picture: "Picture",
  key: "Kinds of page",
  kinds: KINDS,
  earlier: "earlier",
  only: (kind: string) => `Show only ${kind}`,
  hex,
  pages,
  where,
  status: (state: MigrationState, now: number) => {
    const lasted = ms((state.endedAt ?? now) - state.from);
    // Who came late has not seen how long it took.
    const time = state.late ? `watched for ${lasted}` : lasted;
    if (state.endedAt !== null && state.late)
      return `${state.errno === null ? "emptied" : `ended with ${state.errno}`}, ${time}, ${roundsOf(state)}`;
    if (state.endedAt !== null)
      return state.errno === null
        ? `emptied in ${time}, ${roundsOf(state)}`
        : `ended after ${time} with ${state.errno}, ${roundsOf(state)}`;
    if (state.left === 0 && state.again > 0)
      return `${roundsOf(state)} · ${state.reasons.some(({ errno, pages: many }) => errno === "ENOMEM" && many > 0) ? "no frame elsewhere" : "only pinned left"}`;
    return `${time} · ${roundsOf(state)}${state.passes.length > 0 ? `, pass ${state.passes.length - 1}` : ""}`;
  },
  late: "Nobody watched from the beginning: what had moved by then is known by zone only.",
  unwatched: "Nobody watched this attempt: only its totals were kept.",
  kept: (many: number) => `The last ${many} attempts that were watched are kept as they ended.`,

  from: "From",
  cell: (perCell: number) =>
    perCell === 1 ? "cell = pageblock = 2 MiB" : `cell = ${perCell} pageblocks = ${perCell * 2} MiB`,
  source: (block: number) => `memory${block} by pageblock: arrow keys go from cell to cell, Enter selects it`,
  sourceCell: (first: number, last: number, there: number, stuck: number, working: boolean) =>
    `${first === last ? `Pageblock ${first}` : `Pageblocks ${first} to ${last}`}: ${there === 0 ? "nothing left" : `${pages(there)} there`}${stuck > 0 ? `, ${count(stuck)} can't move` : ""}${working ? ", being worked on" : ""}.`,
  figures: {
    moved: (inUse: number) => `moved of ${count(inUse)}`,
    left: "left",
    again: "to try again",
    stuck: "can't move",
  },
  ended: (many: number) => `${count(many)} freed meanwhile`,
  cellShort: (perCell: number) => `cell = ${perCell * 2} MiB`,
  announce: (state: MigrationState) =>
    `${count(state.moved)} of ${count(state.inUse)} moved, ${count(state.again)} to try again.`,

  flow: (moving: boolean) => (moving ? "moving, by kind" : "moved, by kind"),
  rateNow: (perMs: number) => `${count(Math.round(perMs))} pages/ms`,
  bandwidth: (perMs: number) => `${((perMs * PAGE_SIZE * 1000) / GIB).toFixed(2)} GiB/s`,
  still: "nothing moves any more",
  nothingYet: "nothing has moved yet",
  target: { free: (free: number) => `${count(free)} free`, gone: "not there now" },
  low: "at its low mark",
  next: (zone: string) => `next, at ${zone}'s low mark`,
  moreZones: (many: number) => `${many} more ${many === 1 ? "zone has" : "zones have"} pages.`,
  rule: (others: boolean, node: number) =>
    others
      ? `Nearest other node first, never back to node ${node}; policies are not asked.`
      : `No other node has memory: pages stay on node ${node}, in other blocks.`,
  oldRule: "To where the writer's CPU allocates, in kernel zones only.",
  /** What was chosen, and what belongs to it; instead of the rule. */
  filtered: ({ by, of }: Filter, { moved, stayed }: Kept, perCell: number) =>
    `Only ${
      by === "cell"
        ? perCell === 1
          ? `pageblock ${of}`
          : `pageblocks ${of * perCell} to ${(of + 1) * perCell - 1}`
        : by === "kind"
          ? KINDS[of]
          : by === "target"
            ? `node ${of.replace("/", " · ")}`
            : by === "pass"
              ? `pass ${of} of every run`
              : of
    }: ${[
      by !== "reason" && `${pages(moved)} moved`,
      (by === "cell" || by === "kind" || by === "reason") && `${count(stayed)} stayed`,
    ]
      .filter(Boolean)
      .join(", ")}. Esc shows all.`,
  ribbon: (kind: string, many: number, to: string) => `${kind}: ${pages(many)} to ${to}`,

  rate: "Rate",
  rateUnit: "pages/ms, simulated",
  rateTop: (top: number) => `peak ${count(Math.round(top))}`,
  over: (moving: number) => `${ms(moving)}, then none`,

  passes: "Passes",
  passOf: (round: number, roundLimit: number | null) =>
    `round ${count(round)}${roundLimit === null ? " of no limit" : `, ${roundLimit} may fail`}`,
  passMarks: { moved: "moved", stayed: "stayed" },
  pass: (n: number, done: { pages: number; moved: number; stayed: number } | undefined) =>
    done
      ? `Pass ${n}: ${count(done.moved)} of ${pages(done.pages)} moved, ${count(done.stayed)} stayed`
      : `Pass ${n}: not run`,

  reasons: "Not moved, by reason",
  reason: (errno: keyof typeof REASONS) => REASONS[errno],
  firstPage: "first",

  followed: "One page, followed",
  followNone: "No page is followed yet: the next that moves will be.",
  followIdle: "Nothing moves now. The next page that does will be followed.",
  followNext: "Next page that moves",
  followChosen: (pfn: number) => `Follow pfn ${hex(pfn)}`,
  followKey: "F",
  whose: (page: Followed) =>
    page.mapper
      ? `${page.mapper.comm} ${page.mapper.pid}, ${page.mapper.address}`
      : `${ownerWords(page.owner)}: in nobody's page table`,
  oldFrame: "old frame",
  newFrame: "new frame",
  noFrame: "none yet",
  noFrameAfter: "none: it stays",
  entry: {
    old: "present",
    migration: "migration entry",
    new: "present",
  },
  entryDetail: {
    old: (page: Followed) => `leads to ${hex(page.pfn)}`,
    migration: (page: Followed) => `of ${hex(page.pfn)} · a touch waits`,
    new: (page: Followed) => `leads to ${hex(page.copy ?? page.pfn)}`,
  },
  unmapped: { title: "no entry", detail: "nobody maps it" },
  copied: (page: Followed) =>
    page.copyNs === null ? null : `${4 * 2 ** page.order} KiB, ${count(page.copyNs)} ns at distance ${page.distance}`,
  failed: (errno: string) => `${errno}: undone`,
  tries: (many: number) => `tried ${count(many)} times`,
  stepAt: (at: number) => `${seconds(at)} s`,
  afterStep: (name: string) => `As after ${name}`,
  back: "One function back",
  on: "One function on",
  toCome: "to come",
  outcome: {
    waiting: "not isolated yet",
    moving: "on its way",
    moved: "moved",
    stayed: "put back: tried again in the next round",
    ended: "freed by its user meanwhile",
  },

  paid: "Paid afterwards",
  paidOf: "by distance from its CPUs",
  paidNone: "No process has memory that moved.",
  paidLate: "Before: not known, nobody watched then.",
  mean: "mean distance",
  tick: "local share before",
  process: (comm: string, pid: number) => `${comm} ${pid}`,
  paidRow: (comm: string, pid: number, before: string, now: string) =>
    `${comm} ${pid}: mean distance ${before} before, ${now} now`,
  gone: "ended",
  unknown: "?",
  distance: (value: number | null) => (value === null ? "–" : value.toFixed(1)),
  onNode: (node: number, many: number) => `${count(many)} on node ${node}`,

  empty: "Nothing is being moved. Take a block offline, or pull a DIMM.",
  take: (block: string) => `Take ${block} offline`,
  last: "Open again",

  summary: (moved: number, failed: number, passes: number) =>
    `${pages(moved)} moved, ${pages(failed)} stayed, ${count(passes)} ${passes === 1 ? "round" : "rounds"}.`,

  node: (node: number) => `node ${node}`,
  tables: {
    source: {
      caption: (block: number, at: number) => `memory${block} by pageblock at ${seconds(at)} s`,
      columns: ["Pageblock", "There before", "Moved", "Left", "Can't move", "Now"],
      working: "being worked on",
    },
    flow: {
      caption: "Kind and destination",
      columns: ["Kind", "Node and zone", "Pages"],
      sum: "all that was copied",
    },
    reasons: { caption: "Why pages stay", columns: ["Reason", "Errno", "Pages", "First page", "Owner"] },
    paid: {
      caption: "Processes, before and after",
      columns: ["Process", "CPUs on", "Before", "Now", "Mean distance before", "Now"],
    },
  },
} as const;

export type MigrationWords = Words<typeof english>;
export const migrationStrings = inLanguages<MigrationWords>(english, { ja: () => import("./strings.ja.ts") });

function roundsOf(state: MigrationState): string {
  return `round ${count(state.round)}`;
}
