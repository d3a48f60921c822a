/** Which colour is what, how much of it there is, and a way to make one stand out. */
import { useWordChanges } from "../../client/language/react.ts";
import { memo, useCallback } from "react";
import type { PlaygroundState } from "../../client/playground.ts";
import { displayGroups, PINNED_TOKEN } from "../kinds.ts";
import { legendOf } from "./legend-counts.ts";
import styles from "./memory-map.module.css";
import type { Highlight } from "./palette.ts";
import { memoryMapStrings as words } from "./strings.ts";
import { useSlowState } from "../use-slow-state.ts";

interface LegendProps {
  readonly node: string | null;
  readonly highlight: Highlight | null;
  readonly onHighlight: (highlight: Highlight | null) => void;
}

export const Legend = memo(function Legend({ node, highlight, onHighlight }: LegendProps) {
  useWordChanges();
  const entries = useSlowState(useCallback((state: PlaygroundState) => legendOf(state, node), [node]));
  return (
    <ul className={styles.legend} aria-label={words.legend}>
      {entries.map(({ id, pages }) => {
        const group = displayGroups.find((candidate) => candidate.id === id);
        const label = group?.label ?? words.pinned;
        return (
          <li key={id}>
            <button
              type="button"
              aria-pressed={highlight === id}
              aria-label={words.legendLabel(label, pages)}
              onPointerEnter={(event) => event.pointerType === "mouse" && onHighlight(id)}
              onPointerLeave={(event) => event.pointerType === "mouse" && onHighlight(null)}
              onFocus={(event) => event.currentTarget.matches(":focus-visible") && onHighlight(id)}
              onBlur={() => onHighlight(null)}
              onClick={() => onHighlight(highlight === id ? null : id)}
            >
              <i style={{ background: `var(${group?.token ?? PINNED_TOKEN})` }} data-kind={id} />
              {label}
              <span className="figures">{words.legendCount(pages)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
});
