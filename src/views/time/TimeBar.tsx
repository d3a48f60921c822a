/**
 * The bar of simulated time: folded one line with what happened, unfolded lanes (./Lanes.tsx, fetched then). Both show which
 * instant the page shows, and lead to others.
 */
import { ChevronDown, ChevronUp } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Line } from "./Line.tsx";
import { timeStrings as strings } from "./strings.ts";
import styles from "./time.module.css";
import { Steps } from "./Steps.tsx";
import { useReel } from "./use-reel.ts";
import { WhereShown } from "./WhereShown.tsx";

const Lanes = lazy(() => import("./Lanes.tsx").then(({ Lanes: view }) => ({ default: view })));
const Chain = lazy(() => import("./Chain.tsx").then(({ Chain: view }) => ({ default: view })));
const Tools = lazy(() => import("./Lanes.tsx").then(({ Tools: view }) => ({ default: view })));

interface TimeBarProps {
  readonly clock: ReactNode;
  /** Simulated ns of the scenario's first frame: what came before is its setup. */
  readonly begin: number;
  readonly unfolded: boolean;
  onUnfold(unfolded: boolean): void;
  /** Shows the tab on which futures are compared. */
  onCompare?(): void;
}

export function TimeBar({ clock, begin, unfolded, onUnfold, onCompare }: TimeBarProps) {
  const reel = useReel();
  const [listed, setListed] = useState(false);
  const fold = (
    <button
      type="button"
      className={styles.fold}
      aria-expanded={unfolded}
      aria-label={unfolded ? strings.fold : strings.unfold}
      title={unfolded ? strings.fold : strings.unfold}
      disabled={!reel}
      onClick={() => onUnfold(!unfolded)}
    >
      {unfolded ? <ChevronDown aria-hidden /> : <ChevronUp aria-hidden />}
    </button>
  );
  if (unfolded && reel)
    return (
      <div className={styles.unfolded}>
        <div className={styles.head}>
          {clock}
          <Steps reel={reel} still />
          <Suspense fallback={<span className={styles.room} />}>
            <Tools reel={reel} begin={begin} listed={listed} onList={setListed} onCompare={onCompare} />
          </Suspense>
          <WhereShown reel={reel} />
          {fold}
        </div>
        <Suspense fallback={<p className={styles.coming}>{strings.coming}</p>}>
          <Lanes reel={reel} begin={begin} onList={() => setListed(true)} />
          <Chain reel={reel} />
        </Suspense>
      </div>
    );
  return (
    <>
      {clock}
      <Steps reel={reel} />
      <Line reel={reel} begin={begin} />
      <WhereShown reel={reel} />
      {fold}
    </>
  );
}
