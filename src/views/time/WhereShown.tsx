/** Says that the past is shown, and leads back to the present; and how far the machine is on its way to another instant. */
import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlaygroundState } from "../../client/react.tsx";
import { lengthOf } from "./durations.ts";
import { timeStrings as strings } from "./strings.ts";
import styles from "./time.module.css";
import { usePresent } from "./use-reel.ts";

export function WhereShown({ reel }: { readonly reel: Reel | null }) {
  const cursor = usePlaygroundState((state) => state.cursor);
  const now = usePresent(reel, (state) => state.now);
  const back = cursor && lengthOf(Math.max(0, now - cursor.at));
  const subscribe = useCallback((listener: () => void) => reel?.subscribe(listener) ?? (() => {}), [reel]);
  const underway = useSyncExternalStore(subscribe, () => reel?.underway ?? null);
  const wasPast = useRef(false);
  useEffect(() => {
    if (cursor) wasPast.current = true;
  }, [cursor]);
  return (
    <>
      {underway !== null && (
        <span className={styles.past}>
          <span>{strings.underway(Math.round(100 * underway))}</span>
        </span>
      )}
      {cursor && back && (
        <span className={styles.past}>
          <span title={strings.about}>{strings.past(back)}</span>
          <button type="button" aria-keyshortcuts="E" title={strings.returnFull} onClick={() => reel?.leave()}>
            {strings.return}
          </button>
        </span>
      )}
      {/* Said once on the way into the past and once on the way out, not at every instant. */}
      <span className="visually-hidden" role="status">
        {underway !== null ? strings.underwaySaid : cursor ? strings.about : wasPast.current ? strings.present : ""}
      </span>
    </>
  );
}
