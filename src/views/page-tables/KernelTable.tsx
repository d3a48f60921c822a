/** The picture's twin: the same marks in the same order, as rows. */
import type { Axis, Described, Gigabyte } from "./axis.ts";
import { hostOf } from "./axis.ts";
import { pageTableStrings as words } from "./strings.ts";
import { TwinTable } from "../TwinTable.tsx";

export function KernelTable({
  axis,
  entries,
  maps,
  at,
}: {
  readonly axis: Axis;
  readonly entries: readonly Gigabyte[];
  readonly maps: readonly Described[];
  readonly at: number;
}) {
  const lies = (pfn: number) => words.lies(pfn, hostOf(axis, pfn)?.number ?? null);
  return (
    <TwinTable caption={words.caption((at / 1e9).toFixed(6))} columns={words.columns}>
      {entries.map(({ index, table, bytes, isNew }) => (
        <tr key={`pud ${index}`}>
          <th scope="row">{words.rowPud(index).level}</th>
          <td>{index}</td>
          <td>{table === null ? words.mapsWhole : words.mapsTable(bytes)}</td>
          <td>{table === null ? "" : table === "boot" ? words.bootTable : lies(table)}</td>
          <td>{isNew ? words.made.fresh : table === "boot" ? words.made.boot : ""}</td>
        </tr>
      ))}
      {maps.map(({ cell, origin, pfn, isNew }) => (
        <tr key={`map ${cell.first}`}>
          <th scope="row">PMD, memory map</th>
          <td>{cell.blocks[0]?.number}</td>
          <td>{words.structPages(cell.blocks[0]?.number ?? 0, cell.blocks.at(-1)?.number ?? 0)}</td>
          <td>{pfn === null ? "" : lies(pfn)}</td>
          <td>{isNew ? words.made.fresh : origin === null ? "" : words.made[origin]}</td>
        </tr>
      ))}
    </TwinTable>
  );
}
