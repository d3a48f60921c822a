/** Parts of the form of a lesson: a title, what is in it, and what is wrong there; and its words. */
import { type ReactNode, useId } from "react";
import { problemWords } from "../../client/problem-words.ts";
import { type Raw, withWord, wordOf } from "./draft.ts";
import { Field } from "./fields.tsx";
import { writeStrings as strings } from "./strings.ts";
import fieldStyles from "./fields.module.css";
import styles from "./write.module.css";

interface PartProps {
  readonly title: string;
  readonly found: readonly string[];
  readonly children: ReactNode;
}

export function Part({ title, found, children }: PartProps) {
  const head = useId();
  return (
    <section className={styles.part} aria-labelledby={head}>
      <h3 id={head}>{title}</h3>
      {children}
      {found.length > 0 && (
        <ul className={fieldStyles.wrong}>
          {found.map((finding) => (
            <li key={finding}>{problemWords.say(finding)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface WordFieldProps {
  readonly raw: Raw;
  readonly language: string;
  /** Key of the word in the lesson's texts. */
  readonly word: string;
  readonly label: string;
  readonly rows?: number;
  onChange(raw: Raw): void;
}

/** A word of the lesson, in the language that is being written. */
export const WordField = ({ raw, language, word, label, rows = 1, onChange }: WordFieldProps) => (
  <Field
    label={label}
    rows={rows}
    value={wordOf(raw, language, word)}
    onChange={(text) => onChange(withWord(raw, language, word, text))}
  />
);

export const Add = ({ onAdd }: { onAdd(): void }) => (
  <div className={styles.buttons}>
    <button type="button" onClick={onAdd}>
      {strings.add}
    </button>
  </div>
);
