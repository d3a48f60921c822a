/**
 * What runs on a partition: its processes with their memory by node and the distance that they pay, and a way to start
 * and to end them. All of it is one instant's (`data-at`), as the frame brought it.
 */
import { type ReactNode, useEffect, useId, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import type { PlaygroundState } from "../../client/playground.ts";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import { LOAD_KINDS } from "../../engine/workload/load-description.ts";
import { ProcessRows, ProcessTable } from "./Processes.tsx";
import styles from "./running.module.css";
import { StartForm } from "./StartForm.tsx";
import { runningStrings as words } from "./strings.ts";

export function RunningView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const key = usePlaygroundState(shownPartition);
  const status = usePlaygroundState((state) => state.status);
  const looked = usePlaygroundState((state) => state.looked);
  const partition = useRecord("partition", key);
  const nodes = usePlaygroundState(
    useShallow(({ records }) => Object.values(records.node).filter((one) => one.partition === key && one.online)),
  );
  const [asTable, setAsTable] = useState(false);
  const title = useId();

  useEffect(() => {
    playground.look(key === null ? null : { of: "running", partition: key });
    return () => playground.look(null);
  }, [playground, key]);

  const look = looked?.look.of === "running" && looked.look.partition === key ? looked.look : null;
  const at = words.at(looked?.at ?? 0);
  const loads = look?.processes.some(({ load }) => (LOAD_KINDS as readonly string[]).includes(load)) ?? false;
  return (
    <section className={styles.panel} aria-labelledby={title} data-at={look ? (looked?.at ?? "") : ""}>
      <header className={styles.head}>
        {tabs}
        <h2 id={title} className={tabs ? "visually-hidden" : undefined}>
          {words.title}
        </h2>
        {partition && <span className={styles.of}>{words.of(partition.name)}</span>}
        <ul className={styles.key}>
          {Object.entries(words.key).map(([mark, text]) => (
            <li key={mark}>
              <i data-near={mark === "near"} aria-hidden="true" />
              {text}
            </li>
          ))}
        </ul>
        <button type="button" className={styles.twin} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? words.picture : words.twin}
        </button>
      </header>
      <section className={styles.body} aria-label={words.scroller}>
        <div className={styles.columns} data-table={asTable}>
          <div>
            {!look || !partition || key === null ? (
              <p className={styles.hint}>{status === "starting" ? words.starting : words.waiting}</p>
            ) : (
              <>
                {!loads && <p className={styles.hint}>{words.empty}</p>}
                {asTable ? (
                  <ProcessTable
                    partition={key}
                    name={partition.name}
                    at={at}
                    processes={look.processes}
                    nodes={nodes}
                  />
                ) : (
                  <ProcessRows partition={key} name={partition.name} at={at} processes={look.processes} nodes={nodes} />
                )}
              </>
            )}
          </div>
          {key !== null && (
            <StartForm key={key} partition={key} nodes={nodes.filter((one) => one.hasMemory).map((one) => one.id)} />
          )}
        </div>
      </section>
    </section>
  );
}

/** The partition of what is selected, else the first. */
function shownPartition({ selection, records }: PlaygroundState): string | null {
  const id = (selection.node ?? selection.block)?.split(/[/:]/)[0];
  return (id !== undefined && records.partition[id]?.key) || (Object.keys(records.partition)[0] ?? null);
}
