/**
 * The zones of a node in depth: what is free in which lists, what the marks set off, what each pageblock is for, and where
 * an allocation would go. All of it is one instant's (`data-at`), as the frame brought it.
 */
import { machineWords } from "../../client/machine-words.ts";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { PlaygroundState } from "../../client/playground.ts";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import type { Ask } from "../../engine/inspect/index.ts";
import type { Looked } from "../../protocol/messages.ts";
import { ShowChanges, Since } from "../changes/ShowChanges.tsx";
import { changeStrings } from "../changes/strings.ts";
import { useEarlier } from "../changes/use-earlier.ts";
import { zoneToken } from "../kinds.ts";
import { FreeLists } from "./FreeLists.tsx";
import { Marks, Protection } from "./Marks.tsx";
import { PageblockMap } from "./PageblockMap.tsx";
import { zoneDepthStrings as words } from "./strings.ts";
import { WhereTo } from "./WhereTo.tsx";
import frame from "../frame.module.css";
import styles from "./zones-in-depth.module.css";
import { PAGE_SIZE } from "../../engine/units.ts";
import { useSecond } from "../use-second.ts";
import { useTwin } from "../use-twin.ts";
import { beforeOf, type ZoneChanges, zoneChanges } from "./zone-changes.ts";

type ZonesLook = Extract<Looked, { of: "zones" }>;

export function ZonesInDepthView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const key = usePlaygroundState(shownNode);
  const status = usePlaygroundState((state) => state.status);
  const node = useRecord("node", key);
  const partition = useRecord("partition", node?.partition);
  const nodes = usePlaygroundState(
    useShallow(({ records }) => Object.values(records.node).filter((one) => one.partition === node?.partition)),
  );
  const [asked, setAsked] = useState<Omit<Ask, "node"> & { readonly node: number | null }>({
    asker: "movable",
    order: 0,
    node: null,
    policy: "default",
  });
  const [zoneName, setZoneName] = useState<string | null>(null);
  const both = useTwin();
  const { asTable } = both;
  const earlier = useEarlier();
  const title = useId();
  const id = node?.id ?? null;
  // Who asks is on the node that is shown, until somebody says otherwise.
  const ask = useMemo<Ask | null>(() => (id === null ? null : { ...asked, node: asked.node ?? id }), [asked, id]);
  const partitionKey = node?.partition ?? null;

  useEffect(() => {
    playground.look(
      partitionKey === null || id === null || ask === null
        ? null
        : { of: "zones", partition: partitionKey, node: id, ask },
    );
    return () => playground.look(null);
  }, [playground, partitionKey, id, ask]);
  // Another partition has other nodes.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another partition is all that this waits for.
  useEffect(() => setAsked((before) => ({ ...before, node: null })), [partitionKey]);

  const { look, at, isOld } = useZones(partitionKey, id);
  const second = useSecond(look !== null);
  const zones = look?.zones ?? [];
  const zone = zones.find((one) => one.zone === zoneName) ?? zones.at(-1);
  const moment = words.at(at);
  const zonesThen = earlier?.partitions.get(partitionKey ?? "")?.zones.get(id ?? -1) ?? null;
  const before = zone && zonesThen ? beforeOf(zone, zonesThen) : null;
  const blockPages = (partition?.blockBytes ?? 0) / PAGE_SIZE;
  const choose = (pfn: number) => playground.select({ block: `${partitionKey}:${Math.floor(pfn / blockPages)}`, pfn });
  const show = (to: number, name: string) => {
    setZoneName(name);
    if (to !== id) playground.select({ node: `${partitionKey}/${to}` });
    // The question stays the one of the node that it was asked about.
    setAsked((before) => ({ ...before, node: before.node ?? id }));
  };
  return (
    <section
      className={`${frame.panel} ${styles.panel}`}
      aria-labelledby={title}
      data-at={look ? at : ""}
      aria-busy={isOld}
      onKeyDown={both.onKeyDown}
    >
      <header className={`${frame.head} ${styles.head}`}>
        {tabs}
        <h2 id={title} className={tabs ? "visually-hidden" : undefined}>
          {words.title}
        </h2>
        {partition && <span className={frame.of}>{words.of(machineWords.partition(partition.name))}</span>}
        {node && (
          <select
            aria-label={words.chooseNode}
            value={node.key}
            onChange={({ target }) => playground.select({ node: target.value })}
          >
            {nodes.map((one) => (
              <option key={one.key} value={one.key}>
                {words.node(one.id, one.hasMemory)}
              </option>
            ))}
          </select>
        )}
        {zone && (
          <fieldset className={styles.zones} aria-label={words.chooseZone}>
            {zones.map((one) => (
              <button key={one.zone} type="button" aria-pressed={one === zone} onClick={() => setZoneName(one.zone)}>
                <i style={{ background: `var(${zoneToken(one.zone)})` }} aria-hidden="true" />
                {one.zone}
              </button>
            ))}
          </fieldset>
        )}
        <span className={frame.tools}>
          <ShowChanges />
          <button {...both.button} className={frame.button}>
            {asTable ? words.picture : words.twin}
          </button>
        </span>
      </header>
      <section className={styles.body} aria-label={words.scroller}>
        {earlier && look && (
          <Since earlier={earlier} parts={zonesThen && inWords(zoneChanges(zone, zonesThen, zones))} />
        )}
        {!look || ask === null || !partition ? (
          <p className={styles.hint}>{status === "starting" ? words.starting : node ? words.waiting : words.noNode}</p>
        ) : (
          <div className={styles.columns} data-coming={second ? undefined : ""}>
            {zone ? (
              <div className={styles.zone}>
                <FreeLists zone={zone} at={moment} before={before} />
                <PageblockMap
                  zone={zone}
                  at={moment}
                  blockPages={blockPages}
                  asTable={asTable}
                  before={before}
                  target={look.placement?.found?.pfn ?? null}
                  onChoose={choose}
                />
                <div className={styles.pair} data-table={asTable}>
                  <Marks zone={zone} at={moment} asTable={asTable} before={before} />
                  <Protection zone={zone} before={before} />
                </div>
              </div>
            ) : (
              <p className={styles.hint}>{words.noZones(look.node)}</p>
            )}
            {second && (
              <WhereTo
                ask={ask}
                placement={isOld ? null : look.placement}
                gone={!isOld && look.placement === null}
                nodes={nodes.filter((one) => one.online).map((one) => one.id)}
                blockPages={blockPages}
                at={moment}
                asTable={asTable}
                onAsk={setAsked}
                onChoose={choose}
                onZone={show}
              />
            )}
          </div>
        )}
      </section>
    </section>
  );
}

function inWords({ came, gone, free, managed, pageblocks }: ZoneChanges): readonly string[] {
  const { changes } = words;
  return [
    ...came.map(changes.came),
    ...gone.map(changes.gone),
    ...(managed === 0 ? [] : [changes.managed(changeStrings.by(managed))]),
    ...(free === 0 ? [] : [changes.free(changeStrings.by(free))]),
    ...(pageblocks === 0 ? [] : [changes.types(pageblocks)]),
  ];
}

/** The node that is selected, else the first that has memory: there is always something to see. */
function shownNode({ selection, records }: PlaygroundState): string | null {
  if (selection.node !== null) return selection.node;
  const all = Object.values(records.node);
  return (all.find((one) => one.hasMemory) ?? all[0])?.key ?? null;
}

/** What the last frame brought of a node; while another question is on its way, what it brought before. */
function useZones(
  partition: string | null,
  node: number | null,
): { readonly look: ZonesLook | null; readonly at: number; readonly isOld: boolean } {
  const looked = usePlaygroundState((state) => state.looked);
  const last = useRef<{ readonly look: ZonesLook; readonly at: number } | null>(null);
  if (looked?.look.of === "zones") last.current = { look: looked.look, at: looked.at };
  const { current } = last;
  if (!current || current.look.partition !== partition || current.look.node !== node)
    return { look: null, at: 0, isOld: false };
  return { ...current, isOld: looked?.look.of !== "zones" };
}
