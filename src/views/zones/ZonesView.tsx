/** The zones of the selected node: where they lie, how full they are, what is free in which sizes, what they accept. */
import { useWordChanges } from "../../client/language/react.ts";
import { memo, useCallback, useDeferredValue, useEffect, useId, useRef, useState } from "react";
import { usePlaygroundState, useRecord } from "../../client/react.tsx";
import type { PlaygroundState } from "../../client/playground.ts";
import type { BlockRecord, ZoneRecord } from "../../protocol/records.ts";
import { zoneToken } from "../kinds.ts";
import { textScale } from "../theme-values.ts";
import { useSlowState } from "../use-slow-state.ts";
import { createSpanFigure } from "./span-figure.ts";
import { zoneStrings as words } from "./strings.ts";
import { ZoneNumbers } from "./ZoneNumbers.tsx";
import { createZoneFigure } from "./zone-figure.ts";
import { populated } from "./zone-shapes.ts";
import styles from "./zones.module.css";

/** Often enough to be seen moving, seldom enough to be read. */
const REFRESH_MS = 250;

interface NodeZones {
  /** Simulated time of what is shown. */
  readonly at: number;
  readonly zones: readonly ZoneRecord[];
  readonly blocks: readonly BlockRecord[];
}

function zonesOf({ records, now: at }: PlaygroundState, key: string | null): NodeZones {
  const node = key === null ? undefined : records.node[key];
  return {
    at,
    zones: populated((node?.zones ?? []).flatMap((zone) => records.zone[zone] ?? [])),
    blocks: (node?.blocks ?? []).flatMap((block) => records.block[block] ?? []),
  };
}

export function ZonesView({ onDepth }: { readonly onDepth?: () => void }) {
  // Figures are painted with their words: others are made for others.
  const changes = useWordChanges();
  // Another node's zones are all made anew: beside what else shows the selection, not in the same frame.
  const key = useDeferredValue(usePlaygroundState((state) => state.selection.node));
  const status = usePlaygroundState((state) => state.status);
  const node = useRecord("node", key);
  const now = useSlowState(
    useCallback((state: PlaygroundState) => zonesOf(state, key), [key]),
    REFRESH_MS,
    Object.is,
    true,
  );
  const [zones, blocks] = [useKept(now.zones), useKept(now.blocks)];
  const [room, size] = useRoom();
  const title = useId();
  return (
    <section className={styles.panel} aria-labelledby={title} data-at={now.at}>
      <header className={styles.head}>
        <h2 id={title}>{words.title}</h2>
        {node && <span>{words.node(node.partition, node.id)}</span>}
        {onDepth && (
          <button type="button" className={styles.depth} onClick={onDepth}>
            {words.depth}
          </button>
        )}
      </header>
      <div className={styles.scroll}>
        <div ref={room}>
          {zones.length === 0 ? (
            <p className={styles.empty}>
              {status === "starting" ? words.starting : node ? words.noZones : words.noNode}
            </p>
          ) : (
            <>
              <Spans key={changes} zones={zones} blocks={blocks} size={size} />
              {zones.map((zone) => (
                <Zone key={`${zone.key} ${changes}`} zone={zone} size={size} />
              ))}
            </>
          )}
        </div>
      </div>
    </section>
  );
}

const Spans = memo(function Spans({ zones, blocks, size }: Omit<NodeZones, "at"> & { readonly size: RoomSize }) {
  const svg = useRef<SVGSVGElement>(null);
  const figure = useFigure(svg, createSpanFigure);
  useEffect(() => figure.current?.update(zones, blocks, size.width, size.scale), [figure, zones, blocks, size]);
  return <svg ref={svg} className={styles.spans} role="img" aria-label={words.spanLabel} />;
});

const Zone = memo(function Zone({ zone, size }: { readonly zone: ZoneRecord; readonly size: RoomSize }) {
  const svg = useRef<SVGSVGElement>(null);
  const figure = useFigure(svg, createZoneFigure);
  useEffect(() => figure.current?.update(zone, size.width, size.scale), [figure, zone, size]);
  return (
    <section className={styles.zone} aria-label={zone.zone}>
      <div className={styles.zoneHead}>
        <h3>
          <i style={{ background: `var(${zoneToken(zone.zone)})` }} />
          {zone.zone}
        </h3>
        <span className="figures">{words.sum(zone.managed, zone.free)}</span>
      </div>
      <svg ref={svg} role="img" aria-label={words.barLabel(zone.zone, zone.managed, zone.free)} />
      <p className={styles.accepts}>{words.accepts(zone.zone)}</p>
      <ZoneNumbers zone={zone} />
    </section>
  );
});

/** The last list as long as the next has the same in it. */
function useKept<T>(list: readonly T[]): readonly T[] {
  const kept = useRef(list);
  if (list.length !== kept.current.length || list.some((one, i) => one !== kept.current[i])) kept.current = list;
  return kept.current;
}

/** A D3 closure that lives as long as its SVG. */
function useFigure<F extends { destroy(): void }>(
  svg: { readonly current: SVGSVGElement | null },
  create: (svg: SVGSVGElement) => F,
) {
  const figure = useRef<F | null>(null);
  useEffect(() => {
    if (!svg.current) return;
    const made = create(svg.current);
    figure.current = made;
    return () => {
      figure.current = null;
      made.destroy();
    };
  }, [svg, create]);
  return figure;
}

interface RoomSize {
  /** CSS pixels. */
  readonly width: number;
  /** How much larger text is than on a desk. */
  readonly scale: number;
}

function useRoom() {
  const room = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<RoomSize>({ width: 320, scale: 1 });
  useEffect(() => {
    if (!room.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const width = Math.floor(entry.contentRect.width);
      // Text that grows makes the room higher, so this is asked again then.
      const scale = textScale();
      setSize((last) => (last.width === width && last.scale === scale ? last : { width, scale }));
    });
    observer.observe(room.current);
    return () => observer.disconnect();
  }, []);
  return [room, size] as const;
}
