/** When nothing is being moved, and of attempts that nobody watched. */
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import type { Records } from "../../protocol/records.ts";
import { FlowFigure } from "./FlowFigure.tsx";
import styles from "./migration.module.css";
import { migrationStrings as words } from "./strings.ts";

type Attempt = Records["attempt"];

interface NothingProps {
  readonly partition: string | null;
  readonly attempts: readonly Attempt[];
  onOpen(attempt: number): void;
}

/** One sentence, one action, and the last three attempts. */
export function Nothing({ partition, attempts, onOpen }: NothingProps) {
  const playground = usePlayground();
  const block = usePlaygroundState(({ records, selection }) => {
    const chosen = selection.block === null ? undefined : records.block[selection.block];
    if (chosen?.state === "online" && chosen.partition === partition) return chosen;
    return Object.values(records.block).find(
      (one) => one.partition === partition && one.state === "online" && one.zone === "Movable",
    );
  });
  return (
    <div className={styles.nothing}>
      <p>{words.empty}</p>
      {block && (
        <button
          type="button"
          className={styles.button}
          onClick={() =>
            void playground.send({
              do: "write",
              partition: block.partition,
              path: `/sys/devices/system/memory/memory${block.number}/state`,
              text: "offline",
            })
          }
        >
          {words.take(words.block(block.number))}
        </button>
      )}
      {attempts.length > 0 && (
        <>
          <h3>{words.last}</h3>
          <ul>
            {attempts.slice(0, 3).map((one) => (
              <li key={one.id}>
                <button type="button" className={`word-button ${styles.ref}`} onClick={() => onOpen(one.id)}>
                  {words.option(one.target, one.errno, one.result === "running", one.startedAt)}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

interface UnwatchedProps {
  readonly attempt: Attempt | undefined;
  readonly id: number;
  readonly down: boolean;
}

/** What the attempt itself kept: how many pages, to which zones. */
export function Unwatched({ attempt, id, down }: UnwatchedProps) {
  const part = usePlaygroundState(({ records }) => records.attempt[String(id)]);
  const known = attempt ?? part;
  return (
    <div className={styles.nothing}>
      <p>
        <code>{known?.target}</code> {words.unwatched}
      </p>
      {known && <p>{words.summary(known.pagesMoved, known.pagesFailed, known.passes)}</p>}
      {known && known.movedTo.length > 0 && (
        <div className={styles.unwatched}>
          <FlowFigure
            state={{
              flow: known.movedTo.map(([node, zone, pages]) => ({ kind: null, node, zone, pages })),
              destinations: [],
              inUse: known.pagesMoved + known.pagesFailed,
              endedAt: known.endedAt,
            }}
            kept={null}
            target={null}
            down={down}
            rule=""
            onTarget={() => {}}
          />
        </div>
      )}
    </div>
  );
}
