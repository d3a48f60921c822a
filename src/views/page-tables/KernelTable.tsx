/** The picture's twin: the same marks in the same order, as rows. */
import type { Selection } from "../../client/playground.ts";
import { changeStrings } from "../changes/strings.ts";
import { type Cell, type Row, TwinTable } from "../TwinTable.tsx";
import type { GoneRow } from "./ChangedTables.tsx";
import type { Mark } from "./mark.ts";
import { pageTableStrings as words } from "./strings.ts";
import type { Change } from "./table-changes.ts";

interface KernelTableProps {
  readonly marks: readonly Mark[];
  /** What differs from a chosen moment, by mark, and what is gone since; `null`: nothing is compared. */
  readonly changes: { readonly of: (mark: Mark) => Change | null; readonly gone: readonly GoneRow[] } | null;
  readonly at: number;
  onSelect(selection: Partial<Selection>): void;
}

/** Column in which a table, or what holds struct pages, is a reference. */
const LIES = 4;

export function KernelTable({ marks, changes, at, onSelect }: KernelTableProps) {
  return (
    <TwinTable
      caption={words.caption((at / 1e9).toFixed(6))}
      columns={changes ? [...words.columns, changeStrings.column] : words.columns}
      rows={[
        ...marks.map((mark) => rowOf(mark, changes ? (changes.of(mark) ?? "same") : null, onSelect)),
        ...(changes?.gone ?? []).map(({ key, cells }) => ({ key, cells: cells.map(plain) })),
      ]}
    />
  );
}

// Indices are names: 1024 is not 1,024.
const plain = (value: string | number): Cell => ({ value, shown: String(value) });

/** @param change `null`: nothing is compared. */
function rowOf(
  { key, cells, host, select }: Mark,
  change: Change | "same" | null,
  onSelect: KernelTableProps["onSelect"],
): Row {
  const shown = cells.map((value, column) =>
    column === LIES && host !== null && select
      ? {
          value,
          shown: (
            <button type="button" className="word-button" data-ref onClick={() => onSelect(select)}>
              {value}
            </button>
          ),
        }
      : plain(value),
  );
  return { key, cells: change === null ? shown : [...shown, change === "same" ? "" : words.changes[change]] };
}
