/** A process's page tables: areas, one column for each leaf table, and the memory blocks that their pages are in. */
import { useCallback, useRef } from "react";
import type { SurfaceSize } from "../canvas-surface.ts";
import { themeValue } from "../theme-values.ts";
import { TwinTable } from "../TwinTable.tsx";
import { usePainted } from "../use-canvas.ts";
import { columns, holders, type ProcessLook, streams } from "./leaves.ts";
import styles from "./page-tables.module.css";
import { pageTableStrings } from "./strings.ts";

type Tables = NonNullable<ProcessLook["tables"]>;
const words = pageTableStrings.process;

/** CSS pixels. */
const HEIGHT = { columns: 130, ribbons: 56, blocks: 20 } as const;
const FULL = HEIGHT.columns + HEIGHT.ribbons + HEIGHT.blocks;

export function ProcessFigure({
  tables,
  width,
  onChoose,
}: {
  readonly tables: Tables;
  readonly width: number;
  onChoose(block: number): void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const blocks = holders(tables, width);
  usePainted(
    canvas,
    useCallback((onto, size) => paint(onto, size, tables, width), [tables, width]),
  );
  return (
    <>
      <p className={styles.hint}>
        {words.areas(
          tables.areas.length,
          tables.leaves.filter(({ huge }) => !huge).length,
          tables.leaves.filter(({ huge }) => huge).length,
        )}
      </p>
      <canvas ref={canvas} className={styles.columns} style={{ blockSize: FULL }} aria-hidden="true" />
      <ul className={styles.holders} aria-label={words.holders}>
        {blocks.map(({ block, pages }) => (
          <li key={block}>
            <button type="button" className={styles.ref} onClick={() => onChoose(block)}>
              memory{block}
            </button>{" "}
            {words.pages(pages)}
          </li>
        ))}
      </ul>
    </>
  );
}

function paint(canvas: HTMLCanvasElement, { ratio }: SurfaceSize, tables: Tables, width: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, FULL);
  const all = columns(tables, width);
  const blocks = new Map(holders(tables, width).map((holder) => [holder.block, holder]));
  const near = themeValue("--near");
  const far = hatched(context, themeValue("--far"));
  context.fillStyle = themeValue("--kind-free");
  context.fillRect(0, 0, all.at(-1)?.x1 ?? 0, HEIGHT.columns);
  for (const column of all) {
    const x = column.x0;
    const wide = Math.max(0.5, column.x1 - column.x0 - (column.x1 - column.x0 > 3 ? 1 : 0));
    let y = 0;
    for (const [share, fill] of [
      [column.near, near],
      [column.far, far],
      [column.migrating, themeValue("--kind-isolated")],
    ] as const) {
      const high = share * HEIGHT.columns;
      context.fillStyle = fill;
      context.fillRect(x, y, wide, high);
      y += high;
    }
  }
  const top = HEIGHT.columns;
  const bottom = HEIGHT.columns + HEIGHT.ribbons;
  context.globalAlpha = 0.22;
  context.fillStyle = near;
  for (const { from, block } of streams(all)) {
    const to = blocks.get(block);
    if (!to) continue;
    const middle = (top + bottom) / 2;
    context.beginPath();
    context.moveTo(from[0], top);
    context.bezierCurveTo(from[0], middle, to.x0, middle, to.x0, bottom);
    context.lineTo(to.x1, bottom);
    context.bezierCurveTo(to.x1, middle, from[1], middle, from[1], top);
    context.fill();
  }
  context.globalAlpha = 1;
  context.font = `12px ${themeValue("--font-mono")}`;
  context.textBaseline = "middle";
  for (const { block, x0, x1 } of blocks.values()) {
    context.fillStyle = themeValue("--kind-free");
    context.fillRect(x0, bottom, x1 - x0, HEIGHT.blocks);
    context.fillStyle = themeValue("--ink");
    if (x1 - x0 > 66) context.fillText(`memory${block}`, x0 + 4, bottom + HEIGHT.blocks / 2);
    else if (x1 - x0 > 22) context.fillText(String(block), x0 + 3, bottom + HEIGHT.blocks / 2);
  }
}

/** Distance is a texture, not a hue: diagonal lines. */
function hatched(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 5;
  const lines = tile.getContext("2d");
  if (!lines) return colour;
  lines.strokeStyle = colour;
  lines.lineWidth = 1.4;
  lines.beginPath();
  for (const at of [-5, 0, 5]) {
    lines.moveTo(at, 5);
    lines.lineTo(at + 5, 0);
  }
  lines.stroke();
  return context.createPattern(tile, "repeat") ?? colour;
}

/** The picture's twin. */
export function ProcessTable({ tables, at }: { readonly tables: Tables; readonly at: number }) {
  return (
    <TwinTable
      caption={words.caption(tables.comm, tables.pid, tables.node, (at / 1e9).toFixed(6))}
      columns={words.columns}
    >
      {tables.leaves.map(({ base, table, huge, used, nodes, migrating }) => (
        <tr key={base}>
          <th scope="row">{base}</th>
          <td>
            {huge ? words.huge : ""}0x{table.toString(16)}
          </td>
          <td>{used}</td>
          <td>{nodes.map(([node, pages]) => words.onNode(node, pages, node === tables.node)).join(", ")}</td>
          <td>{migrating}</td>
        </tr>
      ))}
    </TwinTable>
  );
}
