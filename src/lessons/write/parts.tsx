/** Parts of the form of a lesson: a title, what is in it, and what is wrong there. */
import { type ReactNode, useId } from "react";
import { problemWords } from "../../client/problem-words.ts";
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

export const Add = ({ onAdd }: { onAdd(): void }) => (
  <div className={styles.buttons}>
    <button type="button" onClick={onAdd}>
      {strings.add}
    </button>
  </div>
);
