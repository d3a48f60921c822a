/** A lesson as a form: its words, start, steps, goals, solutions and hints, with what is wrong at the part that it is about. */
import { Circle, Square } from "lucide-react";
import { useEffect, useState } from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { openLesson } from "../open.ts";
import {
  changedItem,
  fieldOf,
  freshKey,
  languagesOf,
  linesOf,
  listOf,
  movesIn,
  type Raw,
  type Wish,
  startFrom,
  wishesOf,
  withGoal,
  withItem,
  withLanguage,
  withoutItem,
  withWord,
  write,
} from "./draft.ts";
import { Field, Lines, Remove } from "./fields.tsx";
import { Add, Part, WordField } from "./parts.tsx";
import { type Recording, record } from "./record.ts";
import { writeStrings as strings } from "./strings.ts";
import { WorkedForm } from "./WorkedForm.tsx";
import fieldStyles from "./fields.module.css";
import styles from "./write.module.css";

const wishWords = ({ wish, name, partition = "" }: Wish): string => strings.wishes[wish](name, partition);

interface FormProps {
  readonly raw: Raw;
  readonly found: readonly string[];
  onChange(raw: Raw): void;
}

export function Form({ raw, found, onChange }: FormProps) {
  const playground = usePlayground();
  const selection = usePlaygroundState((state) => state.selection);
  const records = usePlaygroundState((state) => state.records);
  const languages = languagesOf(raw);
  const [chosen, setChosen] = useState(languages[0] ?? "en");
  const language = languages.includes(chosen) ? chosen : (languages[0] ?? "en");
  const [other, setOther] = useState("");
  const [wish, setWish] = useState(0);
  const [said, setSaid] = useState("");
  const [recording, setRecording] = useState<Recording | null>(null);
  const [moves, setMoves] = useState(0);
  useEffect(() => () => void recording?.stop(), [recording]);
  const wishes = wishesOf({ selection, records });
  const at = (field: string) => found.filter((finding) => fieldOf(finding) === field);
  const words = (word: string, label: string, rows = 1) => (
    <WordField key={word} {...{ raw, language, word, label, rows, onChange }} />
  );
  const take = () => {
    const { kept } = playground;
    if (!kept) return;
    const { start, typed } = startFrom(kept.scenario, kept.resume.causes);
    onChange({ ...raw, start });
    setSaid(typed ? strings.typed : strings.taken);
  };
  const onRecord = async () => {
    if (recording) {
      const done = recording.stop();
      setRecording(null);
      if (done.length > 0)
        onChange(withItem(raw, "solutions", { name: String(listOf(raw, "solutions").length + 1), commands: done }));
      return;
    }
    const opened = await openLesson(
      write({ ...raw, goal: [{ id: "any", any: "partitions" }], solutions: [["true"]] }),
      "lesson",
    );
    setMoves(0);
    setRecording(record(playground, opened.ok ? opened.value.scenario : null, setMoves));
  };
  const start = raw.start as { readonly setup?: readonly unknown[] } | string | undefined;
  return (
    <>
      <Part
        title={strings.words}
        found={[
          ...at("id"),
          ...at("text"),
          ...at("minutes"),
          ...at("title"),
          ...at("idea"),
          ...at("track"),
          ...at("order"),
        ]}
      >
        <div className={styles.row}>
          <label className={fieldStyles.field}>
            <span>{strings.language}</span>
            <select value={language} onChange={({ target }) => setChosen(target.value)}>
              {languages.map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
          <label className={fieldStyles.field}>
            <span>{strings.addLanguage}</span>
            <input value={other} placeholder={strings.languageHint} onChange={({ target }) => setOther(target.value)} />
          </label>
          <button
            type="button"
            disabled={!/^[a-z]{2,3}$/.test(other)}
            onClick={() => {
              onChange(withLanguage(raw, other));
              setChosen(other);
              setOther("");
            }}
          >
            {strings.add}
          </button>
        </div>
        {words("title", strings.title)}
        {words("idea", strings.idea)}
        <div className={styles.row}>
          <Field label={strings.id} value={String(raw.id ?? "")} onChange={(id) => onChange({ ...raw, id })} />
          <Field
            label={strings.minutes}
            value={String(raw.minutes ?? "")}
            onChange={(minutes) => onChange({ ...raw, minutes: Number(minutes) || 0 })}
          />
        </div>
      </Part>
      <Part title={strings.start} found={at("start")}>
        <p>{typeof start === "string" ? strings.startNamed(start) : strings.startOwn(start?.setup?.length ?? 0)}</p>
        <div className={styles.buttons}>
          <button type="button" onClick={take}>
            {strings.take}
          </button>
        </div>
        <p role="status">{said}</p>
      </Part>
      <Part title={strings.steps} found={[...at("steps"), ...at("figures"), ...at("claims")]}>
        {listOf(raw, "steps").map((step, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place.
          <div key={i} className={styles.item}>
            {typeof step.say === "string" && words(step.say, strings.step(i + 1), 3)}
            <Lines
              label={strings.tries(i + 1)}
              lines={Array.isArray(step.try) ? step.try.map(String) : []}
              onLines={(lines) => onChange(changedItem(raw, "steps", i, { try: lines }))}
            />
            <Remove
              label={strings.remove(strings.step(i + 1))}
              onRemove={() => onChange(withoutItem(raw, "steps", i))}
            />
          </div>
        ))}
        <Add
          onAdd={() => {
            const key = freshKey(raw, "step");
            onChange(withWord(withItem(raw, "steps", { say: key }), language, key, ""));
          }}
        />
      </Part>
      <Part title={strings.goals} found={[...at("goal"), ...at("wrong")]}>
        <p>{strings.goalsHint}</p>
        <div className={styles.row}>
          <label className={fieldStyles.field}>
            <span>{strings.wish}</span>
            <select value={Math.min(wish, wishes.length - 1)} onChange={({ target }) => setWish(Number(target.value))}>
              {wishes.map((one, i) => (
                <option key={one.id} value={i}>
                  {wishWords(one)}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            onClick={() => {
              const one = wishes[Math.min(wish, wishes.length - 1)];
              if (one) onChange(withGoal(raw, language, one, wishWords(one)));
            }}
          >
            {strings.add}
          </button>
        </div>
        {listOf(raw, "goal").map((goal, i) => (
          <div key={String(goal.id)} className={styles.item}>
            {words(String(goal.say ?? goal.id), strings.goal(i + 1))}
            <Remove
              label={strings.remove(strings.goal(i + 1))}
              onRemove={() => onChange(withoutItem(raw, "goal", i))}
            />
          </div>
        ))}
      </Part>
      <WorkedForm
        raw={raw}
        language={language}
        wishes={wishes.map((one) => ({ ...one, words: wishWords(one) }))}
        found={[...at("predict"), ...at("boot")]}
        onChange={onChange}
      />
      <Part title={strings.solutions} found={at("solutions")}>
        <p>{strings.recordFrom}</p>
        <div className={styles.buttons}>
          <button type="button" aria-pressed={recording !== null} onClick={onRecord}>
            {recording ? <Square aria-hidden /> : <Circle aria-hidden />}
            {recording ? strings.stop(moves) : strings.record}
          </button>
        </div>
        {listOf(raw, "solutions").map((solution, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a solution is its place.
          <div key={i} className={styles.item}>
            <Lines
              label={strings.solution(i + 1)}
              rows={3}
              lines={linesOf(solution.commands ?? solution.value)}
              onLines={(lines) => onChange(changedItem(raw, "solutions", i, { commands: movesIn(lines) }))}
            />
            <Remove
              label={strings.remove(strings.solution(i + 1))}
              onRemove={() => onChange(withoutItem(raw, "solutions", i))}
            />
          </div>
        ))}
      </Part>
      <Part title={strings.hints} found={at("hints")}>
        {(Array.isArray(raw.hints) ? raw.hints : []).map((key: unknown, i: number) => (
          <div key={String(key)} className={styles.item}>
            {words(String(key), strings.hint(i + 1))}
            <Remove
              label={strings.remove(strings.hint(i + 1))}
              onRemove={() => onChange(withoutItem(raw, "hints", i))}
            />
          </div>
        ))}
        <Add
          onAdd={() => {
            const key = freshKey(raw, "hint");
            onChange(withWord(withItem(raw, "hints", key), language, key, ""));
          }}
        />
      </Part>
      <p>{strings.rest}</p>
    </>
  );
}
