/** The upper edge of the drawer: dragged, or moved by arrow keys, it makes the drawer higher or lower. */
import { useRef } from "react";
import { terminalStrings as strings } from "./strings.ts";
import styles from "./terminal.module.css";

/** Percent of the window's height. */
const LEAST = 20;
const MOST = 80;
const STEP = 5;

export function Grip({ percent, onPercent }: { readonly percent: number; onPercent(percent: number): void }) {
  const dragging = useRef(false);
  const set = (to: number) => onPercent(Math.round(Math.max(LEAST, Math.min(MOST, to))));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that moves is no thematic break
    <div
      className={styles.grip}
      role="separator"
      aria-orientation="horizontal"
      aria-label={strings.height}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={percent}
      tabIndex={0}
      onKeyDown={(event) => {
        const to = { ArrowUp: percent + STEP, ArrowDown: percent - STEP, Home: MOST, End: LEAST }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        set(to);
      }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        dragging.current = true;
      }}
      onPointerMove={(event) => {
        if (dragging.current) set(100 * (1 - event.clientY / window.innerHeight));
      }}
      onPointerUp={() => {
        dragging.current = false;
      }}
      onPointerCancel={() => {
        dragging.current = false;
      }}
    />
  );
}
