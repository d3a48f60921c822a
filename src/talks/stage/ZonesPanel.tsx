/** The memory blocks of a partition's nodes in their zones, and how much each zone has. */
import { useRecord, useRecords } from "../../client/react.tsx";
import { bytesOf } from "./facts.ts";
import styles from "./stage.module.css";
import own from "./zones.module.css";
import { stageStrings as words } from "./strings.ts";
import { letterOf } from "./ZoneLegend.tsx";

export function ZonesPanel({ partition }: { readonly partition: string }) {
  const record = useRecord("partition", partition);
  const nodes = useRecords("node", record?.nodes ?? []);
  // A block is as wide in each node: the largest fills the row.
  const most = nodes.reduce((most, { blocks }) => Math.max(most, blocks.length), 1);
  return (
    <div className={own.zones} style={{ "--most": most } as React.CSSProperties}>
      {(record?.nodes ?? []).map((node) => (
        <NodeZones key={node} node={node} />
      ))}
    </div>
  );
}

function NodeZones({ node }: { readonly node: string }) {
  const record = useRecord("node", node);
  const zones = useRecords("zone", record?.zones ?? []);
  const blocks = useRecords("block", record?.blocks ?? []);
  if (!record) return null;
  const { kernel, movable } = bytesOf(zones);
  return (
    <section className={styles.nodeZones}>
      <h3>{words.box.node(record.id)}</h3>
      <div className={own.cells}>
        {blocks.map(({ key, state, zone }) => (
          <span key={key} className={own.cell} data-zone={state === "offline" ? "offline" : (zone ?? "several")}>
            {letterOf(state, zone)}
          </span>
        ))}
      </div>
      <p>
        {kernel > 0 && <span>{words.zones.kernel(kernel)}</span>}
        {movable > 0 && <span data-zone="Movable">{words.zones.movable(movable)}</span>}
        {kernel + movable === 0 && words.zones.none}
      </p>
    </section>
  );
}
