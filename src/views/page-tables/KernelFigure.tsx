/**
 * Direct mapping above, memory map below one physical axis; on a phone left and right of it. One tab stop: arrow keys go from mark
 * to mark; wheel, pinch, + and − go nearer, drag goes along.
 */
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import type { Selection } from "../../client/playground.ts";
import { type Axis, isWhole, type KernelLook, placeOf } from "./axis.ts";
import type { Mark } from "./mark.ts";
import { markTo } from "./marks.ts";
import { type Ribbon, ribbons } from "./memory-map-marks.ts";
import { Bar, Dimms, Holes, Lead, leadOf, Nodes } from "./Lines.tsx";
import styles from "./page-tables.module.css";
import { layRows, type RowPlaces } from "./rows.ts";
import { pageTableStrings as words } from "./strings.ts";
import { type Moves, useMoves } from "./use-moves.ts";
import { Downward, TURNED, Word } from "./Word.tsx";

export interface KernelFigureProps extends Moves {
  readonly axis: Axis;
  readonly marks: readonly Mark[];
  readonly regions: KernelLook["regions"];
  readonly partition: string;
  /** Of the names of the rows, before the axis begins. */
  readonly gutter: number;
  /** The axis runs downward. */
  readonly down: boolean;
  readonly chosen: Pick<Selection, "block" | "pfn">;
  /** Marks that differ from a chosen moment; none while nothing is compared. */
  readonly changed: (mark: Mark) => boolean;
  /** Pages of tables that have just been freed. */
  readonly freed: readonly number[];
  readonly describedBy: string;
  onSelect(selection: Partial<Selection>): void;
  onInto(mark: Mark): void;
  /** False when there is nothing to go out of. */
  onOut(): boolean;
}

export function KernelFigure(props: KernelFigureProps) {
  const { axis, marks, regions, gutter, down, chosen, onSelect, onInto, onOut } = props;
  const { width } = axis;
  const bands = useMemo(() => ribbons(axis, marks), [axis, marks]);
  const places = layRows(regions.levels, down);
  const [cursor, setCursor] = useState<string | null>(null);
  /** What is under the pointer and lies in a page of its own. */
  const [pointed, setPointed] = useState<string | null>(null);
  const under = marks.find(({ key }) => key === pointed);
  const hatch = useId();
  const figure = useRef<HTMLElement>(null);
  const { moved, ...handlers } = useMoves(figure, gutter, down, props);
  const index = marks.findIndex(({ key }) => key === cursor);
  const at = marks[index];
  // The cursor is on something that there is; nearer or farther, it is what stands over the same frame.
  useEffect(() => {
    if (cursor !== null && index < 0) setCursor(null);
  }, [cursor, index]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const middle = at ? (at.x0 + at.x1) / 2 : width / 2;
    if (event.key === "Enter" && at) {
      if (at.select) onSelect(at.select);
      onInto(at);
    } else if (event.key === "Escape") {
      if (!onOut()) return;
    } else if (event.key === "+" || event.key === "=") props.onZoom(2, middle);
    else if (event.key === "-") props.onZoom(1 / 2, middle);
    else if (event.key === "Home") props.onWhole();
    else {
      const to = markTo(marks, index < 0 ? null : index, down ? turned(event.key) : event.key);
      if (to === null) return;
      setCursor(marks[to]?.key ?? null);
    }
    event.preventDefault();
  };
  const markUnder = (event: MouseEvent): Mark | undefined => {
    const key = (event.target as Element).closest<SVGElement>("[data-mark]")?.dataset.mark;
    return marks.find((one) => one.key === key);
  };
  return (
    <>
      <section
        ref={figure}
        className={styles.figure}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is one tab stop with a cursor of its own.
        tabIndex={0}
        aria-label={words.figure(props.partition)}
        aria-describedby={props.describedBy}
        data-down={down || undefined}
        data-near={!isWhole(axis.sight) || undefined}
        onKeyDown={onKeyDown}
        onBlur={() => setCursor(null)}
        {...handlers}
      >
        <svg
          {...(down
            ? { width: places.end, height: width + gutter, viewBox: `0 ${-gutter} ${places.end} ${width + gutter}` }
            : { height: places.end, viewBox: `${-gutter} 0 ${width + gutter} ${places.end}` })}
          preserveAspectRatio="none"
          aria-hidden="true"
          onClick={(event) => {
            const mark = moved() ? undefined : markUnder(event);
            if (mark) setCursor(mark.key);
            if (mark?.select) onSelect(mark.select);
          }}
          onPointerOver={(event) => setPointed(markUnder(event)?.key ?? null)}
          onPointerLeave={() => setPointed(null)}
          onDoubleClick={(event) => {
            const mark = markUnder(event);
            if (mark) onInto(mark);
          }}
        >
          <defs>
            <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse">
              <path d="M1 0V4" className={styles.hatch} />
            </pattern>
          </defs>
          <Downward value={down}>
            <g transform={down ? TURNED : undefined}>
              {gutter > 0 && (
                <Names
                  places={places}
                  levels={regions.levels}
                  gutter={gutter}
                  byPage={marks.some(({ row, first, end }) => row === "map" && end - first === 64)}
                />
              )}
              <Nodes axis={axis} y={places.node} />
              <Holes axis={axis} places={places} />
              <Bands bands={bands} places={places} />
              {marks.map((mark) => (
                <MarkShape
                  key={mark.key}
                  mark={mark}
                  places={places}
                  hatch={hatch}
                  below={
                    mark.row === "pud" && !marks.some(({ row, x0 }) => row === "pmd" && x0 >= mark.x0 && x0 < mark.x1)
                  }
                  chosen={isChosen(mark, chosen)}
                />
              ))}
              <Slivers bands={bands} places={places} />
              <Feet marks={marks.filter(props.changed)} places={places} />
              {props.freed.map((pfn) => {
                const x = placeOf(axis, pfn);
                if (x === undefined || x < 0 || x > width) return null;
                return <rect key={pfn} className={styles.freed} x={x - 4} y={places.physical} width={8} height={20} />;
              })}
              <Dimms axis={axis} y={places.dimm} />
              <Lead axis={axis} marks={marks} places={places} active={under ?? at} />
              <Bar y={places.maps} height={places.bar - 2} width={width} text={words.memmapPud} />
              <Bar
                y={places.maps + places.bar}
                height={places.bar - 2}
                width={width}
                text={words.memmapPgd(regions.memoryMap.pgd, regions.memoryMap.base)}
              />
              {at && (
                <rect
                  className={styles.cursor}
                  x={at.x0 - 1}
                  y={places[at.row] - 1}
                  width={Math.max(2, at.x1 - at.x0) + 2}
                  height={heightOf(at, places) + 2}
                  rx={2}
                />
              )}
            </g>
          </Downward>
        </svg>
      </section>
      {down && <p className={styles.lies}>{leadOf(axis, marks, under ?? at)?.text ?? ""}</p>}
      <p className="visually-hidden" role="status">
        {at?.says ?? ""}
      </p>
    </>
  );
}

/** Along the axis is down, and from row to row is across. */
const turned = (key: string): string =>
  ({ ArrowDown: "ArrowRight", ArrowUp: "ArrowLeft", ArrowRight: "ArrowDown", ArrowLeft: "ArrowUp" })[key] ?? key;

const isChosen = ({ row, first, end, block }: Mark, chosen: Pick<Selection, "block" | "pfn">): boolean =>
  row === "physical" &&
  block?.key === chosen.block &&
  (end - first > 1 || chosen.pfn === first) &&
  (end - first >= (block?.pages ?? 0) || (chosen.pfn !== null && chosen.pfn >= first && chosen.pfn < end));

/** An entry that maps by itself reaches down through all rows, because there is no table below it. */
const heightOf = ({ row, what }: Mark, places: RowPlaces): number =>
  what === "whole" ? places.pte + places.height.pte - places.pud : places.height[row];

interface MarkShapeProps {
  readonly mark: Mark;
  readonly places: RowPlaces;
  readonly hatch: string;
  /** Nothing is drawn below it entry by entry: all of it is drawn as one. */
  readonly below: boolean;
  readonly chosen: boolean;
}

function MarkShape({ mark, places, hatch, below, chosen }: MarkShapeProps) {
  const { row, what, x0, x1, label, fresh, block } = mark;
  const y = places[row];
  const height = heightOf(mark, places);
  const width = Math.max(1, x1 - x0 - (row === "physical" || row === "map" ? 1 : 0.5));
  const centred = row === "physical" || row === "map" || row === "pte";
  return (
    <g data-mark={mark.key}>
      <rect
        className={`${styles[what]} ${fresh ? styles.fresh : ""}`}
        data-state={row === "physical" ? block?.state : undefined}
        data-chosen={chosen || undefined}
        x={x0 + 0.5}
        y={y + 0.5}
        width={width}
        height={height - 1}
      />
      {row === "physical" && block?.zone && (
        <rect
          x={x0 + 1}
          y={y + height - 4}
          width={Math.max(1, width - 1)}
          height={4}
          fill={`var(--zone-${block.zone.toLowerCase()})`}
        />
      )}
      {row === "pud" && what === "table" && below && (
        <>
          <rect
            className={fresh ? styles.fresh : styles.plain}
            x={x0 + 0.5}
            y={places.pmd + 0.5}
            width={width}
            height={places.pte + places.height.pte - places.pmd - 1}
            fill={`url(#${hatch})`}
          />
          <Told text={mark.below ?? ""} x={x0 + 5} y={places.pmd + 10} room={width} />
        </>
      )}
      {label !== "" && (
        <Word
          x0={x0}
          x1={x1}
          y={y}
          // The zone's bar is left free.
          height={row === "physical" ? height - 4 : height}
          anchor={centred ? "middle" : "start"}
          className={styles.mono}
        >
          {label}
        </Word>
      )}
    </g>
  );
}

/** Words on a pattern, where they fit. */
function Told({
  text,
  x,
  y,
  room,
}: {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly room: number;
}) {
  const width = text.length * 7;
  if (text === "" || width + 12 > room) return null;
  return (
    <>
      <rect className={styles.behind} x={x} y={y} width={width + 4} height={18} />
      <Word x0={x - 3} x1={x + width} y={y} height={18} anchor="start" along>
        {text}
      </Word>
    </>
  );
}

interface NamesProps {
  readonly places: RowPlaces;
  readonly levels: 4 | 5;
  /** Struct pages are told page by page. */
  readonly byPage: boolean;
  readonly gutter: number;
}

function Names({ places, levels, byPage, gutter }: NamesProps) {
  const { down, height } = places;
  // The row of the uppermost tables is named by what all of them are.
  const rows = (["pgd", "p4d", "pud", "pmd", "pte", "map"] as const).filter(
    (row) => (row !== "p4d" || levels === 5) && (row !== "pgd" || down),
  );
  // Beside the rows; or above the columns, what belongs together on a line of its own.
  const own = down
    ? ({ x0: -gutter / 2, x1: -2, anchor: "middle" } as const)
    : ({ x0: -gutter, x1: -10, anchor: "end" } as const);
  const all = down ? { ...own, x0: -gutter, x1: -gutter / 2 } : own;
  return (
    <g>
      <Word className={styles.name} {...all} y={places.pgd} height={down ? places.lead : height.pgd}>
        {words.directMap}
      </Word>
      {rows.map((row) => (
        <Word key={row} className={styles.mono} {...own} y={places[row]} height={height[row]}>
          {row === "map" && byPage ? words.rows.page : words.rows[row]}
        </Word>
      ))}
      <Word className={styles.name} {...all} y={places.physical} height={height.physical - 4}>
        {words.rows.physical}
      </Word>
      <Word
        className={styles.name}
        {...all}
        y={down ? places.map : places.maps + places.bar}
        height={down ? places.end - places.map : places.bar - 2}
      >
        {words.memoryMap}
      </Word>
    </g>
  );
}

interface BandsProps {
  readonly bands: readonly Ribbon[];
  readonly places: RowPlaces;
}

/** Outlines of ribbons, those that an operation made apart: one mark for each, however many there are. */
const byAge = (bands: readonly Ribbon[], outline: (one: Ribbon) => string) =>
  [false, true].flatMap((fresh) => {
    const d = bands.filter((one) => one.fresh === fresh).map(outline);
    return d.length > 0 ? [{ fresh, d: d.join("") }] : [];
  });

/** From the struct pages of neighbours to the pages that hold them. */
function Bands({ bands, places }: BandsProps) {
  const [a, b] = [places.map, places.physical + places.height.physical];
  const middle = (a + b) / 2;
  const outline = ({ from: [x0, x1], to }: Ribbon) =>
    `M${x0} ${a}C${x0} ${middle} ${to - 3} ${middle} ${to - 3} ${b}H${to + 3}C${to + 3} ${middle} ${x1} ${middle} ${x1} ${a}Z`;
  return (
    <>
      {byAge(bands, outline).map(({ fresh, d }) => (
        <path key={String(fresh)} className={styles.ribbon} data-fresh={fresh} d={d} />
      ))}
      {bands.map(({ from, host, fresh, count }) => {
        const text = fresh ? words.chunks(count, host.number) : words.structsOf(host.nodes, host.number);
        if (text.length * 6.4 >= from[1] - from[0]) return null;
        return (
          <Word key={`${from[0]} ${host.key}`} x0={from[0]} x1={from[1]} y={a - 17} height={14} along>
            {text}
          </Word>
        );
      })}
    </>
  );
}

/** What differs from a chosen moment stands on a foot: one mark for all of them. */
function Feet({ marks, places }: { readonly marks: readonly Mark[]; readonly places: RowPlaces }) {
  if (marks.length === 0) return null;
  const d = marks.map((mark) => {
    const { x0, x1, row } = mark;
    return `M${x0 + 0.5} ${places[row] + heightOf(mark, places) - 3}h${Math.max(1, x1 - x0 - 0.5)}v3H${x0 + 0.5}Z`;
  });
  return <path className={styles.foot} data-feet={marks.length} d={d.join("")} />;
}

/** Where the struct pages lie. */
function Slivers({ bands, places }: BandsProps) {
  const outline = ({ to }: Ribbon) => `M${to - 2} ${places.physical}h4v${places.height.physical - 4}h-4Z`;
  return byAge(bands, outline).map(({ fresh, d }) => (
    <path key={String(fresh)} className={styles.sliver} data-fresh={fresh} d={d} />
  ));
}
