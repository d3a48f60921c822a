/** Ribbons from kinds to zones, as thick as what has moved. */
import type { MigrationState } from "../../engine/inspect/index.ts";
import { zoneToken } from "../kinds.ts";
import { textScale } from "../theme-values.ts";
import { layFlow, ribbonPath, type Target } from "./flow-shapes.ts";
import { useRoom } from "../use-room.ts";
import styles from "./migration.module.css";
import own from "./figures.module.css";
import { flowKey, type Kept } from "./filter.ts";
import { tokenOf } from "./palette.ts";
import { migrationStrings as words } from "./strings.ts";

/** Pixels where text has its usual size: two lines of a label, and the least thickness of a ribbon that has its figure on it. */
const LABEL = 40;
const FIGURE = 15;
const END = 5;

interface FlowFigureProps {
  readonly state: Pick<MigrationState, "flow" | "destinations" | "inUse" | "endedAt">;
  /** What belongs to the mark that was chosen; `null`: none was. */
  readonly kept: Kept | null;
  readonly target: string | null;
  /** The flow runs downwards: where there is no room beside it. */
  readonly down: boolean;
  /** How destinations are chosen, in a sentence. */
  readonly rule: string;
  onTarget(key: string): void;
}

export function FlowFigure({ state, kept, target, down, rule, onTarget }: FlowFigureProps) {
  const [room, { width, height }] = useRoom();
  const along = down ? height : width;
  const across = down ? width : height;
  const unit = textScale();
  const label = (down ? 116 : LABEL) * unit;
  const { targets, ribbons, more, edge } = layFlow(state, { along, across, label });
  const next = targets.find(({ role }) => role === "next");
  const running = targets.find(({ role }) => role === "now");
  const end = along - END * unit;
  return (
    <div className={styles.flowDrawing} data-down={down}>
      <div ref={room} className={own.ribbons}>
        <svg aria-hidden="true" width={width} height={height}>
          {ribbons.map(({ kind, target: to, from, to: into, pages }) => {
            const left = kept === null ? pages : (kept.flow.get(flowKey(kind, to)) ?? 0);
            const shape = { fill: `var(${tokenOf(kind)})` };
            return (
              <g key={`${kind} ${to}`}>
                <path
                  d={ribbonPath({ from, to: into }, end, down)}
                  className={own.ribbon}
                  data-dim={left < pages}
                  style={shape}
                  data-pages={pages}
                />
                {left > 0 && left < pages && (
                  <path
                    d={ribbonPath({ from: part(from, left / pages), to: part(into, left / pages) }, end, down)}
                    className={own.ribbon}
                    style={shape}
                    data-kept={left}
                  />
                )}
              </g>
            );
          })}
          {next && running && <path className={own.dashed} d={dashed(edge + 4, (next.y0 + next.y1) / 2, end, down)} />}
          {targets.map(({ key, zone, y0, y1 }) => (
            <rect
              key={key}
              {...(down
                ? { x: y0, y: end, width: y1 - y0, height: END * unit }
                : { x: end, y: y0, width: END * unit, height: y1 - y0 })}
              rx={1}
              fill={`var(${zoneToken(zone)})`}
            />
          ))}
        </svg>
        {ribbons.map(({ kind, target: to, from, pages }) =>
          !down && from[1] - from[0] >= FIGURE * unit ? (
            <span
              key={`${kind} ${to}`}
              className={own.ribbonFigure}
              style={{ insetBlockStart: (from[0] + from[1]) / 2 }}
              aria-hidden="true"
            >
              {words.pages(kept === null ? pages : (kept.flow.get(flowKey(kind, to)) ?? 0))}
            </span>
          ) : null,
        )}
      </div>
      <ul className={styles.targets}>
        {targets.map((one) => (
          <li key={one.key} style={down ? undefined : { insetBlockStart: one.labelAt }} data-role={one.role}>
            <button type="button" aria-pressed={target === one.key} onClick={() => onTarget(one.key)}>
              <i style={{ background: `var(${zoneToken(one.zone)})` }} aria-hidden="true" />
              <b>{words.where(one.node, one.zone)}</b>
            </button>
            <span>{detail(one, running)}</span>
          </li>
        ))}
      </ul>
      <p className={styles.note}>
        {rule}
        {more > 0 && ` ${words.moreZones(more)}`}
      </p>
    </div>
  );
}

/** The beginning of a stretch, at least as wide as can be seen. */
const part = ([from, to]: readonly [number, number], share: number): readonly [number, number] => [
  from,
  from + Math.max(1, (to - from) * share),
];

function detail(one: Target, running: Target | undefined): string {
  if (one.role === "next" && one.pages === 0) return words.next(running?.zone ?? "");
  const room =
    one.free === null
      ? words.target.gone
      : one.low !== null && one.free <= one.low
        ? words.low
        : words.target.free(one.free);
  return one.pages === 0 ? room : `${words.pages(one.pages)} · ${room}`;
}

function dashed(from: number, to: number, along: number, down: boolean): string {
  const at = (a: number, b: number) => (down ? `${b} ${a}` : `${a} ${b}`);
  return `M${at(0, from)}C${at(along / 2, from)} ${at(along / 2, to)} ${at(along, to)}`;
}
