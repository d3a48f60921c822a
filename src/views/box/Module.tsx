/** The face of a memory module: board, gold contacts, and its memory blocks on a canvas. */
import { useEffect, useRef } from "react";
import type { BlockSource } from "./cell-painter.ts";
import { useBox } from "./context.ts";
import styles from "./module.module.css";

export interface ModuleFaceProps {
  /** Must keep its identity between renders. */
  readonly blocks: BlockSource;
  /** Standing in a slot, lying on the shelf, or soldered to the board. */
  readonly stance: "upright" | "lying" | "soldered";
}

export function ModuleFace({ blocks, stance }: ModuleFaceProps) {
  const { painter } = useBox();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current ? painter.attach(canvas.current, blocks) : undefined), [painter, blocks]);
  return (
    <span className={styles.board} data-stance={stance}>
      {/* Beside the canvas, not round it: a mask over something that changes is drawn anew with every change. */}
      <span className={styles.plate} />
      <canvas ref={canvas} className={styles.cells} aria-hidden="true" />
    </span>
  );
}
