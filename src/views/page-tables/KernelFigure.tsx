/** Direct mapping above, memory map below one physical axis. One tab stop: arrow keys go from mark to mark. */
import { type KeyboardEvent, useId, useMemo, useState } from "react";
import type { Axis, Described, Gigabyte } from "./axis.ts";
import { hostOf, placeOf, ribbons } from "./axis.ts";
import styles from "./page-tables.module.css";
import { pageTableStrings as words } from "./strings.ts";

/** Pixels; text is 12 of them at least. */
const ROW = 20;
const Y = { pgd: 0, pud: 22, pmd: 44, node: 82, block: 100, dimm: 141, map: 190, maps: 213, end: 255 } as const;
const PMD_HEIGHT = 36;
const BLOCK_HEIGHT = 26;
/** A label needs about so many pixels a character. */
const CHARACTER = 7;
const fits = (text: string, width: number): boolean => text.length * CHARACTER + 8 <= width;

export interface KernelFigureProps {
  readonly axis: Axis;
  readonly entries: readonly Gigabyte[];
  readonly maps: readonly Described[];
  readonly regions: {
    readonly directMap: { readonly base: string; readonly pgd: number };
    readonly memoryMap: { readonly base: string; readonly pgd: number };
  };
  readonly partition: string;
  readonly width: number;
  readonly chosen: string | null;
  readonly describedBy: string;
  onChoose(block: string): void;
}

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly says: string;
  readonly block: string | null;
}

export function KernelFigure(props: KernelFigureProps) {
  const { axis, entries, maps, regions, width, chosen, onChoose } = props;
  const marks = useMemo(() => marksOf(axis, entries, maps), [axis, entries, maps]);
  const bands = useMemo(() => ribbons(axis, maps), [axis, maps]);
  const [cursor, setCursor] = useState<number | null>(null);
  const hatch = useId();
  const at = cursor === null ? undefined : marks[Math.min(cursor, marks.length - 1)];

  const onKeyDown = (event: KeyboardEvent) => {
    const now = cursor ?? -1;
    const to = {
      ArrowRight: now + 1,
      ArrowLeft: now - 1,
      ArrowDown: now < entries.length ? entries.length : now,
      ArrowUp: 0,
      Home: 0,
      End: marks.length - 1,
    }[event.key];
    if (event.key === "Enter" && at?.block) onChoose(at.block);
    else if (to === undefined) return;
    else setCursor(Math.max(0, Math.min(marks.length - 1, to)));
    event.preventDefault();
  };
  const fresh = entries.find(({ isNew, table }) => isNew && typeof table === "number");
  return (
    <>
      <section
        className={styles.figure}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is one tab stop with a cursor of its own.
        tabIndex={0}
        aria-label={words.figure(props.partition)}
        aria-describedby={props.describedBy}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
      >
        <svg height={Y.end} aria-hidden="true">
          <defs>
            <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse">
              <path d="M1 0V4" className={styles.hatch} />
            </pattern>
          </defs>
          <Bar y={Y.pgd} width={width} text={words.pgd(regions.directMap.pgd, regions.directMap.base)} />
          {entries.map((entry) => (
            <Entry key={entry.index} entry={entry} hatch={hatch} />
          ))}
          <Nodes axis={axis} />
          {axis.holes.map(({ x0, x1 }) => (
            <text key={x0} x={(x0 + x1) / 2} y={Y.block + 17} textAnchor="middle">
              {fits(words.hole, x1 - x0) ? words.hole : "…"}
            </text>
          ))}
          {bands.map(({ from, to, host, isNew }) => (
            <path
              key={`${from[0]} ${host}`}
              className={styles.ribbon}
              data-fresh={isNew}
              d={band(from[0], from[1], Y.map, to - 3, to + 3, Y.block + BLOCK_HEIGHT)}
            />
          ))}
          {axis.cells.map((cell) => {
            const [block] = cell.blocks;
            if (!block) return null;
            const label = String(block.number);
            return (
              // biome-ignore lint/a11y/noStaticElementInteractions: see above.
              <g key={block.key} onClick={() => onChoose(block.key)}>
                <rect
                  className={styles.block}
                  data-state={block.state}
                  data-chosen={block.key === chosen}
                  x={cell.x0 + 0.5}
                  y={Y.block}
                  width={Math.max(1, cell.x1 - cell.x0 - 1)}
                  height={BLOCK_HEIGHT}
                />
                {block.zone && (
                  <rect
                    x={cell.x0 + 1}
                    y={Y.block + BLOCK_HEIGHT - 4}
                    width={Math.max(1, cell.x1 - cell.x0 - 2)}
                    height={4}
                    fill={`var(--zone-${block.zone.toLowerCase()})`}
                  />
                )}
                {shows(axis, cell.x1 - cell.x0, block.number, label) && (
                  <text x={(cell.x0 + cell.x1) / 2} y={Y.block + 16} textAnchor="middle" className={styles.mono}>
                    {label}
                  </text>
                )}
              </g>
            );
          })}
          {bands.map(({ to, host, isNew, from }) => (
            <rect
              key={`${from[0]} ${host} at`}
              className={styles.sliver}
              data-fresh={isNew}
              x={to - 2}
              y={Y.block}
              width={4}
              height={BLOCK_HEIGHT - 4}
            />
          ))}
          <Dimms axis={axis} />
          {fresh && <Lead axis={axis} entry={fresh} />}
          {maps.map(({ cell, pfn, isNew }) => (
            <g key={cell.first}>
              <rect
                className={`${styles.map} ${isNew ? styles.fresh : ""}`}
                data-empty={pfn === null}
                x={cell.x0 + 1}
                y={Y.map}
                width={Math.max(1, cell.x1 - cell.x0 - 2)}
                height={ROW}
              />
              {shows(axis, cell.x1 - cell.x0, cell.blocks[0]?.number ?? 0, String(cell.blocks[0]?.number)) && (
                <text x={(cell.x0 + cell.x1) / 2} y={Y.map + 14} textAnchor="middle" className={styles.mono}>
                  {cell.blocks[0]?.number}
                </text>
              )}
            </g>
          ))}
          <Bar y={Y.maps} width={width} text={words.memmapPud} />
          <Bar y={Y.maps + 21} width={width} text={words.memmapPgd(regions.memoryMap.pgd, regions.memoryMap.base)} />
          {at && (
            <rect
              className={styles.cursor}
              x={at.x - 1}
              y={at.y - 1}
              width={at.width + 2}
              height={at.height + 2}
              rx={2}
            />
          )}
        </svg>
      </section>
      <p className="visually-hidden" role="status">
        {at?.says ?? ""}
      </p>
    </>
  );
}

/** Numbers of all blocks while there is room, else of every fourth, else none: the DIMMs' names stand below. */
function shows(axis: Axis, width: number, number: number, label: string): boolean {
  if (fits(label, width)) return true;
  return number % 4 === 0 && fits(label, width * Math.min(4, axis.cells.length));
}

function marksOf(axis: Axis, entries: readonly Gigabyte[], maps: readonly Described[]): Mark[] {
  const number = (pfn: number | "boot" | null) =>
    typeof pfn === "number" ? (hostOf(axis, pfn)?.number ?? null) : null;
  return [
    ...entries.map(
      ({ x0, x1, index, table, isNew }): Mark => ({
        x: x0,
        y: Y.pud,
        width: x1 - x0,
        height: table === null ? Y.pmd + PMD_HEIGHT - Y.pud : ROW,
        says: words.announcePud(index, table, number(table), isNew),
        block: typeof table === "number" ? (hostOf(axis, table)?.key ?? null) : null,
      }),
    ),
    ...maps.map(
      ({ cell, pfn, isNew }): Mark => ({
        x: cell.x0,
        y: Y.map,
        width: cell.x1 - cell.x0,
        height: ROW,
        says: words.announceMap(cell.blocks[0]?.number ?? 0, pfn, number(pfn), isNew),
        block: pfn === null ? null : (hostOf(axis, pfn)?.key ?? null),
      }),
    ),
  ];
}

function Bar({ y, width, text }: { readonly y: number; readonly width: number; readonly text: string }) {
  return (
    <g>
      <rect className={styles.table} x={0.5} y={y} width={Math.max(0, width - 1)} height={ROW - 1} />
      <text x={8} y={y + 14} className={styles.mono}>
        {fits(text, width) ? text : text.slice(0, Math.max(4, Math.floor(width / CHARACTER) - 2))}
      </text>
    </g>
  );
}

/** An entry of the PUD table: a gibibyte reaches down through all rows, or a table stands below it. */
function Entry({ entry, hatch }: { readonly entry: Gigabyte; readonly hatch: string }) {
  const { x0, x1, index, table, bytes, isNew } = entry;
  const width = Math.max(1, x1 - x0 - 1);
  const fresh = isNew ? styles.fresh : "";
  if (table === null) {
    const text = fits(words.gigabyte(index), width) ? words.gigabyte(index) : `[${index}]`;
    return (
      <g>
        <rect
          className={`${styles.whole} ${fresh}`}
          x={x0}
          y={Y.pud}
          width={width}
          height={Y.pmd + PMD_HEIGHT - Y.pud}
        />
        <text x={x0 + 6} y={Y.pud + 15} className={styles.mono}>
          {text}
        </text>
      </g>
    );
  }
  const name = words.table(index);
  const text = table === "boot" ? words.ends(bytes) : words.small(bytes);
  return (
    <g>
      <rect className={`${styles.table} ${fresh}`} x={x0} y={Y.pud} width={width} height={ROW - 1} />
      <text x={x0 + 6} y={Y.pud + 14} className={styles.mono}>
        {fits(name, width) ? name : `[${index}]`}
      </text>
      <rect x={x0} y={Y.pmd} width={width} height={PMD_HEIGHT} fill={`url(#${hatch})`} />
      <rect
        className={fresh}
        x={x0}
        y={Y.pmd}
        width={width}
        height={PMD_HEIGHT}
        fill="none"
        stroke={isNew ? undefined : "var(--edge)"}
      />
      {fits(text, width) && (
        <>
          <rect
            x={x0 + 6}
            y={Y.pmd + 8}
            width={text.length * CHARACTER + 6}
            height={18}
            fill="var(--panel)"
            opacity={0.92}
          />
          <text x={x0 + 9} y={Y.pmd + 21}>
            {text}
          </text>
        </>
      )}
    </g>
  );
}

/** From a table that the last operation made to the page that holds it. */
function Lead({ axis, entry }: { readonly axis: Axis; readonly entry: Gigabyte }) {
  const { table } = entry;
  const to = typeof table === "number" ? placeOf(axis, table) : undefined;
  const host = typeof table === "number" ? hostOf(axis, table) : undefined;
  if (to === undefined || !host || typeof table !== "number") return null;
  const from = (entry.x0 + entry.x1) / 2;
  const y = Y.node - 4;
  return (
    <path
      className={styles.lead}
      d={`M${from} ${Y.pmd + PMD_HEIGHT}V${y}H${to}V${Y.block}M${to - 4} ${Y.block - 5}L${to} ${Y.block}L${to + 4} ${Y.block - 5}`}
    />
  );
}

function Nodes({ axis }: { readonly axis: Axis }) {
  return runsBy(axis, (cell) => String(cell.blocks[0]?.nodes[0] ?? 0)).map(({ what, x0, x1 }) => (
    <text key={`${what} ${x0}`} x={(x0 + x1) / 2} y={Y.node + 14} textAnchor="middle">
      {fits(words.node(Number(what)), x1 - x0) ? words.node(Number(what)) : what}
    </text>
  ));
}

function Dimms({ axis }: { readonly axis: Axis }) {
  return runsBy(axis, (cell) => cell.blocks[0]?.dimm ?? words.onBoard).map(({ what, x0, x1 }) => (
    <text key={`${what} ${x0}`} x={(x0 + x1) / 2} y={Y.dimm} textAnchor="middle" className={styles.name}>
      {fits(what, x1 - x0) ? what : ""}
    </text>
  ));
}

function runsBy(axis: Axis, of: (cell: Axis["cells"][number]) => string) {
  const runs: { what: string; x0: number; x1: number }[] = [];
  for (const cell of axis.cells) {
    const what = of(cell);
    const last = runs.at(-1);
    if (last?.what === what && Math.abs(last.x1 - cell.x0) < 0.01) last.x1 = cell.x1;
    else runs.push({ what, x0: cell.x0, x1: cell.x1 });
  }
  return runs;
}

/** A ribbon between two horizontal stretches. */
function band(a0: number, a1: number, ya: number, b0: number, b1: number, yb: number): string {
  const middle = (ya + yb) / 2;
  return `M${a0} ${ya}C${a0} ${middle} ${b0} ${middle} ${b0} ${yb}H${b1}C${b1} ${middle} ${a1} ${middle} ${a1} ${ya}Z`;
}
