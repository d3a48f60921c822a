/** What each pageblock of a zone is for, as a canvas: one tab stop, whose cursor tells each cell in a sentence. */
import { type KeyboardEvent, type MouseEvent, useCallback, useMemo, useRef, useState } from "react";
import type { ZoneLists } from "../../engine/inspect/index.ts";
import { MIGRATE_TYPE_NAMES } from "../../engine/memory/kinds.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import type { SurfaceSize } from "../canvas-surface.ts";
import changesStyles from "../changes/changes.module.css";
import { changeStrings } from "../changes/strings.ts";
import { themeValue } from "../theme-values.ts";
import { TwinTable } from "../TwinTable.tsx";
import { usePainted } from "../use-canvas.ts";
import {
  type Cell,
  type Cells,
  changedSince,
  COLUMNS,
  layCells,
  neighbour,
  type Stretch,
  within,
} from "./pageblock-cells.ts";
import { zoneDepthStrings } from "./strings.ts";
import styles from "./zones-in-depth.module.css";

const { map: words, changes } = zoneDepthStrings;

/** Tokens of the migrate types, those of the kinds that they are for. */
const TOKENS = ["--kind-kernel", "--kind-anon", "--kind-reclaimable", "--ink2", "--kind-isolated", "--kind-hugetlb"];
/** CSS pixels: a row, its gap, and the room for the names of its blocks. */
const ROW = 9;
const PITCH = 11;
const NAMES = 76;
/** The twin's longest part. */
const MOST_ROWS = 512;

export interface PageblockMapProps {
  readonly zone: ZoneLists;
  readonly at: string;
  /** Page frames of a memory block. */
  readonly blockPages: number;
  readonly asTable: boolean;
  /** The page that the request on the right would get. */
  readonly target: number | null;
  /** As the zone was at the moment that changes are counted from. */
  readonly before: ZoneLists | null;
  onChoose(pfn: number): void;
}

export function PageblockMap(props: PageblockMapProps) {
  const { zone, before, asTable } = props;
  const cells = useMemo(() => layCells(zone.runs), [zone.runs]);
  const changed = useMemo(() => (before ? changedSince(before.runs, zone.runs) : null), [before, zone.runs]);
  return (
    <section aria-label={words.title}>
      <h3>
        {words.title} <small>{words.key(cells.perCell)}</small>
      </h3>
      <ul className={styles.key}>
        {zone.types
          .filter(({ pageblocks }) => pageblocks > 0)
          .map(({ type, name, pageblocks }) => (
            <li key={type}>
              <i data-type={type} aria-hidden="true" />
              <span className="figures">{words.count(name, pageblocks)}</span>
            </li>
          ))}
        {changed && (
          <li>
            <i className={changesStyles.key} aria-hidden="true" />
            <span className="figures">
              {changes.pageblocks(changed.reduce((sum, { pageblocks }) => sum + pageblocks, 0))}
            </span>
          </li>
        )}
      </ul>
      {asTable ? <Runs {...props} changed={changed} /> : <Picture {...props} cells={cells} changed={changed} />}
    </section>
  );
}

type Changed = readonly Stretch[] | null;

function Picture(props: PageblockMapProps & { readonly cells: Cells; readonly changed: Changed }) {
  const { zone, cells, blockPages, target, changed, onChoose } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const at = cursor === null ? undefined : cells.cells[Math.min(cursor, cells.cells.length - 1)];
  const height = cells.rows.length * PITCH;
  usePainted(
    canvas,
    useCallback(
      (onto, size) => paint(onto, size, { cells, blockPages, cursor: at, target, changed }),
      [cells, blockPages, at, target, changed],
    ),
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && at) onChoose(at.pfn);
    else {
      const to = cursor === null && event.key.startsWith("Arrow") ? 0 : neighbour(cells, cursor ?? 0, event.key);
      if (to === null) return;
      setCursor(to);
    }
    event.preventDefault();
  };
  const onClick = (event: MouseEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / PITCH);
    const column = Math.floor(((event.clientX - box.left - NAMES) / (box.width - NAMES)) * COLUMNS);
    const found = cells.cells.findIndex((cell) => cell.row === row && cell.column === column);
    if (found < 0) return;
    setCursor(found);
    onChoose((cells.cells[found] as Cell).pfn);
  };
  return (
    <>
      <section
        className={styles.map}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is one tab stop with a cursor of its own.
        tabIndex={0}
        aria-label={words.label(zone.zone)}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onBlur={() => setCursor(null)}
      >
        <canvas ref={canvas} style={{ blockSize: height }} aria-hidden="true" />
      </section>
      <p className="visually-hidden" role="status">
        {at ? sentence(at, cells.perCell, blockPages) : ""}
      </p>
    </>
  );
}

export function sentence({ pfn, counts }: Cell, perCell: number, blockPages: number): string {
  const parts = counts.flatMap((many, type) => (many > 0 ? [words.count(MIGRATE_TYPE_NAMES[type] ?? "", many)] : []));
  if (perCell > 1) return words.several(pfn, parts);
  const type = MIGRATE_TYPE_NAMES[counts.findIndex((many) => many > 0)] ?? "";
  const block = Math.floor(pfn / blockPages);
  return words.one(block, (pfn - block * blockPages) / PAGEBLOCK_PAGES, type, pfn);
}

interface Scene {
  readonly cells: Cells;
  readonly blockPages: number;
  readonly cursor: Cell | undefined;
  readonly target: number | null;
  readonly changed: Changed;
}

function paint(canvas: HTMLCanvasElement, { ratio, width: pixels }: SurfaceSize, scene: Scene): void {
  const { blockPages, cursor, target, changed } = scene;
  const { cells, rows, perCell } = scene.cells;
  const context = canvas.getContext("2d");
  if (!context) return;
  const width = pixels / ratio;
  const each = (width - NAMES) / COLUMNS;
  const gap = each > 4 ? 1 : 0;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, canvas.height);
  const colours = TOKENS.map(themeValue);
  for (const { row, column, counts } of cells) {
    // From the bottom up, so that shares of one type lie beside each other.
    let y = row * PITCH + ROW;
    for (const [type, many] of counts.entries()) {
      const high = (many / perCell) * ROW;
      y -= high;
      context.fillStyle = colours[type] as string;
      context.fillRect(NAMES + column * each, y, each - gap, high);
    }
  }
  context.font = `12px ${themeValue("--font-mono")}`;
  context.textBaseline = "middle";
  context.fillStyle = themeValue("--ink2");
  // Names of every row while there is room for them, else of every second.
  for (const [row, { pfn, pages }] of rows.entries()) {
    if (row % 2 === 1 && rows.length > 1) continue;
    const first = Math.floor(pfn / blockPages);
    context.fillText(words.row(first, Math.floor((pfn + pages - 1) / blockPages)), 0, row * PITCH + ROW / 2 + 1);
  }
  context.lineWidth = 2;
  const ring = (cell: Cell, colour: string) => {
    context.strokeStyle = colour;
    context.strokeRect(NAMES + cell.column * each - 1, cell.row * PITCH - 1, each - gap + 2, ROW + 2);
  };
  // What changed has a foot in the accent: as wide as the cell, so that a run of them is a line.
  if (changed) {
    context.fillStyle = themeValue("--accent");
    for (const cell of cells)
      if (within(changed, cell, perCell) > 0)
        context.fillRect(NAMES + cell.column * each, cell.row * PITCH + ROW, each, PITCH - ROW);
  }
  const end = perCell * PAGEBLOCK_PAGES;
  const aimed = target === null ? undefined : cells.find(({ pfn }) => target >= pfn && target < pfn + end);
  if (aimed) ring(aimed, themeValue("--ink"));
  if (cursor) ring(cursor, themeValue("--accent"));
}

const sharedWith = (changed: readonly Stretch[], startPfn: number, pageblocks: number): number =>
  within(changed, { pfn: startPfn }, pageblocks);

/** The picture's twin. */
function Runs({ zone, at, blockPages, changed, onChoose }: PageblockMapProps & { readonly changed: Changed }) {
  const columns = changed ? [...words.columns, changeStrings.column] : words.columns;
  return (
    <>
      <TwinTable
        className={styles.rows}
        caption={words.caption(zone.zone, at)}
        columns={columns}
        rows={zone.runs.slice(0, MOST_ROWS).map(({ startPfn, pageblocks, type }) => ({
          key: String(startPfn),
          cells: [
            {
              value: zoneDepthStrings.hex(startPfn),
              shown: (
                <button
                  type="button"
                  className={`word-button ${styles.ref}`}
                  data-ref
                  onClick={() => onChoose(startPfn)}
                >
                  {zoneDepthStrings.hex(startPfn)}
                </button>
              ),
            },
            words.row(
              Math.floor(startPfn / blockPages),
              Math.floor((startPfn + pageblocks * PAGEBLOCK_PAGES - 1) / blockPages),
            ),
            pageblocks,
            MIGRATE_TYPE_NAMES[type] ?? "",
            ...(changed ? [sharedWith(changed, startPfn, pageblocks) || ""] : []),
          ],
        }))}
      />
      {zone.runs.length > MOST_ROWS && <p className={styles.note}>{words.more(zone.runs.length - MOST_ROWS)}</p>}
    </>
  );
}
