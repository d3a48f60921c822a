/** What every view shows of changes: the switch, the line that says what differs, figures with their sign, and the key. */
import frame from "../frame.module.css";
import styles from "./changes.module.css";
import { changeStrings as words } from "./strings.ts";
import type { Earlier } from "./earlier.ts";
import { useComparing } from "./use-earlier.ts";

/** Compares what is shown with the moment at which it is pressed, until it is pressed again. */
export function ShowChanges() {
  const { earlier, coming, toggle } = useComparing();
  return (
    <button
      type="button"
      className={`${frame.button} ${styles.switch}`}
      aria-pressed={earlier !== null || coming}
      onClick={() => void toggle()}
    >
      {words.switch}
    </button>
  );
}

interface SinceProps {
  readonly earlier: Earlier;
  /** What differs, part by part; `null` where nothing of what is shown was kept at the moment. */
  readonly parts: readonly string[] | null;
}

/** Since when what differs, in one line. */
export function Since({ earlier, parts }: SinceProps) {
  return (
    <p className={styles.since}>
      <i className={styles.key} aria-hidden="true" />
      <span className="figures">
        {words.since(earlier.at)}{" "}
        {parts === null ? words.notKept : parts.length === 0 ? words.nothing : parts.join(words.comma)}
      </span>
    </p>
  );
}

interface ByProps {
  readonly change: number;
  /** It counts pages, and is said as memory. */
  readonly amount?: boolean;
}

/** How much more or less of something there is, with its sign; nothing where that is nothing. */
export function By({ change, amount = false }: ByProps) {
  if (change === 0) return null;
  return <small className={styles.by}>{amount ? words.byAmount(change) : words.by(change)}</small>;
}
