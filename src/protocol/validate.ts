/**
 * The border: what arrives as a message or in a file is checked here, once, and is typed and bounded after that.
 * A problem is a sentence that names the place, for a person to read.
 */
import * as v from "valibot";
import type { BoxDescription } from "../engine/hardware/description.ts";
import type { Command } from "../engine/time/commands.ts";
import type { Bytes } from "../engine/units.ts";
import type { ToWorker } from "./messages.ts";
import type { Scenario } from "./scenario.ts";

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** More than any real box has; less than what would hang a browser. */
const MOST_BYTES = 2 ** 46;
const MOST_STEPS = 100_000;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const text = v.pipe(v.string(), v.maxLength(4096));
const whole = (least: number, most: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
const size = v.pipe(
  whole(0, MOST_BYTES),
  v.transform((value) => value as Bytes),
);
const list = <T extends v.GenericSchema>(item: T, most: number) => v.pipe(v.array(item), v.maxLength(most));
const id = whole(0, Number.MAX_SAFE_INTEGER);
const nodeId = whole(0, 1023);
const pfn = whole(0, MOST_BYTES / 4096);
const speed = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1000));

const place = v.union([v.strictObject({ slot: name }), v.strictObject({ shelf: v.literal(true) })]);

const load = v.strictObject({
  kind: v.picklist([
    "anon",
    "thp",
    "shm",
    "mlock",
    "huge",
    "pin",
    "longterm",
    "pipes",
    "cache",
    "slab",
    "vmalloc",
    "server",
  ]),
  mib: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(MOST_BYTES / 2 ** 20))),
  count: v.exactOptional(whole(0, 2 ** 32)),
  node: v.exactOptional(whole(-1, 1023)),
  policy: v.exactOptional(v.picklist(["default", "bind", "preferred"])),
  comm: v.exactOptional(name),
  cache: v.exactOptional(name),
  churnMibPerSecond: v.exactOptional(v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(1e6))),
});

const command: v.GenericSchema<unknown, Command> = v.variant("do", [
  v.strictObject({ do: v.literal("move"), dimm: name, to: place }),
  v.strictObject({ do: v.literal("press"), dimm: name }),
  v.strictObject({ do: v.literal("write"), partition: name, path: text, text }),
  v.strictObject({ do: v.literal("signal"), op: id }),
  v.strictObject({ do: v.literal("load"), partition: name, load }),
  v.strictObject({ do: v.literal("kill"), partition: name, pid: id }),
  v.strictObject({ do: v.literal("killall"), partition: name }),
  v.strictObject({
    do: v.literal("hotadd"),
    partition: name,
    id: name,
    node: nodeId,
    size,
    addr: v.exactOptional(whole(0, MOST_BYTES)),
  }),
  v.strictObject({ do: v.literal("hotremove"), partition: name, id: name }),
]);

const dimm = v.strictObject({ id: name, size, health: v.exactOptional(v.picklist(["ok", "failing", "failed"])) });

const partition = v.strictObject({
  id: v.pipe(name, v.regex(/^[\w-]+$/)),
  name,
  nodes: list(v.strictObject({ onboard: size, cpus: text, slots: list(v.nullable(dimm), 256) }), 1024),
  sharedSlots: v.exactOptional(whole(0, 256)),
  maxMemory: size,
  distances: v.exactOptional(list(v.strictTuple([nodeId, nodeId, whole(10, 255)]), 2 ** 20)),
  hotpluggable: v.exactOptional(list(nodeId, 1024)),
  kernel: v.picklist(["6.1", "6.12"]),
  cmdline: text,
  coldplug: v.exactOptional(list(v.strictObject({ id: name, size, node: nodeId }), 256)),
  calibration: v.exactOptional(list(v.strictObject({ node: nodeId, zone: name, managed: pfn, free: pfn }), 4096)),
});

const box: v.GenericSchema<unknown, BoxDescription> = v.strictObject({
  partitions: v.pipe(list(partition, 64), v.minLength(1)),
  shelf: list(dimm, 1024),
});

const scenario: v.GenericSchema<unknown, Scenario> = v.strictObject({
  version: v.literal(1),
  name,
  title: v.pipe(v.string(), v.maxLength(200)),
  about: text,
  seed: v.pipe(v.number(), v.safeInteger()),
  box,
  setup: list(command, MOST_STEPS),
  script: list(v.strictObject({ at: whole(0, Number.MAX_SAFE_INTEGER), command }), MOST_STEPS),
  focus: v.exactOptional(
    v.strictObject({
      node: v.exactOptional(name),
      block: v.exactOptional(name),
      speed: v.exactOptional(speed),
    }),
  ),
});

const toWorker: v.GenericSchema<unknown, ToWorker> = v.variant("type", [
  v.strictObject({ type: v.literal("start"), scenario }),
  v.strictObject({ type: v.literal("command"), id, command }),
  v.strictObject({ type: v.literal("speed"), speed }),
  v.strictObject({
    type: v.literal("watch"),
    watch: v.strictObject({ block: v.nullable(name), node: v.nullable(name) }),
  }),
  v.strictObject({ type: v.literal("ack"), frame: id, buffers: list(v.instance(ArrayBuffer), 2 ** 20) }),
  v.strictObject({ type: v.literal("inspect"), id, partition: name, pfn }),
  v.strictObject({ type: v.literal("foresee"), id, dimm: name, to: name }),
  v.strictObject({ type: v.literal("audit"), id }),
]);

function check<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Checked<T> {
  const result = v.safeParse(schema, value, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  const where = v.getDotPath(issue);
  return { ok: false, problem: where ? `${where}: ${issue.message}` : issue.message };
}

export const checkMessage = (value: unknown): Checked<ToWorker> => check(toWorker, value);
export const checkScenario = (value: unknown): Checked<Scenario> => check(scenario, value);
export const checkCommand = (value: unknown): Checked<Command> => check(command, value);
