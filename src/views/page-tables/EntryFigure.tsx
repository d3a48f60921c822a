/** One leaf table, entry by entry (16 rows of 32), and the story of one entry: the page before, a migration entry, the page after. */
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Pte } from "../../engine/memory/page-tables.ts";
import { PAGE_SIZE, TABLE_ENTRIES } from "../../engine/units.ts";
import type { SurfaceSize } from "../canvas-surface.ts";
import { themeValue } from "../theme-values.ts";
import { TwinTable } from "../TwinTable.tsx";
import { usePainted } from "../use-canvas.ts";
import { hatched } from "./hatch.ts";
import { A_ROW, type Entry, type ProcessLook, shareOut, stepEntry } from "./leaves.ts";
import styles from "./page-tables.module.css";
import { pageTableStrings } from "./strings.ts";

const words = pageTableStrings.process;
export const ENTRIES_ID = "page-table-entries";
const ROWS = TABLE_ENTRIES / A_ROW;

export interface EntryFigureProps {
  readonly base: string;
  /** Page that holds the table. */
  readonly table: number;
  readonly entries: NonNullable<ProcessLook["entries"]>;
  /** Pages that entries led to before what they lead to now, as far as somebody watched; 0: none known. */
  readonly before: Float64Array;
  readonly blockPages: number;
  readonly asTable: boolean;
  readonly at: number;
  /** Somebody has gone into it: it takes the focus when it comes. */
  readonly goesInto: RefObject<boolean>;
  dimmOf(pfn: number): string | null;
  /** Whether a page is on the node that the process runs on. */
  isNear(pfn: number): boolean;
  onPage(pfn: number): void;
  onOut(): void;
}

export function EntryFigure(props: EntryFigureProps) {
  const { base, table, before, blockPages, isNear, onPage, onOut, goesInto } = props;
  const figure = useRef<HTMLElement>(null);
  useEffect(() => {
    if (goesInto.current) figure.current?.focus();
  }, [goesInto]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState(0);
  const entries = useMemo(() => entriesOf(props.entries), [props.entries]);
  const { blocks, migrating } = useMemo(() => shareOut(entries, blockPages), [entries, blockPages]);
  const near = useRef(isNear);
  near.current = isNear;
  usePainted(
    canvas,
    useCallback((onto, size) => paint(onto, size, entries, cursor, near.current), [entries, cursor]),
  );
  const entry = entries[cursor] ?? { index: cursor, pfn: 0, migrating: false };
  const was = before[cursor] ?? 0;
  const address = (Number.parseInt(base, 16) + cursor * PAGE_SIZE).toString(16);
  const block = (pfn: number) => (pfn === 0 ? null : Math.floor(pfn / blockPages));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && entry.pfn > 0) onPage(entry.pfn);
    else if (event.key === "Escape") onOut();
    else {
      const to = stepEntry(cursor, event.key);
      if (to === null) return;
      setCursor(to);
    }
    event.preventDefault();
  };
  if (props.asTable)
    return (
      <TwinTable
        caption={words.entryCaption(base, (props.at / 1e9).toFixed(6))}
        columns={words.entryColumns}
        rows={entries.map(({ index, pfn, migrating: moves }) => ({
          key: String(index),
          cells: [
            index,
            (Number.parseInt(base, 16) + index * PAGE_SIZE).toString(16),
            pfn === 0 ? "" : { value: pfn, shown: <Page pfn={pfn} onPage={onPage} /> },
            block(pfn) === null ? "" : `memory${block(pfn)}`,
            (before[index] ?? 0) === 0
              ? ""
              : { value: before[index] ?? 0, shown: pageTableStrings.hex(before[index] ?? 0) },
            moves ? words.states.migrating : pfn === 0 ? words.states.none : words.states.present,
          ],
        }))}
      />
    );
  return (
    <div className={styles.oneTable}>
      <h3>
        {words.table(table)} <small>{words.liesIn(block(table), props.dimmOf(table))}</small>
      </h3>
      <p>{words.mapsFrom(base)}</p>
      <section
        ref={figure}
        id={ENTRIES_ID}
        onFocus={() => {
          goesInto.current = false;
        }}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is one tab stop with a cursor of its own.
        tabIndex={0}
        aria-label={words.entries(base)}
        onKeyDown={onKeyDown}
      >
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the section. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: see above. */}
        <div
          onClick={({ currentTarget, clientX, clientY }) => {
            const { left, top, width, height } = currentTarget.getBoundingClientRect();
            const column = Math.floor(((clientX - left) / width) * A_ROW);
            const row = Math.floor(((clientY - top) / height) * ROWS);
            setCursor(Math.max(0, Math.min(TABLE_ENTRIES - 1, row * A_ROW + column)));
          }}
        >
          <canvas ref={canvas} className={styles.grid} aria-hidden="true" />
        </div>
      </section>
      <p className={styles.shares}>{words.shares(blocks, migrating)}</p>
      <h3>{words.entry(cursor, address)}</h3>
      <p className={styles.story}>
        {was > 0 && !entry.migrating && (
          <>
            <s>{pageTableStrings.hex(was)}</s> →{" "}
          </>
        )}
        {entry.migrating ? (
          <>
            <s>{pageTableStrings.hex(entry.pfn)}</s> → <mark>{words.migration}</mark> → <i>{words.next}</i>
          </>
        ) : entry.pfn === 0 ? (
          <i>{words.nothing}</i>
        ) : (
          <>
            <Page pfn={entry.pfn} onPage={onPage} /> memory{block(entry.pfn)}
          </>
        )}
      </p>
      <p className={styles.about}>{words.about}</p>
      <p className="visually-hidden" role="status">
        {words.story(cursor, entry.pfn, was, entry.migrating, block(entry.pfn))}
      </p>
    </div>
  );
}

const Page = ({ pfn, onPage }: { readonly pfn: number; onPage(pfn: number): void }) => (
  <button type="button" className="word-button" data-ref onClick={() => onPage(pfn)}>
    {pageTableStrings.hex(pfn)}
  </button>
);

const entriesOf = ({ frames, bits }: NonNullable<ProcessLook["entries"]>): Entry[] =>
  Array.from(frames, (pfn, index) => ({ index, pfn, migrating: ((bits[index] ?? 0) & Pte.Migration) !== 0 }));

function paint(
  canvas: HTMLCanvasElement,
  { width, height, ratio }: SurfaceSize,
  entries: readonly Entry[],
  cursor: number,
  isNear: (pfn: number) => boolean,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  const far = hatched(context, themeValue("--far"));
  const rect = (index: number) => {
    const [x, y] = [index % A_ROW, Math.floor(index / A_ROW)];
    const [x0, x1] = [Math.round((x / A_ROW) * width), Math.round(((x + 1) / A_ROW) * width)];
    const [y0, y1] = [Math.round((y / ROWS) * height), Math.round(((y + 1) / ROWS) * height)];
    return { x: x0, y: y0, width: x1 - x0 - 1, height: y1 - y0 - 1 };
  };
  for (const { index, pfn, migrating } of entries) {
    context.fillStyle = migrating
      ? themeValue("--kind-isolated")
      : pfn === 0
        ? themeValue("--kind-free")
        : isNear(pfn)
          ? themeValue("--near")
          : far;
    const { x, y, width: wide, height: high } = rect(index);
    context.fillRect(x, y, wide, high);
  }
  context.strokeStyle = themeValue("--accent");
  context.lineWidth = 2 * ratio;
  const { x, y, width: wide, height: high } = rect(cursor);
  context.strokeRect(x, y, wide, high);
}
