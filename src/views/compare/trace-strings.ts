/** Words of a recorded kernel beside the simulation. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { occasionWords, ownerWords } from "../../client/owners.ts";
import type { Culprit } from "../../engine/chronicle/outcome.ts";
import type { BlockRun, Brief, TraceHead, TraceRow } from "../../protocol/beside.ts";
import type { TraceStep } from "../../protocol/trace.ts";
import { count } from "../reading.ts";
import { optionOf, refused, short } from "./figures.ts";

const plural = (many: number, one: string, more = `${one}s`): string => `${count(many)} ${many === 1 ? one : more}`;

/** Answers by the field of the rules that they belong to (src/playback/compare.ts). */
const FIELDS: Readonly<Record<string, string>> = {
  exit: "exit status",
  errno: "error",
  refused: "refused by the monitor",
  devices: "devices",
  events: "monitor event",
  reasons: "page dumped because",
  "zonelists rebuilt": "zonelists rebuilt",
  stdout: "output",
  log: "kernel log",
  blocks: "blocks",
  iomem: "iomem",
  zones: "zones",
  "nodes.list": "nodes",
  "nodes.possible": "nodes possible",
  "nodes.online": "nodes online",
  "nodes.has_memory": "nodes with memory",
  "nodes.has_normal_memory": "nodes with normal memory",
  "nodes.has_cpu": "nodes with CPUs",
  step: "the step",
};

/** What is not compared, and why, by the rules' names (src/playback/README.md). */
const reasons: Readonly<Record<string, string>> = {
  "log-times": "When a line was logged: that depends on the emulated CPU.",
  "file-times": "When a file was made: so does that.",
  "group-stats": "Figures of a full group of processes: the machine knows three of them, and kernels add them up late.",
  "group-usage": "What a group is charged with, to 1 MiB: each CPU keeps charges in stock.",
  "group-failures": "How often a charge failed before a kill: that depends on what the stocks held.",
  clock: "Complaints of the clock: the emulator's timer is late in one recording and not in the next.",
  "not-simulated": "The simulation's own line on words of the command line that it does not act on.",
  "pci-links": "Interrupts of the emulated board: the simulation has no PCI links.",
  "memory-report": "The report of a failed allocation (stack, registers, Mem-Info): it is not simulated.",
  "oom-reaper": "Whether a killed process's memory is reaped, or it gives it back itself first: a race.",
  "oom-tasks": "Which processes ran beside the loads when memory ran out, and their pages: the recorder's.",
  "oom-figures": "What a killed process held, within 16 MiB: how far it had come when memory ran out.",
  "process-numbers": "Numbers of processes: how many ran before depends on the recorder.",
  "pages-without-room": "Which page found no room for its copy: that depends on what else was allocated.",
  "pages-held": "A page or two at the head of a list may be in flux: up to 8 pages off is equal.",
  "pages-held-of": "So may some of the pages that were tried: up to 3 % off is equal.",
  "soft-offline-page": "Which page of a load is the first pinned one: up to 512 pages off is equal.",
  "soft-offline-flags": "The bit of a page that was touched lately.",
  "zonelist-pages": "Pages of all zonelists: boot leaves stale watermarks behind; 0.2 % off is equal.",
  "min-free": "min_free_kbytes is computed from figures that are close: 2 % off is equal.",
  "boot-mounts": "How much the first file systems may hold: that depends on the kernel's image.",
  "swap-uuid": "The random name of a swap area.",
  "direct-map": "How boot split the direct map: that depends on the kernel's image.",
  meminfo: "Figures of meminfo: 1 % or 64 kB off is equal.",
  "dumped-pages": "Addresses in dumped pages, and which of the kernel's own pages was found first.",
  "later-bursts": "Failed migrations beyond the first ten: whether they are logged depends on speed.",
  "probed-together": "The order of lines of two devices that came up together.",
  "cut-off": "Lines beyond the 120 that a recording keeps of a step.",
  "exit-number": "Which signal ended it: exits by a signal count as one.",
  "size-events": "How often the emulator told a device's size: it limits the rate.",
  "boot-log": "The log of the boot: it is the emulated board's.",
  "managed-at-boot": "What zones manage after boot: the simulation takes it from the recording.",
  "close-figures":
    "Free pages, watermarks and pages by kind: a real kernel strays there from its own first recording. What is far off is named here.",
};

const range = ({ first, last }: Pick<BlockRun, "first" | "last">): string =>
  `memory${first}${last > first ? `–${last}` : ""}`;

function blocksSaid(runs: readonly BlockRun[], most: number): string[] {
  const said = runs
    .slice(0, most)
    .map(
      (run) =>
        `${range(run)} ${run.state === null ? "gone" : `${run.state}${run.state === "online" ? ` ${run.zone}` : ""}`}`,
    );
  return runs.length > most ? [...said, `${runs.length - most} more`] : said;
}

/** A side of a row in a line: what decided first. */
function answered(brief: Brief): string {
  const { exit, phrase, refused, dumped, events, rebuilt, changed, output, lines } = brief;
  const parts = [
    ...(refused === null ? [] : [short(refused, 80)]),
    ...(exit === null ? [] : [exit === 0 || phrase === "" ? `exit ${exit}` : phrase]),
    ...dumped.slice(0, 2),
    ...events,
    ...blocksSaid(changed, 3),
    ...(rebuilt ? ["zonelists rebuilt"] : []),
    ...(output === "" ? [] : [lines > 1 ? `${short(output, 40)} (${lines} lines)` : short(output, 60)]),
  ];
  return parts.length === 0 ? "nothing new" : parts.join(" · ");
}

function doing(step: TraceStep): string {
  const name = "start" in step ? step.start : undefined;
  return name === undefined ? done(step) : `begin ${name}: ${done(step)}`;
}

function done(step: TraceStep): string {
  if ("until" in step)
    return "ended" in step.until
      ? `wait for the end of ${step.until.ended}`
      : `wait until memory${step.until.block} is ${step.until.is}`;
  if ("interrupt" in step) return `send SIG${step.signal} to ${step.interrupt}`;
  if ("observe" in step) return "look now";
  if ("sh" in step)
    return step.sh === "true" && step.kinds
      ? "count the pages by kind"
      : step.sh.replaceAll("/sys/devices/system/memory/", "");
  if ("hotadd" in step) return `device_add ${step.hotadd.id}, ${step.hotadd.size}, node ${step.hotadd.node}`;
  if ("hotremove" in step) return `device_del ${step.hotremove}`;
  if ("resize" in step) return `resize ${step.resize.id} to ${step.resize.size}`;
  if ("killall" in step) return "end the loads";
  const { kind, mib, count: many, node } = step.load;
  return `mem ${kind} ${mib === undefined ? (many ?? "") : `${mib} MiB`}${node >= 0 ? ` node ${node}` : ""}`;
}

const english = {
  reasons,
  open: "Open a file…",
  choose: "Recorded trace",
  chooseOne: "Choose a recorded trace",
  option: optionOf,
  drop: "Drop a trace file here to see it beside the simulation",
  empty:
    "What real kernels answered, step by step, beside what the simulation does. Choose one of the recordings that come with the page, or drop a trace file of your own here.",
  noList: "The list of recordings could not be fetched.",
  noFile: (name: string) => `${name} could not be fetched.`,
  broke: (reason: string) => `The comparison broke off: ${reason}.`,
  again: "Try again",
  title: "A real kernel beside the simulation",
  head: ({ kernel, nodes, cmdline }: TraceHead) =>
    `Linux ${kernel}, recorded; ${nodes.length === 1 ? "one node" : `${nodes.length} nodes`} of ${[...new Set(nodes)].join(" and ")}${cmdline === "" ? "" : `; ${cmdline}`}`,
  /** The count stands in the title, whatever is shown. */
  counted: (rows: readonly TraceRow[], steps: number) => {
    const wrong = rows.reduce((sum, { fields, agree }) => sum + fields - agree, 0);
    const fields = rows.reduce((sum, row) => sum + row.fields, 0);
    const so = rows.length <= steps ? ` so far (${rows.length} of ${steps + 1} steps)` : "";
    return wrong === 0
      ? `no disagreements: all ${plural(fields, "answer")} agree${so}`
      : `${plural(wrong, "disagreement")} among ${plural(fields, "answer")}${so}`;
  },
  columns: {
    step: "Step",
    command: "Command",
    real: "What the real kernel answered",
    simulated: "What the simulation answers",
  },
  steps: "Steps",
  boot: ({ nodes }: TraceHead) =>
    `boot, ${nodes.length === 1 ? "1 node" : `${nodes.length} nodes`} of ${[...new Set(nodes)].join(", ")}`,
  doing,
  answered,
  notPlayed: "not played",
  refused,
  marks: {
    equal: "equal",
    unequal: "unequal",
    uncompared: "not compared",
  },
  openStep: (step: number) => `Step ${step}, answer by answer`,
  openBoot: "After boot, answer by answer",
  verdict: ({ fields, agree }: TraceRow) =>
    fields === agree ? `all ${count(fields)} equal` : `${count(fields - agree)} of ${count(fields)} unequal`,
  recorded: "recorded",
  simulated: "simulated",
  answer: "answer",
  value: (text: string) => ({ "": "none", true: "yes", false: "no" })[text] ?? text,
  field: (field: string, of: string) => {
    const name = FIELDS[field] ?? field;
    if (field === "blocks" || field === "zones" || field === "nodes.list") return of === "" ? name : of;
    return of === "" ? name : `${name}, ${of}`;
  },
  quiet: (many: number) => (many === 0 ? "none" : `${plural(many, "other")}, as before`),
  zonesAre: "pages spanned · present · managed, first pfn",
  notCompared: "Not compared, or not to the letter",
  far: ({ where, figure, real, simulated: ours }: TraceRow["far"][number]) =>
    `${where} ${figure}: recorded ${count(real)}, simulated ${ours === null ? "none" : count(ours)}`,
  failed: (reason: string) => `The simulation went no further: ${reason}.`,
  blocksAfter: "Memory blocks afterwards",
  strip: (who: string, runs: readonly BlockRun[]) => `${who}: ${blocksSaid(runs, 12).join(", ") || "no blocks"}`,
  run: (run: BlockRun) => blocksSaid([run], 1)[0] ?? "",
  numbers: (run: BlockRun) => (run.first === run.last ? String(run.first) : `${run.first}–${run.last}`),
  why: "Why the simulation refuses",
  culprit: ({ pfn, block, owner, zone, node, reason, allocatedWhy }: Culprit) =>
    `Page 0x${pfn.toString(16)} of memory${block} (node ${node}, ${zone}): ${ownerWords(owner)}, ${reason}. ${allocatedWhy.is === "boot" ? "It has been there since boot." : `Allocated for: ${occasionWords(allocatedWhy)}.`}`,
  legend: {
    equal: "equal by the rules",
    unequal: "unequal: the step opens here",
    uncompared: "not compared, with its reason",
  },
  play: "Play the steps",
  pause: "Stop",
  axis: (at: number, last: number, row: TraceRow | undefined) =>
    row
      ? `step ${at} of ${last}, ${row.fields === row.agree ? "equal" : `${row.fields - row.agree} unequal`}`
      : `step ${at} of ${last}`,
  copy: "Copy as text",
  nextWrong: "Next disagreement",
} as const;

export type TraceWords = Words<typeof english>;
export const traceStrings = inLanguages<TraceWords>(english, { ja: () => import("./trace-strings.ja.ts") });
export const { reasons: REASONS } = traceStrings;
