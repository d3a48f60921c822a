/**
 * The rules by which a simulated trace agrees with a recorded one. Exact fields decide; close fields (free pages,
 * watermarks, kinds, meminfo) are reported beside them and fail nothing, for a real kernel strays there from its own
 * first recording.
 */
import { PAGE_SIZE, STRUCT_PAGE_BYTES, parseSize } from "../engine/units.ts";
import { type Observation, type PlayedStep, type Trace, type TraceStep, startedAs } from "../protocol/trace.ts";
import { sideBySide, ZONELIST_PAGES } from "./masks.ts";

export interface Disagreement {
  readonly field: string;
  readonly real: unknown;
  readonly simulated: unknown;
}

/** A field of a row, whether both sides agree on it or not. */
export interface Answer extends Disagreement {
  readonly agrees: boolean;
}

/** A close figure that is too far off. */
export interface Far {
  /** `node 1 Normal`, `memory32`, `meminfo`. */
  readonly where: string;
  readonly figure: string;
  readonly real: number;
  /** `null`: missing. */
  readonly simulated: number | null;
}

/** One row of a comparison: the observation after boot, or a step with what it answered and left behind. */
export interface ComparedStep {
  /** `boot`, or the step's number from 1. */
  readonly step: "boot" | number;
  /** What was done, as the trace has it. */
  readonly done: unknown;
  readonly fields: number;
  /** Fields that agree. */
  readonly agree: number;
  readonly disagreements: readonly Disagreement[];
  /** What is too far off among the close fields. */
  readonly far: readonly Far[];
}

/** The recorder keeps this many new lines of the log. */
export const LOG_LINES = 120;
export const FREE_TOLERANCE = 2048;
const WATERMARK_SHARE = 0.02;
const WATERMARK_TOLERANCE = 16;
const KIND_TOLERANCE = 512;
const MEMINFO_SHARE = 0.01;
/** Of a machine that was not calibrated: small early allocations share pages by chance. */
const MANAGED_TOLERANCE = 2;
/** How far close figures may be off, by the name that they are reported under. */
export const TOLERANCES = {
  managed: `${MANAGED_TOLERANCE} pages a zone`,
  free: `${FREE_TOLERANCE} pages a zone`,
  "min, low, high": `${WATERMARK_SHARE * 100} % or ${WATERMARK_TOLERANCE} pages`,
  kinds: `${KIND_TOLERANCE} pages a block`,
  meminfo: `${MEMINFO_SHARE * 100} %`,
} as const;
const NODE_LISTS = ["possible", "online", "has_memory", "has_normal_memory", "has_cpu"] as const;

/** What was played of a trace: all of it, or up to where the simulator failed. */
export interface Played {
  readonly boot: Observation | null;
  readonly steps: readonly PlayedStep[];
  /** Why it went no further. */
  readonly failure: string | null;
}

/** `calibrated`: whether the machine that was played began with the recording's figures; if not, `TOLERANCES` are allowed. */
export function compareTraces(real: Trace, simulated: Played, calibrated = true): ComparedStep[] {
  const { failure } = simulated;
  const comparison = new Comparison(real, calibrated);
  const boot = comparison.boot(simulated.boot, failure);
  return [boot, ...real.steps.map((_, i) => comparison.step(simulated.steps[i], failure))];
}

/** What was told while steps were begun, which is read with the next one that is compared. */
class Carried {
  #dmesg: readonly string[] = [];
  #events: PlayedStep["events"] = [];
  /** Several were under way: which of them comes first, and so what another's zonelists count by then, is chance. */
  #several = false;

  overlaps(): void {
    this.#several = true;
  }

  /** The step without what it told. */
  keep(step: PlayedStep): PlayedStep {
    this.#dmesg = [...this.#dmesg, ...step.dmesg];
    this.#events = [...this.#events, ...step.events];
    return { ...step, dmesg: [], events: [] };
  }

  take(step: PlayedStep): PlayedStep {
    const told = [...this.#dmesg, ...step.dmesg];
    const dmesg = this.#several ? told.map((line) => line.replace(ZONELIST_PAGES, "<pages>")) : told;
    const all = { ...step, dmesg, events: [...this.#events, ...step.events] };
    this.#dmesg = [];
    this.#events = [];
    this.#several = false;
    return all;
  }
}

/** A comparison from row to row, for who plays a trace a step at a time. */
export class Comparison {
  readonly #real: Trace;
  readonly #calibrated: boolean;
  #steps = 0;
  #removedPages = 0;
  #devices: PlayedStep["devices"];
  /** What was begun and has not been waited for. */
  readonly #pending = new Set<string>();
  /** Loads among these, and those that all were killed while they grew: whether they had come to their end is chance. */
  readonly #growing = new Set<string>();
  readonly #killed = new Set<string>();
  readonly #carried = { real: new Carried(), simulated: new Carried() };
  /** The row that was compared last, field by field. */
  answers: readonly Answer[] = [];

  constructor(real: Trace, calibrated = true) {
    this.#real = real;
    this.#calibrated = calibrated;
    this.#devices = real.coldplug.map(({ id, size }) => ({ id, size: parseSize(size) ?? 0 }));
  }

  /** What was observed after boot; `null` where the simulator failed before, for this reason. */
  boot(simulated: Observation | null, failure: string | null = null): ComparedStep {
    const { boot } = this.#real;
    const booted = this.#observed(boot, boot, true);
    const compared = simulated
      ? {
          ...this.#answered(booted, this.#observed(simulated, boot, true)),
          far: this.#calibrated ? [] : [...tooFarAtBoot(boot, simulated)],
        }
      : this.#missing(booted, failure);
    return { step: "boot", done: null, ...compared };
  }

  /** The next step; `undefined` where the simulator did not come to it. */
  step(simulated: PlayedStep | undefined, failure: string | null = null): ComparedStep {
    const step = this.#real.steps[this.#steps++];
    if (!step) throw new Error("the trace has no more steps");
    this.#removedPages += vmemmapOfRemoved(step, this.#devices);
    this.#devices = step.devices;
    const { real, simulated: ours } = this.#carried;
    if (this.#pending.size > 1) for (const carried of [real, ours]) carried.overlaps();
    const chance = "until" in step.do && "ended" in step.do.until && this.#killed.delete(step.do.until.ended);
    const its = chance ? endless(step) : step;
    const our = chance && simulated ? endless(simulated) : simulated;
    if (this.#isUnsettled(step.do)) return this.#unsettled(its, our, failure);
    // When something that is under way tells of itself is chance: that is read with what is told once all has ended.
    if (this.#pending.size > 0) return this.#compared(real.keep(its), our && ours.keep(our), failure);
    return this.#compared(real.take(its), our && ours.take(our), failure);
  }

  /**
   * Whether what is seen after a step is chance: it began something, or set free what was begun and of which not all has been
   * waited for. How far that is when somebody looks depends on speed.
   */
  #isUnsettled(step: TraceStep): boolean {
    const name = startedAs(step);
    if (name !== undefined) this.#pending.add(name);
    if (name !== undefined && "load" in step) this.#growing.add(name);
    if ("killall" in step) {
      for (const load of this.#growing) this.#killed.add(load);
      this.#growing.clear();
    }
    if ("until" in step && "ended" in step.until) {
      this.#pending.delete(step.until.ended);
      this.#growing.delete(step.until.ended);
      return this.#pending.size > 0;
    }
    return name !== undefined || (this.#pending.size > 0 && ("killall" in step || "interrupt" in step));
  }

  /** Only the step's own answer is compared; what is told meanwhile belongs to the next step that is compared whole. */
  #unsettled(step: PlayedStep, simulated: PlayedStep | undefined, failure: string | null): ComparedStep {
    this.#carried.real.keep(step);
    if (simulated) this.#carried.simulated.keep(simulated);
    const read = whatIsRead(step, simulated);
    const own = answered(step, read.real);
    const compared = simulated
      ? { ...this.#answered(own, answered(simulated, read.simulated)), far: [] }
      : this.#missing(own, failure);
    return { step: this.#steps, done: step.do, ...compared };
  }

  #compared(step: PlayedStep, simulated: PlayedStep | undefined, failure: string | null): ComparedStep {
    const read = whatIsRead(step, simulated);
    const fields = { ...exact(step, simulated), ...this.#observed(step.after, step.after, false), ...read.real };
    const compared = simulated
      ? {
          ...this.#answered(fields, {
            ...exact(simulated, step),
            ...this.#observed(simulated.after, step.after, false),
            ...read.simulated,
          }),
          far: [...tooFar(step, simulated, this.#removedPages)],
        }
      : this.#missing(fields, failure);
    return { step: this.#steps, done: step.do, ...compared };
  }

  /** The exact part of an observation; of a machine that was not calibrated, what it manages is as near as it need be. */
  #observed(of: Observation, real: Observation, boot: boolean): Fields {
    return this.#calibrated
      ? observed(of, !boot)
      : { ...observed(of, false), managed: [...nearlyManaged(of, real)].toSorted() };
  }

  #answered(real: Fields, simulated: Fields): Pick<ComparedStep, "fields" | "agree" | "disagreements"> {
    this.answers = Object.keys(real).map((field) => ({
      field,
      real: real[field],
      simulated: simulated[field],
      agrees: same(real[field], simulated[field]),
    }));
    const disagreements = this.answers
      .filter(({ agrees }) => !agrees)
      .map(({ field, real: theirs, simulated: ours }) => ({ field, real: theirs, simulated: ours }));
    return { fields: this.answers.length, agree: this.answers.length - disagreements.length, disagreements };
  }

  #missing(fields: Fields, failure: string | null): Omit<ComparedStep, "step" | "done"> {
    this.answers = [{ field: "step", real: "played", simulated: failure ?? "missing", agrees: false }];
    return {
      fields: Object.keys(fields).length,
      agree: 0,
      disagreements: [{ field: "step", real: "played", simulated: failure ?? "missing" }],
      far: [],
    };
  }
}

/** A step without its end and what it printed. */
const endless = ({ exit: _, stdout: __, stderr: ___, ...step }: PlayedStep): PlayedStep => step;

type Fields = Readonly<Record<string, unknown>>;

/** How a step ended, and what it printed. */
const answered = (step: PlayedStep, { stdout }: Fields): Fields => ({
  exit: ended(step.exit),
  errno: errnoOf(step),
  refused: Boolean(step.error),
  stdout,
});

const errnoOf = (step: PlayedStep): string => ("sh" in step.do || "until" in step.do ? phrase(step.stderr) : "");

const rebuilt = ({ dmesg }: PlayedStep): boolean =>
  dmesg.some((line) => line.includes("Built") && line.includes("zonelists"));

/** The exact part of a step, field by field. What a log that was cut off doesn't show is taken to be as in the other's. */
function exact(step: PlayedStep, other: PlayedStep | undefined): Fields {
  return {
    exit: ended(step.exit),
    errno: errnoOf(step),
    refused: Boolean(step.error),
    devices: step.devices,
    events: step.events
      // The emulator limits the rate of this one.
      .filter(({ event }) => event !== "MEMORY_DEVICE_SIZE_CHANGE")
      .map(({ event, data }) => [event, data?.device ?? null, data?.info ?? null]),
    reasons: [...new Set(step.dmesg.flatMap((line) => /page dumped because: (.*)/.exec(line)?.[1] ?? []))].sort(),
    "zonelists rebuilt": rebuilt(step) || (step.dmesg.length >= LOG_LINES && other !== undefined && rebuilt(other)),
  };
}

/** Standard output and the kernel's log, line by line, without what no second recording repeats. */
function whatIsRead(real: PlayedStep, simulated: PlayedStep | undefined): Record<"real" | "simulated", Fields> {
  // Some recorders lose an empty first line.
  const lost = simulated?.stdout?.startsWith("\n") === true && real.stdout?.startsWith("\n") === false;
  const output = (step: PlayedStep | undefined): string[] =>
    (step?.stdout ?? "").slice(lost && step === simulated ? 1 : 0).split("\n");
  const stdout = sideBySide(output(real), output(simulated), "stdout");
  const log = sideBySide(real.dmesg, simulated?.dmesg ?? [], "log", LOG_LINES);
  return {
    real: { stdout: stdout.real, log: log.real },
    simulated: { stdout: stdout.simulated, log: log.simulated },
  };
}

/** What zones manage, where it is near to what the recorded ones do, as those do. */
function* nearlyManaged({ zones }: Observation, real: Observation): Generator<readonly [number, string, number]> {
  for (const { node, zone, managed } of zones) {
    const other = real.zones.find((each) => each.node === node && each.zone === zone)?.managed ?? Number.NaN;
    yield [node, zone, Math.abs(managed - other) <= MANAGED_TOLERANCE ? other : managed];
  }
}

/** The exact part of an observation. What boot leaves managed is calibration, so it is not compared there. */
function observed(o: Observation, managed: boolean): Fields {
  return {
    blocks: o.blocks,
    iomem: o.iomem,
    ...Object.fromEntries(NODE_LISTS.map((name) => [`nodes.${name}`, o.nodes[name] ?? null])),
    "nodes.list": o.nodes.list.map(({ id, distance, blocks }) => [id, distance, blocks]),
    zones: o.zones.map((z) => [z.node, z.zone, z.spanned, z.present, ...(managed ? [z.managed] : []), z.start_pfn]),
  };
}

/** How a shell line ended: exit codes of signals (SIGINT, SIGKILL, SIGTERM) count as one. */
export function ended(exit: number | null | undefined): "ok" | "failed" | "signal" | null {
  if (exit === null || exit === undefined) return null;
  if (exit === 130 || exit === 137 || exit === 143) return "signal";
  return exit === 0 ? "ok" : "failed";
}

/** The errno phrase at the end of what a shell line wrote to stderr. */
export function phrase(stderr: string | undefined): string {
  const last = stderr?.trim().split("\n").at(-1) ?? "";
  return last.slice(last.lastIndexOf(": ") === -1 ? 0 : last.lastIndexOf(": ") + 2);
}

/** Equal as JSON values, whatever the order of keys. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same((a as Fields)[key], (b as Fields)[key]))
  );
}

function* tooFar(real: PlayedStep, simulated: PlayedStep, removedVmemmap: number): Generator<Far> {
  const free = FREE_TOLERANCE + removedVmemmap;
  const zones = new Map(simulated.after.zones.map((zone) => [`${zone.node} ${zone.zone}`, zone]));
  for (const zone of real.after.zones) {
    const other = zones.get(`${zone.node} ${zone.zone}`);
    if (!other) continue;
    const where = `node ${zone.node} ${zone.zone}`;
    const figure = (name: "free" | "min" | "low" | "high"): Far => ({
      where,
      figure: name,
      real: zone[name],
      simulated: other[name],
    });
    if (Math.abs(zone.free - other.free) > free) yield figure("free");
    for (const mark of ["min", "low", "high"] as const)
      if (Math.abs(zone[mark] - other[mark]) > Math.max(WATERMARK_TOLERANCE, zone[mark] * WATERMARK_SHARE))
        yield figure(mark);
  }
  for (const [block, counts] of Object.entries(real.kinds ?? {})) {
    for (const [kind, pages] of Object.entries(counts)) {
      const other = simulated.kinds?.[block]?.[kind] ?? 0;
      if (Math.abs(pages - other) > KIND_TOLERANCE)
        yield { where: `memory${block}`, figure: kind, real: pages, simulated: other };
    }
  }
  yield* meminfoTooFar(real.after, simulated.after, (removedVmemmap * PAGE_SIZE) / 1024);
}

/** At boot, before anything was done: what is free, and meminfo. Watermarks are stale then. */
function* tooFarAtBoot(real: Observation, simulated: Observation): Generator<Far> {
  const zones = new Map(simulated.zones.map((zone) => [`${zone.node} ${zone.zone}`, zone]));
  for (const { node, zone, free } of real.zones) {
    const other = zones.get(`${node} ${zone}`)?.free;
    if (other !== undefined && Math.abs(free - other) > FREE_TOLERANCE)
      yield { where: `node ${node} ${zone}`, figure: "free", real: free, simulated: other };
  }
  yield* meminfoTooFar(real, simulated, 0);
}

/** `waiting`: kB that may not count as free yet. */
function* meminfoTooFar(real: Observation, simulated: Observation, waiting: number): Generator<Far> {
  for (const [name, kib] of Object.entries(real.meminfo ?? {})) {
    const other = simulated.meminfo?.[name];
    if (other === undefined || Math.abs(kib - other) > kib * MEMINFO_SHARE + (name === "MemFree" ? waiting : 0))
      yield { where: "meminfo", figure: name, real: kib, simulated: other ?? null };
  }
}

/** Pages of memory map that a hot remove freed: they may wait on per-CPU lists, where they don't count as free. */
function vmemmapOfRemoved(step: PlayedStep, before: PlayedStep["devices"]): number {
  if (!("hotremove" in step.do)) return 0;
  const { hotremove } = step.do;
  if (step.devices.some(({ id }) => id === hotremove)) return 0;
  const size = before.find(({ id }) => id === hotremove)?.size;
  return typeof size === "number" ? (size / PAGE_SIZE) * (STRUCT_PAGE_BYTES / PAGE_SIZE) : 0;
}
