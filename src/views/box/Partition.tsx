/** A hardware partition, a server of its own, with its NUMA nodes and the memory soldered to their boards. */
import { machineWords } from "../../client/machine-words.ts";
import { useWordChanges } from "../../client/language/react.ts";
import { memo, useEffect, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import type { RecordTables } from "../../client/playground.ts";
import { formatBytes } from "../../engine/units.ts";
import styles from "./box.module.css";
import type { BlockSource } from "./cell-painter.ts";
import { useBox, useCarriage, useTabIndex } from "./context.ts";
import type { FloorPartition } from "./floor.ts";
import { ModuleFace } from "./Module.tsx";
import moduleStyles from "./module.module.css";
import { itemOf } from "./roving.ts";
import { Caption, Slot } from "./Slot.tsx";
import slotStyles from "./slot.module.css";
import { boxStrings } from "./strings.ts";
import { useDigest } from "./use-digest.ts";
import { largest, smallest } from "../../engine/lists.ts";

/** Nodes that are drawn in one display frame when a machine comes: one of sixteen takes longer to lay out than a frame has. */
const IN_A_FRAME = 2;

export const Partition = memo(function Partition({ partition }: { readonly partition: FloorPartition }) {
  useWordChanges();
  const {
    name: called = partition.key,
    kernel = "",
    stopped,
  } = usePlaygroundState(
    useShallow(({ records }) => {
      const record = records.partition[partition.key];
      return record && { name: record.name, kernel: record.kernel, stopped: record.stopped?.words };
    }),
  ) ?? {};
  const name = machineWords.partition(called);
  const slots = useCarriage(({ floor }) => floor.slots.filter((slot) => slot.partition === partition.key).length);
  const bays = slots + partition.nodes.length;
  const drawn = useByAndBy(partition.nodes.length);
  return (
    <li
      className={styles.partition}
      data-stopped={stopped}
      style={{ "--bays": bays, "--nodes": partition.nodes.length, flexGrow: bays } as React.CSSProperties}
    >
      <div className={styles.wall}>
        <header className={styles.partitionHead}>
          <span className={styles.up} aria-hidden="true" />
          <h3 title={name}>{name}</h3>
          <span className={styles.about} title={stopped}>
            {stopped ? boxStrings.partitionStopped : boxStrings.partitionUp(partition.nodes.length)}
          </span>
          <span className={styles.kernel}>{boxStrings.kernel(kernel)}</span>
        </header>
        <ul className={styles.nodes} aria-label={boxStrings.nodesOf(name)}>
          {partition.nodes.slice(0, drawn).map((node) => (
            <Node key={node} node={node} />
          ))}
          {partition.sharedSlots.length > 0 ? <SharedSlots slots={partition.sharedSlots} /> : null}
        </ul>
      </div>
    </li>
  );
});

/** How many of a machine's nodes are drawn: more with each display frame, and what was drawn stays. */
function useByAndBy(all: number): number {
  const [drawn, setDrawn] = useState(IN_A_FRAME);
  useEffect(() => {
    if (drawn < all) {
      const frame = requestAnimationFrame(() => setDrawn(drawn + IN_A_FRAME));
      return () => cancelAnimationFrame(frame);
    }
    // The next machine may be a large one again.
    setDrawn(Math.max(IN_A_FRAME, all));
    return undefined;
  }, [drawn, all]);
  return drawn;
}

const Node = memo(function Node({ node }: { readonly node: string }) {
  useWordChanges();
  const playground = usePlayground();
  const slots = usePlaygroundState(useShallow(({ records }) => records.node[node]?.slots ?? []));
  const about = usePlaygroundState(
    useShallow(({ records }) => {
      const record = records.node[node];
      if (!record) return undefined;
      return {
        id: record.id,
        cpus: record.cpus,
        memory: !record.online
          ? boxStrings.nodeOffline
          : record.hasMemory
            ? formatBytes(record.totalBytes)
            : boxStrings.noMemory,
        usedPercent: record.totalBytes === 0 ? 0 : Math.round((1 - record.freeBytes / record.totalBytes) * 100),
        onboard: record.onboardBytes,
      };
    }),
  );
  const distance = useDistance(node);
  const selected = usePlaygroundState(({ selection }) => selection.node === node);
  const receiving = useCarriage(({ carry, floor }) => {
    const over = carry.carrying?.over;
    return over != null && floor.slotByKey.get(over)?.node === node;
  });
  if (!about) return null;
  const bays = slots.length + (about.onboard > 0 ? 1 : 0);
  const name = boxStrings.node(about.id);
  return (
    <li
      className={styles.node}
      data-node={node}
      data-selected={selected || undefined}
      data-receiving={receiving || undefined}
      style={{ "--bays": Math.max(1, bays), flexGrow: Math.max(1, bays) } as React.CSSProperties}
    >
      <div className={styles.nodeBoard}>
        <header className={styles.nodeHead}>
          <h4>
            <button type="button" data-control="node" onClick={() => playground.select({ node })} tabIndex={-1}>
              {name}
            </button>
          </h4>
          <span className={styles.nodeFacts}>
            {boxStrings.cpus(about.cpus)} · <span className={styles.nodeMemory}>{about.memory}</span>
          </span>
          {distance ? (
            <span className={styles.distance} title={boxStrings.distanceTitle}>
              {distance}
            </span>
          ) : null}
        </header>
        <span
          className={styles.use}
          style={{ "--used": about.usedPercent / 100 } as React.CSSProperties}
          aria-hidden="true"
        />
        <ul className={styles.slots} aria-label={boxStrings.slotsOf(name)}>
          {about.onboard > 0 ? <Onboard node={node} bytes={about.onboard} /> : null}
          {slots.map((slot) => (
            <Slot key={slot} slot={slot} />
          ))}
        </ul>
      </div>
    </li>
  );
});

/** How far the other nodes are; while a DIMM of another node is carried, how far that one is. */
function useDistance(node: string): string {
  const carriedFrom = useCarriage(({ carry, floor }) =>
    carry.carrying ? (floor.slotByKey.get(carry.carrying.home)?.node ?? null) : null,
  );
  return usePlaygroundState(({ records }) => {
    const others = (records.node[node]?.distances ?? []).filter(([other]) => other !== node);
    const from = others.find(([other]) => other === carriedFrom);
    const fromId = from && records.node[from[0]]?.id;
    if (from && fromId !== undefined) return boxStrings.distanceFrom(from[1], fromId);
    const only = others.length === 1 ? others[0] : undefined;
    const onlyId = only && records.node[only[0]]?.id;
    if (only && onlyId !== undefined) return boxStrings.distance(only[1], onlyId);
    const all = others.map(([, distance]) => distance);
    return all.length === 0 ? "" : boxStrings.distances(smallest(all), largest(all));
  });
}

function SharedSlots({ slots }: { readonly slots: readonly string[] }) {
  return (
    <li className={styles.node} style={{ "--bays": slots.length, flexGrow: slots.length } as React.CSSProperties}>
      <div className={styles.nodeBoard}>
        <header className={styles.nodeHead}>
          <h4>{boxStrings.shared}</h4>
        </header>
        <ul className={styles.slots} aria-label={boxStrings.shared}>
          {slots.map((slot) => (
            <Slot key={slot} slot={slot} />
          ))}
        </ul>
      </div>
    </li>
  );
}

/** Blocks of a node that are in no DIMM. Found again only when the node has other blocks than before. */
function onboardBlocks(node: string): BlockSource {
  let ofLength = -1;
  let ofLast: string | undefined;
  let found: readonly string[] = [];
  return (records: RecordTables) => {
    const blocks = records.node[node]?.blocks ?? [];
    if (blocks.length === ofLength && blocks.at(-1) === ofLast) return found;
    found = blocks.filter((key) => records.block[key]?.dimm === null);
    ofLength = blocks.length;
    ofLast = blocks.at(-1);
    return found;
  };
}

function Onboard({ node, bytes }: { readonly node: string; readonly bytes: number }) {
  const playground = usePlayground();
  const { dense } = useBox();
  const blocks = useMemo(() => onboardBlocks(node), [node]);
  const about = useDigest(blocks);
  const item = itemOf.board(node);
  const tabIndex = useTabIndex(item);
  const carrying = useCarriage(({ carry }) => carry.carrying !== null);
  const size = formatBytes(bytes);
  const show = () => {
    const [block] = blocks(playground.store.getState().records);
    playground.select({ node, dimm: null, ...(block === undefined ? {} : { block }) });
  };
  return (
    <li className={slotStyles.slot} data-occupied="" data-reception={carrying ? "inert" : "none"}>
      <div className={slotStyles.head} />
      <div className={slotStyles.soldered}>
        <button
          type="button"
          className={moduleStyles.onboard}
          data-item={item}
          tabIndex={tabIndex}
          aria-label={boxStrings.onboardLabel(size, boxStrings.used(about.usedPercent))}
          onClick={show}
        >
          <ModuleFace blocks={blocks} stance="soldered" />
        </button>
      </div>
      <Caption>
        {dense ? (
          boxStrings.onboardShort
        ) : (
          <>
            <span className={slotStyles.size}>{size}</span>
            <span className={slotStyles.name}>{boxStrings.onboard}</span>
          </>
        )}
      </Caption>
    </li>
  );
}
