/** The picture's twin: the same marks in the same order, as rows. */
import type { Selection } from "../../client/playground.ts";
import frame from "../frame.module.css";
import { TwinTable } from "../TwinTable.tsx";
import type { Mark } from "./marks.ts";
import { pageTableStrings as words } from "./strings.ts";

interface KernelTableProps {
  readonly marks: readonly Mark[];
  readonly at: number;
  onSelect(selection: Partial<Selection>): void;
}

/** Column in which a table, or what holds struct pages, is a reference. */
const LIES = 4;

export function KernelTable({ marks, at, onSelect }: KernelTableProps) {
  return (
    <TwinTable
      caption={words.caption((at / 1e9).toFixed(6))}
      columns={words.columns}
      rows={marks.map(({ key, cells, host, select }) => ({
        key,
        cells: cells.map((value, column) =>
          column === LIES && host !== null && select
            ? {
                value,
                shown: (
                  <button type="button" className={frame.ref} data-ref onClick={() => onSelect(select)}>
                    {value}
                  </button>
                ),
              }
            : // Indices are names: 1024 is not 1,024.
              { value, shown: String(value) },
        ),
      }))}
    />
  );
}
