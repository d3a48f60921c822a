/** The picture's twin: what is inside the mark that is entered, as rows; a row opens the level below. */
import { type ReactNode, useEffect, useState } from "react";
import { rowOf, type ToldMemory } from "./describe.ts";
import { changeStrings } from "../changes/strings.ts";
import { type Row, TwinTable } from "../TwinTable.tsx";
import styles from "./scale.module.css";
import { scaleStrings } from "./strings.ts";
import type { Depth, Path } from "./world.ts";

const words = scaleStrings.table;
/** Rows that are shown at once, with the way to them at most 512. */
const MOST_ROWS = 500;
const NAMES = ["path", "node", "block", "pageblock"] as const;

interface TwinProps {
  readonly told: ToldMemory;
  readonly path: Path;
  /** Level of the rows. */
  readonly depth: Depth;
  /** How many there are. */
  readonly marks: number;
  readonly caption: string;
  /** Opens what is in a row, or goes back to a level. */
  onGo(path: Path, depth: Depth): void;
  onChoose(path: Path): void;
}

export function Twin({ told, path, depth, marks, caption, onGo, onChoose }: TwinProps) {
  const [start, setStart] = useState(0);
  const inside = NAMES.slice(0, depth + 1)
    .map((_, level) => (level === 0 ? "" : path[level - 1]))
    .join("/");
  // biome-ignore lint/correctness/useExhaustiveDependencies: another mark is looked into from its first row on.
  useEffect(() => setStart(0), [inside]);
  const above = Array.from({ length: depth }, (_, level) => level as Depth);
  const rows = Array.from({ length: Math.min(MOST_ROWS, marks - start) }, (_, nth) => {
    const at: [number, number, number, number] = [path[0], path[1], path[2], path[3]];
    at[depth] = start + nth;
    for (let level = depth + 1; level < 4; level++) at[level] = 0;
    return rowOf(told, at, depth);
  });
  return (
    <div className={styles.twin}>
      <TwinTable
        caption={caption}
        columns={told.changes ? [...words.columns, changeStrings.column] : words.columns}
        rows={[
          ...above.map((level) => {
            const row = rowOf(told, path, level);
            return line(
              `above ${level}`,
              row,
              level,
              <button
                type="button"
                className="word-button"
                aria-expanded
                onClick={() => onGo(path, level)}
                aria-label={words.up(row.name)}
              >
                {row.name}
              </button>,
              { open: true },
            );
          }),
          ...rows.map((row) =>
            line(
              row.path.join(),
              row,
              depth,
              depth < 3 ? (
                <button
                  type="button"
                  className="word-button"
                  aria-expanded={false}
                  aria-label={words.open(row.name)}
                  onClick={() => onGo(row.path, (depth + 1) as Depth)}
                >
                  {row.name}
                </button>
              ) : (
                <button type="button" className="word-button" onClick={() => onChoose(row.path)}>
                  {row.name}
                </button>
              ),
              { chosen: row.path[depth] === path[depth] },
            ),
          ),
        ]}
      />
      {marks > MOST_ROWS && (
        <p className={styles.pager}>
          <button type="button" disabled={start === 0} onClick={() => setStart(Math.max(0, start - MOST_ROWS))}>
            {words.earlier}
          </button>
          <span>{words.rows(start + 1, Math.min(marks, start + MOST_ROWS), marks)}</span>
          <button type="button" disabled={start + MOST_ROWS >= marks} onClick={() => setStart(start + MOST_ROWS)}>
            {words.later}
          </button>
        </p>
      )}
    </div>
  );
}

const line = (
  key: string,
  row: ReturnType<typeof rowOf>,
  indent: number,
  shown: ReactNode,
  more: Pick<Row, "open" | "chosen">,
): Row => ({
  ...{ key, indent, ...more },
  cells: [
    { value: row.name, shown },
    row.holds,
    row.found ?? "",
    row.zone,
    row.state,
    ...(row.changed === null
      ? []
      : [{ value: row.changed.pages, shown: row.changed.differs ? scaleStrings.changed(row.changed.pages) : "" }]),
  ],
});
