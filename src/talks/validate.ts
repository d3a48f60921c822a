/** Talk files checked where they enter: what comes out fits `Talk` and holds together. */
import * as v from "valibot";
import { ABILITIES } from "../engine/experiments/abilities.ts";
import { KERNEL_VERSIONS } from "../engine/hardware/description.ts";
import { type Checked, check, expected, fields, list, readJson, text, whole, words } from "../protocol/border.ts";
import { MOST_CHOICES } from "../follow/tally.ts";
import { findScenario } from "../protocol/scenarios/index.ts";
import { checkScenario, commandSchema } from "../protocol/validate-scenario.ts";
import { LONGEST_TALK, MOST_WORDS, type Panel, type PanelKind, type Scene, type Talk, wordsAt } from "./format.ts";

const MOST_SCENES = 200;
const MOST_CUES = 50;
const MOST_PANELS = 4;
const MOST_SPEED = 100;
/** Ten simulated minutes. */
const MOST_NS = 600e9;
const name = v.pipe(text(64, "a name"), v.regex(/^[a-z0-9][a-z0-9.-]*$/, expected("a name of a-z, 0-9, . -")));
const key = text(64, "a key");
/** Plain words: never HTML. */
const line = (max: number) =>
  v.pipe(
    text(max),
    v.check((said) => !/<\/?[a-z!]/i.test(said), expected("text without HTML")),
  );
const optional = <T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);
const titled = { title: optional(line(80)), note: optional(line(80)) };
const panels: Readonly<Record<PanelKind, v.ObjectEntries>> = {
  box: { partitions: list(key, 4), shelf: optional(v.boolean(expected("true or false"))) },
  block: { block: key },
  blocks: { nodes: list(key, 8) },
  zones: { partition: key },
  tables: { partition: key },
  log: { partition: key },
  phases: { dimm: key },
  support: { kernels: list(words(KERNEL_VERSIONS), 4), abilities: list(words(ABILITIES), ABILITIES.length) },
  page: { block: key, page: whole(0, 1 << 20) },
  dial: { label: line(40), stops: list(line(24), 8), at: whole(0, 7) },
  service: { partition: key, dimm: key },
  follow: {},
  commands: { partition: optional(key) },
};
const KINDS = Object.keys(panels) as PanelKind[];
const panel = v.lazy((input): v.GenericSchema<unknown, Panel> => {
  const show = input !== null && typeof input === "object" && "show" in input ? input.show : undefined;
  const kind = KINDS.find((known) => known === show);
  const schema = kind
    ? fields("a panel", { show: v.literal(kind), ...titled, ...panels[kind] })
    : fields("a panel", { show: words(KINDS) });
  return schema as unknown as v.GenericSchema<unknown, Panel>;
});
const picture = v.pipe(list(panel, MOST_PANELS), v.minLength(1, "expected at least one panel"));
const guess = fields("a guess", {
  question: line(80),
  choices: v.pipe(list(line(24), MOST_CHOICES), v.minLength(2, "expected at least two choices")),
});
const step = fields("a step", {
  do: list(commandSchema, 64),
  for: optional(whole(0, MOST_NS)),
});
const cue = fields("a cue", {
  say: line(160),
  run: optional(list(step, 32)),
  speed: optional(v.pipe(v.number(expected("a speed")), v.minValue(1e-6), v.maxValue(MOST_SPEED))),
  point: optional(fields("a block", { block: key })),
  rewind: optional(fields("a block", { block: key })),
  caption: optional(line(160)),
  picture: optional(picture),
  guess: optional(guess),
});
/** A scenario of its own, the name of one that comes with the playground, or a scene's end. */
const machine = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const refuse = (message: string) => {
      addIssue({ message });
      return NEVER;
    };
    if (typeof value === "string")
      return findScenario(value) ?? refuse(`expected a scenario, or the name of a built-in one, got "${value}"`);
    if (value !== null && typeof value === "object" && "after" in value)
      return typeof value.after === "string" ? { after: value.after } : refuse("after: expected the id of a scene");
    const checked = checkScenario(value, "scenario");
    return checked.ok ? checked.value : refuse(checked.problem);
  }),
);
const scene = fields("a scene", {
  id: name,
  title: line(80),
  machine,
  picture,
  cues: list(cue, MOST_CUES),
  guess: optional(guess),
  notes: line(4000),
  seconds: whole(1, 3600),
});
const talk = fields("a talk", {
  version: v.literal(1, expected("version 1")),
  name,
  title: line(120),
  scenes: v.pipe(list(scene, MOST_SCENES), v.minLength(1, "expected at least one scene")),
});

/** Checks a talk; the first thing wrong is the problem, which names the file and the field. */
export function checkTalk(value: unknown, file: string): Checked<Talk> {
  const checked = check(talk, value, file);
  return checked.ok ? holdTogether(checked.value as unknown as Talk, file) : checked;
}

export function readTalk(json: string, file: string): Checked<Talk> {
  if (json.length > LONGEST_TALK) return { ok: false, problem: `${file}: larger than 1 MiB` };
  const checked = readJson(talk, json, file);
  return checked.ok ? holdTogether(checked.value as unknown as Talk, file) : checked;
}

/** What no single field says: scenes that are named once and exist, and not more words than an audience reads. */
function holdTogether(value: Talk, file: string): Checked<Talk> {
  const known = new Set<string>();
  for (const [i, one] of value.scenes.entries()) {
    const at = `${file}: scenes[${i}]`;
    if (known.has(one.id))
      return { ok: false, problem: `${at}.id: expected a name that is used once, got "${one.id}"` };
    if ("after" in one.machine && !known.has(one.machine.after))
      return {
        ok: false,
        problem: `${at}.machine.after: expected the id of a scene before it, got "${one.machine.after}"`,
      };
    const problem = sceneProblem(one);
    if (problem !== null) return { ok: false, problem: `${at}${problem}` };
    known.add(one.id);
  }
  return { ok: true, value };
}

function sceneProblem(scene: Scene): string | null {
  for (let cue = 0; cue <= scene.cues.length; cue++) {
    const count = wordsAt(scene, cue);
    if (count > MOST_WORDS)
      return `${cue === 0 ? "" : `.cues[${cue - 1}]`}: expected at most ${MOST_WORDS} words on the screen, got ${count}`;
  }
  const past = scene.cues.findIndex(({ rewind }) => rewind);
  const after = past < 0 ? -1 : scene.cues.findIndex(({ run }, i) => i > past && run);
  return after < 0 ? null : `.cues[${after}].run: expected no run after a rewind`;
}
