/**
 * What runs on a partition: its processes with their memory by node and the distance that they pay, and a way to start
 * and to end them. All of it is one instant's (`data-at`), as the frame brought it.
 */
import { machineWords } from "../../client/machine-words.ts";
import { type ReactNode, useEffect, useId, useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import { LOAD_KINDS } from "../../engine/workload/load-description.ts";
import { ShowChanges, Since } from "../changes/ShowChanges.tsx";
import { changeStrings } from "../changes/strings.ts";
import { useEarlier } from "../changes/use-earlier.ts";
import { partitionInView } from "../partition-in-view.ts";
import { type Compared, compareProcesses, totalOf } from "./process-changes.ts";
import { OnlinerForm } from "./OnlinerForm.tsx";
import { RestartForm } from "./RestartForm.tsx";
import { ProcessRows, ProcessTable } from "./Processes.tsx";
import frame from "../frame.module.css";
import styles from "./running.module.css";
import { StartForm } from "./StartForm.tsx";
import { runningStrings as words } from "./strings.ts";
import { useTwin } from "../use-twin.ts";

export function RunningView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const key = usePlaygroundState(partitionInView);
  const status = usePlaygroundState((state) => state.status);
  const scenario = usePlaygroundState((state) => state.scenario);
  const looked = usePlaygroundState((state) => state.looked);
  const partition = useRecord("partition", key);
  const nodes = usePlaygroundState(
    useShallow(({ records }) => Object.values(records.node).filter((one) => one.partition === key && one.online)),
  );
  const both = useTwin();
  const { asTable } = both;
  const title = useId();

  useEffect(() => {
    playground.look(key === null ? null : { of: "running", partition: key });
    return () => playground.look(null);
  }, [playground, key]);

  const look = looked?.look.of === "running" && looked.look.partition === key ? looked.look : null;
  const at = words.at(looked?.at ?? 0);
  const earlier = useEarlier();
  const before = earlier?.partitions.get(key ?? "")?.processes ?? null;
  const processes = look?.processes;
  const compared = useMemo(() => compareProcesses(before ?? processes ?? [], processes ?? []), [before, processes]);
  const List = asTable ? ProcessTable : ProcessRows;
  const loads = look?.processes.some(({ load }) => (LOAD_KINDS as readonly string[]).includes(load)) ?? false;
  return (
    <section
      className={`${frame.panel} ${styles.panel}`}
      aria-labelledby={title}
      data-at={look ? (looked?.at ?? "") : ""}
      onKeyDown={both.onKeyDown}
    >
      <header className={frame.head}>
        {tabs}
        <h2 id={title} className={tabs ? "visually-hidden" : undefined}>
          {words.title}
        </h2>
        {partition && <span className={frame.of}>{words.of(machineWords.partition(partition.name))}</span>}
        <ul className={`${frame.key} ${styles.key}`}>
          {Object.entries(words.key).map(([mark, text]) => (
            <li key={mark}>
              <i data-near={mark === "near"} aria-hidden="true" />
              {text}
            </li>
          ))}
        </ul>
        <span className={frame.tools}>
          <ShowChanges />
          <button {...both.button} className={frame.button}>
            {asTable ? words.picture : words.twin}
          </button>
        </span>
      </header>
      <section className={styles.body} aria-label={words.scroller}>
        <div className={styles.columns} data-table={asTable}>
          <div>
            {!look || !partition || key === null ? (
              <p className={styles.hint}>{status === "starting" ? words.starting : words.waiting}</p>
            ) : (
              <>
                {earlier && <Since earlier={earlier} parts={before && inWords(compared)} />}
                {!loads && <p className={styles.hint}>{words.empty}</p>}
                <List
                  partition={key}
                  name={machineWords.partition(partition.name)}
                  at={at}
                  processes={compared}
                  comparing={before !== null}
                  nodes={nodes}
                />
              </>
            )}
          </div>
          {key !== null && (
            <div className={styles.side}>
              <OnlinerForm key={`onliner ${key} ${scenario}`} partition={key} />
              <StartForm key={`start ${key}`} partition={key} nodes={nodes} />
              <RestartForm key={`restart ${key} ${scenario}`} partition={key} />
            </div>
          )}
        </div>
      </section>
    </section>
  );
}

function inWords(compared: readonly Compared[]): readonly string[] {
  const { changes } = words;
  const { came, gone, byNode, remote } = totalOf(compared);
  return [
    ...(came > 0 ? [changes.came(came)] : []),
    ...(gone > 0 ? [changes.gone(gone)] : []),
    ...byNode.map(([node, by]) => changes.node(node, changeStrings.byAmount(by))),
    ...(remote === 0 ? [] : [changes.remote(changeStrings.byAmount(remote))]),
  ];
}
