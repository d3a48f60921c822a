/** What belongs to no mark: shared tables, nodes, DIMMs, holes, and the line from a new table to its page. */
import { type Axis, hostOf, placeOf } from "./axis.ts";
import type { Mark } from "./marks.ts";
import styles from "./page-tables.module.css";
import type { RowPlaces } from "./rows.ts";
import { pageTableStrings as words } from "./strings.ts";

/** A character takes about so many pixels. */
const CHARACTER = 7;
const fits = (text: string, width: number): boolean => text.length * CHARACTER + 8 <= width;

interface BarProps {
  readonly y: number;
  readonly width: number;
  readonly text: string;
}

export function Bar({ y, width, text }: BarProps) {
  return (
    <g>
      <rect className={styles.table} x={0.5} y={y} width={Math.max(0, width - 1)} height={19} />
      <text x={8} y={y + 14} className={styles.mono}>
        {fits(text, width) ? text : text.slice(0, Math.max(4, Math.floor(width / CHARACTER) - 2))}
      </text>
    </g>
  );
}

/** From a table that the last operation made to the page that holds it; nothing while that is out of sight. */
export function Lead({
  axis,
  marks,
  places,
}: {
  readonly axis: Axis;
  readonly marks: readonly Mark[];
  readonly places: RowPlaces;
}) {
  const mark = marks.find(({ row, fresh, what, host }) => row === "pud" && fresh && what === "table" && host !== null);
  if (!mark || mark.host === null) return null;
  const to = placeOf(axis, mark.host);
  const host = hostOf(axis, mark.host);
  if (to === undefined || !host || to < 0 || to > axis.width) return null;
  const from = (mark.x0 + mark.x1) / 2;
  const y = places.lead + 9;
  const text = words.tableLies(mark.host, host.number, host.dimm);
  const room = Math.abs(from - to);
  return (
    <g>
      <path
        className={styles.lead}
        d={`M${from} ${places.lead}V${y}H${to}V${places.physical}M${to - 4} ${places.physical - 5}L${to} ${places.physical}L${to + 4} ${places.physical - 5}`}
      />
      {fits(text, room) && (
        <>
          <rect
            className={styles.behind}
            x={(from + to - text.length * 6.4) / 2 - 6}
            y={y - 8}
            width={text.length * 6.4 + 12}
            height={16}
          />
          <text className={styles.leads} x={(from + to) / 2} y={y + 4} textAnchor="middle">
            {text}
          </text>
        </>
      )}
    </g>
  );
}

export function Holes({ axis, y }: { readonly axis: Axis; readonly y: number }) {
  return axis.holes.map(({ x0, x1 }) => (
    <text key={x0} x={(x0 + x1) / 2} y={y + 17} textAnchor="middle">
      {fits(words.hole, x1 - x0) ? words.hole : "…"}
    </text>
  ));
}

export function Nodes({ axis, y }: { readonly axis: Axis; readonly y: number }) {
  return runsBy(axis, (cell) => String(cell.blocks[0]?.nodes[0] ?? 0)).map(({ what, x0, x1 }) => {
    const text = fits(words.node(Number(what)), x1 - x0) ? words.node(Number(what)) : what;
    return (
      <g key={`${what} ${x0}`}>
        <rect className={styles.node} x={x0 + 0.5} y={y} width={Math.max(1, x1 - x0 - 1.5)} height={15} />
        {x1 - x0 > 12 && (
          <text x={(x0 + x1) / 2} y={y + 12} textAnchor="middle">
            {text}
          </text>
        )}
      </g>
    );
  });
}

export function Dimms({ axis, y }: { readonly axis: Axis; readonly y: number }) {
  return runsBy(axis, (cell) => cell.blocks[0]?.dimm ?? words.onBoard)
    .filter(({ what, x0, x1 }) => fits(what, x1 - x0))
    .map(({ what, x0, x1 }) => (
      <text key={`${what} ${x0}`} x={(x0 + x1) / 2} y={y} textAnchor="middle" className={styles.name}>
        {what}
      </text>
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
