/** How far somebody has come in each generator: kept on the device, and in the file that is taken along, beside the lessons. */
import * as v from "valibot";
import { remember, remembered } from "../../client/remembered.ts";
import { type Checked, fields, readJson, whole } from "../../protocol/border.ts";
import { GENERATORS, type GeneratorName, LEVELS } from "./format.ts";
import { further, type Rung } from "./ladder.ts";

export type Rungs = Readonly<Partial<Record<GeneratorName, Rung>>>;

const KEY = "hotplug-predict";
const MANY = 1_000_000;

const rung = fields("a generator", {
  level: whole(1, LEVELS),
  row: whole(-10, 10),
  asked: whole(0, MANY),
  right: whole(0, MANY),
  best: whole(0, LEVELS),
});
const schema = fields("progress", {
  predict: v.optional(v.record(v.string(), rung, "expected generators by name"), {}),
});

/** The part of a progress file that is about predictions; generators that nobody knows any more are left out. */
export function readRungs(content: string, file: string): Checked<Rungs> {
  const checked = readJson(schema, content, file);
  if (!checked.ok) return checked;
  const { predict } = checked.value;
  const known = GENERATORS.flatMap((name) => (Object.hasOwn(predict, name) ? [[name, predict[name]] as const] : []));
  return { ok: true, value: Object.fromEntries(known) as Rungs };
}

export function storedRungs(): Rungs {
  const read = readRungs(remembered(KEY) ?? "{}", "stored");
  return read.ok ? read.value : {};
}

function store(rungs: Rungs): Rungs {
  remember(KEY, JSON.stringify({ predict: rungs }));
  return rungs;
}

/** Where somebody stands now, in one generator. */
export const setRung = (name: GeneratorName, now: Rung): Rungs => store({ ...storedRungs(), [name]: now });

/** Takes in what was reached elsewhere: it adds, and never lowers. */
export function addRungs(more: Rungs): Rungs {
  const all = storedRungs();
  const merged = GENERATORS.flatMap((name) => {
    const [own, other] = [all[name], more[name]];
    const rung = own && other ? further(own, other) : (own ?? other);
    return rung ? [[name, rung] as const] : [];
  });
  return store(Object.fromEntries(merged));
}
