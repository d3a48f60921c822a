/** Something that happened, at its place on a line. */
import { clockTime } from "./clock.ts";
import type { Happening } from "./happenings.ts";
import { timeStrings as strings } from "./strings.ts";
import styles from "./time.module.css";

interface MarkProps {
  readonly happening: Happening;
  readonly left: string;
  readonly tabbed: boolean;
  /** It comes after what is shown. */
  readonly pale: boolean;
  onFocus(): void;
  onChoose(): void;
}

export function Mark({ happening: { at, kind, text }, left, tabbed, pale, onFocus, onChoose }: MarkProps) {
  return (
    <li style={{ insetInlineStart: left }} data-at={at}>
      <button
        type="button"
        className={styles.mark}
        data-kind={kind}
        data-pale={pale || undefined}
        tabIndex={tabbed ? 0 : -1}
        aria-label={strings.at(clockTime(at), text)}
        onFocus={onFocus}
        onClick={onChoose}
      >
        <span className={styles.tip} aria-hidden data-side={Number.parseFloat(left) > 60 ? "before" : "after"}>
          <span className="figures">{clockTime(at)}</span> {text}
        </span>
      </button>
    </li>
  );
}
