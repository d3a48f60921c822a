/** A twin table: same rows and order as its picture, until somebody sorts it; copied as tab-separated values. */
import { type ReactNode, useState } from "react";
import frame from "../frame.module.css";
import styles from "./migration.module.css";
import { migrationStrings } from "./strings.ts";

const words = migrationStrings.tables;

export interface Cell {
  /** As it is sorted and copied. */
  readonly value: string | number;
  /** As it is shown, where that is more than the value. */
  readonly shown?: ReactNode;
}

export interface SortedTableProps {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly Cell[] }[];
}

export function SortedTable({ caption, columns, rows }: SortedTableProps) {
  const [sort, setSort] = useState<{ readonly column: number; readonly down: boolean } | null>(null);
  const shown = sort === null ? rows : [...rows].sort((x, y) => compare(x.cells[sort.column], y.cells[sort.column]));
  if (sort?.down) (shown as (typeof rows)[number][]).reverse();
  const copy = () => {
    const lines = [columns, ...shown.map(({ cells }) => cells.map(({ value }) => String(value)))];
    void navigator.clipboard?.writeText(lines.map((line) => line.join("\t")).join("\n")).catch(() => {});
  };
  return (
    <table className={`${frame.table} ${styles.table}`}>
      <caption>
        {caption}{" "}
        <button type="button" className={styles.ref} onClick={copy}>
          {words.copy}
        </button>
      </caption>
      <thead>
        <tr>
          {columns.map((name, column) => (
            <th
              // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their order, and two may have one name.
              key={column}
              scope="col"
              aria-sort={sort?.column !== column ? undefined : sort.down ? "descending" : "ascending"}
            >
              <button
                type="button"
                aria-label={words.sort(name)}
                onClick={() => setSort({ column, down: sort?.column === column && !sort.down })}
              >
                {name}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map(({ key, cells }) => (
          <tr key={key}>
            {cells.map(({ value, shown: more }, column) =>
              column === 0 ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above.
                <th key={column} scope="row">
                  {more ?? value}
                </th>
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above.
                <td key={column}>{more ?? (typeof value === "number" ? value.toLocaleString("en-US") : value)}</td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function compare(x: Cell | undefined, y: Cell | undefined): number {
  if (typeof x?.value === "number" && typeof y?.value === "number") return x.value - y.value;
  return String(x?.value ?? "") < String(y?.value ?? "") ? -1 : 1;
}
