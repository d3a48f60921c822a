/** Futures that were left: each a dotted line that leaves its lane where it parts from the present, with its end and its name. */
import { lengthOf } from "./durations.ts";
import type { Branch } from "./branches.ts";
import type { View } from "./lanes-model.ts";
import styles from "./forks.module.css";
import { timeStrings as strings } from "./strings.ts";

/** Rows of futures that are drawn; the newest. The others are in the list. */
export const MOST_DRAWN = 3;

export const drawnOf = (branches: readonly Branch[]): readonly Branch[] => branches.slice(-MOST_DRAWN);

interface ForkNamesProps {
  readonly branches: readonly Branch[];
  onList(): void;
}

export function ForkNames({ branches, onList }: ForkNamesProps) {
  const drawn = drawnOf(branches);
  const hidden = branches.length - drawn.length;
  return drawn.map(({ number, name }, i) => (
    <button key={number} type="button" className={styles.name} onClick={onList}>
      <b>{name}</b>
      {i === 0 && hidden > 0 && <span>{strings.moreForks(hidden)}</span>}
    </button>
  ));
}

interface ForkRowsProps {
  readonly branches: readonly Branch[];
  readonly view: View;
  /** Keys of the partitions, in the order of their lanes. */
  readonly partitions: readonly string[];
  /** Rows that a lane takes. */
  readonly rows: number;
}

export function ForkRows({ branches, view, partitions, rows }: ForkRowsProps) {
  const length = view.to - view.from;
  const place = (at: number): number => Math.min(1, Math.max(0, (at - view.from) / length));
  return drawnOf(branches).map(({ number, partition, from, to, differs, ended }, i) => {
    const lane = Math.max(0, partitions.indexOf(partition ?? ""));
    const [left, right] = [place(from), place(to)];
    const words = strings.branch(lengthOf(from), differs, ended?.text ?? "");
    // On whichever side of the line's middle there is more room.
    const after = 1 - right > right - left;
    return (
      <div key={number} className={styles.row}>
        <span
          className={styles.line}
          data-kind={ended?.kind}
          style={{
            insetInlineStart: `${100 * left}%`,
            inlineSize: `${100 * (right - left)}%`,
            ["--up" as string]: (partitions.length - lane) * rows + i,
          }}
        />
        <span
          className={styles.words}
          data-kind={ended?.kind}
          title={words}
          style={after ? { insetInlineStart: `${100 * right}%` } : { insetInlineEnd: `${100 * (1 - right)}%` }}
        >
          {words}
        </span>
      </div>
    );
  });
}
