/** The picture's twin, in four tables. */
import { ownerWords } from "../../client/owners.ts";
import type { MigrationState } from "../../engine/inspect/index.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { TwinTable } from "../TwinTable.tsx";
import styles from "./migration.module.css";
import { slotOfKind } from "./palette.ts";
import { sourceCells } from "./source-cells.ts";
import { migrationStrings as words } from "./strings.ts";

interface MigrationTablesProps {
  readonly state: MigrationState;
  readonly at: number;
  onPage(pfn: number): void;
}

export function MigrationTables({ state, at, onPage }: MigrationTablesProps) {
  const { tables } = words;
  const reference = (pfn: number, text: string) => (
    <button type="button" className={`word-button ${styles.ref}`} data-ref onClick={() => onPage(pfn)}>
      {text}
    </button>
  );
  const kind = (one: MigrationState["flow"][number]) =>
    one.kind === null ? words.earlier : (words.kinds[slotOfKind(one.kind)] as string);
  const nodes = (pages: MigrationState["paid"][number]["before"], otherwise: string) =>
    pages === null ? otherwise : pages.map(([node, many]) => words.onNode(node, many)).join(", ");
  return (
    <div className={styles.tables}>
      <TwinTable
        caption={tables.source.caption(state.block, at)}
        columns={tables.source.columns}
        rows={sourceCells(state).map(({ first, before, there, stuck, working }) => ({
          key: String(first),
          cells: [
            {
              value: first,
              shown: reference(
                state.startPfn + first * PAGEBLOCK_PAGES,
                state.perCell === 1 ? String(first) : `${first}–${first + state.perCell - 1}`,
              ),
            },
            { value: before },
            { value: before - there },
            { value: there },
            { value: stuck },
            { value: working ? tables.source.working : "" },
          ],
        }))}
      />
      <TwinTable
        caption={tables.flow.caption}
        columns={tables.flow.columns}
        rows={state.flow.map((one) => ({
          key: `${one.kind} ${one.node} ${one.zone}`,
          cells: [{ value: kind(one) }, { value: words.where(one.node, one.zone) }, { value: one.pages }],
        }))}
      />
      <TwinTable
        caption={tables.reasons.caption}
        columns={tables.reasons.columns}
        rows={state.reasons.map(({ errno, pages, first }) => ({
          key: errno,
          cells: [
            { value: words.reason(errno) },
            { value: errno },
            { value: pages },
            first ? { value: words.hex(first.pfn), shown: reference(first.pfn, words.hex(first.pfn)) } : { value: "" },
            { value: first ? ownerWords(first.owner) : "" },
          ],
        }))}
      />
      <TwinTable
        caption={tables.paid.caption}
        columns={tables.paid.columns}
        rows={state.paid.map((paid) => ({
          key: String(paid.pid),
          cells: [
            { value: words.process(paid.comm, paid.pid) },
            { value: words.node(paid.node) },
            { value: nodes(paid.before, words.unknown) },
            { value: nodes(paid.now, words.gone) },
            { value: words.distance(paid.distanceBefore) },
            { value: words.distance(paid.distanceNow) },
          ],
        }))}
      />
    </div>
  );
}
