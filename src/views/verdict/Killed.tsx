/** A process that was killed because memory had run out: from the symptom to the cause, and what helps. */
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { PAGE_SIZE, MIB } from "../../engine/units.ts";
import type { Kill } from "./killed.ts";
import { killedStrings as words } from "./killed-strings.ts";
import { keptMib, stoppedStrings } from "./stopped-strings.ts";
import styles from "./stopped.module.css";
import { useMostKept } from "./use-most-kept.ts";

export function Killed({ kill }: { readonly kill: Kill }) {
  const playground = usePlayground();
  const undo = usePlaygroundState(({ offers }) => offers.undo);
  const apart = usePlaygroundState(({ records }) =>
    Object.values(records.zone).reduce(
      (sum, { partition, zone, free }) => sum + (partition === kill.partition && zone === "Movable" ? free : 0),
      0,
    ),
  );
  const kept = useMostKept()(kill.partition);
  const short = kept ? "maps" : !kill.movable && apart > 0 ? "kernel" : "all";
  const why = kill.group !== null ? "group" : kill.nodes !== null ? "bound" : short;
  const { path, mib } = kill.group ?? { path: "", mib: 0 };
  const cause = {
    group: () => words.cause.group(path, mib),
    bound: () => words.cause.bound(kill.nodes ?? ""),
    maps: () => (kept ? stoppedStrings.maps(kept.target, Math.round(keptMib(kept))) : ""),
    kernel: () => words.cause.kernel(Math.round((apart * PAGE_SIZE) / MIB)),
    all: () => words.cause.all,
  };
  return (
    <section className={styles.stopped} data-killed={kill.pid} aria-labelledby={`killed-${kill.pid}`}>
      <div role="status">
        <h3 id={`killed-${kill.pid}`}>{(kill.group ? words.headOfGroup : words.head)(kill.comm, kill.pid)}</h3>
      </div>
      <p>{(kill.group ? words.whoInGroup : kill.asItAsked ? words.whoAsked : words.who)(kill.asker, kill.mib)}</p>
      <p>{cause[why]()}</p>
      <p>{why === "group" ? words.remedy.group(path) : words.remedy[why]}</p>
      <p>{words.log}</p>
      {undo && (
        <button type="button" onClick={() => void playground.travel("undo")}>
          {words.back}
        </button>
      )}
    </section>
  );
}
