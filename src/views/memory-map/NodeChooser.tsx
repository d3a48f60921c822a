/** Which node's memory is shown. Arrow keys go through the nodes, as in any group of radio buttons. */
import { useWordChanges } from "../../client/language/react.ts";
import { memo, useId } from "react";
import { useShallow } from "zustand/react/shallow";
import type { PlaygroundState } from "../../client/playground.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import styles from "./memory-map.module.css";
import { memoryMapStrings as words } from "./strings.ts";

interface NodeChooserProps {
  readonly node: string | null;
  readonly onChoose: (node: string) => void;
}

/** With more nodes than this, one line has no room for their whole names. */
const MANY = 8;

export const NodeChooser = memo(function NodeChooser({ node, onChoose }: NodeChooserProps) {
  useWordChanges();
  const group = useId();
  const { store } = usePlayground();
  // Which nodes there are, not how full they are: that changes all the time.
  const keys = usePlaygroundState(useShallow(nodesToShow));
  const { node: records } = store.getState().records;
  const nodes = keys.flatMap((key) => records[key] ?? []);
  return (
    <fieldset className={styles.nodes}>
      <legend className="visually-hidden">{words.nodes}</legend>
      {nodes.map(({ key, partition, id }) => (
        <label key={key}>
          <input
            type="radio"
            name={group}
            className="visually-hidden"
            checked={key === node}
            aria-label={words.nodeLabel(partition, id)}
            onChange={() => onChoose(key)}
          />
          <span aria-hidden="true">
            {nodes.length > MANY ? words.nodeOfMany(partition, id) : words.nodeOf(partition, id)}
          </span>
        </label>
      ))}
    </fieldset>
  );
});

const nodesToShow = ({ records }: PlaygroundState): readonly string[] =>
  Object.values(records.node).flatMap(({ key, online, blocks }) => (online || blocks.length > 0 ? [key] : []));
