/** What is seldom wanted, in one line until somebody opens it; what stands is told without opening it. */
import type { ReactNode } from "react";
import styles from "./running.module.css";

interface FoldProps {
  /** Of the heading, for what is labelled by it. */
  readonly id: string;
  readonly title: string;
  readonly state: string;
  /** From the start. */
  readonly open?: boolean;
  readonly children: ReactNode;
}

export function Fold({ id, title, state, open, children }: FoldProps) {
  return (
    <details className={styles.folded} open={open}>
      <summary>
        <b id={id}>{title}</b> {state}
      </summary>
      {children}
    </details>
  );
}
