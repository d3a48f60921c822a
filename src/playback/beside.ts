/** A recorded trace beside the simulation: played a step at a time, each compared and told as a view shows it. */
import type { AnswerRow, BlockRun, Brief, TraceHead, TraceRow } from "../protocol/beside.ts";
import type { Checked } from "../protocol/border.ts";
import { type Observation, type PlayedStep, type Trace, readTrace } from "../protocol/trace.ts";
import { type Answer, Comparison, LOG_LINES, ended, phrase } from "./compare.ts";
import { rulesThatApply } from "./masks.ts";
import { Player } from "./play.ts";

/** Rows of parts that a field shows at most; what disagrees comes first. */
const MOST_PARTS = 60;
/** Longest text of a side of an answer, in characters. */
const LONGEST = 240;

/** Opens a trace file's text; what is wrong with it is one sentence that names the field. */
export function openBeside(text: string, file: string): Checked<{ readonly head: TraceHead; readonly beside: Beside }> {
  const read = readTrace(text, file);
  if (!read.ok) return read;
  try {
    return { ok: true, value: { head: headOf(read.value, file), beside: new Beside(read.value) } };
  } catch (error) {
    // No profile is like its kernel, or no machine can be built as it describes one.
    return { ok: false, problem: `${file}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const headOf = (trace: Trace, file: string): TraceHead => ({
  file,
  name: trace.name,
  about: trace.about,
  kernel: trace.kernel,
  cmdline: trace.cmdline,
  nodes: trace.machine.nodes.map(({ mem }) => mem),
  steps: trace.steps.length,
});

export class Beside {
  readonly #trace: Trace;
  readonly #comparison: Comparison;
  readonly #player: Player;
  #step = 0;
  /** Why it goes no further. */
  #failure: string | null = null;
  #simulatedBefore: Observation | null = null;

  /** @throws UnknownKernel where no profile is like the recorded kernel. */
  constructor(trace: Trace) {
    this.#trace = trace;
    this.#comparison = new Comparison(trace);
    this.#player = new Player(trace);
  }

  /** Plays and compares the next row; `null` after the last. */
  next(): TraceRow | null {
    const at = this.#step++;
    return at === 0 ? this.#boot() : at <= this.#trace.steps.length ? this.#next(at) : null;
  }

  #boot(): TraceRow {
    const simulated = this.#tried(() => this.#player.setup());
    const { boot } = this.#trace;
    const { fields, agree } = this.#comparison.boot(simulated, this.#failure);
    this.#simulatedBefore = simulated;
    return {
      step: 0,
      done: null,
      fields,
      agree,
      answers: answerRows(this.#comparison.answers, null),
      uncompared: ["boot-log", "managed-at-boot", "close-figures"],
      far: [],
      real: brief(null, boot, null),
      simulated: simulated && brief(null, simulated, null),
      failure: this.#failure,
      culprit: null,
    };
  }

  #next(at: number): TraceRow {
    const real = this.#trace.steps[at - 1] as PlayedStep;
    const { boot } = this.#trace;
    const before = this.#trace.steps[at - 2] ?? { after: boot, devices: [] };
    const { attempts } = this.#player.machine.engine;
    const known = new Set(attempts.keys());
    const simulated = this.#tried(() => this.#player.step(real.do));
    const { fields, agree, far } = this.#comparison.step(simulated ?? undefined, this.#failure);
    const culprits = [...attempts].flatMap(([id, { culprit }]) => (known.has(id) || !culprit ? [] : culprit));
    const ours = this.#simulatedBefore;
    this.#simulatedBefore = simulated?.after ?? ours;
    return {
      step: at,
      done: real.do,
      fields,
      agree,
      answers: answerRows(this.#comparison.answers, before).map((answer) =>
        // As a shell shows it: exits by a signal count as one.
        answer.field === "exit" ? { ...answer, real: said(real.exit), simulated: said(simulated?.exit) } : answer,
      ),
      uncompared: simulated ? [...rulesOf(real, simulated)] : [],
      far,
      real: brief(real, real.after, before.after),
      simulated: simulated && brief(simulated, simulated.after, ours),
      failure: this.#failure,
      culprit: culprits.at(-1) ?? null,
    };
  }

  #tried<T>(play: () => T): T | null {
    if (this.#failure !== null) return null;
    try {
      return play();
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error);
      return null;
    }
  }
}

/** What of a step was not compared, or not to the letter. */
function rulesOf(real: PlayedStep, simulated: PlayedStep): Set<string> {
  const rules = new Set<string>();
  for (const { stdout, dmesg, events } of [real, simulated]) {
    for (const rule of rulesThatApply(dmesg, "log", LOG_LINES)) rules.add(rule);
    for (const rule of rulesThatApply((stdout ?? "").split("\n"), "stdout")) rules.add(rule);
    if (events.some(({ event }) => event === "MEMORY_DEVICE_SIZE_CHANGE")) rules.add("size-events");
  }
  if (real.exit !== simulated.exit && ended(real.exit) === ended(simulated.exit)) rules.add("exit-number");
  rules.add("close-figures");
  return rules;
}

type Part = readonly unknown[];

/** What was before a step. */
type Before = Pick<PlayedStep, "after" | "devices">;

/** A device of the monitor's list: its id, where it is and how large. */
const deviceSaid = ({ id, addr, memaddr, size, node, slot, ...more }: PlayedStep["devices"][number]): Part => [
  id,
  `0x${Number(addr ?? memaddr).toString(16)}`,
  `${Number(size) / 2 ** 20} MiB`,
  `node ${node}`,
  ...(slot === undefined ? [] : [`slot ${slot}`]),
  ...("requested-size" in more ? [`requested ${Number(more["requested-size"]) / 2 ** 20} MiB`] : []),
];

/** Fields that are lists of parts with a name of their own. */
const PARTS: Readonly<Record<string, (part: Part) => readonly [name: string, said: Part]>> = {
  devices: ([id, ...said]) => [String(id), said],
  blocks: ([number, state, zones, nodes]) => [
    `memory${number}`,
    [state, zones, `node ${(nodes as readonly number[]).join("-")}`],
  ],
  zones: ([node, zone, ...figures]) => [`node ${node} ${zone}`, figures],
  "nodes.list": ([node, ...rest]) => [`node ${node}`, rest],
};

/** The same field of an observation before the step: what a step left as it was is not shown. */
function earlier(field: string, before: Before | null): ReadonlySet<string> {
  if (!before) return new Set();
  const { after, devices } = before;
  const lists: Readonly<Record<string, readonly unknown[]>> = {
    devices: devices.map(deviceSaid),
    blocks: after.blocks,
    zones: after.zones.map((z) => [z.node, z.zone, z.spanned, z.present, z.managed, z.start_pfn]),
    "nodes.list": after.nodes.list.map(({ id, distance, blocks }) => [id, distance, blocks]),
    iomem: after.iomem,
  };
  return new Set((lists[field] ?? []).map((part) => JSON.stringify(part)));
}

function answerRows(answers: readonly Answer[], before: Before | null): AnswerRow[] {
  return answers.flatMap((answer) => {
    const { field, real, simulated, agrees } = answer;
    if (!Array.isArray(real) || !Array.isArray(simulated))
      return [{ field, of: "", real: said(real), simulated: said(simulated), agrees, quiet: 0 }];
    const listed = (side: Part): Part => (field === "devices" ? side.map((one) => deviceSaid(one as never)) : side);
    const rows = partRows(field, listed(real), listed(simulated), before);
    const differing = rows.filter((row) => !row.agrees);
    const shown = [...differing, ...rows.filter((row) => row.agrees && row.quiet === 0)].slice(0, MOST_PARTS);
    const quiet = rows.length - shown.length;
    const rest: AnswerRow = { field, of: "", real: "", simulated: "", agrees: true, quiet };
    // Parts that agree one by one and not in their order are a difference all the same.
    if (!agrees && differing.length === 0)
      return [{ ...rest, real: said(real), simulated: said(simulated), agrees: false, quiet: 0 }];
    return quiet > 0 || shown.length === 0 ? [...shown, rest] : shown;
  });
}

function partRows(field: string, real: Part, simulated: Part, before: Before | null): AnswerRow[] {
  const split = PARTS[field];
  const known = earlier(field, before);
  const row = (of: string, theirs: unknown, ours: unknown, quiet: boolean): AnswerRow => ({
    field,
    of,
    real: said(theirs),
    simulated: said(ours),
    agrees: JSON.stringify(theirs) === JSON.stringify(ours),
    quiet: quiet ? 1 : 0,
  });
  if (!split) {
    const most = Math.max(real.length, simulated.length);
    return Array.from({ length: most }, (_, i) =>
      row(field === "reasons" ? "" : String(i + 1), real[i], simulated[i], known.has(JSON.stringify(real[i]))),
    );
  }
  const named = (parts: Part) =>
    new Map(parts.map((part) => [...split(part as Part), part] as const).map((it) => [it[0], it]));
  const [theirs, ours] = [named(real), named(simulated)];
  return [...new Set([...theirs.keys(), ...ours.keys()])].map((name) => {
    const [, left, whole] = theirs.get(name) ?? [];
    const [, right] = ours.get(name) ?? [];
    return row(name, left, right, whole !== undefined && known.has(JSON.stringify(whole)));
  });
}

function said(value: unknown): string {
  if (value === undefined || value === null) return "";
  const text = Array.isArray(value)
    ? value.map((part) => (typeof part === "object" ? said(part) : String(part))).join(" · ")
    : typeof value === "object"
      ? Object.entries(value)
          .map(([name, part]) => `${name} ${said(part)}`)
          .join(" · ")
      : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function brief(step: PlayedStep | null, after: Observation, before: Observation | null): Brief {
  const output = (step?.stdout ?? "").trim();
  return {
    exit: step?.exit ?? null,
    phrase: step && "sh" in step.do ? phrase(step.stderr) : "",
    refused: step?.error ?? null,
    output: said(output.split("\n")[0]),
    lines: output === "" ? 0 : output.split("\n").length,
    dumped: [...new Set((step?.dmesg ?? []).flatMap((line) => /^page:.* pfn:(0x\w+)/.exec(line)?.[1] ?? []))],
    events: (step?.events ?? []).map(({ event, data }) => {
      const info = data?.info as { readonly source?: number; readonly status?: number } | undefined;
      return info ? `OST ${info.source},${info.status}` : event;
    }),
    rebuilt: step?.dmesg.some((line) => line.includes("Built") && line.includes("zonelists")) ?? false,
    changed: changes(after, before),
    blocks: runs(after.blocks),
  };
}

type Block = Observation["blocks"][number];

function runs(blocks: readonly Block[], gone = false): BlockRun[] {
  const found: BlockRun[] = [];
  for (const [number, state, zones] of blocks) {
    const run = { first: number, last: number, state: gone ? null : state, zone: zones.split(" ")[0] ?? "" };
    const last = found.at(-1);
    if (last && last.last === number - 1 && last.state === run.state && last.zone === run.zone)
      found[found.length - 1] = { ...last, last: number };
    else found.push(run);
  }
  return found;
}

function changes(after: Observation, before: Observation | null): BlockRun[] {
  const was = new Map((before?.blocks ?? []).map((block) => [block[0], JSON.stringify(block.slice(1, 3))]));
  const now = new Set(after.blocks.map(([number]) => number));
  const changed = after.blocks.filter((block) => was.get(block[0]) !== JSON.stringify(block.slice(1, 3)));
  return [
    ...runs(changed),
    ...runs(
      (before?.blocks ?? []).filter(([number]) => !now.has(number)),
      true,
    ),
  ];
}
