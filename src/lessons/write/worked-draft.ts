/** Worked runs of a lesson that somebody writes, and how its machine boots: how each thing that can be done to them changes it. Pure. */
import {
  changedItem,
  freshKey,
  isObject,
  listOf,
  type Raw,
  rawList,
  type Wish,
  withItem,
  withoutWord,
  withWord,
} from "./draft.ts";

const FIELD = "predict";

/** Where a file has one run, it need not be a list; what is changed is one. */
const listed = (raw: Raw): Raw => (isObject(raw[FIELD]) ? { ...raw, [FIELD]: [raw[FIELD]] } : raw);

export const runsOf = (raw: Raw): readonly Raw[] => listOf(listed(raw), FIELD);
const runOf = (raw: Raw, index: number): Raw => runsOf(raw)[index] ?? {};
const keysIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((key: unknown) => typeof key === "string") : [];

/** Another worked run: a question, and nothing yet that settles it. */
export function withRun(raw: Raw, language: string): Raw {
  const question = freshKey(raw, "ask");
  return withWord(withItem(listed(raw), FIELD, { question, options: [], commands: [] }), language, question, "");
}

export const changedRun = (raw: Raw, index: number, change: Raw): Raw => changedItem(listed(raw), FIELD, index, change);

/** Keys of what is said of the lines that are seen before the question. */
export const watchOf = (raw: Raw, index: number): readonly string[] => keysIn(runOf(raw, index).watch);

/** So many lines are seen before the question, each with words of its own. */
export function withWatch(raw: Raw, language: string, index: number, count: number): Raw {
  let changed = raw;
  const keys = [...watchOf(raw, index)];
  for (const key of keys.splice(Math.max(0, count))) changed = withoutWord(changed, key);
  while (keys.length < count) {
    const key = freshKey(changed, "watch");
    keys.push(key);
    changed = withWord(changed, language, key, "");
  }
  return changedRun(changed, index, { watch: keys });
}

/** Another answer: that a wish has come true, or that it has not. */
export function withAnswer(
  raw: Raw,
  language: string,
  index: number,
  { what: { kind: _, ...what } }: Wish,
  { so, words }: { readonly so: boolean; readonly words: string },
): Raw {
  const say = freshKey(raw, "answer");
  const answer = so ? { say, ...what } : { say, not: what };
  return withWord(
    changedRun(raw, index, { options: [...rawList(runOf(raw, index), "options"), answer] }),
    language,
    say,
    words,
  );
}

export function withoutAnswer(raw: Raw, index: number, answer: number): Raw {
  const options = listOf(runOf(raw, index), "options");
  const kept = options.filter((_, i) => i !== answer);
  const key = options[answer]?.say;
  return changedRun(typeof key === "string" ? withoutWord(raw, key) : raw, index, { options: kept });
}

/** Words for after it: none are none. */
export function withSaid(raw: Raw, language: string, index: number, field: "after" | "yours", words: string): Raw {
  const has = runOf(raw, index)[field];
  if (typeof has === "string") {
    if (words !== "") return withWord(raw, language, has, words);
    const { [field]: _, ...rest } = runOf(raw, index);
    return withoutWord(
      { ...raw, [FIELD]: rawList(listed(raw), FIELD).map((one, i) => (i === index ? rest : one)) },
      has,
    );
  }
  if (words === "") return raw;
  const key = freshKey(raw, field);
  return withWord(changedRun(raw, index, { [field]: key }), language, key, words);
}

export function withoutRun(raw: Raw, index: number): Raw {
  const run = runOf(raw, index);
  const keys = [run.question, run.after, run.yours, ...watchOf(raw, index)];
  const says = listOf(run, "options").map(({ say }) => say);
  const without = [...keys, ...says].reduce<Raw>(
    (changed, key) => (typeof key === "string" ? withoutWord(changed, key) : changed),
    raw,
  );
  return { ...without, [FIELD]: rawList(listed(without), FIELD).filter((_, i) => i !== index) };
}

/** What a reader can choose before the machine boots. */
export const bootOf = (raw: Raw): { readonly words: readonly string[]; readonly nodes: readonly number[] } => {
  const { words, nodes } = isObject(raw.boot) ? raw.boot : {};
  return {
    words: keysIn(words),
    nodes: Array.isArray(nodes) ? nodes.filter((node: unknown) => typeof node === "number") : [],
  };
};

/** Where there is nothing to choose, the lesson boots as its start says. */
export function withBoot(raw: Raw, words: readonly string[], nodes: readonly number[]): Raw {
  const { boot: _, ...rest } = raw;
  return words.length + nodes.length === 0 ? rest : { ...rest, boot: { words, nodes } };
}
