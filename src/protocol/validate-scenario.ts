/**
 * Scenario files checked where they enter. What comes out fits `Scenario` and holds together: sizes in bounds, places
 * and partitions that exist, identifiers that are used once.
 */
import * as v from "valibot";
import {
  BUILD_OPTIONS,
  type BoxDescription,
  KERNEL_VERSIONS,
  type VirtioMemDescription,
} from "../engine/hardware/description.ts";
import type { DiskRequest } from "../engine/holders/disk.ts";
import type { Command } from "../engine/time/commands.ts";
import { LOAD_KINDS } from "../engine/workload/load-description.ts";
import { GIB, MIB, TIB } from "../engine/units.ts";
import { cpuListProblem } from "./cpu-lists.ts";
import { type Checked, check, expected, fields, list, readJson, text, whole, words } from "./border.ts";
import type { Scenario } from "./scenario.ts";

const MAX_PARTITIONS = 16;
const MAX_NODES = 128;
const MAX_SLOTS = 64;
const MAX_COMMANDS = 100_000;
const MAX_BYTES = 64 * TIB;
const MOST_MEMORY = 16 * TIB;
/** The smallest memory block, and what DIMMs of a box are made of. */
const BLOCK = 128 * MIB;
/** Simulated seconds a second. */
const MAX_SPEED = 1000;
/** An hour of simulated time. */
const MAX_NS = 3600e9;
const MAX_LOAD_MIB = 64 * 1024;

const id = v.pipe(text(64, "a name"), v.regex(/^[A-Za-z0-9][\w.-]*$/, expected("a name of letters, digits, _ . -")));
const sizeFrom = (least: number) => whole(least, MAX_BYTES);
const node = whole(0, MAX_NODES - 1);
const exactOptional = <T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);

const cmdlineText = text(4096);
/** Distributions' own for memory have a few hundred characters; each event goes through all of them. */
const udevRules = text(8 * 1024);
const dimm = fields("a DIMM", { id, size: sizeFrom(MIB), health: exactOptional(words(["ok", "failing", "failed"])) });
const partition = fields("a partition", {
  id,
  name: text(256),
  nodes: v.pipe(
    list(
      fields("a node", {
        onboard: sizeFrom(0),
        cpus: v.pipe(
          text(256, "a CPU list"),
          v.regex(/^((\d{1,4}(-\d{1,4})?)(,\d{1,4}(-\d{1,4})?)*)?$/, expected("a CPU list like 0-7")),
        ),
        slots: list(v.nullable(dimm), MAX_SLOTS),
      }),
      MAX_NODES,
    ),
    v.minLength(1, "expected at least one node"),
  ),
  sharedSlots: exactOptional(whole(0, 256)),
  maxMemory: sizeFrom(MIB),
  distances: exactOptional(
    list(v.tuple([node, node, whole(1, 255)], expected("[from, to, distance]")), MAX_NODES * MAX_NODES),
  ),
  hotpluggable: exactOptional(list(node, MAX_NODES)),
  kernel: words(KERNEL_VERSIONS),
  builtWithout: exactOptional(list(words(BUILD_OPTIONS), BUILD_OPTIONS.length)),
  cmdline: cmdlineText,
  udevRules: exactOptional(udevRules),
  la57: exactOptional(v.boolean(expected("true or false"))),
  coldplug: exactOptional(list(fields("a DIMM", { id, size: sizeFrom(MIB), node }), 256)),
  disk: exactOptional(fields("a disk", { size: sizeFrom(MIB), writes: sizeFrom(MIB) })),
  virtioMem: exactOptional(
    list(
      fields("a virtio-mem device", {
        id,
        node,
        size: sizeFrom(2 * MIB),
        requested: exactOptional(sizeFrom(0)),
        blockSize: exactOptional(
          v.pipe(
            sizeFrom(2 * MIB),
            v.check((size) => Number.isInteger(Math.log2(size)), "expected a power of two"),
          ),
        ),
      }),
      32,
    ),
  ),
  calibration: exactOptional(
    list(
      fields("figures of a zone", { node, zone: text(16), managed: whole(0, MAX_BYTES), free: whole(0, MAX_BYTES) }),
      MAX_NODES * 5,
    ),
  ),
});
const box = fields("a box", {
  partitions: v.pipe(list(partition, MAX_PARTITIONS), v.minLength(1, "expected at least one partition")),
  shelf: list(dimm, 256),
});

const MAX_CPU = 8191;
const pid = whole(0, 0x7fff_ffff);
const loadNode = whole(-1, MAX_NODES - 1);
const load = fields("a load", {
  kind: words(LOAD_KINDS),
  mib: exactOptional(whole(0, MAX_LOAD_MIB)),
  count: exactOptional(whole(0, 1_000_000)),
  node: exactOptional(loadNode),
  policy: exactOptional(words(["default", "bind", "preferred"])),
  comm: exactOptional(text(64)),
  parent: exactOptional(pid),
  cpus: exactOptional(list(whole(0, MAX_CPU), MAX_CPU + 1)),
  cache: exactOptional(text(64)),
  compaction: exactOptional(v.boolean(expected("true or false"))),
  churnMibPerSecond: exactOptional(whole(0, MAX_LOAD_MIB)),
});
const place = v.union(
  [
    v.strictObject({ slot: v.pipe(v.string(), v.regex(/^[\w.-]{1,64}(\/\d{1,3}){1,2}$/)) }),
    v.strictObject({ shelf: v.literal(true) }),
  ],
  expected('{"slot": "A/1/2"} or {"shelf": true}'),
);

const absolutePath = v.pipe(text(4096, "a path"), v.startsWith("/", expected("an absolute path")));

const process = fields("a process", { pid, comm: text(64) });

const commands = {
  move: { dimm: id, to: place },
  press: { dimm: id },
  write: {
    partition: id,
    path: absolutePath,
    text: text(64 * 1024),
    by: exactOptional(process),
  },
  udev: { partition: id, rules: list(fields("a file of rules", { path: absolutePath, text: udevRules }), 64) },
  chmod: {
    partition: id,
    path: absolutePath,
    mode: whole(0, 0o7777),
  },
  mkdir: { partition: id, path: absolutePath },
  rmdir: { partition: id, path: absolutePath },
  pipe: { partition: id, by: process },
  signal: { op: whole(0, Number.MAX_SAFE_INTEGER) },
  load: { partition: id, load },
  fork: { partition: id, comm: text(64), parent: exactOptional(pid) },
  affinity: { partition: id, pid, cpus: list(whole(0, MAX_CPU), MAX_CPU + 1) },
  swapon: { partition: id, path: absolutePath, priority: exactOptional(whole(0, 32_767)) },
  swapoff: {
    partition: id,
    path: absolutePath,
    by: exactOptional(process),
  },
  kill: { partition: id, pid },
  killall: { partition: id },
  hotadd: {
    partition: id,
    id,
    node: whole(0, 255),
    size: sizeFrom(MIB),
    addr: exactOptional(whole(0, MAX_BYTES)),
    slot: exactOptional(whole(0, 255)),
  },
  hotremove: { partition: id, id },
  resize: { partition: id, id, size: sizeFrom(0) },
  reboot: { partition: id, cmdline: exactOptional(cmdlineText) },
} satisfies Record<Exclude<Command["do"], DiskRequest["do"]>, v.ObjectEntries>;
const VERBS = Object.keys(commands) as (keyof typeof commands)[];

export const commandSchema = v.lazy((input): v.GenericSchema<unknown, Command> => {
  const verb = input !== null && typeof input === "object" && "do" in input ? input.do : undefined;
  const known = VERBS.find((name) => name === verb);
  if (!known) return fields("a command", { do: words(VERBS) }) as unknown as v.GenericSchema<unknown, Command>;
  return fields("a command", { do: v.literal(known), ...commands[known] }) as unknown as v.GenericSchema<
    unknown,
    Command
  >;
});

export const scenarioSchema = fields("a scenario", {
  version: v.literal(1, expected("version 1")),
  name: text(128),
  title: text(256),
  about: text(4096),
  seed: whole(0, Number.MAX_SAFE_INTEGER),
  box,
  setup: list(commandSchema, MAX_COMMANDS),
  script: list(fields("a timed command", { at: whole(0, MAX_NS), command: commandSchema }), MAX_COMMANDS),
  focus: exactOptional(
    fields("a focus", {
      node: exactOptional(text(64)),
      block: exactOptional(text(64)),
      speed: exactOptional(
        v.pipe(
          v.number(expected("a speed")),
          v.check((speed) => speed >= 0 && speed <= MAX_SPEED, `expected a speed of at most ${MAX_SPEED}, or 0`),
        ),
      ),
    }),
  ),
});

/** Reads the text of a scenario file. */
export function readScenario(content: string, file: string): Checked<Scenario> {
  return holdsTogether(readJson(scenarioSchema, content, file), file);
}

/** Checks a scenario that is a value already: from a link, a message, a store. */
export function checkScenario(value: unknown, file: string): Checked<Scenario> {
  return holdsTogether(check(scenarioSchema, value, file), file);
}

function holdsTogether(checked: Checked<v.InferOutput<typeof scenarioSchema>>, file: string): Checked<Scenario> {
  if (!checked.ok) return checked;
  // Sizes are plain numbers in the file and branded in the engine; that is the only difference.
  const scenario = checked.value as unknown as Scenario;
  const problem = boxProblem(scenario.box) ?? commandProblem(scenario);
  return problem === undefined ? { ok: true, value: scenario } : { ok: false, problem: `${file}: ${problem}` };
}

function boxProblem({ partitions, shelf }: BoxDescription): string | undefined {
  const seen = new Set<string>();
  const again = (name: string): boolean => seen.size === seen.add(name).size;
  for (const [i, each] of shelf.entries()) {
    if (again(`dimm ${each.id}`)) return `box.shelf[${i}].id: ${each.id} is used twice`;
    if (each.size % BLOCK !== 0) return `box.shelf[${i}].size: expected a multiple of 128 MiB, got ${each.size}`;
  }
  let all = 0;
  for (const [p, each] of partitions.entries()) {
    const at = `box.partitions[${p}]`;
    if (again(`partition ${each.id}`)) return `${at}.id: ${each.id} is used twice`;
    const cpus = cpuListProblem(each.nodes.map((own) => own.cpus));
    if (cpus) return `${at}.nodes[${cpus.node}].cpus: ${cpus.problem}`;
    for (const [c, zone] of (each.calibration ?? []).entries())
      if (zone.node >= each.nodes.length)
        return `${at}.calibration[${c}].node: expected a node below ${each.nodes.length}, got ${zone.node}`;
    let total = 0;
    for (const [n, own] of each.nodes.entries()) {
      total += own.onboard;
      // What an emulated machine takes, its kernel takes; a box is made of memory blocks.
      if (each.sharedSlots === undefined && own.onboard % BLOCK !== 0)
        return `${at}.nodes[${n}].onboard: expected a multiple of 128 MiB, got ${own.onboard}`;
      if (each.sharedSlots !== undefined && own.slots.length > 0)
        return `${at}.nodes[${n}].slots: expected none in a machine with sharedSlots`;
      for (const [s, slot] of own.slots.entries()) {
        total += slot?.size ?? 0;
        if (slot && slot.size % BLOCK !== 0)
          return `${at}.nodes[${n}].slots[${s}].size: expected a multiple of 128 MiB, got ${slot.size}`;
        if (slot && again(`dimm ${slot.id}`)) return `${at}.nodes[${n}].slots[${s}].id: ${slot.id} is used twice`;
      }
    }
    for (const [c, cold] of (each.coldplug ?? []).entries()) {
      if (again(`dimm ${cold.id}`)) return `${at}.coldplug[${c}].id: ${cold.id} is used twice`;
      if (cold.node >= each.nodes.length)
        return `${at}.coldplug[${c}].node: expected a node below ${each.nodes.length}, got ${cold.node}`;
    }
    for (const [m, device] of (each.virtioMem ?? []).entries()) {
      const problem = again(`dimm ${device.id}`)
        ? `id: ${device.id} is used twice`
        : virtioMemProblem(device, each.nodes.length);
      if (problem !== undefined) return `${at}.virtioMem[${m}].${problem}`;
    }
    const regions = (each.virtioMem ?? []).reduce((sum, device) => sum + device.size, 0);
    if (each.sharedSlots === 0 && regions > 0)
      return `${at}.sharedSlots: expected at least one slot in an emulated machine with virtio-mem devices`;
    if (
      each.sharedSlots !== undefined &&
      total + regions + (each.coldplug ?? []).reduce((sum, cold) => sum + cold.size, 0) > each.maxMemory
    )
      return `${at}.maxMemory: expected room for the virtio-mem devices, got ${each.maxMemory}`;
    if (total < GIB / 4) return `${at}.nodes: expected at least 256 MiB of memory`;
    all += total;
    if (total > MOST_MEMORY) return `${at}.nodes: expected at most 16 TiB of memory`;
    if (all > MOST_MEMORY) return `${at}.nodes: expected at most 16 TiB of memory in all partitions together`;
    if (each.maxMemory < total)
      return `${at}.maxMemory: expected at least the ${total} bytes of its nodes, got ${each.maxMemory}`;
    for (const [d, [from, to]] of (each.distances ?? []).entries()) {
      if (from >= each.nodes.length || to >= each.nodes.length)
        return `${at}.distances[${d}]: expected nodes below ${each.nodes.length}`;
    }
    for (const [h, own] of (each.hotpluggable ?? []).entries()) {
      if (own >= each.nodes.length)
        return `${at}.hotpluggable[${h}]: expected a node below ${each.nodes.length}, got ${own}`;
    }
  }
  return undefined;
}

function virtioMemProblem(device: VirtioMemDescription, nodes: number): string | undefined {
  const { node: on, size } = device;
  const blockSize = device.blockSize ?? 2 * MIB;
  const requested = device.requested ?? 0;
  if (on >= nodes) return `node: expected a node below ${nodes}, got ${on}`;
  if (size % blockSize !== 0) return `size: expected a multiple of ${blockSize}, got ${size}`;
  if (requested % blockSize !== 0) return `requested: expected a multiple of ${blockSize}, got ${requested}`;
  return requested > size ? `requested: expected at most the size, ${size}, got ${requested}` : undefined;
}

function commandProblem({ box: { partitions }, setup, script }: Scenario): string | undefined {
  const known = new Set(partitions.map((each) => each.id));
  const all = [
    ...setup.map((each, i) => [`setup[${i}]`, each] as const),
    ...script.map((each, i) => [`script[${i}].command`, each.command] as const),
  ];
  for (const [at, each] of all) {
    if ("partition" in each && !known.has(each.partition))
      return `${at}.partition: expected one of ${[...known].join(", ")}, got ${JSON.stringify(each.partition)}`;
  }
  return undefined;
}
