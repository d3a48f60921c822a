/** A scene as a form. Machine, picture and what a click does are the file's own JSON: they have as many shapes as scenarios have. */
import { problemWords } from "../../client/problem-words.ts";
import { Plus } from "lucide-react";
import { useEffect, useId, useState } from "react";
import type { Raw } from "../../lessons/write/draft.ts";
import fieldStyles from "../../lessons/write/fields.module.css";
import { Field, Remove, Source } from "../../lessons/write/fields.tsx";
import { changed, cuesOf, restOf, withCue, wordIn } from "./draft.ts";
import { writeStrings as strings } from "./strings.ts";
import styles from "./write.module.css";

interface SceneFormProps {
  readonly scene: Raw;
  /** Of the click with that number, from 0, or of the scene itself. */
  found(cue: number | null): readonly string[];
  onChange(scene: Raw): void;
}

export function SceneForm({ scene, found, onChange }: SceneFormProps) {
  const set = (field: string, value: unknown) => onChange(changed(scene, field, value));
  const cues = cuesOf(scene);
  const setCue = (index: number, cue: Raw) => set("cues", cues.with(index, cue));
  return (
    <div className={styles.form}>
      <Faults found={found(null)} />
      <Field label={strings.title} value={wordIn(scene, "title")} onChange={(word) => set("title", word)} />
      <div className={styles.row}>
        <Field label={strings.id} value={wordIn(scene, "id")} onChange={(word) => set("id", word)} />
        <Field
          label={strings.seconds}
          value={wordIn(scene, "seconds")}
          onChange={(word) => set("seconds", word.trim() === "" || Number.isNaN(Number(word)) ? word : Number(word))}
        />
      </div>
      <Field label={strings.notes} rows={4} value={wordIn(scene, "notes")} onChange={(word) => set("notes", word)} />
      <Json
        label={strings.machine}
        hint={strings.machineHint}
        value={scene.machine}
        onChange={(to) => set("machine", to)}
      />
      <Json
        label={strings.picture}
        hint={strings.pictureHint}
        value={scene.picture}
        onChange={(to) => set("picture", to)}
      />
      <Json label={strings.guess} hint={strings.guessHint} value={scene.guess} onChange={(to) => set("guess", to)} />
      <h2>{strings.cues}</h2>
      {cues.map((cue, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a click has no name of its own
        <fieldset key={i} className={styles.cue}>
          <legend>{strings.cue(i + 1)}</legend>
          <Remove label={strings.removeCue(i + 1)} onRemove={() => set("cues", cues.toSpliced(i, 1))} />
          <Faults found={found(i)} />
          <Field
            label={strings.say}
            value={wordIn(cue, "say")}
            onChange={(word) => setCue(i, changed(cue, "say", word))}
          />
          <Field
            label={strings.caption}
            value={wordIn(cue, "caption")}
            onChange={(word) => setCue(i, changed(cue, "caption", word === "" ? undefined : word))}
          />
          <Json
            label={strings.rest}
            value={restOf(cue)}
            onChange={(rest) => {
              const { say, caption } = cue;
              const words = caption === undefined ? { say } : { say, caption };
              setCue(
                i,
                typeof rest === "object" && rest !== null && !Array.isArray(rest) ? { ...words, ...rest } : words,
              );
            }}
          />
        </fieldset>
      ))}
      <div>
        <button type="button" onClick={() => onChange(withCue(scene))}>
          <Plus aria-hidden /> {strings.addCue}
        </button>
      </div>
    </div>
  );
}

const Faults = ({ found }: { readonly found: readonly string[] }) =>
  found.map((fault) => (
    <p key={fault} className={fieldStyles.wrong}>
      {problemWords.say(fault)}
    </p>
  ));

interface JsonProps {
  readonly label: string;
  readonly hint?: string;
  /** `undefined`: the field isn't there, and an empty text takes it away. */
  readonly value: unknown;
  onChange(value: unknown): void;
}

const MOST_ROWS = 12;
const textOf = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value, null, 1));

/** What is typed stays as it is typed; the file has it as soon as it is JSON. */
function Json({ label, hint, value, onChange }: JsonProps) {
  const [text, setText] = useState(() => textOf(value));
  const [broken, setBroken] = useState(false);
  const described = useId();
  const now = textOf(value);
  // It was changed elsewhere: undone, or another scene.
  useEffect(() => {
    setText((typed) => (read(typed).text === now ? typed : now));
    setBroken(false);
  }, [now]);
  return (
    <div className={styles.json}>
      <Source
        label={label}
        rows={Math.min(MOST_ROWS, Math.max(2, text.split("\n").length))}
        value={text}
        describedBy={described}
        onChange={(next) => {
          setText(next);
          const typed = read(next);
          setBroken(!typed.ok);
          if (typed.ok) onChange(typed.value);
        }}
      />
      <small id={described} className={broken ? fieldStyles.wrong : undefined}>
        {broken ? strings.notJson : hint}
      </small>
    </div>
  );
}

/** `text`: as the file would have it. */
function read(typed: string): { readonly ok: boolean; readonly value?: unknown; readonly text?: string } {
  if (typed.trim() === "") return { ok: true, value: undefined, text: "" };
  try {
    const value: unknown = JSON.parse(typed);
    return { ok: true, value, text: textOf(value) };
  } catch {
    return { ok: false };
  }
}
