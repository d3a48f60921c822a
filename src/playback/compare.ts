/**
 * The rules by which a simulated trace agrees with a recorded one. Exact fields decide; close fields (free pages,
 * watermarks, kinds, meminfo) are reported beside them and fail nothing, for a real kernel strays there from its own
 * first recording.
 */
import { PAGE_SIZE, STRUCT_PAGE_BYTES, parseSize } from "../engine/units.ts";
import type { Observation, PlayedStep, Trace } from "../protocol/trace.ts";
import { sideBySide } from "./masks.ts";

export interface Disagreement {
  readonly field: string;
  readonly real: unknown;
  readonly simulated: unknown;
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
  /** What is too far off among the close fields, in words. */
  readonly far: readonly string[];
}

/** The recorder keeps this many new lines of the log. */
export const LOG_LINES = 120;
export const FREE_TOLERANCE = 2048;
const WATERMARK_SHARE = 0.02;
const WATERMARK_TOLERANCE = 16;
const KIND_TOLERANCE = 512;
const MEMINFO_SHARE = 0.01;
const NODE_LISTS = ["possible", "online", "has_memory", "has_normal_memory", "has_cpu"] as const;

/** What was played of a trace: all of it, or up to where the simulator failed. */
export interface Played {
  readonly boot: Observation | null;
  readonly steps: readonly PlayedStep[];
  /** Why it went no further. */
  readonly failure: string | null;
}

export function compareTraces(real: Trace, simulated: Played): ComparedStep[] {
  const missing = (fields: Fields): Omit<ComparedStep, "step" | "done"> => ({
    fields: Object.keys(fields).length,
    agree: 0,
    disagreements: [{ field: "step", real: "played", simulated: simulated.failure ?? "missing" }],
    far: [],
  });
  const booted = observed(real.boot, true);
  const boot = simulated.boot ? { ...differences(booted, observed(simulated.boot, true)), far: [] } : missing(booted);
  const rows: ComparedStep[] = [{ step: "boot", done: null, ...boot }];
  let removedPages = 0;
  let devices: PlayedStep["devices"] = real.coldplug.map(({ id, size }) => ({ id, size: parseSize(size) ?? 0 }));
  for (const [i, step] of real.steps.entries()) {
    removedPages += vmemmapOfRemoved(step, devices);
    devices = step.devices;
    const other = simulated.steps[i];
    const read = whatIsRead(step, other);
    const fields = { ...exact(step), ...read.real };
    const compared = other
      ? {
          ...differences(fields, { ...exact(other), ...read.simulated }),
          far: [...tooFar(step, other, removedPages)],
        }
      : missing(fields);
    rows.push({ step: i + 1, done: step.do, ...compared });
  }
  return rows;
}

type Fields = Readonly<Record<string, unknown>>;

/** The exact part of a step, field by field. */
function exact(step: PlayedStep): Fields {
  return {
    exit: ended(step.exit),
    errno: "sh" in step.do ? phrase(step.stderr) : "",
    refused: Boolean(step.error),
    devices: step.devices,
    events: step.events
      // The emulator limits the rate of this one.
      .filter(({ event }) => event !== "MEMORY_DEVICE_SIZE_CHANGE")
      .map(({ event, data }) => [event, data?.device ?? null, data?.info ?? null]),
    reasons: [...new Set(step.dmesg.flatMap((line) => /page dumped because: (.*)/.exec(line)?.[1] ?? []))].sort(),
    "zonelists rebuilt": step.dmesg.some((line) => line.includes("Built") && line.includes("zonelists")),
    ...observed(step.after, false),
  };
}

/** Standard output and the kernel's log, line by line, without what no second recording repeats. */
function whatIsRead(real: PlayedStep, simulated: PlayedStep | undefined): Record<"real" | "simulated", Fields> {
  const output = (step: PlayedStep | undefined): string[] => (step?.stdout ?? "").split("\n");
  const stdout = sideBySide(output(real), output(simulated), "stdout");
  const log = sideBySide(real.dmesg, simulated?.dmesg ?? [], "log", LOG_LINES);
  return {
    real: { stdout: stdout.real, log: log.real },
    simulated: { stdout: stdout.simulated, log: log.simulated },
  };
}

/** The exact part of an observation. What boot leaves managed is calibration, so it is not compared there. */
function observed(o: Observation, boot: boolean): Fields {
  return {
    blocks: o.blocks,
    iomem: o.iomem,
    ...Object.fromEntries(NODE_LISTS.map((name) => [`nodes.${name}`, o.nodes[name] ?? null])),
    "nodes.list": o.nodes.list.map(({ id, distance, blocks }) => [id, distance, blocks]),
    zones: o.zones.map((z) => [z.node, z.zone, z.spanned, z.present, ...(boot ? [] : [z.managed]), z.start_pfn]),
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

function differences(real: Fields, simulated: Fields): Pick<ComparedStep, "fields" | "agree" | "disagreements"> {
  const names = Object.keys(real);
  const disagreements = names
    .filter((name) => !same(real[name], simulated[name]))
    .map((field) => ({ field, real: real[field], simulated: simulated[field] }));
  return { fields: names.length, agree: names.length - disagreements.length, disagreements };
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

function* tooFar(real: PlayedStep, simulated: PlayedStep, removedVmemmap: number): Generator<string> {
  const free = FREE_TOLERANCE + removedVmemmap;
  const zones = new Map(simulated.after.zones.map((zone) => [`${zone.node} ${zone.zone}`, zone]));
  for (const zone of real.after.zones) {
    const other = zones.get(`${zone.node} ${zone.zone}`);
    if (!other) continue;
    const where = `node ${zone.node} ${zone.zone}`;
    if (Math.abs(zone.free - other.free) > free) yield `${where} free: real ${zone.free}, simulated ${other.free}`;
    for (const mark of ["min", "low", "high"] as const) {
      if (Math.abs(zone[mark] - other[mark]) > Math.max(WATERMARK_TOLERANCE, zone[mark] * WATERMARK_SHARE))
        yield `${where} ${mark}: real ${zone[mark]}, simulated ${other[mark]}`;
    }
  }
  for (const [block, counts] of Object.entries(real.kinds ?? {})) {
    for (const [kind, pages] of Object.entries(counts)) {
      const other = simulated.kinds?.[block]?.[kind] ?? 0;
      if (Math.abs(pages - other) > KIND_TOLERANCE) yield `memory${block} ${kind}: real ${pages}, simulated ${other}`;
    }
  }
  for (const [name, kib] of Object.entries(real.after.meminfo ?? {})) {
    const other = simulated.after.meminfo?.[name];
    const waiting = name === "MemFree" ? (removedVmemmap * PAGE_SIZE) / 1024 : 0;
    if (other === undefined || Math.abs(kib - other) > kib * MEMINFO_SHARE + waiting)
      yield `meminfo ${name}: real ${kib}, simulated ${other ?? "missing"}`;
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
