/** What the pages are made of on which something is written, a lesson or a talk: labelled texts, a file's source, and how to take a thing away. */
import { X } from "lucide-react";
import { useId, useState } from "react";
import controls from "../controls.module.css";
import styles from "./fields.module.css";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly rows?: number;
  onChange(value: string): void;
}

export function Field({ label, value, rows = 1, onChange }: FieldProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {rows === 1 ? (
        <input id={id} value={value} onChange={({ target }) => onChange(target.value)} />
      ) : (
        <textarea id={id} rows={rows} value={value} onChange={({ target }) => onChange(target.value)} />
      )}
    </div>
  );
}

interface LinesProps extends Pick<FieldProps, "label" | "rows"> {
  readonly lines: readonly string[];
  onLines(lines: readonly string[]): void;
}

const linesIn = (text: string): readonly string[] => text.split("\n").filter((line) => line.trim() !== "");

/** A list, one a line. Lines that are empty still, while somebody types, are the field's own. */
export function Lines({ label, rows = 2, lines, onLines }: LinesProps) {
  const [text, setText] = useState("");
  const shown = linesIn(text).join("\n") === lines.join("\n") ? text : lines.join("\n");
  return (
    <Field
      label={label}
      rows={rows}
      value={shown}
      onChange={(typed) => {
        setText(typed);
        onLines(linesIn(typed));
      }}
    />
  );
}

interface SourceProps extends Required<FieldProps> {
  /** Id of what is said about it. */
  readonly describedBy?: string;
}

/** JSON, as it is typed. */
export function Source({ label, value, rows, onChange, describedBy }: SourceProps) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className={styles.source}
        spellCheck={false}
        rows={rows}
        value={value}
        aria-describedby={describedBy}
        onChange={({ target }) => onChange(target.value)}
      />
    </div>
  );
}

interface RemoveProps {
  readonly label: string;
  onRemove(): void;
}

export const Remove = ({ label, onRemove }: RemoveProps) => (
  <button type="button" className={`${controls.quiet} ${styles.icon}`} aria-label={label} onClick={onRemove}>
    <X aria-hidden />
  </button>
);
