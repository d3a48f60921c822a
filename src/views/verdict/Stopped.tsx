/** A partition whose kernel has stopped: from the symptom to the cause, and the way back. */
import type { ReactNode } from "react";
import { useShallow } from "zustand/react/shallow";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { keptMib, stoppedStrings as words } from "./stopped-strings.ts";
import styles from "./stopped.module.css";
import { useMostKept } from "./use-most-kept.ts";

const PAGES_PER_MIB = 256;

export function Stopped(): ReactNode {
  const playground = usePlayground();
  const stopped = usePlaygroundState(
    useShallow(({ records }) => Object.values(records.partition).filter((partition) => partition.stopped)),
  );
  const mostKept = useMostKept();
  const zones = usePlaygroundState(({ records }) => records.zone);
  const processes = usePlaygroundState(({ records }) => records.process);
  const undo = usePlaygroundState(({ offers }) => offers.undo);
  return stopped.map(({ key, name, stopped: last }) => {
    const kept = mostKept(key);
    const own = Object.values(zones).filter(({ partition }) => partition === key);
    const managed = own.reduce((sum, zone) => sum + zone.managed, 0);
    const users = Object.values(processes).reduce((sum, one) => sum + (one.partition === key ? one.pages : 0), 0);
    const used = managed - own.reduce((sum, zone) => sum + zone.free, 0) - users;
    const asTold = last?.words.includes("panic_on_oom");
    const [ate, remedy] = asTold
      ? [words.asTold, words.remedyAsTold]
      : kept
        ? [words.maps(kept.target, Math.round(keptMib(kept))), words.remedy(kept.target)]
        : [words.kernel(Math.round(used / PAGES_PER_MIB), Math.round(managed / PAGES_PER_MIB)), words.remedyKernel];
    return (
      <section key={key} className={styles.stopped} data-stopped={key} aria-labelledby={`stopped-${key}`}>
        <div role="status">
          <h3 id={`stopped-${key}`}>{words.head(name, last?.words ?? "")}</h3>
        </div>
        <p>{asTold ? words.asToldMeans : words.means}</p>
        <p>{ate}</p>
        <p>{remedy}</p>
        {undo && (
          <button type="button" onClick={() => void playground.travel("undo")}>
            {words.back}
          </button>
        )}
        <button type="button" onClick={() => void playground.send({ do: "reboot", partition: key })}>
          {words.restart}
        </button>
      </section>
    );
  });
}
