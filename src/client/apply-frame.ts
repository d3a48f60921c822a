/** How a frame from the worker changes the state of the page. Pure: a new state, with whatever is unchanged kept as it is. */
import type { Frame, LogEntry } from "../protocol/messages.ts";
import type { Patch, RecordKind, Records } from "../protocol/records.ts";
import type { Moment, PlaygroundState, RecordTables, Selection } from "./playground.ts";

export const LONGEST_LOG = 2000;

export const NO_SELECTION: Selection = { node: null, block: null, dimm: null, attempt: null, pfn: null };

export const NO_RECORDS: RecordTables = {
  partition: {},
  node: {},
  slot: {},
  dimm: {},
  block: {},
  zone: {},
  process: {},
  attempt: {},
};

const NO_CALLS: PlaygroundState["calls"] = [];

export const NO_OFFERS: PlaygroundState["offers"] = { undo: null, redo: null, back: null };

/** The state of a page that has begun with a scenario of this name, and has heard nothing yet. */
export const stateBefore = (scenario: string): PlaygroundState => ({
  status: "starting",
  fault: null,
  silence: null,
  replaced: null,
  scenario,
  title: "",
  kernels: {},
  records: NO_RECORDS,
  now: 0,
  idle: false,
  speed: 1,
  log: [],
  offers: NO_OFFERS,
  travelled: null,
  cursor: null,
  looked: null,
  calls: NO_CALLS,
  selection: NO_SELECTION,
});

/** Tables after the patches: a table without a patch, and a record without one, keep their identity. */
export function applyPatches(tables: RecordTables, patches: readonly Patch[]): RecordTables {
  if (patches.length === 0) return tables;
  const changed: { [K in RecordKind]?: Record<string, unknown> } = {};
  for (const [kind, key, record] of patches) {
    // Each table is copied once a frame, and only when something in it changed.
    const table = changed[kind] ?? { ...tables[kind] };
    changed[kind] = table;
    if (record === null) delete table[key];
    else table[key] = record;
  }
  return { ...tables, ...(changed as Partial<RecordTables>) };
}

/** The machine at each instant that a frame tells of. */
export function momentsOf(
  { moments = [], patches }: Pick<Frame, "moments" | "patches">,
  before: RecordTables,
): Moment[] {
  let records = before;
  let from = 0;
  return moments.map(({ at, acts, patches: until }) => {
    records = applyPatches(records, patches.slice(from, until));
    from = until;
    return { at, acts, records };
  });
}

/** The newest entries, as many as are kept. */
export function appendLog(log: readonly LogEntry[], entries: readonly LogEntry[]): readonly LogEntry[] {
  if (entries.length === 0) return log;
  const all = [...log, ...entries];
  return all.length > LONGEST_LOG ? all.slice(all.length - LONGEST_LOG) : all;
}

/** A selection without the things that are gone. */
export function pruneSelection(selection: Selection, records: RecordTables): Selection {
  const gone = (kind: RecordKind, key: string | null) => key !== null && !records[kind][key];
  const node = gone("node", selection.node);
  const block = gone("block", selection.block);
  const dimm = gone("dimm", selection.dimm);
  const attempt = gone("attempt", selection.attempt);
  if (!node && !block && !dimm && !attempt) return selection;
  return {
    node: node ? null : selection.node,
    block: block ? null : selection.block,
    dimm: dimm ? null : selection.dimm,
    attempt: attempt ? null : selection.attempt,
    pfn: block ? null : selection.pfn,
  };
}

/** Attempts that someone asked for, of those that have ended: the newest so many can be leafed through. */
const KEPT_ATTEMPTS = 100;
/** With so many attempts in all it is worth looking for those that can go. */
const MANY_ATTEMPTS = 1000;

/**
 * Records without the oldest attempts. What runs stays, and what is selected, the newest 100 that someone asked for, and
 * what a block or DIMM names as its last; each with all that it is made of, and what it is a part of.
 */
export function pruneAttempts(records: RecordTables, selected: string | null): RecordTables {
  const all = Object.values(records.attempt);
  if (all.length < MANY_ATTEMPTS) return records;
  const wholeOf = ({ id, parent }: Records["attempt"]): number => {
    const whole = parent === null ? undefined : records.attempt[String(parent)];
    return whole ? wholeOf(whole) : (parent ?? id);
  };
  const kept = new Set(
    all
      .filter(({ parent }) => parent === null)
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .slice(-KEPT_ATTEMPTS),
  );
  for (const attempt of all) if (attempt.result === "running" || attempt.key === selected) kept.add(wholeOf(attempt));
  for (const table of [records.block, records.dimm])
    for (const { attempt } of Object.values(table)) {
      const named = attempt === null ? undefined : records.attempt[attempt];
      if (named) kept.add(wholeOf(named));
    }
  const rest = all.filter((attempt) => kept.has(wholeOf(attempt)));
  if (rest.length === all.length) return records;
  return { ...records, attempt: Object.fromEntries(rest.map((attempt) => [attempt.key, attempt])) };
}

/**
 * Whether a frame has anything for those who look at the state. Most have only maps, which whoever draws them takes as
 * the frame is shown; time alone is no reason to ask everyone what they need of it.
 */
export function hasNews(frame: Frame, { status, idle, calls }: PlaygroundState): boolean {
  const maps = frame.pages !== null || frame.pageblocks.length > 0 || frame.fine !== undefined;
  return (
    !maps ||
    frame.look !== null ||
    frame.holds === true ||
    frame.offers !== null ||
    frame.patches.length > 0 ||
    frame.log.length > 0 ||
    frame.idle !== idle ||
    (frame.calls?.length ?? 0) > 0 ||
    calls.length > 0 ||
    status !== "running"
  );
}

function lookedAt({ look, holds, now }: Frame, before: PlaygroundState["looked"]): PlaygroundState["looked"] {
  if (look) return { at: now, look };
  return holds && before ? { ...before, at: now } : before;
}

/** Tables after a frame; another machine's begin anew. */
export const patchedBy = (before: RecordTables, { anew, patches }: Frame): RecordTables =>
  applyPatches(anew ? NO_RECORDS : before, patches);

/** `patched`: the tables after it, when somebody has made them already. */
export function applyFrame(
  before: PlaygroundState,
  frame: Frame,
  patched = patchedBy(before.records, frame),
): Partial<PlaygroundState> {
  const state = frame.anew ? { ...before, records: NO_RECORDS, log: [], looked: null } : before;
  const records = patched.attempt === state.records.attempt ? patched : pruneAttempts(patched, state.selection.attempt);
  return {
    // A fault stays what it is, also when the frame that came before it is shown after it.
    status: state.status === "fault" ? "fault" : "running",
    records,
    looked: lookedAt(frame, state.looked),
    calls: frame.calls ?? (state.calls.length > 0 ? NO_CALLS : state.calls),
    offers: frame.offers ?? state.offers,
    now: frame.now,
    idle: frame.idle,
    log: appendLog(state.log, frame.log),
    selection: records === state.records ? state.selection : pruneSelection(state.selection, records),
  };
}

/**
 * The selection after a person chose something. A block brings its node along, a node lets go of a block that is not
 * its own, and a page belongs to the block it was chosen in.
 */
export function chooseIn(state: PlaygroundState, chosen: Partial<Selection>): Selection {
  const next = { ...state.selection, ...chosen };
  const block = next.block === null ? undefined : state.records.block[next.block];
  if (chosen.block != null && chosen.node === undefined && block) {
    const nodes = block.nodes.map((id) => `${block.partition}/${id}`);
    if (next.node === null || !nodes.includes(next.node)) next.node = nodes[0] ?? next.node;
  }
  if (chosen.node != null && chosen.block === undefined && block) {
    if (!block.nodes.some((id) => `${block.partition}/${id}` === chosen.node)) next.block = null;
  }
  if (next.block !== state.selection.block && chosen.pfn === undefined) next.pfn = null;
  return next;
}
