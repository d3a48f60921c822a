/**
 * Trace files: what a kernel answered, step by step, to a scenario on a described machine. Recorded from real kernels
 * and written by the player (src/playback/play.ts) in the same form. The format has no version number; fields that
 * are not known here are allowed and left out.
 *
 * `LabScenario` is the same without the answers: a machine and steps to play.
 */
import * as v from "valibot";
import { MIB, TIB, parseSize, PAGE_SIZE } from "../engine/units.ts";
import { cpuListProblem } from "./cpu-lists.ts";
import { type Checked, expected, fields, list, readJson, show, sizeText, text, whole, words } from "./border.ts";

/** More nodes than the emulated machine can have are a mistake; so are the other limits. */
const MAX_NODES = 128;
const MAX_SLOTS = 256;
const MAX_STEPS = 10_000;
const MAX_BLOCKS = 1 << 19;
const MAX_LINE = 64 * 1024;
const MAX_LOAD_MIB = 64 * 1024;
/** Bits of a physical address on the kernels that are modelled, with four-level page tables. */
const MAX_ADDRESS = 64 * TIB;
const PAGES = MAX_ADDRESS / PAGE_SIZE;
/** Of a node to itself; the emulator and ACPI know none that is smaller. */
const LOCAL_DISTANCE = 10;

const nodeId = whole(0, MAX_NODES - 1);
const dimmId = v.pipe(text(64, "a device name"), v.regex(/^[A-Za-z][\w.-]*$/, expected("a device name like d0")));
const memory = sizeText(0, MAX_ADDRESS, "of at most 64T");
const dimmSize = sizeText(MIB, 16 * TIB, "from 1M to 16T");

const machine = fields("a machine", {
  nodes: v.pipe(
    list(
      fields("a node", {
        mem: sizeText(0, 16 * TIB, "of at most 16T"),
        cpus: v.optional(
          v.pipe(text(256), v.regex(/^(\d{1,4}(-\d{1,4})?)(,\d{1,4}(-\d{1,4})?)*$/, expected("a CPU list like 0-1"))),
        ),
      }),
      MAX_NODES,
      "a list of nodes",
    ),
    v.minLength(1, "expected at least one node"),
  ),
  slots: v.optional(whole(0, MAX_SLOTS), 8),
  maxmem: v.optional(memory, "16G"),
  distance: v.optional(
    list(
      v.tuple([nodeId, nodeId, whole(LOCAL_DISTANCE, 255)], expected("[from, to, SLIT value]")),
      MAX_NODES * MAX_NODES,
    ),
  ),
  hotpluggable: v.optional(list(nodeId, MAX_NODES)),
  /** With ext4, at /mnt: its size, and how much it writes in a second. */
  disk: v.optional(fields("a disk", { size: memory, writes: memory })),
});

const coldplug = list(fields("a DIMM", { id: dimmId, size: dimmSize, node: nodeId }), MAX_SLOTS);
const virtioMem = list(
  fields("a virtio-mem device", { id: dimmId, node: nodeId, size: memory, requested: v.optional(memory) }),
  32,
);

/** Block numbers whose pages are counted by kind after the step. */
const kinds = v.optional(list(whole(0, MAX_BLOCKS * 16), 1024));
/** Seconds of simulated time that the step is waited for. */
const wait = v.optional(
  v.pipe(
    v.number(expected("seconds")),
    v.minValue(0, expected("seconds")),
    v.maxValue(600, expected("at most 600 seconds")),
  ),
);

/** Name under which a step goes on while later ones are done: see `until` and `interrupt`. */
const stepName = v.pipe(text(32, "a name"), v.regex(/^[a-z][a-z0-9-]*$/, expected("a name like writer")));
const start = v.optional(stepName);
const seconds = v.optional(
  v.pipe(
    v.number(expected("seconds")),
    v.minValue(0, expected("seconds")),
    v.maxValue(600, expected("at most 600 seconds")),
  ),
  60,
);
export const INTERRUPTIONS = ["TERM", "KILL"] as const;
export const BLOCK_STATES = ["online", "offline", "going-offline"] as const;

export const LOAD_KINDS = ["anon", "thp", "shm", "mlock", "huge", "pin", "pipes", "slab"] as const;

const stepKinds = {
  sh: fields("a shell step", {
    sh: text(MAX_LINE, "a shell line"),
    start,
    timeout: v.optional(
      v.pipe(
        v.number(expected("seconds")),
        v.minValue(0, expected("seconds")),
        v.maxValue(600, expected("at most 600 seconds")),
      ),
    ),
    kinds,
  }),
  hotadd: fields("a hot-add step", {
    hotadd: fields("a DIMM", {
      id: dimmId,
      node: whole(0, 255),
      size: dimmSize,
      addr: v.optional(whole(0, MAX_ADDRESS)),
    }),
    start,
    kinds,
  }),
  hotremove: fields("a hot-remove step", { hotremove: dimmId, start, wait, kinds }),
  load: fields("a load step", {
    load: fields("a load", {
      kind: words(LOAD_KINDS),
      mib: v.optional(whole(0, MAX_LOAD_MIB)),
      count: v.optional(whole(0, 1_000_000)),
      node: v.optional(whole(-1, MAX_NODES - 1), -1),
      policy: v.optional(words(["bind", "pref", "preferred", "default"])),
    }),
    start,
    kinds,
  }),
  resize: fields("a resize step", { resize: fields("a size for a device", { id: dimmId, size: memory }), wait, kinds }),
  killall: fields("a killall step", { killall: v.unknown(), kinds }),
  until: fields("a step that waits", {
    until: v.union(
      [
        fields("an end to wait for", { ended: stepName }),
        fields("a state to wait for", { block: whole(0, MAX_BLOCKS * 16), is: words(BLOCK_STATES) }),
      ],
      expected("{ended: NAME} or {block, is}"),
    ),
    seconds,
    kinds,
  }),
  interrupt: fields("an interrupt step", {
    interrupt: stepName,
    signal: v.optional(words(INTERRUPTIONS), "TERM"),
    kinds,
  }),
  observe: fields("an observe step", { observe: words(["now"]), kinds }),
};
type StepKind = keyof typeof stepKinds;
const STEP_KINDS = Object.keys(stepKinds) as StepKind[];

const unknownStep = v.custom<never>(
  () => false,
  (issue) => {
    const keys =
      issue.input !== null && typeof issue.input === "object" && !Array.isArray(issue.input)
        ? Object.keys(issue.input)
        : null;
    const got =
      keys === null
        ? show(issue.input)
        : keys.length === 0
          ? "an empty object"
          : `keys ${keys.slice(0, 4).map(show).join(", ")}`;
    return `expected a step of one of the kinds ${STEP_KINDS.join(", ")}, got ${got}`;
  },
);

type Step = { [K in StepKind]: v.InferOutput<(typeof stepKinds)[K]> }[StepKind];
const step: v.GenericSchema<unknown, Step> = v.lazy((input): v.GenericSchema<unknown, Step> => {
  if (input === null || typeof input !== "object" || Array.isArray(input)) return unknownStep;
  const [kind, another] = STEP_KINDS.filter((name) => Object.hasOwn(input, name));
  return kind === undefined || another !== undefined
    ? unknownStep
    : (stepKinds[kind] as v.GenericSchema<unknown, Step>);
});

const count = whole(0, Number.MAX_SAFE_INTEGER);
const pages = whole(0, PAGES);
const block = v.tuple(
  [whole(0, MAX_BLOCKS * 16), text(32), text(256), list(nodeId, MAX_NODES), whole(0, 1), whole(0, 1)],
  expected("[id, state, valid_zones, [nodes], removable, online]"),
);

const observation = fields("an observation", {
  blocks: list(block, MAX_BLOCKS, "a list of blocks"),
  nodes: fields("the nodes", {
    possible: v.optional(text(256)),
    online: v.optional(text(256)),
    has_memory: v.optional(text(256)),
    has_normal_memory: v.optional(text(256)),
    has_cpu: v.optional(text(256)),
    list: v.optional(
      list(
        fields("a node", {
          id: nodeId,
          distance: list(text(16), MAX_NODES),
          totalKB: v.optional(count),
          freeKB: v.optional(count),
          blocks: list(whole(0, MAX_BLOCKS * 16), MAX_BLOCKS),
        }),
        MAX_NODES,
      ),
      () => [],
    ),
  }),
  zones: list(
    fields("a zone", {
      node: nodeId,
      zone: words(["DMA", "DMA32", "Normal", "Movable", "Device"]),
      free: pages,
      min: pages,
      low: pages,
      high: pages,
      spanned: pages,
      present: pages,
      managed: pages,
      start_pfn: pages,
      protection: v.optional(list(count, 8)),
    }),
    MAX_NODES * 5,
    "a list of zones",
  ),
  iomem: list(text(256), 4096, "a list of lines"),
  meminfo: v.optional(v.record(text(64), count, expected("an object of numbers"))),
  vmstat: v.optional(v.record(text(64), v.number(), expected("an object of numbers"))),
  buddy: v.optional(
    list(v.tuple([nodeId, text(16), list(count, 16)], expected("[node, zone, [free blocks by order]]")), MAX_NODES * 5),
  ),
});

const device = v.looseObject({ id: text(64) }, expected("a device"));
const event = fields("an event", {
  event: text(64),
  data: v.optional(v.nullable(v.looseObject({}, expected("an object")))),
});
/** Counts by kind, of one block; older recordings wrote them as text. */
const kindCounts = v.record(
  text(16),
  v.record(
    text(16),
    v.pipe(v.union([v.number(), v.string()], expected("a count")), v.transform(Number), count),
    expected("counts by kind"),
  ),
  expected("counts by block"),
);

const played = fields("a step", {
  do: step,
  exit: v.optional(v.nullable(whole(0, 255))),
  stdout: v.optional(v.string(expected("text"))),
  stderr: v.optional(v.string(expected("text"))),
  error: v.optional(v.nullable(text(4096))),
  dmesg: v.optional(list(v.string(expected("a line")), 100_000, "a list of lines"), () => []),
  devices: v.optional(list(device, MAX_SLOTS + 64, "a list of devices"), () => []),
  events: v.optional(list(event, 100_000, "a list of events"), () => []),
  after: observation,
  kinds: v.optional(kindCounts),
});

const described = {
  name: v.optional(text(256), ""),
  about: v.optional(text(4096), ""),
  machine,
  coldplug: v.optional(coldplug, () => []),
  virtio_mem: v.optional(virtioMem, () => []),
  cmdline: v.optional(text(4096), ""),
  setup: v.optional(list(text(MAX_LINE, "a shell line"), 1000), () => []),
};

export const traceSchema = fields("a trace", {
  ...described,
  kernel: text(128, "a kernel release"),
  bootlog: v.optional(list(v.string(expected("a line")), 100_000), () => []),
  boot: observation,
  steps: list(played, MAX_STEPS, "a list of steps"),
});
export const labScenarioSchema = fields("a scenario", {
  ...described,
  kernel: v.optional(text(128, "a kernel release"), "6.1"),
  steps: list(step, MAX_STEPS, "a list of steps"),
});

export type Trace = v.InferOutput<typeof traceSchema>;
export type TraceMachine = Trace["machine"];
export type TraceStep = Step;
export type PlayedStep = Trace["steps"][number];
export type Observation = Trace["boot"];
export type ObservedZone = Observation["zones"][number];
export type TraceDevice = PlayedStep["devices"][number];
export type TraceEvent = PlayedStep["events"][number];
export type LabScenario = v.InferOutput<typeof labScenarioSchema>;

/** Reads a trace file. */
export function readTrace(content: string, file: string): Checked<Trace> {
  const read = readJson(traceSchema, content, file);
  return read.ok ? consistent(read, file) : read;
}

/** Reads a scenario in the form of the traces: a machine and the steps to play, without answers. */
export function readLabScenario(content: string, file: string): Checked<LabScenario> {
  const read = readJson(labScenarioSchema, content, file);
  return read.ok ? consistent(read, file) : read;
}

/** What no single field can say: totals, and references between fields. */
function consistent<T extends LabScenario | Trace>(
  read: { readonly ok: true; readonly value: T },
  file: string,
): Checked<T> {
  const { machine: m, coldplug: cold, virtio_mem: virtio } = read.value;
  const wrong = (path: string, problem: string): Checked<T> => ({ ok: false, problem: `${file}: ${path}: ${problem}` });
  const bytes = (size: string): number => parseSize(size) ?? 0;
  const total = m.nodes.reduce((sum, node) => sum + bytes(node.mem), 0);
  if (total < 256 * MIB) return wrong("machine.nodes", "expected at least 256M of memory on all nodes together");
  if (total > 16 * TIB) return wrong("machine.nodes", "expected at most 16T of memory on all nodes together");
  if (total > bytes(m.maxmem))
    return wrong("machine.maxmem", `expected at least the memory of all nodes, got ${m.maxmem}`);
  const cpus = cpuListProblem(m.nodes.map((node) => node.cpus ?? ""));
  if (cpus) return wrong(`machine.nodes[${cpus.node}].cpus`, cpus.problem);
  const nodes = m.nodes.length;
  for (const [i, [from, to, distance]] of (m.distance ?? []).entries()) {
    if (from >= nodes || to >= nodes)
      return wrong(`machine.distance[${i}]`, `expected nodes below ${nodes}, got ${from} and ${to}`);
    if (from === to && distance !== LOCAL_DISTANCE)
      return wrong(`machine.distance[${i}][2]`, `expected ${LOCAL_DISTANCE} from a node to itself, got ${distance}`);
  }
  for (const [i, id] of (m.hotpluggable ?? []).entries()) {
    if (id >= nodes) return wrong(`machine.hotpluggable[${i}]`, `expected a node below ${nodes}, got ${id}`);
  }
  const ids = new Set<string>();
  for (const [name, devices] of [
    ["coldplug", cold],
    ["virtio_mem", virtio],
  ] as const) {
    for (const [i, device] of devices.entries()) {
      if (device.node >= nodes)
        return wrong(`${name}[${i}].node`, `expected a node below ${nodes}, got ${device.node}`);
      if (ids.has(device.id)) return wrong(`${name}[${i}].id`, `${device.id} is used twice`);
      ids.add(device.id);
    }
  }
  const regions = [...cold, ...virtio].reduce((sum, each) => sum + bytes(each.size), 0);
  if (virtio.length > 0 && total + regions > bytes(m.maxmem))
    return wrong("machine.maxmem", `expected room for the virtio-mem devices, got ${m.maxmem}`);
  if (virtio.length > 0 && m.slots === 0)
    return wrong("machine.slots", "expected at least one slot with virtio-mem devices");
  for (const [i, each] of virtio.entries()) {
    const requested = bytes(each.requested ?? "0");
    if (bytes(each.size) === 0 || bytes(each.size) % (2 * MIB) !== 0)
      return wrong(`virtio_mem[${i}].size`, `expected a multiple of 2M, got ${each.size}`);
    if (requested % (2 * MIB) !== 0 || requested > bytes(each.size))
      return wrong(`virtio_mem[${i}].requested`, `expected a multiple of 2M up to the size, got ${each.requested}`);
  }
  const names = namesProblem(read.value.steps.map((each) => ("do" in each ? each.do : each)));
  if (names) return wrong(`steps[${names.step}]`, names.problem);
  if (cold.length > m.slots)
    return wrong("coldplug", `expected at most ${m.slots} DIMMs, one a slot, got ${cold.length}`);
  return read;
}

/** Whether a step is only begun: what it does later belongs to the steps that wait for it. */
export const startedAs = (step: TraceStep): string | undefined => ("start" in step ? step.start : undefined);

/** A name is given once, and before anybody waits for it or interrupts it. */
function namesProblem(steps: readonly TraceStep[]): { readonly step: number; readonly problem: string } | undefined {
  const given = new Map<string, TraceStep>();
  for (const [at, one] of steps.entries()) {
    const name = startedAs(one);
    if (name !== undefined && given.has(name)) return { step: at, problem: `${name} was started before` };
    const meant = "interrupt" in one ? one.interrupt : "until" in one && "ended" in one.until ? one.until.ended : null;
    if (meant !== null && !given.has(meant)) return { step: at, problem: `nothing was started as ${meant}` };
    if ("interrupt" in one && !("sh" in (given.get(one.interrupt) as TraceStep)))
      return { step: at, problem: `${one.interrupt} is no shell line, which alone can be interrupted` };
    if (name !== undefined) given.set(name, one);
  }
  return undefined;
}
