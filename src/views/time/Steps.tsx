/** Picture by picture through the seen past, and playing it. */
import { Pause, Play, SkipBack, SkipForward } from "lucide-react";
import type { Reel } from "../../client/film/reel.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { timeStrings as strings } from "./strings.ts";
import styles from "./time.module.css";

interface StepsProps {
  readonly reel: Reel | null;
  /** Elsewhere it is played. */
  readonly still?: boolean;
}

export function Steps({ reel, still }: StepsProps) {
  const playground = usePlayground();
  const past = usePlaygroundState((state) => state.cursor !== null);
  const runs = usePlaygroundState((state) => !state.idle);
  const speed = usePlaygroundState((state) => state.speed);
  return (
    <span className={styles.steps}>
      <button
        type="button"
        aria-label={strings.back}
        title={`${strings.back} (,)`}
        aria-keyshortcuts=","
        disabled={!reel}
        onClick={() => reel?.stepFunction(-1)}
      >
        <SkipBack aria-hidden />
      </button>
      {past && !still && (
        <button
          type="button"
          aria-label={speed > 0 ? strings.pause : strings.play}
          title={speed > 0 ? strings.pause : strings.play}
          onClick={() => playground.setSpeed(speed > 0 ? 0 : (reel?.usualSpeed ?? 1))}
        >
          {speed > 0 ? <Pause aria-hidden /> : <Play aria-hidden />}
        </button>
      )}
      <button
        type="button"
        aria-label={strings.on}
        title={`${strings.on} (.)`}
        aria-keyshortcuts="."
        aria-disabled={!(past || runs) || undefined}
        disabled={!reel}
        onClick={() => {
          if (past) reel?.stepFunction(1);
          else if (runs) void playground.step();
        }}
      >
        <SkipForward aria-hidden />
      </button>
    </span>
  );
}
