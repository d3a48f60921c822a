/**
 * The border of the worker: what arrives as a message is checked here, once, and is typed and bounded after that.
 * A problem is one line that names the field.
 */
import * as v from "valibot";
import { ASKERS, POLICIES } from "../engine/inspect/askers.ts";
import { ABILITIES } from "../engine/experiments/abilities.ts";
import { KERNEL_VERSIONS } from "../engine/hardware/description.ts";
import { MAX_ORDER } from "../engine/units.ts";
import { type Checked, check, expected, fields, list, text, whole, words } from "./border.ts";
import { LARGEST_SCRIPT, MOST_IN_DETAIL, type Resume, type ToWorker } from "./messages.ts";
import { checkScenario, commandSchema } from "./validate-scenario.ts";

const id = whole(0, Number.MAX_SAFE_INTEGER);
const key = text(64, "a key");
const speed = v.pipe(v.number(expected("a speed")), v.finite(), v.minValue(0), v.maxValue(1000));
/** 64 TiB in pages. */
const pfn = whole(0, 2 ** 34);
/** Blocks that are seen beside those of a node. */
const MOST_BESIDE = 96;
/** Blocks that are seen page by page besides the watched one. */
const MOST_FINE = 4;
/** Commands that are given at one instant. */
const MOST_AT_ONCE = 256;
/** An hour of simulated time. */
const LONGEST_STRETCH = 3600e9;
const size = { columns: whole(2, 1000), rows: whole(1, 1000) };

/** Lines and commands of a rehearsal. */
const MOST_MOVES = 64;
const move = v.lazy(
  (input): v.GenericSchema<unknown, unknown> => (typeof input === "string" ? text(4096, "a line") : commandSchema),
);

/** A virtual address, hexadecimal; `null`: none. */
const address = v.nullable(v.pipe(v.string(), v.regex(/^[0-9a-f]{1,16}$/, expected("an address"))));
const details = list(pfn, MOST_IN_DETAIL);
const look = v.union(
  [
    v.strictObject({ of: v.literal("scale"), partition: key, blocks: details, pageblocks: details }),
    v.strictObject({ of: v.literal("kernel"), partition: key }),
    v.strictObject({ of: v.literal("process"), partition: key, pid: whole(0, 0x7fff_ffff), table: address }),
    v.strictObject({
      of: v.literal("zones"),
      partition: key,
      node: whole(0, 1023),
      ask: v.strictObject({
        asker: words(ASKERS),
        order: whole(0, MAX_ORDER),
        node: whole(0, 1023),
        policy: words(POLICIES),
      }),
    }),
    v.strictObject({ of: v.literal("running"), partition: key }),
    v.strictObject({
      of: v.literal("migration"),
      partition: key,
      attempt: v.nullable(id),
      follow: v.nullable(pfn),
      next: id,
    }),
  ],
  expected("something to look at"),
);

const schemas = {
  // What it resumes came from a simulator of this very page.
  start: { run: id, scenario: v.unknown(), resume: v.optional(v.custom<Resume>((input) => typeof input === "object")) },
  ping: { ping: id },
  "fetch-ahead": {},
  command: { id, command: commandSchema },
  speed: { speed, stretch: v.optional(v.boolean(expected("true or false"))) },
  watch: {
    watch: fields("what to watch", {
      block: v.nullable(key),
      node: v.nullable(key),
      beside: v.optional(list(key, MOST_BESIDE)),
      fine: v.optional(list(key, MOST_FINE)),
      look: v.nullable(look),
      moments: v.optional(v.boolean(expected("true or false"))),
      calls: v.optional(v.boolean(expected("true or false"))),
    }),
  },
  ack: { frame: id, buffers: list(v.instance(ArrayBuffer), 2 ** 20) },
  inspect: { id, partition: key, pfn },
  foresee: { id, dimm: key, to: key },
  "foresee-offline": { id, block: key },
  remedies: { id, attempt: id },
  audit: { id },
  chain: { id, partition: key, pfn },
  snapshot: { id, block: v.nullable(key) },
  search: { id, partition: key, text: text(256), begin: v.boolean(expected("true or false")) },
  hit: { id, partition: key, from: whole(-1, 2 ** 34), step: v.picklist([1, -1], expected("1 or -1")) },
  rehearse: { id, partition: key, moves: list(move, MOST_MOVES), scenario: v.unknown() },
  past: { id },
  step: { id },
  undo: { id },
  redo: { id },
  culprit: { id, attempt: id },
  stretch: {
    id,
    commands: list(commandSchema, MOST_AT_ONCE),
    length: v.nullable(whole(0, LONGEST_STRETCH)),
    speed,
    follows: v.boolean(expected("true or false")),
  },
  support: { id, kernel: words(KERNEL_VERSIONS), ability: words(ABILITIES) },
  goto: { id, place: fields("a place", { entries: id, instant: fields("an instant", { step: id, at: id }) }) },
  "terminal-open": { terminal: id, partition: key, ...size },
  "terminal-input": { terminal: id, text: text(LARGEST_SCRIPT) },
  "terminal-resize": { terminal: id, ...size },
  "terminal-ack": { terminal: id, characters: id },
  "terminal-drop": { terminal: id, name: text(255, "a file name"), text: text(LARGEST_SCRIPT) },
  "terminal-close": { terminal: id },
} satisfies Record<ToWorker["type"], v.ObjectEntries>;
const TYPES = Object.keys(schemas) as ToWorker["type"][];

export function checkMessage(value: unknown): Checked<ToWorker> {
  const head = check(fields("a message", { type: words(TYPES) }), value, "message");
  if (!head.ok) return head;
  const { type } = head.value;
  const body = check(fields("a message", { type: v.literal(type), ...schemas[type] }), value, type);
  if (!body.ok) return body;
  // What the schemas let through is what ToWorker says; only brands and the scenario's inside are not in their types.
  const message = body.value as unknown as ToWorker;
  if (message.type !== "start") return { ok: true, value: message };
  const scenario = checkScenario(message.scenario, "scenario");
  return scenario.ok ? { ok: true, value: { ...message, scenario: scenario.value } } : scenario;
}
