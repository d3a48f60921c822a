/** The twin of the dotted lines: every future that was left, its name to be changed, and what can be done with it. */
import type { Reel } from "../../client/film/reel.ts";
import { usePlayground } from "../../client/react.tsx";
import { TwinTable } from "../TwinTable.tsx";
import { clockTime } from "./clock.ts";
import own from "./forks.module.css";
import styles from "./lanes.module.css";
import { timeStrings as strings } from "./strings.ts";
import { useBranches } from "./use-branches.ts";

interface ForkListProps {
  readonly reel: Reel;
  /** Shows a future beside the present; `null` where there is no room for that. */
  readonly onCompare: ((number: number) => void) | null;
  onClose(): void;
}

export function ForkList({ reel, onCompare, onClose }: ForkListProps) {
  const playground = usePlayground();
  const { futures } = playground;
  const branches = useBranches(reel);
  if (branches.length === 0) return null;
  const takeUp = (number: number) => {
    const fork = futures.left.find((one) => one.number === number);
    if (fork) playground.takeUp(fork);
    onClose();
  };
  return (
    <TwinTable
      caption={strings.forksTitle}
      columns={strings.forkColumns}
      rows={branches.map(({ number, name, named, from, differs, ended }) => ({
        key: String(number),
        cells: [
          {
            value: name,
            shown: (
              <input
                className={own.rename}
                aria-label={strings.nameOf(name)}
                placeholder={strings.fork(number)}
                defaultValue={named ? name : ""}
                key={name}
                maxLength={40}
                onBlur={({ target }) => {
                  const text = target.value.trim();
                  if (text !== (named ? name : "")) futures.rename(number, text || null);
                }}
                onKeyDown={({ key, currentTarget }) => key === "Enter" && currentTarget.blur()}
              />
            ),
          },
          { value: from, shown: clockTime(from) },
          differs || strings.sameYet,
          ended?.text ?? strings.notEnded,
          {
            value: "",
            shown: (
              <span className={own.ways}>
                <button
                  type="button"
                  className={styles.tool}
                  aria-label={strings.takeUpOf(name)}
                  onClick={() => takeUp(number)}
                >
                  {strings.takeUp}
                </button>
                {onCompare && (
                  <button
                    type="button"
                    className={styles.tool}
                    aria-label={strings.compareOf(name)}
                    onClick={() => {
                      onCompare(number);
                      onClose();
                    }}
                  >
                    {strings.compare}
                  </button>
                )}
                <button
                  type="button"
                  className={styles.tool}
                  aria-label={strings.forgetOf(name)}
                  onClick={() => futures.forget(number)}
                >
                  {strings.forget}
                </button>
              </span>
            ),
          },
        ],
      }))}
    />
  );
}
