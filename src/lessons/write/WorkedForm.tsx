/** Worked runs as a form: what copies do, where they stop, what is asked and what may come of it; and how the machine boots. */
import { useState } from "react";
import { linesOf, listOf, movesIn, type Raw, type Wish, wordOf } from "./draft.ts";
import { Field, Lines, Remove } from "./fields.tsx";
import { Add, Part, WordField } from "./parts.tsx";
import { writeStrings } from "./strings.ts";
import {
  bootOf,
  changedRun,
  runsOf,
  watchOf,
  withAnswer,
  withBoot,
  withoutAnswer,
  withoutRun,
  withRun,
  withSaid,
  withWatch,
} from "./worked-draft.ts";
import fieldStyles from "./fields.module.css";
import styles from "./write.module.css";

const strings = writeStrings.worked;

/** What can be asked about what is selected, and how it is called. */
type Named = Wish & { readonly words: string };

interface WorkedFormProps {
  readonly raw: Raw;
  readonly language: string;
  readonly wishes: readonly Named[];
  readonly found: readonly string[];
  onChange(raw: Raw): void;
}

export function WorkedForm({ raw, language, wishes, found, onChange }: WorkedFormProps) {
  const boot = bootOf(raw);
  // What was never lost is no answer of one instant.
  const askable = wishes.filter(({ wish }) => wish !== "kept");
  return (
    <Part title={strings.title} found={found}>
      <p>{strings.about}</p>
      {runsOf(raw).map((run, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a run is its place.
        <Run key={i} raw={raw} run={run} index={i} language={language} wishes={askable} onChange={onChange} />
      ))}
      <Add onAdd={() => onChange(withRun(raw, language))} />
      <Lines
        label={strings.bootWords}
        lines={boot.words}
        onLines={(words) => onChange(withBoot(raw, words, boot.nodes))}
      />
      <Lines
        label={strings.bootNodes}
        lines={boot.nodes.map(String)}
        onLines={(nodes) => onChange(withBoot(raw, boot.words, nodes.map(Number).filter(Number.isInteger)))}
      />
    </Part>
  );
}

interface RunProps extends Omit<WorkedFormProps, "found"> {
  readonly run: Raw;
  readonly index: number;
}

function Run({ raw, run, index, language, wishes, onChange }: RunProps) {
  const [wish, setWish] = useState(0);
  const wished = wishes[Math.min(wish, wishes.length - 1)];
  const commands = linesOf(run.commands);
  const watch = watchOf(raw, index);
  const number = index + 1;
  const words = (word: unknown, label: string, rows = 1) =>
    typeof word === "string" && <WordField key={word} {...{ raw, language, word, label, rows, onChange }} />;
  const said = (field: "after" | "yours", label: string) => (
    <Field
      label={label}
      rows={2}
      value={typeof run[field] === "string" ? wordOf(raw, language, run[field]) : ""}
      onChange={(word) => onChange(withSaid(raw, language, index, field, word))}
    />
  );
  const answer = (so: boolean) => {
    if (wished)
      onChange(withAnswer(raw, language, index, wished, { so, words: so ? wished.words : strings.not(wished.words) }));
  };
  return (
    <div className={styles.item}>
      <Lines
        label={strings.commands(number)}
        rows={3}
        lines={commands}
        onLines={(lines) => onChange(changedRun(raw, index, { commands: movesIn(lines) }))}
      />
      <label className={fieldStyles.field}>
        <span>{strings.watched}</span>
        <select
          value={watch.length}
          onChange={({ target }) => onChange(withWatch(raw, language, index, Number(target.value)))}
        >
          {Array.from({ length: Math.max(commands.length, watch.length + 1, 1) }, (_, count) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a number is its place.
            <option key={count}>{count}</option>
          ))}
        </select>
      </label>
      {watch.map((key, i) => words(key, strings.watch(i + 1, commands[i] ?? "")))}
      {words(run.question, strings.question, 2)}
      {listOf(run, "options").map((option, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an answer is its place.
        <div key={i} className={styles.item}>
          {words(option.say, strings.answer(i + 1))}
          <Remove
            label={writeStrings.remove(strings.answer(i + 1))}
            onRemove={() => onChange(withoutAnswer(raw, index, i))}
          />
        </div>
      ))}
      {!wished && <p>{writeStrings.goalsHint}</p>}
      <div className={styles.row}>
        <label className={fieldStyles.field}>
          <span>{strings.wish}</span>
          <select
            value={Math.max(0, Math.min(wish, wishes.length - 1))}
            onChange={({ target }) => setWish(Number(target.value))}
          >
            {wishes.map((one, i) => (
              <option key={one.id} value={i}>
                {one.words}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={!wished} onClick={() => answer(true)}>
          {strings.addAnswer}
        </button>
        <button type="button" disabled={!wished} onClick={() => answer(false)}>
          {strings.addNot}
        </button>
      </div>
      {said("after", strings.after)}
      {said("yours", strings.yours)}
      <Remove label={writeStrings.remove(strings.run(number))} onRemove={() => onChange(withoutRun(raw, index))} />
    </div>
  );
}
