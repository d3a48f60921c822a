/**
 * The twin of a picture: the same rows in the same order, until somebody sorts it; copied as tab-separated values. What is
 * shown in a cell may be more than its value, a reference for example.
 */
import { type ReactNode, useState } from "react";
import frame from "./frame.module.css";
import { count } from "./reading.ts";
import { tableStrings as words } from "./strings.ts";

export interface Cell {
  /** As it is sorted and copied. */
  readonly value: string | number;
  /** As it is shown, where that is more than the value. */
  readonly shown?: ReactNode;
}

export interface Row {
  readonly key: string;
  /** A plain value is shown as it is; a number with its thousands apart. */
  readonly cells: readonly (Cell | string | number)[];
  readonly open?: boolean;
  readonly chosen?: boolean;
  /** How far the first cell stands in, in rem. */
  readonly indent?: number;
}

interface TwinTableProps {
  /** What it is of, and of which instant. */
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  readonly className?: string | undefined;
}

export function TwinTable({ caption, columns, rows, className = "" }: TwinTableProps) {
  const [sort, setSort] = useState<{ readonly column: number; readonly down: boolean } | null>(null);
  const shown = sort === null ? rows : [...rows].sort((x, y) => compare(x.cells[sort.column], y.cells[sort.column]));
  if (sort?.down) (shown as Row[]).reverse();
  const copy = () => {
    const lines = [columns, ...shown.map(({ cells }) => cells.map((cell) => String(told(cell))))];
    void navigator.clipboard?.writeText(lines.map((line) => line.join("\t")).join("\n")).catch(() => {});
  };
  return (
    <table className={`${frame.table} ${className}`} data-twin>
      <caption>
        {caption}{" "}
        <button type="button" className="word-button" onClick={copy}>
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
      <tbody className="figures">
        {shown.map(({ key, cells, open, chosen, indent }) => (
          <tr key={key} data-open={open || undefined} data-chosen={chosen || undefined}>
            {cells.map((cell, column) => {
              const text = typeof cell === "object" ? (cell.shown ?? cell.value) : cell;

              return column === 0 ? (
                <th
                  // biome-ignore lint/suspicious/noArrayIndexKey: see above.
                  key={column}
                  scope="row"
                  style={indent === undefined ? undefined : { paddingInlineStart: `${indent}rem` }}
                >
                  {plain(text)}
                </th>
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: see above.
                <td key={column}>{plain(text)}</td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const plain = (shown: ReactNode): ReactNode => (typeof shown === "number" ? count(shown) : shown);

const told = (cell: Cell | string | number | undefined): string | number =>
  typeof cell === "object" ? cell.value : (cell ?? "");

function compare(one: Cell | string | number | undefined, other: Cell | string | number | undefined): number {
  const [x, y] = [told(one), told(other)];
  if (typeof x === "number" && typeof y === "number") return x - y;
  return String(x) < String(y) ? -1 : 1;
}
