/** What belongs to no mark: shared tables, nodes, DIMMs, holes, and the line from a new table to its page. */
import { type Axis, hostOf, placeOf } from "./axis.ts";
import { PUD_ENTRY_PAGES } from "../../engine/units.ts";
import type { Mark } from "./mark.ts";
import styles from "./page-tables.module.css";
import type { RowPlaces } from "./rows.ts";
import { pageTableStrings as words } from "./strings.ts";
import { Word } from "./Word.tsx";

/** A character takes about so many pixels. */
const CHARACTER = 7;
const fits = (text: string, width: number): boolean => text.length * CHARACTER + 8 <= width;

interface BarProps {
  readonly y: number;
  readonly height: number;
  readonly width: number;
  readonly text: string;
}

export function Bar({ y, height, width, text }: BarProps) {
  return (
    <g>
      <rect className={styles.table} x={0.5} y={y} width={Math.max(0, width - 1)} height={height} />
      <Word x0={2} x1={width} y={y} height={height} anchor="start" along className={styles.mono}>
        {fits(text, width) ? text : text.slice(0, Math.max(4, Math.floor(width / CHARACTER) - 2))}
      </Word>
    </g>
  );
}

interface LeadProps {
  readonly axis: Axis;
  readonly marks: readonly Mark[];
  readonly places: RowPlaces;
  /** The mark under the pointer or the cursor. */
  readonly active: Mark | undefined;
}

/** What the lead is from, where it leads to, and what that says. */
export function leadOf(
  axis: Axis,
  marks: readonly Mark[],
  active: Mark | undefined,
): { readonly mark: Mark; readonly to: number; readonly text: string } | null {
  const mark =
    active && active.host !== null && active.row !== "pte"
      ? active
      : marks.find(({ row, fresh, what, host }) => row === "pud" && fresh && what === "table" && host !== null);
  if (!mark || mark.host === null) return null;
  const to = placeOf(axis, mark.host);
  const host = hostOf(axis, mark.host);
  if (to === undefined || !host || to < 0 || to > axis.width) return null;
  const lies = mark.row === "map" ? words.mapLies : words.tableLies;
  return { mark, to, text: lies(mark.host, host.number, host.dimm) };
}

/**
 * From a table, or from struct pages, to the page that holds them: of the mark under the pointer or the cursor, else of the
 * table that the last operation made. Nothing while that page is out of sight.
 */
export function Lead({ axis, marks, places, active }: LeadProps) {
  const lead = leadOf(axis, marks, active);
  if (!lead) return null;
  const { mark, to, text } = lead;
  const from = (mark.x0 + mark.x1) / 2;
  const isMap = mark.row === "map";
  // From above, or from below: past the DIMMs' names.
  const [begin, y, end, tip] = isMap
    ? [places.map, (places.dimm + places.map) / 2 - 2, places.physical + places.height.physical, 5]
    : [places.lead, places.lead + Math.min(9, (places.node - places.lead) / 2), places.physical, -5];
  const room = Math.abs(from - to);
  return (
    <g data-lead={mark.key}>
      <path
        className={styles.lead}
        d={`M${from} ${begin}V${y}H${to}V${end}M${to - 4} ${end + tip}L${to} ${end}L${to + 4} ${end + tip}`}
      />
      {!places.down && fits(text, room) && (
        <>
          <rect
            className={styles.behind}
            x={(from + to - text.length * 6.4) / 2 - 6}
            y={y - 8}
            width={text.length * 6.4 + 12}
            height={16}
          />
          <Word className={styles.leads} x0={from} x1={to} y={y - 8} height={16}>
            {text}
          </Word>
        </>
      )}
    </g>
  );
}

/** Holes of the axis, folded: which entries are empty for them, where there is room to say so. */
export function Holes({ axis, places }: { readonly axis: Axis; readonly places: RowPlaces }) {
  return axis.holes.map(({ x0, x1, first, end }) => {
    const name = words.hole(Math.ceil(first / PUD_ENTRY_PAGES), Math.floor(end / PUD_ENTRY_PAGES) - 1);
    return (
      <g key={x0} className={styles.hole}>
        {name !== "" && fits(name, x1 - x0 + 8) && (
          <>
            <Word x0={x0} x1={x1} y={places.pud} height={places.height.pud}>
              {name}
            </Word>
            <Word x0={x0} x1={x1} y={places.pmd} height={places.height.pmd - 4}>
              {words.holeIs}
            </Word>
          </>
        )}
        <Word x0={x0} x1={x1} y={places.physical} height={places.height.physical - 4}>
          …
        </Word>
      </g>
    );
  });
}

export function Nodes({ axis, y }: { readonly axis: Axis; readonly y: number }) {
  return runsBy(axis, (cell) => String(cell.blocks[0]?.nodes[0] ?? 0)).map(({ what, x0, x1 }) => {
    const text = fits(words.node(Number(what)), x1 - x0) ? words.node(Number(what)) : what;
    return (
      <g key={`${what} ${x0}`}>
        <rect className={styles.node} x={x0 + 0.5} y={y} width={Math.max(1, x1 - x0 - 1.5)} height={15} />
        {x1 - x0 > 12 && (
          <Word x0={x0} x1={x1} y={y} height={15} along>
            {text}
          </Word>
        )}
      </g>
    );
  });
}

export function Dimms({ axis, y }: { readonly axis: Axis; readonly y: number }) {
  return runsBy(axis, (cell) => cell.blocks[0]?.dimm ?? words.onBoard)
    .filter(({ what, x0, x1 }) => fits(what, x1 - x0))
    .map(({ what, x0, x1 }) => (
      <Word key={`${what} ${x0}`} x0={x0} x1={x1} y={y} height={13} along className={styles.name}>
        {what}
      </Word>
    ));
}

/** Runs of cells, of which all that is in sight counts. */
function runsBy({ cells, width }: Axis, of: (cell: Axis["cells"][number]) => string) {
  const runs: { what: string; x0: number; x1: number }[] = [];
  for (const cell of cells) {
    const what = of(cell);
    const last = runs.at(-1);
    const [x0, x1] = [Math.max(0, cell.x0), Math.min(width, cell.x1)];
    if (x1 <= x0) continue;
    if (last?.what === what && Math.abs(last.x1 - x0) < 0.01) last.x1 = x1;
    else runs.push({ what, x0, x1 });
  }
  return runs;
}
