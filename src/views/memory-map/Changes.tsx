/** The switch that shows only what differs from now on, and how much of it there is. */
import { useEffect, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import frame from "../frame.module.css";
import { type Counts, countChanges, type Moment } from "./changes.ts";
import styles from "./memory-map.module.css";
import { memoryMapStrings as words } from "./strings.ts";

/** Real milliseconds between two counts: they are read, not watched. */
const REFRESH_MS = 250;

interface ChangesProps {
  readonly block: string;
  readonly since: Moment | null;
  onSince(moment: Moment | null): void;
}

export function Changes({ block, since, onSince }: ChangesProps) {
  const playground = usePlayground();
  const counts = useCounts(since);
  const begin = () => {
    const map = playground.pageMap();
    if (map?.block === block) onSince({ block, at: playground.store.getState().now, bytes: map.bytes.slice() });
  };
  return (
    <span className={styles.changes}>
      {since && counts && (
        <span className="figures" role="status">
          {words.changes.since(since.at)} {words.changes.counts(counts)}
        </span>
      )}
      <button
        type="button"
        className={frame.button}
        aria-pressed={since !== null}
        onClick={() => (since ? onSince(null) : begin())}
      >
        {words.changes.switch}
      </button>
    </span>
  );
}

function useCounts(since: Moment | null): Counts | null {
  const playground = usePlayground();
  const [counts, setCounts] = useState<Counts | null>(null);
  useEffect(() => {
    if (!since) return;
    const count = () => {
      const map = playground.pageMap();
      if (map?.block !== since.block) return;
      const next = countChanges(since.bytes, map.bytes);
      setCounts((last) =>
        last && last.came === next.came && last.gone === next.gone && last.other === next.other ? last : next,
      );
    };
    count();
    const timer = setInterval(count, REFRESH_MS);
    return () => clearInterval(timer);
  }, [playground, since]);
  return since ? counts : null;
}
