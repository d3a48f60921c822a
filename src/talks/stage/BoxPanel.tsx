/** The box from afar: partitions, nodes, DIMMs and their memory blocks, each coloured by what is in it. */
import { machineWords } from "../../client/machine-words.ts";
import { usePlaygroundState, useRecord, useRecords } from "../../client/react.tsx";
import type { BlockRecord, NodeRecord } from "../../protocol/records.ts";
import { displayGroups, pagesOfGroup } from "../../views/kinds.ts";
import { partsOf, refusalOf } from "./facts.ts";
import styles from "./stage.module.css";
import own from "./box-panel.module.css";
import { stageStrings as words } from "./strings.ts";
import { letterOf } from "./ZoneLegend.tsx";

export function BoxPanel({
  partitions,
  shelf = false,
}: {
  readonly partitions: readonly string[];
  readonly shelf?: boolean;
}) {
  return (
    <div className={own.box}>
      <div className={own.partitions}>
        {partitions.map((partition) => (
          <Partition key={partition} partition={partition} />
        ))}
      </div>
      {shelf && <Shelf />}
    </div>
  );
}

function Partition({ partition }: { readonly partition: string }) {
  const record = useRecord("partition", partition);
  // Slots of all nodes are as wide as each other: words below them have the same room.
  const bays = usePlaygroundState(({ records }) =>
    (record?.nodes ?? []).reduce((sum, node) => sum + baysOf(records.node[node]), 0),
  );
  if (!record) return null;
  return (
    <section className={styles.partition} style={{ flexGrow: bays }}>
      <h3>
        {machineWords.partition(record.name)} <small>{words.support.kernel(record.kernel)}</small>
      </h3>
      <div className={own.nodes}>
        {record.nodes.map((node) => (
          <Node key={node} node={node} />
        ))}
      </div>
    </section>
  );
}

const baysOf = (node: NodeRecord | undefined): number =>
  node ? node.slots.length + (node.onboardBytes > 0 ? 1 : 0) : 0;

function Node({ node }: { readonly node: string }) {
  const record = useRecord("node", node);
  const slots = useRecords("slot", record?.slots ?? []);
  const blocks = useRecords("block", record?.blocks ?? []);
  if (!record) return null;
  const { soldered, shared } = partsOf(
    blocks,
    slots.map(({ dimm }) => dimm),
  );
  return (
    <section className={styles.node} style={{ flexGrow: baysOf(record) || 1 }}>
      <h4>{words.box.node(record.id)}</h4>
      <div className={own.slots}>
        {soldered.length > 0 && (
          <div className={own.dimm} data-soldered>
            <Blocks blocks={soldered} />
            <b>{words.box.onboard}</b>
          </div>
        )}
        {slots.map(({ key, dimm }) => (
          <Slot key={key} dimm={dimm} />
        ))}
        {shared.map((dimm) => (
          <Slot key={dimm} dimm={dimm} />
        ))}
      </div>
    </section>
  );
}

function Slot({ dimm }: { readonly dimm: string | null }) {
  const record = useRecord("dimm", dimm);
  const blocks = useRecords("block", record?.blocks ?? []);
  const attempt = useRecord("attempt", record?.attempt);
  if (!record)
    return (
      <div className={own.dimm} data-empty>
        <span />
        <b>{words.box.empty}</b>
      </div>
    );
  const errno = refusalOf(record, attempt);
  const health = record.health === "ok" ? "" : words.box.failing;
  const about = words.box.phases[record.phase] || health || words.box.size(record.bytes);
  return (
    <div className={own.dimm} data-phase={record.phase} data-health={record.health}>
      <Blocks blocks={blocks} />
      <b>
        {record.key} {errno && <em className={styles.bad}>{errno}</em>}
      </b>
      <small>{about}</small>
    </div>
  );
}

function Blocks({ blocks }: { readonly blocks: readonly BlockRecord[] }) {
  return (
    <div className={own.stack}>
      {blocks.map((block) => (
        <Tile key={block.key} block={block} />
      ))}
    </div>
  );
}

/** A block as a bar of what is in it, and the letter of its zone. */
export function Tile({ block }: { readonly block: BlockRecord }) {
  const offline = block.state === "offline";
  return (
    <span className={own.tile} data-state={block.state} style={{ background: offline ? undefined : shares(block) }}>
      <i>{letterOf(block.state, block.zone)}</i>
    </span>
  );
}

/** Shares of the groups of kinds, as a gradient without transitions. */
function shares(block: BlockRecord): string {
  let at = 0;
  const stops: string[] = [];
  for (const group of displayGroups.toReversed()) {
    const share = (pagesOfGroup(group, [block]) / block.pages) * 100;
    if (share === 0) continue;
    stops.push(`var(${group.token}) ${at.toFixed(2)}% ${(at + share).toFixed(2)}%`);
    at += share;
  }
  return `linear-gradient(to right, ${stops.join(", ")})`;
}

function Shelf() {
  const dimms = useRecords("dimm").filter(({ slot }) => slot === null);
  return (
    <section className={styles.shelf}>
      <h4>{words.box.shelf}</h4>
      {dimms.map(({ key, bytes, health }) => (
        <span key={key} data-health={health}>
          <b>{key}</b> {health === "ok" ? words.box.size(bytes) : words.box.failing}
        </span>
      ))}
    </section>
  );
}
