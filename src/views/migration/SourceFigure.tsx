/** The block that is being emptied, cell by cell, each as high as what is still there. One tab stop with a cursor. */
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import type { MigrationState } from "../../engine/inspect/index.ts";
import type { SurfaceSize } from "../canvas-surface.ts";
import { textScale, themeValue } from "../theme-values.ts";
import { usePainted } from "../use-canvas.ts";
import styles from "./figures.module.css";
import { slotToken } from "./palette.ts";
import { SLOTS } from "./rate-shapes.ts";
import { cellAt, CELLS_A_ROW, type SourceCell, sourceCells, step } from "./source-cells.ts";
import { migrationStrings as words } from "./strings.ts";

interface SourceFigureProps {
  readonly state: MigrationState;
  /** Slot that is shown alone. */
  readonly only: number | null;
  /** Cells that have any of what was chosen; `null`: all. */
  readonly kept: ReadonlySet<number> | null;
  readonly describedBy: string;
  onChoose(pfn: number, cell: number): void;
}

export function SourceFigure({ state, only, kept, describedBy, onChoose }: SourceFigureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const cells = useMemo(() => sourceCells(state), [state]);
  const rows = Math.ceil(cells.length / CELLS_A_ROW);
  usePainted(
    canvas,
    useCallback((onto, size) => paint(onto, size, cells, { cursor, only, kept }), [cells, cursor, only, kept]),
  );
  const pfnOf = (cell: number) => state.startPfn + cell * state.perCell * PAGEBLOCK_PAGES;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && cursor !== null) onChoose(pfnOf(cursor), cursor);
    else {
      const to = step(cursor, event.key, cells.length);
      if (to === null) return;
      setCursor(to);
    }
    event.preventDefault();
  };
  const at = cursor === null ? undefined : cells[cursor];
  return (
    <>
      <section
        className={styles.source}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is one tab stop with a cursor of its own.
        tabIndex={0}
        aria-label={words.source(state.block)}
        aria-describedby={describedBy}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
      >
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the section. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: see above. */}
        <div
          style={{ minBlockSize: `${rows > 4 ? rows * 1 : rows * 1.5}rem` }}
          onClick={({ currentTarget, clientX, clientY }) => {
            const { left, top, width, height } = currentTarget.getBoundingClientRect();
            const cell = cellAt((clientX - left) / width, (clientY - top) / height, cells.length);
            if (cell !== null) onChoose(pfnOf(cell), cell);
          }}
        >
          <canvas ref={canvas} className={styles.cells} aria-hidden="true" />
        </div>
      </section>
      <p className="visually-hidden" role="status">
        {at ? says(at, state.perCell) : ""}
      </p>
    </>
  );
}

const says = (cell: SourceCell, perCell: number): string =>
  words.sourceCell(cell.first, cell.first + perCell - 1, cell.there, cell.stuck, cell.working);

function paint(
  canvas: HTMLCanvasElement,
  { width, height, ratio }: SurfaceSize,
  cells: readonly SourceCell[],
  { cursor, only, kept }: Pick<SourceFigureProps, "only" | "kept"> & { readonly cursor: number | null },
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const unit = ratio * textScale();
  const gap = Math.round(2 * unit);
  const rows = Math.ceil(cells.length / CELLS_A_ROW);
  context.clearRect(0, 0, width, height);
  const edges: [number, number, number, number, string][] = [];
  for (const [i, cell] of cells.entries()) {
    const column = i % CELLS_A_ROW;
    const row = Math.floor(i / CELLS_A_ROW);
    const x0 = Math.round((column / CELLS_A_ROW) * width);
    const x1 = Math.round(((column + 1) / CELLS_A_ROW) * width) - gap;
    const y0 = Math.round((row / rows) * height);
    const y1 = Math.round(((row + 1) / rows) * height) - gap;
    const beside = kept !== null && !kept.has(i);
    context.globalAlpha = beside ? 0.4 : 1;
    context.fillStyle = themeValue("--kind-free");
    context.fillRect(x0, y0, x1 - x0, y1 - y0);
    let y = y1;
    const bar = (share: number, token: string, dim: boolean) => {
      if (share <= 0) return;
      const high = Math.max(Math.round(unit), Math.round(share * (y1 - y0)));
      y = Math.max(y0, y - high);
      context.globalAlpha = dim ? 0.25 : 1;
      context.fillStyle = themeValue(token);
      context.fillRect(x0, y, x1 - x0, high);
      context.globalAlpha = 1;
    };
    bar(cell.stuck / cell.size, "--kind-pinned", beside);
    for (let slot = 0; slot < SLOTS; slot++)
      bar((cell.bySlot[slot] ?? 0) / cell.size, slotToken(slot), beside || (only !== null && only !== slot));
    context.globalAlpha = 1;
    const edge = [x0, y0, x1 - x0, y1 - y0] as const;
    if (cell.working) edges.push([...edge, "--accent"]);
    else if (cell.stuck > 0 && cell.stuck === cell.there) edges.push([...edge, "--bad"]);
    if (i === cursor) edges.push([...edge, "--ink"]);
  }
  context.lineWidth = 2 * unit;
  for (const [x, y, w, h, token] of edges) {
    context.strokeStyle = themeValue(token);
    context.strokeRect(x + unit, y + unit, w - 2 * unit, h - 2 * unit);
  }
}
