/** The twin of the lanes: what happened, by partition, each with its time, outcome and a way there. */
import { machineWords } from "../../client/machine-words.ts";
import { useEffect, useRef } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlayground } from "../../client/react.tsx";
import { compareWithPresent } from "../compare/with-present.ts";
import { TwinTable } from "../TwinTable.tsx";
import { clockTime } from "./clock.ts";
import { ForkList } from "./ForkList.tsx";
import { lanesOf } from "./lanes-model.ts";
import styles from "./lanes.module.css";
import { timeStrings as strings } from "./strings.ts";
import { usePresent } from "./use-reel.ts";

interface EventListProps {
  readonly reel: Reel;
  readonly begin: number;
  onClose(): void;
  onCompare: (() => void) | undefined;
}

export function EventList({ reel, begin, onClose, onCompare }: EventListProps) {
  const playground = usePlayground();
  const records = usePresent(reel, (state) => state.records);
  const log = usePresent(reel, (state) => state.log);
  const lanes = lanesOf({ log, records }, begin);
  const dialog = useRef<HTMLElement>(null);
  useEffect(() => dialog.current?.focus(), []);
  return (
    <section
      ref={dialog}
      className={styles.list}
      aria-label={strings.listTitle}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <TwinTable
        caption={strings.listTitle}
        columns={strings.columns}
        rows={lanes.flatMap(({ partition, spans }) =>
          spans.map(({ key, at, text, kind, errno }) => ({
            key,
            cells: [
              { value: at, shown: clockTime(at) },
              machineWords.partition(partition.name),
              text,
              errno ?? strings.outcome[kind],
              {
                value: "",
                shown: (
                  <button
                    type="button"
                    className={styles.tool}
                    aria-label={strings.goThereAt(clockTime(at), text)}
                    onClick={() => reel.goTo(reel.film.indexFrom(at))}
                  >
                    {strings.goThere}
                  </button>
                ),
              },
            ],
          })),
        )}
      />
      <ForkList
        reel={reel}
        onClose={onClose}
        onCompare={
          onCompare
            ? (number) => {
                onCompare();
                compareWithPresent(playground, number);
              }
            : null
        }
      />
      {lanes.every(({ spans }) => spans.length === 0) && <p>{strings.empty}</p>}
      <button type="button" className={styles.tool} onClick={onClose}>
        {strings.close}
      </button>
    </section>
  );
}
